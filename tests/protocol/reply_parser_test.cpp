// Every sample is read whole, byte by byte, and split in two at each byte.
#include "protocol/reply_parser.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace redouble;

namespace {

std::vector<Value> drain(ReplyParser& parser) {
  std::vector<Value> replies;
  while (auto reply = parser.next()) replies.push_back(std::move(*reply));
  return replies;
}

std::vector<Value> read_split(std::string_view bytes, std::size_t at) {
  ReplyParser parser;
  parser.feed(bytes.substr(0, at));
  std::vector<Value> replies = drain(parser);
  parser.feed(bytes.substr(at));
  for (auto& reply : drain(parser)) replies.push_back(std::move(reply));
  INFO(parser.error());
  CHECK_FALSE(parser.failed());
  CHECK(parser.idle());
  return replies;
}

// Reads `bytes` in every split and returns the replies.
std::vector<Value> read_all(std::string_view bytes) {
  const std::vector<Value> whole = read_split(bytes, bytes.size());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    INFO("split at " << at);
    CHECK(read_split(bytes, at) == whole);
  }
  ReplyParser parser;
  std::vector<Value> single;
  for (const char c : bytes) {
    parser.feed({&c, 1});
    for (auto& reply : drain(parser)) single.push_back(std::move(reply));
  }
  CHECK(single == whole);
  return whole;
}

Value read_one(std::string_view bytes) {
  const auto replies = read_all(bytes);
  REQUIRE(replies.size() == 1);
  return replies[0];
}

std::string error_of(std::string_view bytes, ReplyParser::Limits limits = {}) {
  ReplyParser parser(limits);
  parser.feed(bytes);
  const auto replies = drain(parser);
  CHECK(replies.empty());
  CHECK(parser.failed());
  parser.feed("+OK\r\n");
  CHECK_FALSE(parser.next());
  // One byte at a time it is the same error.
  ReplyParser slow(limits);
  for (const char c : bytes) {
    slow.feed({&c, 1});
    CHECK_FALSE(slow.next());
  }
  CHECK(slow.error() == parser.error());
  return parser.error();
}

}  // namespace

TEST_CASE("reply_parser: RESP2 types", "[reply_parser]") {
  CHECK(read_one("+OK\r\n") == Value::status("OK"));
  CHECK(read_one("+\r\n") == Value::status(""));
  CHECK(read_one("-ERR unknown command\r\n") == Value::error("ERR unknown command"));
  CHECK(read_one(":-9223372036854775808\r\n") == Value(std::numeric_limits<std::int64_t>::min()));
  // The text holds a line end and a NUL.
  CHECK(read_one(std::string_view("$5\r\na\r\nb\0\r\n", 11)) == Value(std::string_view("a\r\nb\0", 5)));
  CHECK(read_one("$0\r\n\r\n") == Value(""));
  CHECK(read_one("$-1\r\n").is_null());
  CHECK(read_one("*-1\r\n").is_null());
  CHECK(read_one("*0\r\n") == Value::array({}));
  CHECK(read_one("*3\r\n:1\r\n$-1\r\n*2\r\n+a\r\n*0\r\n") ==
        Value::array({Value(1), Value(), Value::array({Value::status("a"), Value::array({})})}));
}

TEST_CASE("reply_parser: RESP3 types", "[reply_parser]") {
  CHECK(read_one("_\r\n").is_null());
  CHECK(read_one("#t\r\n") == Value::boolean(true));
  CHECK(read_one("#f\r\n") == Value::boolean(false));
  CHECK(read_one(",3.141\r\n") == Value::real(3.141));
  CHECK(read_one(",inf\r\n") == Value::real(std::numeric_limits<double>::infinity()));
  CHECK(read_one(",-inf\r\n") == Value::real(-std::numeric_limits<double>::infinity()));
  CHECK(std::isnan(read_one(",nan\r\n").real()));
  CHECK(std::isnan(read_one(",-nan\r\n").real()));
  CHECK(read_one("(1234567999999999999999999999999999999\r\n") ==
        Value::big_number("1234567999999999999999999999999999999"));
  CHECK(read_one("=29\r\ntxt:This is a verbatim\nstring\r\n") ==
        Value::verbatim("This is a verbatim\nstring"));
  CHECK(read_one("!21\r\nSYNTAX invalid syntax\r\n") == Value::error("SYNTAX invalid syntax"));
  CHECK(read_one("%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n_\r\n") ==
        Value::map({Value::status("a"), Value(1), Value::status("b"), Value::array({Value()})}));
  CHECK(read_one("%0\r\n") == Value::map({}));
  CHECK(read_one("~2\r\n$1\r\nx\r\n#t\r\n") == Value::set({Value("x"), Value::boolean(true)}));
  CHECK(read_one(">2\r\n$10\r\ninvalidate\r\n_\r\n") == Value::push({Value("invalidate"), Value()}));
}

TEST_CASE("reply_parser: pipelined replies come one by one", "[reply_parser]") {
  const auto replies = read_all("+OK\r\n:7\r\n*1\r\n>1\r\n+x\r\n$3\r\nabc\r\n");
  REQUIRE(replies.size() == 4);
  CHECK(replies[0] == Value::status("OK"));
  CHECK(replies[1] == Value(7));
  CHECK(replies[2] == Value::array({Value::push({Value::status("x")})}));
  CHECK(replies[3] == Value("abc"));
}

TEST_CASE("reply_parser: attributes stand beside their reply", "[reply_parser]") {
  const std::string bytes =
      "|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n$5\r\nreply\r\n+next\r\n";
  CHECK(read_all(bytes).size() == 2);
  ReplyParser parser;
  parser.feed(bytes);
  CHECK(parser.next() == Value("reply"));
  CHECK(parser.attributes() ==
        Value::map({Value("key-popularity"), Value::array({Value("key:123"), Value(90)})}));
  CHECK(parser.next() == Value::status("next"));
  CHECK(parser.attributes().is_null());
  CHECK(read_one("*2\r\n:1\r\n|1\r\n+ttl\r\n:3600\r\n:2\r\n") == Value::array({Value(1), Value(2)}));
  CHECK(read_one("|0\r\n*1\r\n|0\r\n|0\r\n*0\r\n") == Value::array({Value::array({})}));
}

TEST_CASE("reply_parser: an unfinished reply is not idle", "[reply_parser]") {
  for (const char* part :
       {"+O", "$3\r\n", "$3\r\nab", "*1\r\n", "*2\r\n:1\r\n", "|1\r\n+a\r\n:1\r\n", "+OK\r"}) {
    ReplyParser parser;
    parser.feed(part);
    INFO(part);
    CHECK_FALSE(parser.next());
    CHECK_FALSE(parser.idle());
    CHECK_FALSE(parser.failed());
  }
}

TEST_CASE("reply_parser: what is no reply is refused with its reason", "[reply_parser]") {
  CHECK(error_of("\r\n") == "an empty line stands where a reply should start");
  CHECK(error_of("HTTP/1.1 400\r\n") == "unknown reply type 'H'");
  CHECK(error_of("\x15\x03\r\n") == "unknown reply type byte 0x15");
  CHECK(error_of(":1.5\r\n") == "not an integer: \"1.5\"");
  CHECK(error_of(":\r\n") == "not an integer: \"\"");
  CHECK(error_of("_x\r\n") == "a null carries text: \"x\"");
  CHECK(error_of("#1\r\n") == "not a boolean: \"1\"");
  CHECK(error_of(",1e999\r\n") == "not a double: \"1e999\"");
  CHECK(error_of("(12a\r\n") == "not a big number: \"12a\"");
  CHECK(error_of("$-2\r\n") == "not a length after '$': \"-2\"");
  CHECK(error_of("~-1\r\n") == "not a length after '~': \"-1\"");
  CHECK(error_of("*x\r\n") == "not a length after '*': \"x\"");
  CHECK(error_of("$1\r\nabc\r\n").substr(0, 32) == "a bulk string does not end with ");
  CHECK(error_of("=3\r\ntxt\r\n") == "a verbatim string has no format: \"txt\"");
  CHECK(error_of("+a\nb\r\n") == "a line ends without a carriage return: \"+a\"");
  CHECK(error_of("+a\rb\r\n") == "a carriage return stands inside a line: \"+a\"");
}

TEST_CASE("reply_parser: streamed types are refused by name", "[reply_parser]") {
  CHECK(error_of("$?\r\n") == "streamed replies are not supported: $? received");
  CHECK(error_of("*?\r\n") == "streamed replies are not supported: *? received");
  CHECK(error_of("%?\r\n") == "streamed replies are not supported: %? received");
  CHECK(error_of("~?\r\n") == "streamed replies are not supported: ~? received");
  CHECK(error_of(";4\r\n") == "streamed replies are not supported: ';' received");
  CHECK(error_of(".\r\n") == "streamed replies are not supported: '.' received");
}

TEST_CASE("reply_parser: depth and sizes are bounded", "[reply_parser]") {
  std::string deep;
  for (int i = 0; i < 128; ++i) deep += "*1\r\n";
  ReplyParser parser;
  parser.feed(deep + ":1\r\n");
  CHECK(parser.next());
  CHECK(error_of(deep + "*1\r\n") == "a reply is nested deeper than 128 levels");
  CHECK(error_of("$536870913\r\n") == "a bulk string of 536870913 bytes passes the limit of 536870912");
  CHECK(error_of("*9223372036854775807\r\n") ==
        "an aggregate of 9223372036854775807 elements passes the limit");
  CHECK(error_of("%9223372036854775807\r\n") ==
        "an aggregate of 9223372036854775807 elements passes the limit");
  ReplyParser::Limits limits;
  limits.elements = 10;
  limits.line_bytes = 20;
  CHECK(error_of("*2\r\n*4\r\n:1\r\n:1\r\n:1\r\n:1\r\n*5\r\n", limits) ==
        "a reply has more than 10 elements");
  CHECK(error_of("+" + std::string(20, 'x'), limits) == "a line is longer than 20 bytes");
  ReplyParser small(limits);
  small.feed("*9\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n*10\r\n");
  CHECK(small.next());
  CHECK_FALSE(small.next());
  CHECK_FALSE(small.failed());
  small.feed("");
  CHECK_FALSE(small.idle());
}

TEST_CASE("reply_parser: a long stream does not keep what was read", "[reply_parser]") {
  ReplyParser parser;
  const std::string text(1000, 'v');
  const std::string reply = "$1000\r\n" + text + "\r\n";
  for (int i = 0; i < 1000; ++i) {
    parser.feed(reply.substr(0, 500));
    CHECK_FALSE(parser.next());
    parser.feed(reply.substr(500));
    if (parser.next() != Value(text)) FAIL("reply " << i);
  }
  CHECK(parser.idle());
}
