// The 24-bit age field of a key, as Redis keeps it: seconds under LRU policies; under LFU policies sixteen
// bits of minutes and a counter that grows with the logarithm of the uses and decays with time.
#include "engine/engine.h"

namespace redouble {
namespace {

constexpr std::uint32_t kHighestCount = 255;
constexpr std::int64_t kClockRound = (1 << 24) - 1;

std::uint32_t minutes(Micros now) {
  return static_cast<std::uint32_t>(now / 60'000'000) & 0xffff;
}

}  // namespace

std::uint32_t Engine::idle_since(std::uint32_t used) const {
  const std::uint32_t now = lru_clock();
  return now >= used ? now - used : static_cast<std::uint32_t>(kClockRound) - used + now;
}

std::uint32_t Engine::decayed_frequency(std::uint32_t age) const {
  const std::uint32_t then = age >> 8;
  const std::uint32_t count = age & 0xff;
  const std::uint32_t now = minutes(now_);
  const std::uint32_t passed = now >= then ? now - then : 0xffff - then + now;
  const auto period = config.number(Setting::lfu_decay_time);
  const auto periods = period == 0 ? 0 : passed / static_cast<std::uint32_t>(period);
  return periods > count ? 0 : count - periods;
}

// The field of a key that is used now, under an LFU policy.
std::uint32_t Engine::counted(std::optional<std::uint32_t> before) {
  std::uint32_t count = before ? decayed_frequency(*before) : kFirstCount;
  if (before && count < kHighestCount) {
    const double above = count > kFirstCount ? count - kFirstCount : 0;
    const auto factor = static_cast<double>(config.number(Setting::lfu_log_factor));
    if (random.unit() < 1.0 / (above * factor + 1)) ++count;
  }
  return minutes(now_) << 8 | count;
}

std::uint32_t Engine::age_with(std::optional<std::int64_t> idle_seconds,
                               std::optional<std::uint8_t> frequency) {
  if (counts_frequency()) return frequency ? minutes(now_) << 8 | *frequency : aged(std::nullopt);
  const auto clock = std::int64_t{lru_clock()};
  if (!idle_seconds) return lru_clock();
  // Older than the clock itself can tell: half its round.
  if (*idle_seconds > clock) return static_cast<std::uint32_t>((clock + kClockRound / 2) % kClockRound);
  return static_cast<std::uint32_t>(clock - *idle_seconds);
}

bool Engine::shares_integer(std::int64_t number) const {
  if (number < 0 || number >= 10'000) return false;
  if (config.number(Setting::maxmemory) == 0) return true;
  switch (config.eviction_policy()) {
    case EvictionPolicy::volatile_lru:
    case EvictionPolicy::volatile_lfu:
    case EvictionPolicy::allkeys_lru:
    case EvictionPolicy::allkeys_lfu:
      return false;
    default:
      return true;
  }
}

}  // namespace redouble
