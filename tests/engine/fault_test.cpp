// REDOUBLE FAULT: each action by its bytes, what rules do together, and where they apply.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "protocol/split_args.h"
#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;
using redouble::Session;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Rules are made by a client of their own, so that only `client` meets them.
struct Faulty : EngineFixture {
  explicit Faulty(Settings settings = {}) : EngineFixture(std::move(settings)), test(engine.connect()) {}

  std::string run(Session& session, const std::string& line) {
    const auto words = redouble::split_args(line).value();
    const std::vector<std::string_view> views(words.begin(), words.end());
    engine.tick();
    engine.execute(session, views);
    return received(session);
  }
  std::string run(const std::string& line) { return run(client, line); }
  std::string fault(const std::string& rule) {
    return run(test, "REDOUBLE FAULT ADD f" + std::to_string(++rules) + " " + rule);
  }
  // What the server would write at once, write by write.
  std::vector<std::string> writes(Session& session) {
    std::vector<std::string> parts;
    while (!session.out.empty()) {
      const std::size_t most = session.pacing == nullptr
                                   ? session.out.size()
                                   : session.pacing->sendable(session.bytes_out, session.out.size());
      if (most == 0) break;
      parts.emplace_back(session.out.view().substr(0, most));
      session.out.consume(most);
      session.bytes_out += most;
      if (session.pacing != nullptr) engine.interception.sent(session);
    }
    return parts;
  }

  Session& test;
  int rules = 0;
};

using Parts = std::vector<std::string>;

const std::string kOk = "+OK\r\n";

}  // namespace

TEST_CASE("FAULT: errors have Redis's own texts, or one's own", "[fault]") {
  Faulty f;
  const auto expect = [&](const std::string& error, const std::string& reply) {
    REQUIRE(f.fault("COMMAND GET ERROR " + error) == kOk);
    CHECK(f.run("GET k") == reply);
    f.run(f.test, "REDOUBLE FAULT CLEAR");
  };
  expect("LOADING", "-LOADING Redis is loading the dataset in memory\r\n");
  expect("readonly", "-READONLY You can't write against a read only replica.\r\n");
  expect("OOM", "-OOM command not allowed when used memory > 'maxmemory'.\r\n");
  expect("BUSY",
         "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n");
  expect("NOAUTH", "-NOAUTH Authentication required.\r\n");
  expect("NOSCRIPT", "-NOSCRIPT No matching script. Please use EVAL.\r\n");
  expect("MASTERDOWN",
         "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n");
  expect("CLUSTERDOWN", "-CLUSTERDOWN The cluster is down\r\n");
  expect("TRYAGAIN", "-TRYAGAIN Multiple keys request during rehashing of slot\r\n");
  expect("MOVED", "-MOVED 7629 127.0.0.1:6379\r\n");
  expect("'MOVED 1 10.0.0.1:7000'", "-MOVED 1 10.0.0.1:7000\r\n");
  expect("\"ERR out of luck\"", "-ERR out of luck\r\n");
  expect("\"-WRONGPASS no\"", "-WRONGPASS no\r\n");
  REQUIRE(f.fault("COMMAND GET ERROR MISCONF") == kOk);
  CHECK(f.run("GET k").starts_with("-MISCONF Redis is configured to save RDB snapshots, but it's currently"));
  CHECK(f.run("SET k v") == kOk);
  CHECK(contains(f.run("INFO errorstats"), "errorstat_MISCONF:count=1\r\n"));
}

TEST_CASE("FAULT: a slot is that of the key's part in braces", "[fault]") {
  CHECK(redouble::key_slot("123456789") == 12739);
  CHECK(redouble::key_slot("foo") == 12182);
  CHECK(redouble::key_slot("{foo}bar") == 12182);
  CHECK(redouble::key_slot("{}foo") == redouble::key_slot("{}foo"));
  CHECK(redouble::key_slot("{}foo") != redouble::key_slot("foo"));
  CHECK(redouble::key_slot("") == 0);
}

TEST_CASE("FAULT DELAY: holds the command, and what stands behind it, for so long", "[fault]") {
  Faulty f;
  REQUIRE(f.fault("COMMAND SET DELAY 50ms") == kOk);
  REQUIRE(f.fault("KEY k DELAY 25ms") == kOk);
  CHECK(f.run("SET k v").empty());
  CHECK(f.client.is_blocked());
  CHECK(f.run(f.test, "GET k") == "");  // KEY k is for it too
  f.advance_ms(25);
  CHECK(f.received(f.test) == "$-1\r\n");
  f.advance_ms(49);
  CHECK(f.received(f.client).empty());
  f.advance_ms(1);
  CHECK(f.received(f.client) == kOk);
  CHECK_FALSE(f.client.is_blocked());
  CHECK(contains(f.run("INFO clients"), "blocked_clients:0\r\n"));
}

TEST_CASE("FAULT DELAY: a client that is held is not blocked for anybody else", "[fault]") {
  Faulty f;
  REQUIRE(f.fault("COMMAND GET DELAY 1s") == kOk);
  f.run("GET k");
  CHECK(contains(f.run(f.test, "INFO clients"), "blocked_clients:0\r\n"));
  CHECK(f.run(f.test, "CLIENT UNBLOCK " + std::to_string(f.client.id)) == ":0\r\n");
  CHECK_FALSE(contains(f.run(f.test, "CLIENT LIST ID " + std::to_string(f.client.id)), "flags=b"));
}

TEST_CASE("FAULT DELAY: is drawn between two times, and the same for the same seed", "[fault]") {
  const auto delays = [](const std::string& how) {
    Faulty f;
    REQUIRE(f.fault("COMMAND GET DELAY 10ms 1000ms " + how) == kOk);
    std::vector<std::int64_t> all;
    for (int i = 0; i < 50; ++i) {
      const auto from = f.clock.now();
      CHECK(f.run("GET k").empty());
      f.engine.advance_to(f.engine.next_deadline() * 1000);
      CHECK(f.received(f.client) == "$-1\r\n");
      all.push_back((f.clock.now() - from) / 1000);
    }
    return all;
  };
  const auto uniform = delays("UNIFORM"), exponential = delays("EXPONENTIAL");
  CHECK(delays("") == uniform);
  CHECK(delays("EXPONENTIAL") == exponential);
  for (const auto* each : {&uniform, &exponential}) {
    CHECK(*std::min_element(each->begin(), each->end()) >= 10);
    CHECK(*std::max_element(each->begin(), each->end()) <= 1000);
  }
  const auto near = [](const auto& all) {
    return std::count_if(all.begin(), all.end(), [](auto ms) { return ms < 300; });
  };
  CHECK(near(uniform) < 30);
  CHECK(near(exponential) > 30);
}

TEST_CASE("FAULT DELAY: an error behind it comes when it is over", "[fault]") {
  Faulty f;
  REQUIRE(f.fault("COMMAND GET DELAY 10ms ERROR LOADING") == kOk);
  REQUIRE(f.fault("COMMAND GET ERROR OOM") == kOk);  // never reached
  CHECK(f.run("GET k").empty());
  f.advance_ms(10);
  CHECK(f.received(f.client) == "-LOADING Redis is loading the dataset in memory\r\n");
  CHECK(contains(f.run(f.test, "REDOUBLE FAULT LIST"), "$4\r\nhits\r\n:0\r\n"));
}

TEST_CASE("FAULT: the connection ends before the command, or behind it without its reply", "[fault]") {
  Faulty f;
  const std::string action = GENERATE("CLOSE", "RESET", "LOSE", "CUT 3", "CUT 3 RESET", "CUT 100");
  REQUIRE(f.fault("COMMAND INCR " + action) == kOk);
  f.engine.execute(f.client, std::vector<std::string_view>{"PING"});
  f.engine.execute(f.client, std::vector<std::string_view>{"INCR", "n"});
  CHECK(f.client.close_after_reply);
  CHECK(f.client.reset_on_close == contains(action, "RESET"));
  const std::string all = f.received(f.client);
  const std::string part = contains(action, "100") ? ":1\r\n" : contains(action, "CUT") ? ":1\r" : "";
  CHECK(all == "+PONG\r\n" + part);
  const bool executed = action != "CLOSE" && action != "RESET";
  CHECK(f.run(f.test, "GET n") == (executed ? "$1\r\n1\r\n" : "$-1\r\n"));
}

TEST_CASE("FAULT HANG and MUTE: no answer, without and with its effect", "[fault]") {
  Faulty f;
  REQUIRE(f.fault("COMMAND INCR FIRST 1 MUTE") == kOk);
  REQUIRE(f.fault("COMMAND INCR NTH 3 HANG") == kOk);
  CHECK(f.run("INCR n").empty());
  CHECK(f.run("INCR n") == ":2\r\n");
  CHECK(f.run("INCR n").empty());
  CHECK(f.client.is_blocked());
  f.run(f.test, "REDOUBLE FAULT CLEAR");
  f.advance_ms(100'000);
  CHECK(f.client.is_blocked());
  CHECK(f.received(f.client).empty());
  CHECK(f.run(f.test, "GET n") == "$1\r\n2\r\n");
  f.engine.disconnect(f.client);
  CHECK(f.run(f.test, "PING") == "+PONG\r\n");
}

TEST_CASE("FAULT CORRUPT: so many bytes of the reply, the same for the same seed", "[fault]") {
  const auto reply = [](const std::string& action) {
    Faulty f;
    f.run("SET k 0123456789");
    f.fault("COMMAND GET " + action);
    f.run("GET k");
    return f.run("GET k");
  };
  const std::string whole = "$10\r\n0123456789\r\n";
  const auto changed = [&](const std::string& bytes) {
    REQUIRE(bytes.size() == whole.size());
    int n = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) n += bytes[i] != whole[i] ? 1 : 0;
    return n;
  };
  CHECK(changed(reply("CORRUPT")) == 1);
  CHECK(changed(reply("CORRUPT 4")) == 4);
  CHECK(changed(reply("CORRUPT 1000")) == 17);
  CHECK(reply("CORRUPT 4") == reply("CORRUPT 4"));
}

TEST_CASE("FAULT CHUNK: the reply goes in pieces, and nothing else does", "[fault]") {
  Faulty f;
  f.run("SET k 0123456789");
  REQUIRE(f.fault("COMMAND GET CHUNK 4") == kOk);
  for (const auto& line : {"PING", "GET k", "PING"}) {
    const auto words = redouble::split_args(line).value();
    f.engine.execute(f.client, std::vector<std::string_view>(words.begin(), words.end()));
  }
  CHECK(f.writes(f.client) == Parts{"+PONG\r\n", "$10\r", "\n012", "3456", "789\r", "\n", "+PONG\r\n"});
  CHECK(f.client.pacing == nullptr);
}

TEST_CASE("FAULT DRIP: so many bytes each such time, reply by reply", "[fault]") {
  Faulty f;
  REQUIRE(f.fault("COMMAND PING DRIP 3 10ms") == kOk);
  for (int i = 0; i < 2; ++i) f.engine.execute(f.client, std::vector<std::string_view>{"PING"});
  CHECK(f.writes(f.client) == Parts{"+PO"});
  f.advance_ms(9);
  CHECK(f.writes(f.client).empty());
  f.advance_ms(1);
  CHECK(f.writes(f.client) == Parts{"NG\r"});
  f.advance_ms(10);
  CHECK(f.writes(f.client) == Parts{"\n", "+PO"});
  f.advance_ms(100);
  CHECK(f.writes(f.client) == Parts{"NG\r\n"});
  CHECK(f.client.pacing == nullptr);
  CHECK(f.engine.deadlines.next() == redouble::kNever);
}

TEST_CASE("FAULT DRIP: pieces of less than a millisecond add up", "[fault]") {
  Faulty f;
  REQUIRE(f.fault("COMMAND ECHO DRIP 1 250us CHUNK 2") == kOk);
  f.engine.execute(f.client, std::vector<std::string_view>{"ECHO", "abcd"});  // $4 abcd
  CHECK(f.writes(f.client) == Parts{"$"});
  f.advance_ms(1);
  CHECK(f.writes(f.client) == Parts{"4", "\r\n", "a"});
  f.advance_ms(2);
  CHECK(f.writes(f.client) == Parts{"b", "cd", "\r\n"});
}

TEST_CASE("FAULT DRIP: ends with its client", "[fault]") {
  Faulty f;
  REQUIRE(f.fault("COMMAND PING DRIP 1 10ms") == kOk);
  f.engine.execute(f.client, std::vector<std::string_view>{"PING"});
  if (GENERATE(true, false)) f.engine.kill(f.client);
  f.engine.disconnect(f.client);
  f.advance_ms(100);
  CHECK(f.engine.deadlines.next() == redouble::kNever);
}

TEST_CASE("FAULT: what several rules do to a reply goes together", "[fault]") {
  Faulty f;
  f.run("SET k 0123456789");
  REQUIRE(f.fault("COMMAND GET CHUNK 3") == kOk);
  REQUIRE(f.fault("COMMAND GET CUT 8") == kOk);
  REQUIRE(f.fault("KEY k CUT 100 RESET") == kOk);
  f.engine.execute(f.client, std::vector<std::string_view>{"GET", "k"});
  CHECK(f.writes(f.client) == Parts{"$10", "\r\n0", "12"});
  CHECK(f.client.close_after_reply);
  CHECK(f.client.reset_on_close);
  REQUIRE(f.fault("COMMAND PING CHUNK 4") == kOk);
  REQUIRE(f.fault("COMMAND PING ERROR \"ERR no\"") == kOk);
  f.engine.execute(f.test, std::vector<std::string_view>{"PING"});
  CHECK(f.writes(f.test) == Parts{"-ERR", " no\r", "\n"});
}

TEST_CASE("FAULT EXPIRE and EVICT: the keys go just before, with their events", "[fault]") {
  Faulty f(Faulty::Settings{{"notify-keyspace-events", "Exe"}});
  f.run("MSET a 1 b 2 c 3");
  auto& listener = f.engine.connect();
  f.run(listener, "PSUBSCRIBE __keyevent*");
  REQUIRE(f.fault("COMMAND GET KEY a EXPIRE") == kOk);
  REQUIRE(f.fault("COMMAND MGET EVICT") == kOk);
  CHECK(f.run("GET a") == "$-1\r\n");
  CHECK(f.run("GET a") == "$-1\r\n");
  CHECK(f.run("GET b") == "$1\r\n2\r\n");
  CHECK(f.run("MGET b x c") == "*3\r\n$-1\r\n$-1\r\n$-1\r\n");
  const std::string events = f.received(listener);
  CHECK(contains(events, "expired\r\n$1\r\na\r\n"));
  CHECK(contains(events, "evicted\r\n$1\r\nb\r\n"));
  CHECK(contains(events, "evicted\r\n$1\r\nc\r\n"));
  CHECK(f.engine.stats.expired_keys == 1);
  CHECK(f.engine.stats.evicted_keys == 2);
}

TEST_CASE("FAULT in MULTI: an error lets EXEC fail, as in Redis", "[fault]") {
  Faulty f;
  REQUIRE(f.fault("COMMAND SET IN MULTI ERROR OOM") == kOk);
  CHECK(f.run("SET k v") == kOk);
  f.run("MULTI");
  CHECK(f.run("SET k w") == "-OOM command not allowed when used memory > 'maxmemory'.\r\n");
  CHECK(f.run("GET k") == "+QUEUED\r\n");
  CHECK(f.run("EXEC") == "-EXECABORT Transaction discarded because of previous errors.\r\n");
  REQUIRE(f.fault("COMMAND EXEC ERROR READONLY") == kOk);
  f.run("MULTI");
  CHECK(f.run("EXEC") ==
        "-EXECABORT Transaction discarded because of: READONLY You can't write against a read only "
        "replica.\r\n");
  CHECK(f.run("GET k") == "$1\r\nv\r\n");
}

TEST_CASE("FAULT in MULTI: what EXEC runs is not matched again, and loses its keys just before", "[fault]") {
  Faulty f;
  REQUIRE(f.fault("COMMAND GET EXPIRE") == kOk);
  f.run("MULTI");
  CHECK(f.run("SET k v") == "+QUEUED\r\n");
  CHECK(f.run("GET k") == "+QUEUED\r\n");
  CHECK(f.run("EXEC") == "*2\r\n+OK\r\n$-1\r\n");
  CHECK(contains(f.run(f.test, "REDOUBLE FAULT LIST"), "$4\r\nhits\r\n:1\r\n"));
}

TEST_CASE("FAULT in a script: redis.call raises the error", "[fault]") {
  Faulty f;
  f.run("SET k v");
  REQUIRE(f.fault("COMMAND GET IN SCRIPT ERROR LOADING") == kOk);
  CHECK(f.run("GET k") == "$1\r\nv\r\n");
  CHECK(contains(f.run("EVAL \"return redis.call('GET', 'k')\" 0"),
                 "-LOADING Redis is loading the dataset in memory script: "));
  CHECK(f.run("EVAL \"return redis.pcall('GET', 'k').err\" 0") ==
        "$46\r\nLOADING Redis is loading the dataset in memory\r\n");
  CHECK(f.run("EVAL \"return redis.call('GETRANGE', 'k', 0, -1)\" 0") == "$1\r\nv\r\n");
  f.run(f.test, "REDOUBLE FAULT CLEAR");
  REQUIRE(f.fault("COMMAND GET EXPIRE") == kOk);
  CHECK(f.run("EVAL \"return redis.call('GET', 'k')\" 0") == "$-1\r\n");
}

TEST_CASE("FAULT in a script: a rule that counted the script does not count what it calls", "[fault]") {
  Faulty f;
  f.run("SET k v");
  REQUIRE(f.fault("KEY k EVERY 2 ERROR LOADING") == kOk);
  const std::string script = "EVAL \"return redis.call('GET', KEYS[1])\" 1 k";
  CHECK(f.run(script) == "$1\r\nv\r\n");
  CHECK(f.run(script) == "-LOADING Redis is loading the dataset in memory\r\n");
  CHECK(f.run(script) == "$1\r\nv\r\n");
  f.run(f.test, "REDOUBLE FAULT CLEAR");
  // What happens to connections is for the client's own command.
  REQUIRE(f.fault("COMMAND GET LOSE DELAY 1s") == kOk);
  CHECK(f.run(script) == "$1\r\nv\r\n");
  CHECK_FALSE(f.client.close_after_reply);
  REQUIRE(f.fault("COMMAND EVAL LOSE") == kOk);
  CHECK(f.run(script).empty());
  CHECK(f.client.close_after_reply);
}

TEST_CASE("FAULT LOSE: a client that waited for an element takes it and is gone", "[fault][blocking]") {
  Faulty f;
  REQUIRE(f.fault("COMMAND BLPOP LOSE") == kOk);
  CHECK(f.run("BLPOP q 0").empty());
  CHECK(contains(f.run(f.test, "INFO clients"), "blocked_clients:1\r\n"));
  CHECK(f.run(f.test, "RPUSH q a b") == ":2\r\n");
  CHECK(f.received(f.client).empty());
  CHECK(f.client.close_after_reply);
  CHECK(f.run(f.test, "LRANGE q 0 -1") == "*1\r\n$1\r\nb\r\n");
}

TEST_CASE("FAULT: a reply that comes late is shaped, what is pushed meanwhile is not", "[fault][blocking]") {
  Faulty f;
  f.run("HELLO 3");
  f.run("SUBSCRIBE news");
  REQUIRE(f.fault("COMMAND BLPOP CUT 5") == kOk);
  const std::string way = GENERATE("served", "late", "unblocked", "error");
  f.run(way == "late" ? "BLPOP q 1" : "BLPOP q 0");
  f.run(f.test, "PUBLISH news hi");
  const std::string push = ">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n";
  if (way == "served") f.run(f.test, "RPUSH q a");
  if (way == "late") f.advance_ms(1000);
  if (way == "unblocked") f.run(f.test, "CLIENT UNBLOCK " + std::to_string(f.client.id));
  if (way == "error") f.run(f.test, "CLIENT UNBLOCK " + std::to_string(f.client.id) + " ERROR");
  const std::string reply = way == "served" ? "*2\r\n$" : way == "error" ? "-UNBL" : "_\r\n";
  CHECK(f.received(f.client) == push + reply);
  CHECK(f.client.close_after_reply);
}

TEST_CASE("FAULT: CLIENT REPLY, SUBSCRIBE, HELLO and MONITOR keep their ways", "[fault]") {
  Faulty f;
  REQUIRE(f.fault("NAME victim CHUNK 1000") == kOk);
  f.run("CLIENT SETNAME victim");
  CHECK(f.run("SUBSCRIBE c") == "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
  CHECK(f.run("UNSUBSCRIBE c") == "*3\r\n$11\r\nunsubscribe\r\n$1\r\nc\r\n:0\r\n");
  CHECK(f.run("CLIENT REPLY SKIP").empty());
  CHECK(f.run("PING").empty());
  CHECK(f.run("PING") == "+PONG\r\n");
  CHECK(f.run("HELLO 3").starts_with("%7\r\n"));
  CHECK(f.run("MONITOR") == kOk);
  REQUIRE(f.fault("COMMAND ECHO DELAY 10ms CHUNK 1000") == kOk);
  f.run("ECHO x");
  f.run(f.test, "PING");
  CHECK(contains(f.received(f.client), "\"PING\"\r\n"));
  f.advance_ms(10);
  CHECK(contains(f.received(f.client), "$1\r\nx\r\n"));
}

TEST_CASE("FAULT ON MESSAGE: one subscriber misses what the others get", "[fault][pubsub]") {
  Faulty f;
  auto& other = f.engine.connect();
  f.run("CLIENT SETNAME deaf");
  for (Session* session : {&f.client, &other}) {
    f.run(*session, "SUBSCRIBE news.1");
    f.run(*session, "PSUBSCRIBE news.*");
    f.run(*session, "SSUBSCRIBE news.s");
  }
  REQUIRE(f.fault("NAME deaf ON MESSAGE news.* DROP") == kOk);
  CHECK(f.run(f.test, "PUBLISH news.1 hi") == ":4\r\n");
  CHECK(f.run(f.test, "SPUBLISH news.s hi") == ":2\r\n");
  CHECK(f.received(f.client).empty());
  CHECK(f.received(other) ==
        "*3\r\n$7\r\nmessage\r\n$6\r\nnews.1\r\n$2\r\nhi\r\n"
        "*4\r\n$8\r\npmessage\r\n$6\r\nnews.*\r\n$6\r\nnews.1\r\n$2\r\nhi\r\n"
        "*3\r\n$8\r\nsmessage\r\n$6\r\nnews.s\r\n$2\r\nhi\r\n");
  CHECK(contains(f.run(f.test, "REDOUBLE FAULT LIST"), "$4\r\nseen\r\n:3\r\n$4\r\nhits\r\n:3\r\n"));
}

TEST_CASE("FAULT ON CONNECT: refused, stalled, or later", "[fault]") {
  using Greeting = redouble::Interception::Greeting;
  Faulty f;
  auto& interception = f.engine.interception;
  REQUIRE(f.fault("ON CONNECT NTH 2 REFUSE") == kOk);
  REQUIRE(f.fault("ON CONNECT NTH 2 STALL") == kOk);
  REQUIRE(f.fault("ON CONNECT AFTER 1 FIRST 3 DELAY 10ms") == kOk);
  REQUIRE(f.fault("ON CONNECT NTH 3 REFUSE") == kOk);
  CHECK(interception.greet(f.engine.connect()) == Greeting::welcome);
  CHECK(interception.greet(f.engine.connect()) == Greeting::refused);  // the second rule did not see it
  auto& stalled = f.engine.connect();
  CHECK(interception.greet(stalled) == Greeting::welcome);
  CHECK(stalled.is_blocked());
  auto& late = f.engine.connect();
  CHECK(interception.greet(late) == Greeting::later);
  auto& refused = f.engine.connect();
  CHECK(interception.greet(refused) == Greeting::later);
  f.advance_ms(10);
  CHECK_FALSE(late.is_blocked());
  CHECK(f.run(late, "PING") == "+PONG\r\n");
  CHECK(stalled.is_blocked());
}

TEST_CASE("FAULT: rules go with their clients, by name, or all together", "[fault]") {
  Faulty f;
  auto& maker = f.engine.connect();
  CHECK(f.run(maker, "REDOUBLE FAULT ADD mine COMMAND GET ERROR OOM UNTIL DISCONNECT") == kOk);
  CHECK(f.fault("COMMAND GET ERROR LOADING") == kOk);
  CHECK(f.run("GET k").starts_with("-OOM"));
  f.engine.disconnect(maker);
  CHECK(f.run("GET k").starts_with("-LOADING"));
  CHECK(
      f.run(f.test, "REDOUBLE FAULT LIST") ==
      "*1\r\n*8\r\n$4\r\nname\r\n$2\r\nf1\r\n$4\r\nrule\r\n$25\r\nCOMMAND GET ERROR LOADING\r\n$4\r\nseen\r\n"
      ":1\r\n$4\r\nhits\r\n:1\r\n");
  CHECK(f.run(f.test, "REDOUBLE FAULT REMOVE f1 nosuch") == ":1\r\n");
  CHECK(f.run("GET k") == "$-1\r\n");
  f.fault("COMMAND GET ERROR \"ERR a b\"");
  f.fault("COMMAND GET CLOSE");
  CHECK(contains(f.run(f.test, "REDOUBLE FAULT LIST"), "COMMAND GET ERROR \"ERR a b\"\r\n"));
  CHECK(f.run(f.test, "REDOUBLE FAULT CLEAR") == ":2\r\n");
  CHECK(f.run(f.test, "REDOUBLE FAULT LIST") == "*0\r\n");
  CHECK_FALSE(f.engine.interception.active());
}

TEST_CASE("FAULT: a reset of the server takes all away and lets go on who waits", "[fault]") {
  Faulty f;
  f.fault("COMMAND GET DELAY 1h");
  f.fault("ON CONNECT DELAY 1h");
  f.run("GET k");
  auto& late = f.engine.connect();
  f.engine.interception.greet(late);
  f.engine.reset(redouble::Config());
  CHECK(f.received(f.client) == "$-1\r\n");
  CHECK_FALSE(late.is_blocked());
  CHECK(f.run(f.test, "REDOUBLE FAULT LIST") == "*0\r\n");
  CHECK(f.engine.deadlines.next() == redouble::kNever);
}

TEST_CASE("FAULT: calls from inside the program are not matched, nor is REDOUBLE", "[fault]") {
  Faulty f;
  REQUIRE(f.fault("CATEGORY read CATEGORY admin CATEGORY slow ERROR OOM") == kOk);
  auto& internal = f.engine.connect_internal();
  CHECK(f.run(internal, "GET k") == "$-1\r\n");
  CHECK(f.run(internal, "EVAL \"return redis.call('GET', 'k')\" 0") == "$-1\r\n");
  CHECK(f.run("REDOUBLE FAULT CLEAR") == ":1\r\n");
}

TEST_CASE("FAULT: CLIENT PAUSE and a delay may follow each other", "[fault]") {
  Faulty f;
  REQUIRE(f.fault("COMMAND GET DELAY 10ms") == kOk);
  f.run("GET k");
  f.run(f.test, "CLIENT PAUSE 100 ALL");
  f.advance_ms(10);
  CHECK(f.received(f.client).empty());
  f.advance_ms(89);
  CHECK(f.received(f.client).empty());
  f.advance_ms(1);
  CHECK(f.received(f.client) == "$-1\r\n");
  CHECK(contains(f.run(f.test, "REDOUBLE FAULT LIST"), "$4\r\nhits\r\n:1\r\n"));
}

TEST_CASE("FAULT: a held client may be killed", "[fault]") {
  Faulty f;
  f.fault("COMMAND GET DELAY 10ms");
  f.run("GET k");
  CHECK(f.run(f.test, "CLIENT KILL ID " + std::to_string(f.client.id)) == ":1\r\n");
  f.engine.disconnect(f.client);
  f.advance_ms(10);
  CHECK(f.engine.deadlines.next() == redouble::kNever);
}

TEST_CASE("FAULT: a mistake is answered with what would have been right", "[fault]") {
  Faulty f;
  const auto starts = [&](const std::string& rule, const std::string& text) {
    const std::string reply = f.run(f.test, "REDOUBLE FAULT ADD x " + rule);
    INFO(rule << ": " << reply);
    CHECK(reply.starts_with("-ERR " + text));
  };
  CHECK(f.run(f.test, "REDOUBLE FAULT ADD x").starts_with("-ERR too little: REDOUBLE FAULT ADD <name>"));
  CHECK(f.run(f.test, "REDOUBLE FAULT ADD '' CLOSE").starts_with("-ERR a name has one byte at least"));
  CHECK(f.run(f.test, "REDOUBLE FAULT ADD " + std::string(129, 'x') + " CLOSE") ==
        "-ERR a name may have 128 bytes at most\r\n");
  CHECK(f.run(f.test, "REDOUBLE FAULT REMOVE").starts_with("-ERR REMOVE needs a name"));
  CHECK(f.run(f.test, "REDOUBLE FAULT NOSUCH") ==
        "-ERR unknown subcommand 'NOSUCH'. Try REDOUBLE FAULT HELP.\r\n");
  starts("COMMAND GET", "a fault needs an action: ERROR, DELAY, CLOSE");
  starts("COMMAND GET EXPLODE", "'EXPLODE' is neither a matcher nor an action");
  starts("COMMAND GET ERROR LOADING FIRST 2", "'FIRST' is neither a matcher nor an action. Matchers");
  starts("COMMAND NOSUCH CLOSE", "there is no command 'NOSUCH'");
  starts("COMMAND GET ERROR", "ERROR needs more, as in ERROR LOADING");
  starts("COMMAND GET ERROR LODING", "there is no error 'LODING': write LOADING, READONLY");
  starts("COMMAND GET ERROR 'it failed'", "there is no error 'it failed'");
  starts("COMMAND GET ERROR \"ERR a\\r\\nb\"", "an error is one line of 1024 bytes at most");
  starts("COMMAND GET DELAY 5x", "'5x' is no duration");
  starts("COMMAND GET DELAY -5ms", "'-5ms' is no duration");
  starts("COMMAND GET DELAY 5ms 3x", "'3x' is no duration");
  starts("COMMAND GET DELAY 5ms 3ms", "DELAY takes the shorter time first");
  starts("COMMAND GET CUT x", "'x' is no number of bytes: write 0 or more");
  starts("COMMAND GET CHUNK 0", "'0' is no number of bytes: write 1 or more");
  starts("COMMAND GET DRIP 1", "DRIP needs more, as in DRIP 1 10ms");
  starts("COMMAND GET DRIP 1 0", "'0' is no duration");
  starts("COMMAND GET CORRUPT 0", "'0' is no number of bytes");
  starts("COMMAND GET CLOSE ERROR OOM", "ERROR comes too late");
  starts("COMMAND GET CLOSE CUT 1", "behind CLOSE, RESET and HANG there is no reply");
  starts("COMMAND GET MUTE CHUNK 1", "LOSE, CUT 0 and MUTE leave nothing");
  starts("COMMAND GET LOSE MUTE", "LOSE, CUT 0 and MUTE leave nothing");
  starts("COMMAND GET EXPIRE EVICT", "a key either expires or is evicted");
  starts("COMMAND PING EXPIRE", "PING has no keys that could expire");
  starts("COMMAND GET REFUSE", "REFUSE and STALL are for new connections");
  starts("COMMAND GET DROP", "DROP is for messages");
  starts("ON CONNECT CLOSE", "ON CONNECT goes with REFUSE, STALL and DELAY alone");
  starts("ON MESSAGE c DELAY 1s", "ON MESSAGE goes with DROP alone");
  starts("IN SCRIPT COMMAND GET LOSE", "IN SCRIPT goes with ERROR, EXPIRE and EVICT alone");
  starts("COMMAND GET CLOSE UNTIL TOMORROW", "UNTIL 'TOMORROW' is not known");
  starts("COMMAND GET CLOSE UNTIL DISCONNECT now", "'now' does not belong here");
  starts("COMMAND GET ERROR 'ERR " + std::string(5000, 'x') + "'", "a rule may have 4096 bytes at most");
  CHECK(f.run(f.test, "REDOUBLE FAULT LIST") == "*0\r\n");
  CHECK(f.fault("COMMAND GET CLOSE") == kOk);
  CHECK(f.run(f.test, "REDOUBLE FAULT ADD f1 COMMAND GET CLOSE")
            .starts_with("-ERR there is a fault 'f1' already"));
  CHECK(f.run(f.engine.connect_internal(), "REDOUBLE FAULT ADD x COMMAND GET CLOSE UNTIL DISCONNECT")
            .starts_with("-ERR UNTIL DISCONNECT is for clients"));
  CHECK(contains(f.run(f.test, "REDOUBLE FAULT HELP"), "DRIP <bytes> <time>"));
}

TEST_CASE("FAULT: there are a thousand rules at most", "[fault]") {
  Faulty f;
  for (int i = 0; i < 1000; ++i) REQUIRE(f.fault("COMMAND GET CLOSE") == kOk);
  CHECK(f.fault("COMMAND GET CLOSE") == "-ERR there are 1000 rules already: REMOVE some\r\n");
  CHECK(f.run(f.test, "REDOUBLE FAULT CLEAR") == ":1000\r\n");
}
