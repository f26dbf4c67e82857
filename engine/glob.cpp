// Matching with one memory: where the last '*' stood and how much text it has eaten so far.
#include "engine/glob.h"

#include <cstddef>
#include <utility>

namespace redouble {
namespace {

// Redis gives up when a pattern nests deeper than this; each '*' that is not the last element nests once.
constexpr int kMaxStars = 1000;

unsigned char lower(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 'A' && byte <= 'Z' ? static_cast<unsigned char>(byte - 'A' + 'a') : byte;
}

bool same(char a, char b, bool ignore_case) {
  return ignore_case ? lower(a) == lower(b) : a == b;
}

bool in_range(char first, char last, char c, bool ignore_case) {
  // The ends are put in order before case is folded: [Z-a] and [a-Z] are the same range, as in Redis.
  auto low = static_cast<unsigned char>(first);
  auto high = static_cast<unsigned char>(last);
  if (low > high) std::swap(low, high);
  auto byte = static_cast<unsigned char>(c);
  if (ignore_case) {
    low = lower(static_cast<char>(low));
    high = lower(static_cast<char>(high));
    byte = lower(c);
  }
  return byte >= low && byte <= high;
}

// Reads the class that starts behind the '[' at `at` and tells whether `c` is in it. Leaves `at` behind the
// class. An escaped byte is compared with its case, even when case is ignored.
bool match_class(std::string_view pattern, size_t& at, char c, bool ignore_case) {
  ++at;
  const bool negated = at < pattern.size() && pattern[at] == '^';
  if (negated) ++at;
  bool matched = false;
  while (at < pattern.size() && pattern[at] != ']') {
    const size_t left = pattern.size() - at;
    if (pattern[at] == '\\' && left >= 2) {
      matched |= pattern[at + 1] == c;
      at += 2;
    } else if (left >= 3 && pattern[at + 1] == '-') {
      matched |= in_range(pattern[at], pattern[at + 2], c, ignore_case);
      at += 3;
    } else {
      matched |= same(pattern[at], c, ignore_case);
      ++at;
    }
  }
  if (at < pattern.size()) ++at;
  return matched != negated;
}

// Matches the one element at `at` against `c` and moves `at` behind it. REQUIRES: at < size, not a '*'.
bool match_one(std::string_view pattern, size_t& at, char c, bool ignore_case) {
  switch (pattern[at]) {
    case '?':
      ++at;
      return true;
    case '[':
      return match_class(pattern, at, c, ignore_case);
    case '\\':
      if (at + 1 < pattern.size()) ++at;
      [[fallthrough]];
    default:
      return same(pattern[at++], c, ignore_case);
  }
}

size_t skip_stars(std::string_view pattern, size_t at) {
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at;
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text, bool ignore_case) {
  if (text.empty()) return pattern.empty();
  size_t at = 0;
  size_t read = 0;
  size_t behind_star = 0;  // where the pattern goes on behind the last '*'; 0 before the first
  size_t star_text = 0;    // where the text behind that '*' was last assumed to start
  int stars = 0;
  while (read < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      at = skip_stars(pattern, at);
      if (at == pattern.size()) return true;
      if (++stars > kMaxStars) return false;
      behind_star = at;
      star_text = read;
      continue;
    }
    if (at < pattern.size() && match_one(pattern, at, text[read], ignore_case)) {
      ++read;
      continue;
    }
    if (behind_star == 0) return false;
    at = behind_star;
    read = ++star_text;
  }
  return skip_stars(pattern, at) == pattern.size();
}

}  // namespace redouble
