// The hash commands that read and write fields by name. Drawing fields and walking is in hash_walk.cpp.
#include "engine/types/hash.h"

#include <cmath>

#include "engine/call.h"
#include "engine/commands/encoding_limits.h"
#include "engine/commands/families.h"
#include "engine/engine.h"

namespace redouble {
namespace {

void reply_item(Reply& reply, const HashValue::Item& item) {
  IntegerText scratch;
  reply.bulk(item.bytes(scratch));
}

// The field's value, or null.
void reply_value(Call& c, const Ref<Hash>& hash, std::string_view field) {
  const auto value = hash ? hash->find(field) : std::nullopt;
  if (value)
    reply_item(c.reply, *value);
  else
    c.reply.null();
}

enum class Answer { added, ok };

// The reply comes before the event, which a client that listens to itself can tell.
Outcome set_fields(Call& c, Answer answer) {
  const auto key = c.args.next();
  const Argv pairs = c.args.rest();
  if (pairs.size() % 2 != 0) return c.wrong_arity();
  auto hash = c.db.write<Hash>(key);
  if (hash.wrong_type()) return err::wrong_type;
  if (!hash) hash.create(std::make_unique<HashValue>());
  const auto limits = hash_limits(c);
  hash->make_room(pairs, limits);
  std::int64_t added = 0;
  for (std::size_t i = 0; i < pairs.size(); i += 2)
    added += hash->set(pairs[i], pairs[i + 1], limits) ? 1 : 0;
  if (answer == Answer::added)
    c.reply.integer(added);
  else
    c.reply.ok();
  c.db.changed(hash, event::hset, pairs.size() / 2);
  return done;
}

Outcome hset(Call& c) {
  return set_fields(c, Answer::added);
}
Outcome hmset(Call& c) {
  return set_fields(c, Answer::ok);
}

Outcome hsetnx(Call& c) {
  auto hash = c.db.write<Hash>(c.args.next());
  if (hash.wrong_type()) return err::wrong_type;
  const Argv pair = c.args.rest();
  if (hash && hash->find(pair[0])) {
    c.reply.integer(0);
    return done;
  }
  if (!hash) hash.create(std::make_unique<HashValue>());
  const auto limits = hash_limits(c);
  hash->make_room(pair, limits);
  hash->set(pair[0], pair[1], limits);
  c.reply.integer(1);
  c.db.changed(hash, event::hset);
  return done;
}

Outcome hget(Call& c) {
  const auto hash = c.db.read<Hash>(c.args.next());
  if (hash.wrong_type()) return err::wrong_type;
  reply_value(c, hash, c.args.next());
  return done;
}

Outcome hmget(Call& c) {
  const auto hash = c.db.read<Hash>(c.args.next());
  if (hash.wrong_type()) return err::wrong_type;
  const Argv fields = c.args.rest();
  c.reply.array(fields.size());
  for (const auto field : fields) reply_value(c, hash, field);
  return done;
}

Outcome hgetall(Call& c) {
  const auto hash = c.db.read<Hash>(c.args.next());
  if (hash.wrong_type()) return err::wrong_type;
  c.reply.map(hash ? hash->size() : 0);
  if (!hash) return done;
  hash->for_each([&](const HashValue::Pair& pair) {
    reply_item(c.reply, pair.field);
    reply_item(c.reply, pair.value);
  });
  return done;
}

// All fields, or all values.
Outcome reply_all(Call& c, HashValue::Item HashValue::Pair::*part) {
  const auto hash = c.db.read<Hash>(c.args.next());
  if (hash.wrong_type()) return err::wrong_type;
  c.reply.array(hash ? hash->size() : 0);
  if (hash) hash->for_each([&](const HashValue::Pair& pair) { reply_item(c.reply, pair.*part); });
  return done;
}

Outcome hkeys(Call& c) {
  return reply_all(c, &HashValue::Pair::field);
}
Outcome hvals(Call& c) {
  return reply_all(c, &HashValue::Pair::value);
}

Outcome hlen(Call& c) {
  const auto hash = c.db.read<Hash>(c.args.next());
  if (hash.wrong_type()) return err::wrong_type;
  c.reply.integer(hash ? static_cast<std::int64_t>(hash->size()) : 0);
  return done;
}

Outcome hstrlen(Call& c) {
  const auto hash = c.db.read<Hash>(c.args.next());
  if (hash.wrong_type()) return err::wrong_type;
  const auto value = hash ? hash->find(c.args.next()) : std::nullopt;
  IntegerText scratch;
  c.reply.integer(value ? static_cast<std::int64_t>(value->bytes(scratch).size()) : 0);
  return done;
}

Outcome hexists(Call& c) {
  const auto hash = c.db.read<Hash>(c.args.next());
  if (hash.wrong_type()) return err::wrong_type;
  c.reply.integer(hash && hash->find(c.args.next()) ? 1 : 0);
  return done;
}

Outcome hdel(Call& c) {
  auto hash = c.db.write<Hash>(c.args.next());
  if (hash.wrong_type()) return err::wrong_type;
  std::uint64_t deleted = 0;
  if (hash)
    for (const auto field : c.args.rest()) deleted += hash->erase(field) ? 1 : 0;
  if (deleted > 0)
    c.db.changed(hash, event::hdel, deleted);
  else
    c.db.account(hash);  // its table may have moved on
  c.reply.integer(static_cast<std::int64_t>(deleted));
  return done;
}

Outcome hincrby(Call& c) {
  const auto key = c.args.next();
  const auto field = c.args.next();
  const auto delta = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  auto hash = c.db.write<Hash>(key);
  if (hash.wrong_type()) return err::wrong_type;
  const auto value = hash ? hash->find(field) : std::nullopt;
  const auto before = !value             ? std::optional<std::int64_t>(0)
                      : value->is_number ? value->number
                                         : parse_int64(value->text);
  if (!before) return err::hash_value_not_an_integer;
  std::int64_t after = 0;
  if (__builtin_add_overflow(*before, delta, &after)) return err::incr_overflow;
  if (!hash) hash.create(std::make_unique<HashValue>());
  hash->set(field, format_int64(after), hash_limits(c));
  c.reply.integer(after);
  c.db.changed(hash, event::hincrby);
  return done;
}

// The increment is read before the key: an error in it comes first, unlike in INCRBYFLOAT.
Outcome hincrbyfloat(Call& c) {
  const auto key = c.args.next();
  const auto field = c.args.next();
  const auto delta = parse_long_double(c.args.next());
  if (!delta) return err::not_a_float;
  if (std::isnan(*delta) || std::isinf(*delta)) return err::value_nan_or_infinity;
  auto hash = c.db.write<Hash>(key);
  if (hash.wrong_type()) return err::wrong_type;
  const auto value = hash ? hash->find(field) : std::nullopt;
  const auto before = !value             ? std::optional<long double>(0)
                      : value->is_number ? static_cast<long double>(value->number)
                                         : parse_long_double(value->text);
  if (!before) return err::hash_value_not_a_float;
  const long double after = *before + *delta;
  if (std::isnan(after) || std::isinf(after)) return err::nan_or_infinity;
  if (!hash) hash.create(std::make_unique<HashValue>());
  const auto shown = format_long_double_human(after);
  hash->set(field, shown, hash_limits(c));
  c.reply.bulk(shown);
  c.db.changed(hash, event::hincrbyfloat);
  c.propagate({"HSET", key, field, shown});
  return done;
}

constexpr Command kCommands[] = {
    {.name = "HSET",
     .arity = -4,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatHash,
     .keys = {keys::at(1, kRW | kUpdate)},
     .group = Group::hash,
     .since = "2.0.0",
     .syntax = "key field_value{field value}...",
     .summary = "Sets fields of a hash and tells how many are new.",
     .run = hset},
    {.name = "HSETNX",
     .arity = 4,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatHash,
     .keys = {keys::at(1, kRW | kInsert)},
     .group = Group::hash,
     .since = "2.0.0",
     .syntax = "key field value",
     .summary = "Sets a field of a hash that must not be there.",
     .run = hsetnx},
    {.name = "HMSET",
     .arity = -4,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatHash,
     .keys = {keys::at(1, kRW | kUpdate)},
     .group = Group::hash,
     .since = "2.0.0",
     .deprecated_since = "4.0.0",
     .replaced_by = "`HSET` with multiple field-value pairs",
     .syntax = "key field_value{field value}...",
     .summary = "Sets fields of a hash.",
     .run = hmset},
    {.name = "HGET",
     .arity = 3,
     .flags = kReadonly | kFast,
     .categories = kCatHash,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::hash,
     .since = "2.0.0",
     .syntax = "key field",
     .summary = "Returns the value of a field.",
     .run = hget},
    {.name = "HMGET",
     .arity = -3,
     .flags = kReadonly | kFast,
     .categories = kCatHash,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::hash,
     .since = "2.0.0",
     .syntax = "key field...",
     .summary = "Returns the values of several fields.",
     .run = hmget},
    {.name = "HGETALL",
     .arity = 2,
     .flags = kReadonly,
     .categories = kCatHash,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::hash,
     .since = "2.0.0",
     .tips = "nondeterministic_output_order",
     .syntax = "key",
     .summary = "Returns all fields with their values.",
     .run = hgetall},
    {.name = "HKEYS",
     .arity = 2,
     .flags = kReadonly,
     .categories = kCatHash,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::hash,
     .since = "2.0.0",
     .tips = "nondeterministic_output_order",
     .syntax = "key",
     .summary = "Returns all fields.",
     .run = hkeys},
    {.name = "HVALS",
     .arity = 2,
     .flags = kReadonly,
     .categories = kCatHash,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::hash,
     .since = "2.0.0",
     .tips = "nondeterministic_output_order",
     .syntax = "key",
     .summary = "Returns all values.",
     .run = hvals},
    {.name = "HLEN",
     .arity = 2,
     .flags = kReadonly | kFast,
     .categories = kCatHash,
     .keys = {keys::at(1, kRO)},
     .group = Group::hash,
     .since = "2.0.0",
     .syntax = "key",
     .summary = "Counts the fields of a hash.",
     .run = hlen},
    {.name = "HSTRLEN",
     .arity = 3,
     .flags = kReadonly | kFast,
     .categories = kCatHash,
     .keys = {keys::at(1, kRO)},
     .group = Group::hash,
     .since = "3.2.0",
     .syntax = "key field",
     .summary = "Tells how long the value of a field is.",
     .run = hstrlen},
    {.name = "HEXISTS",
     .arity = 3,
     .flags = kReadonly | kFast,
     .categories = kCatHash,
     .keys = {keys::at(1, kRO)},
     .group = Group::hash,
     .since = "2.0.0",
     .syntax = "key field",
     .summary = "Tells whether a hash has a field.",
     .run = hexists},
    {.name = "HDEL",
     .arity = -3,
     .flags = kWrite | kFast,
     .categories = kCatHash,
     .keys = {keys::at(1, kRW | kDelete)},
     .group = Group::hash,
     .since = "2.0.0",
     .syntax = "key field...",
     .summary = "Deletes fields of a hash.",
     .run = hdel},
    {.name = "HINCRBY",
     .arity = 4,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatHash,
     .keys = {keys::at(1, kRW | kAccess | kUpdate)},
     .group = Group::hash,
     .since = "2.0.0",
     .syntax = "key field increment:int",
     .summary = "Adds to the integer in a field.",
     .run = hincrby},
    {.name = "HINCRBYFLOAT",
     .arity = 4,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatHash,
     .keys = {keys::at(1, kRW | kAccess | kUpdate)},
     .group = Group::hash,
     .since = "2.6.0",
     .syntax = "key field increment:double",
     .summary = "Adds to the floating-point number in a field.",
     .run = hincrbyfloat},
};

}  // namespace

Rows hash_commands() {
  return kCommands;
}

}  // namespace redouble
