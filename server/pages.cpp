// The engine's big arrays (engine/pages.h): it says what it needs, and the system's memory is asked for here.
#include "engine/pages.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

namespace redouble {
namespace {

// From here on a copy or a release would be felt; below, whole pages for each array would be a waste.
constexpr std::size_t kBig = 1024 * 1024;

}  // namespace

void* allocate_zeros(std::size_t bytes) {
  if (bytes < kBig) return std::calloc(bytes, 1);
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

void* grow_zeros(void* memory, std::size_t bytes, std::size_t more) {
  if (bytes >= kBig) {
    void* grown = ::mremap(memory, bytes, more, MREMAP_MAYMOVE);
    return grown == MAP_FAILED ? nullptr : grown;
  }
  void* grown = allocate_zeros(more);
  if (grown == nullptr) return nullptr;
  if (bytes > 0) std::memcpy(grown, memory, bytes);
  free_zeros(memory, bytes);
  return grown;
}

void free_zeros(void* memory, std::size_t bytes) {
  if (bytes < kBig)
    std::free(memory);
  else
    ::munmap(memory, bytes);
}

bool give_back(void* part, std::size_t bytes, std::size_t whole) {
  if (whole < kBig) return false;
  ::madvise(part, bytes, MADV_DONTNEED);
  return true;
}

}  // namespace redouble
