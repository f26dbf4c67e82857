// Counters that INFO shows and CONFIG RESETSTAT clears, and the same per command.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/clock.h"
#include "engine/histogram.h"

namespace redouble {

struct CommandStats {
  std::uint64_t calls = 0;
  std::uint64_t microseconds = 0;
  std::uint64_t rejected = 0;
  std::uint64_t failed = 0;
  std::unique_ptr<LatencyHistogram> latency;
};

struct Stats;

/// What INFO calls instantaneous: means per second between two looks that lie at least 100 ms apart.
struct Rates {
  double commands = 0;
  double bytes_in = 0;
  double bytes_out = 0;

  void sample(std::int64_t now_micros, const Stats& stats);

 private:
  std::int64_t sampled_at_ = 0;
  std::uint64_t commands_then_ = 0;
  std::uint64_t bytes_in_then_ = 0;
  std::uint64_t bytes_out_then_ = 0;
};

struct Stats {
  std::uint64_t connections_received = 0;
  std::uint64_t connections_rejected = 0;
  std::uint64_t commands_processed = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t keyspace_hits = 0;
  std::uint64_t keyspace_misses = 0;
  std::uint64_t expired_keys = 0;
  std::uint64_t evicted_keys = 0;
  std::uint64_t evicted_clients = 0;
  Micros over_limit_since = 0;   // maxmemory, when room was last looked for; 0 when it is not exceeded
  Micros over_limit_before = 0;  // how long it was exceeded in all the times before
  std::uint64_t error_replies = 0;
  std::uint64_t query_buffer_disconnections = 0;
  std::uint64_t output_buffer_disconnections = 0;
  std::uint64_t reads_processed = 0;
  std::uint64_t writes_processed = 0;
  std::uint64_t full_syncs = 0;  // of replicas
  std::uint64_t partial_syncs = 0;
  std::uint64_t refused_partial_syncs = 0;
  std::size_t peak_memory = 0;
  std::size_t histograms = 0;  // how many of `commands` have one
  Rates rates;

  /// Error replies by their code ("WRONGTYPE").
  std::map<std::string, std::uint64_t, std::less<>> errors;
  /// By the command's number in the table; made on first use.
  std::vector<CommandStats> commands;
};

inline void Rates::sample(std::int64_t now_micros, const Stats& stats) {
  const std::int64_t elapsed = now_micros - sampled_at_;
  if (elapsed < 100'000) return;
  const auto rate = [&](std::uint64_t now, std::uint64_t& then) {
    const double since = static_cast<double>(now - then) * 1e6 / static_cast<double>(elapsed);
    then = now;
    return sampled_at_ == 0 ? 0 : since;
  };
  commands = rate(stats.commands_processed, commands_then_);
  bytes_in = rate(stats.bytes_in, bytes_in_then_);
  bytes_out = rate(stats.bytes_out, bytes_out_then_);
  sampled_at_ = now_micros;
}

}  // namespace redouble
