// A clock that runs was moved past the deadline that the timer was set for: the timer stayed, and what was
// due next came when that had run out, an hour late.
#include <redouble/server.h>

#include <catch2/catch.hpp>
#include <chrono>

#include "tests/support/socket_client.h"

using namespace std::chrono_literals;

TEST_CASE("Server: a timeout comes in time when the running clock was moved before", "[server][clock]") {
  redouble::Server server;
  server.set("k", "v", 1h);
  server.advance(2h);
  redouble::SocketClient client(server.port());
  CHECK(client.ask("BLPOP jobs 0.01\r\n", "*-1\r\n") == "*-1\r\n");
}
