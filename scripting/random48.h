// The generator behind math.random: the 48-bit one of POSIX's lrand48, which Redis carries so that scripts
// see the same numbers on every platform. Its state outlives scripts, as in Redis: only math.randomseed sets
// it.
#pragma once

#include <cstdint>

namespace redouble {

class Random48 {
 public:
  void seed(std::int32_t value) {
    state_ = (static_cast<std::uint64_t>(static_cast<std::uint32_t>(value)) << 16) | 0x330e;
  }
  /// Uniform in [0, 2^31).
  std::int32_t next() {
    state_ = (state_ * 0x5deece66du + 0xb) & 0xffffffffffffu;
    return static_cast<std::int32_t>(state_ >> 17);
  }

 private:
  std::uint64_t state_ = 0x1234abcd330e;
};

}  // namespace redouble
