// How many clients the process may have open at once, and one descriptor for when there are more.
#pragma once

#include <cstdint>

namespace redouble {

/// Raises the limit on open files if needed and allowed. Returns how many clients fit: `wanted` or fewer.
std::int64_t allow_clients(std::int64_t wanted);

/// A descriptor that is kept back for the time when there is no other.
class SpareDescriptor {
 public:
  SpareDescriptor() = default;
  ~SpareDescriptor() { give_up(); }
  SpareDescriptor(const SpareDescriptor&) = delete;
  SpareDescriptor& operator=(const SpareDescriptor&) = delete;

  /// False when it cannot be had.
  bool take();
  /// Whether there was one.
  bool give_up();

 private:
  int descriptor_ = -1;
};

}  // namespace redouble
