#include "engine/types/bits.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace redouble {
namespace {

std::uint64_t load(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

void store(char* at, std::uint64_t word) {
  std::memcpy(at, &word, sizeof word);
}

// The bits of each byte of a word, added up within that byte.
std::uint64_t counts_by_byte(std::uint64_t word) {
  word -= word >> 1 & 0x5555555555555555;
  word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
  return (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
}

// The sum of a word's bytes, which may be up to 255 each.
std::uint64_t sum_of_bytes(std::uint64_t word) {
  word = (word & 0x00ff00ff00ff00ff) + (word >> 8 & 0x00ff00ff00ff00ff);
  return word * 0x0001000100010001 >> 48;
}

}  // namespace

// Not by the processor's own instruction, which the oldest machines that we are compiled for do not have;
// byte by byte in up to 31 words at once: 31 × 8 still fits into a byte.
std::uint64_t count_bits(std::string_view bytes) {
  constexpr std::size_t kWords = 31;
  std::uint64_t total = 0;
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (end - at >= 8) {
    const std::size_t words = std::min(kWords, static_cast<std::size_t>(end - at) / 8);
    std::uint64_t counts = 0;
    for (std::size_t i = 0; i < words; ++i) counts += counts_by_byte(load(at + 8 * i));
    total += sum_of_bytes(counts);
    at += 8 * words;
  }
  for (; at < end; ++at) total += static_cast<std::uint64_t>(std::popcount(static_cast<unsigned char>(*at)));
  return total;
}

std::uint64_t find_bit(std::string_view bytes, bool set) {
  const std::uint64_t skipped = set ? 0 : ~std::uint64_t{0};
  std::size_t i = 0;
  while (bytes.size() - i >= 8 && load(bytes.data() + i) == skipped) i += 8;
  for (; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(set ? bytes[i] : ~bytes[i]);
    if (byte != 0) return i * 8 + static_cast<unsigned>(std::countl_zero(byte));
  }
  return bytes.size() * 8;
}

std::uint64_t read_bits(std::string_view bytes, std::uint64_t offset, unsigned width) {
  std::uint64_t value = 0;
  while (width > 0) {
    const auto byte = offset / 8 < bytes.size() ? static_cast<unsigned char>(bytes[offset / 8]) : 0u;
    const unsigned room = 8 - static_cast<unsigned>(offset % 8);
    const unsigned taken = std::min(room, width);
    value = value << taken | (byte >> (room - taken) & ((1u << taken) - 1));
    offset += taken;
    width -= taken;
  }
  return value;
}

void write_bits(char* bytes, std::uint64_t offset, unsigned width, std::uint64_t value) {
  while (width > 0) {
    const unsigned room = 8 - static_cast<unsigned>(offset % 8);
    const unsigned taken = std::min(room, width);
    const unsigned shift = room - taken;
    const unsigned mask = ((1u << taken) - 1) << shift;
    const auto part = static_cast<unsigned>(value >> (width - taken) & 0xff) << shift & mask;
    char& byte = bytes[offset / 8];
    byte = static_cast<char>((static_cast<unsigned char>(byte) & ~mask) | part);
    offset += taken;
    width -= taken;
  }
}

namespace {

// out = out ∘ more, word by word.
template <class Combine>
void combine(char* out, const char* more, std::size_t size, Combine&& operation) {
  std::size_t i = 0;
  for (; size - i >= 8; i += 8) store(out + i, operation(load(out + i), load(more + i)));
  for (; i < size; ++i)
    out[i] =
        static_cast<char>(operation(static_cast<unsigned char>(out[i]), static_cast<unsigned char>(more[i])));
}

std::string_view part_of(std::string_view source, std::size_t begin, std::size_t size) {
  return begin < source.size() ? source.substr(begin, size) : std::string_view();
}

}  // namespace

// Block by block, so that what several sources make of one stays in the nearest cache.
void combine_bits(BitOperation operation, std::span<const std::string_view> sources, char* out,
                  std::size_t size) {
  constexpr std::size_t kBlock = 16 * 1024;
  for (std::size_t begin = 0; begin < size; begin += kBlock) {
    char* const block = out + begin;
    const std::size_t length = std::min(kBlock, size - begin);
    const std::string_view first = part_of(sources[0], begin, length);
    if (!first.empty()) std::memcpy(block, first.data(), first.size());
    std::memset(block + first.size(), 0, length - first.size());
    if (operation == BitOperation::inverse) combine(block, block, length, [](auto a, auto) { return ~a; });
    for (const auto source : sources.subspan(1)) {
      const std::string_view more = part_of(source, begin, length);
      switch (operation) {
        case BitOperation::all:
          combine(block, more.data(), more.size(), [](auto a, auto b) { return a & b; });
          std::memset(block + more.size(), 0, length - more.size());
          break;
        case BitOperation::any:
          combine(block, more.data(), more.size(), [](auto a, auto b) { return a | b; });
          break;
        default:
          combine(block, more.data(), more.size(), [](auto a, auto b) { return a ^ b; });
      }
    }
  }
}

}  // namespace redouble
