#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using namespace redouble;

namespace {

struct CountingHost : Host {
  int shutdowns = 0;
  void shutdown() override { ++shutdowns; }
};

}  // namespace

TEST_CASE("TIME: seconds and microseconds of the engine's clock", "[time]") {
  EngineFixture f;
  f.clock.set(1'893'456'000'000'042);
  CHECK(f.send("TIME") == "*2\r\n$10\r\n1893456000\r\n$2\r\n42\r\n");
}

TEST_CASE("LASTSAVE: the start of the server", "[lastsave]") {
  EngineFixture f;
  f.advance_ms(5000);
  CHECK(f.send("LASTSAVE") == ":1893456000\r\n");
}

TEST_CASE("ROLE: a master alone", "[role]") {
  EngineFixture f;
  CHECK(f.send("ROLE") == "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n");
}

TEST_CASE("SHUTDOWN: ends the session without a reply", "[shutdown]") {
  ManualClock clock;
  CountingHost host;
  Engine engine(clock, Config(), host, 1);
  Session& client = engine.connect();
  const std::vector<std::string_view> argv{"SHUTDOWN", "NOSAVE", "NOW", "FORCE"};
  engine.execute(client, argv);
  CHECK(client.out.empty());
  CHECK(client.close_now);
  CHECK(host.shutdowns == 1);
}

TEST_CASE("SHUTDOWN: words that contradict each other", "[shutdown]") {
  EngineFixture f;
  for (const auto& [one, other] :
       {std::pair("SAVE", "NOSAVE"), {"ABORT", "NOSAVE"}, {"ABORT", "NOW"}, {"x", "NOW"}})
    CHECK(f.send("SHUTDOWN", one, other) == "-ERR syntax error\r\n");
  CHECK(f.send("SHUTDOWN", "ABORT") == "-ERR No shutdown in progress.\r\n");
  CHECK_FALSE(f.client.close_now);
}

TEST_CASE("LOLWUT: ends with the version", "[lolwut]") {
  EngineFixture f;
  CHECK(f.send("LOLWUT") == "$18\r\nRedis ver. 7.0.15\n\r\n");
  CHECK(f.send("LOLWUT", "VERSION", "5").ends_with("\n\nRedis ver. 7.0.15\n\r\n"));
  CHECK(f.send("LOLWUT", "VERSION", "x") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("LOLWUT", "VERSION", "5", "x") == "-ERR value is not an integer or out of range\r\n");
}
