#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

TEST_CASE("SLOWLOG: a sleep is logged with its length when it is over", "[slowlog]") {
  EngineFixture f(EngineFixture::Settings{{"enable-debug-command", "yes"}});
  f.client.address = "127.0.0.1:5000";
  CHECK(f.send("DEBUG", "SLEEP", "0.05").empty());
  CHECK(f.engine.slowlog.lines().empty());
  f.advance_ms(50);
  CHECK(EngineFixture::received(f.client) == "+OK\r\n");
  CHECK(f.send("SLOWLOG", "GET") ==
        "*1\r\n*6\r\n:0\r\n:1893456000\r\n:50000\r\n*3\r\n$5\r\nDEBUG\r\n$5\r\nSLEEP\r\n$4\r\n0.05\r\n"
        "$14\r\n127.0.0.1:5000\r\n$0\r\n\r\n");
  CHECK(f.send("SLOWLOG", "LEN") == ":1\r\n");
  CHECK(f.send("SLOWLOG", "GET", "0") == "*0\r\n");
  CHECK(f.send("SLOWLOG", "RESET") == "+OK\r\n");
  CHECK(f.send("SLOWLOG", "LEN") == ":0\r\n");
}

TEST_CASE("SLOWLOG GET: all with -1, no other negative number", "[slowlog]") {
  EngineFixture f(EngineFixture::Settings{{"slowlog-log-slower-than", "0"}});
  for (int i = 0; i < 12; ++i) f.send("PING");
  CHECK(f.send("SLOWLOG", "GET").starts_with("*10\r\n"));
  CHECK(f.send("SLOWLOG", "GET", "-1").starts_with("*13\r\n"));
  CHECK(f.send("SLOWLOG", "GET", "-2") == "-ERR count should be greater than or equal to -1\r\n");
  CHECK(f.send("SLOWLOG", "GET", "x") == "-ERR count should be greater than or equal to -1\r\n");
  CHECK(f.send("SLOWLOG", "GET", "1", "2") ==
        "-ERR unknown subcommand or wrong number of arguments for 'GET'. Try SLOWLOG HELP.\r\n");
}
