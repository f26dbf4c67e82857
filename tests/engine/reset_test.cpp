// REDOUBLE RESET: everything as at the start.
#include <catch2/catch.hpp>

#include <string>

#include "engine/loading.h"
#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// What depends on the random sequence and on the seeds of tables.
std::string drawn(EngineFixture& f) {
  std::string seen;
  for (int i = 0; i < 100; ++i) f.send("SADD", "set", "m" + std::to_string(i));
  for (int i = 0; i < 100; ++i) f.send("SET", "k" + std::to_string(i), "v");
  seen += f.send("SCAN", "0", "COUNT", "50") + f.send("SSCAN", "set", "0") + f.send("RANDOMKEY") +
          f.send("SPOP", "set", "5") + f.send("ACL", "GENPASS");
  return seen;
}

}  // namespace

TEST_CASE("RESET: the same commands get the same replies again", "[reset]") {
  EngineFixture f;
  const std::string id = f.engine.run_id;
  const std::string first = drawn(f);
  f.send("SELECT", "2");
  drawn(f);
  f.send("SELECT", "0");
  CHECK(f.send("REDOUBLE", "RESET") == "+OK\r\n");
  CHECK(f.send("DBSIZE") == ":0\r\n");
  CHECK(drawn(f) == first);
  CHECK(f.engine.run_id == id);
  // A snapshot of another server brings tables of another seed; RESET does not keep them.
  EngineFixture other({}, 77);
  drawn(other);
  CHECK(f.engine.restore(*other.engine.snapshot()).empty());
  f.send("REDOUBLE", "RESET");
  CHECK(drawn(f) == first);
}

TEST_CASE("RESET: configuration, users, scripts, functions and statistics", "[reset]") {
  EngineFixture f(EngineFixture::Settings{{"maxmemory-policy", "allkeys-lru"}});
  f.send("CONFIG", "SET", "maxmemory-policy", "noeviction", "hash-max-listpack-entries", "3");
  f.send("ACL", "SETUSER", "alice", "on", "+@all", "~*", "nopass");
  f.send("SCRIPT", "LOAD", "return 1");
  f.send("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('one', function() return 1 end)");
  f.send("NOSUCH");
  auto& other = f.engine.connect();
  f.send_as(other, "WATCH", "k");
  f.send_as(other, "MULTI");
  f.send("REDOUBLE", "SNAPSHOT", "SAVE", "mine");
  CHECK(f.send("REDOUBLE", "RESET") == "+OK\r\n");
  CHECK(contains(f.send("CONFIG", "GET", "maxmemory-policy"), "allkeys-lru"));
  CHECK(contains(f.send("CONFIG", "GET", "hash-max-listpack-entries"), "$3\r\n512\r\n"));
  CHECK(f.send("ACL", "USERS") == "*1\r\n$7\r\ndefault\r\n");
  CHECK(f.send("SCRIPT", "EXISTS", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db") == "*1\r\n:0\r\n");
  CHECK(f.send("FUNCTION", "LIST") == "*0\r\n");
  CHECK(contains(f.send("INFO", "errorstats"), "# Errorstats\r\n\r\n"));
  CHECK(f.send_as(other, "EXEC") == "-ERR EXEC without MULTI\r\n");
  CHECK(contains(f.send("REDOUBLE", "SNAPSHOT", "LIST"), "mine"));
}

TEST_CASE("RESET: what was loaded at the start comes back", "[reset][load]") {
  EngineFixture f;
  CHECK(load_json(f.engine, R"({"seeded": "yes", "list": [1, 2]})", "JSON").error.empty());
  f.engine.keep_start();
  CHECK(f.engine.stats.commands_processed == 0);
  CHECK(f.engine.changes == 0);
  f.send("DEL", "seeded");
  f.send("RPUSH", "list", "3");
  f.send("SET", "more", "1");
  for (int i = 0; i < 2; ++i) {
    f.send("REDOUBLE", "RESET");
    CHECK(f.send("DBSIZE") == ":2\r\n");
    CHECK(f.send("GET", "seeded") == "$3\r\nyes\r\n");
    CHECK(f.send("RPUSH", "list", "3") == ":3\r\n");
  }
}

TEST_CASE("RESET CONNECTIONS: closes the others", "[reset]") {
  EngineFixture f;
  auto& other = f.engine.connect();
  f.send_as(other, "SUBSCRIBE", "c");
  f.send("REDOUBLE", "RESET");
  CHECK(other.open());
  CHECK(f.send("PUBLISH", "c", "m") == ":1\r\n");
  CHECK(f.send("REDOUBLE", "RESET", "CONNECTIONS") == "+OK\r\n");
  CHECK_FALSE(other.open());
  CHECK(f.client.open());
  CHECK(f.send("PUBLISH", "c", "m") == ":0\r\n");
}

TEST_CASE("RESET: who is blocked waits as long as it would have", "[reset][clock][blocking]") {
  EngineFixture f;
  f.send("REDOUBLE", "CLOCK", "ADVANCE", "1d");
  auto& worker = f.engine.connect();
  CHECK(f.send_as(worker, "BLPOP", "jobs", "5").empty());
  f.send("REDOUBLE", "RESET");
  f.advance_ms(4'999);
  CHECK(f.received(worker).empty());
  f.advance_ms(1);
  CHECK(f.received(worker) == "*-1\r\n");
}

TEST_CASE("RESET: tells what it takes", "[reset]") {
  EngineFixture f;
  f.send("SET", "k", "v");
  CHECK(contains(f.send("REDOUBLE", "RESET", "ALL"), "-ERR 'ALL' is not understood"));
  CHECK(contains(f.send("REDOUBLE", "RESET", "CONNECTIONS", "x"), "-ERR 'x' is not understood"));
  CHECK(contains(f.send("REDOUBLE", "RESET", "HELP"), "CONNECTIONS"));
  CHECK(f.send("DBSIZE") == ":1\r\n");
}
