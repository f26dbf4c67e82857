// HRANDFIELD and HSCAN: some of the fields of a hash.
#include <vector>

#include "engine/call.h"
#include "engine/commands/draws.h"
#include "engine/commands/families.h"
#include "engine/commands/scan_options.h"
#include "engine/engine.h"
#include "engine/types/hash.h"

namespace redouble {
namespace {

using Pair = HashValue::Pair;

void reply_item(Reply& reply, const HashValue::Item& item) {
  IntegerText scratch;
  reply.bulk(item.bytes(scratch));
}

// Fields, or fields with values: pairs in RESP3, one behind the other in RESP2.
class FieldReply {
 public:
  FieldReply(Reply& reply, bool with_values, std::size_t n) : reply_(reply), with_values_(with_values) {
    reply.array(with_values && reply.protocol() == 2 ? n * 2 : n);
  }
  void operator()(const Pair& pair) {
    if (with_values_ && reply_.protocol() == 3) reply_.array(2);
    reply_item(reply_, pair.field);
    if (with_values_) reply_item(reply_, pair.value);
  }

 private:
  Reply& reply_;
  bool with_values_;
};

Outcome draw_fields(Call& c, std::string_view key, std::int64_t count, bool with_values) {
  const auto hash = c.db.read<Hash>(key);
  if (hash.wrong_type()) return err::wrong_type;
  if (!hash || count == 0) {
    c.reply.array(0);
    return done;
  }
  const bool repeats = count < 0;
  const auto n = static_cast<std::uint64_t>(repeats ? -count : count);
  if (repeats) {
    if (is_too_many_draws(n, hash->mean_bytes())) return err::out_of_range;
    hash->draw(n, c.engine.random, FieldReply(c.reply, with_values, n));
  } else if (n >= hash->size()) {
    hash->for_each(FieldReply(c.reply, with_values, hash->size()));
  } else {
    FieldReply reply(c.reply, with_values, n);
    for (const Pair& pair : hash->sample(n, c.engine.random)) reply(pair);
  }
  c.db.account(hash);  // a draw lets a growing table move on
  return done;
}

Outcome hrandfield(Call& c) {
  const auto key = c.args.next();
  if (c.args.more()) {
    const auto count = draw_count(c.args);
    const bool with_values = c.args.take("WITHVALUES");
    if (!c.args.finished()) return c.args.error();
    if (with_values && (count < -INT64_MAX / 2 || count > INT64_MAX / 2)) return err::out_of_range;
    return draw_fields(c, key, count, with_values);
  }
  const auto hash = c.db.read<Hash>(key);
  if (hash.wrong_type()) return err::wrong_type;
  if (hash)
    hash->draw(1, c.engine.random, [&](const Pair& pair) { reply_item(c.reply, pair.field); });
  else
    c.reply.null();
  c.db.account(hash);
  return done;
}

// A listpack is shown whole at the first call, whatever the cursor.
Outcome hscan(Call& c) {
  const auto key = c.args.next();
  const auto start = parse_cursor(c.args.next());
  if (!start) return err::invalid_cursor;
  const auto hash = c.db.read<Hash>(key);
  if (hash.wrong_type()) return err::wrong_type;
  std::vector<Pair> found;
  std::uint64_t cursor = 0;
  if (hash) {
    ScanOptions scan;
    if (const Outcome bad = read_scan_options(c, scan, false); bad.is_error()) return bad;
    std::int64_t seen = 0;
    const auto take = [&](const Pair& pair) {
      ++seen;
      IntegerText scratch;
      if (scan.matches(pair.field.bytes(scratch))) found.push_back(pair);
    };
    if (!hash->is_table()) {
      hash->for_each(take);
    } else {
      cursor = *start;
      std::int64_t steps = scan.most_steps();
      do cursor = hash->scan(cursor, take);
      while (cursor != 0 && --steps > 0 && seen < scan.count);
    }
  }
  c.reply.array(2);
  c.reply.bulk(format_uint64(cursor));
  c.reply.array(found.size() * 2);
  for (const Pair& pair : found) {
    reply_item(c.reply, pair.field);
    reply_item(c.reply, pair.value);
  }
  return done;
}

constexpr Command kCommands[] = {
    {.name = "HRANDFIELD",
     .arity = -2,
     .flags = kReadonly,
     .categories = kCatHash,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::hash,
     .since = "6.2.0",
     .tips = "nondeterministic_output",
     .syntax = "key [options{count:int [WITHVALUES]}]",
     .summary = "Draws fields of a hash at random.",
     .run = hrandfield},
    {.name = "HSCAN",
     .arity = -3,
     .flags = kReadonly,
     .categories = kCatHash,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::hash,
     .since = "2.8.0",
     .tips = "nondeterministic_output",
     .syntax = "key cursor:int [MATCH=pattern:pattern] [COUNT=count:int]",
     .summary = "Walks the fields of a hash in pieces.",
     .run = hscan},
};

}  // namespace

Rows hash_walk_commands() {
  return kCommands;
}

}  // namespace redouble
