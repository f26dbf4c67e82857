// Hashes as RDB: a listpack (formerly a ziplist or zipmap) of fields and values, or each of them.
#include "engine/rdb/types.h"

namespace redouble::rdb {
namespace {

// What is longer than a listpack's values may be stays in one that comes from a newer file, as in Redis: it
// was in one before, too. A zipmap had limits of its own.
bool has_long_items(const Listpack& pairs, std::uint64_t most) {
  for (auto at = pairs.begin(); at != pairs.end(); at = pairs.next(at))
    if (const auto item = pairs[at]; !item.is_number && item.text.size() > most) return true;
  return false;
}

std::unique_ptr<HashValue> read_pairs(RdbReader& in, const HashValue::Limits& limits) {
  const std::size_t n = in.count();
  auto hash = std::make_unique<HashValue>();
  if (n > limits.entries) hash->become_table(limits.seed);
  std::string field_scratch, scratch;
  for (std::size_t i = 0; i < n && in.ok(); ++i) {
    const auto field = in.string(field_scratch);
    const auto value = in.string(scratch);
    if (!in.ok()) break;
    const std::string_view both[] = {field, value};
    hash->make_room(both, limits);
    if (!hash->set(field, value, limits)) in.fail("a hash has a field twice");
  }
  return in.ok() && n > 0 ? std::move(hash) : nullptr;
}

}  // namespace

void write_hash(RdbWriter& out, const HashValue& hash) {
  if (!hash.is_table()) return out.string(hash.listpack().serialize());
  out.length(hash.size());
  hash.for_each([&](const HashValue::Pair& pair) {
    out.string(pair.field.text);
    out.string(pair.value.text);
  });
}

std::unique_ptr<HashValue> read_hash(RdbReader& in, std::uint8_t kind, const RdbContext& context) {
  const HashValue::Limits limits{limit(context, Setting::hash_max_listpack_entries),
                                 limit(context, Setting::hash_max_listpack_value), context.seed};
  if (kind == kHash) return read_pairs(in, limits);
  Listpack pairs = kind == kHashListpack  ? read_listpack(in)
                   : kind == kHashZiplist ? read_ziplist(in)
                                          : read_zipmap(in);
  if (in.ok() && !is_of_different_pairs(pairs)) in.fail("a hash has a field twice, or half a pair");
  if (!in.ok() || pairs.empty()) return nullptr;
  const bool too_long = kind == kHashZipmap && has_long_items(pairs, limits.value);
  auto hash = std::make_unique<HashValue>(std::move(pairs));
  if (hash->size() > limits.entries || too_long) hash->become_table(limits.seed);
  return hash;
}

}  // namespace redouble::rdb
