// Counters: strings that are read as numbers, changed and written back. The TTL stays.
#include <cmath>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "engine/types/string.h"

namespace redouble {
namespace {

// Adds `delta` to the integer at `key`. A missing key counts as 0.
Outcome add(Call& c, std::string_view key, std::int64_t delta, Event what) {
  auto text = c.db.write<String>(key);
  if (text.wrong_type()) return err::wrong_type;
  const auto before = text ? text->as_int64() : 0;
  if (!before) return err::not_an_integer;
  std::int64_t after = 0;
  if (__builtin_add_overflow(*before, delta, &after)) return err::incr_overflow;
  text->assign(after);
  c.db.changed(text, what);
  c.reply.integer(after);
  return done;
}

Outcome incr(Call& c) {
  return add(c, c.args.next(), 1, event::incrby);
}
Outcome decr(Call& c) {
  return add(c, c.args.next(), -1, event::incrby);
}

Outcome incrby(Call& c) {
  const auto key = c.args.next();
  const auto delta = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  return add(c, key, delta, event::incrby);
}

Outcome decrby(Call& c) {
  const auto key = c.args.next();
  const auto delta = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  if (delta == INT64_MIN) return err::decr_overflow;
  return add(c, key, -delta, event::incrby);
}

// The present value is read before the increment: an error in it comes first.
Outcome incrbyfloat(Call& c) {
  const auto key = c.args.next();
  auto text = c.db.write<String>(key);
  if (text.wrong_type()) return err::wrong_type;
  IntegerText scratch;
  const auto before = text ? parse_long_double(text->text(scratch)) : 0;
  const auto delta = parse_long_double(c.args.next());
  if (!before || !delta) return err::not_a_float;
  const long double after = *before + *delta;
  if (std::isnan(after) || std::isinf(after)) return err::nan_or_infinity;
  const auto shown = format_long_double_human(after);
  text->assign_text(shown);
  c.db.changed(text, event::incrbyfloat);
  c.propagate({"SET", key, shown, "KEEPTTL"});  // replicas may not round as we do
  c.reply.bulk(shown);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "INCR",
     .arity = 2,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatString,
     .keys = {keys::at(1, kRW | kAccess | kUpdate)},
     .group = Group::string,
     .since = "1.0.0",
     .syntax = "key",
     .summary = "Adds one to the integer in a string.",
     .run = incr},
    {.name = "DECR",
     .arity = 2,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatString,
     .keys = {keys::at(1, kRW | kAccess | kUpdate)},
     .group = Group::string,
     .since = "1.0.0",
     .syntax = "key",
     .summary = "Takes one from the integer in a string.",
     .run = decr},
    {.name = "INCRBY",
     .arity = 3,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatString,
     .keys = {keys::at(1, kRW | kAccess | kUpdate)},
     .group = Group::string,
     .since = "1.0.0",
     .syntax = "key increment:int",
     .summary = "Adds to the integer in a string.",
     .run = incrby},
    {.name = "DECRBY",
     .arity = 3,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatString,
     .keys = {keys::at(1, kRW | kAccess | kUpdate)},
     .group = Group::string,
     .since = "1.0.0",
     .syntax = "key decrement:int",
     .summary = "Takes from the integer in a string.",
     .run = decrby},
    {.name = "INCRBYFLOAT",
     .arity = 3,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatString,
     .keys = {keys::at(1, kRW | kAccess | kUpdate)},
     .group = Group::string,
     .since = "2.6.0",
     .syntax = "key increment:double",
     .summary = "Adds to the floating-point number in a string.",
     .run = incrbyfloat},
};

}  // namespace

Rows counter_commands() {
  return kCommands;
}

}  // namespace redouble
