// What replicas are told: a follower of an engine on a manual clock, by literal streams.
#include <catch2/catch.hpp>

#include "engine/events.h"
#include "engine/replication.h"
#include "tests/support/engine_fixture.h"

namespace redouble {
namespace {

/// One client that writes and one that follows. A stream is shown as words, commands separated by "; ".
struct Followed : EngineFixture {
  explicit Followed(Settings settings = {}) : EngineFixture(std::move(settings)), follower(engine.connect()) {
    send_as(follower, "SYNC");
    send("SET", "first", "1");
    told();
  }

  /// What the follower was told since the last look.
  std::string told() { return shown(received(follower)); }
  template <class... Words>
  std::string told_of(Words&&... words) {
    send(std::forward<Words>(words)...);
    return told();
  }

  static std::string shown(std::string_view bytes) {
    std::string text;
    std::size_t words_left = 0;
    while (!bytes.empty()) {
      const std::size_t end = bytes.find("\r\n");
      const auto number = static_cast<std::size_t>(std::stoul(std::string(bytes.substr(1, end - 1))));
      const bool begins = bytes.front() == '*';
      bytes.remove_prefix(end + 2);
      if (begins) {
        REQUIRE(words_left == 0);
        words_left = number;
        if (!text.empty()) text += "; ";
        continue;
      }
      text += bytes.substr(0, number);
      if (--words_left > 0) text += ' ';
      bytes.remove_prefix(number + 2);
    }
    REQUIRE(words_left == 0);
    return text;
  }

  std::string now_plus(Millis ms) { return std::to_string(engine.now_ms() + ms); }

  Session& follower;
};

TEST_CASE("Propagation: a change is told as it was called, the rest is not", "[propagation]") {
  Followed f;
  CHECK(f.told_of("sEt", "k", "v") == "sEt k v");
  CHECK(f.told_of("SET", "k", "v", "NX") == "");
  CHECK(f.told_of("GET", "k") == "");
  CHECK(f.told_of("LPUSH", "k", "v") == "");
  CHECK(f.told_of("DEL", "none") == "");
  CHECK(f.told_of("APPEND", "k", "") == "APPEND k ");
  CHECK(f.told_of("SETRANGE", "k", "0", "") == "");
  CHECK(f.told_of("CONFIG", "SET", "maxmemory", "0") == "");
}

TEST_CASE("Propagation: SELECT stands in front of a command of another database", "[propagation]") {
  Followed f;
  f.send("SELECT", "3");
  CHECK(f.told() == "");
  CHECK(f.told_of("SET", "k", "v") == "SELECT 3; SET k v");
  CHECK(f.told_of("INCR", "n") == "INCR n");
  f.send("SELECT", "0");
  CHECK(f.told_of("MOVE", "first", "1") == "SELECT 0; MOVE first 1");
}

TEST_CASE("Propagation: times to live are told as moments", "[propagation][expire]") {
  Followed f;
  CHECK(f.told_of("SET", "k", "v", "EX", "100") == "SET k v PXAT " + f.now_plus(100'000));
  CHECK(f.told_of("SET", "k", "v", "PX", "5", "XX", "GET") == "SET k v PXAT " + f.now_plus(5));
  CHECK(f.told_of("SET", "k", "v", "EXAT", "4000000000") == "SET k v PXAT 4000000000000");
  CHECK(f.told_of("SET", "k", "v", "PXAT", "4000000000000", "GET") == "SET k v PXAT 4000000000000");
  CHECK(f.told_of("GETSET", "k", "w") == "SET k w");
  CHECK(f.told_of("SET", "k", "v", "KEEPTTL", "get") == "SET k v KEEPTTL");
  CHECK(f.told_of("SETEX", "k", "10", "v") == "SET k v PXAT " + f.now_plus(10'000));
  CHECK(f.told_of("PSETEX", "k", "10", "v") == "SET k v PXAT " + f.now_plus(10));
  CHECK(f.told_of("GETEX", "k", "EX", "9") == "PEXPIREAT k " + f.now_plus(9000));
  CHECK(f.told_of("GETEX", "k", "PERSIST") == "PERSIST k");
  CHECK(f.told_of("GETEX", "k") == "");
  CHECK(f.told_of("EXPIRE", "k", "7") == "PEXPIREAT k " + f.now_plus(7000));
  CHECK(f.told_of("EXPIRE", "k", "8", "GT") == "PEXPIREAT k " + f.now_plus(8000) + " GT");
  CHECK(f.told_of("EXPIRE", "k", "8", "GT") == "");
  CHECK(f.told_of("PEXPIREAT", "k", "4000000000000") == "PEXPIREAT k 4000000000000");
  CHECK(f.told_of("PERSIST", "k") == "PERSIST k");
  CHECK(f.told_of("EXPIRE", "k", "-1") == "DEL k");
  f.send("SET", "k", "v");
  f.told();
  CHECK(f.told_of("GETEX", "k", "PXAT", "1") == "DEL k");
  CHECK(f.told_of("GETDEL", "first") == "DEL first");
}

TEST_CASE("Propagation: a key that expires is told as deleted", "[propagation][expire]") {
  Followed f;
  f.send("SET", "a", "v", "PX", "5");
  f.send("SET", "b", "v", "PX", "6");
  f.told();
  f.advance_ms(10);
  CHECK(f.told() == "DEL a; DEL b");
  f.send("CONFIG", "SET", "lazyfree-lazy-expire", "yes");
  f.send("SET", "a", "v", "PX", "5");
  f.told();
  f.advance_ms(10);
  CHECK(f.told() == "UNLINK a");
  f.send("CONFIG", "SET", "lazyfree-lazy-expire", "no");
  f.engine.active_expire = false;
  f.send("SET", "a", "v", "PX", "5");
  f.send("SET", "b", "v", "PX", "5");
  f.told();
  f.advance_ms(10);
  CHECK(f.told() == "");
  CHECK(f.told_of("GET", "a") == "DEL a");
  CHECK(f.told_of("SET", "b", "v") == "MULTI; DEL b; SET b v; EXEC");
}

TEST_CASE("Propagation: an evicted key is told as deleted, in front of the command",
          "[propagation][eviction]") {
  Followed f(EngineFixture::Settings{{"maxmemory-policy", "allkeys-random"}});
  CHECK(f.told_of("CONFIG", "SET", "maxmemory", "1") == "DEL first");
  f.send("CONFIG", "SET", "maxmemory", "0", "lazyfree-lazy-eviction", "yes");
  f.send("SET", "k", "v");
  f.told();
  CHECK(f.told_of("CONFIG", "SET", "maxmemory", "1") == "UNLINK k");
}

TEST_CASE("Propagation: what makes room for a command is told in front of it, as a step of its own",
          "[propagation][eviction]") {
  Followed f(EngineFixture::Settings{{"maxmemory-policy", "allkeys-random"}, {"latency-tracking", "no"}});
  f.send("SET", "first", std::string(2000, 'x'));
  f.told();
  CHECK(f.told_of("CONFIG", "SET", "maxmemory", std::to_string(f.engine.used_memory() + 200)) == "");
  const std::string value(1000, 'x');
  CHECK(f.told_of("SET", "new", value) == "DEL first; SET new " + value);
}

TEST_CASE("Propagation: what time alone deletes is told at once", "[propagation][eviction]") {
  Followed f;
  f.engine.deadlines.add(f.engine.now_ms() + 5, [&] {
    AnyRef first = f.engine.db(0).look("first");
    f.engine.db(0).remove(first, event::evicted);
  });
  f.advance_ms(5);
  CHECK(f.told() == "DEL first");
}

TEST_CASE("Propagation: floats are told by their result", "[propagation]") {
  Followed f;
  CHECK(f.told_of("INCRBYFLOAT", "n", "1.5") == "SET n 1.5 KEEPTTL");
  CHECK(f.told_of("HINCRBYFLOAT", "h", "f", "0.1") == "HSET h f 0.1");
  CHECK(f.told_of("HINCRBY", "h", "g", "2") == "HINCRBY h g 2");
}

TEST_CASE("Propagation: SPOP is told by what was popped", "[propagation][set]") {
  Followed f;
  f.send("SADD", "s", "a");
  f.told();
  CHECK(f.told_of("SPOP", "s") == "SREM s a");
  f.send("SADD", "s", "a", "b", "c", "d");
  f.told();
  f.send("SPOP", "s", "2");
  const std::string two = f.told();
  CHECK(two.size() == std::string("MULTI; SREM s a; SREM s b; EXEC").size());
  CHECK(two.starts_with("MULTI; SREM s "));
  CHECK(f.told_of("SPOP", "s", "0") == "");
  CHECK(f.told_of("SPOP", "s", "9") == "DEL s");
}

TEST_CASE("Propagation: popping is told without the keys that were empty", "[propagation][list][zset]") {
  Followed f;
  f.send("RPUSH", "l", "1", "2", "3", "4", "5", "6");
  f.send("ZADD", "z", "1", "a", "2", "b", "3", "c", "4", "d");
  f.told();
  CHECK(f.told_of("BLPOP", "none", "l", "0") == "LPOP l");
  CHECK(f.told_of("LMPOP", "2", "none", "l", "RIGHT", "COUNT", "2") == "RPOP l 2");
  CHECK(f.told_of("BLMOVE", "l", "m", "LEFT", "RIGHT", "0") == "LMOVE l m LEFT RIGHT");
  CHECK(f.told_of("BRPOPLPUSH", "m", "l", "0") == "RPOPLPUSH m l");
  CHECK(f.told_of("BLMPOP", "0", "1", "l", "LEFT", "COUNT", "9") == "LPOP l 3");
  CHECK(f.told_of("BZPOPMAX", "none", "z", "0") == "ZPOPMAX z");
  CHECK(f.told_of("ZMPOP", "1", "z", "MIN", "COUNT", "2") == "ZPOPMIN z 2");
  CHECK(f.told_of("BZMPOP", "0", "1", "z", "MIN", "COUNT", "9") == "ZPOPMIN z 1");
}

TEST_CASE("Propagation: a served client is told of behind what served it", "[propagation][blocking]") {
  Followed f;
  Session& a = f.engine.connect();
  Session& b = f.engine.connect();
  f.send_as(a, "BLPOP", "l", "0");
  f.send_as(b, "BLMOVE", "l", "m", "RIGHT", "LEFT", "0");
  CHECK(f.told_of("RPUSH", "l", "1", "2") == "RPUSH l 1 2; LPOP l; LMOVE l m right left");
  f.send_as(a, "BLPOP", "l", "0");
  f.send("MULTI");
  f.send("RPUSH", "l", "1");
  f.send("SET", "k", "v");
  CHECK(f.told_of("EXEC") == "MULTI; RPUSH l 1; SET k v; EXEC; LPOP l");
  f.told();
}

TEST_CASE("Propagation: a transaction and a script are one step", "[propagation][multi][scripting]") {
  Followed f;
  f.send("MULTI");
  f.send("SET", "k", "1");
  f.send("SELECT", "2");
  f.send("INCR", "n");
  f.send("GET", "n");
  CHECK(f.told_of("EXEC") == "MULTI; SET k 1; SELECT 2; INCR n; EXEC");
  f.send("SELECT", "0");
  f.send("MULTI");
  f.send("SET", "k", "1");
  f.send("SET", "k", "2");
  CHECK(f.told_of("EXEC") == "SELECT 0; MULTI; SET k 1; SET k 2; EXEC");
  f.send("SELECT", "1");
  f.send("MULTI");
  f.send("SET", "k", "1");
  CHECK(f.told_of("EXEC") == "SELECT 1; SET k 1");
  CHECK(f.told_of("EVAL", "redis.call('SET','a',1) redis.call('EXPIRE','a',1)", "0") ==
        "MULTI; SET a 1; PEXPIREAT a " + f.now_plus(1000) + "; EXEC");
  CHECK(f.told_of("EVAL", "return redis.call('SET','a',1)", "0") == "SET a 1");
  CHECK(f.told_of("EVAL", "return 1", "0") == "");
  CHECK(f.told_of("EVAL", "redis.call('SET','a',1) return redis.call('LPUSH','a',1)", "0") == "SET a 1");
  CHECK(f.told_of("EVAL", "redis.set_repl(redis.REPL_NONE) redis.call('SET','a',2)", "0") == "");
  CHECK(f.told_of("EVAL", "redis.call('SET','a',3)", "0") == "SET a 3");
  CHECK(f.told_of("FUNCTION", "FLUSH") == "FUNCTION FLUSH");
  CHECK(f.told_of("SCRIPT", "LOAD", "return 1") == "");
}

TEST_CASE("Propagation: XADD is told with its id and an exact trim", "[propagation][stream]") {
  Followed f;
  CHECK(f.told_of("XADD", "x", "9000000000000-*", "f", "v") == "XADD x 9000000000000-0 f v");
  CHECK(f.told_of("XADD", "x", "MAXLEN", "~", "1", "*", "f", "v") == "XADD x MAXLEN = 2 9000000000000-1 f v");
  CHECK(f.told_of("XADD", "x", "MINID", "~", "9000000000001", "LIMIT", "5", "9000000000002-0", "f", "v") ==
        "XADD x MINID = 9000000000000-0 LIMIT 5 9000000000002-0 f v");
  CHECK(f.told_of("XADD", "x", "MAXLEN", "2", "9000000000003-0", "f", "v") ==
        "XADD x MAXLEN 2 9000000000003-0 f v");
  CHECK(f.told_of("XTRIM", "x", "MAXLEN", "~", "1") == "");
}

TEST_CASE("Propagation: what groups do is told entry by entry", "[propagation][stream]") {
  Followed f;
  f.send("XADD", "x", "1-1", "f", "v");
  f.send("XADD", "x", "1-2", "f", "v");
  f.send("XADD", "x", "1-3", "f", "v");
  f.send("XGROUP", "CREATE", "x", "g", "0");
  f.told();
  const std::string now = f.now_plus(0);
  CHECK(f.told_of("XREADGROUP", "GROUP", "g", "a", "COUNT", "1", "STREAMS", "x", ">") ==
        "XCLAIM x g a 0 1-1 TIME " + now + " RETRYCOUNT 1 FORCE JUSTID LASTID 1-1");
  CHECK(f.told_of("XREADGROUP", "GROUP", "g", "b", "COUNT", "1", "NOACK", "STREAMS", "x", ">") ==
        "MULTI; XGROUP CREATECONSUMER x g b; XGROUP SETID x g 1-2 ENTRIESREAD 2; EXEC");
  CHECK(f.told_of("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", "0") == "");
  CHECK(f.told_of("XCLAIM", "x", "g", "c", "0", "1-1", "1-2") ==
        "XCLAIM x g c 0 1-1 TIME " + now + " RETRYCOUNT 2 FORCE JUSTID LASTID 1-2");
  CHECK(f.told_of("XCLAIM", "x", "g", "c", "9999", "1-1", "LASTID", "1-3") ==
        "XGROUP SETID x g 1-3 ENTRIESREAD 2");
  CHECK(f.told_of("XAUTOCLAIM", "x", "g", "d", "0", "0", "JUSTID") ==
        "XCLAIM x g d 0 1-1 TIME " + now + " RETRYCOUNT 2 FORCE JUSTID LASTID 1-3");
  f.send("XDEL", "x", "1-1");
  f.told();
  CHECK(f.told_of("XAUTOCLAIM", "x", "g", "e", "0", "0") ==
        "XCLAIM x g d 0 1-1 TIME " + now + " RETRYCOUNT 2 FORCE JUSTID LASTID 1-3");
  CHECK(f.told_of("XACK", "x", "g", "1-1") == "");
}

TEST_CASE("Propagation: GEOADD is told as ZADD, RESTORE with a moment", "[propagation][geo][dump]") {
  Followed f;
  CHECK(f.told_of("GEOADD", "g", "CH", "13.361389", "38.115556", "Palermo") ==
        "zadd g CH 3479099956230698 Palermo");
  CHECK(f.told_of("GEOADD", "g", "13.361389", "38.115556", "Palermo") == "");
  const std::string payload("\x00\x01v\x0a\x00\x91\x08\xce\xb2\x19\x38\x8a\xce", 13);
  CHECK(f.told_of("RESTORE", "r", "0", payload) == "RESTORE r 0 " + payload);
  CHECK(f.told_of("RESTORE", "r", "10", payload, "REPLACE") ==
        "RESTORE r " + f.now_plus(10) + " " + payload + " REPLACE ABSTTL");
  CHECK(f.told_of("RESTORE", "r", "10", payload, "REPLACE", "ABSTTL") == "DEL r");
}

TEST_CASE("Propagation: messages and flushes are told, changed or not", "[propagation][pubsub]") {
  Followed f;
  CHECK(f.told_of("PUBLISH", "c", "m") == "PUBLISH c m");
  CHECK(f.told_of("SPUBLISH", "c", "m") == "SPUBLISH c m");
  CHECK(f.told_of("FLUSHALL") == "FLUSHALL");
  CHECK(f.told_of("FLUSHDB", "ASYNC") == "FLUSHDB ASYNC");
  CHECK(f.told_of("SWAPDB", "0", "0") == "SWAPDB 0 0");
}

}  // namespace
}  // namespace redouble
