// The clock and the waits of a running server: over two sockets, and from C++. Nothing here measures time.
#include <redouble/server.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/support/socket_client.h"

using namespace std::chrono_literals;
using redouble::Options;
using redouble::Server;
using redouble::SocketClient;
using redouble::Value;

namespace {

std::string ask(SocketClient& client, const std::string& request, const std::string& expected) {
  return client.ask(request + "\r\n", expected);
}

// A server whose time stands still at a known moment, and two clients of it.
struct Frozen {
  Frozen() {
    server.clock().freeze();
    server.clock().set(redouble::ServerClock::TimePoint(1'893'456'000s));
  }
  Server server;
  SocketClient tester{server.port()}, worker{server.port()};
};

}  // namespace

TEST_CASE("Clock: what ADVANCE causes has arrived elsewhere when it answers", "[server][clock]") {
  Frozen f;
  SocketClient listener(f.server.port());
  f.server.call({"CONFIG", "SET", "notify-keyspace-events", "Ex"});
  const std::string subscribed = "*3\r\n$9\r\nsubscribe\r\n$22\r\n__keyevent@0__:expired\r\n:1\r\n";
  CHECK(ask(listener, "SUBSCRIBE __keyevent@0__:expired", subscribed) == subscribed);
  f.server.set("k", "v", 30s);
  f.worker.send("BLPOP jobs 60\r\n");
  CHECK(ask(f.tester, "REDOUBLE WAIT BLOCKED jobs 1", ":1\r\n") == ":1\r\n");
  CHECK(ask(f.tester, "REDOUBLE CLOCK ADVANCE 59999ms", ":1893456059999\r\n") == ":1893456059999\r\n");
  CHECK(listener.arrived() == "*3\r\n$7\r\nmessage\r\n$22\r\n__keyevent@0__:expired\r\n$1\r\nk\r\n");
  CHECK(f.worker.arrived().empty());
  // In a pipeline, too; what stands behind it comes later.
  f.worker.send("PING\r\n");
  f.tester.send("SET a 1\r\nREDOUBLE CLOCK ADVANCE 1ms\r\nGET a\r\nREDOUBLE CLOCK ADVANCE -1h\r\nGET a\r\n");
  const std::string answers = "+OK\r\n:1893456060000\r\n$1\r\n1\r\n:1893452460000\r\n$1\r\n1\r\n";
  CHECK(f.tester.read(5 + 16).substr(5) == ":1893456060000\r\n");
  CHECK(f.worker.read(5 + 7) == "*-1\r\n+PONG\r\n");
  CHECK(f.tester.read(answers.size() - 21) == answers.substr(21));
}

TEST_CASE("Clock: the same by a client that listens itself", "[server][clock]") {
  Frozen f;
  f.server.call({"CONFIG", "SET", "notify-keyspace-events", "Ex"});
  f.tester.send("HELLO 3\r\nSUBSCRIBE __keyevent@0__:expired\r\n");
  REQUIRE(f.server.wait_subscribers("__keyevent@0__:expired"));
  REQUIRE(f.server.wait_idle());
  CHECK_FALSE(f.tester.arrived().empty());
  f.server.set("k", "v", 1s);
  const std::string expected =
      ">3\r\n$7\r\nmessage\r\n$22\r\n__keyevent@0__:expired\r\n$1\r\nk\r\n:1893456001000\r\n+PONG\r\n";
  CHECK(ask(f.tester, "REDOUBLE CLOCK ADVANCE 1s\r\nPING", expected) == expected);
}

TEST_CASE("Clock: goes by itself when a client waits for time to pass", "[server][clock]") {
  Server server;
  server.clock().auto_advance();
  server.set("k", "v", 30min);
  SocketClient worker(server.port()), other(server.port());
  CHECK(ask(worker, "BLPOP jobs 3600", "*-1\r\n") == "*-1\r\n");
  CHECK_FALSE(server.exists("k"));
  // Nobody waits for time: it stands.
  const auto before = server.clock().now();
  CHECK(ask(other, "PING", "+PONG\r\n") == "+PONG\r\n");
  CHECK(server.clock().now() == before);
  other.send("CLIENT PAUSE 86400000\r\nSET a 1\r\n");
  CHECK(other.read(10) == "+OK\r\n+OK\r\n");
  CHECK(server.clock().now() - before > 24h - 1ms);
  CHECK(server.clock().now() - before <= 24h);
  CHECK(ask(other, "DEBUG SLEEP 1000", "+OK\r\n") == "+OK\r\n");
  server.clock().auto_advance(false);
  CHECK_FALSE(server.clock().frozen());
  CHECK(server.clock().now() - before >= 24h + 1000s);
}

TEST_CASE("Clock: runs faster", "[server][clock]") {
  Server server;
  server.clock().scale(1'000'000);
  CHECK(server.clock().scale() == 1'000'000);
  SocketClient worker(server.port());
  CHECK(ask(worker, "BLPOP jobs 100000", "*-1\r\n") == "*-1\r\n");
  CHECK_THROWS_AS(server.clock().scale(0), std::invalid_argument);
  CHECK_THROWS_AS(server.clock().scale(-1), std::invalid_argument);
  server.clock().resume();
  CHECK(server.clock().scale() == 1);
}

TEST_CASE("Clock: is held as long as the guard lives, and goes on as before", "[server][clock]") {
  Server server;
  server.clock().scale(10);
  {
    const auto outer = server.clock().hold();
    CHECK(server.clock().frozen());
    {
      auto inner = server.clock().hold();
      auto moved = std::move(inner);
      server.advance(1h);
    }
    CHECK(server.clock().frozen());
  }
  CHECK_FALSE(server.clock().frozen());
  CHECK(server.clock().scale() == 10);
  server.clock().auto_advance();
  { const auto held = server.clock().hold(); }
  CHECK(server.call({"REDOUBLE", "CLOCK", "STATUS"}).items()[1] == Value("auto"));
  server.reset();
  CHECK(server.call({"REDOUBLE", "CLOCK", "STATUS"}).items()[1] == Value("running"));
}

TEST_CASE("Clock: a frozen one does not hold up what is limited in real time", "[server][clock][wait]") {
  Frozen f;
  const std::string late = "-TIMEOUT after 1 ms: 0 of 1 clients are blocked on 'jobs'\r\n";
  CHECK(ask(f.tester, "REDOUBLE WAIT BLOCKED jobs 1 1ms", late) == late);
  CHECK_FALSE(f.server.wait_blocked("jobs", 1, 1ms));
  CHECK(ask(f.tester, "DEBUG SLEEP 5", "+OK\r\n") == "+OK\r\n");
}

TEST_CASE("Wait: from C++, for what clients do", "[server][wait]") {
  Server server;
  REQUIRE(server.wait_clients(0));
  SocketClient first(server.port()), second(server.port());
  REQUIRE(server.wait_clients(2));
  first.send("BLPOP jobs 0\r\n");
  REQUIRE(server.wait_blocked("jobs"));
  second.send("SUBSCRIBE news\r\n");
  REQUIRE(server.wait_subscribers("news"));
  server.call({"RPUSH", "jobs", "a"});
  CHECK(first.read(22) == "*2\r\n$4\r\njobs\r\n$1\r\na\r\n");
  first.send("GET a\r\nGET b\r\n");
  REQUIRE(server.wait_commands("get", 2));
  CHECK_FALSE(server.wait_commands("get", 3, 1ms));
  CHECK_THROWS_AS(server.wait_commands("nosuch", 1), std::invalid_argument);
  CHECK_FALSE(server.wait_clients(7, 1ms));
}

TEST_CASE("Wait: a thread waits for what another brings about", "[server][wait][threads]") {
  Server server;
  SocketClient client(server.port());
  std::thread worker([&] { client.send("BLPOP jobs 0\r\n"); });
  CHECK(server.wait_blocked("jobs"));
  worker.join();
}

TEST_CASE("Wait: idle is who has been answered, whatever lay in the sockets", "[server][wait]") {
  Server server;
  SocketClient tester(server.port()), busy(server.port());
  for (int i = 0; i < 50; ++i) {
    const std::string number = std::to_string(i);
    busy.send("SET a " + number + "\r\n");
    CHECK(ask(tester, "REDOUBLE WAIT IDLE", "+OK\r\n") == "+OK\r\n");
    CHECK(server.get("a") == number);
    busy.send("SET b " + number + "\r\n");
    REQUIRE(server.wait_idle());
    CHECK(server.get("b") == number);
  }
  busy.send("SET half ");
  CHECK_FALSE(server.wait_idle(1ms));
  busy.send("1\r\n");
  CHECK(server.wait_idle());
}

TEST_CASE("Wait: ends with its connection, and with the server", "[server][wait]") {
  Server server;
  SocketClient tester(server.port()), gone(server.port());
  gone.send("REDOUBLE WAIT CLIENTS 7 10m\r\n");
  REQUIRE(server.wait_clients(2));
  gone.reset();
  REQUIRE(server.wait_clients(1));
  tester.send("REDOUBLE WAIT CLIENTS 7 10m\r\n");
  REQUIRE(server.wait_idle());
  server.stop();
  CHECK(tester.at_end());
}
