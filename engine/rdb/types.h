// The pairs of functions behind value.h, one file a type. A reader returns null for a collection without
// members, or after an error, which `in` keeps.
#pragma once

#include <memory>
#include <optional>

#include "engine/rdb/format.h"
#include "engine/rdb/value.h"
#include "engine/types/hash.h"
#include "engine/types/listpack.h"
#include "engine/types/set.h"
#include "engine/types/sorted_set.h"

namespace redouble::rdb {

void write_set(RdbWriter& out, const SetValue& set);
std::unique_ptr<SetValue> read_set(RdbReader& in, std::uint8_t kind, const RdbContext& context);

void write_hash(RdbWriter& out, const HashValue& hash);
std::unique_ptr<HashValue> read_hash(RdbReader& in, std::uint8_t kind, const RdbContext& context);

void write_sorted_set(RdbWriter& out, const SortedSetValue& set);
std::unique_ptr<SortedSetValue> read_sorted_set(RdbReader& in, std::uint8_t kind, const RdbContext& context);

// --- Packed encodings, shared by several types ------------------------------------------------------------

/// Reads a string that holds a listpack, ziplist or zipmap.
Listpack read_listpack(RdbReader& in);
Listpack read_ziplist(RdbReader& in);
Listpack read_zipmap(RdbReader& in);

/// Whether the pack consists of pairs whose first halves are all different.
bool is_of_different_pairs(const Listpack& pack);

/// A setting that limits a packed encoding.
inline std::size_t limit(const RdbContext& context, Setting setting) {
  return static_cast<std::size_t>(context.config.number(setting));
}

}  // namespace redouble::rdb
