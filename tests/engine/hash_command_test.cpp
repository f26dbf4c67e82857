// The oracle compares these commands with redis-server; here stand the things that it cannot see: bounds that
// are our own, what is deterministic, what is counted.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

TEST_CASE("HSET: tells how many fields are new", "[hash]") {
  EngineFixture f;
  CHECK(f.send("HSET", "h", "a", "1", "b", "2") == ":2\r\n");
  CHECK(f.send("HSET", "h", "a", "3", "c", "4") == ":1\r\n");
  CHECK(f.send("HGETALL", "h") == "*6\r\n$1\r\na\r\n$1\r\n3\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\nc\r\n$1\r\n4\r\n");
  CHECK(f.send("HSET", "h", "a") == "-ERR wrong number of arguments for 'hset' command\r\n");
}

TEST_CASE("HSET: counts every pair as a change to save", "[hash]") {
  EngineFixture f;
  f.send("HSET", "h", "a", "1", "b", "2", "a", "3");
  CHECK(f.engine.changes == 3);
  f.send("HDEL", "h", "a", "b", "x");
  CHECK(f.engine.changes == 5);
  CHECK(f.send("EXISTS", "h") == ":0\r\n");
}

TEST_CASE("HRANDFIELD: a negative count that would need gigabytes is refused", "[hash]") {
  EngineFixture f;
  f.send("HSET", "h", "a", "1");
  for (const char* count : {"-9223372036854775807", "-4611686018427387903", "-100000000"})
    CHECK(f.send("HRANDFIELD", "h", count) == "-ERR value is out of range\r\n");
  CHECK(f.send("HRANDFIELD", "h", "-4611686018427387903", "WITHVALUES") == "-ERR value is out of range\r\n");
  CHECK(f.send("HRANDFIELD", "h", "-1000000").substr(0, 10) == "*1000000\r\n");
  CHECK(f.send("HRANDFIELD", "missing", "-9223372036854775807") == "*0\r\n");
}

TEST_CASE("HRANDFIELD: the same seed draws the same", "[hash]") {
  const auto draw = [](std::uint64_t seed) {
    EngineFixture f({}, seed);
    for (int i = 0; i < 600; ++i) f.send("HSET", "h", "f" + std::to_string(i), "v");
    return f.send("HRANDFIELD", "h", "20") + f.send("HRANDFIELD", "h", "-20") + f.send("HRANDFIELD", "h");
  };
  CHECK(draw(1) == draw(1));
  CHECK(draw(1) != draw(2));
}

TEST_CASE("HSCAN: shows all fields of a table in steps", "[hash]") {
  EngineFixture f(EngineFixture::Settings{{"hash-max-listpack-entries", "4"}});
  for (int i = 0; i < 100; ++i) f.send("HSET", "h", "f" + std::to_string(i), "v");
  std::string cursor = "0", shown;
  int steps = 0;
  do {
    const std::string reply = f.send("HSCAN", "h", cursor, "COUNT", "10");
    const auto from = reply.find("\r\n", reply.find('$')) + 2;
    cursor = reply.substr(from, reply.find("\r\n", from) - from);
    shown += reply;
    ++steps;
  } while (cursor != "0");
  CHECK(steps > 5);
  for (int i = 0; i < 100; ++i) CHECK(shown.find("\r\nf" + std::to_string(i) + "\r\n") != std::string::npos);
}

// Observed on redis-server 7.0.15 of Debian 12: n fields f<i> with values v<i>; then f0 has 65 bytes.
TEST_CASE("MEMORY USAGE: of hashes", "[hash][memory]") {
  EngineFixture f;
  constexpr int kObserved[][3] = {{1, 64, 248},  {2, 80, 288},   {3, 80, 328},      {4, 96, 368},
                                  {8, 128, 560}, {16, 208, 944}, {100, 1072, 5200}, {512, 6192, 24752}};
  for (const auto& [n, small, large] : kObserved) {
    INFO(n);
    f.send("DEL", "h");
    for (int i = 0; i < n; ++i) f.send("HSET", "h", "f" + std::to_string(i), "v" + std::to_string(i));
    CHECK(f.send("MEMORY", "USAGE", "h", "SAMPLES", "0") == ":" + std::to_string(small) + "\r\n");
    f.send("HSET", "h", "f0", std::string(65, 'x'));
    CHECK(f.send("MEMORY", "USAGE", "h", "SAMPLES", "0") == ":" + std::to_string(large) + "\r\n");
  }
}

TEST_CASE("INFO memory: a hash is accounted for and forgotten", "[hash][memory]") {
  EngineFixture f;
  const auto empty = f.engine.db(0).keys().bytes();
  f.send("HSET", "h", "a", std::string(1000, 'x'));
  f.send("HSET", "h", "a", std::string(100000, 'x'));
  CHECK(f.engine.db(0).keys().bytes() > empty + 100000);
  f.send("HSET", "h", "a", "x");
  CHECK(f.engine.db(0).keys().bytes() < empty + 1000);
  f.send("HDEL", "h", "a");
  f.send("HSET", "s", "a", "1");
  f.send("DEL", "s");
  CHECK(f.engine.db(0).keys().bytes() - f.engine.db(0).keys().table_bytes() == 0);
}
