// SORT: orders, patterns, storing; what the oracle does not see. Bytes as observed on redis-server 7.0.15.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using namespace redouble;

namespace {
const std::string kNotNumbers = "-ERR One or more scores can't be converted into double\r\n";
}

TEST_CASE("SORT: by number, by text, down, and a part", "[sort]") {
  EngineFixture f;
  f.send("RPUSH", "l", "3", "1", "10");
  CHECK(f.send("SORT", "l") == "*3\r\n$1\r\n1\r\n$1\r\n3\r\n$2\r\n10\r\n");
  CHECK(f.send("SORT", "l", "DESC", "LIMIT", "0", "1") == "*1\r\n$2\r\n10\r\n");
  CHECK(f.send("SORT", "l", "ALPHA") == "*3\r\n$1\r\n1\r\n$2\r\n10\r\n$1\r\n3\r\n");
  CHECK(f.send("SORT", "l", "LIMIT", "9223372036854775807", "9223372036854775807") == "*0\r\n");
  CHECK(f.send("SORT", "missing") == "*0\r\n");
}

TEST_CASE("SORT: what is no number is an error, whatever came before", "[sort]") {
  EngineFixture f;
  f.send("RPUSH", "l", "1", "1e400");
  CHECK(f.send("SORT", "l") == kNotNumbers);
  f.send("RPOP", "l");
  // redis-server would still fail here.
  CHECK(f.send("SORT", "l") == "*1\r\n$1\r\n1\r\n");
  f.send("RPUSH", "l", "nan");
  CHECK(f.send("SORT", "l") == kNotNumbers);
  CHECK(f.send("SORT", "l", "STORE", "m") == kNotNumbers);
  CHECK(f.send("EXISTS", "m") == ":0\r\n");
}

TEST_CASE("SORT BY, GET: keys and fields of hashes", "[sort]") {
  EngineFixture f;
  f.send("RPUSH", "l", "1", "2");
  f.send("MSET", "w1", "20", "w2", "10", "o2", "two");
  f.send("HSET", "h1", "f", "one");
  CHECK(f.send("SORT", "l", "BY", "w*") == "*2\r\n$1\r\n2\r\n$1\r\n1\r\n");
  CHECK(f.send("SORT", "l", "BY", "w*", "GET", "#", "GET", "o*", "GET", "h*->f") ==
        "*6\r\n$1\r\n2\r\n$3\r\ntwo\r\n$-1\r\n$1\r\n1\r\n$-1\r\n$3\r\none\r\n");
}

TEST_CASE("SORT STORE: replaces by a list, or deletes", "[sort]") {
  EngineFixture f;
  f.send("SADD", "s", "b", "a");
  CHECK(f.send("SORT", "s", "ALPHA", "STORE", "s") == ":2\r\n");
  CHECK(f.send("LRANGE", "s", "0", "-1") == "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("SORT", "missing", "STORE", "s") == ":0\r\n");
  CHECK(f.send("EXISTS", "s") == ":0\r\n");
}

TEST_CASE("SORT: a sorted set becomes a skip list and keeps its accounts", "[sort]") {
  EngineFixture f;
  f.send("ZADD", "z", "2", "a", "1", "b");
  CHECK(f.send("SORT", "z", "BY", "nosort", "DESC") == "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "z") == "$8\r\nskiplist\r\n");
  f.send("DEL", "z");
  CHECK(f.send("DBSIZE") == ":0\r\n");
}
