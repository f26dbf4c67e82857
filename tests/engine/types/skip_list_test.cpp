#include "engine/types/skip_list.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "engine/random.h"

using redouble::Random;
using redouble::SkipList;

namespace {

using Pair = std::pair<double, std::string>;

// Walks the list both ways, and asks for every rank both ways.
void check_equal(const SkipList& list, const std::vector<Pair>& model) {
  REQUIRE(list.size() == model.size());
  std::size_t rank = 0;
  const SkipList::Node* before = nullptr;
  for (const SkipList::Node* node = list.first(); node != nullptr; node = node->after(), ++rank) {
    REQUIRE(rank < model.size());
    REQUIRE(node->score == model[rank].first);
    REQUIRE(node->member() == model[rank].second);
    REQUIRE(node->before == before);
    REQUIRE(list.rank_of(node) == rank);
    REQUIRE(list.at(rank) == node);
    REQUIRE(list.find(node->member()) == node);
    before = node;
  }
  REQUIRE(rank == model.size());
  REQUIRE(list.last() == before);
}

std::size_t place_of(const std::vector<Pair>& model, const std::string& member) {
  const auto found =
      std::find_if(model.begin(), model.end(), [&](const Pair& pair) { return pair.second == member; });
  return static_cast<std::size_t>(found - model.begin());
}

}  // namespace

TEST_CASE("SkipList: does what a sorted vector does", "[skiplist][sorted-set]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4);
  CAPTURE(seed);
  Random random(seed);
  SkipList list(seed);
  std::vector<Pair> model;
  for (int step = 0; step < 4000; ++step) {
    const std::string member = "m" + std::to_string(random.below(300));
    const auto score = static_cast<double>(random.below(20));
    const std::size_t place = place_of(model, member);
    const bool found = place < model.size();
    REQUIRE((list.find(member) != nullptr) == found);
    switch (random.below(10)) {
      case 0:
      case 1:
        if (found) {
          list.erase(list.find(member));
          model.erase(model.begin() + static_cast<std::ptrdiff_t>(place));
        }
        break;
      case 2:
        if (!model.empty() && random.below(10) == 0) {
          const std::size_t first = random.below(model.size());
          const std::size_t n = random.below(model.size() - first + 1);
          list.erase(first, n);
          model.erase(model.begin() + static_cast<std::ptrdiff_t>(first),
                      model.begin() + static_cast<std::ptrdiff_t>(first + n));
        }
        break;
      default:
        if (found)
          list.set_score(list.find(member), score);
        else
          list.insert(member, list.hash(member), score);
        if (found) model.erase(model.begin() + static_cast<std::ptrdiff_t>(place));
        model.insert(std::upper_bound(model.begin(), model.end(), Pair(score, member)), {score, member});
    }
    if (step % 50 == 0) {
      check_equal(list, model);
      check_equal(*list.clone(), model);
      const auto below = list.count_while([](const auto& node) { return node.score < 10; });
      const auto expected =
          std::count_if(model.begin(), model.end(), [](const Pair& pair) { return pair.first < 10; });
      REQUIRE(below == static_cast<std::size_t>(expected));
    }
  }
  check_equal(list, model);
}

TEST_CASE("SkipList: is as high as chance has it, a quarter a level", "[skiplist][sorted-set]") {
  SkipList list(7);
  std::size_t levels = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string member = "member:" + std::to_string(i);
    list.insert(member, list.hash(member), i % 100);
  }
  for (const auto* node = list.first(); node != nullptr; node = node->after()) levels += node->levels;
  CHECK(levels > 26000);
  CHECK(levels < 27400);
}

TEST_CASE("SkipList: the same seed and members make the same list", "[skiplist][sorted-set]") {
  SkipList one(3), other(3);
  for (int i = 0; i < 1000; ++i) one.insert(std::to_string(i), one.hash(std::to_string(i)), i);
  for (int i = 1000; i-- > 0;) other.insert(std::to_string(i), other.hash(std::to_string(i)), i);
  const SkipList::Node* twin = other.first();
  for (const auto* node = one.first(); node != nullptr; node = node->after(), twin = twin->after())
    REQUIRE(node->levels == twin->levels);
  CHECK(one.bytes() == other.bytes());
}

TEST_CASE("SkipList: can be freed in slices", "[skiplist][sorted-set]") {
  SkipList list(1);
  for (int i = 0; i < 1000; ++i) list.insert(std::to_string(i), list.hash(std::to_string(i)), i);
  CHECK_FALSE(list.dismantle(300));
  CHECK_FALSE(list.dismantle(300));
  CHECK_FALSE(list.dismantle(399));
  CHECK(list.dismantle(300));
}
