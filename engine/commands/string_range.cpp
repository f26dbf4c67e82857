// Strings in parts: APPEND, GETRANGE, SETRANGE. No string grows past proto-max-bulk-len.
#include <algorithm>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "engine/types/string.h"

namespace redouble {
namespace {

bool too_long(const Call& c, std::uint64_t size, std::uint64_t more) {
  std::uint64_t total = 0;
  return __builtin_add_overflow(size, more, &total) ||
         total > static_cast<std::uint64_t>(c.engine.config.number(Setting::proto_max_bulk_len));
}

Outcome append(Call& c) {
  auto text = c.db.write<String>(c.args.next());
  if (text.wrong_type()) return err::wrong_type;
  const auto bytes = c.args.next();
  if (text && too_long(c, text->size(), bytes.size())) return err::string_too_long;
  text->append(bytes);
  c.db.changed(text, event::append);
  c.reply.integer(static_cast<std::int64_t>(text->size()));
  return done;
}

// Negative positions count from the end; what lies outside is cut off.
Outcome getrange(Call& c) {
  const auto key = c.args.next();
  auto start = c.args.integer();
  auto end = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  const auto text = c.db.read<String>(key);
  if (text.wrong_type()) return err::wrong_type;
  IntegerText scratch;
  const auto bytes = text ? text->text(scratch) : std::string_view();
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (start < 0 && end < 0 && start > end) {
    c.reply.bulk({});
    return done;
  }
  if (start < 0) start = std::max<std::int64_t>(0, size + start);
  if (end < 0) end = std::max<std::int64_t>(0, size + end);
  end = std::min(end, size - 1);
  if (start > end || size == 0)
    c.reply.bulk({});
  else
    c.reply.bulk(bytes.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start + 1)));
  return done;
}

// Nothing to write creates nothing.
Outcome setrange(Call& c) {
  const auto key = c.args.next();
  const auto offset = c.args.integer();
  const auto bytes = c.args.next();
  if (!c.args.ok()) return c.args.error();
  if (offset < 0) return err::offset_out_of_range;
  auto text = c.db.write<String>(key);
  if (text.wrong_type()) return err::wrong_type;
  if (!bytes.empty()) {
    if (too_long(c, static_cast<std::uint64_t>(offset), bytes.size())) return err::string_too_long;
    text->set_range(static_cast<std::size_t>(offset), bytes);
    c.db.changed(text, event::setrange);
  }
  c.reply.integer(text ? static_cast<std::int64_t>(text->size()) : 0);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "APPEND",
     .arity = 3,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatString,
     .keys = {keys::at(1, kRW | kInsert)},
     .group = Group::string,
     .since = "2.0.0",
     .syntax = "key value",
     .summary = "Adds bytes to the end of a string.",
     .run = append},
    {.name = "GETRANGE",
     .arity = 4,
     .flags = kReadonly,
     .categories = kCatString,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::string,
     .since = "2.4.0",
     .syntax = "key start:int end:int",
     .summary = "Returns a part of a string.",
     .run = getrange},
    {.name = "SUBSTR",
     .arity = 4,
     .flags = kReadonly,
     .categories = kCatString,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::string,
     .since = "1.0.0",
     .deprecated_since = "2.0.0",
     .replaced_by = "`GETRANGE`",
     .syntax = "key start:int end:int",
     .summary = "Returns a part of a string.",
     .run = getrange},
    {.name = "SETRANGE",
     .arity = 4,
     .flags = kWrite | kDenyOom,
     .categories = kCatString,
     .keys = {keys::at(1, kRW | kUpdate)},
     .group = Group::string,
     .since = "2.2.0",
     .syntax = "key offset:int value",
     .summary = "Overwrites a part of a string.",
     .run = setrange},
};

}  // namespace

Rows string_range_commands() {
  return kCommands;
}

}  // namespace redouble
