// A table finds each of a million nodes, what a bucket knows of its chain is true whatever is done to it, and
// draws are fair where chains are long.
#include <catch2/catch.hpp>

#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "engine/hash_table.h"
#include "engine/random.h"

using namespace redouble;

namespace {

struct Number {
  Number* next = nullptr;
  std::uint64_t value = 0;
};

struct Links {
  static Number*& next(Number& number) { return number.next; }
};

struct Even : Links {
  static std::uint64_t hash(const Number& number, std::uint64_t) {
    return number.value * 0x9e3779b97f4a7c15u >> 20;
  }
};

// Every third one shares its bucket with many.
struct Uneven : Links {
  static std::uint64_t hash(const Number& number, std::uint64_t seed) {
    return number.value % 3 == 0 ? 5 : Even::hash(number, seed);
  }
};

using Table = HashTable<Number, Uneven>;

template <class Hash>
Number* find(const HashTable<Number, Hash>& table, const Number& number) {
  return table.find(Hash::hash(number, 0), [&](const Number& other) { return &other == &number; });
}

std::size_t nodes_in_chains(const Table& table) {
  std::size_t nodes = 0;
  for (const int t : {0, 1}) table.for_each_chain(t, [&](std::size_t length) { nodes += length; });
  return nodes;
}

}  // namespace

TEST_CASE("hash table: chains of every length know how many they are", "[hash_table]") {
  Random random(7);
  std::vector<Number> numbers(100), others(100);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i].value = others[i].value = i;
  std::vector<Number*> in(numbers.size());
  Table table;
  std::size_t size = 0;
  const auto put_in = [&](std::size_t i) {
    in[i] = &numbers[i];
    table.insert(in[i], Uneven::hash(numbers[i], 0), random.below(2) == 0);
    ++size;
  };
  const auto take_out = [&](std::size_t i) {
    table.remove(in[i], Uneven::hash(numbers[i], 0));
    in[i] = nullptr;
    --size;
  };
  for (int step = 0; step < 20'000; ++step) {
    // Fills up and runs empty in turns.
    const std::size_t i = random.below(numbers.size());
    const bool is_filling = step / 500 % 2 == 0;
    if (in[i] == nullptr && is_filling) {
      put_in(i);
    } else if (in[i] != nullptr && !is_filling) {
      take_out(i);
    } else if (in[i] != nullptr) {
      Number& fresh = in[i] == &numbers[i] ? others[i] : numbers[i];
      fresh.next = in[i]->next;
      table.replace(in[i], &fresh, Uneven::hash(fresh, 0));
      in[i] = &fresh;
    }
    REQUIRE(table.size() == size);
    REQUIRE(nodes_in_chains(table) == size);
    if (in[i] != nullptr) REQUIRE(find(table, *in[i]) == in[i]);
    if (size > 0) {
      const Number* const drawn = table.random([&](std::uint64_t n) { return random.below(n); });
      REQUIRE(in[drawn->value] == drawn);
    }
  }
}

TEST_CASE("hash table: a draw finds each node as often, in chains of any length, also while it grows",
          "[hash_table]") {
  constexpr int kDraws = 2000;
  for (const std::size_t n : {1u, 3u, 20u, 33u}) {
    Random random(n);
    std::vector<Number> numbers(n);
    Table table;
    for (std::size_t i = 0; i < n; ++i) {
      numbers[i].value = i;
      table.insert(&numbers[i], Uneven::hash(numbers[i], 0));
    }
    std::map<const Number*, double> times;
    for (std::size_t i = 0; i < n * kDraws; ++i)
      ++times[table.random([&](std::uint64_t below) { return random.below(below); })];
    double deviation = 0;
    for (const Number& number : numbers) deviation += (times[&number] - kDraws) * (times[&number] - kDraws);
    // Chi squared with n - 1 degrees of freedom: its mean, and six standard deviations of it.
    const double freedom = static_cast<double>(n - 1);
    INFO(n);
    CHECK(deviation / kDraws <= freedom + 6 * std::sqrt(2 * freedom));
  }
}

TEST_CASE("hash table: a copy has the same chains", "[hash_table]") {
  std::vector<Number> numbers(50), twins(50);
  Table table, copy;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i].value = twins[i].value = i;
    table.insert(&numbers[i], Uneven::hash(numbers[i], 0));
  }
  copy.copy_from(table, [&](const Number& number) { return &twins[number.value]; });
  for (const int t : {0, 1}) {
    std::vector<std::size_t> lengths, same;
    table.for_each_chain(t, [&](std::size_t length) { lengths.push_back(length); });
    copy.for_each_chain(t, [&](std::size_t length) { same.push_back(length); });
    CHECK(lengths == same);
  }
  for (const Number& twin : twins) CHECK(find(copy, twin) == &twin);
  for (const Number& number : numbers) CHECK(find(table, number) == &number);
}

TEST_CASE("hash table: each of a million nodes is found while it grows, shrinks and is drained",
          "[hash_table]") {
  std::vector<Number> numbers(1'000'000);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i].value = i;
  HashTable<Number, Even> table;
  std::size_t in = 0;
  const auto all_found = [&] {
    for (std::size_t i = 0; i < numbers.size(); i += 997)
      if ((find(table, numbers[i]) != nullptr) != (i < in)) return false;
    return true;
  };
  for (; in < numbers.size(); ++in) {
    table.insert(&numbers[in], Even::hash(numbers[in], 0));
    if (in % 65'536 == 1) REQUIRE(all_found());
  }
  for (; in > 50'000; --in) {
    Number& last = numbers[in - 1];
    table.remove(&last, Even::hash(last, 0));
    if (in % 65'536 == 1) REQUIRE(all_found());
  }
  CHECK(table.rehashing());  // both tables have nodes
  std::uint64_t visited = 0;
  table.for_each([&](const Number& number) { visited += number.value; });
  CHECK(visited == 50'000ull * 49'999 / 2);
  std::size_t drained = 0;
  int slices = 0;
  for (bool done_yet = false; !done_yet; ++slices)
    done_yet = table.drain(1000, [&](Number* number) { drained += number->value < 50'000; });
  CHECK(drained == 50'000);
  CHECK(slices >= 50);
  CHECK(table.buckets(0) + table.buckets(1) == 0);
}
