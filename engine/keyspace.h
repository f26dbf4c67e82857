// One database's keys, values and deadlines: storage only. What a change means (events, WATCH, waiting
// clients) is Database's business; commands use that, not this.
// Invariant: every entry is in the table, and in the heap of deadlines exactly when it has a TTL.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/entry.h"
#include "engine/hash_table.h"
#include "engine/pages.h"
#include "engine/random.h"
#include "protocol/hash.h"
#include "protocol/same_bytes.h"

namespace redouble {

class Ceiling;
class EvictionOrder;
class Garbage;
class Object;

/// Out of memory: what would change a key has changed nothing then, and what frees does not fail.
class Keyspace {
 public:
  /// Big values that are dropped go to `garbage`, keys stand in `order`, a larger table is asked of
  /// `ceiling`; all three outlive the keyspace.
  Keyspace(std::uint64_t seed, Garbage& garbage, EvictionOrder& order, const Ceiling& ceiling)
      : garbage_(&garbage), order_(&order), ceiling_(&ceiling), table_(seed) {}
  ~Keyspace() { clear(); }

  /// Each entry's copy.
  using Copies = std::unordered_map<const Entry*, Entry*>;
  /// Everything as it is here, to the order of the buckets: for a snapshot, which belongs to no engine and
  /// which any thread may read. What is large in a value is shared from then on, and copied by whoever is the
  /// first to change it. `copies`, if there is one, learns of each entry.
  std::unique_ptr<Keyspace> snapshot(Copies* copies = nullptr) const;
  /// The same for an engine; its keys stand in no order yet.
  std::unique_ptr<Keyspace> copy_for(Garbage& garbage, EvictionOrder& order, const Ceiling& ceiling,
                                     Copies* copies = nullptr) const;
  /// What comes before a change of a value that may be shared. Not of strings: these do it by themselves.
  void own(Entry& entry);

  std::uint64_t seed() const { return table_.seed(); }
  [[gnu::always_inline]] std::uint64_t hash(std::string_view key) const {
    return hash_bytes(key, table_.seed());
  }
  Entry* find(std::string_view key, std::uint64_t hash) const;
  Entry* find(std::string_view key) const { return find(key, hash(key)); }
  /// The same in line, for the one place that the lookups of commands go through.
  [[gnu::always_inline]] Entry* find_inline(std::string_view key, std::uint64_t hash) const {
    return table_.find(hash, [&](const Entry& entry) {
      return entry.key_size == key.size() && same_bytes(entry.key_data(), key.data(), key.size());
    });
  }

  bool contains(std::string_view key) const;

  /// A hint: of each of these requests every `step`-th word from `first` on is a key that will be looked for
  /// soon. Starts to fetch the memory of some, without waiting for it: returns of how many requests.
  std::size_t prefetch(std::span<const std::span<const std::string_view>> requests, std::size_t first,
                       std::size_t step) const;
  /// The same for the first few requests of a pipeline: their keys, and what they will look for in the
  /// values.
  void prefetch_for(std::span<const std::span<const std::string_view>> requests);

  std::size_t size() const { return table_.size(); }
  std::size_t timed() const { return deadlines_.size(); }
  /// Bytes held by entries and values, and by the tables.
  std::size_t bytes() const { return bytes_ + table_bytes(); }
  /// What redis-server would have allocated for all of it: see memory_model.h.
  std::size_t modelled_bytes() const;
  std::size_t table_bytes() const { return (table_.buckets(0) + table_.buckets(1)) * sizeof(void*); }

  /// Adds a string; the key must not be there. Room for a deadline is made when `at` is one.
  Entry* insert_string(std::string_view key, std::uint64_t hash, std::string_view bytes, Encoding encoding,
                       Millis at = kNever);
  Entry* insert_integer(std::string_view key, std::uint64_t hash, std::int64_t number, Millis at = kNever);
  Entry* insert_object(std::string_view key, std::uint64_t hash, Type type, std::unique_ptr<Object> object);
  /// Replaces the value by an object; the deadline stays. The entry may move.
  Entry* assign_object(Entry* entry, Type type, std::unique_ptr<Object> object);
  /// Counts the bytes that an object uses now.
  void account(Entry& entry);
  /// Replaces the value by a string; the deadline stays. The entry may move.
  Entry* assign_string(Entry* entry, std::string_view bytes, Encoding encoding);
  Entry* assign_integer(Entry* entry, std::int64_t number);
  /// The bytes of a string, made writable with room for `capacity`, as encoding raw; an integer becomes text.
  Entry* make_growable(Entry* entry, std::size_t capacity);
  /// A copy of a value of any type under another key, which must not be there, without its deadline.
  Entry* insert_copy(std::string_view key, std::uint64_t hash, const Entry& from);
  /// Takes a value out of `from` (an entry of `source`, this or another keyspace) under a new key; `from` is
  /// left an integer 0 (or its short string), to be removed by the caller.
  Entry* insert_moved(std::string_view key, std::uint64_t hash, Entry& from, Keyspace& source);
  /// Whether the integer is one of those that Redis keeps once for all keys.
  void set_shared(Entry& entry, bool shared);

  /// Gives the entry a deadline, or takes it (kNever). The entry may move.
  Entry* set_deadline(Entry* entry, Millis at);
  Millis next_deadline() const { return deadlines_.empty() ? kNever : deadlines_.front().at; }
  Entry* next_due() { return deadlines_.front().entry; }
  /// The mean time to live of the keys with one, at most the first 1,000 of the heap, in ms.
  Millis average_ttl(Millis now) const;

  void erase(Entry* entry);
  void clear();
  /// All entries, in no order.
  std::vector<Entry*> entries() const;
  /// Gives the entry the room for a place in the order that the order needs, or takes it; it stands in none
  /// then. The entry may move.
  Entry* fit(Entry* entry);
  /// Makes the keys belong to another order from now on, which they do not stand in yet.
  void join(EvictionOrder& order) { order_ = &order; }
  /// Frees up to `n` keys of a keyspace that is used no more; true when none is left.
  bool dismantle(std::size_t n);
  void swap(Keyspace& other) noexcept;

  template <class Visit>
  std::uint64_t scan(std::uint64_t cursor, Visit&& visit) {
    return table_.scan(cursor, visit);
  }
  template <class Visit>
  void for_each(Visit&& visit) const {
    table_.for_each(visit);
  }
  Entry* random(Random& random) {
    return table_.random([&](std::uint64_t n) { return random.below(n); });
  }
  /// One of the keys with a deadline; nullptr when there is none.
  Entry* random_timed(Random& random) {
    return deadlines_.empty() ? nullptr : deadlines_[random.below(deadlines_.size())].entry;
  }
  std::size_t buckets(int table) const { return table_.buckets(table); }
  std::size_t used(int table) const { return table_.used(table); }
  template <class Visit>
  void for_each_chain(int table, Visit&& visit) const {
    table_.for_each_chain(table, visit);
  }
  bool rehashing() const { return table_.rehashing(); }
  void expect(std::size_t n) { table_.expect(n); }

 private:
  struct Links {
    static Entry*& next(Entry& entry) { return entry.next; }
    static std::uint64_t hash(const Entry& entry, std::uint64_t seed) {
      return hash_bytes(entry.key(), seed);
    }
  };
  // Equal deadlines: in the order in which they were set.
  struct Due {
    Millis at;
    std::uint64_t turn;
    Entry* entry;

    bool before(const Due& other) const { return at != other.at ? at < other.at : turn < other.turn; }
  };

  /// What an entry has room for beside its key.
  struct Layout {
    std::size_t embedded = 0;  // bytes of a value
    bool timed = false, nested = false;
  };

  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  /// An entry that stands in no table yet, without a value.
  using Fresh = std::unique_ptr<Entry, Free>;

  /// The entries of a copy, one behind the other in one allocation.
  struct Block {
    struct Free {
      void operator()(char* bytes) const { std::free(bytes); }
    };
    std::unique_ptr<char, Free> memory;
    std::size_t size = 0;
    std::size_t entries = 0;  // that still live there

    bool holds(const Entry* entry) const {
      const std::less<const char*> before{};
      const auto* at = reinterpret_cast<const char*>(entry);
      return !before(at, memory.get()) && before(at, memory.get() + size);
    }
  };

  Keyspace(std::uint64_t seed, Garbage* garbage, EvictionOrder* order, const Ceiling* ceiling)
      : garbage_(garbage), order_(order), ceiling_(ceiling), table_(seed) {}
  std::unique_ptr<Keyspace> copy(std::unique_ptr<Keyspace> to, Copies* copies) const;
  static std::size_t size_of_copy(const Entry& entry, bool placed);
  Entry* copy_entry(Entry& from, char* at, bool placed);
  void free_memory(Entry* entry);
  void drop_bytes(Bytes* bytes);
  void drop_object(std::unique_ptr<Object> object);
  bool may_grow() const;
  /// Whether its buckets, at least, are in the processor's cache anyway.
  bool is_cached() const { return table_.buckets(0) + table_.buckets(1) <= 8192; }
  bool prefetch_keys(std::span<const std::uint64_t> hashes) const;
  void make_room(Millis at);
  Fresh allocate(std::string_view key, Layout layout);
  Entry* link(Entry* entry, std::uint64_t hash, Millis at);
  Entry* replace(Entry* entry, Layout layout);
  static void put_string(Entry* entry, std::string_view bytes, Encoding encoding);
  static void put_object(Entry* entry, Type type, std::unique_ptr<Object> object);
  void drop_old(Entry* old, const Entry* fresh);
  void drop_value(Entry* entry);
  void free_entry(Entry* entry);
  Entry* rebuild(Entry* entry, bool timed);
  Entry* move_deadline(Entry* entry, Millis at);
  static std::size_t footprint(const Entry& entry);
  static std::size_t modelled(const Entry& entry);
  void charge(Entry& entry);
  void discharge(Entry& entry);

  void heap_place(std::size_t slot, Due due);
  void heap_up(std::size_t slot);
  void heap_down(std::size_t slot);
  void heap_remove(std::size_t slot);

  // Null in a snapshot.
  Garbage* garbage_;
  EvictionOrder* order_;
  const Ceiling* ceiling_;
  Block block_;
  HashTable<Entry, Links> table_;
  PagedVector<Due> deadlines_;  // a heap of four children a node, the nearest first
  std::uint64_t last_turn_ = 0;
  std::size_t bytes_ = 0, modelled_ = 0;
};

}  // namespace redouble
