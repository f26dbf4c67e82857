#include "engine/types/set.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

using redouble::Encoding;
using redouble::IntegerText;
using redouble::Random;
using redouble::SetValue;

namespace {

constexpr SetValue::Limits kLimits{8, 42};

std::string text_of(const SetValue::Item& item) {
  IntegerText scratch;
  return std::string(item.bytes(scratch));
}

std::multiset<std::string> members_of(const SetValue& set) {
  std::multiset<std::string> members;
  set.for_each([&](const SetValue::Item& member) { members.insert(text_of(member)); });
  return members;
}

std::string random_member(Random& random) {
  if (random.below(4) == 0) return "m" + std::to_string(random.below(40));
  return std::to_string(static_cast<std::int64_t>(random.below(60)) - 20);
}

// How far counts are from even, in standard deviations of the chi-square distribution.
double unevenness(const std::map<std::string, int>& counts, std::size_t kinds, double draws) {
  const double expected = draws / static_cast<double>(kinds);
  double chi = static_cast<double>(kinds - counts.size()) * expected;
  for (const auto& [member, n] : counts) chi += (n - expected) * (n - expected) / expected;
  const double freedom = static_cast<double>(kinds - 1);
  return (chi - freedom) / std::sqrt(2 * freedom);
}

SetValue& filled(SetValue& set, int n, const std::string& prefix) {
  for (int i = 0; i < n; ++i) set.add(prefix + std::to_string(i), kLimits);
  return set;
}

}  // namespace

TEST_CASE("SetValue: behaves like a set of strings", "[set][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4, 5, 6);
  INFO("seed " << seed);
  Random random(seed);
  SetValue set;
  std::set<std::string> model;
  for (int step = 0; step < 4000; ++step) {
    const std::string member = random_member(random);
    const auto dice = random.below(20);
    if (dice < 11) {
      REQUIRE(set.add(member, kLimits) == model.insert(member).second);
    } else if (dice < 18) {
      REQUIRE(set.erase(member) == (model.erase(member) == 1));
    } else if (!model.empty() && dice == 18) {
      set.pop(random, [&](const SetValue::Item& popped) { REQUIRE(model.erase(text_of(popped)) == 1); });
    }
    REQUIRE(set.size() == model.size());
    REQUIRE(set.contains(member) == model.contains(member));
    if (step % 50 != 0) continue;
    REQUIRE(members_of(set) == std::multiset<std::string>(model.begin(), model.end()));
    const auto copy = set.clone();
    REQUIRE(copy->encoding() == set.encoding());
    REQUIRE(members_of(static_cast<SetValue&>(*copy)) == members_of(set));
    const std::size_t k = random.below(model.size() + 1);
    std::set<std::string> sample;
    for (const auto& item : set.sample(k, random)) sample.insert(text_of(item));
    REQUIRE(sample.size() == k);
    for (const auto& one : sample) REQUIRE(model.contains(one));
  }
  CHECK(set.encoding() == Encoding::hashtable);
}

TEST_CASE("SetValue: members of every size", "[set]") {
  SetValue set;
  std::vector<std::string> members;
  for (std::size_t size = 0; size < 200; ++size) members.emplace_back(size, 'x');
  members.emplace_back(100000, 'y');
  members.emplace_back("\0\0", 2);
  for (const auto& member : members) CHECK(set.add(member, kLimits));
  CHECK(set.bytes() > 100000 + 200 * 100);
  for (const auto& member : members) CHECK(set.contains(member));
  for (const auto& member : members) CHECK(set.erase(member));
  CHECK(set.size() == 0);
}

TEST_CASE("SetValue: draws are fair", "[set][random]") {
  struct Kind {
    int size;
    std::string prefix;
  };
  const Kind kind = GENERATE(Kind{7, ""}, Kind{5, "m"}, Kind{64, "m"}, Kind{100, "m"}, Kind{1000, "m"});
  INFO(kind.size << " of " << kind.prefix);
  Random random(11);
  SetValue set;
  filled(set, kind.size, kind.prefix);
  const int draws = kind.size * 200;
  std::map<std::string, int> drawn, sampled, mostly;
  const auto kinds = static_cast<std::size_t>(kind.size);
  for (int i = 0; i < draws; ++i) ++drawn[text_of(set.random(random))];
  CHECK(std::abs(unevenness(drawn, kinds, draws)) < 4);
  for (int i = 0; i < draws; ++i)
    for (const auto& item : set.sample(1, random)) ++sampled[text_of(item)];
  CHECK(std::abs(unevenness(sampled, kinds, draws)) < 4);
  // Of samples of all but one, those that are left out.
  for (int i = 0; i < draws; ++i) {
    auto rest = members_of(set);
    for (const auto& item : set.sample(kinds - 1, random)) rest.erase(text_of(item));
    ++mostly[*rest.begin()];
    if (kind.size > 100 && i > 2000) break;
  }
  if (kind.size <= 100) CHECK(std::abs(unevenness(mostly, kinds, draws)) < 4);
}

TEST_CASE("SetValue: draws are fair while the table is resized", "[set][random]") {
  Random random(5);
  SetValue set;
  filled(set, 1025, "m");
  REQUIRE(set.nodes().rehashing());
  std::map<std::string, int> drawn;
  for (int i = 0; i < 1025 * 50; ++i) {
    // A copy each time: a draw goes on with the resizing.
    if (i % 100 == 0) {
      SetValue fresh;
      set.swap(filled(fresh, 1025, "m"));
    }
    ++drawn[text_of(set.random(random))];
  }
  CHECK(std::abs(unevenness(drawn, 1025, 1025 * 50)) < 4);
}

TEST_CASE("SetValue: a walk shows what is there all the time, however the table is resized",
          "[set][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  INFO("seed " << seed);
  Random random(seed);
  SetValue set;
  filled(set, 300, "stays");
  int next = 0, gone = 0;
  std::set<std::string> seen;
  std::uint64_t cursor = 0;
  do {
    cursor = set.scan(cursor, [&](const SetValue::Item& member) { seen.insert(text_of(member)); });
    // Grows a lot, and shrinks again.
    const bool grow = seen.size() < 150;
    for (int i = 0; i < 20; ++i)
      if (grow)
        set.add("x" + std::to_string(next++), kLimits);
      else if (gone < next)
        set.erase("x" + std::to_string(gone++));
  } while (cursor != 0);
  for (int i = 0; i < 300; ++i) CHECK(seen.contains("stays" + std::to_string(i)));
}

TEST_CASE("SetValue: is freed in slices", "[set]") {
  SetValue set;
  filled(set, 1025, "m");
  REQUIRE(set.nodes().rehashing());
  int slices = 1;
  for (; !set.dismantle(100); ++slices) REQUIRE(set.size() > 0);
  CHECK(slices == 11);
  CHECK(set.size() == 0);
  SetValue numbers;
  numbers.add("1", kLimits);
  CHECK(numbers.dismantle(1));
}
