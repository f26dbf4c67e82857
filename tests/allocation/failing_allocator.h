// An allocator that can be told to fail, and that counts what is not freed. It stands behind malloc, calloc,
// realloc, free and operator new of everything that is linked into this executable (the linker's --wrap), so
// that it sees what our code asks for, and not what the C library asks for by itself.
#pragma once

#include <cstddef>
#include <cstdint>

namespace redouble::failing_allocator {

enum class How : std::uint8_t {
  once,      // one allocation fails, those behind it do not
  from_then  // all fail from there on: even what puts things right has nothing to do it with
};

/// From now on, on this thread: allocation number `n` (from 1) fails.
void arm(std::uint64_t n, How how);
/// Nothing fails any more; returns whether something did.
bool disarm();
/// Blocks that were allocated and not freed, of all threads.
std::int64_t live();

}  // namespace redouble::failing_allocator
