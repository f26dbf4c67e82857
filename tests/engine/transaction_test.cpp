// MULTI, EXEC, DISCARD, WATCH: replies and what counts as a change, as observed on redis-server 7.0.15.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using namespace redouble;

TEST_CASE("MULTI: commands are queued and run by EXEC", "[transaction]") {
  EngineFixture f;
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("SET", "k", "v") == "+QUEUED\r\n");
  CHECK(f.send("INCR", "k") == "+QUEUED\r\n");
  CHECK(f.send("GET", "k") == "+QUEUED\r\n");
  CHECK(f.send("EXEC") == "*3\r\n+OK\r\n-ERR value is not an integer or out of range\r\n$1\r\nv\r\n");
  CHECK(f.send("EXEC") == "-ERR EXEC without MULTI\r\n");
  CHECK(f.send("DISCARD") == "-ERR DISCARD without MULTI\r\n");
}

TEST_CASE("EXEC: a command refused while queueing discards the transaction", "[transaction]") {
  EngineFixture f;
  f.send("MULTI");
  CHECK(f.send("GET") == "-ERR wrong number of arguments for 'get' command\r\n");
  CHECK(f.send("SET", "k", "v") == "+QUEUED\r\n");
  CHECK(f.send("EXEC") == "-EXECABORT Transaction discarded because of previous errors.\r\n");
  CHECK(f.send("GET", "k") == "$-1\r\n");
}

TEST_CASE("EXEC: nested MULTI and WATCH are errors that spoil nothing", "[transaction]") {
  EngineFixture f;
  f.send("MULTI");
  CHECK(f.send("MULTI") == "-ERR MULTI calls can not be nested\r\n");
  CHECK(f.send("WATCH", "k") == "-ERR WATCH inside MULTI is not allowed\r\n");
  CHECK(f.send("EXEC") == "*0\r\n");
}

TEST_CASE("EXEC: its own refusal ends the transaction with the reason", "[transaction]") {
  EngineFixture f;
  f.send("MULTI");
  CHECK(f.send("EXEC", "now") ==
        "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command\r\n");
  CHECK(f.send("EXEC") == "-ERR EXEC without MULTI\r\n");

  EngineFixture locked(std::vector<Config::Pair>{{"requirepass", "sesame"}});
  CHECK(locked.send("EXEC") ==
        "-EXECABORT Transaction discarded because of: NOAUTH Authentication required.\r\n");
}

TEST_CASE("WATCH: a change from elsewhere makes EXEC null", "[transaction]") {
  EngineFixture f;
  Session& other = f.engine.connect();
  f.send("WATCH", "k");
  f.send_as(other, "SET", "k", "1");
  f.send("MULTI");
  f.send("SET", "k", "2");
  CHECK(f.send("EXEC") == "*-1\r\n");
  CHECK(f.send("GET", "k") == "$1\r\n1\r\n");

  f.send("HELLO", "3");
  f.send("WATCH", "k");
  f.send_as(other, "SET", "k", "1");
  f.send("MULTI");
  CHECK(f.send("EXEC") == "_\r\n");
}

TEST_CASE("WATCH: UNWATCH and DISCARD forget what was seen", "[transaction]") {
  EngineFixture f;
  Session& other = f.engine.connect();
  f.send("WATCH", "k");
  f.send_as(other, "SET", "k", "1");
  f.send("UNWATCH");
  f.send("MULTI");
  CHECK(f.send("EXEC") == "*0\r\n");
  f.send("WATCH", "k");
  f.send_as(other, "SET", "k", "1");
  f.send("MULTI");
  f.send("DISCARD");
  f.send("MULTI");
  CHECK(f.send("EXEC") == "*0\r\n");
}

TEST_CASE("WATCH: the same key in another database is another key", "[transaction]") {
  EngineFixture f;
  Session& other = f.engine.connect();
  f.send("WATCH", "k");
  f.send_as(other, "SELECT", "1");
  f.send_as(other, "SET", "k", "1");
  f.send("MULTI");
  CHECK(f.send("EXEC") == "*0\r\n");
}

TEST_CASE("WATCH: expiry between WATCH and EXEC is a change", "[transaction]") {
  EngineFixture f;
  f.send("SET", "k", "v", "PX", "10");
  f.send("WATCH", "k");
  f.send("MULTI");
  f.advance_ms(10);
  CHECK(f.send("EXEC") == "*-1\r\n");

  f.engine.active_expire = false;
  f.send("SET", "k", "v", "PX", "10");
  f.send("WATCH", "k");
  f.send("MULTI");
  f.advance_ms(10);
  CHECK(f.send("EXEC") == "*-1\r\n");
}

TEST_CASE("WATCH: a key that was already expired may be deleted", "[transaction]") {
  EngineFixture f;
  f.engine.active_expire = false;
  Session& other = f.engine.connect();
  const auto watch_due_key = [&] {
    f.send("SET", "k", "v", "PX", "10");
    f.advance_ms(10);
    f.send("WATCH", "k");
  };
  SECTION("by a lookup") {
    watch_due_key();
    CHECK(f.send_as(other, "GET", "k") == "$-1\r\n");
    f.send("MULTI");
    CHECK(f.send("EXEC") == "*0\r\n");
  }
  SECTION("by FLUSHDB") {
    watch_due_key();
    f.send_as(other, "FLUSHDB");
    f.send("MULTI");
    CHECK(f.send("EXEC") == "*0\r\n");
  }
  SECTION("but not be written") {
    watch_due_key();
    f.send_as(other, "SET", "k", "new");
    f.send("MULTI");
    CHECK(f.send("EXEC") == "*-1\r\n");
  }
}

TEST_CASE("WATCH: FLUSHALL and SWAPDB change the keys that are there", "[transaction]") {
  EngineFixture f;
  Session& other = f.engine.connect();
  f.send("SET", "k", "v");
  for (const char* command : {"FLUSHALL", "FLUSHDB"}) {
    f.send("SET", "k", "v");
    f.send("WATCH", "k");
    f.send_as(other, command);
    f.send("MULTI");
    CHECK(f.send("EXEC") == "*-1\r\n");
    f.send("WATCH", "k");
    f.send_as(other, command);
    f.send("MULTI");
    CHECK(f.send("EXEC") == "*0\r\n");
  }
  f.send("SET", "k", "v");
  f.send("WATCH", "k");
  f.send_as(other, "SWAPDB", "0", "1");
  f.send("MULTI");
  CHECK(f.send("EXEC") == "*-1\r\n");
}

TEST_CASE("MULTI: a queue past client-query-buffer-limit closes the client", "[transaction]") {
  EngineFixture f(std::vector<Config::Pair>{{"client-query-buffer-limit", "1mb"}});
  const std::string big(600 * 1024, 'x');
  f.send("MULTI");
  f.send("SET", "k", big);
  CHECK_FALSE(f.client.close_now);
  f.send("SET", "k", big);
  CHECK(f.client.close_now);
  CHECK(f.engine.stats.query_buffer_disconnections == 1);
}

TEST_CASE("MULTI: subscriptions in a transaction, with shard channels refused", "[transaction][pubsub]") {
  EngineFixture f;
  f.send("MULTI");
  f.send("SUBSCRIBE", "a");
  f.send("SSUBSCRIBE", "b");
  CHECK(f.send("EXEC") ==
        "*2\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n"
        "-ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client\r\n");
}
