// Memory of big arrays: what was given back reads as zeros, and a vector of it keeps its items however it
// grows and shrinks.
#include "engine/pages.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace redouble {
TEST_CASE("pages: a part that is given back is zeros, the rest stays", "[pages]") {
  constexpr std::size_t kBytes = 4 * 1024 * 1024;
  auto* bytes = static_cast<unsigned char*>(allocate_zeros(kBytes));
  REQUIRE(bytes != nullptr);
  std::fill_n(bytes, kBytes, 7);
  CHECK(give_back(bytes + kGivenBack, kGivenBack, kBytes));
  CHECK(std::count(bytes, bytes + kBytes, 7) == kBytes - kGivenBack);
  CHECK(std::count(bytes + kGivenBack, bytes + 2 * kGivenBack, 0) == kGivenBack);
  free_zeros(bytes, kBytes);
  CHECK_FALSE(give_back(&bytes, kGivenBack, 1000));
}

TEST_CASE("pages: an array keeps its bytes when it grows, small or big, and ends in zeros", "[pages]") {
  std::size_t bytes = 1000;
  auto* array = static_cast<unsigned char*>(allocate_zeros(bytes));
  std::fill_n(array, bytes, 1);
  for (std::size_t more = 2000; more <= 8'000'000; bytes = more, more *= 2) {
    array = static_cast<unsigned char*>(grow_zeros(array, bytes, more));
    REQUIRE(array != nullptr);
    REQUIRE(std::count(array, array + more, 1) == 1000);
    REQUIRE(std::count(array, array + more, 0) == static_cast<std::ptrdiff_t>(more) - 1000);
  }
  free_zeros(array, bytes);
}

TEST_CASE("pages: a vector that grows and shrinks by a million is as a std::vector", "[pages]") {
  PagedVector<std::uint64_t> ours;
  std::vector<std::uint64_t> model;
  std::uint64_t next = 0;
  for (const std::size_t size : {10u, 1'000'000u, 300'000u, 900'000u, 0u, 5u}) {
    for (; model.size() < size; ++next) {
      model.push_back(next);
      ours.push_back(next);
    }
    for (; model.size() > size; model.pop_back()) {
      REQUIRE(ours.back() == model.back());
      ours.pop_back();
    }
    REQUIRE(ours.size() == size);
    PagedVector<std::uint64_t> copy(ours);
    ours.swap(copy);
    bool same = true;
    for (std::size_t i = 0; i < size; ++i) same &= ours[i] == model[i] && copy[i] == model[i];
    CHECK(same);
  }
}

}  // namespace redouble
