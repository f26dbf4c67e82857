#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

namespace {

void sleep_ms(EngineFixture& f, const char* seconds, int ms) {
  f.send("DEBUG", "SLEEP", seconds);
  f.advance_ms(ms);
  EngineFixture::received(f.client);
}

}  // namespace

TEST_CASE("LATENCY: spikes above the threshold", "[latency]") {
  EngineFixture f(
      EngineFixture::Settings{{"enable-debug-command", "yes"}, {"latency-monitor-threshold", "10"}});
  sleep_ms(f, "0.005", 5);
  CHECK(f.send("LATENCY", "LATEST") == "*0\r\n");
  sleep_ms(f, "0.5", 500);
  sleep_ms(f, "0.7", 700);
  CHECK(f.send("LATENCY", "LATEST") == "*1\r\n*4\r\n$7\r\ncommand\r\n:1893456001\r\n:700\r\n:700\r\n");
  CHECK(f.send("LATENCY", "HISTORY", "command") ==
        "*2\r\n*2\r\n:1893456000\r\n:500\r\n*2\r\n:1893456001\r\n:700\r\n");
  CHECK(f.send("LATENCY", "GRAPH", "command")
            .find("command - high 700 ms, low 500 ms (all time high 700 ms)") != std::string::npos);
  CHECK(f.send("LATENCY", "RESET", "nosuch", "command") == ":1\r\n");
  CHECK(f.send("LATENCY", "HISTORY", "command") == "*0\r\n");
  CHECK(f.send("LATENCY", "GRAPH", "command") == "-ERR No samples available for event 'command'\r\n");
}

TEST_CASE("LATENCY HISTOGRAM: calls that took at most so long", "[latency]") {
  EngineFixture f(EngineFixture::Settings{{"enable-debug-command", "yes"}});
  sleep_ms(f, "0.001", 1);
  CHECK(f.send("LATENCY", "HISTOGRAM", "debug", "nosuch", "ping") ==
        "*2\r\n$5\r\ndebug\r\n*4\r\n$5\r\ncalls\r\n:1\r\n$14\r\nhistogram_usec\r\n*2\r\n:1056\r\n:1\r\n");
  CHECK(f.send("LATENCY", "HISTOGRAM", "nosuch") == "*0\r\n");
  f.client.reply.set_protocol(3);
  CHECK(f.send("LATENCY", "HISTOGRAM", "debug") ==
        "%1\r\n$5\r\ndebug\r\n%2\r\n$5\r\ncalls\r\n:1\r\n$14\r\nhistogram_usec\r\n%1\r\n:1056\r\n:1\r\n");
}
