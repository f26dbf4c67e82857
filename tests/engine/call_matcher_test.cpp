// The matchers of REDOUBLE FAULT and GATE: what they are for, what they count, and what is told of mistakes.
#include "engine/call_matcher.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "engine/command_table.h"
#include "tests/support/engine_fixture.h"

using redouble::CallMatcher;
using redouble::EngineFixture;

namespace {

using Words = std::vector<std::string_view>;

struct Matching : EngineFixture {
  std::string read(const Words& words) {
    redouble::Args args(words, 0);
    matcher = CallMatcher(7);
    return matcher.read(args, engine);
  }
  bool hits(redouble::Session& session, const Words& call) {
    return matcher.hits_call(engine, session, *engine.command_of(call), call);
  }
  bool hits(const Words& call) { return hits(client, call); }

  CallMatcher matcher{7};
};

}  // namespace

TEST_CASE("Matchers: commands, subcommands and categories", "[matcher]") {
  Matching m;
  REQUIRE(m.read({"COMMAND", "get", "COMMAND", "CLIENT|KILL"}).empty());
  CHECK(m.hits({"GET", "k"}));
  CHECK(m.hits({"CLIENT", "KILL", "ID", "1"}));
  CHECK_FALSE(m.hits({"CLIENT", "LIST"}));
  CHECK_FALSE(m.hits({"GETEX", "k"}));
  REQUIRE(m.read({"COMMAND", "CLIENT"}).empty());
  CHECK(m.hits({"CLIENT", "LIST"}));
  REQUIRE(m.read({"CATEGORY", "@write", "CATEGORY", "pubsub"}).empty());
  CHECK(m.hits({"SET", "k", "v"}));
  CHECK(m.hits({"PUBLISH", "c", "m"}));
  CHECK_FALSE(m.hits({"GET", "k"}));
}

TEST_CASE("Matchers: keys by their patterns", "[matcher]") {
  Matching m;
  REQUIRE(m.read({"KEY", "user:*", "KEY", "x"}).empty());
  CHECK(m.hits({"GET", "user:1"}));
  CHECK(m.hits({"MGET", "a", "x"}));
  CHECK_FALSE(m.hits({"SET", "k", "user:1"}));
  CHECK_FALSE(m.hits({"PING", "x"}));
}

TEST_CASE("Matchers: clients by name, address, user, id, library and database", "[matcher]") {
  Matching m;
  auto& other = m.engine.connect();
  other.name = "worker-1";
  other.library_name = "ioredis";
  other.address = "127.0.0.1:5000";
  other.db = 3;
  m.send("ACL", "SETUSER", "alice", "on", "nopass", "~*", "+@all");
  m.send_as(other, "AUTH", "alice", "x");
  REQUIRE(other.id == 2);
  const auto words =
      GENERATE(Words{"NAME", "worker-*"}, Words{"ADDRESS", "127.0.0.1:*"}, Words{"USER", "alice"},
               Words{"ID", "2"}, Words{"LIBRARY", "io*"}, Words{"DB", "3", "DB", "4"});
  REQUIRE(m.read(words).empty());
  CHECK(m.hits(other, {"GET", "k"}));
  CHECK_FALSE(m.hits({"GET", "k"}));
}

TEST_CASE("Matchers: inside of MULTI", "[matcher]") {
  Matching m;
  REQUIRE(m.read({"IN", "multi"}).empty());
  CHECK_FALSE(m.hits({"GET", "k"}));
  m.send("MULTI");
  CHECK(m.hits({"GET", "k"}));
  REQUIRE(m.read({"IN", "SCRIPT"}).empty());
  CHECK_FALSE(m.hits({"GET", "k"}));
}

TEST_CASE("Matchers: counting", "[matcher]") {
  Matching m;
  const auto pattern = [&](const Words& words) {
    REQUIRE(m.read(words).empty());
    std::string hits;
    for (int i = 0; i < 6; ++i) {
      m.hits({"PING"});  // not counted: it is no GET
      hits += m.hits({"GET", "k"}) ? 'x' : '.';
    }
    CHECK(m.matcher.seen() == 6);
    CHECK(m.matcher.hits() == static_cast<std::uint64_t>(std::count(hits.begin(), hits.end(), 'x')));
    return hits;
  };
  CHECK(pattern({"COMMAND", "GET", "NTH", "3"}) == "..x...");
  CHECK(pattern({"COMMAND", "GET", "NTH", "1", "NTH", "4"}) == "x..x..");
  CHECK(pattern({"COMMAND", "GET", "EVERY", "2"}) == ".x.x.x");
  CHECK(pattern({"COMMAND", "GET", "FIRST", "2"}) == "xx....");
  CHECK(pattern({"COMMAND", "GET", "AFTER", "2", "FIRST", "4"}) == "..xx..");
  CHECK(pattern({"COMMAND", "GET", "PROBABILITY", "0"}) == "......");
  CHECK(pattern({"COMMAND", "GET", "PROBABILITY", "1"}) == "xxxxxx");
  const auto seeded = pattern({"COMMAND", "GET", "PROBABILITY", "0.5"});
  CHECK(seeded.find('x') != std::string::npos);
  CHECK(seeded.find('.') != std::string::npos);
  CHECK(pattern({"COMMAND", "GET", "PROBABILITY", "0.5"}) == seeded);
}

TEST_CASE("Matchers: a window of time", "[matcher]") {
  Matching m;
  REQUIRE(m.read({"FROM", "10s", "TO", "2030-01-01T00:00:20Z"}).empty());
  CHECK_FALSE(m.hits({"GET", "k"}));
  m.advance_ms(10'000);
  CHECK(m.hits({"GET", "k"}));
  m.advance_ms(10'000);
  CHECK_FALSE(m.hits({"GET", "k"}));
}

TEST_CASE("Matchers: connections and messages", "[matcher]") {
  Matching m;
  REQUIRE(m.read({"ON", "CONNECT", "NTH", "2"}).empty());
  CHECK(m.matcher.subject() == CallMatcher::Subject::connection);
  CHECK_FALSE(m.matcher.hits_connection(m.engine, m.client));
  CHECK(m.matcher.hits_connection(m.engine, m.client));
  CHECK_FALSE(m.hits({"GET", "k"}));
  REQUIRE(m.read({"ON", "MESSAGE", "news.*"}).empty());
  CHECK(m.matcher.hits_message(m.engine, m.client, "news.1"));
  CHECK_FALSE(m.matcher.hits_message(m.engine, m.client, "old.1"));
}

TEST_CASE("Matchers: a mistake is answered with what would have been right", "[matcher]") {
  Matching m;
  const auto starts = [&](const Words& words, std::string_view text) {
    const std::string error = m.read(words);
    INFO(error);
    CHECK(error.starts_with(text));
  };
  starts({"COMMAND", "NOSUCH"}, "ERR there is no command 'NOSUCH'");
  starts({"COMMAND"}, "ERR COMMAND needs a value, as in COMMAND GET");
  starts({"CATEGORY", "nosuch"}, "ERR there is no category 'nosuch'");
  starts({"USER", "nobody"}, "ERR there is no user 'nobody'");
  starts({"ID", "x"}, "ERR 'x' is no client id");
  starts({"DB", "16"}, "ERR there is no database '16': they are 0 to 15");
  starts({"IN", "LIMBO"}, "ERR IN 'LIMBO' is not known: write IN MULTI or IN SCRIPT");
  starts({"NTH", "0"}, "ERR '0' is no count");
  starts({"EVERY", "-1"}, "ERR '-1' is no count");
  starts({"PROBABILITY", "1.5"}, "ERR '1.5' is no probability");
  starts({"FROM", "5x"}, "ERR '5x' is no time");
  starts({"FROM", "10s", "TO", "5s"}, "ERR FROM is not before TO");
  starts({"AFTER", "5", "FIRST", "5"}, "ERR AFTER and FIRST leave nothing");
  starts({"IN", "MULTI", "IN", "SCRIPT"}, "ERR IN stands there twice");
  starts({"ON", "CONNECT", "ON", "MESSAGE", "x"}, "ERR ON stands there twice");
  starts({"COMMAND", "GET", "CATEGORY", "write"}, "ERR GET is of no such category");
  starts({"NTH", "3", "EVERY", "2"}, "ERR NTH never comes");
  starts({"TO", "2029-12-31T23:59:59Z"}, "ERR TO is over already");
  starts({"COMMAND", "PING", "KEY", "k"}, "ERR PING has no keys");
  starts({"ON", "WHIM"}, "ERR ON 'WHIM' is not known");
  starts({"ON", "MESSAGE"}, "ERR ON MESSAGE needs a channel");
  starts({"ON", "CONNECT", "COMMAND", "GET"}, "ERR ON is for what is no command");
  starts({"ON", "CONNECT", "NAME", "x"}, "ERR a new connection has an ADDRESS and an ID");
  CHECK(m.read({"COMMAND", "GET", "CLOSE"}).empty());  // stops at the first other word
}
