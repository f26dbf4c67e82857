// What maxmemory has cost: which keys went, when, why, for which command and at which memory; and whether any
// went that never should have. Filled by Engine::make_room, read by REDOUBLE EVICTIONS and by the embedding
// API. Bounded: the newest evictions are kept, and the first that were forbidden; the rest is counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "engine/clock.h"
#include "engine/config.h"

namespace redouble {

/// One key that went.
struct Eviction {
  Micros at = 0;
  int db = 0;
  std::string key;  ///< of a very long name the beginning: see EvictionLog::kMostName
  EvictionPolicy policy = EvictionPolicy::noeviction;
  /// What made it the one: seconds since its last use (LRU), its counter (LFU), milliseconds that it had left
  /// to live (TTL); 0 for a random one.
  std::int64_t measure = 0;
  std::string_view command = {};  ///< that room was made for, as Command::name; empty: time alone went on
  std::size_t used_memory = 0;    ///< before it went, the request included
  std::size_t maxmemory = 0;

  std::string_view policy_name() const;
  /// "set", "config|set".
  std::string command_name() const;
  /// "least recently used, idle for 12 s".
  std::string why() const;
  /// The whole in a line: "'queue:7' of database 0 (least recently used, …), 1048700 of 1048576 bytes …".
  std::string describe() const;
};

class EvictionLog {
 public:
  /// How many evictions are kept, and how many bytes of key names with them.
  static constexpr std::size_t kMost = 10'000;
  static constexpr std::size_t kMostBytes = std::size_t{4} << 20;
  /// How many violations of one assertion are kept, and how many bytes those of all assertions take; more are
  /// counted. The first of each assertion is always kept.
  static constexpr std::size_t kMostViolations = 1'000;
  static constexpr std::size_t kMostViolationBytes = std::size_t{4} << 20;
  /// How many bytes of a key's name are kept; what is cut ends with "...".
  static constexpr std::size_t kMostName = 1'024;

  /// "No key that matches may ever be evicted": those that are, from the day it was made.
  struct Assertion {
    std::uint64_t id;
    bool from_client;  ///< made over the wire: forgotten when the server is reset
    std::string pattern;
    std::vector<Eviction> violations = {};
    std::uint64_t count = 0;
    std::size_t bytes = 0;  // of the violations
  };

  void add(std::string_view key, const Eviction& facts);
  /// Oldest first.
  const std::deque<Eviction>& kept() const { return kept_; }
  /// All since the start or the last `forget`.
  std::uint64_t count() const { return count_; }
  /// Forgets what went, violations included; assertions stay.
  void forget();
  /// What a reset of the server leaves: the assertions of the program around it, with their violations.
  void reset();

  /// How many assertions clients may make, and with patterns of how many bytes.
  static constexpr std::size_t kMostFromClients = 128;
  static constexpr std::size_t kMostPattern = 1'024;

  /// Begins an assertion and returns its id. A client's pattern that stands already keeps its id; 0 when it
  /// would be one too many.
  std::uint64_t forbid(std::string_view pattern, bool from_client);
  /// Ends one; what does not stand is no error.
  void allow(std::uint64_t id);
  const std::vector<Assertion>& assertions() const { return assertions_; }
  const Assertion* assertion(std::uint64_t id) const;

 private:
  std::size_t violation_bytes() const;

  std::deque<Eviction> kept_;
  std::size_t kept_bytes_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t last_id_ = 0;
  std::vector<Assertion> assertions_;
};

}  // namespace redouble
