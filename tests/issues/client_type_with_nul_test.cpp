// CLIENT LIST and CLIENT KILL took the whole argument of TYPE and ADDR; redis-server 7.0.15 reads up to a
// zero byte. Found by a million generated commands.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using namespace redouble;
using namespace std::string_view_literals;

TEST_CASE("CLIENT LIST TYPE and CLIENT KILL TYPE end at a zero byte", "[client]") {
  EngineFixture f;
  CHECK(f.send("CLIENT", "LIST", "TYPE", "odd\0ly"sv) == "-ERR Unknown client type 'odd'\r\n");
  CHECK(f.send("CLIENT", "LIST", "TYPE", "normal\0ly"sv).starts_with("$"));
  CHECK(f.send("CLIENT", "KILL", "TYPE", "odd\0ly"sv) == "-ERR Unknown client type 'odd'\r\n");
  CHECK(f.send("CLIENT", "KILL", "TYPE", "pubsub\0ly"sv) == ":0\r\n");
}
