// Parsing leans on exact arithmetic for the numbers people write and falls back to the C library (in its own
// "C" locale) for the rest; formatting does the same. Both paths give the same bytes: tests compare them.
#include "protocol/number.h"

#include <locale.h>

#include <bit>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

namespace redouble {
namespace {

__extension__ typedef unsigned __int128 Uint128;

constexpr char kDigitPairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
    "495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
static_assert(sizeof(kDigitPairs) == 201);

constexpr std::uint64_t kPowersOfTen[] = {1ULL,
                                          10ULL,
                                          100ULL,
                                          1000ULL,
                                          10000ULL,
                                          100000ULL,
                                          1000000ULL,
                                          10000000ULL,
                                          100000000ULL,
                                          1000000000ULL,
                                          10000000000ULL,
                                          100000000000ULL,
                                          1000000000000ULL,
                                          10000000000000ULL,
                                          100000000000000ULL,
                                          1000000000000000ULL,
                                          10000000000000000ULL,
                                          100000000000000000ULL,
                                          1000000000000000000ULL,
                                          10000000000000000000ULL};

bool is_digit(char c) {
  return static_cast<unsigned char>(c - '0') < 10;
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

// Writes exactly `digits` digits of `value`, from the right, two at a step.
void write_digits(std::uint64_t value, char* out, int digits) {
  char* at = out + digits;
  while (digits >= 2) {
    at -= 2;
    std::memcpy(at, kDigitPairs + (value % 100) * 2, 2);
    value /= 100;
    digits -= 2;
  }
  if (digits == 1) *--at = static_cast<char>('0' + value);
}

constexpr std::uint64_t kEightDigits = 100'000'000;

// The eight digits of a number below 10^8 as the bytes 0 to 9, the first in the lowest: halved three times,
// in all parts of one word at once.
std::uint64_t split_digits(std::uint64_t value) {
  const std::uint64_t fours = value / 10'000 | (value % 10'000) << 32;
  const std::uint64_t hundreds = (fours * 10'486 >> 20) & 0x0000'007f'0000'007f;
  const std::uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
  const std::uint64_t tens = (twos * 103 >> 10) & 0x000f'000f'000f'000f;
  return tens | (twos - 10 * tens) << 8;
}

void put_digits(std::uint64_t digits, char* out) {
  digits |= 0x3030'3030'3030'3030;
  if constexpr (std::endian::native == std::endian::big) digits = __builtin_bswap64(digits);
  std::memcpy(out, &digits, sizeof(digits));
}

// Writes 0 < value < 10^8 without leading zeros; some bytes behind it may be written too.
std::size_t put_leading(std::uint64_t value, char* out) {
  const std::uint64_t digits = split_digits(value);
  const int zeros = __builtin_ctzll(digits) / 8;
  put_digits(digits >> (zeros * 8), out);
  return static_cast<std::size_t>(8 - zeros);
}

// The digits of `text` as a number; none when there is another byte or the number passes 2^64 - 1.
std::optional<std::uint64_t> parse_digits(std::string_view text) {
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) ||
        __builtin_add_overflow(value, static_cast<std::uint64_t>(c - '0'), &value)) {
      return std::nullopt;
    }
  }
  return value;
}

// A plain decimal without exponent and with at most 19 digits: mantissa / 10^scale.
struct ShortDecimal {
  std::uint64_t mantissa = 0;
  int scale = 0;
};

std::optional<ShortDecimal> read_short_decimal(std::string_view text) {
  if (text.empty() || text.size() > 20) return std::nullopt;
  ShortDecimal result;
  std::size_t point = text.size();
  int digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_digit(c)) {
      result.mantissa = result.mantissa * 10 + static_cast<std::uint64_t>(c - '0');
      ++digits;
    } else if (c == '.' && point == text.size()) {
      point = i;
    } else {
      return std::nullopt;
    }
  }
  if (digits == 0 || digits > 19) return std::nullopt;
  if (point != text.size()) result.scale = static_cast<int>(text.size() - point - 1);
  return result;
}

// Whether a text that from_chars or strtold read as zero spells zero, rather than a value too small to hold.
bool spells_zero(std::string_view text) {
  const bool hex = text.size() > 1 && (text[1] | 0x20) == 'x';
  if (hex) text.remove_prefix(2);
  for (const char c : text) {
    if ((c | 0x20) == (hex ? 'p' : 'e')) break;
    if (c != '0' && c != '.') return false;
  }
  return true;
}

// Reads an unsigned number in any spelling of strtod through the C library.
std::optional<long double> parse_unsigned_with_strtold(std::string_view text) {
  static const locale_t c_locale = newlocale(LC_ALL_MASK, "C", nullptr);
  char copy[kMaxLongDoubleChars];
  if (text.size() >= sizeof(copy)) return std::nullopt;
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  char* end = nullptr;
  const long double value = strtold_l(copy, &end, c_locale);
  if (end != copy + text.size()) return std::nullopt;
  return value;
}

// Writes the part behind the point of `fraction` (17 digits, rounded half to even on the exact value).
// Returns true when rounding carried into the integer part. REQUIRES: 0 <= fraction < 1, 64-bit mantissa.
bool round_fraction(long double fraction, std::uint64_t* digits) {
  *digits = 0;
  if (fraction == 0) return false;
  int exponent = 0;
  const long double scaled = std::frexp(fraction, &exponent);
  const auto mantissa = static_cast<std::uint64_t>(std::ldexp(scaled, 64));
  const int shift = 64 - exponent;
  // 10^17 < 2^57 and the mantissa is below 2^64: the product stays below 2^121.
  const Uint128 product = Uint128{mantissa} * kPowersOfTen[17];
  if (shift >= 128) return false;
  const Uint128 remainder = product & ((Uint128{1} << shift) - 1);
  const Uint128 half = Uint128{1} << (shift - 1);
  auto rounded = static_cast<std::uint64_t>(product >> shift);
  if (remainder > half || (remainder == half && (rounded & 1) != 0)) ++rounded;
  if (rounded == kPowersOfTen[17]) return true;
  *digits = rounded;
  return false;
}

std::size_t trim_fraction(const char* text, std::size_t size) {
  while (text[size - 1] == '0') --size;
  if (text[size - 1] == '.') --size;
  return size;
}

}  // namespace

std::optional<std::int64_t> parse_int64(std::string_view text) {
  if (text.empty() || text.size() > kMaxInt64Chars) return std::nullopt;
  const bool negative = text[0] == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || digits.size() > 19 || !is_digit(digits[0])) return std::nullopt;
  if (digits[0] == '0') {
    if (text.size() != 1) return std::nullopt;
    return 0;
  }
  std::uint64_t value = 0;  // 19 digits cannot overflow it
  for (const char c : digits) {
    const auto digit = static_cast<unsigned char>(c - '0');
    if (digit > 9) return std::nullopt;
    value = value * 10 + digit;
  }
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value > kMax + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - value : value);
}

std::optional<std::uint64_t> parse_uint64(std::string_view text) {
  text = text.substr(0, text.find('\0'));
  if (const auto value = parse_int64(text)) {
    if (*value < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*value);
  }
  while (!text.empty() && is_space(text[0])) text.remove_prefix(1);
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  const auto value = parse_digits(text);
  if (!value) return std::nullopt;
  return negative ? 0 - *value : *value;
}

std::optional<double> parse_double(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;

  double value = 0;
  if (const auto decimal = read_short_decimal(text);
      decimal && decimal->mantissa <= (std::uint64_t{1} << 53) && FLT_EVAL_METHOD == 0) {
    // Both numbers are exact (10^19 < 2^64 has fewer than 53 bits without its factor 2^19): one rounding.
    value = static_cast<double>(decimal->mantissa);
    if (decimal->scale != 0) value /= static_cast<double>(kPowersOfTen[decimal->scale]);
  } else if (equals_ignoring_case(text, "inf") || equals_ignoring_case(text, "infinity")) {
    value = std::numeric_limits<double>::infinity();
  } else {
    const bool hex = text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
    const std::string_view number = hex ? text.substr(2) : text;
    // from_chars would take a sign, "nan" or "inf" here.
    const char first = number[0];
    if (!is_digit(first) && first != '.' &&
        !(hex && std::strchr("abcdefABCDEF", first) != nullptr && first)) {
      return std::nullopt;
    }
    const auto format = hex ? std::chars_format::hex : std::chars_format::general;
    const char* const last = number.data() + number.size();
    const auto result = std::from_chars(number.data(), last, value, format);
    if (result.ptr != last || result.ec != std::errc{} || std::isinf(value)) return std::nullopt;
    if (value == 0 && !spells_zero(text)) return std::nullopt;
  }
  return negative ? -value : value;
}

std::optional<double> parse_c_double(std::string_view text) {
  text = text.substr(0, text.find('\0'));
  if (text.empty()) return 0;
  if (const auto plain = parse_double(text)) return plain;
  static const locale_t c_locale = newlocale(LC_ALL_MASK, "C", nullptr);
  const std::string copy(text);
  char* end = nullptr;
  const double value = strtod_l(copy.c_str(), &end, c_locale);
  if (end != copy.c_str() + copy.size() || std::isnan(value)) return std::nullopt;
  return value;
}

std::optional<long double> parse_long_double(std::string_view text) {
  if (text.size() >= kMaxLongDoubleChars) return std::nullopt;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;

  long double value = 0;
  if (const auto decimal = read_short_decimal(text); decimal && LDBL_MANT_DIG >= 64) {
    // 64 bits hold every mantissa of 19 digits and every power of ten used: one rounding.
    value = static_cast<long double>(decimal->mantissa);
    if (decimal->scale != 0) value /= static_cast<long double>(kPowersOfTen[decimal->scale]);
  } else {
    const bool infinite = equals_ignoring_case(text, "inf") || equals_ignoring_case(text, "infinity");
    if (!infinite && !is_digit(text[0]) && text[0] != '.') return std::nullopt;
    const auto parsed = parse_unsigned_with_strtold(text);
    if (!parsed) return std::nullopt;
    value = *parsed;
    if (std::isinf(value) && !infinite) return std::nullopt;
    if (value == 0 && !spells_zero(text)) return std::nullopt;
  }
  return negative ? -value : value;
}

int digits10(std::uint64_t value) {
  const int bits = 64 - __builtin_clzll(value | 1);
  const int guess = bits * 1233 >> 12;  // floor(bits * log10(2)) for bits <= 64
  return guess + (guess < 20 && value >= kPowersOfTen[guess] ? 1 : 0) + (value == 0 ? 1 : 0);
}

std::size_t format_uint64(std::uint64_t value, char* out) {
  // Lengths and counts, nearly all of them.
  if (value < 10) {
    *out = static_cast<char>('0' + value);
    return 1;
  }
  if (value < kEightDigits) return put_leading(value, out);
  const std::uint64_t front = value / kEightDigits;
  std::size_t n = 0;
  if (front < kEightDigits) {
    n = put_leading(front, out);
  } else {
    n = put_leading(front / kEightDigits, out);
    put_digits(split_digits(front % kEightDigits), out + n);
    n += 8;
  }
  put_digits(split_digits(value % kEightDigits), out + n);
  return n + 8;
}

std::size_t format_int64(std::int64_t value, char* out) {
  if (value >= 0) return format_uint64(static_cast<std::uint64_t>(value), out);
  *out = '-';
  return 1 + format_uint64(0 - static_cast<std::uint64_t>(value), out + 1);
}

IntegerText format_int64(std::int64_t value) {
  IntegerText text;
  text.resize(format_int64(value, text.data()));
  return text;
}

IntegerText format_uint64(std::uint64_t value) {
  IntegerText text;
  text.resize(format_uint64(value, text.data()));
  return text;
}

DoubleText format_double(double value) {
  DoubleText text;
  // Integers below 10^17 have at most 17 digits and are written without an exponent.
  if (std::fabs(value) < 1e17) {
    const auto integer = static_cast<std::int64_t>(value);
    if (static_cast<double>(integer) == value && (integer != 0 || !std::signbit(value))) {
      text.resize(format_int64(integer, text.data()));
      return text;
    }
  }
  const auto result =
      std::to_chars(text.data(), text.data() + text.capacity(), value, std::chars_format::general, 17);
  text.resize(static_cast<std::size_t>(result.ptr - text.data()));
  return text;
}

std::optional<std::int64_t> exact_int64(double value) {
  constexpr double kLimit = 4611686018427387904.0;  // 2^62
  if (!(std::fabs(value) <= kLimit)) return std::nullopt;
  const auto integer = static_cast<std::int64_t>(value);
  if (static_cast<double>(integer) != value) return std::nullopt;
  return integer;
}

DoubleText format_listpack_score(double value) {
  const auto integer = exact_int64(value);
  if (!integer) return format_double(value);
  DoubleText text;
  text.resize(format_int64(*integer, text.data()));
  return text;
}

LongDoubleText format_long_double_human(long double value) {
  LongDoubleText text;
  char* const out = text.data();
  if (!std::isfinite(value)) {
    const std::string_view name = std::isnan(value) ? "nan" : (value > 0 ? "inf" : "-inf");
    std::memcpy(out, name.data(), name.size());
    text.resize(name.size());
    return text;
  }
  const long double magnitude = std::fabs(value);
  if (LDBL_MANT_DIG <= 64 && magnitude < 18446744073709551615.0L) {
    auto integer = static_cast<std::uint64_t>(magnitude);
    std::uint64_t fraction = 0;
    if (round_fraction(magnitude - static_cast<long double>(integer), &fraction)) ++integer;
    std::size_t size = 0;
    if (value < 0 && (integer != 0 || fraction != 0)) out[size++] = '-';
    size += format_uint64(integer, out + size);
    if (fraction != 0) {
      out[size++] = '.';
      write_digits(fraction, out + size, 17);
      size = trim_fraction(out, size + 17);
    }
    text.resize(size);
    return text;
  }
  // What is left on x86 has no fraction. With a wider long double it may: to_chars ignores the locale.
  const auto result = std::to_chars(out, out + text.capacity(), value, std::chars_format::fixed, 17);
  std::size_t size = trim_fraction(out, static_cast<std::size_t>(result.ptr - out));
  if (size == 2 && out[0] == '-' && out[1] == '0') {
    out[0] = '0';
    size = 1;
  }
  text.resize(size);
  return text;
}

}  // namespace redouble
