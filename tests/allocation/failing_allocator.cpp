#include "tests/allocation/failing_allocator.h"

#include <atomic>
#include <cstdlib>
#include <new>

extern "C" {
void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t n, std::size_t size);
void* __real_realloc(void* block, std::size_t size);
void __real_free(void* block);
void* __wrap_malloc(std::size_t size);
void* __wrap_calloc(std::size_t n, std::size_t size);
void* __wrap_realloc(void* block, std::size_t size);
void __wrap_free(void* block);
}

namespace redouble::failing_allocator {
namespace {

thread_local std::uint64_t countdown = 0;  // 0: not armed
thread_local bool all_from_then = false;
thread_local bool failed = false;
std::atomic<std::int64_t> blocks{0};

bool refuses() {
  if (countdown == 0) return false;
  if (countdown > 1) {
    --countdown;
    return false;
  }
  failed = true;
  if (!all_from_then) countdown = 0;
  return true;
}

void* counted(void* block) {
  if (block != nullptr) blocks.fetch_add(1, std::memory_order_relaxed);
  return block;
}

}  // namespace

void arm(std::uint64_t n, How how) {
  failed = false;
  all_from_then = how == How::from_then;
  countdown = n;
}

bool disarm() {
  countdown = 0;
  return failed;
}

std::int64_t live() {
  return blocks.load();
}

}  // namespace redouble::failing_allocator

using redouble::failing_allocator::blocks;
using redouble::failing_allocator::counted;
using redouble::failing_allocator::refuses;

extern "C" {

void* __wrap_malloc(std::size_t size) {
  return refuses() ? nullptr : counted(__real_malloc(size));
}

void* __wrap_calloc(std::size_t n, std::size_t size) {
  return refuses() ? nullptr : counted(__real_calloc(n, size));
}

// What becomes smaller may fail too: nobody promises that it does not.
void* __wrap_realloc(void* block, std::size_t size) {
  if (refuses()) return nullptr;
  void* const moved = __real_realloc(block, size);
  return block == nullptr ? counted(moved) : moved;
}

void __wrap_free(void* block) {
  if (block != nullptr) blocks.fetch_sub(1, std::memory_order_relaxed);
  __real_free(block);
}

}  // extern "C"

void* operator new(std::size_t size) {
  void* const block = __wrap_malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void* operator new[](std::size_t size) {
  return operator new(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return __wrap_malloc(size == 0 ? 1 : size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return __wrap_malloc(size == 0 ? 1 : size);
}
void operator delete(void* block) noexcept {
  __wrap_free(block);
}
void operator delete[](void* block) noexcept {
  __wrap_free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  __wrap_free(block);
}
void operator delete[](void* block, std::size_t) noexcept {
  __wrap_free(block);
}
void operator delete(void* block, const std::nothrow_t&) noexcept {
  __wrap_free(block);
}
void operator delete[](void* block, const std::nothrow_t&) noexcept {
  __wrap_free(block);
}
