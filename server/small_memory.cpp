#include "server/small_memory.h"

#include <sys/mman.h>
#include <sys/single_threaded.h>

#include <algorithm>

namespace redouble {
namespace {

// How many runs are opened at once.
constexpr std::size_t kOpened = 1024;

// Not counted as memory, whatever the system's policy is, until it may be written to.
void* addresses(std::size_t bytes, int protection) {
  void* at = ::mmap(nullptr, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return at == MAP_FAILED ? nullptr : at;
}

}  // namespace

constinit SmallMemory small_memory;

// One thread at a time; a process of one thread, as the binary is, needs no lock for that.
class SmallMemory::Turn {
 public:
  explicit Turn(std::atomic_flag& busy) : busy_(__libc_single_threaded != 0 ? nullptr : &busy) {
    while (busy_ != nullptr && busy_->test_and_set(std::memory_order_acquire)) continue;
  }
  ~Turn() {
    if (busy_ != nullptr) busy_->clear(std::memory_order_release);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  std::atomic_flag* busy_;
};

bool SmallMemory::reserve(std::size_t bytes) {
  const Turn turn(busy_);
  const std::size_t runs = bytes / kRunBytes;
  void* memory = addresses(runs * kRunBytes, PROT_NONE);
  if (memory == nullptr) return false;
  // Of zeros, which is what an unused run is.
  void* books = addresses(runs * sizeof(Run), PROT_READ | PROT_WRITE);
  if (books == nullptr) {
    ::munmap(memory, runs * kRunBytes);
    return false;
  }
  base_ = static_cast<char*>(memory);
  runs_ = static_cast<Run*>(books);
  reserved_ = runs * kRunBytes;
  return true;
}

void* SmallMemory::allocate(std::size_t bytes) {
  const Turn turn(busy_);
  const std::size_t size_class = bytes == 0 ? 1 : (bytes + kStep - 1) / kStep;
  Run* run = with_room_[size_class];
  if (run == nullptr) {
    run = new_run(size_class * kStep);
    if (run == nullptr) return nullptr;
    push(with_room_[size_class], *run);
  }
  void* block = run->freed;
  if (block != nullptr) {
    run->freed = run->freed->next;
  } else {
    block = memory_of(*run) + run->fresh;
    run->fresh += run->block_bytes;
  }
  ++run->used;
  if (run->full()) unlink(with_room_[size_class], *run);
  return block;
}

void SmallMemory::free(void* memory) {
  const Turn turn(busy_);
  Run& run = run_of(memory);
  Run*& list = with_room_[run.block_bytes / kStep];
  const bool was_full = run.full();
  auto* block = static_cast<Block*>(memory);
  block->next = run.freed;
  run.freed = block;
  --run.used;
  if (was_full) push(list, run);
  // The only run with room stays: the next block of this size comes from it.
  if (run.used != 0 || (list == &run && run.next == nullptr)) return;
  unlink(list, run);
  push(kept_runs_, run);
  --in_use_;
  if (++kept_ == kMostKept + 1 && tell_ != nullptr) tell_();
}

SmallMemory::Run* SmallMemory::new_run(std::size_t block_bytes) {
  Run* run = kept_runs_;
  if (run != nullptr) {
    unlink(kept_runs_, *run);
    --kept_;
  } else if (bare_runs_ != nullptr) {
    run = bare_runs_;
    unlink(bare_runs_, *run);
  } else if (touched_ < opened_ || open_more()) {
    run = &runs_[touched_++];
  } else {
    return nullptr;
  }
  *run = Run{};
  run->block_bytes = static_cast<std::uint16_t>(block_bytes);
  ++in_use_;
  return run;
}

bool SmallMemory::open_more() {
  const std::size_t more = std::min(kOpened, reserved_ / kRunBytes - opened_);
  if (more == 0) return false;
  if (::mprotect(base_ + opened_ * kRunBytes, more * kRunBytes, PROT_READ | PROT_WRITE) != 0) return false;
  opened_ += more;
  return true;
}

bool SmallMemory::give_back(std::size_t runs) {
  const Turn turn(busy_);
  for (; kept_ > kMostKept && runs > 0; --runs, --kept_) {
    Run& run = *kept_runs_;
    ::madvise(memory_of(run), kRunBytes, MADV_DONTNEED);
    unlink(kept_runs_, run);
    push(bare_runs_, run);
  }
  return kept_ <= kMostKept;
}

void SmallMemory::push(Run*& list, Run& run) {
  run.previous = nullptr;
  run.next = list;
  if (list != nullptr) list->previous = &run;
  list = &run;
}

void SmallMemory::unlink(Run*& list, Run& run) {
  (run.previous != nullptr ? run.previous->next : list) = run.next;
  if (run.next != nullptr) run.next->previous = run.previous;
}

}  // namespace redouble
