#include "engine/types/id_map.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "engine/random.h"
#include "engine/types/radix_nodes.h"

using redouble::IdMap;
using redouble::RadixNodes;
using redouble::StreamId;

namespace {

StreamId random_id(redouble::Random& random) {
  return {random.below(40), random.below(6)};
}

}  // namespace

TEST_CASE("IdMap: behaves like a map", "[stream][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4, 5);
  INFO("seed " << seed);
  redouble::Random random(seed);
  redouble::Tally tally;
  {
    IdMap<int> map(tally);
    std::map<StreamId, int> model;
    for (int step = 0; step < 20000; ++step) {
      const StreamId id = random_id(random);
      const bool grows = (step / 3000) % 2 == 0;
      if (random.below(100) < (grows ? 80u : 20u)) {
        const auto [value, added] = map.insert(id, step);
        const auto [at, model_added] = model.emplace(id, step);
        REQUIRE(added == model_added);
        REQUIRE(*value == at->second);
      } else {
        REQUIRE(map.erase(id) == (model.erase(id) == 1));
      }
      REQUIRE(map.size() == model.size());
      const StreamId probe = random_id(random);
      const auto at = map.lower_bound(probe);
      const auto model_at = model.lower_bound(probe);
      REQUIRE((at == map.end()) == (model_at == model.end()));
      if (model_at != model.end()) REQUIRE(map[at].id == model_at->first);
      const int* found = map.find(probe);
      REQUIRE((found != nullptr) == model.contains(probe));
    }
    auto at = map.begin();
    for (const auto& [id, value] : model) {
      REQUIRE(map[at].id == id);
      REQUIRE(map[at].value == value);
      at = map.next(at);
    }
    REQUIRE(at == map.end());
    for (auto model_at = model.rbegin(); model_at != model.rend(); ++model_at) {
      at = map.previous(at);
      REQUIRE(map[at].id == model_at->first);
    }
    CHECK(tally.bytes >= map.size() * (sizeof(StreamId) + sizeof(int)));
  }
  CHECK(tally.bytes == 0);
}

TEST_CASE("IdMap: what is appended fills its room", "[stream]") {
  redouble::Tally tally;
  IdMap<int> map(tally);
  for (std::uint64_t i = 0; i < 6400; ++i) map.insert({i, 0}, 0);
  CHECK(tally.bytes < 6400 * 26);
  while (!map.empty()) map.erase(map.begin());
  CHECK(tally.bytes == 0);
}

// The numbers of redis-server 7.0.15: XINFO STREAM with stream-node-max-entries 1.
TEST_CASE("RadixNodes: counts as redis-server does", "[stream]") {
  const auto count = [](std::initializer_list<StreamId> ids) {
    RadixNodes nodes;
    for (const StreamId id : ids) nodes.add(id);
    return nodes.total();
  };
  CHECK(count({}) == 1);
  CHECK(count({{5, 0}}) == 2);
  CHECK(count({{1, 0}, {2, 0}}) == 6);
  CHECK(count({{1, 0}, {1, 1}}) == 4);
  CHECK(count({{1, 0}, {1, 1}, {1, 2}}) == 5);
  CHECK(count({{1, 0}, {1, 256}}) == 6);
  CHECK(count({{0, 1}, {UINT64_MAX, UINT64_MAX}}) == 5);
}

TEST_CASE("RadixNodes: equals the nodes of a compressed tree", "[stream][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  INFO("seed " << seed);
  redouble::Random random(seed);
  for (int round = 0; round < 200; ++round) {
    std::set<std::string> keys;
    std::set<StreamId> ids;
    for (std::uint64_t n = random.below(30); n > 0; --n) {
      const StreamId id{random.next() >> random.below(64), random.next() >> random.below(64)};
      ids.insert(id);
    }
    RadixNodes nodes;
    for (const StreamId id : ids) {
      nodes.add(id);
      std::string key;
      for (const std::uint64_t half : {id.ms, id.seq})
        for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(half >> shift);
      keys.insert(key);
    }
    // Every prefix is a place in the plain tree; a run of places with one way on is one node.
    std::map<std::string, std::set<char>> ways;
    for (const auto& key : keys)
      for (std::size_t i = 0; i < key.size(); ++i) ways[key.substr(0, i)].insert(key[i]);
    std::size_t expected = keys.size() + (keys.empty() ? 1 : 0);
    for (const auto& [prefix, next] : ways) {
      const bool parts = next.size() > 1;
      const bool follows_run = !prefix.empty() && ways[prefix.substr(0, prefix.size() - 1)].size() == 1;
      if (parts || !follows_run) ++expected;
    }
    REQUIRE(nodes.total() == expected);
  }
}
