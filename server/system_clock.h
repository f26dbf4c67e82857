// The clock that the engine's own one follows in a running server: the system's.
#pragma once

#include <chrono>

#include "engine/clock.h"

namespace redouble {

class SystemClock final : public Clock {
 public:
  Micros now() override {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

}  // namespace redouble
