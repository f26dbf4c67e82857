// Evictions as a test program sees them: Server::evictions, Server::never_evict, and a client that is
// evicted.
#include <redouble/server.h>
#include <catch2/catch.hpp>

#include <string>
#include <utility>

#include "tests/support/socket_client.h"

using namespace std::chrono_literals;

namespace {

redouble::Options with_policy(const char* policy) {
  redouble::Options options;
  options.settings = {{"maxmemory-policy", policy}};
  return options;
}

}  // namespace

TEST_CASE("Server: evictions tell what went, when, why and for which command", "[server][eviction]") {
  redouble::Server server(with_policy("allkeys-lru"));
  server.clock().freeze();
  server.set("a", "1");
  server.advance(7s);
  server.set("b", "2");
  CHECK(server.evicted() == 0);
  server.call({"CONFIG", "SET", "maxmemory", "1"});
  const auto gone = server.evictions();
  REQUIRE(gone.size() == 2);
  CHECK(gone[0].key == "a");
  CHECK(gone[0].db == 0);
  CHECK(gone[0].at == server.clock().now());
  CHECK(gone[0].policy == "allkeys-lru");
  CHECK(gone[0].why == "least recently used, idle for 7 s");
  CHECK(gone[0].command == "config|set");
  CHECK(gone[0].maxmemory == 1);
  CHECK(gone[0].used_memory > gone[1].used_memory);
  CHECK(gone[1].key == "b");
  CHECK(server.evicted() == 2);
  server.forget_evictions();
  CHECK(server.evictions().empty());
}

TEST_CASE("Server: never_evict holds, or tells what went", "[server][eviction]") {
  redouble::Server server(with_policy("volatile-lru"));
  const auto queue_stays = server.never_evict("queue:*");
  auto cache_stays = server.never_evict("cache:*");
  server.set("queue:1", "job");
  server.set("cache:1", "page", 60s);
  server.call({"CONFIG", "SET", "maxmemory", "1"});
  CHECK(queue_stays.held());
  CHECK(queue_stays.report() == "");
  queue_stays.check();
  CHECK_FALSE(cache_stays.held());
  REQUIRE(cache_stays.violations().size() == 1);
  CHECK(cache_stays.violations()[0].key == "cache:1");
  CHECK(cache_stays.report().rfind("evicted, though 'cache:*' never may be:\n  \"cache:1\" of database 0 (",
                                   0) == 0);
  CHECK_THROWS_AS(cache_stays.check(), redouble::ForbiddenEviction);

  server.reset();  // the server forgets, the test does not
  CHECK_FALSE(cache_stays.held());
  CHECK(server.evicted() == 0);
  const auto moved = std::move(cache_stays);
  CHECK_FALSE(moved.held());
}

TEST_CASE("Server: never_evict ends with its scope", "[server][eviction]") {
  redouble::Server server;
  {
    const auto stays = server.never_evict("queue:*");
    CHECK(server.call({"REDOUBLE", "EVICTIONS", "FORBIDDEN"}).items().size() == 1);
  }
  CHECK(server.call({"REDOUBLE", "EVICTIONS", "FORBIDDEN"}).items().empty());
}

TEST_CASE("maxmemory-clients: a client that is evicted gets its last reply", "[server][eviction]") {
  redouble::Server server;
  redouble::SocketClient other(server.port());
  CHECK(other.ask("PING\r\n", "+PONG\r\n") == "+PONG\r\n");
  redouble::SocketClient client(server.port());
  CHECK(client.ask("CONFIG SET maxmemory-clients 1\r\n", "+OK\r\n") == "+OK\r\n");
  CHECK(client.at_end());
  CHECK(other.at_end());
  CHECK(server.call({"CLIENT", "LIST"}).text().empty());
}

TEST_CASE("maxmemory-clients: a request that grows ends its client before it is whole",
          "[server][eviction]") {
  redouble::Server server;
  server.call({"CONFIG", "SET", "maxmemory-clients", "1mb"});
  redouble::SocketClient client(server.port());
  client.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$10000000\r\n" + std::string(2'000'000, 'x'));
  CHECK(client.at_end());
  CHECK_FALSE(server.exists("k"));
}
