// The set commands about single members. Drawing and walking is in set_walk.cpp, intersections and their like
// in set_algebra.cpp.
#include "engine/types/set.h"

#include "engine/call.h"
#include "engine/commands/encoding_limits.h"
#include "engine/commands/families.h"
#include "engine/engine.h"

namespace redouble {
namespace {

// A table may have moved on, and be smaller, though nothing was added or removed.
void settle(Call& c, Ref<Set>& set, const Event& what, std::uint64_t changes) {
  if (changes > 0)
    c.db.changed(set, what, changes);
  else
    c.db.account(set);
}

Outcome sadd(Call& c) {
  auto set = c.db.write<Set>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  const auto limits = set_limits(c);
  if (!set) set.create(SetValue::made_for(c.args.peek(), limits.seed));
  std::uint64_t added = 0;
  for (const auto member : c.args.rest()) added += set->add(member, limits) ? 1 : 0;
  settle(c, set, event::sadd, added);
  c.reply.integer(static_cast<std::int64_t>(added));
  return done;
}

Outcome srem(Call& c) {
  auto set = c.db.write<Set>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  std::uint64_t removed = 0;
  if (set)
    for (const auto member : c.args.rest()) removed += set->erase(member) ? 1 : 0;
  settle(c, set, event::srem, removed);
  c.reply.integer(static_cast<std::int64_t>(removed));
  return done;
}

Outcome sismember(Call& c) {
  const auto set = c.db.read<Set>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  c.reply.integer(set && set->contains(c.args.next()) ? 1 : 0);
  return done;
}

Outcome smismember(Call& c) {
  const auto set = c.db.read<Set>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  const Argv members = c.args.rest();
  c.reply.array(members.size());
  for (const auto member : members) c.reply.integer(set && set->contains(member) ? 1 : 0);
  return done;
}

Outcome scard(Call& c) {
  const auto set = c.db.read<Set>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  c.reply.integer(set ? static_cast<std::int64_t>(set->size()) : 0);
  return done;
}

// A missing source is no error, whatever the destination holds.
Outcome smove(Call& c) {
  auto from = c.db.write<Set>(c.args.next());
  const auto to_key = c.args.next();
  auto to = c.db.write<Set>(to_key);
  const auto member = c.args.next();
  if (from.wrong_type()) return err::wrong_type;
  if (from && to.wrong_type()) return err::wrong_type;
  if (from && to && from.entry() == to.entry()) {
    c.reply.integer(from->contains(member) ? 1 : 0);
    return done;
  }
  if (!from || !from->erase(member)) {
    c.reply.integer(0);
    return done;
  }
  c.db.changed(from, event::srem);
  const auto limits = set_limits(c);
  if (!to) to.create(SetValue::made_for(member, limits.seed));
  settle(c, to, event::sadd, to->add(member, limits) ? 1 : 0);
  c.reply.integer(1);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "SADD",
     .arity = -3,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatSet,
     .keys = {keys::at(1, kRW | kInsert)},
     .group = Group::set,
     .since = "1.0.0",
     .syntax = "key member...",
     .summary = "Adds members to a set.",
     .run = sadd},
    {.name = "SREM",
     .arity = -3,
     .flags = kWrite | kFast,
     .categories = kCatSet,
     .keys = {keys::at(1, kRW | kDelete)},
     .group = Group::set,
     .since = "1.0.0",
     .syntax = "key member...",
     .summary = "Removes members from a set.",
     .run = srem},
    {.name = "SISMEMBER",
     .arity = 3,
     .flags = kReadonly | kFast,
     .categories = kCatSet,
     .keys = {keys::at(1, kRO)},
     .group = Group::set,
     .since = "1.0.0",
     .syntax = "key member",
     .summary = "Tells whether a member is in a set.",
     .run = sismember},
    {.name = "SMISMEMBER",
     .arity = -3,
     .flags = kReadonly | kFast,
     .categories = kCatSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::set,
     .since = "6.2.0",
     .syntax = "key member...",
     .summary = "Tells of several members whether they are in a set.",
     .run = smismember},
    {.name = "SCARD",
     .arity = 2,
     .flags = kReadonly | kFast,
     .categories = kCatSet,
     .keys = {keys::at(1, kRO)},
     .group = Group::set,
     .since = "1.0.0",
     .syntax = "key",
     .summary = "Counts the members of a set.",
     .run = scard},
    {.name = "SMOVE",
     .arity = 4,
     .flags = kWrite | kFast,
     .categories = kCatSet,
     .keys = {keys::at(1, kRW | kAccess | kDelete), keys::at(2, kRW | kInsert)},
     .group = Group::set,
     .since = "1.0.0",
     .syntax = "source:key destination:key#1 member",
     .summary = "Moves a member from one set to another.",
     .run = smove},
};

}  // namespace

Rows set_commands() {
  return kCommands;
}

}  // namespace redouble
