// The string commands that read and write whole values. Counters are in counter.cpp.
#include "engine/types/string.h"

#include <optional>

#include "engine/call.h"
#include "engine/command_table.h"
#include "engine/commands/families.h"
#include "engine/engine.h"

namespace redouble {
namespace {

Outcome get(Call& c) {
  const auto text = c.db.read<String>(c.args.next());
  if (text.wrong_type()) return err::wrong_type;
  if (!text) {
    c.reply.null();
    return done;
  }
  IntegerText scratch;
  c.reply.bulk(text->text(scratch));
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
  std::string error;
};

Moment deadline_of(const Call& c, const Expiry& expiry) {
  const std::string invalid = fmt::format("ERR invalid expire time in '{}' command", full_name(c.command));
  const auto number = parse_int64(expiry.number);
  if (!number) return {kNever, std::string(err::not_an_integer)};
  const bool seconds = expiry.word == Expiry::Word::ex || expiry.word == Expiry::Word::exat;
  const bool relative = expiry.word == Expiry::Word::ex || expiry.word == Expiry::Word::px;
  std::int64_t at = *number;
  if (at <= 0) return {kNever, invalid};
  if (seconds && __builtin_mul_overflow(at, std::int64_t{1000}, &at)) return {kNever, invalid};
  if (relative && __builtin_add_overflow(at, c.engine.now_ms(), &at)) return {kNever, invalid};
  return {at, {}};
}

struct SetOptions {
  enum class Condition { none, nx, xx } condition = Condition::none;
  bool get = false;
  Expiry expiry;
};

bool take_expiry(Call& c, Expiry& expiry, bool only_one) {
  using Word = Expiry::Word;
  const std::pair<std::string_view, Word> words[] = {
      {"EX", Word::ex}, {"PX", Word::px}, {"EXAT", Word::exat}, {"PXAT", Word::pxat}};
  for (const auto& [word, kind] : words) {
    if (!is_word(c.args.peek(), word) || c.args.left() < 2) continue;
    if (only_one) return false;
    c.args.next();
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
    else if (options.expiry.word == Expiry::Word::none && c.args.take("KEEPTTL"))
      options.expiry.word = Expiry::Word::keep;
    else if (!take_expiry(c, options.expiry, options.expiry.word != Expiry::Word::none))
      return err::syntax;
  }
  return done;
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
  AnyRef old = options.get ? c.db.read(key) : c.db.write(key);
  if (options.get) {
    const auto text = c.db.look<String>(key);
    if (text.wrong_type()) return err::wrong_type;
    IntegerText scratch;
    if (text)
      c.reply.bulk(text->text(scratch));
    else
      c.reply.null();
  }
  const bool wanted = options.condition == SetOptions::Condition::none ||
                      (options.condition == SetOptions::Condition::xx) == static_cast<bool>(old);
  if (!wanted) {
    if (!options.get) c.reply.null();
    return done;
  }
  String text(old);
  if (options.expiry.word == Expiry::Word::keep)
    text.assign(value);
  else
    text.replace(value, at);
  c.db.changed(text, event::set);
  if (timed) c.db.notify(event::expire, key);
  if (!options.get) c.reply.ok();
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
};

}  // namespace

Rows string_commands() {
  return kCommands;
}

}  // namespace redouble
