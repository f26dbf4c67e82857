#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "engine/random.h"
#include "engine/types/sorted_set.h"

using redouble::Encoding;
using redouble::LexRange;
using redouble::Random;
using redouble::ScoreRange;
using redouble::Slice;
using redouble::SortedSetValue;
using redouble::Window;

namespace {

using Pair = std::pair<double, std::string>;
using Kind = SortedSetValue::Added::Kind;
constexpr SortedSetValue::Limits kLimits{128, 64, 1};

std::vector<std::string> members_of(const SortedSetValue& set, const Slice& slice) {
  std::vector<std::string> members;
  set.visit(slice, [&](std::string_view member, double) { members.emplace_back(member); });
  return members;
}

std::vector<Pair> pairs_of(const SortedSetValue& set) {
  std::vector<Pair> pairs;
  set.visit(set.all(), [&](std::string_view member, double score) { pairs.emplace_back(score, member); });
  return pairs;
}

}  // namespace

TEST_CASE("SortedSetValue: does what a map does, in both encodings", "[sorted-set]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4, 5, 6);
  const std::size_t entries = GENERATE(0, 20, 1000);
  CAPTURE(seed, entries);
  Random random(seed);
  SortedSetValue set;
  std::map<std::string, double> model;
  for (int step = 0; step < 1500; ++step) {
    const std::string member =
        random.below(2) == 0 ? std::to_string(random.below(100)) : "m" + std::to_string(random.below(100));
    const double score = static_cast<double>(random.below(50)) / 4;
    if (random.below(3) == 0) {
      REQUIRE(set.erase(member) == (model.erase(member) > 0));
    } else {
      const auto added = set.add(member, score, {}, {entries, 64, seed});
      const auto [at, is_new] = model.try_emplace(member, score);
      REQUIRE(added.kind == (is_new ? Kind::added : at->second == score ? Kind::same : Kind::updated));
      at->second = score;
    }
    if (step % 100 != 0) continue;
    std::vector<Pair> expected;
    for (const auto& [name, value] : model) expected.emplace_back(value, name);
    std::sort(expected.begin(), expected.end());
    REQUIRE(pairs_of(set) == expected);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      REQUIRE(set.rank(expected[i].second) == i);
      REQUIRE(set.score(expected[i].second) == expected[i].first);
    }
    const auto copy = set.clone();
    REQUIRE(pairs_of(static_cast<const SortedSetValue&>(*copy)) == expected);
    REQUIRE(copy->encoding() == set.encoding());
  }
}

TEST_CASE("SortedSetValue: keeps the order of ties by bytes", "[sorted-set]") {
  SortedSetValue set;
  for (const char* member : {"b", "10", "9", "a", "\xff", "A"}) set.set(member, 0, kLimits);
  CHECK(members_of(set, set.all()) == std::vector<std::string>{"10", "9", "A", "a", "b", "\xff"});
}

TEST_CASE("SortedSetValue: grows out of its listpack by entries and by length", "[sorted-set]") {
  SortedSetValue set;
  set.set(std::string(64, 'x'), 1, kLimits);
  CHECK(set.encoding() == Encoding::listpack);
  set.set(std::string(65, 'x'), 1, kLimits);
  CHECK(set.encoding() == Encoding::skiplist);
  SortedSetValue many;
  for (int i = 0; i < 128; ++i) many.set(std::to_string(i), i, kLimits);
  CHECK(many.encoding() == Encoding::listpack);
  many.set("128", 128, kLimits);
  CHECK(many.encoding() == Encoding::skiplist);
  CHECK(many.size() == 129);
  CHECK(many.rank("128") == 128u);
}

TEST_CASE("SortedSetValue: a listpack knows no -0.0, a score tree does", "[sorted-set]") {
  SortedSetValue small, large;
  small.set("m", -0.0, kLimits);
  large.set("m", -0.0, {0, 0, 1});
  CHECK_FALSE(std::signbit(*small.score("m")));
  CHECK(std::signbit(*large.score("m")));
}

TEST_CASE("SortedSetValue: slices by rank", "[sorted-set]") {
  SortedSetValue set;
  for (int i = 0; i < 5; ++i) set.set(std::string(1, static_cast<char>('a' + i)), i, kLimits);
  CHECK(members_of(set, set.slice(1, 2)) == std::vector<std::string>{"b", "c"});
  CHECK(members_of(set, set.slice(1, 2, true)) == std::vector<std::string>{"d", "c"});
  CHECK(set.slice(INT64_MIN, INT64_MAX).count == 5);
  CHECK(set.slice(INT64_MAX, INT64_MIN).count == 0);
  CHECK(set.slice(-2, -1, true).lowest() == 0);
}

TEST_CASE("SortedSetValue: slices by score, with a window", "[sorted-set]") {
  const std::size_t entries = GENERATE(0, 128);
  SortedSetValue set;
  for (int i = 0; i < 9; ++i) set.set(std::string(1, static_cast<char>('a' + i)), i, {entries, 64, 1});
  const auto range = *ScoreRange::parse("(2", "7");
  CHECK(set.slice(range).count == 5);
  CHECK(members_of(set, set.slice(range, {.offset = 1, .count = 2})) == std::vector<std::string>{"e", "f"});
  CHECK(members_of(set, set.slice(range, {.reverse = true, .offset = 1, .count = 2})) ==
        std::vector<std::string>{"g", "f"});
  CHECK(set.slice(range, {.offset = -1}).count == 0);
  CHECK(set.slice(range, {.offset = INT64_MAX, .count = INT64_MAX}).count == 0);
  CHECK(set.slice(range, {.offset = 4, .count = INT64_MIN}).count == 1);
}

TEST_CASE("LexRange: ends and emptiness", "[sorted-set]") {
  CHECK_FALSE(LexRange::parse("a", "+"));
  CHECK_FALSE(LexRange::parse("", "+"));
  CHECK_FALSE(LexRange::parse("-x", "+"));
  CHECK(LexRange::parse(std::string_view("-\0x", 3), "+"));
  CHECK(LexRange::parse("+", "-")->is_empty());
  CHECK(LexRange::parse("[a", "(a")->is_empty());
  CHECK_FALSE(LexRange::parse("[a", "[a")->is_empty());
  CHECK_FALSE(LexRange::parse("-", "[")->is_empty());
}
