#include "engine/keyspace.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "engine/ceiling.h"
#include "engine/eviction_order.h"
#include "engine/garbage.h"
#include "engine/memory_model.h"
#include "engine/object.h"
#include "protocol/copy_bytes.h"
#include "protocol/number.h"

namespace redouble {
namespace {

// Values up to this many bytes live inside their entry.
constexpr std::size_t kMaxEmbedded = 128;

template <class T>
T* allocate_bytes(std::size_t size) {
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return static_cast<T*>(memory);
}

Bytes* make_bytes(std::size_t capacity) {
  auto* bytes = new (allocate_bytes<char>(sizeof(Bytes) + capacity)) Bytes();
  bytes->capacity = capacity;
  return bytes;
}

Bytes* filled(std::string_view text, std::size_t capacity) {
  Bytes* bytes = make_bytes(capacity);
  bytes->size = text.size();
  if (!text.empty()) std::memcpy(bytes->data(), text.data(), text.size());
  return bytes;
}

// The bytes in an allocation of one's own, in the place of one that others hold too.
Bytes* replace_bytes(Bytes* shared, std::size_t capacity) {
  Bytes* bytes = make_bytes(capacity);
  bytes->size = shared->size;
  std::memcpy(bytes->data(), shared->data(), shared->size);
  if (shared->shares.leave()) std::free(shared);
  return bytes;
}

// How an object's memory is remembered: see Object.
std::size_t whole_units(std::size_t bytes) {
  return bytes / 8 * 8;
}

std::uint32_t units(std::size_t bytes) {
  return static_cast<std::uint32_t>(bytes / 8);
}

// What the count grows by, as a number that wraps around, when it is `bytes` and was `remembered`.
std::size_t recount(std::uint32_t& remembered, std::size_t bytes) {
  const auto grown = static_cast<std::int32_t>(units(bytes) - remembered);
  // A shared object has not changed, and is not written to: others may be reading it.
  if (grown != 0) remembered = units(bytes);
  return static_cast<std::size_t>(std::int64_t{grown} * 8);
}

// Moves a value of any kind into an entry with room for it; what stays is not to be freed.
void carry_value(Entry& from, Entry& to) {
  to.type = from.type;
  to.encoding = from.encoding;
  to.embedded = from.embedded;
  to.shared = from.shared;
  if (from.kind() != Type::string && from.nested) {
    object_of(from).move_to(to.object_place());
    object_of(from).~Object();
  } else if (from.embedded) {
    to.inside.size = from.inside.size;
    if (from.inside.size > 0) std::memcpy(to.value_data(), from.value_data(), from.inside.size);
  } else {
    to.object = from.object;
  }
}

}  // namespace

std::string_view name_of(Type type) {
  constexpr std::string_view kNames[] = {"string", "list", "set", "zset", "hash", "stream"};
  return kNames[static_cast<int>(type)];
}

std::string_view name_of(Encoding encoding) {
  constexpr std::string_view kNames[] = {"raw",    "int",      "embstr",    "hashtable", "listpack",
                                         "intset", "skiplist", "quicklist", "stream"};
  return kNames[static_cast<int>(encoding)];
}

Entry* Keyspace::find(std::string_view key, std::uint64_t hash) const {
  return find_inline(key, hash);
}

// The allocator rounds up to 16 bytes anyway: what is left over serves as room to grow.
Keyspace::Fresh Keyspace::allocate(std::string_view key, Layout layout) {
  const bool placed = order_->active();
  const std::size_t head = sizeof(Entry) + (layout.nested ? Entry::kNestedRest : 0) +
                           (layout.timed ? sizeof(Entry::Deadline) : 0) +
                           (placed ? sizeof(Entry::Place) : 0) + key.size();
  const std::size_t total = (head + layout.embedded + 8 + 15) / 16 * 16 - 8;
  Fresh entry(allocate_bytes<Entry>(total));
  entry->next = nullptr;
  entry->type = 0;
  entry->encoding = 0;
  entry->timed = layout.timed;
  entry->placed = placed;
  entry->nested = layout.nested;
  entry->lru = 0;
  entry->key_size = key.size() & 0x3fffffff;
  entry->embedded = 0;
  entry->shared = 0;
  entry->inside.size = 0;
  entry->inside.capacity = static_cast<std::uint32_t>(total - head);
  if (layout.timed) entry->deadline() = {kNever, 0};
  if (placed) entry->place() = {nullptr, nullptr};
  copy_bytes(key, entry->key_data());
  return entry;
}

std::size_t Keyspace::footprint(const Entry& entry) {
  std::size_t size = entry.head_bytes() + entry.key_size;
  if (entry.kind() != Type::string)
    size += whole_units(object_of(entry).bytes());
  else if (entry.embedded)
    size += entry.inside.capacity;
  else if (entry.coding() != Encoding::integer)
    size += sizeof(Bytes) + entry.bytes->capacity;
  return size;
}

std::size_t Keyspace::modelled(const Entry& entry) {
  if (entry.kind() == Type::string) return memory_model::allocated_for(entry);
  return memory_model::allocated_for_key(entry) + whole_units(object_of(entry).modelled_allocations());
}

void Keyspace::charge(Entry& entry) {
  if (entry.kind() != Type::string) {
    Object& object = object_of(entry);
    recount(object.accounted_, object.bytes());
    recount(object.modelled_, object.modelled_allocations());
  }
  bytes_ += footprint(entry);
  modelled_ += modelled(entry);
}

void Keyspace::discharge(Entry& entry) {
  if (entry.kind() != Type::string) account(entry);
  bytes_ -= footprint(entry);
  modelled_ -= modelled(entry);
}

std::size_t Keyspace::modelled_bytes() const {
  // redis-server moves the keys of a table that grew or shrank in a few milliseconds, and then has one table:
  // so does the model.
  return modelled_ + memory_model::table_bytes(table_.buckets(table_.rehashing() ? 1 : 0)) +
         memory_model::expires_bytes(deadlines_.size());
}

// As redis-server does it: past this load a table doubles even above maxmemory.
bool Keyspace::may_grow() const {
  constexpr double kHighestLoad = 1.618;
  if (!table_.is_full() || table_.buckets(0) == 0) return true;
  const auto buckets = static_cast<double>(table_.buckets(0));
  return static_cast<double>(table_.size()) / buckets > kHighestLoad ||
         ceiling_->has_room(table_.buckets(0) * 2 * sizeof(void*));
}

// Before an insertion: then it cannot fail half way.
void Keyspace::make_room(Millis at) {
  table_.ensure_table();
  if (at != kNever) deadlines_.make_room_for_one();
}

Entry* Keyspace::link(Entry* entry, std::uint64_t hash, Millis at) {
  // Twice as fast as need be, so that there are two tables for half of the time: redis-server, which moves
  // keys when it is idle too, has them for a few milliseconds.
  table_.step();
  table_.insert(entry, hash, may_grow());
  charge(*entry);
  return at == kNever ? entry : set_deadline(entry, at);
}

void Keyspace::put_string(Entry* entry, std::string_view bytes, Encoding encoding) {
  entry->become(Type::string, encoding);
  if (bytes.size() <= kMaxEmbedded) {
    entry->embedded = 1;
    entry->inside.size = static_cast<std::uint32_t>(bytes.size());
    copy_bytes(bytes, entry->value_data());
    return;
  }
  entry->bytes = filled(bytes, bytes.size());
}

Entry* Keyspace::insert_string(std::string_view key, std::uint64_t hash, std::string_view bytes,
                               Encoding encoding, Millis at) {
  make_room(at);
  Fresh entry = allocate(key, {bytes.size() <= kMaxEmbedded ? bytes.size() : 0, at != kNever});
  put_string(entry.get(), bytes, encoding);
  return link(entry.release(), hash, at);
}

Entry* Keyspace::insert_integer(std::string_view key, std::uint64_t hash, std::int64_t number, Millis at) {
  make_room(at);
  Fresh entry = allocate(key, {.timed = at != kNever});
  entry->become(Type::string, Encoding::integer);
  entry->integer = number;
  return link(entry.release(), hash, at);
}

// REQUIRES: the entry has room for the object exactly when it nests.
void Keyspace::put_object(Entry* entry, Type type, std::unique_ptr<Object> object) {
  entry->become(type, Encoding::raw);
  entry->embedded = 0;
  entry->shared = 0;
  if (entry->nested)
    object->move_to(entry->object_place());
  else
    entry->object = object.release();
}

Entry* Keyspace::insert_object(std::string_view key, std::uint64_t hash, Type type,
                               std::unique_ptr<Object> object) {
  make_room(kNever);
  Entry* entry = allocate(key, {.nested = object->nests()}).release();
  put_object(entry, type, std::move(object));
  return link(entry, hash, kNever);
}

Entry* Keyspace::assign_object(Entry* entry, Type type, std::unique_ptr<Object> object) {
  Entry* const old = entry;
  if (entry->embedded || entry->nested != object->nests()) entry = replace(old, {.nested = object->nests()});
  drop_old(old, entry);
  put_object(entry, type, std::move(object));
  charge(*entry);
  return entry;
}

void Keyspace::account(Entry& entry) {
  Object& object = object_of(entry);
  bytes_ += recount(object.accounted_, object.bytes());
  modelled_ += recount(object.modelled_, object.modelled_allocations());
}

// Puts an entry of another layout in the place of this one: same key, same table position, same deadline. The
// value is not carried over, and the old entry not freed.
Entry* Keyspace::replace(Entry* entry, Layout layout) {
  layout.timed |= entry->timed;
  Entry* fresh = allocate(entry->key(), layout).release();
  fresh->lru = entry->lru;
  fresh->next = entry->next;
  table_.replace(entry, fresh, hash(entry->key()));
  if (entry->has_ttl()) {
    fresh->deadline() = entry->deadline();
    deadlines_[fresh->deadline().slot].entry = fresh;
  }
  order_->moved(*entry, *fresh);
  return fresh;
}

// Ends a value whose place `fresh` has taken, which may be the same entry.
void Keyspace::drop_old(Entry* old, const Entry* fresh) {
  discharge(*old);
  drop_value(old);
  if (old != fresh) free_memory(old);
}

std::vector<Entry*> Keyspace::entries() const {
  std::vector<Entry*> all;
  all.reserve(size());
  table_.for_each([&](Entry& entry) { all.push_back(&entry); });
  return all;
}

Entry* Keyspace::fit(Entry* entry) {
  if (entry->placed != order_->active()) entry = rebuild(entry, entry->timed);
  if (entry->placed) entry->place() = {nullptr, nullptr};
  return entry;
}

void Keyspace::drop_value(Entry* entry) {
  if (entry->kind() != Type::string && entry->nested) {
    Object& object = object_of(*entry);
    try {
      if (!Garbage::is_small(object)) drop_object(object.move_out());
    } catch (const std::bad_alloc&) {
      // Then it goes at once.
    }
    object.~Object();
  } else if (entry->kind() != Type::string) {
    if (Object& object = object_of(*entry); object.shares()->leave())
      drop_object(std::unique_ptr<Object>(&object));
  } else if (!entry->embedded && entry->coding() != Encoding::integer) {
    drop_bytes(entry->bytes);
  }
}

void Keyspace::drop_object(std::unique_ptr<Object> object) {
  if (garbage_ != nullptr) garbage_->add(std::move(object));
}

void Keyspace::drop_bytes(Bytes* bytes) {
  if (bytes->shares.leave()) std::free(bytes);
}

Entry* Keyspace::assign_string(Entry* entry, std::string_view bytes, Encoding encoding) {
  if (entry->embedded && bytes.size() <= entry->inside.capacity) {
    // Usually nothing changes that is counted.
    const bool is_alike = entry->inside.size == bytes.size() && entry->coding() == encoding;
    if (!is_alike) discharge(*entry);
    entry->become(Type::string, encoding);
    entry->inside.size = static_cast<std::uint32_t>(bytes.size());
    copy_bytes(bytes, entry->value_data());
    if (!is_alike) charge(*entry);
    return entry;
  }
  const bool plain =
      entry->kind() == Type::string && !entry->embedded && entry->coding() != Encoding::integer;
  // A set value has no spare room (MEMORY USAGE tells), so only an allocation of just its size is kept.
  if (plain && bytes.size() > kMaxEmbedded && bytes.size() == entry->bytes->capacity &&
      entry->bytes->shares.alone()) {
    discharge(*entry);
    entry->become(Type::string, encoding);
    entry->bytes->size = bytes.size();
    std::memmove(entry->bytes->data(), bytes.data(), bytes.size());
  } else {
    // Only what is ready takes the old value's place.
    std::unique_ptr<Bytes, Free> apart;
    const bool inside = bytes.size() <= kMaxEmbedded;
    if (!inside) apart.reset(filled(bytes, bytes.size()));
    Entry* const old = entry;
    entry = replace(old, {.embedded = inside ? bytes.size() : 0});
    if (inside) {
      put_string(entry, bytes, encoding);
    } else {
      entry->become(Type::string, encoding);
      entry->bytes = apart.release();
    }
    drop_old(old, entry);
  }
  charge(*entry);
  return entry;
}

Entry* Keyspace::assign_integer(Entry* entry, std::int64_t number) {
  if (entry->kind() == Type::string && entry->coding() == Encoding::integer) {
    entry->integer = number;
    return entry;
  }
  Entry* const old = entry;
  entry = replace(old, {});
  drop_old(old, entry);
  entry->become(Type::string, Encoding::integer);
  entry->integer = number;
  charge(*entry);
  return entry;
}

Entry* Keyspace::make_growable(Entry* entry, std::size_t capacity) {
  const bool plain = !entry->embedded && entry->coding() != Encoding::integer;
  if (plain && entry->bytes->capacity >= capacity) {
    if (!entry->bytes->shares.alone()) entry->bytes = replace_bytes(entry->bytes, entry->bytes->capacity);
    entry->become(Type::string, Encoding::raw);
    return entry;
  }
  IntegerText digits;
  std::string_view text;
  if (entry->coding() == Encoding::integer)
    text = digits = format_int64(entry->integer);
  else
    text = entry->embedded ? std::string_view(entry->value_data(), entry->inside.size) : entry->bytes->view();
  Bytes* bytes = nullptr;
  if (!plain) {
    std::unique_ptr<Bytes, Free> apart(filled(text, std::max(capacity, text.size())));
    Entry* const old = entry;
    entry = replace(old, {});
    drop_old(old, entry);
    bytes = apart.release();
  } else if (!entry->bytes->shares.alone()) {
    bytes = filled(text, capacity);
    discharge(*entry);
    drop_bytes(entry->bytes);
  } else {
    discharge(*entry);
    // Large blocks are often extended or remapped in place, without copying.
    bytes = static_cast<Bytes*>(std::realloc(entry->bytes, sizeof(Bytes) + capacity));
    if (bytes == nullptr) {
      charge(*entry);
      throw std::bad_alloc();
    }
    bytes->capacity = capacity;
  }
  entry->become(Type::string, Encoding::raw);
  entry->bytes = bytes;
  charge(*entry);
  return entry;
}

Entry* Keyspace::insert_copy(std::string_view key, std::uint64_t hash, const Entry& from) {
  if (from.kind() != Type::string) return insert_object(key, hash, from.kind(), object_of(from).clone());
  if (from.coding() == Encoding::integer) return insert_integer(key, hash, from.integer);
  const std::string_view text =
      from.embedded ? std::string_view(from.value_data(), from.inside.size) : from.bytes->view();
  return insert_string(key, hash, text, from.coding());
}

void Keyspace::set_shared(Entry& entry, bool shared) {
  if (entry.shared == shared) return;
  discharge(entry);
  entry.shared = shared;
  charge(entry);
}

Entry* Keyspace::insert_moved(std::string_view key, std::uint64_t hash, Entry& from, Keyspace& source) {
  Entry* entry = nullptr;
  if (from.kind() == Type::string && (from.embedded || from.coding() == Encoding::integer)) {
    entry = insert_copy(key, hash, from);
    set_shared(*entry, from.shared);
  } else {
    make_room(kNever);
    entry = allocate(key, {.timed = static_cast<bool>(from.timed), .nested = static_cast<bool>(from.nested)})
                .release();
    source.discharge(from);
    carry_value(from, *entry);
    link(entry, hash, kNever);
    from.become(Type::string, Encoding::integer);
    from.shared = 0;
    from.integer = 0;
    source.charge(from);
  }
  entry->lru = from.lru;
  order_->moved(from, *entry);
  return entry;
}

// The same entry in another layout.
Entry* Keyspace::rebuild(Entry* entry, bool timed) {
  Entry* fresh =
      replace(entry, {entry->embedded ? entry->inside.size : 0, timed, static_cast<bool>(entry->nested)});
  discharge(*entry);
  carry_value(*entry, *fresh);
  free_memory(entry);
  charge(*fresh);
  return fresh;
}

Entry* Keyspace::set_deadline(Entry* entry, Millis at) {
  const bool had_ttl = entry->has_ttl();
  entry = move_deadline(entry, at);
  if (had_ttl == entry->has_ttl()) return entry;
  modelled_ += entry->has_ttl() ? memory_model::kTableEntry : -memory_model::kTableEntry;
  order_->deadline_changed(*entry);
  return entry;
}

Entry* Keyspace::move_deadline(Entry* entry, Millis at) {
  if (at == kNever) {
    if (entry->has_ttl()) {
      heap_remove(entry->deadline().slot);
      entry->deadline().at = kNever;
    }
    return entry;
  }
  deadlines_.make_room_for_one();
  if (!entry->timed) entry = rebuild(entry, true);
  Entry::Deadline& deadline = entry->deadline();
  if (deadline.at == kNever) {
    deadline.slot = deadlines_.size();
    deadlines_.push_back({at, 0, entry});
  }
  const std::size_t slot = deadline.slot;
  deadline.at = at;
  deadlines_[slot].at = at;
  deadlines_[slot].turn = ++last_turn_;
  heap_up(slot);
  heap_down(entry->deadline().slot);
  return entry;
}

void Keyspace::heap_place(std::size_t slot, Due due) {
  deadlines_[slot] = due;
  due.entry->deadline().slot = slot;
}

void Keyspace::heap_up(std::size_t slot) {
  const Due due = deadlines_[slot];
  while (slot > 0) {
    const std::size_t parent = (slot - 1) / 4;
    if (!due.before(deadlines_[parent])) break;
    heap_place(slot, deadlines_[parent]);
    slot = parent;
  }
  heap_place(slot, due);
}

void Keyspace::heap_down(std::size_t slot) {
  const Due due = deadlines_[slot];
  while (true) {
    const std::size_t first = slot * 4 + 1;
    if (first >= deadlines_.size()) break;
    std::size_t least = first;
    const std::size_t end = std::min(first + 4, deadlines_.size());
    for (std::size_t child = first + 1; child < end; ++child)
      if (deadlines_[child].before(deadlines_[least])) least = child;
    if (!deadlines_[least].before(due)) break;
    heap_place(slot, deadlines_[least]);
    slot = least;
  }
  heap_place(slot, due);
}

void Keyspace::heap_remove(std::size_t slot) {
  const Due last = deadlines_.back();
  deadlines_.pop_back();
  if (slot == deadlines_.size()) return;
  heap_place(slot, last);
  heap_up(slot);
  heap_down(last.entry->deadline().slot);
}

Millis Keyspace::average_ttl(Millis now) const {
  const std::size_t n = std::min<std::size_t>(deadlines_.size(), 1000);
  Millis sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    sum += std::max<Millis>(0, deadlines_[i].at - now) / static_cast<Millis>(n);
  return sum;
}

void Keyspace::free_entry(Entry* entry) {
  drop_value(entry);
  free_memory(entry);
}

void Keyspace::free_memory(Entry* entry) {
  if (!block_.holds(entry)) return std::free(entry);
  if (--block_.entries == 0) block_ = {};
}

void Keyspace::erase(Entry* entry) {
  order_->remove(*entry);
  if (entry->has_ttl()) {
    heap_remove(entry->deadline().slot);
    modelled_ -= memory_model::kTableEntry;
  }
  discharge(*entry);
  table_.remove(entry, hash(entry->key()));
  free_entry(entry);
}

void Keyspace::clear() {
  table_.for_each([&](Entry& entry) { free_entry(&entry); });
  table_.release();
  deadlines_ = {};
  bytes_ = modelled_ = 0;
}

bool Keyspace::dismantle(std::size_t n) {
  // The heap of deadlines means nothing any more: it shrinks as the table does.
  for (std::size_t i = 0; i < n && !deadlines_.empty(); ++i) deadlines_.pop_back();
  return table_.drain(n, [this](Entry* entry) { free_entry(entry); });
}

void Keyspace::swap(Keyspace& other) noexcept {
  table_.swap(other.table_);
  deadlines_.swap(other.deadlines_);
  std::swap(block_, other.block_);
  std::swap(last_turn_, other.last_turn_);
  std::swap(bytes_, other.bytes_);
  std::swap(modelled_, other.modelled_);
}

}  // namespace redouble
