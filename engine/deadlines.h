// Everything that is due at a time, other than keys: timeouts of blocked clients, the end of CLIENT PAUSE,
// the end of DEBUG SLEEP. Equal times run in the order in which they were set.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "engine/entry.h"

namespace redouble {

class Deadlines {
 public:
  using Id = std::uint64_t;

  /// Runs `action` once the time is `at`. The id is never 0.
  Id add(Millis at, std::function<void()> action) {
    const Id id = ++last_;
    due_.emplace(std::pair(at, id), std::move(action));
    return id;
  }
  void remove(Millis at, Id id) { due_.erase({at, id}); }
  Millis next() const { return due_.empty() ? kNever : due_.begin()->first.first; }
  /// Runs the first action. REQUIRES: next() != kNever.
  void run_first() {
    auto node = due_.extract(due_.begin());
    node.mapped()();
  }

 private:
  Id last_ = 0;
  std::map<std::pair<Millis, Id>, std::function<void()>> due_;
};

}  // namespace redouble
