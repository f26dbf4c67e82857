// How single values are read and written: amounts of memory, notification classes, numbers as C reads them.
#include "engine/config_values.h"

#include <array>

#include "engine/config.h"

namespace redouble {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct NotifyLetter {
  char letter;
  uint32_t flag;
};

// In the order in which they are reported.
constexpr NotifyLetter kNotifyLetters[] = {
    {'g', notify::kGeneric},  {'$', notify::kString},    {'l', notify::kList},    {'s', notify::kSet},
    {'h', notify::kHash},     {'z', notify::kSortedSet}, {'x', notify::kExpired}, {'e', notify::kEvicted},
    {'t', notify::kStream},   {'d', notify::kModule},    {'n', notify::kNewKey},  {'K', notify::kKeyspace},
    {'E', notify::kKeyevent}, {'m', notify::kKeyMiss},
};

std::optional<uint64_t> unit_factor(std::string_view unit) {
  struct Unit {
    std::string_view name;
    uint64_t factor;
  };
  static constexpr Unit kUnits[] = {{"", 1},
                                    {"b", 1},
                                    {"k", 1000},
                                    {"kb", 1024},
                                    {"m", 1000 * 1000},
                                    {"mb", 1024 * 1024},
                                    {"g", 1000 * 1000 * 1000},
                                    {"gb", 1024 * 1024 * 1024}};
  for (const auto& known : kUnits) {
    if (equal_ignoring_case(unit, known.name)) return known.factor;
  }
  return std::nullopt;
}

int digit_of(char c, int base) {
  return c >= '0' && c < '0' + base ? c - '0' : -1;
}

}  // namespace

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  if (text.empty()) return words;
  size_t start = 0;
  while (true) {
    const size_t end = text.find(' ', start);
    words.push_back(text.substr(start, end - start));
    if (end == std::string_view::npos) return words;
    start = end + 1;
  }
}

std::optional<uint64_t> parse_memory(std::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  // Redis copies the digits into 128 bytes first.
  if (digits >= 128) return std::nullopt;
  const auto factor = unit_factor(text.substr(digits));
  if (!factor) return std::nullopt;
  uint64_t number = 0;
  for (const char c : text.substr(0, digits)) {
    if (__builtin_mul_overflow(number, uint64_t{10}, &number) ||
        __builtin_add_overflow(number, static_cast<uint64_t>(c - '0'), &number)) {
      number = UINT64_MAX;
      break;
    }
  }
  return number * *factor;
}

std::string format_memory(uint64_t bytes) {
  static constexpr std::array<std::pair<uint64_t, const char*>, 3> kUnits = {
      {{uint64_t{1} << 30, "gb"}, {uint64_t{1} << 20, "mb"}, {uint64_t{1} << 10, "kb"}}};
  for (const auto& [factor, name] : kUnits) {
    if (bytes != 0 && bytes % factor == 0) return std::to_string(bytes / factor) + name;
  }
  return std::to_string(bytes);
}

std::optional<CInteger> parse_c_integer(std::string_view text, int base) {
  size_t at = 0;
  while (at < text.size() && (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r'))) ++at;
  const bool negative = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  // Without a single digit C reads nothing and stops at the start: only the empty text is then read whole.
  if (at == text.size() && !text.empty()) return std::nullopt;
  CInteger result;
  for (; at < text.size(); ++at) {
    const int digit = digit_of(text[at], base);
    if (digit < 0) return std::nullopt;
    if (__builtin_mul_overflow(result.value, int64_t{base}, &result.value) ||
        __builtin_add_overflow(result.value, negative ? -digit : digit, &result.value)) {
      result.value = negative ? INT64_MIN : INT64_MAX;
      result.overflowed = true;
    }
    if (result.overflowed) result.value = negative ? INT64_MIN : INT64_MAX;
  }
  return result;
}

std::optional<uint32_t> parse_notify_flags(std::string_view letters) {
  uint32_t flags = 0;
  for (const char c : letters) {
    if (c == 'A') {
      flags |= notify::kAll;
      continue;
    }
    uint32_t found = 0;
    for (const auto& known : kNotifyLetters) {
      if (known.letter == c) found = known.flag;
    }
    if (found == 0) return std::nullopt;
    flags |= found;
  }
  return flags;
}

std::string format_notify_flags(uint32_t flags) {
  std::string letters;
  const bool all = (flags & notify::kAll) == notify::kAll;
  if (all) letters += 'A';
  for (const auto& known : kNotifyLetters) {
    if ((flags & known.flag) == 0) continue;
    // Redis leaves out `n`, which A does not include, when it writes A.
    if (all && (known.flag & (notify::kAll | notify::kNewKey)) != 0) continue;
    letters += known.letter;
  }
  return letters;
}

std::optional<std::string> expand_title_template(std::string_view text, const TitleVariable& variable) {
  std::string title;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '{') {
      title += text[at];
      continue;
    }
    if (at + 1 < text.size() && text[at + 1] == '{') {
      title += '{';
      ++at;
      continue;
    }
    const size_t end = text.find('}', at);
    if (end == std::string_view::npos) return std::nullopt;
    const auto value = variable(text.substr(at + 1, end - at - 1));
    if (!value) return std::nullopt;
    title += *value;
    at = end;
  }
  return title;
}

}  // namespace redouble
