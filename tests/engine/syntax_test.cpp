#include "engine/syntax.h"

#include <catch2/catch.hpp>

#include "engine/command_table.h"

using redouble::Argument;
using redouble::ArgumentKind;
using redouble::CommandTable;
using redouble::parse_syntax;
using redouble::usage_of;

namespace {

Argument only(std::string_view syntax) {
  const auto parsed = parse_syntax(syntax);
  REQUIRE(parsed);
  REQUIRE(parsed->size() == 1);
  return parsed->front();
}

}  // namespace

TEST_CASE("syntax: nothing is no arguments", "[syntax]") {
  REQUIRE(parse_syntax(""));
  CHECK(parse_syntax("")->empty());
}

TEST_CASE("syntax: a name is a string, `key` is a key of spec 0", "[syntax]") {
  CHECK(only("member").kind == ArgumentKind::string);
  CHECK_FALSE(only("member").key_spec);
  CHECK(only("key").kind == ArgumentKind::key);
  CHECK(only("key").key_spec == 0);
  CHECK(only("key#2").key_spec == 2);
  CHECK_FALSE(only("key:key#-").key_spec);
  CHECK(only("key:str").kind == ArgumentKind::string);
  CHECK(only("pattern:pattern#1").key_spec == 1);
}

TEST_CASE("syntax: types", "[syntax]") {
  CHECK(only("n:int").kind == ArgumentKind::integer);
  CHECK(only("n:double").kind == ArgumentKind::real);
  CHECK(only("n:time").kind == ArgumentKind::unix_time);
  CHECK(only("n:pattern").kind == ArgumentKind::pattern);
  CHECK(only("n:key").kind == ArgumentKind::key);
}

TEST_CASE("syntax: bare words, also of other names and odd characters", "[syntax]") {
  CHECK(only("NX").kind == ArgumentKind::token);
  CHECK(only("NX").name == "nx");
  CHECK(only("NX").token == "NX");
  CHECK(only("sorting!ALPHA").name == "sorting");
  CHECK(only("sorting!ALPHA").token == "ALPHA");
  CHECK(only("equal!=").token == "=");
  CHECK(only("approximately!~").token == "~");
  CHECK(only("empty!''").token == "");
}

TEST_CASE("syntax: a token in front, versions, repetition", "[syntax]") {
  const Argument keys = only("[KEYS=key#1~6.0@3.0.6...]");
  CHECK(keys.token == "KEYS");
  CHECK(keys.name == "key");
  CHECK(keys.key_spec == 1);
  CHECK(keys.deprecated_since == "6.0");
  CHECK(keys.since == "3.0.6");
  CHECK(keys.optional);
  CHECK(keys.multiple);
  CHECK_FALSE(keys.multiple_token);
  CHECK(only("[GET=pattern:pattern*...]").multiple_token);
}

TEST_CASE("syntax: one of, blocks, and one in the other", "[syntax]") {
  const Argument trim =
      only("trim{strategy<MAXLEN|MINID@6.2.0> [operator<equal!=|approximately!~>] threshold}");
  REQUIRE(trim.arguments.size() == 3);
  CHECK(trim.kind == ArgumentKind::block);
  CHECK(trim.arguments[0].kind == ArgumentKind::one_of);
  CHECK(trim.arguments[0].arguments[1].since == "6.2.0");
  CHECK(trim.arguments[1].optional);
  CHECK(trim.arguments[1].arguments[1].token == "~");
  CHECK(trim.arguments[2].name == "threshold");
}

TEST_CASE("syntax: what is malformed is refused", "[syntax]") {
  for (const auto* syntax : {"[key", "key]", "a<b|c", "a{b", "a:nosuch", "a ", " a", "a  b", "a@", "a~",
                             "a#x", "a..", "a*...", "TOKEN=", "low=er", "a!", "=a", "a<>", "a|b"}) {
    INFO(syntax);
    CHECK_FALSE(parse_syntax(syntax));
  }
}

TEST_CASE("syntax: every row of the table is well formed", "[syntax]") {
  const CommandTable& table = CommandTable::standard();
  for (std::size_t i = 0; i < table.size(); ++i) {
    INFO(table[i].name << ": " << table[i].syntax);
    CHECK(parse_syntax(table[i].syntax));
    CHECK_FALSE(table[i].summary.empty());
    CHECK_FALSE(table[i].since.empty());
  }
}

TEST_CASE("syntax: usage reads as in a manual", "[syntax]") {
  const auto usage = [](std::string_view syntax) { return usage_of(*parse_syntax(syntax)); };
  CHECK(usage("key value [condition<NX|XX>] [expiration<EX=seconds:int|KEEPTTL>]") ==
        "key value [NX | XX] [EX seconds | KEEPTTL]");
  CHECK(usage("key...") == "key [key ...]");
  CHECK(usage("[GET=pattern*...]") == "[GET pattern [GET pattern ...]]");
  CHECK(usage("where<BEFORE|AFTER> key_value{key value}...") == "<BEFORE | AFTER> key value [key value ...]");
}
