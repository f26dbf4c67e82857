// The bytes are those of redis-server 7.0.15 (DEBUG PROTOCOL, and replies of commands) in RESP2 and RESP3.
#include "protocol/resp_writer.h"

#include <catch2/catch.hpp>
#include <limits>
#include <string>

#include "protocol/buffer.h"
#include "protocol/reply_parser.h"
#include "protocol/value_builder.h"

using namespace redouble;

namespace {

template <typename Write>
std::string bytes(int protocol, Write write) {
  Buffer out;
  RespWriter writer(out, protocol);
  write(writer);
  return std::string(out.view());
}

// Checks both protocols' bytes of the replies that `write` says.
template <typename Write>
void check(Write write, const std::string& resp2, const std::string& resp3) {
  CHECK(bytes(2, write) == resp2);
  CHECK(bytes(3, write) == resp3);
}

// Says one reply that holds each verb.
void say_everything(Reply& reply) {
  reply.array(12);
  reply.status("OK");
  reply.error("ERR x");
  reply.integer(-5);
  reply.bulk("text");
  reply.null();
  reply.null_array();
  reply.map(2);
  reply.bulk("k");
  reply.set(1);
  reply.integer(1);
  reply.bulk("empty");
  reply.map(0);
  reply.push(1);
  reply.bulk("message");
  reply.real(0.5);
  reply.boolean(true);
  reply.big_number("12345678901234567890");
  reply.verbatim("txt", "words");
}

}  // namespace

TEST_CASE("resp_writer: simple types", "[resp_writer]") {
  check([](Reply& r) { r.ok(); }, "+OK\r\n", "+OK\r\n");
  check([](Reply& r) { r.status(""); }, "+\r\n", "+\r\n");
  check([](Reply& r) { r.integer(12345); }, ":12345\r\n", ":12345\r\n");
  check([](Reply& r) { r.integer(std::numeric_limits<std::int64_t>::min()); }, ":-9223372036854775808\r\n",
        ":-9223372036854775808\r\n");
  check([](Reply& r) { r.bulk("Hello World"); }, "$11\r\nHello World\r\n", "$11\r\nHello World\r\n");
  check([](Reply& r) { r.bulk(""); }, "$0\r\n\r\n", "$0\r\n\r\n");
  check([](Reply& r) { r.bulk({}); }, "$0\r\n\r\n", "$0\r\n\r\n");
  check([](Reply& r) { r.null(); }, "$-1\r\n", "_\r\n");
  check([](Reply& r) { r.null_array(); }, "*-1\r\n", "_\r\n");
}

TEST_CASE("resp_writer: line ends in an error become spaces", "[resp_writer]") {
  check([](Reply& r) { r.error("ERR a\r\nb"); }, "-ERR a  b\r\n", "-ERR a  b\r\n");
  check([](Reply& r) { r.error("a b c"); }, "-a b c\r\n", "-a b c\r\n");
}

TEST_CASE("resp_writer: RESP3 types have their RESP2 stand-ins", "[resp_writer]") {
  check([](Reply& r) { r.real(3.141); }, "$5\r\n3.141\r\n", ",3.141\r\n");
  check([](Reply& r) { r.real(3.14); }, "$18\r\n3.1400000000000001\r\n", ",3.1400000000000001\r\n");
  check([](Reply& r) { r.real(std::numeric_limits<double>::infinity()); }, "$3\r\ninf\r\n", ",inf\r\n");
  check([](Reply& r) { r.real(-0.0); }, "$2\r\n-0\r\n", ",-0\r\n");
  check([](Reply& r) { r.boolean(true); }, ":1\r\n", "#t\r\n");
  check([](Reply& r) { r.boolean(false); }, ":0\r\n", "#f\r\n");
  check([](Reply& r) { r.big_number("1234567999999999999999999999999999999"); },
        "$37\r\n1234567999999999999999999999999999999\r\n", "(1234567999999999999999999999999999999\r\n");
  check([](Reply& r) { r.verbatim("txt", "This is a verbatim\nstring"); },
        "$25\r\nThis is a verbatim\nstring\r\n", "=29\r\ntxt:This is a verbatim\nstring\r\n");
}

TEST_CASE("resp_writer: aggregates", "[resp_writer]") {
  const auto three = [](Reply& r) {
    for (int i = 0; i < 3; ++i) r.integer(i);
  };
  const std::string items = ":0\r\n:1\r\n:2\r\n";
  check([&](Reply& r) { r.array(3), three(r); }, "*3\r\n" + items, "*3\r\n" + items);
  check([&](Reply& r) { r.set(3), three(r); }, "*3\r\n" + items, "~3\r\n" + items);
  check([&](Reply& r) { r.push(3), three(r); }, "*3\r\n" + items, ">3\r\n" + items);
  check(
      [](Reply& r) {
        r.map(3);
        for (int i = 0; i < 3; ++i) {
          r.integer(i);
          r.boolean(i == 1);
        }
      },
      "*6\r\n:0\r\n:0\r\n:1\r\n:1\r\n:2\r\n:0\r\n", "%3\r\n:0\r\n#f\r\n:1\r\n#t\r\n:2\r\n#f\r\n");
  check([](Reply& r) { r.map(0); }, "*0\r\n", "%0\r\n");
  CHECK(bytes(3, [](Reply& r) {
          r.attribute(1);
          r.bulk("ttl");
          r.integer(7);
          r.bulk("v");
        }) == "|1\r\n$3\r\nttl\r\n:7\r\n$1\r\nv\r\n");
}

TEST_CASE("resp_writer: the protocol may change between replies", "[resp_writer]") {
  Buffer out;
  RespWriter writer(out);
  writer.null();
  writer.set_protocol(3);
  writer.null();
  CHECK(writer.protocol() == 3);
  CHECK(out.view() == "$-1\r\n_\r\n");
}

TEST_CASE("resp_writer: what is written reads back as the tree built from the same verbs", "[resp_writer]") {
  for (const int protocol : {2, 3}) {
    INFO("RESP" << protocol);
    ReplyParser parser;
    parser.feed(bytes(protocol, [](Reply& r) { say_everything(r); }));
    const auto parsed = parser.next();
    REQUIRE(parsed);
    CHECK(parser.idle());
    ValueBuilder builder(protocol);
    say_everything(builder);
    REQUIRE(builder.complete());
    CHECK(builder.take() == *parsed);
  }
}
