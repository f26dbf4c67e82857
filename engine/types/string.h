// Strings: bytes, or an integer that is kept as one. Encodings as in Redis: int, embstr (up to 44 bytes,
// never changed in place), raw.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/database.h"
#include "protocol/number.h"

namespace redouble {

/// The bytes of a string entry; `scratch` holds them when it is an integer.
inline std::string_view text_of(const Entry& entry, IntegerText& scratch) {
  if (entry.coding() == Encoding::integer) return scratch = format_int64(entry.integer);
  return entry.embedded ? std::string_view(entry.value_data(), entry.inside.size) : entry.bytes->view();
}

/// Adds a string under a key that must not be there, as an integer if it spells one.
Entry* insert_text(Keyspace& keys, std::string_view key, std::uint64_t hash, std::string_view bytes,
                   Millis at = kNever);

class String : public AnyRef {
 public:
  static constexpr Type kType = Type::string;

  explicit String(const AnyRef& any) : AnyRef(any) {}

  /// The value's bytes; `scratch` holds them when the value is an integer. REQUIRES: the key exists.
  std::string_view text(IntegerText& scratch) const { return text_of(*entry_, scratch); }
  std::size_t size() const;
  /// The value as an integer, if it is one by Redis's rules.
  std::optional<std::int64_t> as_int64() const;

  /// Replaces (or creates) the value by `bytes`, kept as an integer if they spell one. The deadline stays.
  void assign(std::string_view bytes);
  /// The same for a key that may hold any type, with a new deadline (kNever: none).
  void replace(std::string_view bytes, Millis at);
  /// `assign`, but always in encoding raw (BITOP, PFADD).
  void assign_raw(std::string_view bytes);
  void assign(std::int64_t number);
  /// As `assign`, but never as an integer (INCRBYFLOAT).
  void assign_text(std::string_view bytes);
  /// Appends; creates. The encoding of an existing value becomes raw.
  void append(std::string_view bytes);
  /// Overwrites at `offset`, padding with zero bytes; creates.
  void set_range(std::size_t offset, std::string_view bytes);
  /// The bytes, writable, at least `size` of them (zero-padded), encoding raw; creates. For bitmaps.
  char* grow_to(std::size_t size);
  /// The bytes, writable, with room for `more` behind them, encoding raw. REQUIRES: the key exists.
  char* make_room(std::size_t more);
  /// What of the bytes and the room behind them is the value now. REQUIRES: after make_room.
  void set_size(std::size_t size);
};

}  // namespace redouble
