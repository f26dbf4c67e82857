// The example of README.md, word for word (tidy_test compares): it compiles and it holds.
#include <catch2/catch.hpp>
#include <redouble/server.h>

using namespace std::chrono_literals;

TEST_CASE("a product leaves the cache after five minutes") {
  redouble::Server server;  // a free port on 127.0.0.1; stops in the destructor
  // Any client connects to server.uri(), for example "redis://127.0.0.1:40123".
  server.clock().freeze();
  server.call({"SET", "product:7", "bike", "EX", "300"});
  CHECK(server.ttl("product:7") == 300s);
  server.advance(5min);  // keys expire, in order, with their events
  CHECK(server.get("product:7") == std::nullopt);
}
