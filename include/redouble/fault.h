// What is to go wrong: a rule that lets commands, connections or messages fail, for the length of a scope.
//
//   auto lost = server.fault("COMMAND INCR KEY limit:* FIRST 1 LOSE");  // counted, and the reply never comes
//   …
//   CHECK(lost.hits() == 1);
//
// Matchers and actions are those of `REDOUBLE FAULT HELP`. Needs only the C++17 standard library.
#pragma once

#include <redouble/export.h>

#include <cstdint>
#include <memory>

namespace redouble {

class Server;

/// A rule, from Server::fault to the end of its scope. REQUIRES: the server lives as long.
class REDOUBLE_EXPORT Fault {
 public:
  Fault(Fault&& other) noexcept;
  Fault& operator=(Fault&& other) noexcept;
  ~Fault();

  /// How many calls the matchers let through that do not count (COMMAND, KEY …), and how many the counting
  /// ones (NTH, FIRST …) too: these it happened to.
  std::uint64_t seen() const;
  std::uint64_t hits() const;
  /// Ends it now. A delay that has begun ends by itself.
  void remove();

 private:
  friend class Server;
  struct Impl;
  explicit Fault(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;  // null once moved from
};

}  // namespace redouble
