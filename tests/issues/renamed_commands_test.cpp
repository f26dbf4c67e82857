// COMMAND and LATENCY HISTOGRAM told of commands by the names of the table, whatever rename-command had made
// of them.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using namespace redouble;

TEST_CASE("COMMAND: goes by the names that rename-command left", "[command][issues]") {
  EngineFixture f;
  f.engine.rename_command("GET", "FETCH");
  f.engine.rename_command("CONFIG", "");
  f.engine.rename_command("CLIENT", "CUSTOMER");
  CHECK(f.send("COMMAND", "COUNT") == ":239\r\n");
  CHECK(f.send("COMMAND", "INFO", "get", "config", "config|get", "client|id") ==
        "*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n");
  CHECK(f.send("COMMAND", "INFO", "fetch").starts_with("*1\r\n*10\r\n$3\r\nget\r\n"));
  CHECK(f.send("COMMAND", "INFO", "customer|id").starts_with("*1\r\n*10\r\n$9\r\nclient|id\r\n"));
  CHECK(f.send("COMMAND", "GETKEYS", "fetch", "k") == "*1\r\n$1\r\nk\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "get", "k") == "-ERR Invalid command specified\r\n");
  CHECK(f.send("COMMAND", "DOCS", "get", "config") == "*0\r\n");
  CHECK(f.send("COMMAND", "DOCS", "fetch").starts_with("*2\r\n$3\r\nget\r\n"));
  CHECK(f.send("COMMAND", "LIST", "FILTERBY", "PATTERN", "conf*") == "*0\r\n");
  CHECK(f.send("COMMAND").starts_with("*239\r\n"));
  f.send("FETCH", "k");
  CHECK(f.send("LATENCY", "HISTOGRAM", "get") == "*0\r\n");
  CHECK(f.send("LATENCY", "HISTOGRAM", "fetch").starts_with("*2\r\n$3\r\nget\r\n"));
}
