// The string commands that read and write whole values. Counters are in counter.cpp.
#include "engine/types/string.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/call.h"
#include "engine/command_table.h"
#include "engine/commands/families.h"
#include "engine/engine.h"

namespace redouble {
namespace {

// The bytes, or null for a missing key or (MGET) one of another type.
inline void reply_text(Call& c, const String& text) {
  IntegerText scratch;
  if (text)
    c.reply.bulk(text.text(scratch));
  else
    c.reply.null();
}

Outcome get(Call& c) {
  const auto text = c.db.read<String>(c.args.next());
  if (text.wrong_type()) return err::wrong_type;
  reply_text(c, text);
  return done;
}

// What SET and GETEX say about the time to live.
struct Expiry {
  enum class Word { none, ex, px, exat, pxat, keep, persist } word = Word::none;
  std::string_view number;
};

// The deadline that `expiry` asks for, by the command's clock; an error text when it cannot be.
struct Moment {
  Millis at = kNever;
  std::string error = {};
};

Moment deadline_of(const Call& c, const Expiry& expiry) {
  const auto invalid = [&]() -> Moment {
    return {kNever, fmt::format("ERR invalid expire time in '{}' command", full_name(c.command))};
  };
  const auto number = parse_int64(expiry.number);
  if (!number) return {kNever, std::string(err::not_an_integer)};
  const bool seconds = expiry.word == Expiry::Word::ex || expiry.word == Expiry::Word::exat;
  const bool relative = expiry.word == Expiry::Word::ex || expiry.word == Expiry::Word::px;
  std::int64_t at = *number;
  if (at <= 0) return invalid();
  if (seconds && __builtin_mul_overflow(at, std::int64_t{1000}, &at)) return invalid();
  if (relative && __builtin_add_overflow(at, c.engine.now_ms(), &at)) return invalid();
  return {std::min(at, kLastDeadline)};
}

struct SetOptions {
  enum class Condition { none, nx, xx } condition = Condition::none;
  bool get = false;
  Expiry expiry;
};

// Whether `word` may follow what was said: the same word again may, and replaces it.
bool may_say(const Expiry& expiry, Expiry::Word word) {
  return expiry.word == Expiry::Word::none || expiry.word == word;
}

// Takes "EX 10" and its kin. False when something else comes next, or when another expiry was said already.
bool take_expiry(Call& c, Expiry& expiry) {
  using Word = Expiry::Word;
  constexpr std::pair<std::string_view, Word> kWords[] = {
      {"EX", Word::ex}, {"PX", Word::px}, {"EXAT", Word::exat}, {"PXAT", Word::pxat}};
  if (c.args.left() < 2) return false;
  for (const auto& [word, kind] : kWords) {
    if (!may_say(expiry, kind) || !c.args.take(word)) continue;
    expiry = {kind, c.args.next()};
    return true;
  }
  return false;
}

Outcome set_options(Call& c, SetOptions& options) {
  using Condition = SetOptions::Condition;
  while (c.args.more()) {
    if (options.condition != Condition::xx && c.args.take("NX"))
      options.condition = Condition::nx;
    else if (options.condition != Condition::nx && c.args.take("XX"))
      options.condition = Condition::xx;
    else if (c.args.take("GET"))
      options.get = true;
    else if (may_say(options.expiry, Expiry::Word::keep) && c.args.take("KEEPTTL"))
      options.expiry.word = Expiry::Word::keep;
    else if (!take_expiry(c, options.expiry))
      return err::syntax;
  }
  return done;
}

// Replicas get the moment, whatever was given, and no GET: who follows has no use for the old value.
void propagate_set(Call& c, std::string_view key, std::string_view value, const SetOptions& options,
                   Millis at) {
  if (!c.propagates()) return;
  if (at != kNever) return c.propagate({"SET", key, value, "PXAT", format_int64(at)});
  if (!options.get) return;
  std::vector<std::string_view> words;
  for (const auto word : c.args.all())
    if (words.size() < 3 || !is_word(word, "GET")) words.push_back(word);
  c.propagate(words);
}

Outcome set(Call& c) {
  const auto key = c.args.next();
  const auto value = c.args.next();
  SetOptions options;
  if (const Outcome bad = set_options(c, options); bad.is_error()) return bad;
  Millis at = kNever;
  const bool timed = options.expiry.word != Expiry::Word::none && options.expiry.word != Expiry::Word::keep;
  if (timed) {
    Moment moment = deadline_of(c, options.expiry);
    if (!moment.error.empty()) return c.fail_text(std::move(moment.error));
    at = moment.at;
  }
  // With GET the key is read as by the command of that name: counted, and of the right type only.
  auto text = options.get ? c.db.read_over<String>(key) : c.db.write_over<String>(key);
  if (options.get) {
    if (text && text.entry()->kind() != Type::string) return err::wrong_type;
    reply_text(c, text);
  }
  const bool wanted = options.condition == SetOptions::Condition::none ||
                      (options.condition == SetOptions::Condition::xx) == static_cast<bool>(text);
  if (!wanted) {
    if (!options.get) c.reply.null();
    return done;
  }
  if (options.expiry.word == Expiry::Word::keep)
    text.assign(value);
  else
    text.replace(value, at);
  c.db.changed(text, event::set);
  if (timed) c.db.notify(event::expire, key);
  propagate_set(c, key, value, options, at);
  if (!options.get) c.reply.ok();
  return done;
}

Outcome setnx(Call& c) {
  const auto key = c.args.next();
  auto text = c.db.write_over<String>(key);
  const bool free = !text;
  if (free) {
    text.assign(c.args.next());
    c.db.changed(text, event::set);
  }
  c.reply.integer(free ? 1 : 0);
  return done;
}

Outcome set_with_ttl(Call& c, Expiry::Word unit) {
  const auto key = c.args.next();
  Moment moment = deadline_of(c, {unit, c.args.next()});
  if (!moment.error.empty()) return c.fail_text(std::move(moment.error));
  auto text = c.db.write_over<String>(key);
  const auto value = c.args.next();
  text.replace(value, moment.at);
  c.db.changed(text, event::set);
  c.db.notify(event::expire, key);
  if (c.propagates()) c.propagate({"SET", key, value, "PXAT", format_int64(moment.at)});
  c.reply.ok();
  return done;
}

Outcome setex(Call& c) {
  return set_with_ttl(c, Expiry::Word::ex);
}
Outcome psetex(Call& c) {
  return set_with_ttl(c, Expiry::Word::px);
}

Outcome getset(Call& c) {
  const auto key = c.args.next();
  auto text = c.db.read<String>(key);
  if (text.wrong_type()) return err::wrong_type;
  reply_text(c, text);
  const auto value = c.args.next();
  text->replace(value, kNever);
  c.db.changed(text, event::set);
  c.propagate({"SET", key, value});
  return done;
}

Outcome getdel(Call& c) {
  const auto key = c.args.next();
  auto text = c.db.read<String>(key);
  if (text.wrong_type()) return err::wrong_type;
  reply_text(c, text);
  if (text) {
    c.db.remove(text, event::del);
    c.propagate({"DEL", key});
  }
  return done;
}

// The number is read after the key: on a missing key nobody looks at it.
Outcome getex(Call& c) {
  auto text_key = c.args.next();
  Expiry expiry;
  while (c.args.more()) {
    if (may_say(expiry, Expiry::Word::persist) && c.args.take("PERSIST"))
      expiry.word = Expiry::Word::persist;
    else if (!take_expiry(c, expiry))
      return err::syntax;
  }
  auto text = c.db.read<String>(text_key);
  if (text.wrong_type()) return err::wrong_type;
  if (!text) {
    c.reply.null();
    return done;
  }
  const bool timed = expiry.word != Expiry::Word::none && expiry.word != Expiry::Word::persist;
  Moment moment;
  if (timed) {
    moment = deadline_of(c, expiry);
    if (!moment.error.empty()) return c.fail_text(std::move(moment.error));
  }
  reply_text(c, text);
  if (timed && moment.at <= c.engine.now_ms()) {
    c.db.remove(text, event::del);
    c.propagate({c.engine.config.flag(Setting::lazyfree_lazy_expire) ? "UNLINK" : "DEL", text_key});
  } else if (timed) {
    c.db.set_deadline(text, moment.at);
    c.db.changed(text, event::expire);
    if (c.propagates()) c.propagate({"PEXPIREAT", text_key, format_int64(moment.at)});
  } else if (expiry.word == Expiry::Word::persist && text.entry()->has_ttl()) {
    c.db.set_deadline(text, kNever);
    c.db.changed(text, event::persist);
    c.propagate({"PERSIST", text_key});
  }
  return done;
}

Outcome mget(Call& c) {
  const Argv keys = c.args.rest();
  c.reply.array(keys.size());
  for (const auto key : keys) reply_text(c, c.db.read<String>(key));
  return done;
}

Outcome set_many(Call& c, bool only_new) {
  const Argv pairs = c.args.rest();
  if (pairs.size() % 2 != 0) return c.wrong_arity();
  if (only_new)
    for (std::size_t i = 0; i < pairs.size(); i += 2)
      if (c.db.write(pairs[i])) {
        c.reply.integer(0);
        return done;
      }
  for (std::size_t i = 0; i < pairs.size(); i += 2) {
    auto text = c.db.write_over<String>(pairs[i]);
    text.replace(pairs[i + 1], kNever);
    c.db.changed(text, event::set);
  }
  if (only_new)
    c.reply.integer(1);
  else
    c.reply.ok();
  return done;
}

Outcome mset(Call& c) {
  return set_many(c, false);
}
Outcome msetnx(Call& c) {
  return set_many(c, true);
}

Outcome strlen(Call& c) {
  const auto text = c.db.read<String>(c.args.next());
  if (text.wrong_type()) return err::wrong_type;
  c.reply.integer(text ? static_cast<std::int64_t>(text->size()) : 0);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "GET",
     .arity = 2,
     .flags = kReadonly | kFast,
     .categories = kCatString,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::string,
     .since = "1.0.0",
     .syntax = "key",
     .summary = "Returns the bytes of a string.",
     .run = get},
    {.name = "SET",
     .arity = -3,
     .flags = kWrite | kDenyOom,
     .categories = kCatString,
     .keys = {keys::at(1, kRW | kAccess | kUpdate | kVariableFlags)},
     .group = Group::string,
     .since = "1.0.0",
     .syntax = "key value [condition<NX|XX>@2.6.12] [GET@6.2.0] [expiration<EX=seconds:int@2.6.12|"
               "PX=milliseconds:int@2.6.12|EXAT=unix-time-seconds:time@6.2.0|"
               "PXAT=unix-time-milliseconds:time@6.2.0|KEEPTTL@6.0.0>]",
     .summary = "Stores a string, whatever the key held before.",
     .run = set},
    {.name = "SETNX",
     .arity = 3,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatString,
     .keys = {keys::at(1, kOW | kInsert)},
     .group = Group::string,
     .since = "1.0.0",
     .syntax = "key value",
     .summary = "Stores a string under a key that must be free.",
     .run = setnx},
    {.name = "SETEX",
     .arity = 4,
     .flags = kWrite | kDenyOom,
     .categories = kCatString,
     .keys = {keys::at(1, kOW | kUpdate)},
     .group = Group::string,
     .since = "2.0.0",
     .syntax = "key seconds:int value",
     .summary = "Stores a string with a time to live in seconds.",
     .run = setex},
    {.name = "PSETEX",
     .arity = 4,
     .flags = kWrite | kDenyOom,
     .categories = kCatString,
     .keys = {keys::at(1, kOW | kUpdate)},
     .group = Group::string,
     .since = "2.6.0",
     .syntax = "key milliseconds:int value",
     .summary = "Stores a string with a time to live in milliseconds.",
     .run = psetex},
    {.name = "GETSET",
     .arity = 3,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatString,
     .keys = {keys::at(1, kRW | kAccess | kUpdate)},
     .group = Group::string,
     .since = "1.0.0",
     .deprecated_since = "6.2.0",
     .replaced_by = "`SET` with the `!GET` argument",
     .syntax = "key value",
     .summary = "Stores a string and returns the one before.",
     .run = getset},
    {.name = "GETDEL",
     .arity = 2,
     .flags = kWrite | kFast,
     .categories = kCatString,
     .keys = {keys::at(1, kRW | kAccess | kDelete)},
     .group = Group::string,
     .since = "6.2.0",
     .syntax = "key",
     .summary = "Returns a string and deletes it.",
     .run = getdel},
    {.name = "GETEX",
     .arity = -2,
     .flags = kWrite | kFast,
     .categories = kCatString,
     .keys = {keys::at(1, kRW | kAccess | kUpdate)},
     .group = Group::string,
     .since = "6.2.0",
     .syntax = "key "
               "[expiration<EX=seconds:int|PX=milliseconds:int|EXAT=unix-time-seconds:time|PXAT=unix-time-"
               "milliseconds:time|PERSIST>]",
     .summary = "Returns a string and sets or takes its time to live.",
     .run = getex},
    {.name = "MGET",
     .arity = -2,
     .flags = kReadonly | kFast,
     .categories = kCatString,
     .keys = {keys::range(1, -1, 1, kRO | kAccess)},
     .group = Group::string,
     .since = "1.0.0",
     .tips = "request_policy:multi_shard",
     .syntax = "key...",
     .summary = "Returns several strings.",
     .run = mget},
    {.name = "MSET",
     .arity = -3,
     .flags = kWrite | kDenyOom,
     .categories = kCatString,
     .keys = {keys::range(1, -1, 2, kOW | kUpdate)},
     .group = Group::string,
     .since = "1.0.1",
     .tips = "request_policy:multi_shard,response_policy:all_succeeded",
     .syntax = "key_value{key value}...",
     .summary = "Stores several strings.",
     .run = mset},
    {.name = "MSETNX",
     .arity = -3,
     .flags = kWrite | kDenyOom,
     .categories = kCatString,
     .keys = {keys::range(1, -1, 2, kOW | kInsert)},
     .group = Group::string,
     .since = "1.0.1",
     .tips = "request_policy:multi_shard,response_policy:agg_min",
     .syntax = "key_value{key value}...",
     .summary = "Stores several strings if none of the keys exists.",
     .run = msetnx},
    {.name = "STRLEN",
     .arity = 2,
     .flags = kReadonly | kFast,
     .categories = kCatString,
     .keys = {keys::at(1, kRO)},
     .group = Group::string,
     .since = "2.2.0",
     .syntax = "key",
     .summary = "Tells how long a string is.",
     .run = strlen},
};

}  // namespace

Rows string_commands() {
  return kCommands;
}

}  // namespace redouble
