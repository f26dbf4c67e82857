// The version that the library reports is the one of its headers.
#include <redouble/version.h>

#include <catch2/catch.hpp>
#include <string>

TEST_CASE("version: the library and its headers agree", "[version]") {
  const std::string parts = std::to_string(REDOUBLE_VERSION_MAJOR) + "." +
                            std::to_string(REDOUBLE_VERSION_MINOR) + "." +
                            std::to_string(REDOUBLE_VERSION_PATCH);
  CHECK(redouble::version() == parts);
  CHECK(REDOUBLE_VERSION == parts);
}
