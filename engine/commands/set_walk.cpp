// SPOP, SRANDMEMBER and SSCAN: some of the members of a set.
#include <algorithm>
#include <vector>

#include "engine/call.h"
#include "engine/commands/draws.h"
#include "engine/commands/encoding_limits.h"
#include "engine/commands/families.h"
#include "engine/commands/scan_options.h"
#include "engine/engine.h"
#include "engine/types/set.h"

namespace redouble {
namespace {

using Item = SetValue::Item;

void reply_item(Reply& reply, const Item& member) {
  IntegerText scratch;
  reply.bulk(member.bytes(scratch));
}

void reply_items(Reply& reply, const std::vector<Item>& members) {
  for (const Item& member : members) reply_item(reply, member);
}

// All members, as SUNION shows them: in order when an intset could hold them, whatever does.
void reply_united(Call& c, const SetValue& set) {
  c.reply.set(set.size());
  const auto limits = set_limits(c);
  SetValue numbers;
  const bool only_numbers = set.is_table() && set.size() <= limits.intset_entries &&
                            set.all_of([&](const Item& member) { return parse_int64(member.text); });
  if (only_numbers) set.for_each([&](const Item& member) { numbers.add(member, limits); });
  (only_numbers ? numbers : set).for_each([&](const Item& member) { reply_item(c.reply, member); });
}

// Shows a member that is popped, and tells replicas which one it is.
void reply_popped(Call& c, std::string_view key, const Item& member) {
  IntegerText scratch;
  const auto text = member.bytes(scratch);
  c.reply.bulk(text);
  c.propagate_effect({"SREM", key, text});
}

// Shows n random members and removes them.
void pop_members(Call& c, std::string_view key, SetValue& set, std::size_t n) {
  constexpr std::size_t kFewLeft = 5;
  const std::size_t left = set.size() - n;
  if (left * kFewLeft > n) {
    for (const auto& member : set.sample(n, c.engine.random)) {
      reply_popped(c, key, member);
      set.erase(member);
    }
    return;
  }
  // When few are left, redis-server puts those into a new set, which may be an intset again.
  const auto limits = set_limits(c);
  std::unique_ptr<SetValue> rest;
  for (const auto& member : set.sample(left, c.engine.random)) {
    IntegerText scratch;
    const auto text = member.bytes(scratch);
    if (rest == nullptr) rest = SetValue::made_for(text, limits.seed);
    rest->add(text, limits);
  }
  set.for_each([&](const Item& member) {
    if (!rest->contains(member)) reply_popped(c, key, member);
  });
  set.swap(*rest);
}

// What is left to do when "spop" was told and the reply written: "del" comes behind both.
void settle(Call& c, Ref<Set>& set, std::size_t n) {
  if (set->size() > 0) {
    c.db.account(set);
    c.db.touched(set.key(), n);
  } else {
    c.db.count_changes(n - 1);
    c.db.remove(set, event::del);
  }
}

Outcome spop_many(Call& c, std::string_view key, std::uint64_t count) {
  auto set = c.db.write<Set>(key);
  if (set.wrong_type()) return err::wrong_type;
  if (!set || count == 0) {
    c.reply.set(0);
    return done;
  }
  const std::size_t size = set->size();
  c.db.notify(event::spop, key);
  if (count >= size) {
    static_cast<void>(c.db.read(key));  // redis-server reads them all as SUNION does: a hit
    reply_united(c, set.value());
    set->clear();
    c.propagate({"DEL", key});
  } else {
    c.reply.set(count);
    pop_members(c, key, set.value(), count);
  }
  settle(c, set, std::min<std::uint64_t>(count, size));
  return done;
}

Outcome spop(Call& c) {
  const auto key = c.args.next();
  if (c.args.left() > 1) return err::syntax;
  if (c.args.more()) {
    const auto count = c.args.integer(err::must_be_positive);
    if (!c.args.ok() || count < 0) return err::must_be_positive;
    return spop_many(c, key, static_cast<std::uint64_t>(count));
  }
  auto set = c.db.write<Set>(key);
  if (set.wrong_type()) return err::wrong_type;
  if (!set) {
    c.reply.null();
    return done;
  }
  c.db.notify(event::spop, key);
  set->pop(c.engine.random, [&](const Item& member) {
    IntegerText scratch;
    const auto text = member.bytes(scratch);
    c.reply.bulk(text);
    c.propagate({"SREM", key, text});
  });
  settle(c, set, 1);
  return done;
}

Outcome draw_members(Call& c, std::string_view key, std::int64_t count) {
  const auto set = c.db.read<Set>(key);
  if (set.wrong_type()) return err::wrong_type;
  if (!set || count == 0) {
    c.reply.array(0);
    return done;
  }
  if (count < 0) {
    const auto n = static_cast<std::uint64_t>(-count);
    if (is_too_many_draws(n, set->mean_bytes())) return err::out_of_range;
    c.reply.array(n);
    for (std::uint64_t i = 0; i < n; ++i) reply_item(c.reply, set->random(c.engine.random));
  } else if (static_cast<std::uint64_t>(count) >= set->size()) {
    c.reply.array(set->size());
    set->for_each([&](const Item& member) { reply_item(c.reply, member); });
  } else {
    c.reply.array(static_cast<std::size_t>(count));
    reply_items(c.reply, set->sample(static_cast<std::size_t>(count), c.engine.random));
  }
  c.db.account(set);  // a draw lets a growing table move on
  return done;
}

Outcome srandmember(Call& c) {
  const auto key = c.args.next();
  if (c.args.left() > 1) return err::syntax;
  if (c.args.more()) {
    const auto count = draw_count(c.args);
    if (!c.args.ok()) return c.args.error();
    return draw_members(c, key, count);
  }
  const auto set = c.db.read<Set>(key);
  if (set.wrong_type()) return err::wrong_type;
  if (set)
    reply_item(c.reply, set->random(c.engine.random));
  else
    c.reply.null();
  c.db.account(set);
  return done;
}

// An intset is shown whole at the first call, whatever the cursor.
Outcome sscan(Call& c) {
  const auto key = c.args.next();
  const auto start = parse_cursor(c.args.next());
  if (!start) return err::invalid_cursor;
  const auto set = c.db.read<Set>(key);
  if (set.wrong_type()) return err::wrong_type;
  std::vector<Item> found;
  std::uint64_t cursor = 0;
  if (set) {
    ScanOptions scan;
    if (const Outcome bad = read_scan_options(c, scan, false); bad.is_error()) return bad;
    std::int64_t seen = 0;
    const auto take = [&](const Item& member) {
      ++seen;
      IntegerText scratch;
      if (scan.matches(member.bytes(scratch))) found.push_back(member);
    };
    if (!set->is_table()) {
      set->for_each(take);
    } else {
      cursor = *start;
      std::int64_t steps = scan.most_steps();
      do cursor = set->scan(cursor, take);
      while (cursor != 0 && --steps > 0 && seen < scan.count);
    }
  }
  c.reply.array(2);
  c.reply.bulk(format_uint64(cursor));
  c.reply.array(found.size());
  reply_items(c.reply, found);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "SPOP",
     .arity = -2,
     .flags = kWrite | kFast,
     .categories = kCatSet,
     .keys = {keys::at(1, kRW | kAccess | kDelete)},
     .group = Group::set,
     .since = "1.0.0",
     .tips = "nondeterministic_output",
     .syntax = "key [count:int@3.2.0]",
     .summary = "Removes random members of a set and returns them.",
     .run = spop},
    {.name = "SRANDMEMBER",
     .arity = -2,
     .flags = kReadonly,
     .categories = kCatSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::set,
     .since = "1.0.0",
     .tips = "nondeterministic_output",
     .syntax = "key [count:int@2.6.0]",
     .summary = "Draws members of a set at random.",
     .run = srandmember},
    {.name = "SSCAN",
     .arity = -3,
     .flags = kReadonly,
     .categories = kCatSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::set,
     .since = "2.8.0",
     .tips = "nondeterministic_output",
     .syntax = "key cursor:int [MATCH=pattern:pattern] [COUNT=count:int]",
     .summary = "Walks the members of a set in pieces.",
     .run = sscan},
};

}  // namespace

Rows set_walk_commands() {
  return kCommands;
}

}  // namespace redouble
