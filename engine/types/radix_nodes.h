// How many nodes redis-server's radix tree has for a set of stream ids, which XINFO STREAM shows and MEMORY
// USAGE reckons with. Its keys are the ids as 16 bytes, the highest first; a tree is one node for each key,
// one for each place where keys part, and one for each run of bytes that has no such place in it.
#pragma once

#include <array>
#include <bit>
#include <cstddef>

#include "engine/memory_model.h"
#include "engine/types/stream_id.h"

namespace redouble {

class RadixNodes {
 public:
  /// REQUIRES: ids come in ascending order.
  void add(StreamId id) {
    if (any_) close(common_bytes(last_, id));
    open_[depth_++] = {kKeyBytes, 0};
    last_ = id;
    any_ = true;
  }
  std::size_t total() const { return whole().nodes_; }
  /// What they would be in redis-server's memory, each with its allocation.
  std::size_t bytes() const { return whole().bytes_; }

 private:
  // A place where keys part, or (without children) a key, on the way to the last key.
  struct Open {
    int depth;
    std::size_t children;
  };
  static constexpr int kKeyBytes = 16, kRoot = -1;
  static constexpr std::size_t kPointer = 8;

  static int common_bytes(StreamId a, StreamId b) {
    return a.ms != b.ms ? std::countl_zero(a.ms ^ b.ms) / 8 : 8 + std::countl_zero(a.seq ^ b.seq) / 8;
  }
  // A node with that many bytes of keys in it.
  static std::size_t allocation(std::size_t bytes, std::size_t pointers) {
    return memory_model::size_class((4 + bytes + kPointer - 1) / kPointer * kPointer + pointers * kPointer);
  }
  RadixNodes whole() const {
    RadixNodes whole = *this;
    if (any_) {
      whole.close(kRoot);
    } else {
      whole.nodes_ = 1;
      whole.bytes_ = allocation(0, 0);
    }
    return whole;
  }
  // The next key parts from the last one behind `common` bytes: what is open below that place is complete.
  void close(int common) {
    std::size_t orphans = 0;
    while (depth_ > 0 && open_[depth_ - 1].depth > common) {
      const Open node = open_[--depth_];
      const bool known = depth_ > 0 && open_[depth_ - 1].depth >= common;
      const int above = known ? open_[depth_ - 1].depth : common;
      ++(known ? open_[depth_ - 1].children : orphans);
      const int chain = node.depth - above - 1;
      nodes_ += chain > 0 ? 2 : 1;
      bytes_ += allocation(node.children, node.children == 0 ? 1 : node.children);
      if (chain > 0) bytes_ += allocation(static_cast<std::size_t>(chain), 1);
    }
    if (common != kRoot && orphans > 0) open_[depth_++] = {common, orphans};
  }

  std::array<Open, kKeyBytes + 2> open_;
  std::size_t depth_ = 0;
  StreamId last_;
  bool any_ = false;
  std::size_t nodes_ = 0, bytes_ = 0;
};

}  // namespace redouble
