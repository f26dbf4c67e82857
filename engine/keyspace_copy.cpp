// Copies of a keyspace for snapshots and back: the same table, bucket by bucket, the same heap of deadlines,
// the entries side by side in one allocation. Tables, lists, streams and long strings are not copied but
// shared (Entry::shared), until somebody changes one.
#include <cstring>
#include <new>

#include "engine/eviction_order.h"
#include "engine/keyspace.h"
#include "engine/object.h"

namespace redouble {
namespace {

bool has_bytes_beside(const Entry& entry) {
  return entry.kind() == Type::string && !entry.embedded && entry.coding() != Encoding::integer;
}

}  // namespace

std::size_t Keyspace::size_of_copy(const Entry& entry, bool placed) {
  const std::size_t parts = std::size_t{entry.nested} + entry.timed + placed;
  const std::size_t size = sizeof(Entry) + parts * Entry::kNestedRest + entry.key_size +
                           (entry.embedded != 0 ? entry.inside.capacity : 0);
  return (size + 7) / 8 * 8;
}

Entry* Keyspace::copy_entry(Entry& from, char* at, bool placed) {
  // The entries of a snapshot have the mark since it was made: whoever reads those at the same time, nobody
  // writes to them.
  if ((from.kind() != Type::string || has_bytes_beside(from)) && from.shared == 0) from.shared = 1;
  auto* to = new (at) Entry(from);
  to->next = nullptr;
  to->placed = placed;
  if (to->timed) {
    to->deadline() = from.deadline();
    if (from.has_ttl()) {
      Due& due = deadlines_[from.deadline().slot];
      due.entry = to;
    }
  }
  if (placed) to->place() = {nullptr, nullptr};
  std::memcpy(to->key_data(), from.key_data(),
              std::size_t{from.key_size} + (from.embedded ? from.inside.size : 0));
  if (has_bytes_beside(from)) {
    from.bytes->shares.add();
  } else if (from.kind() != Type::string) {
    Object& object = object_of(from);
    if (!from.nested) {
      object.shares()->add();
    } else {
      Object& twin = *object.share_to(to->object_place());
      twin.accounted_ = static_cast<std::uint32_t>(twin.bytes() / 8);
      twin.modelled_ = object.modelled_;
    }
  }
  bytes_ += footprint(*to);
  return to;
}

std::unique_ptr<Keyspace> Keyspace::copy(std::unique_ptr<Keyspace> to, Copies* copies) const {
  const bool placed = to->order_ != nullptr ? to->order_->active() : order_ != nullptr && order_->active();
  Block& block = to->block_;
  // Entries without places take no more than those of a snapshot, which all lie in its own block.
  if (const bool is_snapshot = order_ == nullptr; is_snapshot && !placed)
    block.size = block_.size;
  else
    table_.for_each([&](const Entry& entry) { block.size += size_of_copy(entry, placed); });
  if (block.size > 0) {
    block.memory.reset(static_cast<char*>(std::malloc(block.size)));
    if (block.memory == nullptr) throw std::bad_alloc();
  }
  block.entries = size();
  to->deadlines_ = deadlines_;
  to->last_turn_ = last_turn_;
  to->modelled_ = modelled_;
  char* at = block.memory.get();
  to->table_.copy_from(table_, [&](Entry& entry) {
    // First: without memory for it there must be no twin yet.
    Entry** const remembered = copies != nullptr ? &(*copies)[&entry] : nullptr;
    Entry* twin = to->copy_entry(entry, at, placed);
    at += size_of_copy(entry, placed);
    if (remembered != nullptr) *remembered = twin;
    return twin;
  });
  return to;
}

// A const lookup: finding changes nothing, but hands out an entry that could be changed.
bool Keyspace::contains(std::string_view key) const {
  return const_cast<Keyspace*>(this)->find(key, hash(key)) != nullptr;
}

std::unique_ptr<Keyspace> Keyspace::snapshot(Copies* copies) const {
  return copy(std::unique_ptr<Keyspace>(new Keyspace(seed(), nullptr, nullptr, nullptr)), copies);
}

std::unique_ptr<Keyspace> Keyspace::copy_for(Garbage& garbage, EvictionOrder& order, const Ceiling& ceiling,
                                             Copies* copies) const {
  return copy(std::make_unique<Keyspace>(seed(), garbage, order, ceiling), copies);
}

void Keyspace::own(Entry& entry) {
  if (entry.kind() == Type::string) {
    entry.shared = 0;
    return;
  }
  Object& object = object_of(entry);
  if (entry.nested) {
    object.own();
  } else if (!object.shares()->alone()) {
    auto fresh = object.exact_copy();
    fresh->accounted_ = object.accounted_;
    fresh->modelled_ = object.modelled_;
    entry.object = fresh.release();
    if (object.shares()->leave()) delete &object;
  }
  entry.shared = 0;  // not before it is true: copying may run out of memory
  account(entry);
}

}  // namespace redouble
