#include "engine/types/intset.h"

#include <catch2/catch.hpp>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "engine/random.h"

using redouble::Intset;
using namespace std::string_literals;

namespace {

std::vector<std::int64_t> numbers_of(const Intset& set) {
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < set.size(); ++i) numbers.push_back(set[i]);
  return numbers;
}

Intset made_of(std::initializer_list<std::int64_t> numbers) {
  Intset set;
  for (const auto number : numbers) set.insert(number);
  return set;
}

}  // namespace

// The bytes of `SADD s 5 -300` and `SADD s 5 -300 70000` in `DUMP s` of redis-server 7.0.15.
TEST_CASE("Intset: is encoded as Redis encodes it", "[intset]") {
  CHECK(made_of({5, -300}).serialize() == "\x02\0\0\0\x02\0\0\0\xd4\xfe\x05\0"s);
  CHECK(made_of({5, -300, 70000}).serialize() ==
        "\x04\0\0\0\x03\0\0\0\xd4\xfe\xff\xff\x05\0\0\0\x70\x11\x01\0"s);
  CHECK(made_of({-1, 1LL << 40}).serialize() ==
        "\x08\0\0\0\x02\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\x01\0\0"s);
}

TEST_CASE("Intset: keeps the width of the largest that was ever in it", "[intset]") {
  Intset set = made_of({1, 2});
  CHECK(set.width() == 2);
  set.insert(32768);
  CHECK(set.width() == 4);
  set.insert(-2147483649);
  CHECK(set.width() == 8);
  CHECK(numbers_of(set) == std::vector<std::int64_t>{-2147483649, 1, 2, 32768});
  CHECK(set.erase(-2147483649));
  CHECK_FALSE(set.erase(-2147483649));
  CHECK(set.width() == 8);
  CHECK(set.serialized_size() == 8 + 3 * 8);
}

TEST_CASE("Intset: behaves like a set of integers", "[intset][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4);
  INFO("seed " << seed);
  redouble::Random random(seed);
  Intset set;
  std::set<std::int64_t> model;
  for (int step = 0; step < 5000; ++step) {
    auto number = static_cast<std::int64_t>(random.next()) >> (20 + random.below(seed == 1 ? 44 : 40));
    if (seed > 2) number %= 300;
    if (random.below(100) == 0) number = std::numeric_limits<std::int64_t>::min() + (step % 2);
    if (random.below(5) < 3)
      REQUIRE(set.insert(number) == model.insert(number).second);
    else
      REQUIRE(set.erase(number) == (model.erase(number) == 1));
    REQUIRE(set.contains(number) == model.contains(number));
    REQUIRE(set.size() == model.size());
    REQUIRE(set.bytes() >= (set.empty() ? 0 : set.serialized_size()));
    if (step % 100 != 0 || model.empty()) continue;
    const std::vector<std::int64_t> expected(model.begin(), model.end());
    REQUIRE(numbers_of(set) == expected);
    REQUIRE(numbers_of(set.clone()) == expected);
    const auto parsed = Intset::parse(set.serialize());
    REQUIRE(parsed);
    REQUIRE(numbers_of(*parsed) == expected);
    REQUIRE(parsed->width() == set.width());
  }
}

TEST_CASE("Intset: bytes that are wrong are refused", "[intset]") {
  const auto good = made_of({1, 2, 3}).serialize();
  CHECK(Intset::parse(good));
  CHECK_FALSE(Intset::parse(""));
  CHECK_FALSE(Intset::parse("\x02\0\0\0"s));
  CHECK_FALSE(Intset::parse("\x02\0\0\0\0\0\0\0"s));
  CHECK_FALSE(Intset::parse("\x03\0\0\0\x01\0\0\0\0\0\0"s));
  CHECK_FALSE(Intset::parse("\x02\0\0\0\x02\0\0\0\x01\0\x01\0"s));
  CHECK_FALSE(Intset::parse("\x02\0\0\0\x02\0\0\0\x02\0\x01\0"s));
  CHECK_FALSE(Intset::parse("\x02\0\0\0\xff\xff\xff\xff\x02\0\x03\0"s));
  CHECK_FALSE(Intset::parse(good.substr(0, good.size() - 1)));
  CHECK_FALSE(Intset::parse(good + "x"));
}
