// A small seeded generator with the same results on every platform and standard library.
#pragma once

#include <cstddef>
#include <cstdint>

namespace redouble::oracle {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  // splitmix64.
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  // From 0 to bound - 1; bound is not 0.
  size_t below(size_t bound) { return static_cast<size_t>(next() % bound); }

  bool chance(int percent) { return below(100) < static_cast<size_t>(percent); }

  template <typename Container>
  const auto& pick(const Container& from) {
    return *(from.begin() + static_cast<std::ptrdiff_t>(below(from.size())));
  }

 private:
  uint64_t state_;
};

}  // namespace redouble::oracle
