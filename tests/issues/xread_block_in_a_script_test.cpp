// A script's XREADGROUP … BLOCK read what was there; redis-server refuses the option, whatever is there.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

namespace redouble {

TEST_CASE("XREADGROUP: BLOCK is refused in a script", "[stream][scripting]") {
  EngineFixture f;
  f.send("XADD", "x", "1-1", "f", "v");
  f.send("XGROUP", "CREATE", "x", "g", "0");
  CHECK(f.send("EVAL", "return redis.pcall('xReadGroup','GROUP','g','c','BLOCK','1','STREAMS','x','>')",
               "0") == "-ERR xReadGroup command is not allowed with BLOCK option from scripts\r\n");
  CHECK(f.send("EVAL", "return redis.pcall('XREAD','BLOCK','x','STREAMS','x')", "0") ==
        "-ERR XREAD command is not allowed with BLOCK option from scripts\r\n");
  CHECK(f.send("EVAL", "return redis.pcall('XREAD','STREAMS','x','2')", "0") == "$-1\r\n");
}

}  // namespace redouble
