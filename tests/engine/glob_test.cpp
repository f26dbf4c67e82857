// Glob patterns against what KEYS of redis-server 7.0.15 finds.
#include "engine/glob.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

using redouble::glob_match;

namespace {
bool match(std::string_view pattern, std::string_view text) {
  return glob_match(pattern, text, false);
}
bool match_any_case(std::string_view pattern, std::string_view text) {
  return glob_match(pattern, text, true);
}
}  // namespace

TEST_CASE("glob: stars and question marks", "[glob]") {
  CHECK(match("*", "a"));
  CHECK(match("a*", "a"));
  CHECK(match("a***", "a"));
  CHECK(match("*b*d", "abcd"));
  CHECK(match("a*a", "aba"));
  CHECK(match("**?", "x"));
  CHECK_FALSE(match("a*a", "a"));
  CHECK_FALSE(match("?", "ab"));
  CHECK_FALSE(match("a?", "a"));
  CHECK_FALSE(match("", "a"));
}

TEST_CASE("glob: an empty text matches the empty pattern only", "[glob]") {
  CHECK(match("", ""));
  CHECK_FALSE(match("*", ""));
  CHECK_FALSE(match("**", ""));
}

TEST_CASE("glob: classes", "[glob]") {
  CHECK(match("h[ae]llo", "hello"));
  CHECK_FALSE(match("h[ae]llo", "hillo"));
  CHECK(match("h[^e]llo", "hallo"));
  CHECK_FALSE(match("h[^e]llo", "hello"));
  CHECK(match("[a-c]x", "bx"));
  CHECK(match("[c-a]x", "bx"));
  CHECK_FALSE(match("[a-c]", "d"));
  CHECK_FALSE(match("[]", "]"));
  CHECK_FALSE(match("[]a", "]a"));
  CHECK(match("[^]", "x"));
  CHECK(match("[\\]]", "]"));
  CHECK(match("[a\\-c]", "-"));
  CHECK_FALSE(match("[a\\-c]", "b"));
  CHECK(match("[a-]", "]"));  // a range up to the bracket
  CHECK(match("[^^]", "a"));
  CHECK_FALSE(match("[^^]", "^"));
}

TEST_CASE("glob: an unclosed class ends with the pattern", "[glob]") {
  CHECK(match("[a", "a"));
  CHECK(match("x[ab", "xb"));
  CHECK(match("[a-", "-"));
  CHECK(match("[^", "x"));
  CHECK(match("[\\", "\\"));
  CHECK_FALSE(match("[", "["));
  CHECK_FALSE(match("[", "a"));
}

TEST_CASE("glob: escapes", "[glob]") {
  CHECK(match("a\\*", "a*"));
  CHECK_FALSE(match("a\\*", "ab"));
  CHECK(match("\\a", "a"));
  CHECK(match("a\\", "a\\"));
  CHECK_FALSE(match("a\\", "a"));
  CHECK(match("\\\\", "\\"));
}

TEST_CASE("glob: case can be ignored", "[glob]") {
  CHECK_FALSE(match("ABC", "abc"));
  CHECK(match_any_case("A?C*", "abcd"));
  CHECK(match_any_case("[A-C]", "b"));
  CHECK(match_any_case("[a]", "A"));
  CHECK_FALSE(match_any_case("[\\a]", "A"));
  CHECK(match_any_case("\\A", "a"));
}

TEST_CASE("glob: bytes are unsigned", "[glob]") {
  CHECK(match("[\x80-\xff]", "\xc3"));
  CHECK_FALSE(match("[a-\xff]", "A"));
}

TEST_CASE("glob: many stars end quickly", "[glob]") {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "a*";
  const std::string text(5000, 'a');
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(match(pattern + "b", text));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

TEST_CASE("glob: more than a thousand stars match nothing", "[glob]") {
  const auto repeated = [](int count) {
    std::string pattern;
    for (int i = 0; i < count; ++i) pattern += "*a";
    return pattern;
  };
  CHECK(match(repeated(1000), std::string(1000, 'a')));
  CHECK(match(repeated(1000) + "*", std::string(1000, 'a')));
  CHECK_FALSE(match(repeated(1001), std::string(1001, 'a')));
}
