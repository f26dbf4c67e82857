// REDOUBLE WAIT in an engine whose real time is a number: when it answers, and what it says when that is too
// late.
#include <catch2/catch.hpp>
#include <string>

#include "engine/waits.h"
#include "tests/support/engine_fixture.h"

using redouble::Engine;
using redouble::EngineFixture;
using redouble::Session;

namespace {

struct RealTime : redouble::Host {
  std::int64_t real_ms() override { return ms; }
  bool all_quiet(const Session*) override { return quiet; }
  std::int64_t ms = 1'000'000;
  bool quiet = true;
};

struct Waiting {
  template <class... Words>
  std::string send_as(Session& session, Words&&... words) {
    const std::vector<std::string_view> argv{std::string_view(words)...};
    engine.execute(session, argv);
    return EngineFixture::received(session);
  }
  /// REDOUBLE WAIT …, as the one who asks.
  template <class... Words>
  std::string wait(Words&&... words) {
    return send_as(asking, "REDOUBLE", "WAIT", std::forward<Words>(words)...);
  }
  std::string answer() { return EngineFixture::received(asking); }
  std::string after(std::int64_t ms) {
    host.ms += ms;
    engine.lose_patience();
    return answer();
  }

  redouble::ManualClock clock;
  RealTime host;
  Engine engine{clock, redouble::Config(), host, 1, redouble::scripting()};
  Session& asking = engine.connect();
  Session& other = engine.connect();
};

}  // namespace

TEST_CASE("REDOUBLE WAIT BLOCKED: answers when enough clients are blocked on a key", "[wait]") {
  Waiting w;
  CHECK(w.wait("BLOCKED", "jobs", "2").empty());
  w.send_as(w.other, "BLPOP", "jobs", "elsewhere", "0");
  CHECK(w.answer().empty());
  auto& third = w.engine.connect();
  w.send_as(third, "SELECT", "1");
  w.send_as(third, "BLPOP", "jobs", "0");
  CHECK(w.answer().empty());
  w.send_as(w.engine.connect(), "XREAD", "BLOCK", "0", "STREAMS", "jobs", "0");
  CHECK(w.answer() == ":2\r\n");
  CHECK(w.wait("BLOCKED", "elsewhere", "1") == ":1\r\n");
  CHECK(w.engine.waits.empty());
  CHECK(w.engine.patience.next() == redouble::kNever);
}

TEST_CASE("REDOUBLE WAIT: who comes too late is told how far it got", "[wait]") {
  Waiting w;
  CHECK(w.wait("BLOCKED", "jobs", "1").empty());
  CHECK(w.after(4999).empty());
  CHECK(w.after(1) == "-TIMEOUT after 5000 ms: 0 of 1 clients are blocked on 'jobs'\r\n");
  CHECK(w.wait("CLIENTS", "3", "20ms").empty());
  CHECK(w.after(20) == "-TIMEOUT after 20 ms: 1 clients are connected, not 3\r\n");
  w.send_as(w.other, "SUBSCRIBE", "news");
  CHECK(w.wait("SUBSCRIBERS", "news", "2", "1s").empty());
  CHECK(w.after(1000) == "-TIMEOUT after 1000 ms: 1 of 2 clients are subscribed to 'news'\r\n");
  CHECK(w.wait("COMMANDS", "get", "5", "1m").empty());
  CHECK(w.after(60'000) == "-TIMEOUT after 60000 ms: 0 of 5 calls of 'get'\r\n");
  w.host.quiet = false;
  CHECK(w.wait("IDLE", "10m").empty());
  CHECK(w.after(600'000) ==
        "-TIMEOUT after 600000 ms: a request is under way, or a reply is not sent yet\r\n");
  CHECK(w.send_as(w.asking, "PING") == "+PONG\r\n");
}

TEST_CASE("REDOUBLE WAIT: the server's own clock does not end it", "[wait]") {
  Waiting w;
  CHECK(w.wait("BLOCKED", "jobs", "1", "10ms").empty());
  w.engine.move_clock(w.clock.now() + INT64_C(86'400'000'000));
  w.engine.lose_patience();
  CHECK(w.answer().empty());
  CHECK(w.after(10).substr(0, 8) == "-TIMEOUT");
}

TEST_CASE("REDOUBLE WAIT CLIENTS: counts the others", "[wait]") {
  Waiting w;
  CHECK(w.wait("CLIENTS", "1") == ":1\r\n");
  CHECK(w.wait("CLIENTS", "0").empty());
  auto& third = w.engine.connect();
  w.engine.disconnect(w.other);
  CHECK(w.answer().empty());
  w.engine.kill(third);
  CHECK(w.engine.take_dirty().size() == 2);
  CHECK(w.answer() == ":0\r\n");
}

TEST_CASE("REDOUBLE WAIT SUBSCRIBERS: counts channels, patterns and shard channels", "[wait]") {
  Waiting w;
  CHECK(w.wait("SUBSCRIBERS", "news", "3").empty());
  w.send_as(w.other, "SUBSCRIBE", "news", "olds");
  w.send_as(w.other, "PSUBSCRIBE", "n*");
  CHECK(w.answer().empty());
  w.send_as(w.other, "SSUBSCRIBE", "news");
  CHECK(w.answer() == ":3\r\n");
  CHECK(w.wait("SUBSCRIBERS", "nil", "1") == ":1\r\n");
}

TEST_CASE("REDOUBLE WAIT COMMANDS: counts calls of a command, a subcommand, a container", "[wait]") {
  Waiting w;
  CHECK(w.wait("COMMANDS", "GET", "2").empty());
  w.send_as(w.other, "GET", "k");
  CHECK(w.answer().empty());
  w.send_as(w.other, "EVAL", "return redis.call('GET', 'k')", "0");
  CHECK(w.answer() == ":2\r\n");
  CHECK(w.wait("COMMANDS", "client|id", "1").empty());
  w.send_as(w.other, "CLIENT", "INFO");
  CHECK(w.answer().empty());
  w.send_as(w.other, "CLIENT", "ID");
  CHECK(w.answer() == ":1\r\n");
  CHECK(w.wait("COMMANDS", "client", "2") == ":2\r\n");
  w.send_as(w.other, "CONFIG", "RESETSTAT");
  CHECK(w.wait("COMMANDS", "client", "1", "1ms").empty());
  CHECK(w.after(1) == "-TIMEOUT after 1 ms: 0 of 1 calls of 'client'\r\n");
}

TEST_CASE("REDOUBLE WAIT IDLE: not while a request is held back or on its way", "[wait]") {
  Waiting w;
  CHECK(w.wait("IDLE") == "+OK\r\n");
  w.send_as(w.engine.connect(), "BLPOP", "jobs", "0");
  CHECK(w.wait("IDLE") == "+OK\r\n");
  w.send_as(w.other, "CLIENT", "PAUSE", "1000");
  w.send_as(w.other, "GET", "k");
  CHECK(w.wait("IDLE").empty());
  w.engine.move_clock(w.clock.now() + 1'000'000);
  CHECK(w.answer() == "+OK\r\n");
  w.host.quiet = false;
  CHECK(w.wait("IDLE").empty());
  w.host.quiet = true;
  CHECK_FALSE(w.engine.take_dirty().empty());
  CHECK(w.answer() == "+OK\r\n");
}

TEST_CASE("REDOUBLE WAIT: is no blocked client for anybody else, and ends with its client", "[wait]") {
  Waiting w;
  CHECK(w.wait("BLOCKED", "jobs", "1").empty());
  CHECK(w.engine.blocked_clients() == 0);
  CHECK(w.send_as(w.other, "CLIENT", "UNBLOCK", "1") == ":0\r\n");
  CHECK(w.send_as(w.other, "CLIENT", "LIST", "ID", "1").find(" flags=N ") != std::string::npos);
  CHECK(w.engine.awaiting_time() == 0);
  w.engine.reset(redouble::Config());
  CHECK_FALSE(w.engine.waits.empty());
  w.engine.kill(w.asking);
  CHECK(w.engine.waits.empty());
  CHECK(w.engine.patience.next() == redouble::kNever);
  auto& again = w.engine.connect();
  CHECK(w.send_as(again, "REDOUBLE", "WAIT", "CLIENTS", "77").empty());
  w.engine.disconnect(again);
  CHECK(w.engine.waits.empty());
  CHECK(w.engine.blocked_clients() == 0);
}

TEST_CASE("REDOUBLE WAIT: a direct call does not wait", "[wait]") {
  Waiting w;
  auto& internal = w.engine.connect_internal();
  CHECK(w.send_as(internal, "REDOUBLE", "WAIT", "CLIENTS", "2") == ":2\r\n");
  CHECK(w.send_as(internal, "REDOUBLE", "WAIT", "CLIENTS", "3") ==
        "-TIMEOUT after 0 ms: 2 clients are connected, not 3\r\n");
  CHECK(w.engine.waits.empty());
}

TEST_CASE("REDOUBLE WAIT: says what would have been right", "[wait]") {
  Waiting w;
  for (const auto* n : {"0", "-1", "x", "1.5", ""})
    CHECK(w.wait("BLOCKED", "jobs", n) ==
          "-ERR '" + std::string(n) + "' is no number of them: a whole number from 1 on, such as 2\r\n");
  for (const auto* timeout : {"0", "0.5ms", "-1s", "11m", "1d"})
    CHECK(w.wait("CLIENTS", "7", timeout) ==
          "-ERR a timeout of '" + std::string(timeout) +
              "' is not possible: 1ms to 10m of real time, such as 5s\r\n");
  CHECK(w.wait("IDLE", "soon") ==
        "-ERR 'soon' is no duration: write 250ms, 61s, 5m, 2h, 1d, or plain milliseconds\r\n");
  CHECK(w.wait("COMMANDS", "nosuch", "1") ==
        "-ERR there is no command 'nosuch': write get, or client|list for a subcommand\r\n");
  CHECK(w.wait("BLOCKED", "jobs") == "-ERR syntax error\r\n");
  CHECK(w.wait("IDLE", "1s", "2s") == "-ERR syntax error\r\n");
  CHECK(w.wait("UNTIL") == "-ERR unknown subcommand 'UNTIL'. Try REDOUBLE WAIT HELP.\r\n");
  CHECK(w.wait("HELP").find("+BLOCKED <key> <n> [<timeout>]\r\n") != std::string::npos);
  CHECK(w.engine.waits.empty());
}

TEST_CASE("Waits: a watch is met once, by whatever made it so", "[wait]") {
  Waiting w;
  redouble::Waits::Watch watch{[&](redouble::Reply&) { return w.engine.db(0).keys().size() > 0; }};
  w.engine.waits.add(watch);
  CHECK_FALSE(watch.met);
  w.send_as(w.other, "SET", "k", "v");
  CHECK(watch.met);
  w.send_as(w.other, "DEL", "k");
  CHECK(watch.met);
  w.engine.waits.remove(watch);
  CHECK(w.engine.waits.empty());
}
