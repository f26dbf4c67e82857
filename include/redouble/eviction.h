// What maxmemory has cost a test: the keys that were evicted, and the assertion that some never may be.
//
//   auto queue_stays = server.never_evict("queue:*");
//   …
//   CHECK(queue_stays.report() == "");   // Catch2;  EXPECT_EQ(queue_stays.report(), "") in GoogleTest
//
// Needs only the C++17 standard library.
#pragma once

#include <redouble/export.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace redouble {

class Server;

/// One key that went because of `maxmemory`.
struct EvictedKey {
  std::string key;  ///< past 1,024 bytes cut, with "..." behind
  int db = 0;
  std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>
      at;                     ///< on the server's clock
  std::string policy;         ///< "allkeys-lru"
  std::string why;            ///< "least recently used, idle for 12 s"
  std::string command;        ///< that room was made for: "set", "config|set"; empty: none
  std::size_t used_memory{};  ///< before it went, the request included
  std::size_t maxmemory{};
};

/// Thrown by NeverEvict::check; what() is its report.
class REDOUBLE_EXPORT ForbiddenEviction : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The assertion that no key matching a pattern is evicted, from Server::never_evict to the end of its scope.
/// It changes nothing that the server does: it watches. REQUIRES: the server lives as long.
class REDOUBLE_EXPORT NeverEvict {
 public:
  NeverEvict(NeverEvict&& other) noexcept;
  NeverEvict& operator=(NeverEvict&& other) noexcept;
  ~NeverEvict();

  /// True as long as no such key went.
  bool held() const;
  /// Empty as long as it held, or else a line for each key that went: what a failed comparison shows.
  std::string report() const;
  /// The keys that went, oldest first: the first one always, others as long as 4 MB hold what all assertions
  /// keep.
  std::vector<EvictedKey> violations() const;
  /// Throws ForbiddenEviction unless it held.
  void check() const;

 private:
  friend class Server;
  NeverEvict(Server& server, std::uint64_t id) : server_(&server), id_(id) {}
  void end() noexcept;

  Server* server_;  // null once moved from
  std::uint64_t id_;
};

}  // namespace redouble
