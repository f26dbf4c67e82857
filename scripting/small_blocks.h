// The memory of a Lua state's small objects: blocks of sixteen sizes out of one piece, handed out again as
// soon as they are free. A script makes and drops such blocks all the time, and a general allocator takes
// several times as long for it. What is larger, or finds the piece full, comes from malloc. Under
// AddressSanitizer all does, so that it sees each block.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace redouble {

class SmallBlocks {
 public:
  SmallBlocks() : piece_(kPiece > 0 ? static_cast<std::byte*>(std::malloc(kPiece)) : nullptr) {}
  ~SmallBlocks() { std::free(piece_); }
  SmallBlocks(const SmallBlocks&) = delete;
  SmallBlocks& operator=(const SmallBlocks&) = delete;

  /// As realloc; `old_size` is what the block was asked for. Nothing happens to it when nullptr is returned.
  void* resize(void* block, std::size_t old_size, std::size_t new_size) {
    if (block == nullptr) return take(new_size);
    if (!owns(block) && !is_small(new_size)) return std::realloc(block, new_size);
    if (owns(block) && is_small(new_size) && kind_of(old_size) == kind_of(new_size)) return block;
    void* const moved = take(new_size);
    if (moved == nullptr) return nullptr;
    std::memcpy(moved, block, std::min(old_size, new_size));
    give_back(block, old_size);
    return moved;
  }
  void give_back(void* block, std::size_t size) {
    if (!owns(block)) return std::free(block);
    Free* const free = static_cast<Free*>(block);
    free->next = free_[kind_of(size)];
    free_[kind_of(size)] = free;
  }

 private:
  struct Free {
    Free* next;
  };
  static constexpr std::size_t kStep = 16, kKinds = 16;
#ifdef __SANITIZE_ADDRESS__
  static constexpr std::size_t kPiece = 0;
#else
  static constexpr std::size_t kPiece = 1024 * 1024;
#endif

  static bool is_small(std::size_t size) {
    return size <= kStep * kKinds;
  }
  static std::size_t kind_of(std::size_t size) {
    return (size - 1) / kStep;
  }
  // No block lies as low as a piece that is not there.
  bool owns(const void* block) const {
    return reinterpret_cast<std::uintptr_t>(block) - reinterpret_cast<std::uintptr_t>(piece_) < kPiece;
  }

  // REQUIRES: size > 0.
  void* take(std::size_t size) {
    if (!is_small(size)) return std::malloc(size);
    Free*& free = free_[kind_of(size)];
    if (free != nullptr) {
      Free* const block = free;
      free = block->next;
      return block;
    }
    const std::size_t whole = (kind_of(size) + 1) * kStep;
    if (piece_ == nullptr || used_ + whole > kPiece) return std::malloc(size);
    used_ += whole;
    return piece_ + (used_ - whole);
  }

  std::byte* piece_;
  std::size_t used_ = 0;
  std::array<Free*, kKinds> free_ = {};
};

}  // namespace redouble
