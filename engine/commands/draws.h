// What SRANDMEMBER, HRANDFIELD and ZRANDMEMBER share: reading the count, and its bound.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/call.h"

namespace redouble {

/// A negative count draws members again and again, as often as it says: redis-server runs out of memory.
/// We refuse when the reply would be larger than this, reckoned from what a member takes in the mean.
inline constexpr std::uint64_t kLargestDraw = std::uint64_t{512} << 20;

inline bool is_too_many_draws(std::uint64_t count, std::size_t mean_bytes) {
  constexpr std::size_t kFrame = 6;  // "$1", two ends of line
  return count > kLargestDraw / (mean_bytes + kFrame);
}

/// Reads the count. Anything but the least of all integers, which has no absolute value.
inline std::int64_t draw_count(Args& args) {
  return args.integer_in(-INT64_MAX, INT64_MAX, err::draw_count_out_of_range);
}

}  // namespace redouble
