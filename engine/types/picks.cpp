#include "engine/types/picks.h"

namespace redouble {

std::vector<std::size_t> pick_numbers(std::size_t k, std::size_t n, Random& random) {
  std::vector<std::size_t> numbers;
  numbers.reserve(k);
  if (is_large_part(k, n)) {
    Selection selection(k, n, random);
    for (std::size_t i = 0; !selection.complete(); ++i)
      if (selection.wants()) numbers.push_back(i);
    return numbers;
  }
  std::unordered_set<std::size_t> seen;
  while (numbers.size() < k) {
    const std::size_t number = random.below(n);
    if (seen.insert(number).second) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace redouble
