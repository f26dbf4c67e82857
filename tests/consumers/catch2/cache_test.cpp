// How a project with Catch2 tests a cache against redouble.
#define CATCH_CONFIG_MAIN
#include "../cache.h"

#include <redouble/server.h>

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

namespace {

struct Fixture {
  redouble::Server server;
  int loads = 0;
  ProductCache cache{
      [this](std::initializer_list<std::string_view> command) -> std::optional<std::string> {
        const auto reply = server.call(command);
        return reply.is_null() ? std::nullopt : std::optional(reply.text());
      },
      [this](const std::string& id) { return "product " + id + ", load " + std::to_string(++loads); }};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a product is loaded once while it is cached") {
  CHECK(cache.product("7") == "product 7, load 1");
  CHECK(cache.product("7") == "product 7, load 1");
  CHECK(server.get("product:7") == "product 7, load 1");
}

TEST_CASE_METHOD(Fixture, "a product is loaded again after five minutes") {
  server.clock().freeze();
  cache.product("7");
  server.advance(5min - 1ms);
  CHECK(cache.product("7") == "product 7, load 1");
  server.advance(1ms);
  CHECK(server.get("product:7") == std::nullopt);
  CHECK(cache.product("7") == "product 7, load 2");
}

TEST_CASE_METHOD(Fixture, "an error reply is a value") {
  server.set("product:7", "text");
  CHECK(server.call({"INCR", "product:7"}).text() == "ERR value is not an integer or out of range");
}

TEST_CASE_METHOD(Fixture, "the cache gives way, the jobs stay") {
  server.call({"CONFIG", "SET", "maxmemory", "2mb", "maxmemory-policy", "volatile-ttl"});
  const auto jobs_stay = server.never_evict("job:*");
  server.set("job:1", "mail");
  for (int i = 0; i < 5000; ++i) cache.product(std::to_string(i) + std::string(500, '-'));
  CHECK(server.evicted() > 1000);
  CHECK(jobs_stay.report() == "");
}
