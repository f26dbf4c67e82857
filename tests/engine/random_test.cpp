#include "engine/random.h"

#include <catch2/catch.hpp>
#include <string>

using namespace redouble;

TEST_CASE("random: a seed names its sequence", "[random]") {
  Random first(42);
  Random second(42);
  Random other(43);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const auto value = first.next();
    CHECK(second.next() == value);
    differs = differs || other.next() != value;
  }
  CHECK(differs);
  first.reseed(42);
  CHECK(first.next() == Random(42).next());
}

TEST_CASE("random: the sequence is the published one on every platform", "[random]") {
  Random zero(0);
  CHECK(zero.next() == 0x99ec5f36cb75f2b4ULL);
  CHECK(zero.next() == 0xbf6e1f784956452aULL);
  CHECK(Random(1).hex(40) == "5c017cf0d6fa2f3baec463746955b3584154a280");
}

TEST_CASE("random: below stays below and reaches every value evenly", "[random]") {
  Random random(7);
  int counts[6] = {};
  for (int i = 0; i < 60000; ++i) {
    const auto value = random.below(6);
    REQUIRE(value < 6);
    ++counts[value];
  }
  for (const int count : counts) {
    CHECK(count > 9500);
    CHECK(count < 10500);
  }
  CHECK(random.below(1) == 0);
  constexpr std::uint64_t kThreeQuarters = 0xC000000000000000ULL;
  int low = 0;
  for (int i = 0; i < 30000; ++i) {
    const auto value = random.below(kThreeQuarters);
    REQUIRE(value < kThreeQuarters);
    if (value < kThreeQuarters / 3) ++low;
  }
  // A remainder would give the lowest third half of all draws.
  CHECK(low > 9600);
  CHECK(low < 10400);
}

TEST_CASE("random: unit lies in [0, 1)", "[random]") {
  Random random(9);
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    const double value = random.unit();
    REQUIRE(value >= 0);
    REQUIRE(value < 1);
    sum += value;
  }
  CHECK(sum > 4850);
  CHECK(sum < 5150);
}

TEST_CASE("random: fill writes exactly the bytes asked for", "[random]") {
  for (std::size_t size = 0; size <= 20; ++size) {
    std::string bytes(size + 1, '\x5a');
    Random(size).fill(bytes.data(), size);
    CHECK(bytes[size] == '\x5a');
  }
  Random words(5);
  const std::uint64_t word = words.next();
  unsigned char bytes[8];
  Random(5).fill(bytes, 8);
  for (int i = 0; i < 8; ++i) CHECK(bytes[i] == static_cast<unsigned char>(word >> (8 * i)));
}

TEST_CASE("random: hex text has the length asked for", "[random]") {
  Random random(11);
  CHECK(random.hex(0).empty());
  const std::string id = random.hex(40);
  CHECK(id.size() == 40);
  CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(random.hex(40) != id);
}
