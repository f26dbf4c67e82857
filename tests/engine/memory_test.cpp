// The numbers were observed on redis-server 7.0.15 of Debian 12.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

namespace {

int usage(EngineFixture& f, std::string_view key) {
  const auto reply = f.send("MEMORY", "USAGE", key);
  return std::stoi(reply.substr(1));
}

}  // namespace

TEST_CASE("MEMORY USAGE: by the length of the value", "[memory]") {
  EngineFixture f;
  const std::pair<std::size_t, int> kObserved[] = {
      {0, 64},        {12, 64},       {13, 80},         {28, 80},          {29, 96},       {44, 96},
      {45, 112},      {60, 112},      {61, 128},        {124, 176},        {125, 208},     {252, 304},
      {253, 368},     {511, 688},     {1000, 1072},     {1020, 1328},      {16000, 16432}, {32763, 41008},
      {65535, 81968}, {65536, 81968}, {100000, 114736}, {1048576, 1310768}};
  for (const auto& [size, bytes] : kObserved) {
    INFO(size);
    f.send("SET", "k", std::string(size, 'a'));
    CHECK(usage(f, "k") == bytes);
  }
}

TEST_CASE("MEMORY USAGE: by the length of the key", "[memory]") {
  EngineFixture f;
  const std::pair<std::size_t, int> kObserved[] = {
      {0, 64},   {6, 64},    {7, 72},    {14, 72},   {15, 88},     {30, 88},       {31, 104},
      {45, 120}, {252, 312}, {253, 376}, {511, 696}, {1000, 1080}, {65535, 81976}, {70000, 81976}};
  for (const auto& [size, bytes] : kObserved) {
    INFO(size);
    const std::string key(size, 'k');
    f.send("SET", key, "a");
    CHECK(usage(f, key) == bytes);
  }
}

TEST_CASE("MEMORY USAGE: integers, and values that grew", "[memory]") {
  EngineFixture f;
  f.send("SET", "k", "9223372036854775807");
  CHECK(usage(f, "k") == 48);
  const std::pair<std::size_t, int> kAppended[] = {
      {1, 56},    {5, 64},    {10, 80},   {20, 96},   {40, 96},     {50, 160},   {100, 160},
      {200, 272}, {250, 304}, {260, 688}, {500, 560}, {1000, 1072}, {5000, 5168}};
  for (const auto& [size, bytes] : kAppended) {
    INFO(size);
    f.send("SET", "k", std::string(size, 'a'));
    f.send("APPEND", "k", "b");
    CHECK(usage(f, "k") == bytes);
  }
  f.send("SET", "k", "short again");
  CHECK(usage(f, "k") == 64);
}

TEST_CASE("MEMORY USAGE: arguments", "[memory]") {
  EngineFixture f;
  CHECK(f.send("MEMORY", "USAGE", "missing") == "$-1\r\n");
  CHECK(f.send("MEMORY", "USAGE", "missing", "SAMPLES", "0") == "$-1\r\n");
  CHECK(f.send("MEMORY", "USAGE", "missing", "SAMPLES") == "-ERR syntax error\r\n");
  CHECK(f.send("MEMORY", "USAGE", "missing", "SAMPLES", "-1") == "-ERR syntax error\r\n");
  CHECK(f.send("MEMORY", "USAGE", "missing", "SAMPLES", "x") ==
        "-ERR value is not an integer or out of range\r\n");
}

TEST_CASE("MEMORY STATS: a field for each database with keys", "[memory]") {
  EngineFixture f;
  CHECK(f.send("MEMORY", "STATS").starts_with("*54\r\n$14\r\npeak.allocated\r\n:"));
  f.send("SET", "k", "v");
  f.client.reply.set_protocol(3);
  const auto stats = f.send("MEMORY", "STATS");
  CHECK(stats.starts_with("%28\r\n"));
  CHECK(stats.find("$4\r\ndb.0\r\n%3\r\n$23\r\noverhead.hashtable.main\r\n:") != std::string::npos);
}

TEST_CASE("MODULE LIST: empty", "[module]") {
  EngineFixture f;
  CHECK(f.send("MODULE", "LIST") == "*0\r\n");
}

TEST_CASE("MEMORY STATS: the parts of a database, as redis-server counts them", "[memory]") {
  EngineFixture f;
  f.send("SET", "k", "v");
  f.send("SET", "timed", "v", "EX", "100");
  f.client.reply.set_protocol(3);
  const auto stats = f.send("MEMORY", "STATS");
  // Two keys of 24 and 16 bytes and four buckets; one deadline of 24 bytes and four buckets.
  CHECK(stats.find("overhead.hashtable.main\r\n:112\r\n") != std::string::npos);
  CHECK(stats.find("overhead.hashtable.expires\r\n:56\r\n") != std::string::npos);
  CHECK(stats.find("startup.allocated\r\n:876048\r\n") != std::string::npos);
  CHECK(stats.find("keys.count\r\n:2\r\n") != std::string::npos);
}

TEST_CASE("INFO memory: agrees with MEMORY STATS", "[memory][info]") {
  EngineFixture f(EngineFixture::Settings{{"latency-tracking", "no"}});
  for (int i = 0; i < 100; ++i) f.send("HSET", "h" + std::to_string(i), "field", std::string(100, 'x'));
  const auto info = f.send("INFO", "memory");
  const auto stats = f.send("MEMORY", "STATS");
  const auto told = [&](const std::string& name) {
    const auto at = info.find("\r\n" + name + ":");
    REQUIRE(at != std::string::npos);
    return std::stoul(info.substr(at + name.size() + 3));
  };
  const auto counted = [&](const std::string& name) {
    const auto at = stats.find(name + "\r\n:");
    REQUIRE(at != std::string::npos);
    return std::stoul(stats.substr(at + name.size() + 3));
  };
  CHECK(told("used_memory") == f.engine.used_memory());
  CHECK(told("used_memory") == counted("total.allocated"));
  CHECK(told("used_memory_startup") == counted("startup.allocated"));
  CHECK(told("used_memory_overhead") == counted("overhead.total"));
  CHECK(told("used_memory_dataset") == counted("dataset.bytes"));
  CHECK(told("mem_clients_normal") == counted("clients.normal"));
  CHECK(told("used_memory_overhead") + told("used_memory_dataset") == told("used_memory"));
  CHECK(told("redouble_own_memory") > f.engine.db(0).keys().bytes());
}

TEST_CASE("INFO memory: the peak is kept", "[memory][info]") {
  EngineFixture f(EngineFixture::Settings{{"latency-tracking", "no"}});
  f.send("SET", "k", std::string(100'000, 'x'));
  const std::size_t most = f.engine.used_memory();
  f.send("FLUSHALL");
  CHECK(f.engine.used_memory() < most - 100'000);
  CHECK(f.send("INFO", "memory").find("used_memory_peak:" + std::to_string(most) + "\r\n") !=
        std::string::npos);
  f.send("CONFIG", "RESETSTAT");
  CHECK(f.send("INFO", "memory").find("used_memory_peak:" + std::to_string(most) + "\r\n") !=
        std::string::npos);
}

TEST_CASE("MEMORY DOCTOR: little data, nothing wrong, a peak", "[memory]") {
  EngineFixture f;
  CHECK(f.send("MEMORY", "DOCTOR").find("Hi Sam, this instance is empty") != std::string::npos);
  f.send("SET", "stays", std::string(6'000'000, 'x'));
  CHECK(f.send("MEMORY", "DOCTOR").find("I can't find any memory issue") != std::string::npos);
  f.send("SET", "goes", std::string(9'000'000, 'x'));
  f.send("DEL", "goes");
  CHECK(f.send("MEMORY", "DOCTOR").find(" * Peak memory: ") != std::string::npos);
}
