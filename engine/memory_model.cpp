#include "engine/memory_model.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "engine/object.h"

namespace redouble::memory_model {
namespace {

constexpr std::size_t kTableBytes = 56;

// The longest string that a header of each kind counts.
constexpr std::size_t kTiny = 31, kShort = 255, kMedium = 65535, kLong = 0xffffffff;

}  // namespace

std::size_t header_bytes(std::size_t capacity) {
  if (capacity <= kTiny && capacity > 0) return 1;
  return capacity <= kShort ? 3 : capacity <= kMedium ? 5 : capacity <= kLong ? 9 : 17;
}

std::size_t capacity_for(std::size_t size) {
  if (size <= kTiny) return size;
  const std::size_t most = size <= kShort    ? kShort
                           : size <= kMedium ? kMedium
                           : size <= kLong   ? kLong
                                             : SIZE_MAX;
  const std::size_t header = header_bytes(size);
  return std::min(most, size_class(header + size + 1) - header - 1);
}

std::size_t grown_capacity(std::size_t size) {
  constexpr std::size_t kMostAhead = 1024 * 1024;
  const std::size_t wanted = size < kMostAhead ? size * 2 : size + kMostAhead;
  // A string that has grown once is never given the smallest header, which cannot tell spare room.
  return wanted > kTiny ? capacity_for(wanted) : size_class(3 + wanted + 1) - 4;
}

std::size_t string_allocation(std::size_t capacity) {
  return size_class(header_bytes(capacity) + capacity + 1);
}

bool is_trimmed(std::size_t size) {
  return size > 32 && capacity_for(size) - size > size / 10;
}

// A grown value has what its growth left, a value that was set what its allocation gives, unless that was
// worth cutting off. An integer and an embstr become a new string when they are changed in place.
std::size_t string_capacity(const Entry& entry, std::size_t size) {
  if (entry.coding() != Encoding::raw) return capacity_for(size);
  if (!entry.embedded && entry.bytes->capacity > size) return entry.bytes->capacity;
  return is_trimmed(size) ? size : capacity_for(size);
}

std::size_t table_bytes(std::size_t buckets, std::size_t sum, std::size_t weighed, std::size_t size) {
  const std::size_t shell = kTableBytes + buckets * sizeof(void*);
  if (weighed == 0) return shell;
  const double mean = static_cast<double>(sum) / static_cast<double>(weighed);
  return static_cast<std::size_t>(static_cast<double>(shell) + mean * static_cast<double>(size));
}

std::size_t key_bytes(std::string_view key) {
  return string_allocation(key.size());
}

std::size_t value_bytes(const Entry& entry, std::size_t samples) {
  if (entry.kind() != Type::string) return kObject + object_of(entry).modelled_bytes(samples);
  switch (entry.coding()) {
    case Encoding::integer:
      return kObject;
    case Encoding::embstr: {
      const std::size_t size = entry.embedded ? entry.inside.size : entry.bytes->size;
      return size_class(kObject + 3 + size + 1);
    }
    default: {
      const std::size_t capacity = entry.embedded ? entry.inside.size : entry.bytes->capacity;
      return kObject + string_allocation(capacity);
    }
  }
}

std::size_t allocated_for_key(const Entry& entry) {
  return kTableEntry + key_bytes(entry.key());
}

std::size_t allocated_for(const Entry& entry) {
  const std::size_t key = allocated_for_key(entry);
  if (entry.kind() != Type::string) return key + object_of(entry).modelled_allocations();
  return key + (entry.pooled() ? 0 : value_bytes(entry));
}

std::size_t table_bytes(std::size_t buckets) {
  return buckets == 0 ? 0 : size_class(buckets * sizeof(void*));
}

std::size_t tree_name_bytes(std::string_view name) {
  constexpr std::size_t kLeaf = 16, kPointer = 8;
  return kLeaf + size_class((4 + name.size() + kPointer - 1) / kPointer * kPointer + kPointer);
}

std::size_t tables_in_value(std::size_t buckets, std::size_t more_buckets) {
  return size_class(kTableBytes) + table_bytes(buckets) + table_bytes(more_buckets);
}

std::size_t expires_bytes(std::size_t deadlines) {
  return deadlines == 0 ? 0 : table_bytes(std::bit_ceil(std::max<std::size_t>(deadlines, 4)));
}

std::size_t entry_bytes(const Entry& entry, std::size_t samples) {
  return kTableEntryBytes + key_bytes(entry.key()) + value_bytes(entry, samples);
}

}  // namespace redouble::memory_model
