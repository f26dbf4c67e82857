// Keys of any type: deleting, naming, copying and moving them between databases, and what OBJECT tells.
#include <optional>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/help.h"
#include "engine/engine.h"
#include "engine/object.h"
#include "engine/rdb/persistence.h"

namespace redouble {
namespace {

Outcome del(Call& c) {
  std::int64_t n = 0;
  for (const auto key : c.args.rest()) {
    AnyRef value = c.db.look(key);
    if (!value) continue;
    c.db.remove(value, event::del);
    ++n;
  }
  c.reply.integer(n);
  return done;
}

Outcome exists(Call& c) {
  std::int64_t n = 0;
  for (const auto key : c.args.rest()) n += c.db.look_counted(key) ? 1 : 0;
  c.reply.integer(n);
  return done;
}

Outcome touch(Call& c) {
  std::int64_t n = 0;
  for (const auto key : c.args.rest()) n += c.db.read(key) ? 1 : 0;
  c.reply.integer(n);
  return done;
}

Outcome type(Call& c) {
  const AnyRef value = c.db.look_counted(c.args.next());
  c.reply.status(value ? name_of(value.entry()->kind()) : "none");
  return done;
}

void rename_value(Call& c, AnyRef& value, std::string_view to) {
  const auto from = value.key();
  c.db.move_value(value, c.db, to);
  c.db.changed(from, event::rename_from);
  c.db.also_changed(to, event::rename_to);
}

Outcome rename(Call& c) {
  const auto from = c.args.next();
  const auto to = c.args.next();
  AnyRef value = c.db.write(from);
  if (!value) return err::no_such_key;
  if (from != to) rename_value(c, value, to);
  c.reply.ok();
  return done;
}

Outcome renamenx(Call& c) {
  const auto from = c.args.next();
  const auto to = c.args.next();
  AnyRef value = c.db.write(from);
  if (!value) return err::no_such_key;
  const bool taken = from == to || c.db.write(to);
  if (!taken) rename_value(c, value, to);
  c.reply.integer(taken ? 0 : 1);
  return done;
}

Outcome move(Call& c) {
  const auto key = c.args.next();
  Database* target = c.next_database();
  if (target == nullptr) return c.args.error();
  if (target == &c.db) return err::same_object;
  AnyRef value = c.db.write(key);
  const bool can = value && !target->write(key);
  if (can) {
    c.db.move_value(value, *target, key);
    c.db.changed(key, event::move_from);
    target->also_changed(key, event::move_to);
  }
  c.reply.integer(can ? 1 : 0);
  return done;
}

Outcome copy(Call& c) {
  const auto from = c.args.next();
  const auto to = c.args.next();
  Database* target = &c.db;
  bool replace = false;
  while (c.args.more()) {
    if (c.args.take("REPLACE")) {
      replace = true;
    } else if (is_word(c.args.peek(), "DB") && c.args.left() >= 2) {
      c.args.next();
      target = c.next_database();
      if (target == nullptr) return c.args.error();
    } else {
      return err::syntax;
    }
  }
  if (target == &c.db && from == to) return err::same_object;
  const AnyRef value = c.db.read(from);
  const bool can = value && (replace || !target->write(to));
  if (can) {
    c.db.copy_value(value, *target, to);
    target->changed(to, event::copy_to);
  }
  c.reply.integer(can ? 1 : 0);
  return done;
}

// --- OBJECT ----------------------------------------------------------------------------------------------

// A miss is counted, but no event tells of it.
template <class Tell>
Outcome object(Call& c, Tell&& tell) {
  const AnyRef value = c.db.look_untold(c.args.next());
  if (!value) {
    c.reply.null();
    return done;
  }
  return tell(*value.entry());
}

Outcome object_encoding(Call& c) {
  return object(c, [&](const Entry& entry) -> Outcome {
    c.reply.bulk(name_of(encoding_of(entry)));
    return done;
  });
}

Outcome object_refcount(Call& c) {
  return object(c, [&](const Entry& entry) -> Outcome {
    c.reply.integer(entry.pooled() ? INT32_MAX : 1);
    return done;
  });
}

Outcome object_idletime(Call& c) {
  return object(c, [&](const Entry& entry) -> Outcome {
    if (c.engine.counts_frequency()) return err::idle_time_not_tracked;
    c.reply.integer(c.engine.idle_since(entry.lru));
    return done;
  });
}

Outcome object_freq(Call& c) {
  return object(c, [&](const Entry& entry) -> Outcome {
    if (!c.engine.counts_frequency()) return err::frequency_not_tracked;
    c.reply.integer(c.engine.decayed_frequency(entry.lru));
    return done;
  });
}

Outcome object_help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "ENCODING <key>", "    How the value is represented inside.",
      "FREQ <key>",     "    How often the key is used, on a logarithmic scale (LFU policies only).",
      "IDLETIME <key>", "    Seconds since the key was last used.",
      "REFCOUNT <key>", "    How many share the value.",
  };
  return reply_help(c, kLines);
}

// --- Databases -------------------------------------------------------------------------------------------

Outcome dbsize(Call& c) {
  c.reply.integer(static_cast<std::int64_t>(c.db.keys().size()));
  return done;
}

// Both must be numbers before either has to be a database.
Outcome swapdb(Call& c) {
  const auto is_number = [](std::string_view text) {
    const auto number = parse_int64(text);
    return number && *number >= INT32_MIN && *number <= INT32_MAX;
  };
  Args ahead = c.args;
  if (!is_number(ahead.next())) return err::invalid_first_db;
  if (!is_number(ahead.next())) return err::invalid_second_db;
  Database* one = c.next_database(err::invalid_first_db);
  if (one == nullptr) return c.args.error();
  Database* other = c.next_database(err::invalid_second_db);
  if (other == nullptr) return c.args.error();
  if (one != other) one->swap(*other);
  ++c.engine.changes;
  c.reply.ok();
  return done;
}

// ASYNC and SYNC are the same here: the memory is given back at once either way.
Outcome read_flush_mode(Call& c) {
  if (c.args.left() > 1 || (c.args.left() == 1 && !c.args.take("ASYNC") && !c.args.take("SYNC")))
    return err::syntax;
  return done;
}

Outcome flushdb(Call& c) {
  if (const Outcome bad = read_flush_mode(c); bad.is_error()) return bad;
  c.db.flush();
  c.engine.tracking.flushed();
  c.telling = Call::Telling::always;
  c.reply.ok();
  return done;
}

Outcome flushall(Call& c) {
  if (const Outcome bad = read_flush_mode(c); bad.is_error()) return bad;
  for (int i = 0; i < c.engine.databases(); ++i) c.engine.db(i).flush();
  c.engine.tracking.flushed();
  // Redis saves the emptied data set at once where save points are set: then nothing is left to save.
  if (saves_by_itself(c.engine)) {
    static_cast<void>(save_dataset(c.engine));
  } else if (!c.engine.config.save_points().empty()) {
    c.engine.changes = 0;
    c.engine.last_save = c.engine.now();
  }
  c.telling = Call::Telling::always;
  c.reply.ok();
  return done;
}

constexpr Command kCommands[] = {
    {.name = "COPY",
     .arity = -3,
     .flags = kWrite | kDenyOom,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRO | kAccess), keys::at(2, kOW | kUpdate)},
     .group = Group::generic,
     .since = "6.2.0",
     .syntax = "source:key destination:key#1 [DB=destination-db:int] [REPLACE]",
     .summary = "Copies a value and its deadline to another key.",
     .run = copy},
    {.name = "DEL",
     .arity = -2,
     .flags = kWrite,
     .categories = kCatKeyspace,
     .keys = {keys::range(1, -1, 1, kRM | kDelete)},
     .group = Group::generic,
     .since = "1.0.0",
     .tips = "request_policy:multi_shard,response_policy:agg_sum",
     .syntax = "key...",
     .summary = "Deletes keys.",
     .run = del},
    {.name = "EXISTS",
     .arity = -2,
     .flags = kReadonly | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::range(1, -1, 1, kRO)},
     .group = Group::generic,
     .since = "1.0.0",
     .tips = "request_policy:multi_shard,response_policy:agg_sum",
     .syntax = "key...",
     .summary = "Counts how many of the keys exist.",
     .run = exists},
    {.name = "MOVE",
     .arity = 3,
     .flags = kWrite | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRW | kAccess | kUpdate)},
     .group = Group::generic,
     .since = "1.0.0",
     .syntax = "key db:int",
     .summary = "Moves a key to another database.",
     .run = move},
    {.name = "OBJECT",
     .arity = -2,
     .group = Group::generic,
     .since = "2.2.3",
     .summary = "A container for commands that look into values."},
    {.name = "OBJECT|ENCODING",
     .arity = 3,
     .flags = kReadonly,
     .categories = kCatKeyspace,
     .keys = {keys::at(2, kRO)},
     .group = Group::generic,
     .since = "2.2.3",
     .tips = "nondeterministic_output",
     .syntax = "key",
     .summary = "Tells how a value is represented inside.",
     .run = object_encoding},
    {.name = "OBJECT|FREQ",
     .arity = 3,
     .flags = kReadonly,
     .categories = kCatKeyspace,
     .keys = {keys::at(2, kRO)},
     .group = Group::generic,
     .since = "4.0.0",
     .tips = "nondeterministic_output",
     .syntax = "key",
     .summary = "Tells how often a key is used, on a logarithmic scale.",
     .run = object_freq},
    {.name = "OBJECT|HELP",
     .arity = 2,
     .flags = kLoading | kStale,
     .categories = kCatKeyspace,
     .group = Group::generic,
     .since = "6.2.0",
     .summary = "Lists the subcommands.",
     .run = object_help},
    {.name = "OBJECT|IDLETIME",
     .arity = 3,
     .flags = kReadonly,
     .categories = kCatKeyspace,
     .keys = {keys::at(2, kRO)},
     .group = Group::generic,
     .since = "2.2.3",
     .tips = "nondeterministic_output",
     .syntax = "key",
     .summary = "Tells for how many seconds a key was not used.",
     .run = object_idletime},
    {.name = "OBJECT|REFCOUNT",
     .arity = 3,
     .flags = kReadonly,
     .categories = kCatKeyspace,
     .keys = {keys::at(2, kRO)},
     .group = Group::generic,
     .since = "2.2.3",
     .tips = "nondeterministic_output",
     .syntax = "key",
     .summary = "Tells how many share a value.",
     .run = object_refcount},
    {.name = "RENAME",
     .arity = 3,
     .flags = kWrite,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRW | kAccess | kDelete), keys::at(2, kOW | kUpdate)},
     .group = Group::generic,
     .since = "1.0.0",
     .syntax = "key newkey:key#1",
     .summary = "Gives a key another name.",
     .run = rename},
    {.name = "RENAMENX",
     .arity = 3,
     .flags = kWrite | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRW | kAccess | kDelete), keys::at(2, kOW | kInsert)},
     .group = Group::generic,
     .since = "1.0.0",
     .syntax = "key newkey:key#1",
     .summary = "Gives a key another name that must be free.",
     .run = renamenx},
    {.name = "TOUCH",
     .arity = -2,
     .flags = kReadonly | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::range(1, -1, 1, kRO)},
     .group = Group::generic,
     .since = "3.2.1",
     .tips = "request_policy:multi_shard,response_policy:agg_sum",
     .syntax = "key...",
     .summary = "Counts how many of the keys exist and makes them recently used.",
     .run = touch},
    {.name = "TYPE",
     .arity = 2,
     .flags = kReadonly | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRO)},
     .group = Group::generic,
     .since = "1.0.0",
     .syntax = "key",
     .summary = "Tells the type of a value.",
     .run = type},
    {.name = "UNLINK",
     .arity = -2,
     .flags = kWrite | kFast,
     .categories = kCatKeyspace,
     .keys = {keys::range(1, -1, 1, kRM | kDelete)},
     .group = Group::generic,
     .since = "4.0.0",
     .tips = "request_policy:multi_shard,response_policy:agg_sum",
     .syntax = "key...",
     .summary = "Deletes keys; memory may be given back later.",
     .run = del},
    {.name = "DBSIZE",
     .arity = 1,
     .flags = kReadonly | kFast,
     .categories = kCatKeyspace,
     .group = Group::server,
     .since = "1.0.0",
     .tips = "request_policy:all_shards,response_policy:agg_sum",
     .summary = "Counts the keys of the database.",
     .run = dbsize},
    {.name = "SWAPDB",
     .arity = 3,
     .flags = kWrite | kFast,
     .categories = kCatKeyspace | kCatDangerous,
     .group = Group::server,
     .since = "4.0.0",
     .syntax = "index1:int index2:int",
     .summary = "Exchanges two databases.",
     .run = swapdb},
    {.name = "FLUSHDB",
     .arity = -1,
     .flags = kWrite,
     .categories = kCatKeyspace | kCatDangerous,
     .group = Group::server,
     .since = "1.0.0",
     .tips = "request_policy:all_shards,response_policy:all_succeeded",
     .syntax = "[async<ASYNC@4.0.0|SYNC@6.2.0>]",
     .summary = "Deletes all keys of the database.",
     .run = flushdb},
    {.name = "FLUSHALL",
     .arity = -1,
     .flags = kWrite,
     .categories = kCatKeyspace | kCatDangerous,
     .group = Group::server,
     .since = "1.0.0",
     .tips = "request_policy:all_shards,response_policy:all_succeeded",
     .syntax = "[async<ASYNC@4.0.0|SYNC@6.2.0>]",
     .summary = "Deletes all keys of all databases.",
     .run = flushall},
};

}  // namespace

Rows key_commands() {
  return kCommands;
}

}  // namespace redouble
