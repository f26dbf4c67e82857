// Taking elements out of lists: LPOP, RPOP, LMPOP, and BLPOP, BRPOP, BLMPOP, which wait for one if need be.
#include <algorithm>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/list_words.h"
#include "engine/engine.h"
#include "engine/types/list.h"

namespace redouble {
namespace {

using End = ListValue::End;

Event pop_event(End end) {
  return end == End::left ? event::lpop : event::rpop;
}

// What replicas are told of whoever pops, whether it had to wait or not.
std::string_view pop_name(End end) {
  return end == End::left ? "LPOP" : "RPOP";
}

// Replies up to `count` elements from that end, the outermost first, as an array, and removes them.
std::size_t pop_some(Call& c, ListValue& list, End end, std::int64_t count) {
  const std::size_t n = std::min<std::size_t>(static_cast<std::size_t>(count), list.size());
  const auto size = static_cast<std::int64_t>(n);
  c.reply.array(n);
  IntegerText scratch;
  const auto reply = [&](const Listpack::Item& item) { c.reply.bulk(item.bytes(scratch)); };
  if (end == End::left) {
    list.for_range(0, n, End::right, reply);
    list.erase_range(0, n);
  } else {
    list.for_range(-1, n, End::left, reply);
    list.erase_range(-size, n);
  }
  return n;
}

void pop_one(Call& c, ListValue& list, End end) {
  IntegerText scratch;
  c.reply.bulk((*list.at_end(end)).bytes(scratch));
  list.pop(end);
}

Outcome pop(Call& c, End end) {
  if (c.args.left() > 2) return c.wrong_arity();
  const auto key = c.args.next();
  const bool counted = c.args.more();
  const auto count = counted ? c.args.at_least(0, err::must_be_positive) : 1;
  if (!c.args.ok()) return c.args.error();
  auto list = c.db.write<List>(key);
  if (list.wrong_type()) return err::wrong_type;
  if (!list) {
    if (counted)
      c.reply.null_array();
    else
      c.reply.null();
    return done;
  }
  if (!counted) {
    pop_one(c, *list.operator->(), end);
    c.db.changed(list, pop_event(end));
  } else if (count == 0) {
    c.reply.array(0);
  } else {
    const auto n = pop_some(c, *list.operator->(), end, count);
    c.db.changed(list, pop_event(end), n);
  }
  return done;
}

Outcome lpop(Call& c) {
  return pop(c, End::left);
}
Outcome rpop(Call& c) {
  return pop(c, End::right);
}

// --- The first list of several ---------------------------------------------------------------------------

// LMPOP's and BLMPOP's "numkeys key [key ...] LEFT|RIGHT [COUNT count]".
struct Selection {
  Argv keys;
  End end = End::left;
  std::int64_t count = 1;
};

Outcome read_selection(Call& c, Selection& selection) {
  const auto n = c.args.at_least(1, err::numkeys_not_positive);
  if (!c.args.ok()) return c.args.error();
  if (static_cast<std::uint64_t>(n) >= c.args.left()) return err::syntax;
  selection.keys = c.args.until_last(c.args.left() - static_cast<std::size_t>(n));
  if (!take_end(c.args, selection.end)) return err::syntax;
  if (!c.args.more()) return done;
  if (c.args.left() < 2 || !c.args.take("COUNT")) return err::syntax;
  selection.count = c.args.at_least(1, err::count_not_positive);
  return c.args.finished() ? done : Outcome(c.args.error());
}

// Pops from the first of the keys that holds a list: one element, or (`counted`) an array of up to `count`.
// True when there is a reply, which may be an error.
enum class Popped { nothing, wrong_type, some };

Popped pop_first(Call& c, const Selection& selection, bool counted) {
  for (const auto key : selection.keys) {
    if (!c.awaits(key)) continue;
    auto list = c.db.write<List>(key);
    if (list.wrong_type()) return Popped::wrong_type;
    if (!list) continue;
    c.reply.array(2);
    c.reply.bulk(key);
    if (counted) {
      const auto n = pop_some(c, *list.operator->(), selection.end, selection.count);
      c.db.changed(list, pop_event(selection.end), n);
      if (c.propagates()) c.propagate({pop_name(selection.end), key, format_uint64(n)});
    } else {
      pop_one(c, *list.operator->(), selection.end);
      // What a client had waited for counted as one change when it was pushed.
      c.db.changed(list, pop_event(selection.end), c.is_woken() ? 0 : 1);
      c.propagate({pop_name(selection.end), key});
    }
    return Popped::some;
  }
  return Popped::nothing;
}

Outcome pop_or_wait(Call& c, const Selection& selection, bool counted, Millis deadline) {
  switch (pop_first(c, selection, counted)) {
    case Popped::wrong_type:
      return err::wrong_type;
    case Popped::some:
      return done;
    case Popped::nothing:
      break;
  }
  return c.park(Type::list, selection.keys, deadline);
}

Outcome lmpop(Call& c) {
  Selection selection;
  if (const Outcome bad = read_selection(c, selection); bad.is_error()) return bad;
  const Popped popped = pop_first(c, selection, true);
  if (popped == Popped::wrong_type) return err::wrong_type;
  if (popped == Popped::nothing) c.reply.null_array();
  return done;
}

// The timeout stands first and is read last.
Outcome blmpop(Call& c) {
  const auto timeout = c.args.next();
  Selection selection;
  if (const Outcome bad = read_selection(c, selection); bad.is_error()) return bad;
  const Millis deadline = c.timeout_in_seconds(timeout);
  if (!c.args.ok()) return c.args.error();
  return pop_or_wait(c, selection, true, deadline);
}

Outcome blocking_pop(Call& c, End end) {
  const Selection selection{c.args.until_last(1), end};
  const Millis deadline = c.timeout_in_seconds();
  if (!c.args.ok()) return c.args.error();
  return pop_or_wait(c, selection, false, deadline);
}

Outcome blpop(Call& c) {
  return blocking_pop(c, End::left);
}
Outcome brpop(Call& c) {
  return blocking_pop(c, End::right);
}

constexpr Command kCommands[] = {
    {.name = "LPOP",
     .arity = -2,
     .flags = kWrite | kFast,
     .categories = kCatList,
     .keys = {keys::at(1, kRW | kAccess | kDelete)},
     .group = Group::list,
     .since = "1.0.0",
     .syntax = "key [count:int@6.2.0]",
     .summary = "Takes one element, or several, from the left end of a list.",
     .run = lpop},
    {.name = "RPOP",
     .arity = -2,
     .flags = kWrite | kFast,
     .categories = kCatList,
     .keys = {keys::at(1, kRW | kAccess | kDelete)},
     .group = Group::list,
     .since = "1.0.0",
     .syntax = "key [count:int@6.2.0]",
     .summary = "Takes one element, or several, from the right end of a list.",
     .run = rpop},
    {.name = "LMPOP",
     .arity = -4,
     .flags = kWrite | kMovableKeys,
     .categories = kCatList,
     .keys = {keys::counted(1, 0, 1, 1, kRW | kAccess | kDelete)},
     .group = Group::list,
     .since = "7.0.0",
     .syntax = "numkeys:int key... where<LEFT|RIGHT> [COUNT=count:int]",
     .summary = "Takes elements from the first list of several that has any.",
     .run = lmpop},
    {.name = "BLPOP",
     .arity = -3,
     .flags = kWrite | kNoScript | kBlocking,
     .categories = kCatList,
     .keys = {keys::range(1, -2, 1, kRW | kAccess | kDelete)},
     .group = Group::list,
     .since = "2.0.0",
     .syntax = "key... timeout:double",
     .summary = "Takes the leftmost element of the first list that has one, or waits for it.",
     .run = blpop},
    {.name = "BRPOP",
     .arity = -3,
     .flags = kWrite | kNoScript | kBlocking,
     .categories = kCatList,
     .keys = {keys::range(1, -2, 1, kRW | kAccess | kDelete)},
     .group = Group::list,
     .since = "2.0.0",
     .syntax = "key... timeout:double",
     .summary = "Takes the rightmost element of the first list that has one, or waits for it.",
     .run = brpop},
    {.name = "BLMPOP",
     .arity = -5,
     .flags = kWrite | kBlocking | kMovableKeys,
     .categories = kCatList,
     .keys = {keys::counted(2, 0, 1, 1, kRW | kAccess | kDelete)},
     .group = Group::list,
     .since = "7.0.0",
     .syntax = "timeout:double numkeys:int key... where<LEFT|RIGHT> [COUNT=count:int]",
     .summary = "Takes elements from the first list of several that has any, or waits for them.",
     .run = blmpop},
};

}  // namespace

Rows list_pop_commands() {
  return kCommands;
}

}  // namespace redouble
