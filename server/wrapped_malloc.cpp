// The binary's malloc. The linker (--wrap) leads every call here; what is small comes from SmallMemory as
// soon as the process has more of it than a start needs, anything else from the C library. A block's address
// tells whose it is. For the binary alone: a library does not choose its program's allocator.
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>

#include "server/small_memory.h"

extern "C" {
void* __real_malloc(std::size_t bytes);
void* __real_calloc(std::size_t count, std::size_t bytes);
void* __real_realloc(void* block, std::size_t bytes);
void __real_free(void* block);
std::size_t __real_malloc_usable_size(void* block);
}

namespace {

using redouble::small_memory;
using redouble::SmallMemory;

// The first blocks: for so many the heap costs a start fewer pages.
constexpr std::size_t kOfTheHeap = 4096;
constinit std::atomic<std::size_t> asked = 0;

// The buffers of long requests, which come and go with each turn, are to find the memory of the last ones in
// the heap, not to have it from the system page by page.
constexpr int kKeptAtTheTop = 8 << 20, kLargestOfTheHeap = 4 << 20;

// Addresses for as much as the machine has, but for half of what the process may have at most (`ulimit -v`).
// Where the system refuses them, the heap serves for all.
void begin() {
  ::mallopt(M_TRIM_THRESHOLD, kKeptAtTheTop);
  ::mallopt(M_MMAP_THRESHOLD, kLargestOfTheHeap);
  auto bytes =
      static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    bytes = std::min<std::size_t>(bytes, limit.rlim_cur / 2);
  small_memory.reserve(bytes);
}

void* take(std::size_t bytes) {
  if (bytes > SmallMemory::kLargest) return nullptr;
  if (asked.load(std::memory_order_relaxed) < kOfTheHeap) [[unlikely]] {
    if (asked.fetch_add(1) == kOfTheHeap - 1) begin();
    return nullptr;
  }
  return small_memory.allocate(bytes);
}

}  // namespace

extern "C" {

void* __wrap_malloc(std::size_t bytes) {
  void* block = take(bytes);
  return block != nullptr ? block : __real_malloc(bytes);
}

void* __wrap_calloc(std::size_t count, std::size_t bytes) {
  std::size_t total;
  void* block = __builtin_mul_overflow(count, bytes, &total) ? nullptr : take(total);
  return block != nullptr ? std::memset(block, 0, total) : __real_calloc(count, bytes);
}

void __wrap_free(void* block) {
  if (small_memory.owns(block))
    small_memory.free(block);
  else
    __real_free(block);
}

void* __wrap_realloc(void* block, std::size_t bytes) {
  if (block == nullptr) return __wrap_malloc(bytes);
  if (!small_memory.owns(block)) return __real_realloc(block, bytes);
  if (bytes == 0) {
    __wrap_free(block);
    return nullptr;
  }
  const std::size_t size = small_memory.size_of(block);
  if (bytes <= size && bytes + 16 > size) return block;
  void* fresh = __wrap_malloc(bytes);
  if (fresh == nullptr) return nullptr;
  std::memcpy(fresh, block, bytes < size ? bytes : size);
  __wrap_free(block);
  return fresh;
}

std::size_t __wrap_malloc_usable_size(void* block) {
  return small_memory.owns(block) ? small_memory.size_of(block) : __real_malloc_usable_size(block);
}
}
