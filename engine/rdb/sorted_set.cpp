// Sorted sets as RDB: a listpack (formerly a ziplist) of members and scores, or each of them, the highest
// first.
#include <cmath>
#include <vector>

#include "engine/rdb/types.h"

namespace redouble::rdb {
namespace {

std::optional<double> score_of(const Listpack::Item& item) {
  if (item.is_number) return static_cast<double>(item.number);
  return parse_double(item.text);
}

// Whether members and scores are in the order that lookups count on, every score a number.
bool is_in_order(const Listpack& pairs) {
  std::optional<double> before;
  std::string member_before;
  IntegerText scratch;
  for (auto at = pairs.begin(); at != pairs.end();) {
    const auto member = pairs[at].bytes(scratch);
    at = pairs.next(at);
    const auto score = score_of(pairs[at]);
    at = pairs.next(at);
    if (!score || std::isnan(*score)) return false;
    if (before && (*score < *before || (*score == *before && member <= member_before))) return false;
    before = score;
    member_before = member;
  }
  return true;
}

std::unique_ptr<SortedSetValue> read_packed(RdbReader& in, std::uint8_t kind,
                                            const SortedSetValue::Limits& limits) {
  Listpack pairs = kind == kZsetListpack ? read_listpack(in) : read_ziplist(in);
  if (in.ok() && !is_of_different_pairs(pairs)) in.fail("a sorted set has a member twice, or half a pair");
  if (in.ok() && !is_in_order(pairs)) in.fail("a sorted set is out of order, or a score is not a number");
  if (!in.ok() || pairs.empty()) return nullptr;
  if (pairs.count() / 2 <= limits.entries) return std::make_unique<SortedSetValue>(std::move(pairs));
  auto set = std::make_unique<SortedSetValue>();
  IntegerText scratch;
  for (auto at = pairs.begin(); at != pairs.end(); at = pairs.next(pairs.next(at)))
    set->set(pairs[at].bytes(scratch), score_of(pairs[pairs.next(at)]).value_or(0), {0, 0, limits.seed});
  return set;
}

}  // namespace

void write_sorted_set(RdbWriter& out, const SortedSetValue& set) {
  if (set.encoding() == Encoding::listpack) return out.string(set.listpack().serialize());
  out.length(set.size());
  set.visit(set.all(true), [&](std::string_view member, double score) {
    out.string(member);
    out.real(score);
  });
}

std::unique_ptr<SortedSetValue> read_sorted_set(RdbReader& in, std::uint8_t kind, const RdbContext& context) {
  const SortedSetValue::Limits limits{limit(context, Setting::zset_max_listpack_entries),
                                      limit(context, Setting::zset_max_listpack_value), context.seed};
  if (kind == kZsetListpack || kind == kZsetZiplist) return read_packed(in, kind, limits);
  const std::size_t n = in.count();
  auto set = std::make_unique<SortedSetValue>();
  // What is to end up as a score tree is one from the start.
  const SortedSetValue::Limits from_now =
      n > limits.entries ? SortedSetValue::Limits{0, 0, limits.seed} : limits;
  std::string scratch;
  for (std::size_t i = 0; i < n && in.ok(); ++i) {
    const auto member = in.string(scratch);
    const double score = kind == kZset2 ? in.real() : in.ascii_real();
    if (std::isnan(score)) in.fail("a sorted set has a score that is not a number");
    if (!in.ok()) break;
    const auto added = set->add(member, score, {}, from_now);
    if (added.kind != SortedSetValue::Added::Kind::added) in.fail("a sorted set has a member twice");
  }
  return in.ok() && n > 0 ? std::move(set) : nullptr;
}

}  // namespace redouble::rdb
