// CLIENT REPLY SKIP was not used up by an empty request, and RESET was answered behind it.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using namespace redouble;

TEST_CASE("CLIENT REPLY SKIP: is for an empty request, too", "[client][issues]") {
  EngineFixture f;
  CHECK(f.send("CLIENT", "REPLY", "SKIP").empty());
  CHECK(f.send().empty());
  CHECK(f.send("PING") == "+PONG\r\n");
}

TEST_CASE("CLIENT REPLY SKIP: holds for RESET, and OFF does not", "[client][issues]") {
  EngineFixture f;
  CHECK(f.send("CLIENT", "REPLY", "SKIP").empty());
  CHECK(f.send("RESET").empty());
  CHECK(f.send("PING") == "+PONG\r\n");
  CHECK(f.send("CLIENT", "REPLY", "OFF").empty());
  CHECK(f.send("RESET") == "+RESET\r\n");
}
