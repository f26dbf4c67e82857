// Values as bytes: DUMP, RESTORE, and MIGRATE, which would carry them to another server.
#include "engine/rdb/payload.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "engine/types/string.h"

namespace redouble {
namespace {

Outcome dump(Call& c) {
  const AnyRef value = c.db.read(c.args.next());
  const bool compress = c.engine.config.flag(Setting::rdbcompression);
  if (value)
    c.reply.bulk(dump_payload(*value.entry(), compress ? &c.engine.compressor : nullptr));
  else
    c.reply.null();
  return done;
}

// --- RESTORE ---------------------------------------------------------------------------------------------

struct RestoreOptions {
  bool replace = false, absolute = false;
  std::optional<std::int64_t> idle_seconds;
  std::optional<std::uint8_t> frequency;
};

// Idle time and frequency exclude each other: the second one of them is no option any more.
Outcome read_options(Args& args, RestoreOptions& options) {
  while (args.more()) {
    if (args.take("REPLACE")) {
      options.replace = true;
    } else if (args.take("ABSTTL")) {
      options.absolute = true;
    } else if (args.left() >= 2 && !options.frequency && args.take("IDLETIME")) {
      options.idle_seconds = args.integer_in(0, INT64_MAX, err::bad_idle_time);
    } else if (args.left() >= 2 && !options.idle_seconds && args.take("FREQ")) {
      options.frequency = static_cast<std::uint8_t>(args.integer_in(0, UINT8_MAX, err::bad_frequency));
    } else {
      return err::syntax;
    }
  }
  return args.ok() ? done : Outcome(args.error());
}

// Puts the value under the key, which does not exist.
void keep(Call& c, std::string_view key, RdbValue value, Millis at, const RestoreOptions& options) {
  AnyRef ref = c.db.look(key);
  if (value.type == Type::string) {
    String text(ref);
    text.replace(value.text, at);
  } else {
    c.db.put(key, value.type, std::move(value.object), at);
  }
  ref = c.db.look(key);
  c.engine.eviction_order.use_as_of(*ref.entry(), c.engine.age_with(options.idle_seconds, options.frequency));
  c.db.changed(ref, event::restore);
}

// Replicas get the moment in place of the time to live.
void propagate_restore(Call& c, Argv all, Millis at) {
  if (!c.propagates()) return;
  std::vector<std::string_view> words(all.begin(), all.end());
  const IntegerText moment = format_int64(at);
  words[2] = moment;
  words.push_back("ABSTTL");
  c.propagate(words);
}

// Key, time to live, payload, options: checked in the order options, key, time to live, payload.
Outcome restore(Call& c) {
  const auto key = c.args.next();
  const Argv all = c.args.all();
  Args ttl_argument = c.args;
  c.args.next();
  const auto payload = c.args.next();
  RestoreOptions options;
  if (const Outcome bad = read_options(c.args, options); bad.is_error()) return bad;
  AnyRef before = c.db.write(key);
  if (before && !options.replace) return err::busy_key;
  const std::int64_t ttl = ttl_argument.integer_in(0, INT64_MAX, err::bad_ttl);
  if (!ttl_argument.ok()) return ttl_argument.error();
  if (!check_payload(payload)) return err::bad_payload_footer;
  auto value = read_payload(payload, {c.engine.config, c.db.seed(), c.engine.plain_element_bytes});
  if (!value) return err::bad_payload;

  Millis at = ttl == 0 ? kNever : ttl;
  // As in Redis, a time that is too far away to be told is one in the past.
  const bool is_past =
      ttl != 0 &&
      ((!options.absolute && __builtin_add_overflow(ttl, c.engine.now_ms(), &at)) || at <= c.engine.now_ms());
  if (is_past) {
    if (before) {
      c.db.remove(before, event::del);
      c.propagate({c.engine.config.flag(Setting::lazyfree_lazy_expire) ? "UNLINK" : "DEL", key});
    }
  } else {
    if (before) c.db.make_room(before);
    keep(c, key, std::move(*value), ttl == 0 ? kNever : std::min(at, kLastDeadline), options);
    if (ttl != 0 && !options.absolute) propagate_restore(c, all, at);
  }
  c.reply.ok();
  return done;
}

// --- MIGRATE ---------------------------------------------------------------------------------------------

// Options are read for their errors; `keys` gets what is behind KEYS, or the third argument.
Outcome read_migration(Call& c, Argv& keys) {
  const auto redact_next = [&](std::size_t n) {
    for (; n > 0; --n) {
      c.engine.redact(c.args.all().size() - c.args.left());
      c.args.next();
    }
  };
  while (c.args.more()) {
    if (c.args.take("COPY") || c.args.take("REPLACE")) continue;
    if (c.args.left() >= 2 && c.args.take("AUTH")) {
      redact_next(1);
    } else if (c.args.left() >= 3 && c.args.take("AUTH2")) {
      redact_next(2);
    } else if (c.args.take("KEYS")) {
      if (!keys[0].empty()) return err::migrate_key_with_keys;
      keys = c.args.rest();
    } else {
      return err::syntax;
    }
  }
  return done;
}

// There is no way from here to another server: what can be told without one is told, and then the target
// cannot be reached.
Outcome migrate(Call& c) {
  c.args.next();
  c.args.next();
  Argv keys = c.args.all().subspan(3, 1);
  c.args.next();
  const auto database = parse_int64(c.args.next());
  const auto timeout = parse_int64(c.args.next());
  if (const Outcome bad = read_migration(c, keys); bad.is_error()) return bad;
  if (!database || !timeout) return err::not_an_integer;
  std::size_t found = 0;
  for (const auto key : keys) found += c.db.read(key) ? 1 : 0;
  if (found != 0) return err::no_target;
  c.reply.status("NOKEY");
  return done;
}

constexpr std::string_view kRestoreSyntax =
    "key ttl:int serialized-value [REPLACE@3.0.0] [ABSTTL@5.0.0] [IDLETIME=seconds:int@5.0.0] "
    "[FREQ=frequency:int@5.0.0]";

constexpr Command kCommands[] = {
    {.name = "DUMP",
     .arity = 2,
     .flags = kReadonly,
     .categories = kCatKeyspace,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::generic,
     .since = "2.6.0",
     .tips = "nondeterministic_output",
     .syntax = "key",
     .summary = "Answers a value as bytes that RESTORE takes.",
     .run = dump},
    {.name = "RESTORE",
     .arity = -4,
     .flags = kWrite | kDenyOom,
     .categories = kCatKeyspace | kCatDangerous,
     .keys = {keys::at(1, kOW | kUpdate)},
     .group = Group::generic,
     .since = "2.6.0",
     .syntax = kRestoreSyntax,
     .summary = "Makes a key of the bytes that DUMP answered.",
     .run = restore},
    {.name = "RESTORE-ASKING",
     .arity = -4,
     .flags = kWrite | kDenyOom | kAsking,
     .categories = kCatKeyspace | kCatDangerous,
     .keys = {keys::at(1, kOW | kUpdate)},
     .group = Group::server,
     .since = "3.0.0",
     .system = true,
     .syntax = kRestoreSyntax,
     .summary = "RESTORE as the nodes of a cluster use it among themselves.",
     .run = restore},
    {.name = "MIGRATE",
     .arity = -6,
     .flags = kWrite | kMovableKeys,
     .categories = kCatKeyspace | kCatDangerous,
     .keys = {keys::at(3, kRW | kAccess | kDelete),
              keys::after("KEYS", -2, -1, 1, kRW | kAccess | kDelete | kIncomplete)},
     .group = Group::generic,
     .since = "2.6.0",
     .tips = "nondeterministic_output",
     .syntax = "host port:int key_or_empty_string<key|empty_string!''> destination-db:int timeout:int "
               "[COPY@3.0.0] [REPLACE@3.0.0] [authentication<[AUTH=password@4.0.7]|"
               "[AUTH2=username_password{username password}@6.0.0]>] [KEYS=key#1@3.0.6...]",
     .summary = "Would move keys to another server; finds none that it can reach.",
     .run = migrate},
};

}  // namespace

Rows dump_commands() {
  return kCommands;
}

}  // namespace redouble
