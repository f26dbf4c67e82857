// Where time comes from. The engine reads it through this and nothing else; tests move a ManualClock.
#pragma once

#include <cstdint>

namespace redouble {

/// Microseconds since 1970.
using Micros = std::int64_t;

class Clock {
 public:
  virtual ~Clock() = default;
  /// The current time. Called by the thread that owns the engine.
  virtual Micros now() = 0;
  /// False for a clock that stands still until somebody moves it.
  virtual bool runs() const { return true; }
  /// Called while the engine steps through deadlines: the time is `now` until further notice. A clock that
  /// runs by itself has nothing to do.
  virtual void stepped(Micros now) { static_cast<void>(now); }
};

/// Moves only when told; starts at 2030-01-01T00:00:00Z unless told otherwise.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Micros start = 1'893'456'000'000'000) : now_(start) {}
  Micros now() override { return now_; }
  bool runs() const override { return false; }
  void stepped(Micros now) override { now_ = now; }
  void set(Micros now) { now_ = now; }
  void advance(Micros by) { now_ += by; }

 private:
  Micros now_;
};

}  // namespace redouble
