// Listpacks, ziplists and zipmaps inside values: read, checked, and made canonical.
#include <algorithm>
#include <vector>

#include "engine/rdb/old_encodings.h"
#include "engine/rdb/types.h"

namespace redouble::rdb {
namespace {

bool spells_number(const Listpack::Item& item) {
  return !item.is_number && item.text.size() <= kMaxInt64Chars && parse_int64(item.text).has_value();
}

// Redis never keeps a number as text in a listpack, and lookups count on that. A payload may.
Listpack canonical(Listpack pack) {
  bool is_canonical = true;
  for (auto at = pack.begin(); at != pack.end() && is_canonical; at = pack.next(at))
    is_canonical = !spells_number(pack[at]);
  if (is_canonical) return pack;
  Listpack fresh;
  IntegerText scratch;
  for (auto at = pack.begin(); at != pack.end(); at = pack.next(at)) fresh.push_back(pack[at].bytes(scratch));
  return fresh;
}

Listpack read_packed(RdbReader& in, std::optional<Listpack> (*parse)(std::string_view),
                     std::string_view what_is_wrong) {
  std::string scratch;
  const auto bytes = in.string(scratch);
  if (!in.ok()) return {};
  auto pack = parse(bytes);
  if (!pack) in.fail(what_is_wrong);
  return pack ? canonical(std::move(*pack)) : Listpack();
}

// Numbers first; for items of canonical packs.
bool is_before(const Listpack::Item& a, const Listpack::Item& b) {
  if (a.is_number != b.is_number) return a.is_number;
  return a.is_number ? a.number < b.number : a.text < b.text;
}

}  // namespace

Listpack read_listpack(RdbReader& in) {
  return read_packed(in, Listpack::parse, "a listpack is corrupt");
}

Listpack read_ziplist(RdbReader& in) {
  return read_packed(in, listpack_of_ziplist, "a ziplist is corrupt");
}

Listpack read_zipmap(RdbReader& in) {
  return read_packed(in, listpack_of_zipmap, "a zipmap is corrupt");
}

bool is_of_different_pairs(const Listpack& pack) {
  if (pack.count() % 2 != 0) return false;
  std::vector<Listpack::Item> firsts;
  firsts.reserve(pack.count() / 2);
  for (auto at = pack.begin(); at != pack.end(); at = pack.next(pack.next(at))) firsts.push_back(pack[at]);
  std::sort(firsts.begin(), firsts.end(), is_before);
  return std::adjacent_find(firsts.begin(), firsts.end(),
                            [](const auto& a, const auto& b) { return !is_before(a, b); }) == firsts.end();
}

}  // namespace redouble::rdb
