// The arithmetic of slots: a value's group is its highest bit, its slot the seven bits below.
#include "engine/histogram.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace redouble {
namespace {

constexpr std::size_t kFirstStepBit = 10;  // 1,024 ns

std::int64_t slot_begin(std::size_t group, std::size_t slot) {
  if (group == 0) return static_cast<std::int64_t>(slot);
  return static_cast<std::int64_t>((slot + 128) << (group - 1));
}

std::int64_t slot_end(std::size_t group, std::size_t slot) {
  const std::size_t width_bits = group == 0 ? 0 : group - 1;
  return slot_begin(group, slot) + (std::int64_t{1} << width_bits) - 1;
}

}  // namespace

std::uint64_t LatencyHistogram::count() const {
  std::uint64_t total = 0;
  for (const auto& slots : groups_)
    if (slots) total = std::accumulate(slots->begin(), slots->end(), total);
  return total;
}

std::int64_t LatencyHistogram::percentile_ns(double percent) const {
  const std::uint64_t total = count();
  if (total == 0) return 0;
  const double share = std::min(percent, 100.0) / 100;
  const auto wanted =
      std::max(std::uint64_t{1}, static_cast<std::uint64_t>(share * static_cast<double>(total) + 0.5));
  std::uint64_t seen = 0;
  for (std::size_t group = 0; group < kGroups; ++group) {
    if (!groups_[group]) continue;
    const Group& slots = *groups_[group];
    for (std::size_t slot = 0; slot < kGroupSlots; ++slot) {
      seen += slots[slot];
      if (seen >= wanted) return percent == 0 ? slot_begin(group, slot) : slot_end(group, slot);
    }
  }
  return 0;
}

std::vector<LatencyStep> LatencyHistogram::steps() const {
  std::vector<LatencyStep> result;
  std::uint64_t reported = 0;
  const auto report = [&](std::int64_t end, std::uint64_t calls) {
    if (calls > reported) result.push_back({end / 1000, calls});
    reported = calls;
  };
  std::uint64_t seen = 0;  // calls in the groups before this one
  for (std::size_t group = 0; group < kGroups; ++group) {
    const Group* const slots = groups_[group].get();
    // A step at 2^n takes in the whole slot that begins there: the first one of its group.
    if (group + 6 >= kFirstStepBit) report(slot_end(group, 0), seen + (slots ? (*slots)[0] : 0));
    if (!slots) continue;
    for (const std::uint64_t calls : *slots) seen += calls;
  }
  report(slot_end(kGroups - 1, kGroupSlots - 1), seen);
  return result;
}

std::size_t LatencyHistogram::memory_bytes() const {
  const auto groups = std::count_if(groups_.begin(), groups_.end(), [](const auto& g) { return !!g; });
  return sizeof *this + static_cast<std::size_t>(groups) * sizeof(Group);
}

}  // namespace redouble
