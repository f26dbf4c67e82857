// Whether two byte strings of one size are the same. Keys and names are short: comparing them in place costs
// less than a call of memcmp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace redouble {

inline bool same_bytes(const char* a, const char* b, std::size_t size) {
  const auto differ = [&](std::size_t at, auto word) {
    auto other = word;
    std::memcpy(&word, a + at, sizeof word);
    std::memcpy(&other, b + at, sizeof other);
    return word != other;
  };
  constexpr std::size_t kLong = 64;
  if (size > kLong) return std::memcmp(a, b, size) == 0;
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8)
      if (differ(at, std::uint64_t{})) return false;
    return !differ(size - 8, std::uint64_t{});  // with bytes that were compared already, perhaps
  }
  if (size >= 4) return !differ(0, std::uint32_t{}) && !differ(size - 4, std::uint32_t{});
  if (size >= 2) return !differ(0, std::uint16_t{}) && !differ(size - 2, std::uint16_t{});
  return size == 0 || *a == *b;
}

inline bool same_bytes(std::string_view a, std::string_view b) {
  return a.size() == b.size() && same_bytes(a.data(), b.data(), a.size());
}

}  // namespace redouble
