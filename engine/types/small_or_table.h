// One word that holds a value's small encoding (a class of a single pointer, as Listpack and Intset are), or
// points at its table: the lowest bit tells which. It makes the object of a small hash, set or sorted set 24
// bytes, of which there may be millions.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "engine/hash_table.h"

namespace redouble {

template <class Small, class Table>
class SmallOrTable {
  static_assert(sizeof(Small) == sizeof(std::uintptr_t) && alignof(Table) > 1);

 public:
  explicit SmallOrTable(Small small = Small()) { new (bytes_) Small(std::move(small)); }
  SmallOrTable(SmallOrTable&& other) noexcept : SmallOrTable() { swap(other); }
  SmallOrTable& operator=(const SmallOrTable&) = delete;
  ~SmallOrTable() { destroy(); }

  bool is_table() const { return (word() & 1) != 0; }
  /// REQUIRES: !is_table().
  Small& small() { return *std::launder(reinterpret_cast<Small*>(bytes_)); }
  const Small& small() const { return *std::launder(reinterpret_cast<const Small*>(bytes_)); }
  /// REQUIRES: is_table().
  Table& table() const { return *reinterpret_cast<Table*>(word() & ~std::uintptr_t{1}); }

  /// Starts to fetch the memory of what is held, for whoever will read it soon.
  void prefetch() const {
    const std::uintptr_t held = word() & ~std::uintptr_t{1};
    prefetch_memory(reinterpret_cast<const void*>(held));
    prefetch_memory(reinterpret_cast<const void*>(held + 64));
  }

  void become(std::unique_ptr<Table> table) {
    destroy();
    const auto tagged = reinterpret_cast<std::uintptr_t>(table.release()) | 1;
    std::memcpy(bytes_, &tagged, sizeof(tagged));
  }
  void swap(SmallOrTable& other) noexcept { std::swap(bytes_, other.bytes_); }
  /// The same table, held by one more, or a copy of the small encoding. REQUIRES: Table has `shares`.
  SmallOrTable share() const {
    if (!is_table()) return SmallOrTable(small().clone());
    table().shares.add();
    SmallOrTable same;
    std::memcpy(same.bytes_, bytes_, sizeof(bytes_));
    return same;
  }
  /// What comes before a change of a table that others may hold too: takes a copy of it then.
  void own() {
    if (is_table() && !table().shares.alone()) become(table().copy());
  }
  void become(Small other) {
    destroy();
    new (bytes_) Small(std::move(other));
  }

 private:
  std::uintptr_t word() const {
    std::uintptr_t word;
    std::memcpy(&word, bytes_, sizeof(word));
    return word;
  }
  void destroy() {
    if (!is_table()) return small().~Small();
    if constexpr (requires { table().shares; })
      if (!table().shares.leave()) return;
    delete &table();
  }

  alignas(std::uintptr_t) unsigned char bytes_[sizeof(std::uintptr_t)];
};

}  // namespace redouble
