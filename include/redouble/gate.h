// A place where commands stop until the test lets them go on: what sleeps are for in other tests.
//
//   auto gate = server.gate("COMMAND SET KEY cache:*");
//   …                                 // another thread or process fills the cache
//   REQUIRE(gate.wait(2));            // two clients are about to write
//   gate.release();
//
// Matchers are those of `REDOUBLE FAULT HELP`, places those of `REDOUBLE GATE HELP`. Needs only the C++17
// standard library.
#pragma once

#include <redouble/export.h>

#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>

namespace redouble {

class Server;

/// A gate, from Server::gate to the end of its scope; who stands there then goes on. REQUIRES: the server
/// lives as long.
class REDOUBLE_EXPORT Gate {
 public:
  static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

  Gate(Gate&& other) noexcept;
  Gate& operator=(Gate&& other) noexcept;
  ~Gate();

  /// Waits until `n` clients or more stand there; false when they do not within `timeout` of real time.
  [[nodiscard]] bool wait(std::size_t n = 1,
                          std::chrono::milliseconds timeout = std::chrono::seconds(5)) const;
  /// How many stand there.
  std::size_t standing() const;
  /// Lets the first `n` go on, in the order in which they came; returns how many did.
  std::size_t release(std::size_t n = all);
  /// Disconnects the first `n`; returns how many.
  std::size_t cut(std::size_t n = all);

 private:
  friend class Server;
  struct Impl;
  explicit Gate(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;  // null once moved from
};

}  // namespace redouble
