#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;
using redouble::Session;

TEST_CASE("ZADD: counts what is new, with CH what changed", "[zadd][sorted-set]") {
  EngineFixture f;
  CHECK(f.send("ZADD", "z", "1", "a", "2", "b") == ":2\r\n");
  CHECK(f.send("ZADD", "z", "3", "a", "2", "b", "5", "c") == ":1\r\n");
  CHECK(f.send("ZADD", "z", "CH", "4", "a", "2", "b", "6", "d") == ":2\r\n");
  CHECK(f.send("ZADD", "z", "GT", "CH", "1", "a") == ":0\r\n");
  CHECK(f.send("ZADD", "z", "NX", "XX", "1", "a") ==
        "-ERR XX and NX options at the same time are not compatible\r\n");
}

TEST_CASE("ZADD: INCR that may not is null, and NaN is refused", "[zadd][sorted-set]") {
  EngineFixture f;
  CHECK(f.send("ZADD", "z", "INCR", "1.5", "a") == "$3\r\n1.5\r\n");
  CHECK(f.send("ZADD", "z", "NX", "INCR", "1", "a") == "$-1\r\n");
  CHECK(f.send("ZINCRBY", "z", "inf", "a") == "$3\r\ninf\r\n");
  CHECK(f.send("ZINCRBY", "z", "-inf", "a") == "-ERR resulting score is not a number (NaN)\r\n");
  CHECK(f.send("ZADD", "nokey", "XX", "INCR", "1", "a") == "$-1\r\n");
  CHECK(f.send("EXISTS", "nokey") == ":0\r\n");
}

TEST_CASE("ZRANGE: with scores is flat on RESP2 and in pairs on RESP3", "[zrange][sorted-set]") {
  EngineFixture f;
  f.send("ZADD", "z", "1", "a", "2.5", "b");
  CHECK(f.send("ZRANGE", "z", "0", "-1", "WITHSCORES") ==
        "*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$3\r\n2.5\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("ZRANGE", "z", "0", "-1", "WITHSCORES") ==
        "*2\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$1\r\nb\r\n,2.5\r\n");
  CHECK(f.send("ZPOPMIN", "z") == "*2\r\n$1\r\na\r\n,1\r\n");
  CHECK(f.send("ZPOPMIN", "z", "1") == "*1\r\n*2\r\n$1\r\nb\r\n,2.5\r\n");
}

TEST_CASE("ZRANGE: LIMIT needs a range of scores or bytes", "[zrange][sorted-set]") {
  EngineFixture f;
  CHECK(f.send("ZRANGE", "z", "0", "1", "LIMIT", "0", "1") ==
        "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX\r\n");
  CHECK(f.send("ZRANGE", "z", "0", "1", "LIMIT", "0", "-1") == "*0\r\n");
  CHECK(f.send("ZRANGE", "z", "-", "+", "BYLEX", "WITHSCORES") ==
        "-ERR syntax error, WITHSCORES not supported in combination with BYLEX\r\n");
}

TEST_CASE("ZREM: the last member takes the key along", "[zrem][sorted-set]") {
  EngineFixture f;
  f.send("ZADD", "z", "1", "a");
  CHECK(f.send("ZREM", "z", "a", "a") == ":1\r\n");
  CHECK(f.send("TYPE", "z") == "+none\r\n");
}

TEST_CASE("ZRANDMEMBER: no short command makes an endless reply", "[zrandmember][sorted-set]") {
  EngineFixture f;
  f.send("ZADD", "z", "1", "a");
  CHECK(f.send("ZRANDMEMBER", "z", "-4611686018427387903", "WITHSCORES") == "-ERR value is out of range\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "-2") == "*2\r\n$1\r\na\r\n$1\r\na\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "4611686018427387903") == "*1\r\n$1\r\na\r\n");
}

TEST_CASE("ZRANDMEMBER: draws different members, each as likely", "[zrandmember][sorted-set]") {
  EngineFixture f;
  for (int i = 0; i < 5; ++i)
    f.send("ZADD", "z", std::to_string(i), std::string(1, static_cast<char>('a' + i)));
  int drawn[5] = {};
  for (int round = 0; round < 2000; ++round) {
    const std::string reply = f.send("ZRANDMEMBER", "z", "2");
    CHECK(reply.size() == 4 + 2 * 7);
    CHECK(reply[8] != reply[15]);
    ++drawn[reply[8] - 'a'];
    ++drawn[reply[15] - 'a'];
  }
  for (const int n : drawn) CHECK(std::abs(n - 800) < 120);
}

TEST_CASE("BZPOPMIN: waits for a member, first come, first served", "[bzpopmin][sorted-set]") {
  EngineFixture f;
  Session& other = f.engine.connect();
  CHECK(f.send("BZPOPMIN", "y", "z", "0").empty());
  CHECK(f.send_as(other, "ZADD", "z", "2", "b", "1", "a") == ":2\r\n");
  CHECK(f.received(f.client) == "*3\r\n$1\r\nz\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send_as(other, "ZCARD", "z") == ":1\r\n");
}

TEST_CASE("BZMPOP: gives up when its time has come", "[bzmpop][sorted-set]") {
  EngineFixture f;
  CHECK(f.send("BZMPOP", "0.5", "1", "z", "MAX", "COUNT", "2").empty());
  f.advance_ms(499);
  CHECK(f.received(f.client).empty());
  f.advance_ms(1);
  CHECK(f.received(f.client) == "*-1\r\n");
}

TEST_CASE("ZUNIONSTORE: infinities of two signs cancel out", "[zunionstore][sorted-set]") {
  EngineFixture f;
  f.send("ZADD", "a", "inf", "x");
  f.send("ZADD", "b", "-inf", "x");
  CHECK(f.send("ZUNIONSTORE", "t", "2", "a", "b") == ":1\r\n");
  CHECK(f.send("ZSCORE", "t", "x") == "$1\r\n0\r\n");
  CHECK(f.send("ZINTERCARD", "2", "a", "b", "LIMIT", "1") == ":1\r\n");
  CHECK(f.send("ZUNION", "0", "a") == "-ERR at least 1 input key is needed for 'zunion' command\r\n");
}

TEST_CASE("ZSCAN: walks a large set in pieces, each member once or more", "[zscan][sorted-set]") {
  EngineFixture f;
  for (int i = 0; i < 300; ++i) f.send("ZADD", "z", std::to_string(i), "m" + std::to_string(1000 + i));
  std::string cursor = "0", all;
  do {
    const std::string reply = f.send("ZSCAN", "z", cursor);
    const std::size_t at = reply.find("\r\n", 4) + 2;
    cursor = reply.substr(at, reply.find("\r\n", at) - at);
    all += reply;
  } while (cursor != "0");
  for (int i = 0; i < 300; ++i) CHECK(all.find("m" + std::to_string(1000 + i)) != std::string::npos);
}

TEST_CASE("GEOADD: is a sorted set of geohashes", "[geoadd][geo]") {
  EngineFixture f;
  CHECK(f.send("GEOADD", "g", "13.361389", "38.115556", "Palermo", "15.087269", "37.502669", "Catania") ==
        ":2\r\n");
  CHECK(f.send("ZSCORE", "g", "Palermo") == "$16\r\n3479099956230698\r\n");
  CHECK(f.send("GEODIST", "g", "Palermo", "Catania", "km") == "$8\r\n166.2742\r\n");
  CHECK(f.send("GEOHASH", "g", "Palermo") == "*1\r\n$11\r\nsqc8b49rny0\r\n");
  CHECK(f.send("GEOADD", "g", "200", "100", "x") ==
        "-ERR invalid longitude,latitude pair 200.000000,100.000000\r\n");
}

TEST_CASE("GEOPOS: shows seventeen places behind the point", "[geopos][geo]") {
  EngineFixture f;
  f.send("GEOADD", "g", "13.361389", "38.115556", "Palermo");
  f.send("HELLO", "3");
  CHECK(f.send("GEOPOS", "g", "Palermo", "nosuch") ==
        "*2\r\n*2\r\n,13.36138933897018433\r\n,38.11555639549629859\r\n_\r\n");
}

TEST_CASE("GEOSEARCH: COUNT means the nearest", "[geosearch][geo]") {
  EngineFixture f;
  f.send("GEOADD", "g", "13.361389", "38.115556", "Palermo", "15.087269", "37.502669", "Catania");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "COUNT", "1",
               "WITHDIST") == "*1\r\n*2\r\n$7\r\nCatania\r\n$7\r\n56.4413\r\n");
  CHECK(f.send("GEOSEARCHSTORE", "t", "g", "FROMLONLAT", "0", "0", "BYBOX", "1", "1", "m") == ":0\r\n");
}
