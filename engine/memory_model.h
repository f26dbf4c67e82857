// What redis-server 7.0.15 as Debian builds it (64 bits, jemalloc) takes: for a key and its value (MEMORY
// USAGE, DEBUG SDSLEN), for tables, clients and statistics (used_memory). A model of its allocations; our own
// are told by INFO's `redouble_own_memory`. A new type adds its value to value_bytes and allocated_for.
#pragma once

#include <bit>
#include <cstddef>
#include <string_view>

#include "engine/entry.h"

namespace redouble::memory_model {

inline constexpr std::size_t kTableEntryBytes = 24;

/// What jemalloc hands out for `bytes`: 8, multiples of 16 up to 128, then four sizes per power of two.
constexpr std::size_t size_class(std::size_t bytes) {
  if (bytes <= 8) return 8;
  if (bytes <= 128) return (bytes + 15) & ~std::size_t{15};
  const std::size_t step = std::bit_floor(bytes - 1) / 4;
  return (bytes + step - 1) & ~(step - 1);
}

/// Bytes of a dynamic string's header, for the capacity it was made with.
std::size_t header_bytes(std::size_t capacity);

/// The capacity that a string made for `size` bytes gets out of its allocation.
std::size_t capacity_for(std::size_t size);

/// The allocation of a string of that capacity.
std::size_t string_allocation(std::size_t capacity);

/// The capacity that a string gets which has to grow to `size` bytes: room for as much again, up to a
/// megabyte.
std::size_t grown_capacity(std::size_t size);

/// Whether Redis cuts off the spare room of a value that was just set: more than a tenth of its size.
bool is_trimmed(std::size_t size);

/// The capacity of a string value (its size and the spare room), whatever its encoding. REQUIRES: a string.
std::size_t string_capacity(const Entry& entry, std::size_t size);

/// The table in a value: `sum` is what `weighed` of its `size` members take, each with its kTableEntryBytes;
/// the rest is taken to be like them.
std::size_t table_bytes(std::size_t buckets, std::size_t sum, std::size_t weighed, std::size_t size);

/// The dynamic string of a key, or of a member of a collection.
std::size_t key_bytes(std::string_view key);
/// The value with its object header, weighing at most `samples` members of a collection; 0 for all.
std::size_t value_bytes(const Entry& entry, std::size_t samples = 5);
/// used_memory_startup, and what a connected client takes: its structures, the buffer of its replies, and its
/// query buffer while it is not idle. All observed on an empty server.
inline constexpr std::size_t kStartup = 876'048;
inline constexpr std::size_t kClient = 1'614;
inline constexpr std::size_t kReplyBuffer = 16'384;
inline constexpr std::size_t kQueryBuffer = 20'474;

/// The histogram of a command's latencies, made when it is first called (latency-tracking yes).
inline constexpr std::size_t kHistogram = 24'688;

/// A hash table's entry, as the allocator hands it out.
inline constexpr std::size_t kTableEntry = 32;
/// All allocations of a key and its value; of a key alone, with its place in the table. A shared integer
/// costs nothing.
std::size_t allocated_for(const Entry& entry);
std::size_t allocated_for_key(const Entry& entry);
/// What a radix tree of names takes for one, if no other begins alike, and an empty one.
std::size_t tree_name_bytes(std::string_view name);
inline constexpr std::size_t kEmptyTree = 32 + 8;
/// The header in front of every value.
inline constexpr std::size_t kObject = 16;
/// The array of a table with that many buckets, of both tables in a value with their shell, of the table of
/// that many deadlines.
std::size_t table_bytes(std::size_t buckets);
std::size_t tables_in_value(std::size_t buckets, std::size_t more_buckets);
std::size_t expires_bytes(std::size_t deadlines);

/// The whole: the value, the key and the hash table's entry.
std::size_t entry_bytes(const Entry& entry, std::size_t samples = 5);

}  // namespace redouble::memory_model
