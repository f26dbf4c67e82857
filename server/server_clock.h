// The engine's clock in a running server: the system's time, shifted when a test moved it, or frozen.
// Guarded by the server's lock, like the engine.
#pragma once

#include <chrono>

#include "engine/clock.h"

namespace redouble {

class AdjustableClock final : public Clock {
 public:
  Micros now() override { return frozen_ ? frozen_at_ : system_now() + shift_; }
  bool runs() const override { return !frozen_; }
  void stepped(Micros now) override {
    if (frozen_) frozen_at_ = now;
  }

  bool frozen() const { return frozen_; }
  void freeze() {
    frozen_at_ = now();
    frozen_ = true;
  }
  void resume() {
    if (!frozen_) return;
    frozen_ = false;
    shift_ = frozen_at_ - system_now();
  }
  void set(Micros time) {
    if (frozen_)
      frozen_at_ = time;
    else
      shift_ = time - system_now();
  }
  /// As new: the system's time.
  void reset() {
    frozen_ = false;
    shift_ = 0;
  }

 private:
  static Micros system_now() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

  bool frozen_ = false;
  Micros frozen_at_ = 0;
  Micros shift_ = 0;
};

}  // namespace redouble
