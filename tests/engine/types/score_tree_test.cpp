#include "engine/types/score_tree.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "engine/random.h"

using redouble::Random;
using redouble::ScoreTree;

namespace {

using Pair = std::pair<double, std::string>;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<Pair> pairs_of(const ScoreTree& tree, std::size_t rank, std::size_t n, bool reverse) {
  std::vector<Pair> pairs;
  tree.walk(rank, n, reverse, [&](const ScoreTree::Member& member) {
    pairs.emplace_back(member.score, member.bytes());
    return true;
  });
  return pairs;
}

std::vector<Pair> pairs_of(const ScoreTree& tree) {
  return pairs_of(tree, 0, tree.size(), false);
}

// Asks for all of it both ways, and for every member.
void check_equal(const ScoreTree& tree, std::vector<Pair> model) {
  tree.check();
  REQUIRE(tree.size() == model.size());
  for (std::size_t rank = 0; rank < model.size(); ++rank) {
    const ScoreTree::Member* member = tree.find(model[rank].second);
    REQUIRE(member != nullptr);
    REQUIRE(tree.rank_of(member) == rank);
  }
  REQUIRE(pairs_of(tree) == model);
  std::reverse(model.begin(), model.end());
  REQUIRE(pairs_of(tree, model.empty() ? 0 : model.size() - 1, model.size(), true) == model);
}

void add(ScoreTree& tree, double score, const std::string& bytes) {
  tree.insert(bytes, tree.hash(bytes), score);
}

template <class Holds>
std::size_t count(const std::vector<Pair>& model, Holds holds) {
  return static_cast<std::size_t>(std::count_if(model.begin(), model.end(), holds));
}

// Scores of several kinds: few; none equal; the ends of the line; what a float cannot tell apart.
double some_score(Random& random, std::size_t kind) {
  const std::uint64_t n = random.below(kind == 0 ? 3 : 1000);
  if (kind < 2) return static_cast<double>(n) - 1;
  if (kind == 3) return 1.7e12 + static_cast<double>(n);
  const double ends[] = {kInfinity, -kInfinity, 0.0, -0.0, 1e300, -1e300, 1e301, 5e-324};
  return ends[n % 8];
}

// A tree beside a sorted vector.
struct Twins {
  ScoreTree tree;
  std::vector<Pair> model;
  std::map<std::string, double> scores;

  explicit Twins(std::uint64_t seed) : tree(seed) {}
  void set(double score, const std::string& bytes) {
    const auto known = scores.find(bytes);
    ScoreTree::Member* member = tree.find(bytes);
    REQUIRE((member != nullptr) == (known != scores.end()));
    if (member != nullptr) {
      tree.set_score(member, score);
      model.erase(place_of(known->second, bytes));
    } else {
      add(tree, score, bytes);
    }
    scores[bytes] = score;
    model.insert(place_of(score, bytes), {score, bytes});
  }
  void erase(const std::string& bytes) {
    const auto known = scores.find(bytes);
    ScoreTree::Member* member = tree.find(bytes);
    REQUIRE((member != nullptr) == (known != scores.end()));
    if (member == nullptr) return;
    tree.erase(member);
    model.erase(place_of(known->second, bytes));
    scores.erase(known);
  }
  void erase(std::size_t rank, std::size_t n) {
    tree.erase(rank, n);
    const auto first = model.begin() + static_cast<std::ptrdiff_t>(rank);
    const auto last = first + static_cast<std::ptrdiff_t>(n);
    for (auto at = first; at != last; ++at) scores.erase(at->second);
    model.erase(first, last);
  }
  std::vector<Pair>::iterator place_of(double score, const std::string& bytes) {
    return std::lower_bound(model.begin(), model.end(), Pair(score, bytes));
  }
};

}  // namespace

TEST_CASE("ScoreTree: does what a sorted vector does", "[score-tree][sorted-set]") {
  const std::uint64_t seed = GENERATE(1, 2);
  const std::size_t kind = GENERATE(0, 1, 2, 3);
  CAPTURE(seed, kind);
  Random random(seed);
  Twins twins(seed);
  std::uint64_t members = 2500;
  for (int step = 0; step < 7500; ++step) {
    // It grows, and shrinks again.
    if (step == 5000) members = 600;
    const std::string bytes = "m" + std::to_string(random.below(members));
    const std::uint64_t what = random.below(step < 5000 ? 20 : 4);
    if (what == 0) {
      twins.erase(bytes);
    } else if (what == 1 && !twins.model.empty() && random.below(10) == 0) {
      const std::size_t rank = random.below(twins.model.size());
      twins.erase(rank, random.below(std::min<std::size_t>(twins.model.size() - rank, 300) + 1));
    } else {
      twins.set(some_score(random, kind), bytes);
    }
    if (step % 64 == 0) twins.tree.check();
    if (step % 1000 != 999) continue;
    check_equal(twins.tree, twins.model);
    check_equal(*twins.tree.clone(), twins.model);
  }
  check_equal(twins.tree, twins.model);
}

TEST_CASE("ScoreTree: counts what is below a score, and what a predicate holds for",
          "[score-tree][sorted-set]") {
  const std::size_t kind = GENERATE(0, 1, 2, 3);
  CAPTURE(kind);
  Random random(kind);
  Twins twins(5);
  for (int i = 0; i < 3000; ++i) twins.set(some_score(random, kind), std::to_string(i));
  for (int i = 0; i < 200; ++i) {
    const double score = some_score(random, kind);
    const std::size_t below = count(twins.model, [&](const Pair& pair) { return pair.first < score; });
    const std::size_t up_to = count(twins.model, [&](const Pair& pair) { return pair.first <= score; });
    REQUIRE(twins.tree.count_below(score, false) == below);
    REQUIRE(twins.tree.count_below(score, true) == up_to);
    REQUIRE(twins.tree.count_while([&](const auto& each) { return each.score < score; }) == below);
  }
  CHECK(twins.tree.count_while([](const auto&) { return true; }) == 3000);
  CHECK(ScoreTree(1).count_while([](const auto&) { return true; }) == 0);
  CHECK(ScoreTree(1).count_below(1, true) == 0);
}

TEST_CASE("ScoreTree: walks from any rank as far as it is let", "[score-tree][sorted-set]") {
  Twins twins(1);
  for (int i = 0; i < 2000; ++i) twins.set(i * 7 % 2000, std::to_string(i));
  for (std::size_t rank = 0; rank < 2000; rank += 13) {
    const std::size_t n = std::min<std::size_t>(rank + 1, 100);
    auto down = pairs_of(twins.tree, rank, n, true);
    std::reverse(down.begin(), down.end());
    REQUIRE(down == pairs_of(twins.tree, rank + 1 - n, n, false));
    REQUIRE(down.back() == twins.model[rank]);
  }
  std::size_t seen = 0;
  twins.tree.walk(10, 500, false, [&](const auto&) { return ++seen < 200; });
  CHECK(seen == 200);
}

TEST_CASE("ScoreTree: members in order leave it dense", "[score-tree][sorted-set]") {
  const std::size_t n = 20000;
  const int order = GENERATE(0, 1, 2);
  CAPTURE(order);
  ScoreTree tree(1), table(1);
  std::vector<Pair> model;
  for (std::size_t i = 0; i < n; ++i) model.emplace_back(static_cast<double>(i), std::to_string(i));
  std::size_t bytes = 0;
  for (const Pair& pair : model) bytes += sizeof(ScoreTree::Member) + pair.second.size();
  if (order == 0)
    for (const Pair& pair : model) add(tree, pair.first, pair.second);
  if (order == 1)
    for (std::size_t i = n; i-- > 0;) add(tree, model[i].first, model[i].second);
  if (order == 2)
    for (std::size_t i = 0; i < n; ++i) add(tree, model[i * 7919 % n].first, model[i * 7919 % n].second);
  check_equal(tree, model);
  // A pointer and a float a member, some more for branches; at most twice as much without order.
  const std::size_t pages = tree.bytes() - bytes - tree.buckets() * sizeof(void*);
  CHECK(pages < n * (order == 2 ? 26 : 14));
}

TEST_CASE("ScoreTree: a sliding window stays small", "[score-tree][sorted-set]") {
  Twins twins(1);
  for (int i = 0; i < 1000; ++i) twins.set(i, std::to_string(i));
  const std::size_t before = twins.tree.bytes();
  for (int i = 1000; i < 20000; ++i) {
    twins.set(i, std::to_string(i));
    twins.erase(0, 1);
  }
  check_equal(twins.tree, twins.model);
  CHECK(twins.tree.bytes() < before + 8192);
}

TEST_CASE("ScoreTree: memory goes down with the members", "[score-tree][sorted-set]") {
  Random random(1);
  Twins twins(1);
  const auto bytes = [&] { return twins.tree.bytes() - twins.tree.buckets() * sizeof(void*); };
  const std::size_t before = bytes();
  for (int i = 0; i < 5000; ++i) twins.set(static_cast<double>(random.below(100000)), std::to_string(i));
  // Every member but one in twenty, here and there: what is left must not lie alone in its page.
  for (int i = 0; i < 5000; ++i)
    if (i % 20 != 0) twins.erase(std::to_string(i));
  check_equal(twins.tree, twins.model);
  CHECK(bytes() < before + 250 * (sizeof(ScoreTree::Member) + 4 + 40) + 2048);
  twins.erase(0, 250);
  check_equal(twins.tree, {});
  twins.set(1, "again");
  check_equal(twins.tree, {{1, "again"}});
}

TEST_CASE("ScoreTree: pages do not thin out where scores only change", "[score-tree][sorted-set]") {
  Twins twins(1);
  for (int i = 0; i < 3000; ++i) twins.set(i, std::to_string(i));
  const std::size_t before = twins.tree.bytes();
  for (int round = 1; round < 6; ++round)
    for (int i = 0; i < 3000; ++i) twins.set(3000 * round + i * 7 % 3000, std::to_string(i));
  check_equal(twins.tree, twins.model);
  CHECK(twins.tree.bytes() < before * 3 / 2);
}

TEST_CASE("ScoreTree: members move a little", "[score-tree][sorted-set]") {
  const double step = GENERATE(1.0, -1.0, 2.0, 2.5, -2.5);
  CAPTURE(step);
  Twins twins(1);
  for (int i = 0; i < 3000; ++i) twins.set(2 * (i * 7 % 3000), std::to_string(i * 7 % 3000));
  for (int i = 0; i < 3000; ++i) {
    twins.set(2 * i + step, std::to_string(i));
    if (i % 8 == 0) twins.tree.check();
  }
  check_equal(twins.tree, twins.model);
}

TEST_CASE("ScoreTree: a copy has the same table, and is independent", "[score-tree][sorted-set]") {
  Twins twins(9);
  Random random(9);
  for (int i = 0; i < 3000; ++i) twins.set(static_cast<double>(random.below(50)), std::to_string(i));
  const auto copy = twins.tree.copy();
  check_equal(*copy, twins.model);
  std::vector<std::string> order, order_of_copy;
  for (std::uint64_t cursor = 0;;) {
    cursor = twins.tree.scan(cursor, [&](const auto& each) { order.emplace_back(each.bytes()); });
    if (cursor == 0) break;
  }
  for (std::uint64_t cursor = 0;;) {
    cursor = copy->scan(cursor, [&](const auto& each) { order_of_copy.emplace_back(each.bytes()); });
    if (cursor == 0) break;
  }
  CHECK(order == order_of_copy);
  CHECK(copy->modelled() == twins.tree.modelled());
  copy->erase(0, 2000);
  copy->check();
  check_equal(twins.tree, twins.model);
}

TEST_CASE("ScoreTree: appends behind all others", "[score-tree][sorted-set]") {
  ScoreTree tree(3);
  std::vector<Pair> model;
  for (int i = 0; i < 5000; ++i) {
    model.emplace_back(i / 10, std::to_string(10000 + i));
    tree.append(model.back().second, model.back().first);
  }
  check_equal(tree, model);
}

TEST_CASE("ScoreTree: levels are as chance has it, a quarter a level", "[score-tree][sorted-set]") {
  ScoreTree tree(7);
  std::size_t levels = 0;
  for (int i = 0; i < 20000; ++i) add(tree, i % 100, "member:" + std::to_string(i));
  tree.walk(0, tree.size(), false, [&](const auto& each) {
    levels += each.levels;
    return true;
  });
  CHECK(levels > 26000);
  CHECK(levels < 27400);
}

TEST_CASE("ScoreTree: the same seed and members take the same memory in redis-server",
          "[score-tree][sorted-set]") {
  ScoreTree one(3), other(3);
  for (int i = 0; i < 1000; ++i) add(one, i, std::to_string(i));
  for (int i = 1000; i-- > 0;) add(other, i, std::to_string(i));
  CHECK(one.modelled() == other.modelled());
  for (int i = 500; i < 1000; ++i) one.erase(one.find(std::to_string(i)));
  CHECK(one.modelled() < other.modelled());
}

TEST_CASE("ScoreTree: can be freed in slices", "[score-tree][sorted-set]") {
  ScoreTree tree(1);
  for (int i = 0; i < 10000; ++i) add(tree, i, std::to_string(i));
  int slices = 1;
  while (!tree.dismantle(300)) ++slices;
  CHECK(slices >= 34);
  CHECK(slices < 60);
}
