#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "engine/memory_model.h"
#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;
using redouble::Entry;
using redouble::Eviction;

namespace {

constexpr const char* kOom = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

std::vector<std::string> gone(EngineFixture& f) {
  std::vector<std::string> keys;
  for (const Eviction& eviction : f.engine.evictions.all()) keys.push_back(eviction.key);
  return keys;
}

// Sets the limit so that the keys that are there fit, and nothing more of any size.
void close_the_lid(EngineFixture& f) {
  f.send("CONFIG", "SET", "maxmemory", std::to_string(f.engine.used_memory() + 200));
}

}  // namespace

TEST_CASE("maxmemory: noeviction refuses what may need memory, and nothing else", "[eviction]") {
  EngineFixture f;
  f.send("SET", "k", "v");
  close_the_lid(f);
  CHECK(f.send("SET", "big", std::string(1000, 'x')) == kOom);
  CHECK(f.send("APPEND", "k", std::string(1000, 'x')) == kOom);
  CHECK(f.send("GET", "k") == "$1\r\nv\r\n");
  CHECK(f.send("EXPIRE", "k", "100") == ":1\r\n");
  CHECK(f.send("PUBLISH", "c", std::string(1000, 'x')) == ":0\r\n");
  CHECK(f.send("DEL", "k") == ":1\r\n");
  // The request counts while it is there: a small write fits where a large one did not.
  CHECK(f.send("SET", "k", "v") == "+OK\r\n");
}

TEST_CASE("maxmemory: in a transaction whatever is queued is refused", "[eviction][multi]") {
  EngineFixture f;
  f.send("SET", "k", "v");
  f.send("CONFIG", "SET", "maxmemory", "1mb");
  f.send("MULTI");
  CHECK(f.send("SET", "a", "1") == "+QUEUED\r\n");
  f.send("CONFIG", "SET", "maxmemory", "1");
  CHECK(f.send("EXEC") != "");
  f.send("CONFIG", "SET", "maxmemory", "1");
  f.send("MULTI");
  CHECK(f.send("GET", "k") == kOom);
  CHECK(f.send("EXEC") == "-EXECABORT Transaction discarded because of previous errors.\r\n");
}

TEST_CASE("allkeys-lru: the key that was used longest ago goes first", "[eviction][lru]") {
  EngineFixture f({{"maxmemory-policy", "allkeys-lru"}, {"maxmemory", "100mb"}});
  for (const char* key : {"a", "b", "c", "d"}) f.send("SET", key, std::string(300, 'x'));
  f.send("GET", "a");     // within the same second
  f.send("EXISTS", "b");  // looks without using
  f.send("OBJECT", "ENCODING", "c");
  close_the_lid(f);
  f.send("SET", "e", std::string(300, 'x'));
  CHECK(f.send("SET", "f", std::string(300, 'x')) == "+OK\r\n");
  f.send("PING");
  CHECK(gone(f) == std::vector<std::string>{"b", "c"});
  f.send("SET", "g", std::string(500, 'x'));
  f.send("PING");
  CHECK(gone(f) == std::vector<std::string>{"b", "c", "d", "a"});
}

TEST_CASE("allkeys-lru: the order holds across databases, renames and swaps", "[eviction][lru]") {
  EngineFixture f({{"maxmemory-policy", "allkeys-lru"}, {"maxmemory", "100mb"}});
  f.send("SET", "a", std::string(300, 'x'));
  f.send("SELECT", "1");
  f.send("SET", "b", std::string(300, 'x'));
  f.send("SELECT", "0");
  f.send("SET", "c", std::string(300, 'x'), "EX", "1000");
  f.send("RENAME", "a", "a2");
  f.send("SWAPDB", "0", "1");
  f.send("CONFIG", "SET", "maxmemory", "1");
  CHECK(gone(f).size() == 3);
  CHECK(gone(f)[0] == "b");
  CHECK(f.engine.evictions.all()[0].db == 0);
  CHECK(f.engine.db(0).keys().size() == 0);
  CHECK(f.engine.stats.evicted_keys == 3);
}

TEST_CASE("volatile policies: keys without a time to live stay", "[eviction]") {
  const std::string policy = GENERATE("volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl");
  EngineFixture f({{"maxmemory-policy", policy}, {"maxmemory", "100mb"}});
  f.send("SET", "queue", std::string(300, 'x'));
  f.send("SET", "late", std::string(300, 'x'), "EX", "2000");
  f.send("SET", "soon", std::string(300, 'x'), "EX", "1000");
  f.send("SET", "kept", std::string(300, 'x'), "EX", "1000");
  f.send("PERSIST", "kept");
  f.send("GET", "late");
  f.send("CONFIG", "SET", "maxmemory", std::to_string(f.engine.used_memory() - 100));
  if (policy != "volatile-random") CHECK(gone(f) == std::vector<std::string>{"soon"});
  f.send("CONFIG", "SET", "maxmemory", "1");
  CHECK(gone(f).size() == 2);
  CHECK(f.send("EXISTS", "queue", "kept") == ":2\r\n");
  CHECK(f.send("SET", "x", "y") == kOom);
}

TEST_CASE("allkeys-lfu: the key that is used least goes first, and counts decay", "[eviction][lfu]") {
  EngineFixture f({{"maxmemory-policy", "allkeys-lfu"}, {"maxmemory", "100mb"}, {"lfu-log-factor", "0"}});
  for (const char* key : {"often", "once", "long-ago"}) f.send("SET", key, std::string(300, 'x'));
  for (int i = 0; i < 20; ++i) f.send("GET", "often");
  for (int i = 0; i < 5; ++i) f.send("GET", "long-ago");
  f.advance_ms(10 * 60'000);
  f.send("GET", "once");
  CHECK(f.send("OBJECT", "FREQ", "long-ago") == ":0\r\n");
  f.send("CONFIG", "SET", "maxmemory", "1");
  CHECK(gone(f) == std::vector<std::string>{"long-ago", "once", "often"});
}

TEST_CASE("random policies: the seed decides", "[eviction]") {
  const auto order = [](std::uint64_t seed) {
    EngineFixture f({{"maxmemory-policy", "allkeys-random"}, {"maxmemory", "100mb"}}, seed);
    for (int i = 0; i < 30; ++i) f.send("SET", "key:" + std::to_string(i), "value");
    f.send("CONFIG", "SET", "maxmemory", "1");
    return gone(f);
  };
  CHECK(order(1) == order(1));
  CHECK(order(1) != order(2));
  CHECK(order(1).size() == 30);
}

TEST_CASE("sampled eviction: an old key goes, though not always the oldest", "[eviction]") {
  EngineFixture f(
      {{"maxmemory-policy", "allkeys-lru"}, {"maxmemory", "100mb"}, {"redouble-eviction", "sampled"}});
  for (int i = 0; i < 400; ++i) {
    f.send("SET", "key:" + std::to_string(i), std::string(100, 'x'));
    f.advance_ms(1000);
  }
  f.send("CONFIG", "SET", "maxmemory", std::to_string(f.engine.used_memory() - 20'000));
  std::size_t old = 0;
  for (const auto& key : gone(f)) old += std::stoi(key.substr(4)) < 200 ? 1u : 0u;
  CHECK(gone(f).size() > 50);
  CHECK(old * 10 > gone(f).size() * 9);
}

TEST_CASE("eviction: comes before the command, with its event, and fails a WATCH", "[eviction][notify]") {
  EngineFixture f(
      {{"maxmemory-policy", "allkeys-lru"}, {"notify-keyspace-events", "Ee"}, {"maxmemory", "100mb"}});
  auto& watcher = f.engine.connect();
  auto& listener = f.engine.connect();
  f.send("SET", "old", std::string(500, 'x'));
  f.send_as(watcher, "WATCH", "old");
  f.send_as(watcher, "MULTI");
  f.send_as(listener, "SUBSCRIBE", "__keyevent@0__:evicted");
  close_the_lid(f);
  f.send("SET", "new", std::string(500, 'x'));
  f.send("PING");
  CHECK(f.received(listener) == "*3\r\n$7\r\nmessage\r\n$22\r\n__keyevent@0__:evicted\r\n$3\r\nold\r\n");
  CHECK(f.send_as(watcher, "EXEC") == "*-1\r\n");
}

TEST_CASE("eviction: what may never go is told when it goes", "[eviction]") {
  EngineFixture f(EngineFixture::Settings{{"maxmemory-policy", "allkeys-lru"}});
  f.engine.evictions.forbid("queue:*");
  f.send("SET", "queue:1", "job");
  f.send("SET", "cache:1", "page");
  f.send("CONFIG", "SET", "maxmemory", "1");
  REQUIRE(f.engine.evictions.violations().size() == 1);
  const Eviction& violation = f.engine.evictions.violations()[0];
  CHECK(violation.key == "queue:1");
  CHECK(violation.maxmemory == 1);
  CHECK(violation.used_memory > 876'048);
}

TEST_CASE("maxmemory-clients: the largest client goes", "[eviction][client]") {
  EngineFixture f;
  auto& small = f.engine.connect();
  auto& large = f.engine.connect();
  auto& spared = f.engine.connect();
  f.send("SET", "k", std::string(100'000, 'x'));
  f.send_as(spared, "CLIENT", "NO-EVICT", "ON");
  const std::vector<std::string_view> get{"GET", "k"};
  f.engine.execute(large, get);
  f.engine.execute(spared, get);
  f.send("CONFIG", "SET", "maxmemory-clients", "150000");
  CHECK_FALSE(large.open());
  CHECK(spared.open());
  CHECK(small.open());
  CHECK(f.engine.stats.evicted_clients == 1);
}

// The sum that is kept up to date against the sum over all keys.
TEST_CASE("memory: the model's sum is that of its parts after any commands", "[eviction][memory][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  INFO("seed " << seed);
  redouble::Random random(seed);
  EngineFixture f(
      {{"maxmemory-policy", GENERATE("noeviction", "allkeys-lru", "volatile-lfu")}, {"maxmemory", "1gb"}});
  for (int step = 0; step < 4000; ++step) {
    const std::string key = "key:" + std::to_string(random.below(40));
    const std::string other = "key:" + std::to_string(random.below(40));
    const std::string value(random.below(3) == 0 ? random.below(300) : random.below(60), 'x');
    switch (random.below(14)) {
      case 0:
        f.send("SET", key, value);
        break;
      case 1:
        f.send("SET", key, std::to_string(random.below(20000)));
        break;
      case 2:
        f.send("SET", key, value, "EX", "1000");
        break;
      case 3:
        f.send("APPEND", key, value);
        break;
      case 4:
        f.send("INCR", key);
        break;
      case 5:
        f.send("DEL", key);
        break;
      case 6:
        f.send("EXPIRE", key, "50");
        break;
      case 7:
        f.send("PERSIST", key);
        break;
      case 8:
        f.send("RENAME", key, other);
        break;
      case 9:
        f.send("COPY", key, other, "REPLACE");
        break;
      case 10:
        f.send("MOVE", key, "1");
        break;
      case 11:
        f.send("SETRANGE", key, "70", "y");
        break;
      case 12:
        f.send("CONFIG", "SET", "maxmemory-policy", random.below(2) == 0 ? "allkeys-lru" : "volatile-ttl");
        break;
      default:
        f.advance_ms(static_cast<std::int64_t>(random.below(5000)));
    }
  }
  for (int db = 0; db < 2; ++db) {
    const auto& keys = f.engine.db(db).keys();
    std::size_t sum = redouble::memory_model::table_bytes(std::max(keys.buckets(0), keys.buckets(1))) +
                      redouble::memory_model::expires_bytes(keys.timed());
    keys.for_each([&](const Entry& entry) {
      sum += redouble::memory_model::allocated_for(entry) +
             (entry.has_ttl() ? redouble::memory_model::kTableEntry : 0);
    });
    CHECK(keys.modelled_bytes() == sum);
  }
}
