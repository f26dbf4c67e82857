// The sorted-set commands about single members. Ranges are in sorted_set_range.cpp, pops in
// sorted_set_pop.cpp, unions and their like in sorted_set_algebra.cpp.
#include "engine/types/sorted_set.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "engine/call.h"
#include "engine/commands/draws.h"
#include "engine/commands/families.h"
#include "engine/commands/scan_options.h"
#include "engine/commands/sorted_set_shapes.h"
#include "engine/engine.h"

namespace redouble {
namespace {

using AddOptions = SortedSetValue::AddOptions;
using Added = SortedSetValue::Added;

// Scores that most calls have few of.
class Scores {
 public:
  explicit Scores(std::size_t n) : many_(n > kFew ? n : 0), at_(n > kFew ? many_.data() : few_) {}
  double& operator[](std::size_t i) { return at_[i]; }

 private:
  static constexpr std::size_t kFew = 8;
  double few_[kFew] = {};
  std::vector<double> many_;
  double* at_;
};

Outcome add_pairs(Call& c, std::string_view key, Argv pairs, AddOptions options, bool count_changes) {
  const std::size_t n = pairs.size() / 2;
  Scores scores(n);
  // All scores are read before the key is looked at.
  for (std::size_t i = 0; i < n; ++i) {
    const auto score = parse_double(pairs[2 * i]);
    if (!score) return err::not_a_float;
    scores[i] = *score;
  }
  auto set = c.db.write<SortedSet>(key);
  if (set.wrong_type()) return err::wrong_type;
  std::size_t added = 0, updated = 0;
  Added last{Added::Kind::kept};
  if (set || !options.only_existing) {
    if (!set) set.create(std::make_unique<SortedSetValue>());
    const auto limits = sorted_set_limits(c);
    for (std::size_t i = 0; i < n; ++i) {
      last = set->add(pairs[2 * i + 1], scores[i], options, limits);
      if (last.kind == Added::Kind::not_a_number) return err::score_is_nan;
      added += last.kind == Added::Kind::added ? 1 : 0;
      updated += last.kind == Added::Kind::updated ? 1 : 0;
    }
  }
  if (!options.increment)
    c.reply.integer(static_cast<std::int64_t>(count_changes ? added + updated : added));
  else if (last.kind == Added::Kind::kept)
    c.reply.null();
  else
    c.reply.real(last.score);
  if (added + updated > 0)
    c.db.changed(set, options.increment ? event::zincr : event::zadd, added + updated);
  else
    c.db.account(set);  // its table may have moved on
  return done;
}

bool is_letter(std::string_view word) {
  return !word.empty() && (word[0] | 0x20) >= 'a' && (word[0] | 0x20) <= 'z';
}

// ZINCRBY is ZADD with INCR, down to its reading of the words in front of the scores.
Outcome add(Call& c, AddOptions options) {
  const auto key = c.args.next();
  bool count_changes = false;
  // Most calls have no options, which begin with letters.
  while (c.args.more() && is_letter(c.args.peek())) {
    if (c.args.take("NX"))
      options.only_new = true;
    else if (c.args.take("XX"))
      options.only_existing = true;
    else if (c.args.take("CH"))
      count_changes = true;
    else if (c.args.take("INCR"))
      options.increment = true;
    else if (c.args.take("GT"))
      options.only_greater = true;
    else if (c.args.take("LT"))
      options.only_less = true;
    else
      break;
  }
  const Argv pairs = c.args.rest();
  if (pairs.empty() || pairs.size() % 2 != 0) return err::syntax;
  if (options.only_new && options.only_existing) return err::nx_with_xx;
  if ((options.only_new && (options.only_greater || options.only_less)) ||
      (options.only_greater && options.only_less))
    return err::gt_lt_or_nx;
  if (options.increment && pairs.size() > 2) return err::incr_takes_one;
  return add_pairs(c, key, pairs, options, count_changes);
}

Outcome zadd(Call& c) {
  return sorted_set_add(c);
}
Outcome zincrby(Call& c) {
  return add(c, {.increment = true});
}

Outcome zrem(Call& c) {
  auto set = c.db.write<SortedSet>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  std::uint64_t n = 0;
  if (set)
    for (const auto member : c.args.rest()) n += set->erase(member) ? 1 : 0;
  if (n > 0)
    c.db.changed(set, event::zrem, n);
  else
    c.db.account(set);
  c.reply.integer(static_cast<std::int64_t>(n));
  return done;
}

Outcome zcard(Call& c) {
  const auto set = c.db.read<SortedSet>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  c.reply.integer(set ? static_cast<std::int64_t>(set->size()) : 0);
  return done;
}

void reply_score(Call& c, const Ref<SortedSet>& set, std::string_view member) {
  const auto score = set ? set->score(member) : std::nullopt;
  if (score)
    c.reply.real(*score);
  else
    c.reply.null();
}

Outcome zscore(Call& c) {
  const auto set = c.db.read<SortedSet>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  reply_score(c, set, c.args.next());
  return done;
}

Outcome zmscore(Call& c) {
  const auto set = c.db.read<SortedSet>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  const Argv members = c.args.rest();
  c.reply.array(members.size());
  for (const auto member : members) reply_score(c, set, member);
  return done;
}

Outcome rank(Call& c, bool from_highest) {
  const auto set = c.db.read<SortedSet>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  const auto rank = set ? set->rank(c.args.next()) : std::nullopt;
  if (rank)
    c.reply.integer(static_cast<std::int64_t>(from_highest ? set->size() - 1 - *rank : *rank));
  else
    c.reply.null();
  return done;
}

Outcome zrank(Call& c) {
  return rank(c, false);
}
Outcome zrevrank(Call& c) {
  return rank(c, true);
}

// --- ZRANDMEMBER -----------------------------------------------------------------------------------------

void reply_at(Call& c, const SortedSetValue& set, std::size_t rank, bool with_scores) {
  set.visit({rank, 1, false},
            [&](std::string_view member, double score) { reply_member(c, member, score, with_scores); });
}

// `n` different ranks below `size`, any of them as likely (Floyd's way: n draws, whatever the size).
std::vector<std::size_t> distinct_ranks(Random& random, std::size_t n, std::size_t size) {
  std::unordered_set<std::size_t> taken;
  std::vector<std::size_t> ranks;
  ranks.reserve(n);
  for (std::size_t last = size - n; last < size; ++last) {
    const auto drawn = static_cast<std::size_t>(random.below(last + 1));
    ranks.push_back(taken.insert(drawn).second ? drawn : last);
    taken.insert(ranks.back());
  }
  return ranks;
}

Outcome random_members(Call& c, std::string_view key, std::int64_t count, bool with_scores) {
  const auto set = c.db.read<SortedSet>(key);
  if (set.wrong_type()) return err::wrong_type;
  const std::size_t size = set ? set->size() : 0;
  const auto n = static_cast<std::uint64_t>(count < 0 ? -count : count);
  if (n == 0 || size == 0) {
    c.reply.array(0);
  } else if (count < 0) {
    if (is_too_many_draws(n, set->bytes() / set->size())) return err::out_of_range;
    reply_members_begin(c, n, with_scores);
    for (std::uint64_t i = 0; i < n; ++i)
      reply_at(c, set.value(), static_cast<std::size_t>(c.engine.random.below(size)), with_scores);
  } else if (n >= size) {
    reply_slice(c, set.value(), set->all(true), with_scores);
  } else {
    reply_members_begin(c, n, with_scores);
    for (const auto at : distinct_ranks(c.engine.random, n, size)) reply_at(c, set.value(), at, with_scores);
  }
  return done;
}

Outcome zrandmember(Call& c) {
  const auto key = c.args.next();
  if (c.args.more()) {
    const auto count = draw_count(c.args);
    if (!c.args.ok()) return c.args.error();
    const bool with_scores = c.args.take("WITHSCORES");
    if (!c.args.finished()) return c.args.error();
    if (with_scores && (count < -INT64_MAX / 2 || count > INT64_MAX / 2)) return err::out_of_range;
    return random_members(c, key, count, with_scores);
  }
  const auto set = c.db.read<SortedSet>(key);
  if (set.wrong_type()) return err::wrong_type;
  if (set)
    reply_at(c, set.value(), static_cast<std::size_t>(c.engine.random.below(set->size())), false);
  else
    c.reply.null();
  return done;
}

// --- ZSCAN -----------------------------------------------------------------------------------------------

struct Scanned {
  std::string member;
  double score;
};

Outcome zscan(Call& c) {
  const auto key = c.args.next();
  const auto start = parse_cursor(c.args.next());
  if (!start) return err::invalid_cursor;
  const auto set = c.db.read<SortedSet>(key);
  if (set.wrong_type()) return err::wrong_type;
  std::vector<Scanned> found;
  std::uint64_t cursor = 0;
  if (set) {
    ScanOptions scan;
    if (const Outcome bad = read_scan_options(c, scan, false); bad.is_error()) return bad;
    cursor = *start;
    std::int64_t seen = 0;
    for (std::int64_t i = 0; i < scan.most_steps(); ++i) {
      cursor = set->scan(cursor, [&](std::string_view member, double score) {
        ++seen;
        if (scan.matches(member)) found.push_back({std::string(member), score});
      });
      if (cursor == 0 || seen >= scan.count) break;
    }
  }
  // Redis shows a small set's scores as its listpack keeps them.
  const bool packed = set && set->encoding() == Encoding::listpack;
  c.reply.array(2);
  c.reply.bulk(format_uint64(cursor));
  c.reply.array(found.size() * 2);
  for (const auto& [member, score] : found) {
    c.reply.bulk(member);
    c.reply.bulk(packed ? format_listpack_score(score) : format_double(score));
  }
  return done;
}

constexpr Command kCommands[] = {
    {.name = "ZADD",
     .arity = -4,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRW | kUpdate)},
     .group = Group::sorted_set,
     .since = "1.2.0",
     .syntax = "key [condition<NX|XX>@3.0.2] [comparison<GT|LT>@6.2.0] [change!CH@3.0.2] "
               "[increment!INCR@3.0.2] score_member{score:double member}...",
     .summary = "Adds members with scores, or changes the scores of members.",
     .run = zadd},
    {.name = "ZINCRBY",
     .arity = 4,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRW | kAccess | kUpdate)},
     .group = Group::sorted_set,
     .since = "1.2.0",
     .syntax = "key increment:int member",
     .summary = "Adds to a member's score.",
     .run = zincrby},
    {.name = "ZREM",
     .arity = -3,
     .flags = kWrite | kFast,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRW | kDelete)},
     .group = Group::sorted_set,
     .since = "1.2.0",
     .syntax = "key member...",
     .summary = "Removes members.",
     .run = zrem},
    {.name = "ZCARD",
     .arity = 2,
     .flags = kReadonly | kFast,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO)},
     .group = Group::sorted_set,
     .since = "1.2.0",
     .syntax = "key",
     .summary = "Counts the members of a sorted set.",
     .run = zcard},
    {.name = "ZSCORE",
     .arity = 3,
     .flags = kReadonly | kFast,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "1.2.0",
     .syntax = "key member",
     .summary = "Returns the score of a member.",
     .run = zscore},
    {.name = "ZMSCORE",
     .arity = -3,
     .flags = kReadonly | kFast,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "6.2.0",
     .syntax = "key member...",
     .summary = "Returns the scores of several members.",
     .run = zmscore},
    {.name = "ZRANK",
     .arity = 3,
     .flags = kReadonly | kFast,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "2.0.0",
     .syntax = "key member",
     .summary = "Tells how many members stand in front of one, lowest score first.",
     .run = zrank},
    {.name = "ZREVRANK",
     .arity = 3,
     .flags = kReadonly | kFast,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "2.0.0",
     .syntax = "key member",
     .summary = "Tells how many members stand in front of one, highest score first.",
     .run = zrevrank},
    {.name = "ZRANDMEMBER",
     .arity = -2,
     .flags = kReadonly,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "6.2.0",
     .tips = "nondeterministic_output",
     .syntax = "key [options{count:int [WITHSCORES]}]",
     .summary = "Draws members at random.",
     .run = zrandmember},
    {.name = "ZSCAN",
     .arity = -3,
     .flags = kReadonly,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "2.8.0",
     .tips = "nondeterministic_output",
     .syntax = "key cursor:int [MATCH=pattern:pattern] [COUNT=count:int]",
     .summary = "Walks the members of a sorted set in pieces.",
     .run = zscan},
};

}  // namespace

Outcome sorted_set_add(Call& c) {
  return add(c, {});
}

Rows sorted_set_commands() {
  return kCommands;
}

}  // namespace redouble
