// Intersections, unions and differences of sets. What is stored is built as redis-server builds it, since the
// way decides the encoding.
#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "engine/call.h"
#include "engine/commands/encoding_limits.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "engine/types/set.h"

namespace redouble {
namespace {

using Item = SetValue::Item;
/// Null for a missing key. Good until the first change.
using Sets = std::vector<const SetValue*>;

void reply_item(Reply& reply, const Item& member) {
  IntegerText scratch;
  reply.bulk(member.bytes(scratch));
}

void reply_set(Reply& reply, const SetValue& set) {
  reply.set(set.size());
  set.for_each([&](const Item& member) { reply_item(reply, member); });
}

// Nothing when one of the keys holds something else.
std::optional<Sets> read_sets(Call& c, Argv keys) {
  Sets sets;
  sets.reserve(keys.size());
  for (const auto key : keys) {
    const auto set = c.db.read<Set>(key);
    if (set.wrong_type()) return std::nullopt;
    sets.push_back(set ? &set.value() : nullptr);
  }
  return sets;
}

bool any_missing(const Sets& sets) {
  return std::find(sets.begin(), sets.end(), nullptr) != sets.end();
}

// Shows what all sets have in common to `visit`, in the order of the smallest, until it returns false.
// REQUIRES: none is missing.
template <class Visit>
void intersect(Sets sets, Visit&& visit) {
  std::stable_sort(sets.begin(), sets.end(),
                   [](const SetValue* a, const SetValue* b) { return a->size() < b->size(); });
  const SetValue& smallest = *sets.front();
  smallest.all_of([&](const Item& member) {
    for (const SetValue* set : sets)
      if (set != &smallest && !set->contains(member)) return true;
    return visit(member);
  });
}

void delete_if_there(Call& c, std::string_view key) {
  if (AnyRef old = c.db.look(key)) c.db.remove(old, event::del);
}

// Puts the result under the destination, or deletes that if there is none. The reply comes before the event.
void store(Call& c, std::string_view destination, std::unique_ptr<SetValue> result, Event what) {
  const auto size = static_cast<std::int64_t>(result->size());
  if (size > 0) {
    AnyRef ref = c.db.put(destination, Type::set, std::move(result));
    c.reply.integer(size);
    c.db.changed(ref, what);
  } else {
    c.reply.integer(0);
    delete_if_there(c, destination);
  }
}

Outcome sinter(Call& c) {
  const auto sets = read_sets(c, c.args.rest());
  if (!sets) return err::wrong_type;
  if (any_missing(*sets)) {
    c.reply.set(0);
    return done;
  }
  if (sets->size() == 1) {
    reply_set(c.reply, *sets->front());
    return done;
  }
  std::vector<Item> common;
  intersect(*sets, [&](const Item& member) {
    common.push_back(member);
    return true;
  });
  c.reply.set(common.size());
  for (const Item& member : common) reply_item(c.reply, member);
  return done;
}

Outcome smembers(Call& c) {
  return sinter(c);
}

Outcome sinterstore(Call& c) {
  const auto destination = c.args.next();
  const auto sets = read_sets(c, c.args.rest());
  if (!sets) return err::wrong_type;
  if (any_missing(*sets)) {
    delete_if_there(c, destination);
    c.reply.integer(0);
    return done;
  }
  auto result = std::make_unique<SetValue>();
  const auto limits = set_limits(c);
  intersect(*sets, [&](const Item& member) {
    result->add(member, limits);
    return true;
  });
  store(c, destination, std::move(result), event::sinterstore);
  return done;
}

Outcome sintercard(Call& c) {
  const auto count = c.args.integer_in(1, INT64_MAX, err::numkeys_not_positive);
  if (!c.args.ok()) return err::numkeys_not_positive;
  if (static_cast<std::uint64_t>(count) > c.args.left()) return err::too_many_keys;
  const Argv keys = c.args.until_last(c.args.left() - static_cast<std::size_t>(count));
  std::int64_t limit = 0;
  while (c.args.more()) {
    if (c.args.left() < 2 || !c.args.take("LIMIT")) return err::syntax;
    limit = c.args.integer_in(0, INT64_MAX);
    if (!c.args.ok()) return err::limit_negative;
  }
  const auto sets = read_sets(c, keys);
  if (!sets) return err::wrong_type;
  std::int64_t size = 0;
  if (!any_missing(*sets))
    intersect(*sets, [&](const Item&) {
      ++size;
      return size != limit;
    });
  c.reply.integer(size);
  return done;
}

std::unique_ptr<SetValue> unite(const Sets& sets, const SetValue::Limits& limits) {
  auto result = std::make_unique<SetValue>();
  for (const SetValue* set : sets)
    if (set != nullptr) set->for_each([&](const Item& member) { result->add(member, limits); });
  return result;
}

// Whether to look each member of the first set up in the others, or to take all others out of a copy.
bool is_filtered_faster(const Sets& sets) {
  std::uint64_t filtering = 0, subtracting = 0;
  for (const SetValue* set : sets) {
    if (set == nullptr) continue;
    filtering += sets.front()->size();
    subtracting += set->size();
  }
  return filtering / 2 <= subtracting;
}

std::unique_ptr<SetValue> subtract(Sets sets, const SetValue::Limits& limits) {
  auto result = std::make_unique<SetValue>();
  const SetValue* const first = sets.front();
  if (first == nullptr || std::find(sets.begin() + 1, sets.end(), first) != sets.end()) return result;
  if (is_filtered_faster(sets)) {
    // The largest first: it is the likeliest to hold a member.
    const auto size = [](const SetValue* set) { return set == nullptr ? 0 : set->size(); };
    std::stable_sort(sets.begin() + 1, sets.end(),
                     [&](const SetValue* a, const SetValue* b) { return size(a) > size(b); });
    first->for_each([&](const Item& member) {
      const auto holds = [&](const SetValue* set) { return set != nullptr && set->contains(member); };
      if (std::none_of(sets.begin() + 1, sets.end(), holds)) result->add(member, limits);
    });
    return result;
  }
  first->for_each([&](const Item& member) { result->add(member, limits); });
  for (auto set = sets.begin() + 1; set != sets.end() && result->size() > 0; ++set)
    if (*set != nullptr) (*set)->for_each([&](const Item& member) { result->erase(member); });
  return result;
}

Outcome sunion(Call& c) {
  const auto sets = read_sets(c, c.args.rest());
  if (!sets) return err::wrong_type;
  reply_set(c.reply, *unite(*sets, set_limits(c)));
  return done;
}

Outcome sunionstore(Call& c) {
  const auto destination = c.args.next();
  const auto sets = read_sets(c, c.args.rest());
  if (!sets) return err::wrong_type;
  store(c, destination, unite(*sets, set_limits(c)), event::sunionstore);
  return done;
}

Outcome sdiff(Call& c) {
  const auto sets = read_sets(c, c.args.rest());
  if (!sets) return err::wrong_type;
  reply_set(c.reply, *subtract(*sets, set_limits(c)));
  return done;
}

Outcome sdiffstore(Call& c) {
  const auto destination = c.args.next();
  const auto sets = read_sets(c, c.args.rest());
  if (!sets) return err::wrong_type;
  store(c, destination, subtract(*sets, set_limits(c)), event::sdiffstore);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "SINTER",
     .arity = -2,
     .flags = kReadonly,
     .categories = kCatSet,
     .keys = {keys::range(1, -1, 1, kRO | kAccess)},
     .group = Group::set,
     .since = "1.0.0",
     .tips = "nondeterministic_output_order",
     .syntax = "key...",
     .summary = "Returns the members that all sets have.",
     .run = sinter},
    {.name = "SMEMBERS",
     .arity = 2,
     .flags = kReadonly,
     .categories = kCatSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::set,
     .since = "1.0.0",
     .tips = "nondeterministic_output_order",
     .syntax = "key",
     .summary = "Returns all members of a set.",
     .run = smembers},
    {.name = "SINTERSTORE",
     .arity = -3,
     .flags = kWrite | kDenyOom,
     .categories = kCatSet,
     .keys = {keys::at(1, kRW | kUpdate), keys::range(2, -1, 1, kRO | kAccess)},
     .group = Group::set,
     .since = "1.0.0",
     .syntax = "destination:key key#1...",
     .summary = "Stores the members that all sets have.",
     .run = sinterstore},
    {.name = "SINTERCARD",
     .arity = -3,
     .flags = kReadonly | kMovableKeys,
     .categories = kCatSet,
     .keys = {keys::counted(1, 0, 1, 1, kRO | kAccess)},
     .group = Group::set,
     .since = "7.0.0",
     .syntax = "numkeys:int key... [LIMIT=limit:int]",
     .summary = "Counts the members that all sets have, up to a limit.",
     .run = sintercard},
    {.name = "SUNION",
     .arity = -2,
     .flags = kReadonly,
     .categories = kCatSet,
     .keys = {keys::range(1, -1, 1, kRO | kAccess)},
     .group = Group::set,
     .since = "1.0.0",
     .tips = "nondeterministic_output_order",
     .syntax = "key...",
     .summary = "Returns the members that any of the sets has.",
     .run = sunion},
    {.name = "SUNIONSTORE",
     .arity = -3,
     .flags = kWrite | kDenyOom,
     .categories = kCatSet,
     .keys = {keys::at(1, kOW | kUpdate), keys::range(2, -1, 1, kRO | kAccess)},
     .group = Group::set,
     .since = "1.0.0",
     .syntax = "destination:key key#1...",
     .summary = "Stores the members that any of the sets has.",
     .run = sunionstore},
    {.name = "SDIFF",
     .arity = -2,
     .flags = kReadonly,
     .categories = kCatSet,
     .keys = {keys::range(1, -1, 1, kRO | kAccess)},
     .group = Group::set,
     .since = "1.0.0",
     .tips = "nondeterministic_output_order",
     .syntax = "key...",
     .summary = "Returns the members of the first set that no other has.",
     .run = sdiff},
    {.name = "SDIFFSTORE",
     .arity = -3,
     .flags = kWrite | kDenyOom,
     .categories = kCatSet,
     .keys = {keys::at(1, kOW | kUpdate), keys::range(2, -1, 1, kRO | kAccess)},
     .group = Group::set,
     .since = "1.0.0",
     .syntax = "destination:key key#1...",
     .summary = "Stores the members of the first set that no other has.",
     .run = sdiffstore},
};

}  // namespace

Rows set_algebra_commands() {
  return kCommands;
}

}  // namespace redouble
