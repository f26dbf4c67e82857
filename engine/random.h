// The engine's only source of randomness: xoshiro256**, seeded, the same sequence on every platform.
//
// Invariant: the sequence depends on the seed and on the calls alone. Not for secrets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace redouble {

/// A seed as it is written: a whole number from 1 to 18446744073709551615.
std::optional<std::uint64_t> parse_seed(std::string_view text);

class Random {
 public:
  explicit Random(std::uint64_t seed) { reseed(seed); }

  // Starts over: the same seed gives the same sequence again.
  void reseed(std::uint64_t seed);

  std::uint64_t next() {
    const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate_left(state_[3], 45);
    return result;
  }

  // Uniform in [0, n), without bias. REQUIRES: n > 0.
  std::uint64_t below(std::uint64_t n) {
    // The high half of next() * n is the result; low halves under 2^64 mod n belong to the uneven rest.
    const Uint128 product = Uint128{next()} * n;
    if (static_cast<std::uint64_t>(product) < n) [[unlikely]]
      return below_again(product, n);
    return static_cast<std::uint64_t>(product >> 64);
  }

  // Uniform in [0, 1), a multiple of 2^-53.
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  void fill(void* bytes, std::size_t size);

  // `digits` lowercase hexadecimal digits, as in run ids.
  std::string hex(std::size_t digits);

 private:
  __extension__ typedef unsigned __int128 Uint128;

  std::uint64_t below_again(Uint128 product, std::uint64_t n);
  static constexpr std::uint64_t rotate_left(std::uint64_t value, int bits) {
    return value << bits | value >> (64 - bits);
  }

  std::uint64_t state_[4];
};

}  // namespace redouble
