// The parts of the memory in use, as redis-server 7.0.15 breaks its own down: one reckoning for INFO memory,
// MEMORY STATS and MEMORY DOCTOR. It is the model's (memory_model.h), the same on every machine, but for what
// replicas take: those are our own buffers, and no part of the memory in use.
#pragma once

#include <cstddef>
#include <vector>

namespace redouble {

class Engine;

struct MemoryReport {
  /// The tables of a database that has keys: of all its keys, and of those with a deadline.
  struct Tables {
    int database;
    std::size_t main, expires;
  };

  std::size_t used = 0, peak = 0, startup = 0;
  std::size_t clients = 0;
  std::size_t backlog = 0, replicas = 0;   // not in `used`: no eviction makes room for them
  std::size_t scripts = 0, functions = 0;  // their sources
  std::size_t overhead = 0;                // all but the data: startup, clients, scripts, tables
  std::size_t dataset = 0;                 // the rest
  std::size_t keys = 0;
  std::vector<Tables> databases;

  /// What was added since the start.
  std::size_t grown() const { return used > startup ? used - startup : 0; }
  double peak_percentage() const;
  double dataset_percentage() const;
};

/// Also takes note of a new peak.
MemoryReport memory_report(Engine& engine);

}  // namespace redouble
