// Counters that INFO shows and CONFIG RESETSTAT clears, and the same per command.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/histogram.h"

namespace redouble {

struct CommandStats {
  std::uint64_t calls = 0;
  std::uint64_t microseconds = 0;
  std::uint64_t rejected = 0;
  std::uint64_t failed = 0;
  std::unique_ptr<LatencyHistogram> latency;
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
  std::uint64_t error_replies = 0;
  std::uint64_t query_buffer_disconnections = 0;
  std::uint64_t output_buffer_disconnections = 0;
  std::uint64_t reads_processed = 0;
  std::uint64_t writes_processed = 0;
  std::size_t peak_memory = 0;

  /// Error replies by their code ("WRONGTYPE").
  std::map<std::string, std::uint64_t, std::less<>> errors;
  /// By the command's number in the table; made on first use.
  std::vector<CommandStats> commands;
};

}  // namespace redouble
