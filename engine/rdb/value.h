// Values as RDB: of each type how it is written, as redis-server 7.0.15 does, and read in every encoding that
// it still reads. A value that is read is whole and consistent, or refused: there is no half way, and nothing
// is taken on trust. A new type is one pair of functions, declared in types.h and named in value.cpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/config.h"
#include "engine/entry.h"
#include "engine/object.h"
#include "engine/rdb/reader.h"
#include "engine/rdb/writer.h"

namespace redouble {

/// What decides how a value is kept that was read.
struct RdbContext {
  const Config& config;
  std::uint64_t seed;      // of its hash tables
  std::size_t plain_from;  // an element of a list of this size has a node of its own
};

/// No string is longer; what a compressed one may claim.
inline std::uint64_t longest_string(const Config& config) {
  return std::max(RdbReader::kLongestString,
                  static_cast<std::uint64_t>(config.number(Setting::proto_max_bulk_len)));
}

/// A value without a key.
struct RdbValue {
  Type type = Type::string;
  std::string text;                // of a string
  std::unique_ptr<Object> object;  // of every other type; null when it has no members
};

/// The byte that tells how the value is written.
std::uint8_t rdb_kind_of(const Entry& entry);
void write_value(RdbWriter& out, const Entry& entry);

/// Reads a value of that kind. What is wrong is the reader's error.
RdbValue read_value(RdbReader& in, std::uint8_t kind, const RdbContext& context);
/// True when it is a collection without members, which is no value at all.
inline bool is_empty(const RdbValue& value) {
  return value.type != Type::string && value.object == nullptr;
}

}  // namespace redouble
