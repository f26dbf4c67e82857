// The oracle compares these commands with redis-server; here stand the things that it cannot see: bounds that
// are our own, what is deterministic, what is counted.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

TEST_CASE("SADD: tells how many members are new", "[set]") {
  EngineFixture f;
  CHECK(f.send("SADD", "s", "3", "1", "2", "3") == ":3\r\n");
  CHECK(f.send("SMEMBERS", "s") == "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "s") == "$6\r\nintset\r\n");
  CHECK(f.send("SADD", "s", "a") == ":1\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "s") == "$9\r\nhashtable\r\n");
  CHECK(f.engine.changes == 4);
}

TEST_CASE("SPOP: every member once, each a change to save", "[set]") {
  EngineFixture f;
  f.send("SADD", "s", "a", "b", "c", "1");
  f.engine.changes = 0;
  std::string all;
  for (int i = 0; i < 4; ++i) all += f.send("SPOP", "s");
  for (const char* member : {"a", "b", "c", "1"}) CHECK(all.find(member) != std::string::npos);
  CHECK(f.engine.changes == 4);
  CHECK(f.send("EXISTS", "s") == ":0\r\n");
  f.send("SADD", "s", "a", "b", "c", "1");
  f.engine.changes = 0;
  f.send("SPOP", "s", "2");
  CHECK(f.engine.changes == 2);
  f.send("SPOP", "s", "10");
  CHECK(f.engine.changes == 4);
}

TEST_CASE("SPOP: with a count removes just what it shows", "[set][random]") {
  EngineFixture f;
  const bool numbers = GENERATE(true, false);
  for (const int count : {1, 10, 60, 90, 99}) {
    f.send("DEL", "s");
    for (int i = 0; i < 100; ++i) f.send("SADD", "s", (numbers ? "" : "m") + std::to_string(100 + i));
    const std::string shown = f.send("SPOP", "s", std::to_string(count));
    CHECK(shown.substr(0, shown.find('\r')) == "*" + std::to_string(count));
    const std::string left = f.send("SMEMBERS", "s");
    CHECK(f.send("SCARD", "s") == ":" + std::to_string(100 - count) + "\r\n");
    for (int i = 0; i < 100; ++i) {
      const std::string member = (numbers ? "\n" : "\nm") + std::to_string(100 + i) + "\r";
      CHECK((shown.find(member) == std::string::npos) != (left.find(member) == std::string::npos));
    }
  }
}

TEST_CASE("SRANDMEMBER: a negative count that would need gigabytes is refused", "[set]") {
  EngineFixture f;
  f.send("SADD", "s", "a");
  f.send("SADD", "n", "1");
  for (const char* key : {"s", "n"}) {
    for (const char* count : {"-9223372036854775807", "-4611686018427387903", "-100000000"})
      CHECK(f.send("SRANDMEMBER", key, count) == "-ERR value is out of range\r\n");
    CHECK(f.send("SRANDMEMBER", key, "-1000000").substr(0, 10) == "*1000000\r\n");
  }
  CHECK(f.send("SRANDMEMBER", "missing", "-9223372036854775807") == "*0\r\n");
}

TEST_CASE("SRANDMEMBER: the same seed draws the same", "[set]") {
  const auto draw = [](std::uint64_t seed) {
    EngineFixture f({}, seed);
    for (int i = 0; i < 100; ++i) f.send("SADD", "s", "m" + std::to_string(i));
    return f.send("SRANDMEMBER", "s", "20") + f.send("SRANDMEMBER", "s", "-20") + f.send("SPOP", "s", "5");
  };
  CHECK(draw(1) == draw(1));
  CHECK(draw(1) != draw(2));
}

TEST_CASE("SINTERCARD: stops at the limit", "[set]") {
  EngineFixture f;
  f.send("SADD", "a", "1", "2", "3", "x");
  f.send("SADD", "b", "1", "2", "3");
  CHECK(f.send("SINTERCARD", "2", "a", "b") == ":3\r\n");
  CHECK(f.send("SINTERCARD", "2", "a", "b", "LIMIT", "2") == ":2\r\n");
  CHECK(f.send("SINTERCARD", "2", "a", "b", "LIMIT", "0") == ":3\r\n");
}

// Observed on redis-server 7.0.15 of Debian 12: n integers; then also "abc".
TEST_CASE("MEMORY USAGE: of sets", "[set][memory]") {
  EngineFixture f;
  constexpr int kObserved[][3] = {{1, 64, 200},  {2, 64, 232},     {3, 64, 264},      {4, 64, 360},
                                  {5, 80, 360},  {8, 80, 584},     {9, 80, 552},      {16, 96, 1032},
                                  {17, 96, 936}, {100, 272, 4360}, {512, 1328, 28808}};
  for (const auto& [n, small, large] : kObserved) {
    INFO(n);
    f.send("DEL", "s");
    for (int i = 0; i < n; ++i) f.send("SADD", "s", std::to_string(i));
    CHECK(f.send("MEMORY", "USAGE", "s", "SAMPLES", "0") == ":" + std::to_string(small) + "\r\n");
    f.send("SADD", "s", "abc");
    CHECK(f.send("MEMORY", "USAGE", "s", "SAMPLES", "0") == ":" + std::to_string(large) + "\r\n");
  }
}

TEST_CASE("INFO memory: a set is accounted for and forgotten", "[set][memory]") {
  EngineFixture f;
  for (int i = 0; i < 1000; ++i) f.send("SADD", "s", "member:" + std::to_string(i));
  CHECK(f.engine.db(0).keys().bytes() > 1000 * 32);
  f.send("SUNIONSTORE", "d", "s");
  f.send("SPOP", "s", "990");
  f.send("SPOP", "s", "10");
  f.send("SINTERSTORE", "d", "missing");
  CHECK(f.engine.db(0).keys().bytes() - f.engine.db(0).keys().table_bytes() == 0);
}
