// The list commands that read and change one list. Those that pop, and may wait for an element, are in
// list_pop.cpp; those that move one from list to list in list_move.cpp.
#include "engine/types/list.h"

#include <algorithm>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"

namespace redouble {
namespace {

using End = ListValue::End;

void reply_item(Reply& reply, const Listpack::Item& item) {
  IntegerText scratch;
  reply.bulk(item.bytes(scratch));
}

// --- Pushing ---------------------------------------------------------------------------------------------

Outcome push(Call& c, End end, bool only_existing) {
  auto list = c.db.write<List>(c.args.next());
  if (list.wrong_type()) return err::wrong_type;
  if (!list) {
    if (only_existing) {
      c.reply.integer(0);
      return done;
    }
    list.create(std::make_unique<ListValue>(c.engine.config.number(Setting::list_max_listpack_size)));
  }
  const Argv elements = c.args.rest();
  for (const auto element : elements) list->push(end, element, c.engine.plain_element_bytes);
  c.reply.integer(static_cast<std::int64_t>(list->size()));
  c.db.changed(list, end == End::left ? event::lpush : event::rpush, elements.size());
  return done;
}

Outcome lpush(Call& c) {
  return push(c, End::left, false);
}
Outcome rpush(Call& c) {
  return push(c, End::right, false);
}
Outcome lpushx(Call& c) {
  return push(c, End::left, true);
}
Outcome rpushx(Call& c) {
  return push(c, End::right, true);
}

// --- Reading ---------------------------------------------------------------------------------------------

Outcome llen(Call& c) {
  const auto list = c.db.read<List>(c.args.next());
  if (list.wrong_type()) return err::wrong_type;
  c.reply.integer(list ? static_cast<std::int64_t>(list->size()) : 0);
  return done;
}

// The index is read after the key: on a missing key nobody looks at it.
Outcome lindex(Call& c) {
  const auto list = c.db.read<List>(c.args.next());
  if (list.wrong_type()) return err::wrong_type;
  if (!list) {
    c.reply.null();
    return done;
  }
  const auto index = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  if (const auto element = list->at(index))
    reply_item(c.reply, *element);
  else
    c.reply.null();
  return done;
}

// A range of indexes from `start` to `stop`, negative from the end, cut to what is there.
struct Range {
  std::int64_t first = 0;
  std::size_t count = 0;
};

Range range_of(std::int64_t start, std::int64_t stop, std::size_t size) {
  const auto n = static_cast<std::int64_t>(size);
  if (start < 0) start = std::max<std::int64_t>(start + n, 0);
  if (stop < 0) stop += n;
  stop = std::min(stop, n - 1);
  if (start > stop) return {};
  return {start, static_cast<std::size_t>(stop - start + 1)};
}

Outcome lrange(Call& c) {
  const auto key = c.args.next();
  const auto start = c.args.integer();
  const auto stop = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  const auto list = c.db.read<List>(key);
  if (list.wrong_type()) return err::wrong_type;
  const Range range = list ? range_of(start, stop, list->size()) : Range{};
  c.reply.array(range.count);
  if (range.count > 0)
    list->for_range(range.first, range.count, End::right,
                    [&](const Listpack::Item& item) { reply_item(c.reply, item); });
  return done;
}

// --- LPOS ------------------------------------------------------------------------------------------------

struct Search {
  std::int64_t rank = 1;
  std::optional<std::int64_t> count;
  std::int64_t most_looked_at = 0;  // 0: all
};

Outcome read_search(Call& c, Search& search) {
  while (c.args.more()) {
    if (c.args.left() < 2) return err::syntax;
    if (c.args.take("RANK")) {
      search.rank = c.args.integer();
      if (c.args.ok() && search.rank == 0) return err::rank_is_zero;
    } else if (c.args.take("COUNT")) {
      search.count = c.args.at_least(0, err::count_negative);
    } else if (c.args.take("MAXLEN")) {
      search.most_looked_at = c.args.at_least(0, err::maxlen_negative);
    } else {
      return err::syntax;
    }
  }
  return c.args.ok() ? done : Outcome(c.args.error());
}

// The indexes of matches in the order in which they are found. A rank of -2^63 has no opposite: as in Redis
// it is met by the first match, and no count of matches is ever reached.
std::vector<std::int64_t> find_all(const ListValue& list, std::string_view element, const Search& search) {
  const End side = search.rank < 0 ? End::left : End::right;
  const std::int64_t skip = search.rank == INT64_MIN ? 0 : std::abs(search.rank) - 1;
  const std::int64_t wanted = !search.count ? 1 : search.rank == INT64_MIN ? 0 : *search.count;
  const auto n = static_cast<std::int64_t>(list.size());
  const std::int64_t most = search.most_looked_at == 0 ? n : std::min<std::int64_t>(n, search.most_looked_at);
  const Needle needle(element);
  std::vector<std::int64_t> found;
  std::int64_t matches = 0;
  auto cursor = list.at_end(side == End::right ? End::left : End::right);
  for (std::int64_t i = 0; i < most; ++i, cursor.step(side)) {
    if (!needle.matches(*cursor) || ++matches <= skip) continue;
    found.push_back(side == End::right ? i : n - 1 - i);
    if (wanted != 0 && static_cast<std::int64_t>(found.size()) == wanted) break;
  }
  return found;
}

Outcome lpos(Call& c) {
  const auto key = c.args.next();
  const auto element = c.args.next();
  Search search;
  if (const Outcome bad = read_search(c, search); bad.is_error()) return bad;
  const auto list = c.db.read<List>(key);
  if (list.wrong_type()) return err::wrong_type;
  std::vector<std::int64_t> found;
  if (list) found = find_all(*list.operator->(), element, search);
  if (search.count) {
    c.reply.array(found.size());
    for (const auto index : found) c.reply.integer(index);
  } else if (found.empty()) {
    c.reply.null();
  } else {
    c.reply.integer(found.front());
  }
  return done;
}

// --- Changing elements -----------------------------------------------------------------------------------

Outcome lset(Call& c) {
  auto list = c.db.write<List>(c.args.next());
  if (list.wrong_type()) return err::wrong_type;
  if (!list) return err::no_such_key;
  const auto index = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  const auto element = list->at(index);
  if (!element) return err::index_out_of_range;
  list->replace(element, c.args.next(), c.engine.plain_element_bytes);
  c.reply.ok();
  c.db.changed(list, event::lset);
  return done;
}

Outcome linsert(Call& c) {
  const auto key = c.args.next();
  End side = End::right;
  if (c.args.take("BEFORE"))
    side = End::left;
  else if (!c.args.take("AFTER"))
    return err::syntax;
  auto list = c.db.write<List>(key);
  if (list.wrong_type()) return err::wrong_type;
  if (!list) {
    c.reply.integer(0);
    return done;
  }
  const Needle pivot(c.args.next());
  auto at = list->at_end(End::left);
  while (at && !pivot.matches(*at)) at.step(End::right);
  if (!at) {
    c.reply.integer(-1);
    return done;
  }
  list->insert(at, side, c.args.next(), c.engine.plain_element_bytes);
  c.reply.integer(static_cast<std::int64_t>(list->size()));
  c.db.changed(list, event::linsert);
  return done;
}

Outcome lrem(Call& c) {
  const auto key = c.args.next();
  const auto count = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  auto list = c.db.write<List>(key);
  if (list.wrong_type()) return err::wrong_type;
  std::uint64_t removed = 0;
  if (list) {
    const Needle needle(c.args.next());
    const std::uint64_t most =
        count == 0 ? UINT64_MAX
                   : (count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count));
    const End side = count < 0 ? End::left : End::right;
    auto at = list->at_end(count < 0 ? End::right : End::left);
    while (at && removed < most) {
      if (needle.matches(*at)) {
        at = list->erase(at, side);
        ++removed;
      } else {
        at.step(side);
      }
    }
  }
  c.reply.integer(static_cast<std::int64_t>(removed));
  if (removed > 0) c.db.changed(list, event::lrem, removed);
  return done;
}

Outcome ltrim(Call& c) {
  const auto key = c.args.next();
  const auto start = c.args.integer();
  const auto stop = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  auto list = c.db.write<List>(key);
  if (list.wrong_type()) return err::wrong_type;
  c.reply.ok();
  if (!list) return done;
  const std::size_t before = list->size();
  const Range kept = range_of(start, stop, before);
  const std::size_t on_left = kept.count == 0 ? before : static_cast<std::size_t>(kept.first);
  list->erase_range(0, on_left);
  list->erase_range(static_cast<std::int64_t>(kept.count), before - on_left - kept.count);
  c.db.changed(list, event::ltrim, before - kept.count);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "LPUSH",
     .arity = -3,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatList,
     .keys = {keys::at(1, kRW | kInsert)},
     .group = Group::list,
     .since = "1.0.0",
     .syntax = "key element...",
     .summary = "Puts elements at the left end of a list, one after the other.",
     .run = lpush},
    {.name = "RPUSH",
     .arity = -3,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatList,
     .keys = {keys::at(1, kRW | kInsert)},
     .group = Group::list,
     .since = "1.0.0",
     .syntax = "key element...",
     .summary = "Puts elements at the right end of a list, one after the other.",
     .run = rpush},
    {.name = "LPUSHX",
     .arity = -3,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatList,
     .keys = {keys::at(1, kRW | kInsert)},
     .group = Group::list,
     .since = "2.2.0",
     .syntax = "key element...",
     .summary = "Puts elements at the left end of a list that exists.",
     .run = lpushx},
    {.name = "RPUSHX",
     .arity = -3,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatList,
     .keys = {keys::at(1, kRW | kInsert)},
     .group = Group::list,
     .since = "2.2.0",
     .syntax = "key element...",
     .summary = "Puts elements at the right end of a list that exists.",
     .run = rpushx},
    {.name = "LLEN",
     .arity = 2,
     .flags = kReadonly | kFast,
     .categories = kCatList,
     .keys = {keys::at(1, kRO)},
     .group = Group::list,
     .since = "1.0.0",
     .syntax = "key",
     .summary = "Tells how many elements a list has.",
     .run = llen},
    {.name = "LINDEX",
     .arity = 3,
     .flags = kReadonly,
     .categories = kCatList,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::list,
     .since = "1.0.0",
     .syntax = "key index:int",
     .summary = "Returns the element at an index.",
     .run = lindex},
    {.name = "LRANGE",
     .arity = 4,
     .flags = kReadonly,
     .categories = kCatList,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::list,
     .since = "1.0.0",
     .syntax = "key start:int stop:int",
     .summary = "Returns the elements between two indexes.",
     .run = lrange},
    {.name = "LPOS",
     .arity = -3,
     .flags = kReadonly,
     .categories = kCatList,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::list,
     .since = "6.0.6",
     .syntax = "key element [RANK=rank:int] [COUNT=num-matches:int] [MAXLEN=len:int]",
     .summary = "Finds the indexes at which an element stands.",
     .run = lpos},
    {.name = "LSET",
     .arity = 4,
     .flags = kWrite | kDenyOom,
     .categories = kCatList,
     .keys = {keys::at(1, kRW | kUpdate)},
     .group = Group::list,
     .since = "1.0.0",
     .syntax = "key index:int element",
     .summary = "Replaces the element at an index.",
     .run = lset},
    {.name = "LINSERT",
     .arity = 5,
     .flags = kWrite | kDenyOom,
     .categories = kCatList,
     .keys = {keys::at(1, kRW | kInsert)},
     .group = Group::list,
     .since = "2.2.0",
     .syntax = "key where<BEFORE|AFTER> pivot element",
     .summary = "Inserts an element beside the first one that equals another.",
     .run = linsert},
    {.name = "LREM",
     .arity = 4,
     .flags = kWrite,
     .categories = kCatList,
     .keys = {keys::at(1, kRW | kDelete)},
     .group = Group::list,
     .since = "1.0.0",
     .syntax = "key count:int element",
     .summary = "Removes elements that equal another, all or some from either end.",
     .run = lrem},
    {.name = "LTRIM",
     .arity = 4,
     .flags = kWrite,
     .categories = kCatList,
     .keys = {keys::at(1, kRW | kDelete)},
     .group = Group::list,
     .since = "1.0.0",
     .syntax = "key start:int stop:int",
     .summary = "Removes all elements but those between two indexes.",
     .run = ltrim},
};

}  // namespace

Rows list_commands() {
  return kCommands;
}

}  // namespace redouble
