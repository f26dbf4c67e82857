// How many nodes redis-server's radix tree has for a set of stream ids, which XINFO STREAM shows and MEMORY
// USAGE reckons with. Its keys are the ids as 16 bytes, the highest first; a tree is one node for each key,
// one for each place where keys part, and one for each run of bytes that has no such place in it.
#pragma once

#include <bit>
#include <cstddef>
#include <vector>

#include "engine/types/stream_id.h"

namespace redouble {

class RadixNodes {
 public:
  /// REQUIRES: ids come in ascending order.
  void add(StreamId id) {
    if (any_) close(common_bytes(last_, id));
    open_.push_back(kKeyBytes);
    last_ = id;
    any_ = true;
  }
  std::size_t total() const {
    if (!any_) return 1;
    RadixNodes whole = *this;
    whole.close(kRoot);
    return whole.nodes_;
  }

 private:
  static constexpr int kKeyBytes = 16, kRoot = -1;

  static int common_bytes(StreamId a, StreamId b) {
    return a.ms != b.ms ? std::countl_zero(a.ms ^ b.ms) / 8 : 8 + std::countl_zero(a.seq ^ b.seq) / 8;
  }
  // The next key parts from the last one behind `common` bytes: what is open below that place is complete.
  void close(int common) {
    while (!open_.empty() && open_.back() > common) {
      const int depth = open_.back();
      open_.pop_back();
      const int above = open_.empty() || open_.back() < common ? common : open_.back();
      nodes_ += depth > above + 1 ? 2 : 1;
    }
    if (common != kRoot && (open_.empty() || open_.back() < common)) open_.push_back(common);
  }

  std::vector<int> open_;  // depths of the partings, and of the key, on the way to the last key
  StreamId last_;
  bool any_ = false;
  std::size_t nodes_ = 0;
};

}  // namespace redouble
