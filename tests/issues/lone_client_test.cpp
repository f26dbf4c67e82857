// What nobody told the server of again: a sleep inside of a transaction, whose end no timer awaited, and
// bytes behind urgent data, where a read stops though there is more.
#include <redouble/server.h>

#include <catch2/catch.hpp>

#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "tests/support/socket_client.h"

using redouble::Server;
using redouble::SocketClient;

TEST_CASE("a lone client goes on behind DEBUG SLEEP in a transaction", "[debug][server]") {
  redouble::Options options;
  options.settings = {{"enable-debug-command", "yes"}};
  Server server(options);
  SocketClient alice(server.port());
  const std::string slept = "+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n";
  CHECK(alice.ask("MULTI\r\nDEBUG SLEEP 0.05\r\nEXEC\r\n", slept) == slept);
  CHECK(alice.ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
}

TEST_CASE("what stands behind urgent data is read", "[server]") {
  Server server;
  SocketClient alice(server.port());
  CHECK(alice.ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
  // All of it has come before the server reads: it has something else to do.
  auto script = std::async(std::launch::async, [&] {
    return server.call({"EVAL", "for i=1,1e7 do end", "0"});
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  alice.send("PING\r\n");
  alice.send_urgently('!');
  alice.send("PING\r\n");
  script.wait();
  CHECK(alice.read(14) == "+PONG\r\n+PONG\r\n");
}
