// How a project with GoogleTest tests a cache against redouble: one server for all tests, new data for each.
#include "../cache.h"

#include <gtest/gtest.h>
#include <redouble/server.h>

using namespace std::chrono_literals;

class CacheTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = std::make_unique<redouble::Server>(); }
  static void TearDownTestSuite() { server_.reset(); }
  void SetUp() override { server_->reset(); }

  std::string product(const std::string& id) { return cache_.product(id); }

  inline static std::unique_ptr<redouble::Server> server_;
  int loads_ = 0;

 private:
  ProductCache cache_{
      [](std::initializer_list<std::string_view> command) -> std::optional<std::string> {
        const auto reply = server_->call(command);
        return reply.is_null() ? std::nullopt : std::optional(reply.text());
      },
      [this](const std::string& id) { return "product " + id + ", load " + std::to_string(++loads_); }};
};

TEST_F(CacheTest, LoadsOnceWhileCached) {
  EXPECT_EQ(product("7"), "product 7, load 1");
  EXPECT_EQ(product("7"), "product 7, load 1");
  EXPECT_EQ(server_->ttl("product:8"), std::nullopt);
}

TEST_F(CacheTest, LoadsAgainAfterFiveMinutes) {
  server_->clock().freeze();
  product("7");
  EXPECT_EQ(server_->ttl("product:7"), std::chrono::milliseconds(5min));
  server_->advance(5min);
  EXPECT_FALSE(server_->exists("product:7"));
  EXPECT_EQ(product("7"), "product 7, load 2");
}

TEST_F(CacheTest, StartsEmptyEachTime) {
  EXPECT_EQ(server_->size(), 0u);
}

TEST_F(CacheTest, GivesWayWhileJobsStay) {
  server_->call({"CONFIG", "SET", "maxmemory", "2mb", "maxmemory-policy", "volatile-ttl"});
  const auto jobs_stay = server_->never_evict("job:*");
  server_->set("job:1", "mail");
  for (int i = 0; i < 5000; ++i) product(std::to_string(i) + std::string(500, '-'));
  EXPECT_GT(server_->evicted(), 1000u);
  EXPECT_EQ(jobs_stay.report(), "");
}
