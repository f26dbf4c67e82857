// While a script runs past its time the server goes on with others, inside of the client's own request. Three
// ways led from there to memory that was gone: the client's next bytes were read into the buffer that its
// script lies in, its connection was closed under a script that a pause had held back, and both. Found by
// reading.
#include <redouble/server.h>

#include <catch2/catch.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/socket_client.h"

using namespace std::chrono_literals;
using redouble::Server;
using redouble::SocketClient;

namespace {

constexpr std::string_view kEndless = "EVAL \"while true do end\" 0\r\n";
constexpr std::string_view kKilled =
    "-ERR Script killed by user with SCRIPT KILL... script: 694a5fe1ddb97a4c6a1bf299d9537c7d3d0f84e7, on "
    "@user_script:1.\r\n";
constexpr std::string_view kBusy =
    "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n";

redouble::Options quick() {
  redouble::Options options;
  options.settings = {{"busy-reply-threshold", "10"}};
  return options;
}

// Through a client of its own: a direct call runs what has become due, an endless script too.
void wait_until_busy(SocketClient& client) {
  constexpr std::string_view kNothing = "$-1\r\n";
  std::string got;
  for (int i = 0; i < 10'000 && (got = client.ask("GET other\r\n", kNothing)) == kNothing; ++i)
    std::this_thread::sleep_for(1ms);
  REQUIRE(got + client.read(kBusy.size() - kNothing.size()) == kBusy);
}

// REQUIRES: the script was killed.
void wait_until_idle(Server& server) {
  for (int i = 0; i < 10'000 && server.call({"GET", "other"}).is_error(); ++i)
    std::this_thread::sleep_for(1ms);
}

}  // namespace

TEST_CASE("a script that stood behind BLPOP runs past its time while its client sends more",
          "[scripting][server]") {
  Server server(quick());
  SocketClient alice(server.port()), bob(server.port()), carol(server.port());
  alice.send("BLPOP k 0\r\n" + std::string(kEndless));
  REQUIRE(server.wait_blocked("k"));
  bob.send("RPUSH k v\r\n");
  wait_until_busy(carol);
  alice.send("PING\r\n");
  CHECK(bob.read(4) == ":1\r\n");
  CHECK(bob.ask("PING\r\n", kBusy) == kBusy);
  CHECK(bob.ask("SCRIPT KILL\r\n", "+OK\r\n") == "+OK\r\n");
  const std::string expected = "*2\r\n$1\r\nk\r\n$1\r\nv\r\n" + std::string(kKilled) + "+PONG\r\n";
  CHECK(alice.read(expected.size()) == expected);
}

TEST_CASE("a script that a pause held back runs past its time while its client leaves",
          "[scripting][server]") {
  for (const bool leaves : {false, true}) {
    Server server(quick());
    SocketClient alice(server.port()), bob(server.port());
    CHECK(bob.ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
    server.call({"CLIENT", "PAUSE", "50", "WRITE"});
    alice.send(kEndless);
    wait_until_busy(bob);
    if (leaves)
      alice.reset();
    else
      alice.send("PING\r\n");
    CHECK(bob.ask("PING\r\n", kBusy) == kBusy);
    CHECK(bob.ask("SCRIPT KILL\r\n", "+OK\r\n") == "+OK\r\n");
    wait_until_idle(server);
    CHECK(bob.ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
    if (leaves) continue;
    const std::string expected = std::string(kKilled) + "+PONG\r\n";
    CHECK(alice.read(expected.size()) == expected);
  }
}

// Clients whose requests had been noticed in the same turn of the loop as the script's were forgotten until
// another event came.
TEST_CASE("clients of the same turn are served while a script runs past its time", "[scripting][server]") {
  Server server(quick());
  SocketClient killer(server.port());
  // Some before the one with the script and some behind it, whatever the order they are served in.
  std::vector<std::unique_ptr<SocketClient>> others;
  const auto add_others = [&] {
    for (int i = 0; i < 4; ++i) others.push_back(std::make_unique<SocketClient>(server.port()));
  };
  add_others();
  SocketClient alice(server.port());
  add_others();
  server.call({"DEBUG", "SLEEP", "0.05"});
  for (auto& each : others) each->send("GET other\r\n");
  alice.send(kEndless);
  for (auto& each : others) {
    const std::string answer = each->read(5);
    CHECK((answer == "$-1\r\n" || answer == kBusy.substr(0, 5)));
  }
  wait_until_busy(killer);
  CHECK(killer.ask("SCRIPT KILL\r\n", "+OK\r\n") == "+OK\r\n");
  CHECK(alice.read(kKilled.size()) == kKilled);
}
