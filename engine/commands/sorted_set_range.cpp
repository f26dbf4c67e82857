// Ranges of sorted sets: by rank, by score and by bytes, to be shown, counted, stored or removed.
#include <utility>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/sorted_set_shapes.h"
#include "engine/types/sorted_set.h"

namespace redouble {
namespace {

// What a command of the ZRANGE family asks for. `by` and `direction` are open where words may say them.
struct Query {
  enum class By { open, rank, score, lex } by = By::open;
  enum class Direction { open, forward, reverse } direction = Direction::open;
  bool with_scores = false;
  Window window = {};
  std::int64_t start = 0, stop = 0;
  ScoreRange scores{};
  LexRange lex{};

  Slice of(const SortedSetValue& set) const {
    if (by == By::score) return set.slice(scores, window);
    if (by == By::lex) return set.slice(lex, window);
    return set.slice(start, stop, window.reverse);
  }
};

Outcome read_words(Call& c, Query& query, bool may_show_scores) {
  while (c.args.more()) {
    if (may_show_scores && c.args.take("WITHSCORES")) {
      query.with_scores = true;
    } else if (c.args.left() >= 3 && c.args.take("LIMIT")) {
      query.window.offset = c.args.integer();
      query.window.count = c.args.integer();
      if (!c.args.ok()) return c.args.error();
    } else if (query.direction == Query::Direction::open && c.args.take("REV")) {
      query.direction = Query::Direction::reverse;
    } else if (query.by == Query::By::open && c.args.take("BYLEX")) {
      query.by = Query::By::lex;
    } else if (query.by == Query::By::open && c.args.take("BYSCORE")) {
      query.by = Query::By::score;
    } else {
      return err::syntax;
    }
  }
  return done;
}

// Reads "min max" and the words behind it. The words come first: they say what the limits are.
Outcome read_query(Call& c, Query& query, bool may_show_scores) {
  auto low = c.args.next();
  auto high = c.args.next();
  if (const Outcome bad = read_words(c, query, may_show_scores); bad.is_error()) return bad;
  if (query.by == Query::By::open) query.by = Query::By::rank;
  if (query.window.count != -1 && query.by == Query::By::rank) return err::limit_needs_range;
  if (query.with_scores && query.by == Query::By::lex) return err::scores_with_bylex;
  query.window.reverse = query.direction == Query::Direction::reverse;
  if (query.by == Query::By::rank) {
    const auto start = parse_int64(low), stop = parse_int64(high);
    if (!start || !stop) return err::not_an_integer;
    query.start = *start;
    query.stop = *stop;
    return done;
  }
  if (query.window.reverse) std::swap(low, high);
  if (query.by == Query::By::score) {
    const auto scores = ScoreRange::parse(low, high);
    if (!scores) return err::score_range;
    query.scores = *scores;
  } else {
    const auto lex = LexRange::parse(low, high);
    if (!lex) return err::lex_range;
    query.lex = *lex;
  }
  return done;
}

Outcome show(Call& c, Query query) {
  const auto key = c.args.next();
  if (const Outcome bad = read_query(c, query, true); bad.is_error()) return bad;
  const auto set = c.db.read<SortedSet>(key);
  if (set.wrong_type()) return err::wrong_type;
  if (set)
    reply_slice(c, set.value(), query.of(set.value()), query.with_scores);
  else
    c.reply.array(0);
  return done;
}

using By = Query::By;
using Direction = Query::Direction;

Outcome zrange(Call& c) {
  return show(c, {});
}
Outcome zrevrange(Call& c) {
  return show(c, {.by = By::rank, .direction = Direction::reverse});
}
Outcome zrangebyscore(Call& c) {
  return show(c, {.by = By::score, .direction = Direction::forward});
}
Outcome zrevrangebyscore(Call& c) {
  return show(c, {.by = By::score, .direction = Direction::reverse});
}
Outcome zrangebylex(Call& c) {
  return show(c, {.by = By::lex, .direction = Direction::forward});
}
Outcome zrevrangebylex(Call& c) {
  return show(c, {.by = By::lex, .direction = Direction::reverse});
}

Outcome zrangestore(Call& c) {
  const auto target = c.args.next();
  const auto key = c.args.next();
  Query query;
  if (const Outcome bad = read_query(c, query, false); bad.is_error()) return bad;
  const auto set = c.db.read<SortedSet>(key);
  if (set.wrong_type()) return err::wrong_type;
  auto result = std::make_unique<SortedSetValue>();
  if (set) {
    const auto limits = sorted_set_limits(c);
    set->visit(query.of(set.value()),
               [&](std::string_view member, double score) { result->set(member, score, limits); });
  }
  return store_sorted_set(c, target, std::move(result), event::zrangestore);
}

template <class Range>
Outcome count(Call& c, std::string_view bad_range) {
  const auto key = c.args.next();
  const auto low = c.args.next();
  const auto range = Range::parse(low, c.args.next());
  if (!range) return bad_range;
  const auto set = c.db.read<SortedSet>(key);
  if (set.wrong_type()) return err::wrong_type;
  c.reply.integer(set ? static_cast<std::int64_t>(set->slice(*range).count) : 0);
  return done;
}

Outcome zcount(Call& c) {
  return count<ScoreRange>(c, err::score_range);
}
Outcome zlexcount(Call& c) {
  return count<LexRange>(c, err::lex_range);
}

template <class SliceOf>
Outcome remove(Call& c, std::string_view key, Event what, SliceOf&& slice_of) {
  auto set = c.db.write<SortedSet>(key);
  if (set.wrong_type()) return err::wrong_type;
  const Slice slice = set ? slice_of(set.value()) : Slice{};
  if (slice.count > 0) {
    set->erase(slice);
    c.db.changed(set, what, slice.count);
  }
  c.reply.integer(static_cast<std::int64_t>(slice.count));
  return done;
}

Outcome zremrangebyrank(Call& c) {
  const auto key = c.args.next();
  const auto start = c.args.integer();
  const auto stop = c.args.integer();
  if (!c.args.finished()) return c.args.error();
  return remove(c, key, event::zremrangebyrank,
                [&](const SortedSetValue& set) { return set.slice(start, stop); });
}

template <class Range>
Outcome remove_range(Call& c, std::string_view bad_range, Event what) {
  const auto key = c.args.next();
  const auto low = c.args.next();
  const auto range = Range::parse(low, c.args.next());
  if (!range) return bad_range;
  return remove(c, key, what, [&](const SortedSetValue& set) { return set.slice(*range); });
}

Outcome zremrangebyscore(Call& c) {
  return remove_range<ScoreRange>(c, err::score_range, event::zremrangebyscore);
}
Outcome zremrangebylex(Call& c) {
  return remove_range<LexRange>(c, err::lex_range, event::zremrangebylex);
}

constexpr Command kCommands[] = {
    {.name = "ZRANGE",
     .arity = -4,
     .flags = kReadonly,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "1.2.0",
     .syntax = "key start stop [sortby<BYSCORE|BYLEX>@6.2.0] [REV@6.2.0] [LIMIT=offset_count{offset:int "
               "count:int}@6.2.0] [WITHSCORES]",
     .summary = "Lists the members in a range of ranks, scores or bytes.",
     .run = zrange},
    {.name = "ZREVRANGE",
     .arity = -4,
     .flags = kReadonly,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "1.2.0",
     .deprecated_since = "6.2.0",
     .replaced_by = "`ZRANGE` with the `REV` argument",
     .syntax = "key start:int stop:int [WITHSCORES]",
     .summary = "Lists the members in a range of ranks, highest score first.",
     .run = zrevrange},
    {.name = "ZRANGEBYSCORE",
     .arity = -4,
     .flags = kReadonly,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "1.0.5",
     .deprecated_since = "6.2.0",
     .replaced_by = "`ZRANGE` with the `BYSCORE` argument",
     .syntax = "key min:double max:double [WITHSCORES@2.0.0] [LIMIT=offset_count{offset:int count:int}]",
     .summary = "Lists the members in a range of scores.",
     .run = zrangebyscore},
    {.name = "ZREVRANGEBYSCORE",
     .arity = -4,
     .flags = kReadonly,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "2.2.0",
     .deprecated_since = "6.2.0",
     .replaced_by = "`ZRANGE` with the `REV` and `BYSCORE` arguments",
     .syntax = "key max:double min:double [WITHSCORES] [LIMIT=offset_count{offset:int count:int}]",
     .summary = "Lists the members in a range of scores, highest first.",
     .run = zrevrangebyscore},
    {.name = "ZRANGEBYLEX",
     .arity = -4,
     .flags = kReadonly,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "2.8.9",
     .deprecated_since = "6.2.0",
     .replaced_by = "`ZRANGE` with the `BYLEX` argument",
     .syntax = "key min max [LIMIT=offset_count{offset:int count:int}]",
     .summary = "Lists the members in a range of bytes.",
     .run = zrangebylex},
    {.name = "ZREVRANGEBYLEX",
     .arity = -4,
     .flags = kReadonly,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "2.8.9",
     .deprecated_since = "6.2.0",
     .replaced_by = "`ZRANGE` with the `REV` and `BYLEX` arguments",
     .syntax = "key max min [LIMIT=offset_count{offset:int count:int}]",
     .summary = "Lists the members in a range of bytes, last first.",
     .run = zrevrangebylex},
    {.name = "ZRANGESTORE",
     .arity = -5,
     .flags = kWrite | kDenyOom,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kOW | kUpdate), keys::at(2, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "6.2.0",
     .syntax =
         "dst:key src:key#1 min max [sortby<BYSCORE|BYLEX>] [REV] [LIMIT=offset_count{offset:int count:int}]",
     .summary = "Stores a range of a sorted set under another key.",
     .run = zrangestore},
    {.name = "ZCOUNT",
     .arity = 4,
     .flags = kReadonly | kFast,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "2.0.0",
     .syntax = "key min:double max:double",
     .summary = "Counts the members in a range of scores.",
     .run = zcount},
    {.name = "ZLEXCOUNT",
     .arity = 4,
     .flags = kReadonly | kFast,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "2.8.9",
     .syntax = "key min max",
     .summary = "Counts the members in a range of bytes.",
     .run = zlexcount},
    {.name = "ZREMRANGEBYRANK",
     .arity = 4,
     .flags = kWrite,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRW | kDelete)},
     .group = Group::sorted_set,
     .since = "2.0.0",
     .syntax = "key start:int stop:int",
     .summary = "Removes the members in a range of ranks.",
     .run = zremrangebyrank},
    {.name = "ZREMRANGEBYSCORE",
     .arity = 4,
     .flags = kWrite,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRW | kDelete)},
     .group = Group::sorted_set,
     .since = "1.2.0",
     .syntax = "key min:double max:double",
     .summary = "Removes the members in a range of scores.",
     .run = zremrangebyscore},
    {.name = "ZREMRANGEBYLEX",
     .arity = 4,
     .flags = kWrite,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRW | kDelete)},
     .group = Group::sorted_set,
     .since = "2.8.9",
     .syntax = "key min max",
     .summary = "Removes the members in a range of bytes.",
     .run = zremrangebylex},
};

}  // namespace

Rows sorted_set_range_commands() {
  return kCommands;
}

}  // namespace redouble
