#include "engine/types/listpack.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "engine/random.h"

using redouble::IntegerText;
using redouble::Listpack;

namespace {

std::vector<std::string> items_of(const Listpack& pack) {
  std::vector<std::string> items;
  for (auto p = pack.begin(); p != pack.end(); p = pack.next(p)) {
    IntegerText scratch;
    items.emplace_back(pack[p].bytes(scratch));
  }
  return items;
}

std::string random_item(redouble::Random& random) {
  switch (random.below(4)) {
    case 0:
      return std::to_string(static_cast<std::int64_t>(random.next()) >> random.below(64));
    case 1:
      return std::string(random.below(200), 'x');
    case 2:
      return std::string(random.below(5000), 'y');
    default:
      return std::to_string(random.below(200));
  }
}

}  // namespace

// The bytes of `HSET h a 1 b -300 c 70000` in `DUMP h` of redis-server 7.0.15.
TEST_CASE("Listpack: is encoded as Redis encodes it", "[listpack]") {
  Listpack pack;
  for (const char* item : {"a", "1", "b", "-300", "c", "70000"}) pack.push_back(item);
  using namespace std::string_literals;
  CHECK(pack.serialize() ==
        "\x1a\0\0\0\x06\0\x81"s
        "a\x02\x01\x01\x81"s
        "b\x02\xde\xd4\x02\x81"s
        "c\x02\xf2\x70\x11\x01\x04\xff"s);
  CHECK(pack.serialized_size() == pack.serialize().size());
}

TEST_CASE("Listpack: behaves like a vector of strings", "[listpack][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4);
  INFO("seed " << seed);
  redouble::Random random(seed);
  Listpack pack;
  std::vector<std::string> model;
  for (int step = 0; step < 3000; ++step) {
    const auto i = static_cast<std::int64_t>(random.below(model.size() + 1));
    const bool inside = i < static_cast<std::int64_t>(model.size());
    const auto item = random_item(random);
    switch (random.below(model.size() > 60 ? 7 : 5)) {
      case 0:
        pack.push_front(item);
        model.insert(model.begin(), item);
        break;
      case 1:
        pack.push_back(item);
        model.push_back(item);
        break;
      case 2:
        pack.insert(pack.at(i), item);
        model.insert(model.begin() + i, item);
        break;
      case 3:
        if (!inside) break;
        pack.replace(pack.at(i), item);
        model[static_cast<std::size_t>(i)] = item;
        break;
      case 4: {
        const auto second = random_item(random);
        Listpack::Appender appender(
            pack, Listpack::entry_size(item) + Listpack::entry_size(second) + Listpack::entry_size(step));
        appender.add(item);
        appender.add(second);
        appender.add(std::int64_t{step});
        model.insert(model.end(), {item, second, std::to_string(step)});
        break;
      }
      default: {
        const std::size_t n = 1 + random.below(5);
        pack.erase(pack.at(i), n);
        model.erase(
            model.begin() + i,
            model.begin() + std::min<std::ptrdiff_t>(i + static_cast<std::ptrdiff_t>(n), std::ssize(model)));
      }
    }
    REQUIRE(pack.count() == model.size());
    if (step % 50 != 0) continue;
    REQUIRE(items_of(pack) == model);
    if (i < std::ssize(model)) {
      REQUIRE(pack[pack.at(i)] == model[static_cast<std::size_t>(i)]);
      REQUIRE(pack.at(i - static_cast<std::int64_t>(model.size())) == pack.at(i));
      const auto found = pack.find(model[static_cast<std::size_t>(i)]);
      REQUIRE(pack[found] == model[static_cast<std::size_t>(i)]);
    }
    const auto parsed = Listpack::parse(pack.serialize());
    REQUIRE(parsed);
    REQUIRE(items_of(*parsed) == model);
    Listpack copy = pack.clone();
    Listpack rest = copy.split(copy.at(i));
    REQUIRE(copy.count() + rest.count() == model.size());
    copy.append(std::move(rest));
    REQUIRE(items_of(copy) == model);
  }
}

TEST_CASE("Listpack: becomes large and small again", "[listpack]") {
  Listpack pack;
  std::vector<std::string> model;
  const auto grow = [&](std::size_t n, bool front) {
    for (std::size_t i = 0; i < n; ++i) {
      const std::string item = std::to_string(i) + std::string(i % 90, 'x');
      if (front) {
        pack.push_front(item);
        model.insert(model.begin(), item);
      } else {
        pack.push_back(item);
        model.push_back(item);
      }
    }
  };
  grow(2000, false);
  grow(2000, true);
  REQUIRE(pack.serialized_size() > 65536);
  REQUIRE(items_of(pack) == model);
  pack.trim();
  CHECK(pack.bytes() < pack.serialized_size() + 64);
  REQUIRE(items_of(pack) == model);
  Listpack rest = pack.split(pack.at(100));
  rest.erase(rest.at(50), rest.count() - 60);
  model.erase(model.begin() + 150, model.end() - 10);
  pack.append(std::move(rest));
  pack.trim();
  CHECK(pack.bytes() < pack.serialized_size() + 32);
  REQUIRE(items_of(pack) == model);
  while (pack.count() > 1) {
    pack.erase(pack.count() % 2 == 0 ? pack.begin() : pack.last());
    model.erase(model.size() % 2 == 0 ? model.begin() : model.end() - 1);
  }
  REQUIRE(items_of(pack) == model);
  CHECK(pack.bytes() < 300);
}

TEST_CASE("Listpack: gives its spare room back where small frames end", "[listpack]") {
  for (std::size_t size = 59'990; size <= 61'500; size += 10) {
    for (const bool was_larger : {false, true}) {
      INFO(size << " bytes" << (was_larger ? ", more before" : ""));
      std::vector<std::string> model(59, std::string(1000, 'x'));
      model.push_back(std::string(size - 59 * 1004 - 4, 'y'));
      Listpack pack;
      if (was_larger) pack.push_back(std::string(4000, 'z'));
      for (const auto& item : model) pack.push_back(item);
      if (was_larger) pack.erase(pack.begin());
      REQUIRE(pack.serialized_size() == size + 7);
      pack.trim();
      REQUIRE(pack.bytes() < size + 64);
      REQUIRE(items_of(pack) == model);
      pack.push_back("1");
      pack.push_front("2");
      model.push_back("1");
      model.insert(model.begin(), "2");
      REQUIRE(items_of(pack) == model);
    }
  }
}

TEST_CASE("Listpack: damaged bytes are refused or harmless", "[listpack][random]") {
  redouble::Random random(7);
  Listpack pack;
  for (int i = 0; i < 30; ++i) pack.push_back(random_item(random));
  const std::string good = pack.serialize();
  for (int i = 0; i < 5000; ++i) {
    std::string bad = good;
    bad[random.below(bad.size())] = static_cast<char>(random.next());
    if (random.below(4) == 0) bad.resize(random.below(bad.size()));
    if (const auto parsed = Listpack::parse(bad)) CHECK(items_of(*parsed).size() == parsed->count());
  }
}
