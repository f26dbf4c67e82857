// Replies that leave bit by bit (CHUNK and DRIP of REDOUBLE FAULT): how much of a session's output may be
// sent now. Positions count all bytes that the session was ever sent, as Session::bytes_out does.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "engine/clock.h"
#include "engine/deadlines.h"

namespace redouble {

/// A reply, from position `begin` to `end`, and how it is sent.
struct Pace {
  std::uint64_t begin = 0, end = 0;
  std::size_t chunk = 0;  ///< each write ends at a multiple of this; 0: no matter where
  std::size_t drip = 0;   ///< so many bytes each `every`; 0: as fast as they go
  Micros every = 0;
  Micros since = 0;           ///< when the first of them were allowed
  std::uint64_t allowed = 0;  ///< up to which position they are; 0: it is not its turn yet
};

struct Pacing {
  std::deque<Pace> paces;  // in order, apart from each other
  Deadlines::Id timer = 0;
  Millis timer_at = 0;

  /// How many of `n` bytes from position `at` on may go with one write; 0: none before its time.
  std::size_t sendable(std::uint64_t at, std::size_t n) const {
    if (paces.empty()) return n;
    const Pace& pace = paces.front();
    if (at < pace.begin) return std::min<std::uint64_t>(n, pace.begin - at);
    const std::uint64_t limit = pace.drip != 0 ? pace.allowed : pace.end;
    std::uint64_t most = limit > at ? limit - at : 0;
    if (pace.chunk != 0) most = std::min<std::uint64_t>(most, pace.chunk - (at - pace.begin) % pace.chunk);
    return std::min<std::uint64_t>(n, most);
  }
};

}  // namespace redouble
