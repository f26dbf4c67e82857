// The latency monitor (LATENCY LATEST, HISTORY, RESET): spikes above latency-monitor-threshold, per event.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace redouble {

class LatencyMonitor {
 public:
  struct Sample {
    std::int64_t seconds;  // unix time
    std::int64_t milliseconds;
  };
  struct Spikes {
    std::deque<Sample> samples;  // oldest first, at most 160, one a second: the highest
    std::int64_t highest = 0;
  };

  void add(std::string_view name, std::int64_t seconds, std::int64_t milliseconds) {
    const auto at = spikes_.try_emplace(std::string(name)).first;
    Spikes& spikes = at->second;
    if (milliseconds > spikes.highest) spikes.highest = milliseconds;
    if (!spikes.samples.empty() && spikes.samples.back().seconds == seconds) {
      Sample& last = spikes.samples.back();
      if (milliseconds > last.milliseconds) last.milliseconds = milliseconds;
      return;
    }
    spikes.samples.push_back({seconds, milliseconds});
    if (spikes.samples.size() > 160) spikes.samples.pop_front();
  }
  std::size_t reset() {
    const std::size_t n = spikes_.size();
    spikes_.clear();
    return n;
  }
  bool reset(std::string_view name) {
    const auto at = spikes_.find(name);
    if (at == spikes_.end()) return false;
    spikes_.erase(at);
    return true;
  }
  const std::map<std::string, Spikes, std::less<>>& spikes() const { return spikes_; }

 private:
  std::map<std::string, Spikes, std::less<>> spikes_;
};

}  // namespace redouble
