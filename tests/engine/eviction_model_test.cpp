// Every policy against a model that knows all: random commands on a manual clock, and whenever something has
// to go it is what the model names. The same commands and the same seed evict the same keys.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;
using redouble::Entry;
using redouble::Eviction;
using redouble::Random;

namespace {

constexpr const char* kPolicies[] = {"allkeys-lru",  "allkeys-lfu",  "allkeys-random", "volatile-lru",
                                     "volatile-lfu", "volatile-ttl", "volatile-random"};

// What the model knows of a key: when it was used last, when its deadline was set and for when.
struct Known {
  std::uint64_t used = 0;
  std::uint64_t timed_at = 0;
  std::int64_t deadline = 0;  // 0: none
};

class Model {
 public:
  Model(std::string policy, std::uint64_t seed)
      : f({{"maxmemory-policy", policy.c_str()}, {"maxmemory", "1gb"}, {"lfu-log-factor", "2"}}, seed),
        policy_(std::move(policy)),
        random_(seed * 31 + 7) {}

  // One command, and now and then one that makes keys go.
  void step() {
    db_ = static_cast<int>(random_.below(3));
    transcript += f.send("SELECT", std::to_string(db_));
    const Id id{db_, "key:" + std::to_string(random_.below(60))};
    const std::string& key = id.second;
    const std::string value(random_.below(4) == 0 ? random_.below(3000) : random_.below(80), 'x');
    switch (random_.below(9)) {
      case 0:
        transcript += f.send("SET", key, value);
        used(id).deadline = 0;
        break;
      case 1:
      case 2: {
        const std::int64_t at = f.clock.now() / 1000 + 100'000'000 + std::int64_t(random_.below(20)) * 1000;
        transcript += f.send("SET", key, value, "PXAT", std::to_string(at));
        timed(used(id), at);
        break;
      }
      case 3:
      case 4:
        transcript += f.send("GET", key);
        if (keys_.count(id) != 0) used(id);
        break;
      case 5:
        if (random_.below(4) != 0) break;
        transcript += f.send("DEL", key);
        keys_.erase(id);
        break;
      case 6: {
        const std::int64_t at = f.clock.now() / 1000 + 100'000'000 + std::int64_t(random_.below(20)) * 1000;
        transcript += f.send("PEXPIREAT", key, std::to_string(at));
        if (keys_.count(id) != 0) timed(used(id), at);
        break;
      }
      case 7:
        if (random_.below(3) != 0) break;
        transcript += f.send("PERSIST", key);
        if (keys_.count(id) != 0) used(id).deadline = 0;
        break;
      default:
        f.advance_ms(static_cast<std::int64_t>(random_.below(90'000)));
    }
    if (random_.below(20) == 0) close_the_lid();
  }

  EngineFixture f;
  std::string transcript;
  std::size_t evicted = 0;

 private:
  using Id = std::pair<int, std::string>;

  Known& used(const Id& id) {
    Known& known = keys_[id];
    known.used = ++turn_;
    return known;
  }
  void timed(Known& known, std::int64_t at) {
    known.deadline = at;
    known.timed_at = ++turn_;
  }
  bool only_timed() const { return policy_.rfind("volatile", 0) == 0; }

  // How soon a key would go: the least goes first.
  std::tuple<std::int64_t, std::int64_t, std::uint64_t> rank(const Id& id, const Known& known) {
    if (policy_ == "volatile-ttl") return {known.deadline, id.first, known.timed_at};
    if (policy_.find("lfu") == std::string::npos) return {0, 0, known.used};
    // The counter's growth is drawn: it is read from the key. A minute takes one from it.
    const auto& ref = f.engine.db(id.first).locate(id.second);
    const std::int64_t minute = ref.entry()->lru >> 8, count = ref.entry()->lru & 0xff;
    return {minute + count, 0, known.used};
  }

  void close_the_lid() {
    // The request that sets the limit back is held in memory, too, and may cost another key.
    std::vector<std::pair<std::tuple<std::int64_t, std::int64_t, std::uint64_t>, Id>> line;
    for (const auto& [id, known] : keys_)
      if (!only_timed() || known.deadline != 0) line.emplace_back(rank(id, known), id);
    std::sort(line.begin(), line.end());
    f.engine.evictions.forget();
    f.send("CONFIG", "SET", "maxmemory", std::to_string(f.engine.used_memory() - 1 - random_.below(4000)));
    f.send("CONFIG", "SET", "maxmemory", "1gb");
    std::size_t n = 0;
    for (const Eviction& eviction : f.engine.evictions.kept()) {
      const Id id{eviction.db, eviction.key};
      transcript += "evicted " + eviction.describe() + "\n";
      REQUIRE(keys_.count(id) == 1);
      REQUIRE((!only_timed() || keys_[id].deadline != 0));
      if (policy_.find("random") == std::string::npos) REQUIRE(line[n].second == id);
      keys_.erase(id);
      ++n;
    }
    REQUIRE((n > 0 || line.empty()));
    evicted += n;
  }

  std::string policy_;
  Random random_;
  std::map<Id, Known> keys_;
  std::uint64_t turn_ = 0;
  int db_ = 0;
};

}  // namespace

TEST_CASE("eviction: what goes is always what the policy names", "[eviction][random]") {
  const std::string policy = GENERATE(from_range(std::begin(kPolicies), std::end(kPolicies)));
  const std::uint64_t seed = GENERATE(1, 2, 3);
  INFO(policy << ", seed " << seed);
  Model model(policy, seed);
  for (int i = 0; i < 4000; ++i) model.step();
  CHECK(model.evicted > 100);
}

TEST_CASE("eviction: the same test evicts the same keys every time", "[eviction][random]") {
  const std::string policy = GENERATE(from_range(std::begin(kPolicies), std::end(kPolicies)));
  const std::string way = GENERATE("exact", "sampled");
  INFO(policy << ", " << way);
  const auto play = [&](std::uint64_t seed) {
    EngineFixture f({{"maxmemory-policy", policy}, {"maxmemory", "1000000"}, {"redouble-eviction", way}},
                    seed);
    Random random(5);
    std::string transcript;
    for (int i = 0; i < 3000; ++i) {
      const std::string key = "key:" + std::to_string(random.below(500));
      if (random.below(3) == 0)
        transcript += f.send("GET", key);
      else
        transcript += f.send("SET", key, std::string(random.below(200), 'x'), "EX", "1000");
      if (random.below(10) == 0) f.advance_ms(static_cast<std::int64_t>(random.below(3000)));
    }
    CHECK(f.engine.evictions.count() > 100);
    for (const Eviction& eviction : f.engine.evictions.kept()) transcript += eviction.describe() + "\n";
    return transcript;
  };
  CHECK(play(1) == play(1));
}

TEST_CASE("maxmemory: never overshot by more than one command's data", "[eviction][random][memory]") {
  const std::string policy = GENERATE(from_range(std::begin(kPolicies), std::end(kPolicies)));
  const std::string way = GENERATE("exact", "sampled");
  INFO(policy << ", " << way);
  constexpr std::size_t kLimit = 1'500'000;
  EngineFixture f({{"maxmemory-policy", policy}, {"maxmemory", "1500000"}, {"redouble-eviction", way}});
  Random random(11);
  std::size_t highest = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::size_t size = random.below(50) == 0 ? random.below(20'000) : random.below(200);
    const std::string key = "key:" + std::to_string(random.below(100'000));
    REQUIRE(f.send("SET", key, std::string(size, 'x'), "EX", "1000") == "+OK\r\n");
    // The value with what an allocator rounds up to, a key's header and its places in two tables; and the
    // step of the table of deadlines, which is not asked for.
    REQUIRE(f.engine.used_memory() <= kLimit + size * 5 / 4 + 200 + 64 * 1024);
    highest = std::max(highest, f.engine.used_memory());
  }
  CHECK(highest > kLimit * 9 / 10);
  CHECK(f.engine.stats.evicted_keys > 1000);
}
