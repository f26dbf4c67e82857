// Sets as RDB: an intset's bytes, or the members.
#include "engine/rdb/types.h"

namespace redouble::rdb {
namespace {

std::unique_ptr<SetValue> read_intset(RdbReader& in, const SetValue::Limits& limits) {
  std::string scratch;
  const auto bytes = in.string(scratch);
  auto numbers = in.ok() ? Intset::parse(bytes) : std::nullopt;
  if (!numbers) {
    in.fail("an intset is corrupt");
    return nullptr;
  }
  auto set = std::make_unique<SetValue>(std::move(*numbers));
  if (set->size() > limits.intset_entries) set->become_table(limits.seed);
  return set;
}

}  // namespace

void write_set(RdbWriter& out, const SetValue& set) {
  if (!set.is_table()) return out.string(set.intset().serialize());
  out.length(set.size());
  set.for_each([&](const SetValue::Item& member) { out.string(member.text); });
}

std::unique_ptr<SetValue> read_set(RdbReader& in, std::uint8_t kind, const RdbContext& context) {
  const SetValue::Limits limits{limit(context, Setting::set_max_intset_entries), context.seed};
  if (kind == kSetIntset) return read_intset(in, limits);
  const std::size_t n = in.count();
  auto set = std::make_unique<SetValue>();
  if (n > limits.intset_entries) set->become_table(limits.seed);
  std::string scratch;
  for (std::size_t i = 0; i < n && in.ok(); ++i) {
    const auto member = in.string(scratch);
    if (in.ok() && !set->add(member, limits)) in.fail("a set has a member twice");
  }
  return in.ok() && n > 0 ? std::move(set) : nullptr;
}

}  // namespace redouble::rdb
