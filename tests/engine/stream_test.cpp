// Streams as clients see them: what depends on the clock, and who waits.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;
using redouble::Session;

TEST_CASE("XADD: an id is the clock's millisecond, or follows the last id", "[stream][xadd]") {
  EngineFixture f;
  const std::string now = std::to_string(f.engine.now_ms());
  const auto reply = [](const std::string& id) {
    return "$" + std::to_string(id.size()) + "\r\n" + id + "\r\n";
  };
  CHECK(f.send("XADD", "s", "*", "a", "1") == reply(now + "-0"));
  CHECK(f.send("XADD", "s", "*", "a", "1") == reply(now + "-1"));
  f.advance_ms(7);
  const std::string later = std::to_string(f.engine.now_ms());
  CHECK(f.send("XADD", "s", "*", "a", "1") == reply(later + "-0"));
  CHECK(f.send("XADD", "s", later + "-*", "a", "1") == reply(later + "-1"));
  CHECK(f.send("XADD", "s", "99999999999999-5", "a", "1") == reply("99999999999999-5"));
  CHECK(f.send("XADD", "s", "*", "a", "1") == reply("99999999999999-6"));
}

TEST_CASE("XADD: a stream may stay empty", "[stream][xadd]") {
  EngineFixture f;
  f.send("XADD", "s", "MAXLEN", "0", "1-0", "a", "1");
  CHECK(f.send("XLEN", "s") == ":0\r\n");
  CHECK(f.send("TYPE", "s") == "+stream\r\n");
}

TEST_CASE("XPENDING: idle times follow the clock", "[stream][xpending]") {
  EngineFixture f;
  f.send("XADD", "s", "1-0", "a", "1");
  f.send("XGROUP", "CREATE", "s", "g", "0");
  f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">");
  f.advance_ms(1500);
  CHECK(f.send("XPENDING", "s", "g", "IDLE", "1500", "-", "+", "9") ==
        "*1\r\n*4\r\n$3\r\n1-0\r\n$1\r\nc\r\n:1500\r\n:1\r\n");
  CHECK(f.send("XPENDING", "s", "g", "IDLE", "1501", "-", "+", "9") == "*0\r\n");
  CHECK(f.send("XINFO", "CONSUMERS", "s", "g") ==
        "*1\r\n*6\r\n$4\r\nname\r\n$1\r\nc\r\n$7\r\npending\r\n:1\r\n$4\r\nidle\r\n:1500\r\n");
  CHECK(f.send("XAUTOCLAIM", "s", "g", "d", "1501", "0") == "*3\r\n$3\r\n0-0\r\n*0\r\n*0\r\n");
  CHECK(f.send("XAUTOCLAIM", "s", "g", "d", "1500", "0", "JUSTID") ==
        "*3\r\n$3\r\n0-0\r\n*1\r\n$3\r\n1-0\r\n*0\r\n");
  f.advance_ms(10);
  CHECK(f.send("XCLAIM", "s", "g", "c", "10", "1-0", "IDLE", "3", "JUSTID") == "*1\r\n$3\r\n1-0\r\n");
  CHECK(f.send("XPENDING", "s", "g", "-", "+", "9") == "*1\r\n*4\r\n$3\r\n1-0\r\n$1\r\nc\r\n:3\r\n:1\r\n");
}

TEST_CASE("XREAD: one entry serves all who wait", "[stream][xread]") {
  EngineFixture f;
  Session& other = f.engine.connect();
  f.send("XADD", "s", "1-0", "a", "1");
  CHECK(f.send("XREAD", "BLOCK", "0", "STREAMS", "s", "$").empty());
  CHECK(f.send_as(other, "XREAD", "BLOCK", "100", "STREAMS", "s", "$").empty());
  Session& writer = f.engine.connect();
  f.send_as(writer, "XADD", "s", "2-0", "b", "2");
  const std::string reply = "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n2-0\r\n*2\r\n$1\r\nb\r\n$1\r\n2\r\n";
  CHECK(f.received(f.client) == reply);
  CHECK(f.received(other) == reply);
}

TEST_CASE("XREAD: a wait ends at its millisecond", "[stream][xread]") {
  EngineFixture f;
  CHECK(f.send("XREAD", "BLOCK", "50", "STREAMS", "s", "0").empty());
  f.advance_ms(49);
  CHECK(f.received(f.client).empty());
  f.advance_ms(1);
  CHECK(f.received(f.client) == "*-1\r\n");
}

TEST_CASE("XREADGROUP: the key of a waiting consumer goes", "[stream][xreadgroup]") {
  EngineFixture f;
  Session& writer = f.engine.connect();
  const auto wait = [&] {
    f.send_as(writer, "XGROUP", "CREATE", "s", "g", "$", "MKSTREAM");
    CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">").empty());
  };
  const std::string gone = "-UNBLOCKED the stream key no longer exists\r\n";
  wait();
  f.send_as(writer, "DEL", "s");
  CHECK(f.received(f.client) == gone);
  wait();
  f.send_as(writer, "SET", "s", "x");
  CHECK(f.received(f.client) == gone);
  f.send_as(writer, "DEL", "s");
  wait();
  f.send_as(writer, "FLUSHALL");
  CHECK(f.received(f.client) == gone);
  wait();
  f.send_as(writer, "PEXPIRE", "s", "20");
  f.advance_ms(19);
  CHECK(f.received(f.client).empty());
  f.advance_ms(1);
  CHECK(f.received(f.client) == gone);
  wait();
  f.send_as(writer, "XGROUP", "DESTROY", "s", "g");
  CHECK(f.received(f.client) ==
        "-NOGROUP the consumer group this client was blocked on no longer exists\r\n");
}

TEST_CASE("XREADGROUP: CLIENT UNBLOCK frees a consumer", "[stream][xreadgroup]") {
  EngineFixture f;
  Session& admin = f.engine.connect();
  f.send("XGROUP", "CREATE", "s", "g", "$", "MKSTREAM");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">").empty());
  CHECK(f.send_as(admin, "CLIENT", "UNBLOCK", std::to_string(f.client.id)) == ":1\r\n");
  CHECK(f.received(f.client) == "*-1\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">").empty());
  CHECK(f.send_as(admin, "CLIENT", "UNBLOCK", std::to_string(f.client.id), "ERROR") == ":1\r\n");
  CHECK(f.received(f.client) == "-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
}

TEST_CASE("XREAD: has a map on RESP3", "[stream][xread]") {
  EngineFixture f;
  f.send("XADD", "s", "1-0", "a", "1");
  f.send("HELLO", "3");
  CHECK(f.send("XREAD", "STREAMS", "s", "t", "0", "0") ==
        "%1\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("XREAD", "STREAMS", "s", "9") == "_\r\n");
}
