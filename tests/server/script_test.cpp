// Scripts in a running server: they can be ended from another thread, by a client, and by the server's own
// end.
#include <redouble/server.h>

#include <catch2/catch.hpp>

#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "tests/support/socket_client.h"

using namespace std::chrono_literals;
using redouble::Options;
using redouble::Server;
using redouble::Value;

namespace {

Options quick() {
  Options options;
  options.settings = {{"busy-reply-threshold", "10"}};
  return options;
}

// Asks until the script is past its time.
void wait_until_busy(Server& server) {
  while (!server.call({"GET", "k"}).is_error()) std::this_thread::sleep_for(1ms);
}

constexpr auto kForever = "while true do end";

}  // namespace

TEST_CASE("script: another thread's SCRIPT KILL ends a call that runs for ever",
          "[scripting][server][threads]") {
  Server server(quick());
  auto script = std::async(std::launch::async, [&] { return server.call({"EVAL", kForever, "0"}); });
  wait_until_busy(server);
  CHECK(server.call({"SCRIPT", "KILL"}).text() == "OK");
  CHECK(script.get().text().substr(0, 27) == "ERR Script killed by user w");
  CHECK(server.call({"PING"}).text() == "PONG");
}

TEST_CASE("script: a client's endless script leaves the server to others, and on a frozen clock",
          "[scripting][server][threads]") {
  for (const bool frozen : {false, true}) {
    Server server(quick());
    if (frozen) server.clock().freeze();
    redouble::SocketClient alice(server.port()), bob(server.port());
    alice.send("EVAL \"while true do end\" 0\r\nPING\r\n");
    wait_until_busy(server);
    constexpr std::string_view kBusy =
        "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n";
    constexpr std::string_view kKilled =
        "-ERR Script killed by user with SCRIPT KILL... script: 694a5fe1ddb97a4c6a1bf299d9537c7d3d0f84e7, on "
        "@user_script:1.\r\n+PONG\r\n";
    CHECK(bob.ask("PING\r\n", kBusy) == kBusy);
    CHECK(bob.ask("SCRIPT KILL\r\n", "+OK\r\n") == "+OK\r\n");
    CHECK(alice.read(kKilled.size()) == kKilled);
  }
}

TEST_CASE("script: stop and reset end a script that has written", "[scripting][server][threads]") {
  for (const bool by_client : {false, true}) {
    Server server(quick());
    const std::string source = "redis.call('SET','k','v') while true do end";
    redouble::SocketClient alice(server.port());
    std::future<Value> script;
    if (by_client)
      alice.send("EVAL \"" + source + "\" 0\r\n");
    else
      script = std::async(std::launch::async, [&] { return server.call({"EVAL", source, "0"}); });
    wait_until_busy(server);
    if (by_client)
      server.stop();
    else
      server.reset();
    if (script.valid()) CHECK(script.get().is_error());
    CHECK(!server.call({"PING"}).is_error());
  }
}
