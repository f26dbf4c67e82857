// The examples of README.md, word for word (tidy_test compares): they compile and they hold.
#include <redouble/server.h>
#include <catch2/catch.hpp>

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

TEST_CASE("the cache gives way and the queue stays") {
  redouble::Server server;
  server.call({"CONFIG", "SET", "maxmemory", "2mb", "maxmemory-policy", "volatile-lru"});
  const auto queue_stays = server.never_evict("queue:*");
  server.call({"RPUSH", "queue:mail", "welcome"});
  for (int i = 0; i < 5000; ++i) server.set("page:" + std::to_string(i), std::string(1000, 'x'), 1h);
  CHECK(server.evictions().front().key == "page:0");  // the least recently used one, in every run
  CHECK(queue_stays.report() == "");                  // or a line for each key that went, and why
}
