// How long a command's calls took, as LATENCY HISTOGRAM and INFO latencystats of redis-server 7.0.15 show it.
//
// Counts fall into slots of at most 1% of their value: an HdrHistogram of 1 ns to 1 s with two significant
// digits. 1 KB is taken for each power of two that is met.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace redouble {

// `calls` calls took at most `micros` microseconds (the slot's end, rounded down).
struct LatencyStep {
  std::int64_t micros;
  std::uint64_t calls;

  bool operator==(const LatencyStep&) const = default;
};

class LatencyHistogram {
 public:
  // Redis measures whole microseconds and records them times 1,000. Outside of 1 ns to 1 s the nearest
  // counts. So many calls took as long.
  void record(std::uint64_t nanoseconds, std::uint64_t calls = 1);

  std::uint64_t count() const;

  // The end of the slot that holds the given percentage of calls, its begin for 0. 0 when nothing is
  // recorded. INFO shows it in microseconds with three decimals.
  std::int64_t percentile_ns(double percent) const;

  // The rows of LATENCY HISTOGRAM: calls so far at each power of two from 1,024 ns on, where it has grown.
  std::vector<LatencyStep> steps() const;

  void reset() { *this = {}; }

  // Bytes that it takes.
  std::size_t memory_bytes() const;

 private:
  static constexpr std::uint64_t kShortest = 1, kLongest = 1'000'000'000;
  static constexpr std::size_t kGroups = 24;
  static constexpr std::size_t kGroupSlots = 128;
  using Group = std::array<std::uint64_t, kGroupSlots>;

  // Group 0 holds 0..127 ns, group g > 0 the values from 2^(6+g) up to 2^(7+g) in equal slots.
  std::array<std::unique_ptr<Group>, kGroups> groups_;
};

inline void LatencyHistogram::record(std::uint64_t nanoseconds, std::uint64_t calls) {
  const std::uint64_t value = std::clamp(nanoseconds, kShortest, kLongest);
  const auto bits = static_cast<std::size_t>(std::bit_width(value));
  const std::size_t group = bits <= 7 ? 0 : bits - 7;
  const std::size_t slot = (group == 0 ? value : value >> (group - 1)) & (kGroupSlots - 1);
  auto& slots = groups_[group];
  if (!slots) [[unlikely]]
    slots = std::make_unique<Group>();
  (*slots)[slot] += calls;
}

}  // namespace redouble
