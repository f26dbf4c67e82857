// The bits of a string as BITCOUNT, BITPOS, BITOP and BITFIELD see them: bit 0 is the highest of the first
// byte. Words at a time where there is much to do. Bits past the end of a string are zeros.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace redouble {

/// How many bits are set.
std::uint64_t count_bits(std::string_view bytes);

/// The position of the first bit that is `set`; the number of bits when there is none.
std::uint64_t find_bit(std::string_view bytes, bool set);

inline bool bit_at(std::string_view bytes, std::uint64_t offset) {
  return offset / 8 < bytes.size() &&
         (static_cast<unsigned char>(bytes[offset / 8]) >> (7 - offset % 8) & 1) != 0;
}

/// The `width` (1 to 64) bits from `offset` on, as an unsigned number.
std::uint64_t read_bits(std::string_view bytes, std::uint64_t offset, unsigned width);
/// Writes the lowest `width` bits of `value`. REQUIRES: they fit into what `bytes` points to.
void write_bits(char* bytes, std::uint64_t offset, unsigned width, std::uint64_t value);

enum class BitOperation : std::uint8_t { all, any, odd, inverse };  // AND OR XOR NOT

/// Combines `sources` (one for NOT), each as if followed by zeros, into `size` bytes at `out`, which overlap
/// none of them. REQUIRES: no source is longer.
void combine_bits(BitOperation operation, std::span<const std::string_view> sources, char* out,
                  std::size_t size);

}  // namespace redouble
