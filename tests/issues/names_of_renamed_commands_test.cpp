// COMMAND INFO, COMMAND DOCS, COMMAND GETKEYS and LATENCY HISTOGRAM looked a command up by the name that it
// was born with; redis-server 7.0.15 knows only the one that rename-command gave it, and answers with the
// first.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

TEST_CASE("rename-command: those who ask about a command use its new name", "[rename-command]") {
  EngineFixture f;
  f.engine.rename_command("GET", "FETCH");
  f.engine.rename_command("CONFIG", "SETUP");
  f.engine.rename_command("KEYS", "");
  CHECK(f.send("COMMAND", "INFO", "get", "keys", "config|get", "fetch|x") ==
        "*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n");
  CHECK(f.send("COMMAND", "INFO", "fetch").starts_with("*1\r\n*10\r\n$3\r\nget\r\n:2\r\n"));
  CHECK(f.send("COMMAND", "INFO", "setup|get").starts_with("*1\r\n*10\r\n$10\r\nconfig|get\r\n:-3\r\n"));
  CHECK(f.send("COMMAND", "DOCS", "get") == "*0\r\n");
  CHECK(f.send("COMMAND", "DOCS", "fetch").starts_with("*2\r\n$3\r\nget\r\n"));
  CHECK(f.send("COMMAND", "GETKEYS", "get", "k") == "-ERR Invalid command specified\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "fetch", "k") == "*1\r\n$1\r\nk\r\n");
  f.send("FETCH", "k");
  CHECK(f.send("LATENCY", "HISTOGRAM", "get") == "*0\r\n");
  CHECK(f.send("LATENCY", "HISTOGRAM", "fetch").starts_with("*2\r\n$3\r\nget\r\n"));
}
