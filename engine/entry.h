// A key with its value: one allocation that holds the header, the deadline if it ever had one, its place in
// the order of eviction if a policy keeps one, the key's bytes and, when small, the value's bytes. The object
// of a hash, a set or a sorted set is nested: it begins where a pointer to it would be.
//
//   | next | meta | key size | integer, object or size+capacity | [rest of an object] | [deadline] | [place]
//   | | key … | [value …] |
//
// Invariant: only Keyspace makes, moves and frees entries; pointers to one are good until its next change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "engine/shares.h"

namespace redouble {

enum class Type : std::uint8_t { string, list, set, sorted_set, hash, stream };
/// What OBJECT ENCODING says. The first three are those of strings, and the only ones that an entry itself
/// keeps.
enum class Encoding : std::uint8_t {
  raw,
  integer,
  embstr,
  hashtable,
  listpack,
  intset,
  skiplist,
  quicklist,
  stream,
};

std::string_view name_of(Type type);          // "string", "zset" …
std::string_view name_of(Encoding encoding);  // "embstr" …

/// Milliseconds since 1970; `kNever` when there is no deadline. A deadline in the last millisecond that the
/// type can name counts as one millisecond earlier.
using Millis = std::int64_t;
inline constexpr Millis kNever = std::numeric_limits<Millis>::max();
/// The latest deadline that can be kept; what a client sets for kNever itself.
inline constexpr Millis kLastDeadline = kNever - 1;

/// The bytes of a string that is too large, or grew too often, to live inside its entry.
struct Bytes {
  std::uint64_t size;
  std::uint64_t capacity;
  Shares shares;  // that hold it: see Entry::shared
  char* data() { return reinterpret_cast<char*>(this + 1); }
  const char* data() const { return reinterpret_cast<const char*>(this + 1); }

  std::string_view view() const { return {data(), size}; }
};

/// The LFU counter of a new key.
inline constexpr std::uint32_t kFirstCount = 5;

struct Entry {
  Entry* next;
  std::uint32_t type : 3;
  std::uint32_t encoding : 2;
  std::uint32_t timed : 1;   // has room for a deadline
  std::uint32_t placed : 1;  // has room for a place in the order of eviction
  std::uint32_t nested : 1;  // has room for an object, and in it one if it is not a string
  std::uint32_t lru : 24;    // seconds, or LFU: 16 bits of minutes and 8 of a counter
  std::uint32_t key_size : 30;
  std::uint32_t embedded : 1;  // a string whose bytes follow the key
  std::uint32_t shared : 1;    // an integer: see pooled(); else: a snapshot may hold the value too
  struct Inside {
    std::uint32_t size;
    std::uint32_t capacity;
  };
  union {
    std::int64_t integer;  // encoding integer
    Bytes* bytes;          // a string that is not embedded
    void* object;          // every other type, if not nested
    Inside inside;         // embedded
  };

  struct Deadline {
    Millis at;
    std::uint64_t slot;  // in the keyspace's heap of deadlines
  };

  /// Neighbours in the order of eviction; see eviction_order.h.
  struct Place {
    Entry* before;
    Entry* behind;
  };

  /// What a nested object takes behind the header, and in all.
  static constexpr std::size_t kNestedRest = 16, kNestedBytes = sizeof(void*) + kNestedRest;

  /// Where the object is. REQUIRES: not a string.
  const void* object_place() const { return nested ? &object : object; }
  void* object_place() { return nested ? &object : object; }

  Deadline& deadline() { return *reinterpret_cast<Deadline*>(behind_head() + nested * kNestedRest); }
  const Deadline& deadline() const { return const_cast<Entry*>(this)->deadline(); }
  Millis expires_at() const { return timed ? deadline().at : kNever; }
  bool has_ttl() const { return expires_at() != kNever; }

  /// REQUIRES: placed.
  Place& place() {
    return *reinterpret_cast<Place*>(behind_head() + nested * kNestedRest + timed * sizeof(Deadline));
  }

  char* key_data() {
    static_assert(sizeof(Deadline) == kNestedRest && sizeof(Place) == kNestedRest);
    return behind_head() + (std::size_t{nested} + timed + placed) * kNestedRest;
  }
  const char* key_data() const { return const_cast<Entry*>(this)->key_data(); }
  std::string_view key() const { return {key_data(), key_size}; }
  char* value_data() { return key_data() + key_size; }
  const char* value_data() const { return key_data() + key_size; }

  void become(Type new_type, Encoding new_encoding) {
    type = static_cast<unsigned>(new_type) & 7u;
    encoding = static_cast<unsigned>(new_encoding) & 3u;
  }
  /// Bytes in front of the key.
  std::size_t head_bytes() const {
    return static_cast<std::size_t>(key_data() - reinterpret_cast<const char*>(this));
  }
  char* behind_head() { return reinterpret_cast<char*>(this + 1); }
  /// Whether it is an integer that Redis would take from its pool of 0..9999.
  bool pooled() const { return shared != 0 && kind() == Type::string && coding() == Encoding::integer; }
  Type kind() const { return static_cast<Type>(type); }
  Encoding coding() const { return static_cast<Encoding>(encoding); }
};
static_assert(sizeof(Entry) == 24);

}  // namespace redouble
