#include "redouble/server.h"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

TEST_CASE("Server: keys set without a socket expire when the clock is moved", "[server]") {
  redouble::Server server;
  CHECK(server.port() > 0);
  server.clock().freeze();
  CHECK(server.call({"SET", "product:7", "bike", "EX", "300"}) == redouble::Value::status("OK"));
  CHECK(server.get("product:7") == "bike");
  server.advance(5min);
  CHECK(server.get("product:7") == std::nullopt);
}

TEST_CASE("Server: a thousand start and stop", "[server]") {
  for (int i = 0; i < 1000; ++i) redouble::Server server;
}
