#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "engine/memory_model.h"
#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;
using redouble::Entry;
using redouble::Eviction;

namespace {

// Without the memory that the first call of each command costs.
struct Capped : EngineFixture {
  explicit Capped(Settings settings = {}, std::uint64_t seed = 1)
      : EngineFixture(without_tracking(std::move(settings)), seed) {}
  static Settings without_tracking(Settings settings) {
    settings.emplace_back("latency-tracking", "no");
    return settings;
  }
};

constexpr const char* kOom = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

std::vector<std::string> gone(EngineFixture& f) {
  std::vector<std::string> keys;
  for (const Eviction& eviction : f.engine.evictions.kept()) keys.push_back(eviction.key);
  return keys;
}

// Sets the limit so that the keys that are there fit, and nothing more of any size.
void close_the_lid(EngineFixture& f) {
  f.send("CONFIG", "SET", "maxmemory", std::to_string(f.engine.used_memory() + 200));
}

}  // namespace

TEST_CASE("maxmemory: noeviction refuses what may need memory, and nothing else", "[eviction]") {
  Capped f;
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
  Capped f;
  auto& admin = f.engine.connect();
  f.send("SET", "k", "v");
  f.send("MULTI");
  CHECK(f.send("SET", "a", "1") == "+QUEUED\r\n");
  f.send_as(admin, "CONFIG", "SET", "maxmemory", "1");
  CHECK(f.send("EXEC") ==
        "-EXECABORT Transaction discarded because of: OOM command not allowed when used memory > "
        "'maxmemory'.\r\n");
  f.send("MULTI");
  CHECK(f.send("GET", "k") == kOom);
  CHECK(f.send("WATCH", "k") == kOom);
  CHECK(f.send("MULTI") == kOom);
  CHECK(f.send("EXEC") == "-EXECABORT Transaction discarded because of previous errors.\r\n");
  f.send_as(admin, "CONFIG", "SET", "maxmemory", "0");
  f.send("MULTI");
  f.send("GET", "k");
  f.send("DEL", "k");
  f.send_as(admin, "CONFIG", "SET", "maxmemory", "1");
  CHECK(f.send("EXEC") == "*2\r\n$1\r\nv\r\n:1\r\n");
}

TEST_CASE("allkeys-lru: the key that was used longest ago goes first", "[eviction][lru]") {
  Capped f({{"maxmemory-policy", "allkeys-lru"}, {"maxmemory", "100mb"}});
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
  Capped f({{"maxmemory-policy", "allkeys-lru"}, {"maxmemory", "100mb"}});
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
  CHECK(f.engine.evictions.kept()[0].db == 0);
  CHECK(f.engine.db(0).keys().size() == 0);
  CHECK(f.engine.stats.evicted_keys == 3);
}

TEST_CASE("volatile policies: keys without a time to live stay", "[eviction]") {
  const std::string policy = GENERATE("volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl");
  Capped f({{"maxmemory-policy", policy}, {"maxmemory", "100mb"}});
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
  Capped f({{"maxmemory-policy", "allkeys-lfu"}, {"maxmemory", "100mb"}, {"lfu-log-factor", "0"}});
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
    Capped f({{"maxmemory-policy", "allkeys-random"}, {"maxmemory", "100mb"}}, seed);
    for (int i = 0; i < 30; ++i) f.send("SET", "key:" + std::to_string(i), "value");
    f.send("CONFIG", "SET", "maxmemory", "1");
    return gone(f);
  };
  CHECK(order(1) == order(1));
  CHECK(order(1) != order(2));
  CHECK(order(1).size() == 30);
}

TEST_CASE("sampled eviction: an old key goes, though not always the oldest", "[eviction]") {
  Capped f({{"maxmemory-policy", "allkeys-lru"}, {"maxmemory", "100mb"}, {"redouble-eviction", "sampled"}});
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
  Capped f({{"maxmemory-policy", "allkeys-lru"}, {"notify-keyspace-events", "Ee"}, {"maxmemory", "100mb"}});
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
  Capped f(Capped::Settings{{"maxmemory-policy", "allkeys-lru"}});
  f.engine.evictions.forbid("queue:*", false);
  f.send("SET", "queue:1", "job");
  f.send("SET", "cache:1", "page");
  f.send("CONFIG", "SET", "maxmemory", "1");
  REQUIRE(f.engine.evictions.assertions()[0].violations.size() == 1);
  const Eviction& violation = f.engine.evictions.assertions()[0].violations[0];
  CHECK(violation.key == "queue:1");
  CHECK(violation.maxmemory == 1);
  CHECK(violation.used_memory > 876'048);
  CHECK(violation.command_name() == "config|set");
  CHECK(violation.why() == "least recently used, idle for 0 s");
}

TEST_CASE("EvictionLog: assertions share their memory, and each keeps its first violation", "[eviction]") {
  redouble::EvictionLog log;
  constexpr std::size_t kAssertions = 200;
  for (std::size_t i = 0; i < kAssertions; ++i) log.forbid("long*", false);
  const auto late = log.forbid("late", false);
  const std::string key = "long" + std::string(5000, 'x');
  for (int i = 0; i < 1100; ++i) log.add(key, {});
  log.add("late", {});
  std::size_t bytes = 0;
  for (const auto& assertion : log.assertions()) {
    CHECK(assertion.count == (assertion.id == late ? 1u : 1100u));
    REQUIRE(!assertion.violations.empty());
    for (const Eviction& violation : assertion.violations) bytes += sizeof(Eviction) + violation.key.size();
  }
  CHECK(log.assertion(late)->violations[0].key == "late");
  CHECK(bytes > redouble::EvictionLog::kMostViolationBytes * 9 / 10);
  CHECK(bytes < redouble::EvictionLog::kMostViolationBytes + 4096);
  log.forget();
  log.add(key, {});
  CHECK(log.assertions()[0].count == 1);
  CHECK(log.assertions()[0].violations.size() == 1);
}

TEST_CASE("EvictionLog: of one assertion a thousand violations are kept", "[eviction]") {
  redouble::EvictionLog log;
  const auto id = log.forbid("*", false);
  for (int i = 0; i < 1100; ++i) log.add("key:" + std::to_string(i), {});
  CHECK(log.assertion(id)->count == 1100);
  CHECK(log.assertion(id)->violations.size() == 1000);
  CHECK(log.assertion(id)->violations.back().key == "key:999");
}

TEST_CASE("maxmemory-clients: the largest client goes", "[eviction][client]") {
  Capped f;
  auto& small = f.engine.connect();
  auto& large = f.engine.connect();
  f.send("SET", "k", std::string(100'000, 'x'));
  const std::vector<std::string_view> get{"GET", "k"};
  f.engine.execute(large, get);
  f.send("CONFIG", "SET", "maxmemory-clients", "180000");
  CHECK_FALSE(large.open());
  CHECK(small.open());
  CHECK(f.client.open());
  CHECK(f.engine.stats.evicted_clients == 1);
  CHECK(large.last_words);  // what it was answered before still reaches it
}

TEST_CASE("maxmemory-clients: who is spared counts all the same", "[eviction][client]") {
  Capped f;
  auto& other = f.engine.connect();
  auto& spared = f.engine.connect();
  f.send("SET", "k", std::string(300'000, 'x'));
  f.send_as(spared, "CLIENT", "NO-EVICT", "ON");
  const std::vector<std::string_view> get{"GET", "k"};
  f.engine.execute(spared, get);
  f.send_as(other, "CONFIG", "SET", "maxmemory-clients", "200000");
  CHECK(spared.open());
  CHECK_FALSE(other.open());
  CHECK_FALSE(f.client.open());
}

TEST_CASE("maxmemory: nothing is evicted, and nothing refused for it, while clients are paused",
          "[eviction][client]") {
  Capped f(Capped::Settings{{"maxmemory-policy", "allkeys-lru"}});
  f.send("SET", "k", "v");
  f.send("CLIENT", "PAUSE", "1000", "WRITE");
  f.send("CONFIG", "SET", "maxmemory", "1");
  CHECK(f.send("GET", "k") == "$1\r\nv\r\n");
  f.send("CLIENT", "UNPAUSE");
  CHECK(f.send("GET", "k") == "$-1\r\n");
}

TEST_CASE("maxmemory: INFO tells for how long the limit is exceeded", "[eviction][info]") {
  Capped f;
  const auto holds = [&](const char* line) {
    return f.send("INFO", "stats").find(line) != std::string::npos;
  };
  f.send("CONFIG", "SET", "maxmemory", "1");
  f.advance_ms(1500);
  CHECK(holds("\r\ntotal_eviction_exceeded_time:1500\r\ncurrent_eviction_exceeded_time:1500\r\n"));
  f.send("CONFIG", "SET", "maxmemory", "100mb");
  f.advance_ms(1500);
  CHECK(holds("\r\ntotal_eviction_exceeded_time:1500\r\ncurrent_eviction_exceeded_time:0\r\n"));
}

TEST_CASE("eviction: who caches the key is told", "[eviction][tracking]") {
  Capped f({{"maxmemory-policy", "allkeys-lru"}, {"maxmemory", "100mb"}});
  auto& cache = f.engine.connect();
  f.send_as(cache, "HELLO", "3");
  f.send_as(cache, "CLIENT", "TRACKING", "ON");
  f.send("SET", "k", "v");
  f.send_as(cache, "GET", "k");
  f.send("CONFIG", "SET", "maxmemory", "1");
  CHECK(f.received(cache) == ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
}

TEST_CASE("maxmemory: a single write larger than the limit empties the server, and stands", "[eviction]") {
  Capped f({{"maxmemory-policy", "allkeys-lru"}, {"maxmemory", "1200000"}});
  f.send("SET", "a", "1");
  // The request alone is more than may be: all that may go goes, and then it is refused.
  CHECK(f.send("SET", "big", std::string(2'000'000, 'x')) == kOom);
  CHECK(f.send("DBSIZE") == ":0\r\n");
  CHECK(f.send("SET", "b", std::string(150'000, 'x')) == "+OK\r\n");
  CHECK(f.send("APPEND", "b", std::string(60'000, 'x')) == ":210000\r\n");  // above the limit now
  CHECK(f.send("EXISTS", "b") == ":0\r\n");                                 // and the next command pays
}

TEST_CASE("eviction: a change between LRU and LFU keeps what is known of the last use", "[eviction][lfu]") {
  Capped f({{"maxmemory-policy", "allkeys-lru"}, {"maxmemory", "100mb"}});
  f.send("SET", "b", "1");
  f.advance_ms(180'000);
  f.send("SET", "c", "1");
  f.send("SET", "a", "1");
  f.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu");
  CHECK(f.send("OBJECT", "FREQ", "a") == ":5\r\n");
  CHECK(f.send("OBJECT", "FREQ", "b") == ":2\r\n");
  SECTION("by frequency") {
    f.send("CONFIG", "SET", "maxmemory", "1");
    CHECK(gone(f) == std::vector<std::string>{"b", "c", "a"});
  }
  SECTION("and back") {
    f.send("CONFIG", "SET", "maxmemory-policy", "volatile-lru");
    CHECK(f.send("OBJECT", "IDLETIME", "b") == ":180\r\n");
    f.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    f.send("CONFIG", "SET", "maxmemory", "1");
    CHECK(gone(f).front() == "b");
  }
}

TEST_CASE("allkeys-lru: what RESTORE says of its last use counts", "[eviction][lru][restore]") {
  Capped f({{"maxmemory-policy", "allkeys-lru"}, {"maxmemory", "100mb"}});
  f.send("SET", "a", "1");
  std::string payload = f.send("DUMP", "a");
  payload = payload.substr(payload.find('\n') + 1);
  payload.resize(payload.size() - 2);
  f.advance_ms(10'000);
  f.send("SET", "b", "1");
  f.send("RESTORE", "old", "0", payload, "IDLETIME", "100");
  f.send("RESTORE", "middle", "0", payload, "IDLETIME", "5");
  f.send("RESTORE", "new", "0", payload);
  f.send("CONFIG", "SET", "maxmemory", "1");
  CHECK(gone(f) == std::vector<std::string>{"old", "a", "middle", "b", "new"});
}

TEST_CASE("allkeys-lru: FLUSHDB leaves the order of other databases", "[eviction][lru]") {
  Capped f({{"maxmemory-policy", "allkeys-lru"}, {"maxmemory", "100mb"}});
  f.send("SET", "a", "1");
  f.send("SELECT", "1");
  f.send("SET", "b", "1");
  f.send("SET", "c", "1");
  f.send("SELECT", "0");
  f.send("FLUSHDB");
  f.send("SET", "d", "1");
  SECTION("some") {
    f.send("CONFIG", "SET", "maxmemory", "1");
    CHECK(gone(f) == std::vector<std::string>{"b", "c", "d"});
  }
  SECTION("all") {
    f.send("FLUSHALL");
    f.send("SET", "e", "1");
    f.send("CONFIG", "SET", "maxmemory", "1");
    CHECK(gone(f) == std::vector<std::string>{"e"});
  }
}

TEST_CASE("expiry: keys with the same deadline go in the order in which they got it", "[eviction][expire]") {
  Capped f(Capped::Settings{{"notify-keyspace-events", "Ex"}});
  auto& listener = f.engine.connect();
  f.send_as(listener, "SUBSCRIBE", "__keyevent@0__:expired");
  std::string wanted;
  for (int i = 0; i < 50; ++i) {
    const std::string key = "key:" + std::to_string(i * 7 % 50);
    f.send("SET", key, "v", "EX", "10");
    wanted += "*3\r\n$7\r\nmessage\r\n$22\r\n__keyevent@0__:expired\r\n$" + std::to_string(key.size()) +
              "\r\n" + key + "\r\n";
  }
  f.advance_ms(10'000);
  CHECK(f.received(listener) == wanted);
}

TEST_CASE("eviction: an exact order costs two words a key, and nothing when no policy needs it",
          "[eviction][memory]") {
  Capped f;
  constexpr std::size_t kKeys = 1000;
  for (std::size_t i = 0; i < kKeys; ++i) f.send("SET", "key:" + std::to_string(i), "value");
  const auto bytes = [&] { return f.engine.db(0).keys().bytes(); };
  const std::size_t plain = bytes();
  f.send("CONFIG", "SET", "maxmemory", "100mb");
  CHECK(bytes() == plain);
  f.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
  CHECK(bytes() == plain + kKeys * 2 * sizeof(void*));
  f.send("CONFIG", "SET", "maxmemory-policy", GENERATE("noeviction", "volatile-ttl", "allkeys-random"));
  CHECK(bytes() == plain);
  f.send("CONFIG", "SET", "maxmemory-policy", "volatile-lfu");
  CHECK(bytes() == plain + kKeys * 2 * sizeof(void*));
  f.send("CONFIG", "SET", "redouble-eviction", "sampled");
  CHECK(bytes() == plain);
}

namespace {

// Whatever changes how much memory some key takes, or time.
void do_anything(EngineFixture& f, redouble::Random& random) {
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

}  // namespace

// The sum that is kept up to date against the sum over all keys.
TEST_CASE("memory: the model's sum is that of its parts after any commands", "[eviction][memory][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  INFO("seed " << seed);
  redouble::Random random(seed);
  Capped f(
      {{"maxmemory-policy", GENERATE("noeviction", "allkeys-lru", "volatile-lfu")}, {"maxmemory", "1gb"}});
  for (int step = 0; step < 4000; ++step) do_anything(f, random);
  for (int db = 0; db < 2; ++db) {
    const auto& keys = f.engine.db(db).keys();
    std::size_t sum = redouble::memory_model::table_bytes(keys.buckets(keys.rehashing() ? 1 : 0)) +
                      redouble::memory_model::expires_bytes(keys.timed());
    keys.for_each([&](const Entry& entry) {
      sum += redouble::memory_model::allocated_for(entry) +
             (entry.has_ttl() ? redouble::memory_model::kTableEntry : 0);
    });
    CHECK(keys.modelled_bytes() == sum);
  }
}

TEST_CASE("memory: the first call of a command costs what its histogram does", "[eviction][memory]") {
  EngineFixture f;
  f.send("GET", "k");
  const std::size_t before = f.engine.used_memory();
  f.send("GET", "k");
  CHECK(f.engine.used_memory() == before);
  f.send("STRLEN", "k");
  CHECK(f.engine.used_memory() == before + 24'688);
  f.send("CONFIG", "SET", "latency-tracking", "no");
  const std::size_t with_config = f.engine.used_memory();
  f.send("HLEN", "k");
  CHECK(f.engine.used_memory() == with_config);
  f.send("CONFIG", "RESETSTAT");
  CHECK(f.engine.used_memory() <= before - 24'688);
}

namespace {

// Every look at it takes two milliseconds.
struct SlowClock : redouble::Clock {
  redouble::Micros now() override { return time += 2000; }
  redouble::Micros time = 1'893'456'000'000'000;
};

}  // namespace

TEST_CASE("eviction: the sampled way takes its time, by maxmemory-eviction-tenacity", "[eviction]") {
  const std::string way = GENERATE("exact", "sampled");
  const std::string tenacity = GENERATE("10", "100");
  INFO(way << ", tenacity " << tenacity);
  SlowClock clock;
  redouble::Host host;
  redouble::Engine engine(clock,
                          EngineFixture::configured({{"maxmemory-policy", "allkeys-lru"},
                                                     {"redouble-eviction", way},
                                                     {"maxmemory-eviction-tenacity", tenacity}}),
                          host, 1);
  auto& client = engine.connect();
  for (int i = 0; i < 100; ++i) {
    const std::string key = "key:" + std::to_string(i);
    engine.execute(client, std::vector<std::string_view>{"SET", key, "v"});
  }
  engine.execute(client, std::vector<std::string_view>{"CONFIG", "SET", "maxmemory", "1"});
  if (way == "exact" || tenacity == "100") {
    CHECK(engine.db(0).keys().size() == 0);
    return;
  }
  CHECK(engine.db(0).keys().size() == 84);
  // Nothing is refused meanwhile, and every command evicts a part.
  EngineFixture::received(client);
  engine.execute(client, std::vector<std::string_view>{"SET", "key:0", "w"});
  CHECK(EngineFixture::received(client) == "+OK\r\n");
  CHECK(engine.db(0).keys().size() <= 69);
  for (int i = 0; i < 10; ++i) engine.tick();
  CHECK(engine.db(0).keys().size() == 0);
}

TEST_CASE("eviction: what the sampled way leaves does not go all at once", "[eviction]") {
  SlowClock clock;
  redouble::Host host;
  redouble::Engine engine(
      clock,
      EngineFixture::configured({{"maxmemory-policy", "allkeys-lru"}, {"redouble-eviction", "sampled"}}),
      host, 1);
  auto& client = engine.connect();
  for (int i = 0; i < 1000; ++i) {
    const std::string key = "key:" + std::to_string(i);
    engine.execute(client, std::vector<std::string_view>{"SET", key, "v"});
  }
  engine.execute(client, std::vector<std::string_view>{"CONFIG", "SET", "maxmemory", "1"});
  CHECK(engine.db(0).keys().size() == 1000 - 16);
  // A round for each millisecond that has passed.
  engine.tick();
  CHECK(engine.db(0).keys().size() < 1000 - 16);
  CHECK(engine.db(0).keys().size() > 500);
  for (int i = 0; i < 100; ++i) engine.tick();
  CHECK(engine.db(0).keys().size() == 0);
}

TEST_CASE("eviction: LATENCY knows it by two names", "[eviction][latency]") {
  SlowClock clock;
  redouble::Host host;
  redouble::Engine engine(
      clock,
      EngineFixture::configured({{"maxmemory-policy", "allkeys-lru"}, {"latency-monitor-threshold", "1"}}),
      host, 1);
  auto& client = engine.connect();
  engine.execute(client, std::vector<std::string_view>{"SET", "k", "v"});
  engine.execute(client, std::vector<std::string_view>{"CONFIG", "SET", "maxmemory", "1"});
  CHECK(engine.latency.spikes().count("eviction-del") == 1);
  CHECK(engine.latency.spikes().count("eviction-cycle") == 1);
}
