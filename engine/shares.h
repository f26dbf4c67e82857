// How many hold a thing that a database and its snapshots share: a table, a list, the bytes of a string. Who
// shares it only reads it, from any thread; who wants to change it and is not alone makes a copy first.
#pragma once

#include <atomic>
#include <cstdint>

namespace redouble {

class Shares {
 public:
  /// REQUIRES: the caller holds it.
  void add() { holders_.fetch_add(1, std::memory_order_relaxed); }
  /// True for the last one, who has to free it.
  [[nodiscard]] bool leave() { return holders_.fetch_sub(1, std::memory_order_acq_rel) == 1; }
  /// Whether the caller alone holds it: nobody else can begin to then.
  bool alone() const { return holders_.load(std::memory_order_acquire) == 1; }

 private:
  std::atomic<std::uint32_t> holders_{1};
};

}  // namespace redouble
