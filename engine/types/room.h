// How much to allocate for bytes that may grow: the allocator's own rounding for small sizes, steps of an
// eighth of the size for larger ones, which is half of what jemalloc rounds by in redis-server.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>

namespace redouble {

/// A function of the size alone. REQUIRES: size > 0.
inline std::size_t room_for(std::size_t size) {
  constexpr std::size_t kAlignment = 16, kMallocHeader = 8;
  const std::size_t step = std::max(kAlignment, std::bit_floor(size) / 8);
  return (size + kMallocHeader + step - 1) / step * step - kMallocHeader;
}

/// No more than the allocator's own rounding, for bytes that are not going to grow. REQUIRES: size > 0.
inline std::size_t exact_room_for(std::size_t size) {
  constexpr std::size_t kAlignment = 16, kMallocHeader = 8;
  return (size + kMallocHeader + kAlignment - 1) / kAlignment * kAlignment - kMallocHeader;
}

}  // namespace redouble
