// A fast, seeded 64-bit hash of byte strings for hash tables with a power-of-two number of buckets.
//
// Every output bit depends on every input bit and on the seed (64 x 64 -> 128 bit multiplications folded
// together). The value is for this process only: it depends on the machine's byte order, is not stored and
// not sent. Not a cryptographic hash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace redouble {
namespace hash_detail {

__extension__ typedef unsigned __int128 Uint128;

// Odd constants with 32 bits set, so that inputs of zeros still meet a dense factor.
inline constexpr std::uint64_t kSecret[4] = {0x9e3779b185ebca87ULL, 0xc2b2ae3d27d4eb4fULL,
                                             0x8ebc6af09c88c6e3ULL, 0x589965cc75374cc3ULL};

inline std::uint64_t read8(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, 8);
  return word;
}

inline std::uint64_t read4(const char* at) {
  std::uint32_t word;
  std::memcpy(&word, at, 4);
  return word;
}

inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Uint128 product = Uint128{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// Takes in all of a text longer than 32 bytes but its last 16. `at` and `left` move to what is left.
std::uint64_t absorb_long(const char*& at, std::size_t& left, std::uint64_t state);

}  // namespace hash_detail

[[gnu::always_inline]] inline std::uint64_t hash_bytes(std::string_view text, std::uint64_t seed) {
  using namespace hash_detail;
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t state = fold(seed ^ kSecret[0], kSecret[1]) ^ seed;
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  if (left > 16) {
    if (left > 32) state = absorb_long(at, left, state);
    if (left > 16) state = fold(read8(at) ^ kSecret[2], read8(at + 8) ^ state);
    a = read8(at + left - 16);
    b = read8(at + left - 8);
  } else if (left >= 8) {
    a = read8(at);
    b = read8(at + left - 8);
  } else if (left >= 4) {
    a = read4(at);
    b = read4(at + left - 4);
  } else if (left > 0) {
    a = static_cast<std::uint64_t>(static_cast<unsigned char>(at[0])) << 16 |
        static_cast<std::uint64_t>(static_cast<unsigned char>(at[left / 2])) << 8 |
        static_cast<unsigned char>(at[left - 1]);
  }
  // Both halves of the first product go on: a zero factor in it does not wipe out the other operand's length
  // and seed.
  const Uint128 product = Uint128{a ^ kSecret[1]} * (b ^ state);
  return fold(static_cast<std::uint64_t>(product) ^ kSecret[3] ^ text.size(),
              static_cast<std::uint64_t>(product >> 64) ^ kSecret[2] ^ state);
}

}  // namespace redouble
