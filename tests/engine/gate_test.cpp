// REDOUBLE GATE: where commands stop, and how they go on.
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

const std::string kOk = "+OK\r\n";

struct Gated : EngineFixture {
  explicit Gated(const std::string& rule = {}) : test(engine.connect()), other(engine.connect()) {
    if (!rule.empty()) gate(rule);
  }

  std::string run(Session& session, const std::string& line) {
    const auto words = redouble::split_args(line).value();
    const std::vector<std::string_view> views(words.begin(), words.end());
    engine.tick();
    engine.execute(session, views);
    return received(session);
  }
  std::string run(const std::string& line) { return run(client, line); }
  std::string ask(const std::string& line) { return run(test, "REDOUBLE GATE " + line); }
  void gate(const std::string& rule) { REQUIRE(ask("ADD g " + rule) == kOk); }

  Session& test;
  Session& other;
};

}  // namespace

TEST_CASE("GATE ARRIVED: the command is executed when it is let go on", "[gate]") {
  const std::string place = GENERATE("", " AT ARRIVED");
  Gated f("COMMAND SET KEY cache:*" + place);
  CHECK(f.run("SET cache:1 a").empty());
  CHECK(f.client.is_blocked());
  CHECK(f.run(f.other, "SET x b") == kOk);
  CHECK(f.run(f.other, "EXISTS cache:1") == ":0\r\n");
  CHECK(contains(f.ask("LIST"), "$8\r\nstanding\r\n:1\r\n"));
  CHECK(contains(f.run(f.other, "INFO clients"), "blocked_clients:0\r\n"));
  CHECK(f.ask("RELEASE g") == ":1\r\n");
  CHECK(f.received(f.client) == kOk);
  CHECK(f.run(f.other, "GET cache:1") == "$1\r\na\r\n");
  CHECK(contains(f.ask("LIST"), "$8\r\nstanding\r\n:0\r\n"));
}

TEST_CASE("GATE EXECUTED and REPLY: the effect is there, and the reply is kept back", "[gate]") {
  const std::string place = GENERATE("EXECUTED", "REPLY");
  Gated f("COMMAND INCR AT " + place);
  CHECK(f.run("INCR n").empty());
  CHECK(f.client.is_blocked());
  CHECK(f.run(f.other, "GET n") == "$1\r\n1\r\n");
  CHECK(f.ask("RELEASE g") == ":1\r\n");
  CHECK(f.received(f.client) == ":1\r\n");
  CHECK_FALSE(f.client.is_blocked());
}

TEST_CASE("GATE EXECUTED: who waits for a key stands there at once, REPLY: when it is served",
          "[gate][blocking]") {
  const bool executed = GENERATE(true, false);
  Gated f(executed ? "COMMAND BLPOP AT EXECUTED" : "COMMAND BLPOP AT REPLY");
  f.run("BLPOP q 0");
  CHECK(contains(f.ask("LIST"), executed ? "standing\r\n:1\r\n" : "standing\r\n:0\r\n"));
  CHECK(contains(f.run(f.other, "INFO clients"), "blocked_clients:1\r\n"));
  f.run(f.other, "RPUSH q a");
  CHECK(f.run(f.other, "EXISTS q") == ":0\r\n");
  CHECK(f.received(f.client).empty());
  CHECK(contains(f.ask("LIST"), "standing\r\n:1\r\n"));
  CHECK(contains(f.run(f.other, "INFO clients"), "blocked_clients:0\r\n"));
  CHECK(f.ask("RELEASE g") == ":1\r\n");
  CHECK(f.received(f.client) == "*2\r\n$1\r\nq\r\n$1\r\na\r\n");
}

TEST_CASE("GATE EXECUTED: who is let go on while it waits for a key, waits on", "[gate][blocking]") {
  Gated f("COMMAND BLPOP AT EXECUTED");
  f.run("BLPOP q 1");
  CHECK(f.ask("RELEASE g") == ":1\r\n");
  CHECK(f.client.is_blocked());
  const bool served = GENERATE(true, false);
  if (served)
    f.run(f.other, "RPUSH q a");
  else
    f.advance_ms(1000);
  CHECK(f.received(f.client) == (served ? "*2\r\n$1\r\nq\r\n$1\r\na\r\n" : "*-1\r\n"));
}

TEST_CASE("GATE: a call passes several, in their order and places", "[gate]") {
  Gated f;
  REQUIRE(f.ask("ADD last COMMAND INCR AT REPLY") == kOk);
  REQUIRE(f.ask("ADD first COMMAND INCR") == kOk);
  REQUIRE(f.ask("ADD second KEY n") == kOk);
  REQUIRE(f.ask("ADD done COMMAND INCR AT EXECUTED") == kOk);
  f.run("INCR n");
  for (const std::string name : {"first", "second", "done", "last"}) {
    CHECK(f.received(f.client).empty());
    CHECK(f.ask("RELEASE " + name) == ":1\r\n");
  }
  CHECK(f.received(f.client) == ":1\r\n");
  CHECK(f.run(f.test, "REDOUBLE GATE CLEAR") == ":4\r\n");
}

TEST_CASE("GATE: faults and gates are asked in the order of their making", "[gate][fault]") {
  Gated f;
  REQUIRE(f.run(f.test, "REDOUBLE FAULT ADD g COMMAND GET DELAY 10ms") == kOk);
  f.gate("COMMAND GET");
  REQUIRE(f.run(f.test, "REDOUBLE FAULT ADD e COMMAND GET ERROR LOADING") == kOk);
  f.run("GET k");
  CHECK(f.ask("RELEASE g") == ":0\r\n");
  f.advance_ms(10);
  CHECK(f.received(f.client).empty());
  CHECK(f.ask("RELEASE g") == ":1\r\n");
  CHECK(f.received(f.client) == "-LOADING Redis is loading the dataset in memory\r\n");
}

TEST_CASE("GATE: an error is kept back at REPLY, and never comes to EXECUTED", "[gate][fault]") {
  Gated f;
  REQUIRE(f.ask("ADD done COMMAND GET AT EXECUTED") == kOk);
  REQUIRE(f.ask("ADD reply COMMAND GET AT REPLY") == kOk);
  REQUIRE(f.run(f.test, "REDOUBLE FAULT ADD e COMMAND GET ERROR LOADING CUT 4") == kOk);
  f.run("GET k");
  CHECK(f.ask("RELEASE done") == ":0\r\n");
  CHECK(f.received(f.client).empty());
  CHECK(f.ask("RELEASE reply") == ":1\r\n");
  CHECK(f.received(f.client) == "-LOA");
  CHECK(f.client.close_after_reply);
}

TEST_CASE("GATE RELEASE and CUT: the first come first, and not more than asked for", "[gate]") {
  Gated f("COMMAND RPUSH");
  std::vector<Session*> all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(&f.engine.connect());
    f.run(*all.back(), "RPUSH q " + std::to_string(i));
  }
  CHECK(f.ask("RELEASE g 2") == ":2\r\n");
  CHECK(f.received(*all[0]) == ":1\r\n");
  CHECK(f.received(*all[1]) == ":2\r\n");
  CHECK(f.ask("CUT g 1") == ":1\r\n");
  CHECK(all[2]->close_now);
  CHECK_FALSE(all[3]->close_now);
  CHECK(f.ask("CUT g") == ":2\r\n");
  CHECK(f.ask("RELEASE g") == ":0\r\n");
  CHECK(f.run("LRANGE q 0 -1") == "*2\r\n$1\r\n0\r\n$1\r\n1\r\n");
}

TEST_CASE("GATE: who is cut behind the command has executed it", "[gate]") {
  Gated f("COMMAND INCR AT REPLY");
  f.run("INCR n");
  CHECK(f.ask("CUT g") == ":1\r\n");
  CHECK(f.client.close_now);
  CHECK(f.received(f.client).empty());
  CHECK(f.run(f.other, "GET n") == "$1\r\n1\r\n");
}

TEST_CASE("GATE: its end lets go on who stands there", "[gate]") {
  Gated f;
  auto& maker = f.engine.connect();
  REQUIRE(f.run(maker, "REDOUBLE GATE ADD g COMMAND INCR UNTIL DISCONNECT") == kOk);
  f.run("INCR n");
  const std::string end = GENERATE("REMOVE g", "CLEAR", "disconnect", "kill", "reset");
  if (end == "disconnect")
    f.engine.disconnect(maker);
  else if (end == "kill")
    f.run(f.other, "CLIENT KILL ID " + std::to_string(maker.id));
  else if (end == "reset")
    f.engine.reset(redouble::Config());
  else
    CHECK(f.ask(end) == ":1\r\n");
  CHECK(f.received(f.client) == ":1\r\n");
  CHECK(f.ask("LIST") == "*0\r\n");
  CHECK(f.run("INCR m") == ":1\r\n");
}

TEST_CASE("GATE: a client that leaves stands there no more", "[gate]") {
  const std::string place = GENERATE("ARRIVED", "EXECUTED", "REPLY");
  Gated f("COMMAND GET AT " + place);
  f.run("GET k");
  if (GENERATE(true, false)) f.engine.kill(f.client);
  f.engine.disconnect(f.client);
  CHECK(contains(f.ask("LIST"), "standing\r\n:0\r\n"));
  CHECK(f.ask("RELEASE g") == ":0\r\n");
}

TEST_CASE("GATE: its own maker may stand there and leave", "[gate]") {
  Gated f;
  REQUIRE(f.run("REDOUBLE GATE ADD g COMMAND GET UNTIL DISCONNECT") == kOk);
  f.run("GET k");
  f.engine.disconnect(f.client);
  CHECK(f.ask("LIST") == "*0\r\n");
}

TEST_CASE("GATE in MULTI: a command stops where it is queued, EXEC where it runs", "[gate]") {
  Gated f("COMMAND SET COMMAND EXEC");
  f.run("MULTI");
  CHECK(f.run("SET k v").empty());
  CHECK(f.ask("RELEASE g") == ":1\r\n");
  CHECK(f.received(f.client) == "+QUEUED\r\n");
  CHECK(f.run("EXEC").empty());
  CHECK(f.ask("RELEASE g") == ":1\r\n");
  CHECK(f.received(f.client) == "*1\r\n+OK\r\n");
}

TEST_CASE("GATE: a watched key that changes meanwhile lets EXEC fail", "[gate]") {
  Gated f("COMMAND EXEC");
  f.run("WATCH k");
  f.run("MULTI");
  f.run("SET k mine");
  f.run("EXEC");
  f.run(f.other, "SET k other");
  f.ask("RELEASE g");
  CHECK(f.received(f.client) == "*-1\r\n");
}

TEST_CASE("GATE: the present rights count when it is let go on", "[gate][acl]") {
  Gated f("COMMAND GET");
  f.run(f.other, "ACL SETUSER app on nopass ~* +@all");
  f.run("AUTH app x");
  f.run("GET k");
  f.run(f.other, "ACL SETUSER app -get");
  f.ask("RELEASE g");
  CHECK(f.received(f.client).starts_with("-NOPERM"));
}

TEST_CASE("GATE WAIT: answers when so many stand there", "[gate]") {
  Gated f("COMMAND GET");
  CHECK(f.ask("WAIT g").empty());
  CHECK(f.test.is_blocked());
  f.run("GET a");
  CHECK(f.received(f.test) == ":1\r\n");
  CHECK(f.ask("WAIT g 2").empty());
  f.run(f.other, "GET a");
  CHECK(f.received(f.test) == ":2\r\n");
  CHECK(f.ask("WAIT g 1 1ms") == ":2\r\n");
  CHECK(f.ask("RELEASE g") == ":2\r\n");
  CHECK(f.ask("WAIT g").empty());
  f.run(f.other, "REDOUBLE GATE REMOVE g");
  CHECK(f.received(f.test) == "-ERR the gate was removed before they came\r\n");
}

TEST_CASE("GATE WAIT: who comes behind a delay, or from a list, is seen too", "[gate]") {
  Gated f("COMMAND GET COMMAND BLPOP AT REPLY");
  REQUIRE(f.run(f.test, "REDOUBLE FAULT ADD d COMMAND GET DELAY 10ms") == kOk);
  f.run("GET a");
  CHECK(f.ask("WAIT g").empty());
  f.advance_ms(10);
  static_cast<void>(f.engine.take_dirty());
  CHECK(f.received(f.test) == ":1\r\n");
  f.run(f.other, "BLPOP q 0");
  CHECK(f.ask("WAIT g 2").empty());
  f.run(f.engine.connect(), "RPUSH q a");
  CHECK(f.received(f.test) == ":2\r\n");
}

TEST_CASE("GATE WAIT: is too late in real time, and at once for who cannot wait", "[gate]") {
  struct Timed : redouble::Host {
    std::int64_t real_ms() override { return now; }
    std::int64_t now = 1000;
  };
  redouble::ManualClock clock;
  Timed host;
  redouble::Engine engine(clock, redouble::Config(), host, 1, redouble::scripting());
  auto& test = engine.connect();
  const auto ask = [&](Session& session, const std::string& line) {
    const auto words = redouble::split_args("REDOUBLE GATE " + line).value();
    engine.execute(session, std::vector<std::string_view>(words.begin(), words.end()));
    return EngineFixture::received(session);
  };
  REQUIRE(ask(test, "ADD g COMMAND GET") == kOk);
  CHECK(ask(test, "WAIT g 2 250ms").empty());
  host.now += 249;
  engine.lose_patience();
  CHECK(test.is_blocked());
  host.now += 1;
  engine.lose_patience();
  const std::string late = "ms: 0 of 2 clients stand at gate 'g'\r\n";
  CHECK(EngineFixture::received(test) == "-TIMEOUT after 250 " + late);
  CHECK(ask(engine.connect_internal(), "WAIT g 2") == "-TIMEOUT after 0 " + late);
  CHECK(ask(test, "WAIT g 1 0").starts_with("-ERR a timeout of '0' is not possible"));
  CHECK(ask(test, "WAIT g 0").starts_with("-ERR the number of clients is 1 or more"));
  CHECK(ask(test, "WAIT nosuch").starts_with("-ERR there is no gate 'nosuch'"));
}

// Delays, gates, chunks and drips change when a client reads, and never what.
TEST_CASE("GATE and FAULT: rules that only hold up leave every byte as it was", "[gate][fault]") {
  const std::vector<std::string> lines = {"SET k v",
                                          "GET k",
                                          "INCR n",
                                          "RPUSH q a b",
                                          "BLPOP q 1",
                                          "BLPOP none 0.01",
                                          "LRANGE q 0 -1",
                                          "MULTI",
                                          "EXEC",
                                          "DISCARD",
                                          "WATCH k",
                                          "HELLO 2",
                                          "HELLO 3",
                                          "SUBSCRIBE c",
                                          "UNSUBSCRIBE c",
                                          "PUBLISH c hi",
                                          "CLIENT REPLY SKIP",
                                          "CLIENT REPLY OFF",
                                          "CLIENT REPLY ON",
                                          "PING",
                                          "GET",
                                          "NOSUCH",
                                          "EVAL \"return redis.call('INCR', KEYS[1])\" 1 n",
                                          "EVAL \"return redis.call('NOSUCH')\" 0",
                                          "CLIENT SETNAME me",
                                          "CLIENT GETNAME",
                                          "RESET",
                                          "SELECT 1",
                                          "SCAN 0",
                                          "DEBUG SLEEP 0.001",
                                          "WAIT 0 10",
                                          "XADD s 1-* f v",
                                          "XREAD BLOCK 5 STREAMS s $"};
  const auto seed = GENERATE(1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u);
  Gated plain, held("CATEGORY slow PROBABILITY 0.5 AT EXECUTED");
  REQUIRE(held.ask("ADD a CATEGORY fast PROBABILITY 0.5") == kOk);
  REQUIRE(held.run(held.test, "REDOUBLE FAULT ADD d PROBABILITY 0.4 DELAY 0ms 5ms") == kOk);
  REQUIRE(held.ask("ADD r EVERY 3 AT REPLY") == kOk);
  REQUIRE(held.run(held.test, "REDOUBLE FAULT ADD c PROBABILITY 0.4 CHUNK 3") == kOk);
  REQUIRE(held.run(held.test, "REDOUBLE FAULT ADD p PROBABILITY 0.4 DRIP 4 700us") == kOk);
  redouble::Random random(seed);
  const auto until_served = [](Gated& f) {
    for (int i = 0; f.client.is_blocked() && i < 10'000; ++i) {
      for (const char* gate : {"g", "a", "r"}) f.ask("RELEASE " + std::string(gate));
      f.advance_ms(1);
    }
    REQUIRE_FALSE(f.client.is_blocked());
  };
  const auto everything = [](Gated& f) {
    Session& client = f.client;
    std::string bytes;
    for (int i = 0; !client.out.empty() && i < 100'000; ++i) {
      const std::size_t most = client.pacing == nullptr
                                   ? client.out.size()
                                   : client.pacing->sendable(client.bytes_out, client.out.size());
      bytes += client.out.view().substr(0, most);
      client.bytes_out += most;
      client.out.consume(most);
      if (client.pacing != nullptr && most != 0) f.engine.interception.sent(client);
      if (most == 0) f.advance_ms(1);
    }
    CHECK(client.pacing == nullptr);
    return bytes;
  };
  for (int i = 0; i < 300; ++i) {
    const std::string line = lines[random.below(lines.size())];
    INFO(line);
    const auto words = redouble::split_args(line).value();
    const std::vector<std::string_view> views(words.begin(), words.end());
    for (Gated* f : {&plain, &held}) {
      f->engine.tick();
      f->engine.execute(f->client, views);
      until_served(*f);
    }
    if (random.below(3) == 0) REQUIRE(everything(held) == everything(plain));
  }
  CHECK(held.engine.interception.rules().front()->matcher.hits() > 10);
}

TEST_CASE("GATE: a mistake is answered with what would have been right", "[gate]") {
  Gated f;
  const auto starts = [&](const std::string& words, const std::string& text) {
    const std::string reply = f.ask(words);
    INFO(words << ": " << reply);
    CHECK(reply.starts_with("-" + text));
  };
  starts("ADD g", "ERR too little: REDOUBLE GATE ADD <name> <matchers>");
  starts("ADD g COMMAND NOSUCH", "ERR there is no command 'NOSUCH'");
  starts("ADD g COMMAND PING KEY k", "ERR PING has no keys");
  starts("ADD g USER nobody", "ERR there is no user 'nobody'");
  starts("ADD g DB 16", "ERR there is no database '16'");
  starts("ADD g ON CONNECT", "ERR a gate is for commands");
  starts("ADD g IN SCRIPT", "ERR nobody can reach this gate");
  starts("ADD g COMMAND GET AT HOME",
         "ERR AT 'HOME' is not known: write AT ARRIVED, AT EXECUTED or AT REPLY");
  starts("ADD g COMMAND GET CLOSE", "ERR 'CLOSE' does not belong here: a rule is <matchers> [AT ");
  starts("RELEASE g", "ERR there is no gate 'g': REDOUBLE GATE LIST shows them");
  starts("CUT g", "ERR there is no gate 'g'");
  starts("RELEASE", "ERR syntax error");
  starts("REMOVE", "ERR REMOVE needs a name");
  CHECK(f.ask("REMOVE g") == ":0\r\n");
  CHECK(f.ask("CLEAR") == ":0\r\n");
  f.gate("COMMAND GET");
  starts("ADD g COMMAND GET", "ERR there is a gate 'g' already");
  starts("RELEASE g 0", "ERR the number of clients is 1 or more");
  starts("RELEASE g 1 2", "ERR syntax error");
  CHECK(contains(f.ask("HELP"), "WAIT <name> [<n> [<timeout>]]"));
}
