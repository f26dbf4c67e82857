// The sort behind SORT … LIMIT and GEOSEARCH … COUNT: Bentley and McIlroy's quicksort, which leaves out the
// parts that hold none of the wanted places. Not stable: elements that compare equal come out in an order of
// its own, and clients see that order, so the steps (median of three or nine, split in three) are Redis's.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

namespace redouble {

namespace partial_sort_detail {

template <class T, class Compare>
std::size_t median(const T* items, std::size_t a, std::size_t b, std::size_t c, Compare& compare) {
  if (compare(items[a], items[b]) < 0)
    return compare(items[b], items[c]) < 0 ? b : compare(items[a], items[c]) < 0 ? c : a;
  return compare(items[b], items[c]) > 0 ? b : compare(items[a], items[c]) < 0 ? a : c;
}

template <class T>
void swap_runs(T* a, T* b, std::size_t n) {
  for (; n > 0; --n) std::swap(*a++, *b++);
}

template <class T, class Compare>
std::size_t choose_pivot(const T* items, std::size_t n, Compare& compare) {
  std::size_t low = 0, middle = n / 2, high = n - 1;
  if (n == 7) return middle;
  if (n > 40) {
    const std::size_t d = n / 8;
    low = median(items, low, low + d, low + 2 * d, compare);
    middle = median(items, middle - d, middle, middle + d, compare);
    high = median(items, high - 2 * d, high - d, high, compare);
  }
  return median(items, low, middle, high, compare);
}

}  // namespace partial_sort_detail

/// Sorts `n` items so that the places from `first` to `last`, both included, hold what a full sort would put
/// there. `compare(a, b)` is negative, zero or positive. `offset` is the place of items[0].
template <class T, class Compare>
void partial_sort(T* items, std::size_t n, Compare compare, std::size_t first, std::size_t last,
                  std::size_t offset = 0) {
  namespace detail = partial_sort_detail;
  while (true) {
    if (n < 7) {
      for (std::size_t i = 1; i < n; ++i)
        for (std::size_t j = i; j > 0 && compare(items[j - 1], items[j]) > 0; --j)
          std::swap(items[j], items[j - 1]);
      return;
    }
    std::swap(items[0], items[detail::choose_pivot(items, n, compare)]);
    // [equal | less | not seen | greater | equal]: a..b less, c..d greater, the equal ones at both ends.
    std::size_t a = 1, b = 1, c = n, d = n;
    while (true) {
      int order = 0;
      while (b < c && (order = compare(items[b], items[0])) <= 0) {
        if (order == 0) std::swap(items[a++], items[b]);
        ++b;
      }
      while (b < c && (order = compare(items[c - 1], items[0])) >= 0) {
        if (order == 0) std::swap(items[c - 1], items[--d]);
        --c;
      }
      if (b >= c) break;
      std::swap(items[b++], items[--c]);
    }
    const std::size_t less = b - a, greater = d - c;
    const std::size_t front = std::min(a, less), back = std::min(greater, n - d);
    detail::swap_runs(items, items + b - front, front);
    detail::swap_runs(items + b, items + n - back, back);
    const auto wanted = [&](std::size_t begin, std::size_t size) {
      return first < begin + size && last >= begin;
    };
    if (less > 1 && wanted(offset, less)) partial_sort(items, less, compare, first, last, offset);
    const std::size_t rest = n - greater;
    if (greater <= 1 || !wanted(offset + rest, greater)) return;
    items += rest;
    offset += rest;
    n = greater;
  }
}

}  // namespace redouble
