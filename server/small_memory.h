// Memory for what is small, in place of the allocator's: blocks of one size share a run of 64 KB, and a run
// whose last block is freed can go back to the system. So what a deleted data set held goes back bit by bit,
// without the pause of a trimmed heap, and no block has a header. Any thread may call.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace redouble {

class SmallMemory {
 public:
  static constexpr std::size_t kLargest = 1024;
  static constexpr std::size_t kRunBytes = 64 * 1024;
  /// Empty runs that keep their memory: what comes and goes all the time is not to ask the system each time.
  static constexpr std::size_t kMostKept = 64;

  /// Has nothing to give until `reserve`.
  constexpr SmallMemory() = default;
  SmallMemory(const SmallMemory&) = delete;
  SmallMemory& operator=(const SmallMemory&) = delete;

  /// Reserves addresses for at most `bytes`, once and for good. False when the system refuses (`ulimit -v`).
  bool reserve(std::size_t bytes);

  bool owns(const void* block) const {
    return reinterpret_cast<std::uintptr_t>(block) - reinterpret_cast<std::uintptr_t>(base_) < reserved_;
  }
  /// A block of at least `bytes`, aligned to 16; nullptr when there is no room. REQUIRES: bytes <= kLargest.
  void* allocate(std::size_t bytes);
  /// REQUIRES: owns(block).
  void free(void* block);
  /// How many bytes a block has. REQUIRES: owns(block).
  std::size_t size_of(const void* block) const { return run_of(block).block_bytes; }

  /// Called inside of `free` when there come to be more empty runs than are kept: somebody should call
  /// `give_back`. Must not allocate.
  void on_surplus(void (*tell)()) { tell_ = tell; }
  /// Gives up to `runs` of the surplus back to the system; true when nothing of it is left.
  bool give_back(std::size_t runs);

  std::size_t runs_in_use() const { return in_use_; }
  /// Empty ones with memory.
  std::size_t runs_kept() const { return kept_; }

 private:
  static constexpr std::size_t kStep = 16;
  static constexpr std::size_t kClasses = kLargest / kStep + 1;

  struct Block {
    Block* next;
  };
  struct Run {
    Block* freed = nullptr;   // blocks that were given back
    std::uint32_t fresh = 0;  // where the blocks begin that were never handed out
    std::uint16_t used = 0;   // blocks in use
    std::uint16_t block_bytes = 0;
    Run* next = nullptr;  // of the runs with room for a size, or of empty ones
    Run* previous = nullptr;

    bool full() const { return freed == nullptr && fresh + block_bytes > kRunBytes; }
  };
  class Turn;

  Run& run_of(const void* block) const {
    return runs_[static_cast<std::size_t>(static_cast<const char*>(block) - base_) / kRunBytes];
  }
  char* memory_of(const Run& run) const { return base_ + static_cast<std::size_t>(&run - runs_) * kRunBytes; }
  Run* new_run(std::size_t block_bytes);
  bool open_more();
  static void push(Run*& list, Run& run);
  static void unlink(Run*& list, Run& run);

  char* base_ = nullptr;
  std::size_t reserved_ = 0;
  Run* runs_ = nullptr;            // one for each 64 KB of the reserve
  std::size_t touched_ = 0;        // the first so many were used
  std::size_t opened_ = 0;         // the first so many may be written to
  Run* with_room_[kClasses] = {};  // by size
  Run* kept_runs_ = nullptr;       // empty, with memory
  Run* bare_runs_ = nullptr;       // empty, their memory has gone back
  std::size_t kept_ = 0, in_use_ = 0;
  void (*tell_)() = nullptr;
  std::atomic_flag busy_;
};

/// The process's own: in use where wrapped_malloc.cpp is linked.
extern constinit SmallMemory small_memory;

}  // namespace redouble
