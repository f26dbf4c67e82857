// Copies a byte string. Keys, names and most values are short: a call of memcpy costs more than copying them
// in two pieces, which overlap where there are less than two full ones.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace redouble {

/// Returns where the copy ends. The two may overlap.
[[gnu::always_inline]] inline char* copy_bytes(std::string_view bytes, char* to) {
  const std::size_t size = bytes.size();
  const auto copy_both_ends = [&](auto front) {
    auto back = front;
    const std::size_t behind = size - sizeof front;
    std::memcpy(&front, bytes.data(), sizeof front);
    std::memcpy(&back, bytes.data() + behind, sizeof back);
    std::memcpy(to, &front, sizeof front);
    std::memcpy(to + behind, &back, sizeof back);
  };
  if (size > 32)
    std::memmove(to, bytes.data(), size);
  else if (size >= 16)
    copy_both_ends(std::array<char, 16>());
  else if (size >= 8)
    copy_both_ends(std::uint64_t{});
  else if (size >= 4)
    copy_both_ends(std::uint32_t{});
  else if (size >= 2)
    copy_both_ends(std::uint16_t{});
  else if (size == 1)
    *to = bytes.front();
  return to + size;
}

}  // namespace redouble
