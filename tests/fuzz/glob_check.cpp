// Compares the matcher with one that is written after the description in glob.h and tries every length for a
// star.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "engine/glob.h"
#include "tests/fuzz/checks.h"

namespace redouble {
namespace {

// As long as these hold, trying everything takes no time to speak of.
constexpr std::size_t kMaxTried = 48;
constexpr std::ptrdiff_t kMaxTriedStars = 5;

class Tries {
 public:
  explicit Tries(bool ignore_case) : ignore_case_(ignore_case) {}

  bool match(std::string_view pattern, std::string_view text) const {
    if (pattern.empty()) return text.empty();
    if (pattern[0] == '*') {
      for (std::size_t eaten = 0; eaten <= text.size(); ++eaten)
        if (match(pattern.substr(1), text.substr(eaten))) return true;
      return false;
    }
    if (text.empty()) return false;
    const std::size_t length = element_length(pattern);
    return one(pattern.substr(0, length), text[0]) && match(pattern.substr(length), text.substr(1));
  }

 private:
  unsigned char folded(char c) const {
    const auto byte = static_cast<unsigned char>(c);
    return ignore_case_ && byte >= 'A' && byte <= 'Z' ? static_cast<unsigned char>(byte + 32) : byte;
  }

  static std::size_t element_length(std::string_view pattern) {
    if (pattern[0] == '\\') return std::min<std::size_t>(2, pattern.size());
    if (pattern[0] != '[') return 1;
    std::size_t at = 1;
    if (at < pattern.size() && pattern[at] == '^') ++at;
    while (at < pattern.size() && pattern[at] != ']') at += item_length(pattern.substr(at));
    return std::min(at + 1, pattern.size());
  }

  static std::size_t item_length(std::string_view rest) {
    if (rest[0] == '\\' && rest.size() >= 2) return 2;
    return rest.size() >= 3 && rest[1] == '-' ? 3 : 1;
  }

  bool one(std::string_view element, char c) const {
    if (element[0] == '?') return true;
    if (element[0] == '\\' && element.size() == 2) return folded(element[1]) == folded(c);
    if (element[0] != '[') return folded(element[0]) == folded(c);
    std::string_view items = element.substr(1);
    const bool negated = items.starts_with('^');
    if (negated) items.remove_prefix(1);
    bool found = false;
    while (!items.empty() && items[0] != ']') {
      const std::string_view item = items.substr(0, item_length(items));
      found = found || in_item(item, c);
      items.remove_prefix(item.size());
    }
    return found != negated;
  }

  bool in_item(std::string_view item, char c) const {
    if (item.size() == 2) return item[1] == c;
    if (item.size() == 1) return folded(item[0]) == folded(c);
    const auto [low, high] = std::minmax({item[0], item[2]}, [](char a, char b) {
      return static_cast<unsigned char>(a) < static_cast<unsigned char>(b);
    });
    return folded(c) >= folded(low) && folded(c) <= folded(high);
  }

  bool ignore_case_;
};

}  // namespace

std::string glob_problem(std::string_view input) {
  if (input.size() < 2) return {};
  const bool ignore_case = (input[0] & 1) != 0;
  const std::size_t at = static_cast<std::uint8_t>(input[1]) % (input.size() - 1);
  const std::string pattern(input.substr(2, at));
  const std::string text(input.substr(std::min(input.size(), 2 + at)));
  const bool found = glob_match(pattern, text, ignore_case);
  const bool short_enough = pattern.size() <= kMaxTried && text.size() <= kMaxTried &&
                            std::count(pattern.begin(), pattern.end(), '*') <= kMaxTriedStars;
  if (!short_enough) return {};
  // Of Redis's own: a star does not match an empty text.
  const bool expected = text.empty() ? pattern.empty() : Tries(ignore_case).match(pattern, text);
  if (found == expected) return {};
  return "'" + pattern + "' and '" + text +
         (found ? "': matches, and should not" : "': does not match, and should");
}

}  // namespace redouble
