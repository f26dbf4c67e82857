#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

TEST_CASE("SET: with EX the key is gone when the time has come", "[set][string]") {
  EngineFixture f;
  CHECK(f.send("SET", "k", "v", "EX", "300") == "+OK\r\n");
  f.advance_ms(299'999);
  CHECK(f.send("GET", "k") == "$1\r\nv\r\n");
  f.advance_ms(1);
  CHECK(f.send("GET", "k") == "$-1\r\n");
}
