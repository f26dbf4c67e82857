#define CATCH_CONFIG_MAIN
#include <redouble/version.h>

#include <catch2/catch.hpp>

TEST_CASE("cache") {
  REQUIRE(redouble::version() == std::string(REDOUBLE_VERSION));
}
