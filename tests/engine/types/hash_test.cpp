#include "engine/types/hash.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

using redouble::Encoding;
using redouble::HashValue;
using redouble::IntegerText;
using redouble::Random;

namespace {

using Model = std::map<std::string, std::string>;

std::string text_of(const HashValue::Item& item) {
  IntegerText scratch;
  return std::string(item.bytes(scratch));
}

Model model_of(const HashValue& hash) {
  Model model;
  std::size_t n = 0;
  hash.for_each([&](const HashValue::Pair& pair) {
    model[text_of(pair.field)] = text_of(pair.value);
    ++n;
  });
  REQUIRE(model.size() == n);
  return model;
}

std::string random_text(Random& random) {
  switch (random.below(4)) {
    case 0:
      return std::to_string(static_cast<std::int64_t>(random.next()) >> random.below(64));
    case 1:
      return std::string(random.below(70), 'v');
    default:
      return "v" + std::to_string(random.below(100));
  }
}

}  // namespace

TEST_CASE("HashValue: behaves like a map of strings", "[hash][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4, 5, 6);
  INFO("seed " << seed);
  // The odd seeds stay a listpack.
  const HashValue::Limits limits{seed % 2 == 1 ? 1000u : 20u, seed % 2 == 1 ? 1000u : 64u, seed};
  Random random(seed);
  HashValue hash;
  Model model;
  for (int step = 0; step < 4000; ++step) {
    const std::string field =
        random.below(3) == 0 ? "f" + std::to_string(random.below(50)) : std::to_string(random.below(50));
    if (random.below(10) < 6) {
      const std::string value = random_text(random);
      REQUIRE(hash.set(field, value, limits) == !model.contains(field));
      model[field] = value;
    } else {
      REQUIRE(hash.erase(field) == (model.erase(field) == 1));
    }
    REQUIRE(hash.size() == model.size());
    const auto found = hash.find(field);
    REQUIRE(found.has_value() == model.contains(field));
    if (found) REQUIRE(text_of(*found) == model[field]);
    if (step % 50 != 0) continue;
    REQUIRE(model_of(hash) == model);
    const auto copy = hash.clone();
    REQUIRE(copy->encoding() == hash.encoding());
    REQUIRE(model_of(static_cast<HashValue&>(*copy)) == model);
    const std::size_t k = random.below(model.size() + 1);
    Model sample;
    for (const auto& pair : hash.sample(k, random)) sample[text_of(pair.field)] = text_of(pair.value);
    REQUIRE(sample.size() == k);
    for (const auto& [name, value] : sample) REQUIRE(model.at(name) == value);
  }
  CHECK(hash.encoding() == (seed % 2 == 1 ? Encoding::listpack : Encoding::hashtable));
}

TEST_CASE("HashValue: values of every size replace each other", "[hash]") {
  const HashValue::Limits limits{0, 0, 9};
  HashValue hash;
  hash.set("other", "stays", limits);
  for (const std::size_t size : {0, 1, 7, 8, 9, 100, 99, 5000, 3, 0, 70000, 1}) {
    hash.set("f", std::string(size, 'x'), limits);
    CHECK(text_of(*hash.find("f")) == std::string(size, 'x'));
    CHECK(hash.bytes() > size);
    CHECK(hash.bytes() < size + 500);
  }
  CHECK(text_of(*hash.find("other")) == "stays");
}

TEST_CASE("HashValue: draws are fair", "[hash][random]") {
  const std::uint64_t most = GENERATE(1000, 0);
  Random random(3);
  HashValue hash;
  for (int i = 0; i < 100; ++i) hash.set("f" + std::to_string(i), "v", {most, 64, 7});
  std::map<std::string, int> drawn;
  hash.draw(30000, random, [&](const HashValue::Pair& pair) { ++drawn[text_of(pair.field)]; });
  for (int i = 0; i < 30000; ++i)
    hash.draw(1, random, [&](const HashValue::Pair& pair) { ++drawn[text_of(pair.field)]; });
  REQUIRE(drawn.size() == 100);
  double chi = 0;
  for (const auto& [field, n] : drawn) chi += (n - 600.0) * (n - 600.0) / 600;
  CHECK(std::abs(chi - 99) < 4 * std::sqrt(2 * 99.0));
}

TEST_CASE("HashValue: a large value is freed in slices", "[hash]") {
  HashValue hash;
  for (int i = 0; i < 300; ++i) hash.set("f" + std::to_string(i), "v", {0, 64, 7});
  CHECK_FALSE(hash.dismantle(100));
  CHECK(hash.size() == 200);
  CHECK_FALSE(hash.dismantle(199));
  CHECK(hash.dismantle(1));
  CHECK(hash.size() == 0);
}
