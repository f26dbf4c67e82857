// Words of inline requests and configuration lines, checked against inline requests to redis-server 7.0.15.
#include "protocol/split_args.h"

#include <catch2/catch.hpp>
#include "protocol/quoted.h"

using redouble::split_args;
using Words = std::vector<std::string>;

TEST_CASE("split_args: white space separates words", "[split_args]") {
  CHECK(split_args("") == Words{});
  CHECK(split_args(" \t\r\n ") == Words{});
  CHECK(split_args("set  key\tvalue ") == Words{"set", "key", "value"});
  CHECK(split_args(" \v\fa\vb") == Words{"a\vb"});
  CHECK(split_args(std::string_view("a b\0c d", 7)) == Words{"a", "b"});
}

TEST_CASE("split_args: double quotes have escapes", "[split_args]") {
  CHECK(split_args(R"("a b" "")") == Words{"a b", ""});
  CHECK(split_args(R"("\x41\x0a\n\r\t\b\a\q\"\\")") == Words{"A\n\n\r\t\b\aq\"\\"});
  CHECK(split_args(R"("\x4")") == Words{"x4"});
  CHECK(split_args(R"("\x4g")") == Words{"x4g"});
  CHECK(split_args(R"(\x41)") == Words{R"(\x41)"});
}

TEST_CASE("split_args: single quotes only know their own escape", "[split_args]") {
  CHECK(split_args(R"('a "b"' 'it\'s' 'x\n')") == Words{R"(a "b")", "it's", R"(x\n)"});
}

TEST_CASE("split_args: a quote may open inside of a word", "[split_args]") {
  CHECK(split_args(R"(foo"bar" x'y z')") == Words{"foobar", "xy z"});
}

TEST_CASE("split_args: unbalanced quotes are refused", "[split_args]") {
  for (const auto* line :
       {R"("a)", R"('a)", R"("a"b)", R"('a'b)", R"("a""b")", R"("a\")", R"('a\')", "a\""}) {
    INFO(line);
    CHECK_FALSE(split_args(line));
  }
}

TEST_CASE("split_args: reads back what append_quoted writes", "[split_args]") {
  const auto quoted = [](std::string_view text) {
    std::string result;
    redouble::append_quoted(result, text);
    return result;
  };
  CHECK(quoted("a b") == R"("a b")");
  CHECK(quoted("\"\\\n\r\t\a\b\x01\xff") == R"("\"\\\n\r\t\a\b\x01\xff")");
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  CHECK(split_args(quoted(all)) == Words{all});
}
