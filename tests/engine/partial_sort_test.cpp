#include "engine/partial_sort.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "engine/random.h"

using redouble::partial_sort;
using redouble::Random;

TEST_CASE("partial_sort: the wanted places hold what a full sort puts there", "[partial-sort]") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  CAPTURE(seed);
  Random random(seed);
  for (int round = 0; round < 500; ++round) {
    std::vector<int> items(1 + random.below(200));
    const std::uint64_t values = 1 + random.below(300);
    for (int& item : items) item = static_cast<int>(random.below(values));
    std::vector<int> sorted = items;
    std::sort(sorted.begin(), sorted.end());
    const std::size_t first = random.below(items.size());
    const std::size_t last = first + random.below(items.size() - first);
    partial_sort(
        items.data(), items.size(), [](int a, int b) { return a - b; }, first, last);
    for (std::size_t i = first; i <= last; ++i) REQUIRE(items[i] == sorted[i]);
    std::sort(items.begin(), items.end());
    REQUIRE(items == sorted);
  }
}
