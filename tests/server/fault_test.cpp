// Faults and gates on real sockets: what a client reads, and when; and from C++.
#include <catch2/catch.hpp>

#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "redouble/server.h"
#include "tests/support/socket_client.h"

using namespace std::chrono_literals;
using redouble::Server;
using redouble::SocketClient;

namespace {

const std::string kPong = "+PONG\r\n";

std::int64_t writes(Server& server) {
  const std::string info = server.call({"INFO", "stats"}).text();
  const std::string name = "total_writes_processed:";
  return std::stoll(info.substr(info.find(name) + name.size()));
}

}  // namespace

TEST_CASE("Fault: a lost reply, and the effect is there", "[server][fault]") {
  Server server;
  SocketClient client(server.port());
  {
    const auto lost = server.fault("COMMAND INCR FIRST 1 LOSE");
    client.send("PING\r\nINCR n\r\nINCR n\r\n");
    CHECK(client.read(kPong.size()) == kPong);
    CHECK(client.at_end());
    CHECK(lost.hits() == 1);
    CHECK(lost.seen() == 1);
  }
  CHECK(server.get("n") == "1");
  SocketClient again(server.port());
  CHECK(again.ask("INCR n\r\n", ":2\r\n") == ":2\r\n");
}

TEST_CASE("Fault: part of a reply, then the end", "[server][fault]") {
  Server server;
  server.set("k", "0123456789");
  const bool reset = GENERATE(false, true);
  const auto cut = server.fault(reset ? "COMMAND GET CUT 8 RESET" : "COMMAND GET CUT 8");
  SocketClient client(server.port());
  client.send("PING\r\nGET k\r\n");
  CHECK(client.read(100) == kPong + "$10\r\n012");
  CHECK(client.was_reset() == reset);
}

TEST_CASE("Fault: a reset connection, before the command", "[server][fault]") {
  Server server;
  const auto reset = server.fault("COMMAND SET RESET");
  SocketClient client(server.port());
  client.send("PING\r\nSET k v\r\n");
  CHECK(client.read(100) == kPong);
  CHECK(client.was_reset());
  CHECK_FALSE(server.exists("k"));
}

TEST_CASE("Fault: chunks are writes of their own", "[server][fault]") {
  Server server;
  server.set("k", "0123456789");
  SocketClient client(server.port());
  CHECK(client.ask("PING\r\n", kPong) == kPong);
  const auto before = writes(server);
  const auto chunk = server.fault("COMMAND GET CHUNK 5");
  const std::string reply = "$10\r\n0123456789\r\n";
  CHECK(client.ask("GET k\r\n", reply) == reply);
  CHECK(writes(server) == before + 4);
}

TEST_CASE("Fault: a drip follows the server's clock", "[server][fault]") {
  Server server;
  server.clock().freeze();
  server.set("k", "0123456789");
  SocketClient client(server.port());
  const auto drip = server.fault("COMMAND GET DRIP 6 1h");
  client.send("GET k\r\nPING\r\n");
  CHECK(client.read(6) == "$10\r\n0");
  server.advance(1h);
  CHECK(client.read(6) == "123456");
  CHECK(client.is_silent());
  server.advance(1h);
  CHECK(client.read(12) == "789\r\n" + kPong);
}

TEST_CASE("Fault: a delay follows the server's clock", "[server][fault]") {
  Server server;
  server.clock().freeze();
  SocketClient client(server.port());
  const auto delay = server.fault("COMMAND SET DELAY 1h");
  client.send("PING\r\nSET k v\r\nPING\r\n");
  CHECK(client.read(kPong.size()) == kPong);
  CHECK_FALSE(server.exists("k"));
  server.advance(1h);
  CHECK(client.read(12) == "+OK\r\n" + kPong);
}

TEST_CASE("Fault: connections are refused, stalled or late", "[server][fault]") {
  Server server;
  server.clock().freeze();
  {
    const auto refuse = server.fault("ON CONNECT REFUSE");
    SocketClient client(server.port());
    CHECK(client.at_end());
  }
  {
    const auto stall = server.fault("ON CONNECT STALL");
    SocketClient client(server.port());
    client.send("PING\r\n");
    SocketClient other(server.port());
    other.send("SET k v\r\n");
    while (stall.hits() < 2) std::this_thread::yield();
  }
  auto late = server.fault("ON CONNECT DELAY 1h");
  SocketClient client(server.port());
  client.send("PING\r\n");
  while (late.hits() < 1) std::this_thread::yield();
  CHECK(client.is_silent());
  server.advance(1h);
  CHECK(client.read(kPong.size()) == kPong);
  CHECK_FALSE(server.exists("k"));
  late.remove();
  SocketClient soon(server.port());
  CHECK(soon.ask("PING\r\n", kPong) == kPong);
}

TEST_CASE("Fault: a mistake throws with what would have been right", "[server][fault]") {
  Server server;
  using Catch::Matchers::StartsWith;
  CHECK_THROWS_WITH(server.fault("COMMAND NOSUCH CLOSE"), StartsWith("ERR there is no command 'NOSUCH'"));
  CHECK_THROWS_AS(server.fault("COMMAND GET 'CLOSE"), std::invalid_argument);
  CHECK_THROWS_WITH(server.fault("COMMAND GET CLOSE UNTIL DISCONNECT"),
                    StartsWith("ERR UNTIL DISCONNECT is for clients"));
  CHECK_THROWS_WITH(server.gate("ON CONNECT"), StartsWith("ERR a gate is for commands"));
  auto text = server.fault("COMMAND GET ERROR \"ERR out of luck\"");
  auto moved = std::move(text);
  SocketClient client(server.port());
  CHECK(client.ask("GET k\r\n", "-ERR out of luck\r\n") == "-ERR out of luck\r\n");
  moved = server.fault("COMMAND GET ERROR OOM");
  CHECK(client.ask("GET k\r\n", "-OOM").substr(0, 4) == "-OOM");
  CHECK(server.call({"REDOUBLE", "FAULT", "LIST"}).items().size() == 1);
  server.reset();
  moved.remove();
  CHECK(moved.hits() == 1);
  CHECK(server.call({"REDOUBLE", "FAULT", "LIST"}).items().empty());
}

TEST_CASE("Gate: a thread stands there until it is let go on", "[server][gate]") {
  Server server;
  auto gate = server.gate("COMMAND SET KEY cache:*");
  CHECK_FALSE(gate.wait(1, 1ms));
  std::string answer;
  std::thread writer([&] {
    SocketClient client(server.port());
    answer = client.ask("SET cache:1 v\r\nPING\r\n", "+OK\r\n" + kPong);
  });
  REQUIRE(gate.wait());
  CHECK(gate.standing() == 1);
  CHECK_FALSE(server.exists("cache:1"));
  CHECK(gate.release() == 1);
  writer.join();
  CHECK(answer == "+OK\r\n" + kPong);
  CHECK(server.get("cache:1") == "v");
  CHECK(gate.standing() == 0);
}

TEST_CASE("Gate: clients are cut, or go on at the end of its scope", "[server][gate]") {
  Server server;
  SocketClient first(server.port()), second(server.port());
  {
    auto gate = server.gate("COMMAND INCR AT EXECUTED");
    first.send("INCR n\r\n");
    REQUIRE(gate.wait());
    second.send("INCR n\r\n");
    REQUIRE(gate.wait(2));
    CHECK(gate.cut(1) == 1);
    CHECK(first.at_end());
    CHECK(server.get("n") == "2");
  }
  CHECK(second.read(4) == ":2\r\n");
  // A client that hangs up stands there no more.
  const auto gate = server.gate("COMMAND GET");
  second.send("GET n\r\n");
  REQUIRE(gate.wait());
  second.reset();
  SocketClient third(server.port());
  while (gate.standing() > 0) CHECK(third.ask("PING\r\n", kPong) == kPong);
}

TEST_CASE("Gate: the last reply of a connection is not lost behind it", "[server][gate]") {
  Server server;
  auto gate = server.gate("COMMAND QUIT AT REPLY");
  SocketClient client(server.port());
  client.send("QUIT\r\n");
  REQUIRE(gate.wait());
  CHECK(gate.release() == 1);
  CHECK(client.read(100) == "+OK\r\n");
}

TEST_CASE("Fault and Gate: a server stops with clients that are held", "[server][gate][fault]") {
  Server server;
  const auto gate = server.gate("COMMAND GET");
  const auto delay = server.fault("COMMAND SET DELAY 1h");
  const auto hang = server.fault("COMMAND PING HANG");
  const auto drip = server.fault("COMMAND ECHO DRIP 1 1h");
  SocketClient a(server.port()), b(server.port()), c(server.port()), d(server.port());
  a.send("GET k\r\n");
  b.send("SET k v\r\n");
  c.send("PING\r\n");
  d.send("ECHO abc\r\n");
  CHECK(d.read(1) == "$");
  while (gate.standing() + delay.hits() + hang.hits() < 3) std::this_thread::yield();
  server.stop();
  CHECK(a.at_end());
  CHECK(b.at_end());
  CHECK(c.at_end());
  CHECK(d.at_end());
}
