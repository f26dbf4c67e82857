// REDOUBLE, the reserved command: who may use it, what does not know of it, and REDOUBLE EVICTIONS.
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A server where one key of a queue and one of a cache went, in that order.
struct Evicted : EngineFixture {
  Evicted() : EngineFixture(Settings{{"maxmemory-policy", "allkeys-lru"}}) {
    send("REDOUBLE", "EVICTIONS", "FORBID", "queue:*");
    send("SET", "queue:1", "job");
    send("SET", "cache:1", "page");
    advance_ms(2000);
    send("CONFIG", "SET", "maxmemory", "1");
  }
};

}  // namespace

TEST_CASE("REDOUBLE: leaves no trace in COMMAND, MONITOR, statistics and slow log", "[redouble]") {
  EngineFixture f(EngineFixture::Settings{{"slowlog-log-slower-than", "0"}});
  auto& monitor = f.engine.connect();
  f.send_as(monitor, "MONITOR");
  f.send("SLOWLOG", "RESET");
  f.received(monitor);
  const auto processed = f.engine.stats.commands_processed;
  const auto errors = f.engine.stats.error_replies;
  CHECK(contains(f.send("REDOUBLE", "HELP"), "EVICTIONS HELP"));
  CHECK(f.send("redouble", "evictions", "count") == ":0\r\n");
  CHECK(contains(f.send("REDOUBLE", "NOSUCH"), "-ERR unknown power 'NOSUCH'. Try REDOUBLE HELP."));
  CHECK(f.engine.stats.commands_processed == processed);
  CHECK(f.engine.stats.error_replies == errors);
  CHECK(f.received(monitor).empty());
  CHECK(f.send("SLOWLOG", "LEN") == ":1\r\n");  // SLOWLOG RESET itself
  CHECK(f.send("COMMAND", "INFO", "REDOUBLE") == "*1\r\n$-1\r\n");
  CHECK_FALSE(contains(f.send("COMMAND", "LIST"), "redouble"));
  CHECK_FALSE(contains(f.send("INFO", "commandstats"), "redouble"));
  CHECK_FALSE(contains(f.send("ACL", "CAT", "dangerous"), "redouble"));
  CHECK_FALSE(contains(f.send("CONFIG", "GET", "*"), "redouble"));
}

TEST_CASE("REDOUBLE: passes where others are refused, and is never queued", "[redouble]") {
  EngineFixture f(EngineFixture::Settings{{"requirepass", "secret"}});
  CHECK(f.send("REDOUBLE", "HELP") == "-NOAUTH Authentication required.\r\n");
  f.send("AUTH", "secret");
  f.send("CONFIG", "SET", "maxmemory", "1");
  f.send("CLIENT", "PAUSE", "10000", "ALL");
  CHECK(f.send("REDOUBLE", "EVICTIONS", "COUNT") == ":0\r\n");
  f.advance_ms(10'000);
  f.send("SUBSCRIBE", "c");
  CHECK(f.send("REDOUBLE", "EVICTIONS", "COUNT") == ":0\r\n");
  f.send("UNSUBSCRIBE");
  f.send("MULTI");
  CHECK(contains(f.send("REDOUBLE", "EVICTIONS", "COUNT"), "-ERR REDOUBLE is not queued"));
  CHECK(f.send("EXEC") == "*0\r\n");
  CHECK(contains(f.send("REDOUBLE"), "-ERR wrong number of arguments"));
}

TEST_CASE("REDOUBLE: the setting and the ACL say who may use it", "[redouble][acl]") {
  struct Remote : redouble::Host {
    bool is_local(const redouble::Session&) override { return false; }
  };
  const std::string setting = GENERATE("no", "local", "any");
  redouble::ManualClock clock;
  Remote host;
  redouble::Engine engine(clock, EngineFixture::configured({{"redouble-commands", setting}}), host, 1,
                          redouble::scripting());
  const auto send = [&](redouble::Session& session, std::vector<std::string_view> argv) {
    engine.execute(session, argv);
    return EngineFixture::received(session);
  };
  auto& client = engine.connect();
  const std::string reply = send(client, {"REDOUBLE", "EVICTIONS", "COUNT"});
  if (setting == "no")
    CHECK(reply == "-ERR unknown command 'REDOUBLE', with args beginning with: 'EVICTIONS' 'COUNT' \r\n");
  if (setting == "local") CHECK(contains(reply, "-ERR REDOUBLE is for local connections"));
  if (setting == "any") CHECK(reply == ":0\r\n");
  CHECK(contains(send(client, {"CONFIG", "SET", "redouble-commands", "any"}), "-ERR CONFIG SET failed"));
  CHECK(send(engine.connect_internal(), {"REDOUBLE", "EVICTIONS", "COUNT"}) == ":0\r\n");
  if (setting != "any") return;
  send(client, {"ACL", "SETUSER", "app", "on", "nopass", "~app:*", "+@all"});
  send(client, {"AUTH", "app", "x"});
  CHECK(contains(send(client, {"REDOUBLE", "HELP"}), "-NOPERM"));
}

TEST_CASE("REDOUBLE EVICTIONS: tells which keys went, when, why and at which memory",
          "[redouble][eviction]") {
  Evicted f;
  CHECK(f.send("REDOUBLE", "EVICTIONS", "COUNT") == ":2\r\n");
  CHECK(f.send("REDOUBLE", "EVICTIONS", "COUNT", "MATCH", "cache:*") == ":1\r\n");
  const std::string list = f.send("REDOUBLE", "EVICTIONS", "LIST", "COUNT", "1");
  CHECK(
      list.rfind("*1\r\n*16\r\n$3\r\nkey\r\n$7\r\ncache:1\r\n$2\r\ndb\r\n:0\r\n$2\r\nat\r\n:1893456002000\r\n"
                 "$6\r\npolicy\r\n$11\r\nallkeys-lru\r\n$3\r\nwhy\r\n$33\r\n"
                 "least recently used, idle for 2 s\r\n$7\r\ncommand\r\n$10\r\nconfig|set\r\n"
                 "$11\r\nused_memory\r\n:",
                 0) == 0);
  CHECK(contains(list, "$9\r\nmaxmemory\r\n:1\r\n"));
  CHECK(f.send("REDOUBLE", "EVICTIONS", "LIST", "MATCH", "queue:*").rfind("*1\r\n", 0) == 0);
  CHECK(f.send("REDOUBLE", "EVICTIONS", "LIST", "COUNT", "-1") == "-ERR value is out of range\r\n");
  CHECK(f.send("REDOUBLE", "EVICTIONS", "LIST", "SINCE", "1") == "-ERR syntax error\r\n");
  CHECK(f.send("REDOUBLE", "EVICTIONS", "RESET") == "+OK\r\n");
  CHECK(f.send("REDOUBLE", "EVICTIONS", "LIST") == "*0\r\n");
  CHECK(contains(f.send("REDOUBLE", "EVICTIONS", "HELP"), "FORBID <pattern>"));
  CHECK(contains(f.send("REDOUBLE", "EVICTIONS", "NOSUCH"), "-ERR unknown subcommand 'NOSUCH'"));
}

TEST_CASE("REDOUBLE EVICTIONS: a forbidden key that goes is told", "[redouble][eviction]") {
  Evicted f;
  CHECK(contains(f.send("REDOUBLE", "EVICTIONS", "CHECK"),
                 "-EVICTED a key that never may go; the first: \"queue:1\" of database 0 (allkeys-lru: least "
                 "recently used, idle for 2 s) at "));
  CHECK(contains(f.send("REDOUBLE", "EVICTIONS", "VIOLATIONS"), "$7\r\npattern\r\n$7\r\nqueue:*\r\n"));
  CHECK(f.send("REDOUBLE", "EVICTIONS", "FORBIDDEN") == "*1\r\n$7\r\nqueue:*\r\n");
  f.send("REDOUBLE", "EVICTIONS", "RESET");
  CHECK(f.send("REDOUBLE", "EVICTIONS", "CHECK") == "+OK\r\n");
  CHECK(f.send("REDOUBLE", "EVICTIONS", "ALLOW", "queue:*", "other:*") == ":1\r\n");
  CHECK(f.send("REDOUBLE", "EVICTIONS", "FORBIDDEN") == "*0\r\n");
  CHECK(contains(f.send("REDOUBLE", "EVICTIONS", "FORBID"), "-ERR FORBID needs a pattern"));
}

TEST_CASE("REDOUBLE EVICTIONS: what clients forbid is bounded", "[redouble][eviction]") {
  EngineFixture f;
  for (int i = 0; i < 128; ++i)
    REQUIRE(f.send("REDOUBLE", "EVICTIONS", "FORBID", "p" + std::to_string(i)) == "+OK\r\n");
  CHECK(
      contains(f.send("REDOUBLE", "EVICTIONS", "FORBID", "more"), "-ERR 128 patterns are forbidden already"));
  CHECK(f.send("REDOUBLE", "EVICTIONS", "FORBID", "p7") == "+OK\r\n");
}

TEST_CASE("REDOUBLE EVICTIONS: a pattern is bounded", "[redouble][eviction]") {
  EngineFixture f;
  CHECK(f.send("REDOUBLE", "EVICTIONS", "FORBID", std::string(1024, 'p')) == "+OK\r\n");
  CHECK(f.send("REDOUBLE", "EVICTIONS", "FORBID", "short", std::string(1025, 'p')) ==
        "-ERR a pattern may have 1024 bytes at most\r\n");
  CHECK(f.engine.evictions.assertions().size() == 1);
}

TEST_CASE("REDOUBLE EVICTIONS: long names are cut", "[redouble][eviction]") {
  EngineFixture f(EngineFixture::Settings{{"maxmemory-policy", "allkeys-lru"}});
  f.send("REDOUBLE", "EVICTIONS", "FORBID", "k*end", "k*other");
  const std::string whole(1024, 'k');
  f.send("SET", whole, "v");
  f.send("SET", whole + "end", "v");
  f.send("CONFIG", "SET", "maxmemory", "1");
  const auto& kept = f.engine.evictions.kept();
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].key == whole);
  CHECK(kept[1].key == whole + "...");
  CHECK(contains(f.send("REDOUBLE", "EVICTIONS", "CHECK"),
                 "-EVICTED a key that never may go; the first: \"" + whole + "...\" of database 0"));
}
