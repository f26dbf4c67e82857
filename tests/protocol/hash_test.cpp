// Statistical properties are checked with fixed inputs and seeds, so a failure repeats.
#include "protocol/hash.h"

#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

using namespace redouble;

namespace {

// The most crowded of 2^bits buckets when each key goes to the bucket of its low (or high) bits.
std::size_t fullest_bucket(const std::vector<std::string>& keys, int bits, bool high) {
  std::vector<std::size_t> sizes(std::size_t{1} << bits);
  for (const auto& key : keys) {
    const std::uint64_t hash = hash_bytes(key, 42);
    ++sizes[high ? hash >> (64 - bits) : hash & (sizes.size() - 1)];
  }
  return *std::max_element(sizes.begin(), sizes.end());
}

}  // namespace

TEST_CASE("hash: depends on every byte, the length and the seed", "[hash]") {
  for (std::size_t size = 0; size <= 200; ++size) {
    const std::string text(size, '\0');
    const std::uint64_t plain = hash_bytes(text, 1);
    INFO(size);
    CHECK(hash_bytes(text, 1) == plain);
    CHECK(hash_bytes(text, 2) != plain);
    CHECK(hash_bytes(text + '\0', 1) != plain);
    for (std::size_t i = 0; i < size; ++i) {
      std::string changed = text;
      changed[i] = 1;
      if (hash_bytes(changed, 1) == plain) FAIL("byte " << i << " is not read");
    }
  }
}

TEST_CASE("hash: the bytes around a text do not matter", "[hash]") {
  for (std::size_t size = 0; size <= 100; ++size) {
    const std::string text(size, 'k');
    const std::string framed = "<" + text + ">";
    CHECK(hash_bytes(std::string_view(framed).substr(1, size), 7) == hash_bytes(text, 7));
  }
}

TEST_CASE("hash: counted keys spread over power-of-two tables", "[hash]") {
  for (const std::string prefix : {"", "k", "key:", "user:session:", "a-rather-long-prefix-of-a-key:",
                                   "a-much-longer-prefix-that-passes-the-size-of-three-lanes-of-the-loop:"}) {
    std::vector<std::string> keys;
    for (int i = 0; i < 65536; ++i) keys.push_back(prefix + std::to_string(i));
    INFO(prefix);
    // Throwing 65,536 balls into as many bins fills the fullest with 8 or 9; 14 has a chance below 1e-6.
    CHECK(fullest_bucket(keys, 16, false) < 14);
    CHECK(fullest_bucket(keys, 16, true) < 14);
    // 256 in a bin on average, deviation 16.
    CHECK(fullest_bucket(keys, 8, false) < 350);
    CHECK(fullest_bucket(keys, 8, true) < 350);
  }
}

TEST_CASE("hash: binary counters do not collide", "[hash]") {
  std::set<std::uint64_t> seen;
  for (std::uint32_t i = 0; i < 100000; ++i) {
    char bytes[8] = {};
    std::memcpy(bytes + 2, &i, 4);
    seen.insert(hash_bytes({bytes, 8}, 3));
  }
  CHECK(seen.size() == 100000);
}

TEST_CASE("hash: one flipped bit changes about half of the result", "[hash]") {
  for (const std::size_t size : {1U, 3U, 4U, 7U, 8U, 15U, 16U, 17U, 32U, 33U, 48U, 49U, 97U, 200U}) {
    int changed_bits = 0;
    int flips = 0;
    for (std::uint64_t seed = 0; seed < 32; ++seed) {
      std::string text(size, static_cast<char>('a' + seed));
      const std::uint64_t before = hash_bytes(text, seed);
      for (std::size_t bit = 0; bit < size * 8; ++bit) {
        std::string flipped = text;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        const int distance = std::popcount(before ^ hash_bytes(flipped, seed));
        if (distance < 8) FAIL("size " << size << ", bit " << bit << ": only " << distance << " bits change");
        changed_bits += distance;
        ++flips;
      }
    }
    const double average = static_cast<double>(changed_bits) / flips;
    INFO(size);
    CHECK(average > 31);
    CHECK(average < 33);
  }
}
