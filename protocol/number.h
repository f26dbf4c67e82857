// Text <-> numbers, byte for byte as redis-server 7.0.15 reads and writes them.
//
// Parsers take the whole text or nothing: no surrounding spaces, no trailing bytes, nan refused. They ignore
// the process's locale and never allocate. Formatters return their bytes by value in a fixed buffer.
// A new number format belongs here, next to the command in Redis that shows its rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace redouble {

// A short text held inline; valid as long as the object lives. The bytes behind size() are unspecified.
template <std::size_t Capacity>
class NumberText {
 public:
  NumberText() {}  // leaves the buffer unset on purpose: clearing 5 KB would cost more than formatting

  char* data() { return bytes_; }
  const char* data() const { return bytes_; }
  std::size_t size() const { return size_; }
  static constexpr std::size_t capacity() { return Capacity; }
  void resize(std::size_t size) { size_ = static_cast<std::uint32_t>(size); }  // REQUIRES: size <= Capacity

  std::string_view view() const& { return {bytes_, size_}; }
  operator std::string_view() const& { return view(); }

 private:
  std::uint32_t size_ = 0;
  char bytes_[Capacity];
};

// Bytes that any int64_t or uint64_t fits in.
inline constexpr std::size_t kMaxInt64Chars = 20;

using IntegerText = NumberText<kMaxInt64Chars>;
using DoubleText = NumberText<32>;
// A long double of 80 or 128 bits has up to 4,933 digits before the point, and we write 17 behind it.
using LongDoubleText = NumberText<4960>;

// An integer in its one canonical spelling: "0", "-7", never "+7", "07", "-0" or " 7".
std::optional<std::int64_t> parse_int64(std::string_view text);
// False where it cannot spell one: most texts that are none are told by their first byte.
inline bool may_be_int64(std::string_view text) {
  return !text.empty() && text.size() <= kMaxInt64Chars && text.front() <= '9' && text.front() >= '-';
}

// A stream id's half or a client-given counter. Wider than parse_int64, as in Redis: what is not a canonical
// integer is read once more the way C does it, so " 5", "+5" and "05" are 5, "-05" is 2^64 - 5, and text
// behind a NUL byte is not looked at. A canonical negative number is refused.
std::optional<std::uint64_t> parse_uint64(std::string_view text);

// A double (scores, timeouts, coordinates): decimal or hexadecimal, "inf" and "infinity" in any case.
// Overflow ("1e400") and underflow to zero ("1e-400") are refused; subnormal values are accepted.
std::optional<double> parse_double(std::string_view text);

// The limit of a score range, read the way C's strtod does: spaces in front are passed over, "" is 0, "1e400"
// is infinite and "1e-400" 0, bytes behind a NUL are not looked at. nan is refused.
std::optional<double> parse_c_double(std::string_view text);

// The number type of INCRBYFLOAT and HINCRBYFLOAT; the same rules as parse_double with the wider range of
// long double, and no text of kMaxLongDoubleChars bytes or more.
inline constexpr std::size_t kMaxLongDoubleChars = 5120;
std::optional<long double> parse_long_double(std::string_view text);

// The number of decimal digits; 1 for 0.
int digits10(std::uint64_t value);

// Writes `value` without a terminator and returns the number of bytes. REQUIRES: room for kMaxInt64Chars.
std::size_t format_int64(std::int64_t value, char* out);
std::size_t format_uint64(std::uint64_t value, char* out);
// The same where nearly all numbers have one or two digits, as the sizes of elements.
inline std::size_t format_size(std::size_t value, char* out) {
  if (value >= 100) return format_uint64(value, out);
  const std::size_t tens = value * 103 >> 10;
  *out = static_cast<char>('0' + tens);
  out += value >= 10;
  *out = static_cast<char>('0' + value - 10 * tens);
  return value >= 10 ? 2 : 1;
}
IntegerText format_int64(std::int64_t value);
IntegerText format_uint64(std::uint64_t value);

// 17 significant digits, "inf", "-inf", "nan", "-nan": the payload of a double reply, in RESP2 (a bulk
// string) and RESP3 (behind the comma) alike. 3.14 is "3.1400000000000001", 1e17 is "1e+17", -0.0 is "-0".
DoubleText format_double(double value);

// The integer that equals `value`, within +-2^62; -0.0 is 0. Redis keeps such scores as integers in a small
// sorted set.
std::optional<std::int64_t> exact_int64(double value);

// A score as ZSCAN shows it for a sorted set in listpack encoding: like format_double, but integers up to
// 2^62 in plain digits, and 0 for -0.0.
DoubleText format_listpack_score(double value);

// INCRBYFLOAT's text: up to 17 digits behind the point, trailing zeros cut, no exponent, "0" for "-0".
LongDoubleText format_long_double_human(long double value);

}  // namespace redouble
