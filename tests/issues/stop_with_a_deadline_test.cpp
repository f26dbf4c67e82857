// Stopping took until the next key expired: the listener's last handler set the timer again.
#include <redouble/server.h>

#include <catch2/catch.hpp>
#include <chrono>

using namespace std::chrono_literals;

TEST_CASE("Server: stopping does not wait for the keys that will expire", "[server][threads]") {
  redouble::Server server;
  server.set("k", "v", 3s);
  const auto begun = std::chrono::steady_clock::now();
  server.stop();
  CHECK(std::chrono::steady_clock::now() - begun < 2s);
  CHECK(server.get("k") == "v");
}
