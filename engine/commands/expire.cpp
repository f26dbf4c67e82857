// Times to live: EXPIRE and its kin, TTL and its kin, PERSIST. The options are checked before the number, the
// number before the key: visible, as the errors tell which comes first.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/call.h"
#include "engine/command_table.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

struct Conditions {
  bool nx = false, xx = false, gt = false, lt = false;

  /// Whether a deadline `at` may replace `now_at` (kNever: there is none).
  bool allow(Millis now_at, Millis at) const {
    const bool has = now_at != kNever;
    if (nx && has) return false;
    if (xx && !has) return false;
    if (gt && (!has || at <= now_at)) return false;
    return !(lt && has && at >= now_at);
  }
};

Outcome read_conditions(Call& c, Conditions& conditions) {
  while (c.args.more()) {
    if (c.args.take("NX"))
      conditions.nx = true;
    else if (c.args.take("XX"))
      conditions.xx = true;
    else if (c.args.take("GT"))
      conditions.gt = true;
    else if (c.args.take("LT"))
      conditions.lt = true;
    else
      return c.fail("ERR Unsupported option {}", until_nul(c.args.next()));
  }
  if (conditions.nx && (conditions.xx || conditions.gt || conditions.lt)) return err::nx_with_others;
  if (conditions.gt && conditions.lt) return err::gt_with_lt;
  return done;
}

enum class From { now, epoch };

// Replicas get the moment, with the conditions as they were given.
void propagate_expire(Call& c, Millis at) {
  if (!c.propagates()) return;
  const Argv all = c.args.all();
  std::vector<std::string_view> words(all.begin(), all.end());
  const IntegerText moment = format_int64(at);
  if (c.command.name != "PEXPIREAT") {
    words[0] = "PEXPIREAT";
    words[2] = moment;
  }
  c.propagate(words);
}

// The number is in units of `unit` milliseconds, counted from now or from 1970.
template <int unit, From from>
Outcome expire(Call& c) {
  const auto key = c.args.next();
  const auto text = c.args.next();
  Conditions conditions;
  if (const Outcome bad = read_conditions(c, conditions); bad.is_error()) return bad;
  const auto number = parse_int64(text);
  if (!number) return err::not_an_integer;
  Millis at = 0;
  if (__builtin_mul_overflow(*number, std::int64_t{unit}, &at) ||
      (from == From::now && __builtin_add_overflow(at, c.engine.now_ms(), &at)))
    return c.fail("ERR invalid expire time in '{}' command", full_name(c.command));
  at = std::min(at, kLastDeadline);

  AnyRef value = c.db.write(key);
  if (!value || !conditions.allow(value.entry()->expires_at(), at)) {
    c.reply.integer(0);
    return done;
  }
  if (at <= c.engine.now_ms()) {
    c.db.remove(value, event::del);
    c.propagate({c.engine.config.flag(Setting::lazyfree_lazy_expire) ? "UNLINK" : "DEL", key});
  } else {
    c.db.set_deadline(value, at);
    c.db.changed(value, event::expire);
    propagate_expire(c, at);
  }
  c.reply.integer(1);
  return done;
}

// -2: no such key, -1: no deadline. Seconds are rounded to the nearest.
template <int unit, From from>
Outcome time_left(Call& c) {
  const AnyRef value = c.db.look_counted(c.args.next());
  if (!value || !value.entry()->has_ttl()) {
    c.reply.integer(value ? -1 : -2);
    return done;
  }
  Millis ms = value.entry()->expires_at();
  if (ms == kLastDeadline) ms = kNever;  // asked for, and kept one less
  if (from == From::now) ms = std::max<Millis>(0, ms - c.engine.now_ms());
  c.reply.integer(unit == 1 ? ms : static_cast<Millis>((static_cast<std::uint64_t>(ms) + 500) / 1000));
  return done;
}

Outcome persist(Call& c) {
  AnyRef value = c.db.write(c.args.next());
  const bool had = value && value.entry()->has_ttl();
  if (had) {
    c.db.set_deadline(value, kNever);
    c.db.changed(value, event::persist);
  }
  c.reply.integer(had ? 1 : 0);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "EXPIRE",
     .arity = -3,
     .flags = kWrite | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRW | kUpdate)},
     .group = Group::generic,
     .since = "1.0.0",
     .syntax = "key seconds:int [condition<NX|XX|GT|LT>@7.0.0]",
     .summary = "Gives a key a time to live in seconds.",
     .run = expire<1000, From::now>},
    {.name = "PEXPIRE",
     .arity = -3,
     .flags = kWrite | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRW | kUpdate)},
     .group = Group::generic,
     .since = "2.6.0",
     .syntax = "key milliseconds:int [condition<NX|XX|GT|LT>@7.0.0]",
     .summary = "Gives a key a time to live in milliseconds.",
     .run = expire<1, From::now>},
    {.name = "EXPIREAT",
     .arity = -3,
     .flags = kWrite | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRW | kUpdate)},
     .group = Group::generic,
     .since = "1.2.0",
     .syntax = "key unix-time-seconds:time [condition<NX|XX|GT|LT>@7.0.0]",
     .summary = "Lets a key expire at a Unix time in seconds.",
     .run = expire<1000, From::epoch>},
    {.name = "PEXPIREAT",
     .arity = -3,
     .flags = kWrite | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRW | kUpdate)},
     .group = Group::generic,
     .since = "2.6.0",
     .syntax = "key unix-time-milliseconds:time [condition<NX|XX|GT|LT>@7.0.0]",
     .summary = "Lets a key expire at a Unix time in milliseconds.",
     .run = expire<1, From::epoch>},
    {.name = "TTL",
     .arity = 2,
     .flags = kReadonly | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::generic,
     .since = "1.0.0",
     .tips = "nondeterministic_output",
     .syntax = "key",
     .summary = "Tells a key's time to live in seconds.",
     .run = time_left<1000, From::now>},
    {.name = "PTTL",
     .arity = 2,
     .flags = kReadonly | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::generic,
     .since = "2.6.0",
     .tips = "nondeterministic_output",
     .syntax = "key",
     .summary = "Tells a key's time to live in milliseconds.",
     .run = time_left<1, From::now>},
    {.name = "EXPIRETIME",
     .arity = 2,
     .flags = kReadonly | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::generic,
     .since = "7.0.0",
     .syntax = "key",
     .summary = "Tells when a key expires, as a Unix time in seconds.",
     .run = time_left<1000, From::epoch>},
    {.name = "PEXPIRETIME",
     .arity = 2,
     .flags = kReadonly | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::generic,
     .since = "7.0.0",
     .syntax = "key",
     .summary = "Tells when a key expires, as a Unix time in milliseconds.",
     .run = time_left<1, From::epoch>},
    {.name = "PERSIST",
     .arity = 2,
     .flags = kWrite | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRW | kUpdate)},
     .group = Group::generic,
     .since = "2.2.0",
     .syntax = "key",
     .summary = "Takes a key's time to live away.",
     .run = persist},
};

}  // namespace

Rows expire_commands() {
  return kCommands;
}

}  // namespace redouble
