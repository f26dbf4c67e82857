// What maxmemory has cost: which keys went, when, why and at which memory, and whether any went that never
// should have. Filled by Engine::make_room (eviction.cpp), read by REDOUBLE EVICTIONS and by the embedding
// API.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "engine/clock.h"
#include "engine/config.h"

namespace redouble {

struct Eviction {
  Micros at;
  int db;
  std::string key;
  EvictionPolicy policy;
  std::size_t used_memory;  ///< before it went
  std::size_t maxmemory;
};

class EvictionLog {
 public:
  /// How many evictions are kept, the newest.
  static constexpr std::size_t kMost = 10'000;

  void add(Eviction eviction);
  const std::deque<Eviction>& all() const { return log_; }

  /// No key that matches the glob may ever be evicted: those that are from now on are kept as violations.
  void forbid(std::string_view pattern) { forbidden_.emplace_back(pattern); }
  const std::vector<std::string>& forbidden() const { return forbidden_; }
  const std::vector<Eviction>& violations() const { return violations_; }
  void clear() { *this = {}; }

 private:
  std::deque<Eviction> log_;
  std::vector<std::string> forbidden_;
  std::vector<Eviction> violations_;  // at most kMost
};

}  // namespace redouble
