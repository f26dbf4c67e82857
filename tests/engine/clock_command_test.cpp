// REDOUBLE CLOCK on a clock that a test moves: what follows it, what is due on the way, and what happens when
// it is set back. The figures of a clock that is set back are those of redis-server 7.0.15.
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

namespace {

constexpr std::int64_t kSecond = 1'000'000;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct Frozen : EngineFixture {
  explicit Frozen(Settings settings = {}) : EngineFixture(std::move(settings)) {
    CHECK(send("REDOUBLE", "CLOCK", "FREEZE") == "+OK\r\n");
  }
  std::string advance(std::string_view by) { return send("REDOUBLE", "CLOCK", "ADVANCE", by); }
};

}  // namespace

TEST_CASE("REDOUBLE CLOCK: stands still when frozen, and runs on from there", "[clock]") {
  EngineFixture f;
  const std::string start = "*2\r\n$10\r\n1893456000\r\n$1\r\n0\r\n";
  CHECK(f.send("REDOUBLE", "CLOCK", "FREEZE") == "+OK\r\n");
  f.clock.advance(7 * kSecond);
  CHECK(f.send("TIME") == start);
  CHECK(f.send("EVAL", "return redis.call('TIME')", "0") == start);
  CHECK(f.send("redouble", "clock", "resume") == "+OK\r\n");
  CHECK(f.send("TIME") == start);
  f.clock.advance(2 * kSecond);
  CHECK(f.send("TIME") == "*2\r\n$10\r\n1893456002\r\n$1\r\n0\r\n");
  CHECK(f.send("REDOUBLE", "CLOCK", "SET", "2031-01-01T00:00:00Z") == ":1924992000000\r\n");
  f.clock.advance(kSecond);
  CHECK(f.send("TIME") == "*2\r\n$10\r\n1924992001\r\n$1\r\n0\r\n");
}

TEST_CASE("REDOUBLE CLOCK ADVANCE: steps through what is due, in order, and then answers", "[clock]") {
  Frozen f(Frozen::Settings{{"notify-keyspace-events", "Ex"}});
  auto& listener = f.engine.connect();
  f.send_as(listener, "SUBSCRIBE", "__keyevent@0__:expired");
  auto& worker = f.engine.connect();
  CHECK(f.send_as(worker, "BLPOP", "jobs", "10").empty());
  f.send("SET", "late", "v", "EX", "60");
  f.send("SET", "soon", "v", "PX", "5");
  f.send("SET", "kept", "v", "EX", "62");
  const auto expired = [](const std::string& key) {
    return "*3\r\n$7\r\nmessage\r\n$22\r\n__keyevent@0__:expired\r\n$4\r\n" + key + "\r\n";
  };
  CHECK(f.advance("61s") == ":1893456061000\r\n");
  CHECK(f.received(listener) == expired("soon") + expired("late"));
  CHECK(f.received(worker) == "*-1\r\n");
  CHECK(f.send("TTL", "kept") == ":1\r\n");
  CHECK(f.advance("1000") == ":1893456062000\r\n");
  CHECK(f.send("EXISTS", "kept") == ":0\r\n");
  CHECK(f.received(listener) == expired("kept"));
}

TEST_CASE("REDOUBLE CLOCK: pauses, idle clients, ages, IDs and durations go by it", "[clock]") {
  Frozen f(Frozen::Settings{{"maxmemory-policy", "allkeys-lfu"},
                            {"slowlog-log-slower-than", "0"},
                            {"enable-debug-command", "yes"}});
  f.send("SLOWLOG", "RESET");
  f.send("SET", "f", "v");
  CHECK(f.send("OBJECT", "FREQ", "f") == ":5\r\n");
  auto& paused = f.engine.connect();
  f.send("CLIENT", "PAUSE", "3000", "WRITE");
  CHECK(f.send_as(paused, "SET", "k", "v").empty());
  CHECK(f.advance("2999ms") == ":1893456002999\r\n");
  CHECK(f.received(paused).empty());
  CHECK(f.advance("1ms") == ":1893456003000\r\n");
  CHECK(f.received(paused) == "+OK\r\n");
  CHECK(f.send("XADD", "s", "*", "a", "1") == "$15\r\n1893456003000-0\r\n");
  CHECK(f.send("XADD", "s", "*", "a", "1") == "$15\r\n1893456003000-1\r\n");
  // A command takes no time where time stands still; one that moves it takes as long as it moved.
  f.send("SLOWLOG", "RESET");
  f.send("PING");
  CHECK(contains(f.send("SLOWLOG", "GET", "1"), ":1893456003\r\n:0\r\n*1\r\n$4\r\nPING\r\n"));
  CHECK(f.send("DEBUG", "SLEEP", "57") == "+OK\r\n");
  CHECK(contains(f.send("SLOWLOG", "GET", "1"), ":57000000\r\n*3\r\n$5\r\nDEBUG\r\n"));
  CHECK(f.send("OBJECT", "FREQ", "f") == ":4\r\n");
  CHECK(contains(f.send_as(paused, "CLIENT", "LIST", "ID", "2"), " age=60 idle=0 "));
  CHECK(f.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lru") == "+OK\r\n");
  f.send("SET", "g", "v");
  f.advance("1h");
  CHECK(f.send("OBJECT", "IDLETIME", "g") == ":3600\r\n");
  CHECK(f.send("CONFIG", "SET", "timeout", "10") == "+OK\r\n");
  CHECK(f.advance("1m") == ":1893459720000\r\n");
  CHECK(paused.close_now);
  CHECK_FALSE(f.client.close_now);  // the one who asked is not idle
}

TEST_CASE("REDOUBLE CLOCK: set back, everything lives longer, as in redis-server", "[clock]") {
  Frozen f(Frozen::Settings{{"maxmemory-policy", "allkeys-lru"}});
  f.send("SET", "k", "v", "EX", "100");
  f.send("XADD", "s", "*", "a", "1");
  f.send("XGROUP", "CREATE", "s", "g", "0");
  f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">");
  auto& worker = f.engine.connect();
  f.send_as(worker, "BLPOP", "jobs", "2");
  CHECK(f.advance("-49s") == ":1893455951000\r\n");
  CHECK(f.send("TTL", "k") == ":149\r\n");
  CHECK(f.send("XADD", "s", "*", "a", "2") == "$15\r\n1893456000000-1\r\n");
  CHECK(f.send("OBJECT", "IDLETIME", "k") == ":16777166\r\n");
  CHECK(f.send("XPENDING", "s", "g", "-", "+", "10") ==
        "*1\r\n*4\r\n$15\r\n1893456000000-0\r\n$1\r\nc\r\n:0\r\n:1\r\n");
  CHECK(f.send("XAUTOCLAIM", "s", "g", "d", "1000", "0") == "*3\r\n$3\r\n0-0\r\n*0\r\n*0\r\n");
  CHECK(contains(f.send("CLIENT", "LIST", "ID", "2"), " age=-49 idle=-49 flags=b "));
  CHECK(contains(f.send("INFO", "server"), "uptime_in_seconds:-49\r\nuptime_in_days:0\r\n"));
  f.advance("50s");
  CHECK(f.received(worker).empty());
  f.advance("1s");
  CHECK(f.received(worker) == "*-1\r\n");
  // A pipeline goes on in the past, too.
  f.engine.execute(f.client, std::vector<std::string_view>{"REDOUBLE", "CLOCK", "SET", "1000000"});
  f.engine.execute(f.client, std::vector<std::string_view>{"SET", "k", "v", "PX", "5"});
  f.engine.execute(f.client, std::vector<std::string_view>{"PEXPIRETIME", "k"});
  CHECK(f.received(f.client) == ":1000000\r\n+OK\r\n:1000005\r\n");
  CHECK(f.advance("5ms") == ":1000005\r\n");
  CHECK(f.send("EXISTS", "k") == ":0\r\n");
}

TEST_CASE("REDOUBLE CLOCK: a frequency decays when the clock is set back", "[clock]") {
  Frozen f(Frozen::Settings{{"maxmemory-policy", "allkeys-lfu"}});
  f.send("SET", "k", "v");
  f.advance("-150s");
  CHECK(f.send("OBJECT", "FREQ", "k") == ":0\r\n");
}

TEST_CASE("REDOUBLE CLOCK SCALE: makes a minute of a second", "[clock]") {
  EngineFixture f;
  CHECK(f.send("REDOUBLE", "CLOCK", "SCALE", "60") == "+OK\r\n");
  f.send("SET", "k", "v", "EX", "60");
  f.clock.advance(kSecond / 2);
  CHECK(f.send("PTTL", "k") == ":30000\r\n");
  f.clock.advance(kSecond / 2);
  CHECK(f.send("GET", "k") == "$-1\r\n");
  CHECK(f.send("REDOUBLE", "CLOCK", "SCALE", "0.5") == "+OK\r\n");
  f.clock.advance(2 * kSecond);
  CHECK(f.send("TIME") == "*2\r\n$10\r\n1893456061\r\n$1\r\n0\r\n");
  CHECK(f.send("REDOUBLE", "CLOCK", "RESUME") == "+OK\r\n");
  f.clock.advance(2 * kSecond);
  CHECK(f.send("TIME") == "*2\r\n$10\r\n1893456063\r\n$1\r\n0\r\n");
}

TEST_CASE("REDOUBLE CLOCK STATUS: tells the mode, the time, and who waits for it", "[clock]") {
  EngineFixture f;
  const auto status = [](const std::string& mode, const std::string& scale, const std::string& ahead,
                         const std::string& due, const std::string& waiting) {
    return "*14\r\n$4\r\nmode\r\n" + mode + "$3\r\nnow\r\n$24\r\n2030-01-01T00:00:00.000Z\r\n" +
           "$6\r\nnow_ms\r\n:1893456000000\r\n$5\r\nscale\r\n" + scale + "$8\r\nahead_ms\r\n:" + ahead +
           "\r\n$11\r\nnext_due_ms\r\n:" + due + "\r\n$7\r\nwaiting\r\n:" + waiting + "\r\n";
  };
  CHECK(f.send("REDOUBLE", "CLOCK", "STATUS") == status("$7\r\nrunning\r\n", "$1\r\n1\r\n", "0", "-1", "0"));
  f.send("REDOUBLE", "CLOCK", "AUTO");
  f.clock.advance(10 * kSecond);
  auto& worker = f.engine.connect();
  f.send_as(worker, "BLPOP", "jobs", "2");
  f.send_as(f.engine.connect(), "BLPOP", "jobs", "0");
  CHECK(f.send("REDOUBLE", "CLOCK", "STATUS") ==
        status("$4\r\nauto\r\n", "$1\r\n1\r\n", "-10000", "1893456002000", "1"));
  CHECK(f.send("REDOUBLE", "CLOCK", "FREEZE") == "+OK\r\n");
  CHECK(f.send("REDOUBLE", "CLOCK", "AUTO", "OFF") == "+OK\r\n");
  CHECK(f.engine.clock().frozen());
  f.send("REDOUBLE", "CLOCK", "AUTO", "ON");
  f.send("REDOUBLE", "CLOCK", "AUTO", "OFF");
  CHECK_FALSE(f.engine.clock().stands());
  f.send("REDOUBLE", "CLOCK", "SCALE", "2.5");
  f.send("HELLO", "3");
  CHECK(contains(f.send("REDOUBLE", "CLOCK", "STATUS"), "%7\r\n$4\r\nmode\r\n$7\r\nrunning\r\n"));
  CHECK(contains(f.send("REDOUBLE", "CLOCK", "STATUS"), "$5\r\nscale\r\n,2.5\r\n"));
}

TEST_CASE("REDOUBLE CLOCK: says what would have been right", "[clock]") {
  EngineFixture f;
  CHECK(f.send("REDOUBLE", "CLOCK", "ADVANCE", "5x") ==
        "-ERR '5x' is no duration: write 250ms, 61s, 5m, 2h, 1d, or plain milliseconds\r\n");
  CHECK(f.send("REDOUBLE", "CLOCK", "SET", "tomorrow") ==
        "-ERR 'tomorrow' is no time: write 2031-01-01T00:00:00Z (UTC), or Unix milliseconds\r\n");
  CHECK(f.send("REDOUBLE", "CLOCK", "ADVANCE", "-100000d") ==
        "-ERR that would be outside of the years 1970 to 9999: it is 2030-01-01T00:00:00.000Z now\r\n");
  for (const auto* factor : {"0", "-1", "x", "nan", "inf", "1000001", ""})
    CHECK(f.send("REDOUBLE", "CLOCK", "SCALE", factor) ==
          "-ERR '" + std::string(factor) +
              "' is no factor: a number from 0.001 to 1000000, such as 60 for a minute a second\r\n");
  CHECK(f.send("REDOUBLE", "CLOCK", "AUTO", "maybe") == "-ERR AUTO is ON or OFF, not 'maybe'\r\n");
  CHECK(f.send("REDOUBLE", "CLOCK", "FREEZE", "now") == "-ERR syntax error\r\n");
  CHECK(f.send("REDOUBLE", "CLOCK", "ADVANCE", "1s", "2s") == "-ERR syntax error\r\n");
  CHECK(f.send("REDOUBLE", "CLOCK", "STOP") ==
        "-ERR unknown subcommand 'STOP'. Try REDOUBLE CLOCK HELP.\r\n");
  CHECK(contains(f.send("REDOUBLE", "CLOCK", "HELP"), "+ADVANCE <duration>\r\n"));
}

TEST_CASE("REDOUBLE CLOCK: a reset of the engine brings back the time of the start", "[clock]") {
  EngineFixture f;
  f.send("REDOUBLE", "CLOCK", "FREEZE");
  f.send("REDOUBLE", "CLOCK", "ADVANCE", "1d");
  f.engine.reset(redouble::Config());
  CHECK_FALSE(f.engine.clock().stands());
  CHECK(f.send("TIME") == "*2\r\n$10\r\n1893456000\r\n$1\r\n0\r\n");
}

TEST_CASE("REDOUBLE CLOCK: a clock that runs very fast ends with the year 9999", "[clock]") {
  EngineFixture f;
  f.send("REDOUBLE", "CLOCK", "SCALE", "1000000");
  f.clock.advance(INT64_C(1000000) * kSecond);
  CHECK(f.send("TIME") == "*2\r\n$12\r\n253402300799\r\n$6\r\n999999\r\n");
  CHECK(contains(f.send("REDOUBLE", "CLOCK", "ADVANCE", "1d"), "-ERR that would be outside"));
}

TEST_CASE("REDOUBLE AUTH: comes first where there is a password", "[clock][redouble]") {
  EngineFixture f(EngineFixture::Settings{{"redouble-password", "sesame"}});
  const std::string refused = "-NOAUTH REDOUBLE needs its password first: REDOUBLE AUTH <password>\r\n";
  CHECK(f.send("REDOUBLE", "CLOCK", "FREEZE") == refused);
  CHECK(f.send("REDOUBLE", "NOSUCH") == refused);
  CHECK(contains(f.send("REDOUBLE", "HELP"), "+AUTH <password>\r\n"));
  CHECK(contains(f.send("REDOUBLE", "CLOCK", "HELP"), "+FREEZE\r\n"));
  CHECK(f.send("REDOUBLE", "CLOCK", "ADVANCE", "HELP") == refused);
  for (const auto* wrong : {"", "s", "sesam", "sesamf", "sesames", "sesamesesame"})
    CHECK(f.send("REDOUBLE", "AUTH", wrong) == "-WRONGPASS that is not the password of REDOUBLE\r\n");
  CHECK(f.send("REDOUBLE", "AUTH") == "-ERR AUTH takes the password and nothing else\r\n");
  CHECK(f.send("REDOUBLE", "CLOCK", "FREEZE") == refused);
  CHECK(f.send("REDOUBLE", "AUTH", "sesame") == "+OK\r\n");
  CHECK(f.send("REDOUBLE", "CLOCK", "FREEZE") == "+OK\r\n");
  CHECK(f.send_as(f.engine.connect(), "REDOUBLE", "CLOCK", "RESUME") == refused);
  CHECK(f.send_as(f.engine.connect_internal(), "REDOUBLE", "CLOCK", "RESUME") == "+OK\r\n");
  CHECK(f.send("CONFIG", "GET", "redouble-password") == "*0\r\n");
  CHECK(contains(f.send("CONFIG", "SET", "redouble-password", ""), "-ERR CONFIG SET failed"));
  f.send("RESET");
  CHECK(f.send("REDOUBLE", "CLOCK", "FREEZE") == refused);
  EngineFixture open;
  CHECK(open.send("REDOUBLE", "AUTH", "x") ==
        "-ERR REDOUBLE has no password: it can be used without AUTH\r\n");
}
