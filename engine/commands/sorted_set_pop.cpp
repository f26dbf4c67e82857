// Taking members from either end of a sorted set, with and without waiting for one.
#include <algorithm>
#include <optional>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/sorted_set_shapes.h"
#include "engine/types/sorted_set.h"

namespace redouble {
namespace {

enum class End { lowest, highest };

// What replicas are told of whoever pops, whether it had to wait or not.
std::string_view pop_name(End end) {
  return end == End::lowest ? "ZPOPMIN" : "ZPOPMAX";
}

// Takes up to `count` members from one end and replies with each: flat, or (nested) pair by pair. What stands
// in front of them in the reply is the caller's.
void pop(Call& c, Ref<SortedSet>& set, End end, std::int64_t count, bool nested) {
  const std::size_t n = std::min(set->size(), static_cast<std::size_t>(count));
  const Slice slice = end == End::lowest ? Slice{0, n, false} : Slice{set->size() - 1, n, true};
  set->visit(slice, [&](std::string_view member, double score) {
    if (nested) c.reply.array(2);
    c.reply.bulk(member);
    c.reply.real(score);
  });
  set->erase(slice);
  c.db.changed(set, end == End::lowest ? event::zpopmin : event::zpopmax, n);
}

Outcome pop_one_key(Call& c, End end) {
  const auto key = c.args.next();
  std::optional<std::int64_t> count;
  if (c.args.left() > 1) return err::syntax;
  if (c.args.more()) {
    count = parse_int64(c.args.next());
    if (!count || *count < 0) return err::must_be_positive;
  }
  auto set = c.db.write<SortedSet>(key);
  if (set.wrong_type()) return err::wrong_type;
  if (!set || count == 0) {
    c.reply.array(0);
    return done;
  }
  // A count makes pairs of it on RESP3, even a count of 1.
  const bool nested = count && c.reply.protocol() == 3;
  const std::size_t n = std::min(set->size(), static_cast<std::size_t>(count.value_or(1)));
  c.reply.array(nested ? n : n * 2);
  pop(c, set, end, count.value_or(1), nested);
  return done;
}

Outcome zpopmin(Call& c) {
  return pop_one_key(c, End::lowest);
}
Outcome zpopmax(Call& c) {
  return pop_one_key(c, End::highest);
}

// --- Several keys, waiting -------------------------------------------------------------------------------

Outcome pop_or_wait(Call& c, End end) {
  const Argv keys = c.args.until_last(1);
  const Millis deadline = c.timeout_in_seconds();
  if (!c.args.finished()) return c.args.error();
  for (const auto key : keys) {
    if (!c.awaits(key)) continue;
    auto set = c.db.write<SortedSet>(key);
    if (set.wrong_type()) return err::wrong_type;
    if (!set) continue;
    c.reply.array(3);
    c.reply.bulk(key);
    pop(c, set, end, 1, false);
    c.propagate({pop_name(end), key});
    return done;
  }
  return c.park(Type::sorted_set, keys, deadline);
}

Outcome bzpopmin(Call& c) {
  return pop_or_wait(c, End::lowest);
}
Outcome bzpopmax(Call& c) {
  return pop_or_wait(c, End::highest);
}

// "numkeys key … MIN|MAX [COUNT n]".
struct PopQuery {
  Argv keys;
  End end = End::lowest;
  std::int64_t count = 1;
};

Outcome read_pop_query(Call& c, PopQuery& query) {
  const auto numkeys = parse_int64(c.args.next());
  if (!numkeys || *numkeys <= 0) return err::numkeys_not_positive;
  if (static_cast<std::uint64_t>(*numkeys) >= c.args.left()) return err::syntax;
  query.keys = c.args.until_last(c.args.left() - static_cast<std::size_t>(*numkeys));
  if (c.args.take("MAX"))
    query.end = End::highest;
  else if (!c.args.take("MIN"))
    return err::syntax;
  if (!c.args.more()) return done;
  if (c.args.left() < 2 || !c.args.take("COUNT")) return err::syntax;
  const auto count = parse_int64(c.args.next());
  if (!count || *count <= 0) return err::count_not_positive;
  query.count = *count;
  return c.args.finished() ? Outcome(done) : Outcome(c.args.error());
}

// False when none of the keys holds anything; an error outcome for a wrong type.
std::optional<Outcome> pop_first(Call& c, const PopQuery& query) {
  for (const auto key : query.keys) {
    if (!c.awaits(key)) continue;
    auto set = c.db.write<SortedSet>(key);
    if (set.wrong_type()) return err::wrong_type;
    if (!set) continue;
    c.reply.array(2);
    c.reply.bulk(key);
    const std::size_t n = std::min(set->size(), static_cast<std::size_t>(query.count));
    c.reply.array(n);
    pop(c, set, query.end, query.count, true);
    if (c.propagates()) c.propagate({pop_name(query.end), key, format_uint64(n)});
    return done;
  }
  return std::nullopt;
}

Outcome zmpop(Call& c) {
  PopQuery query;
  if (const Outcome bad = read_pop_query(c, query); bad.is_error()) return bad;
  if (const auto outcome = pop_first(c, query)) return *outcome;
  c.reply.null_array();
  return done;
}

// The timeout stands first and is read last.
Outcome bzmpop(Call& c) {
  const auto timeout = c.args.next();
  PopQuery query;
  if (const Outcome bad = read_pop_query(c, query); bad.is_error()) return bad;
  const Millis deadline = c.timeout_in_seconds(timeout);
  if (!c.args.ok()) return c.args.error();
  if (const auto outcome = pop_first(c, query)) return *outcome;
  return c.park(Type::sorted_set, query.keys, deadline);
}

constexpr Command kCommands[] = {
    {.name = "ZPOPMIN",
     .arity = -2,
     .flags = kWrite | kFast,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRW | kAccess | kDelete)},
     .group = Group::sorted_set,
     .since = "5.0.0",
     .syntax = "key [count:int]",
     .summary = "Takes the members with the lowest scores.",
     .run = zpopmin},
    {.name = "ZPOPMAX",
     .arity = -2,
     .flags = kWrite | kFast,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRW | kAccess | kDelete)},
     .group = Group::sorted_set,
     .since = "5.0.0",
     .syntax = "key [count:int]",
     .summary = "Takes the members with the highest scores.",
     .run = zpopmax},
    {.name = "ZMPOP",
     .arity = -4,
     .flags = kWrite | kMovableKeys,
     .categories = kCatSortedSet,
     .keys = {keys::counted(1, 0, 1, 1, kRW | kAccess | kDelete)},
     .group = Group::sorted_set,
     .since = "7.0.0",
     .syntax = "numkeys:int key... where<MIN|MAX> [COUNT=count:int]",
     .summary = "Takes members from the first of several sorted sets that has any.",
     .run = zmpop},
    {.name = "BZPOPMIN",
     .arity = -3,
     .flags = kWrite | kNoScript | kBlocking | kFast,
     .categories = kCatSortedSet,
     .keys = {keys::range(1, -2, 1, kRW | kAccess | kDelete)},
     .group = Group::sorted_set,
     .since = "5.0.0",
     .syntax = "key... timeout:double",
     .summary = "Takes the member with the lowest score, waiting for one if need be.",
     .run = bzpopmin},
    {.name = "BZPOPMAX",
     .arity = -3,
     .flags = kWrite | kNoScript | kBlocking | kFast,
     .categories = kCatSortedSet,
     .keys = {keys::range(1, -2, 1, kRW | kAccess | kDelete)},
     .group = Group::sorted_set,
     .since = "5.0.0",
     .syntax = "key... timeout:double",
     .summary = "Takes the member with the highest score, waiting for one if need be.",
     .run = bzpopmax},
    {.name = "BZMPOP",
     .arity = -5,
     .flags = kWrite | kBlocking | kMovableKeys,
     .categories = kCatSortedSet,
     .keys = {keys::counted(2, 0, 1, 1, kRW | kAccess | kDelete)},
     .group = Group::sorted_set,
     .since = "7.0.0",
     .syntax = "timeout:double numkeys:int key... where<MIN|MAX> [COUNT=count:int]",
     .summary = "Takes members from the first of several sorted sets that has any, waiting if need be.",
     .run = bzmpop},
};

}  // namespace

Rows sorted_set_pop_commands() {
  return kCommands;
}

}  // namespace redouble
