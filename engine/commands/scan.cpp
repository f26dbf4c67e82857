// Walking the keyspace: SCAN, KEYS, RANDOMKEY. None of them refreshes a key's age. SCAN deletes the keys
// it meets that are due, KEYS only hides them. With TYPE, SCAN counts a hit for every key whose type it asks.
#include <string>
#include <vector>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/scan_options.h"
#include "engine/engine.h"
#include "engine/glob.h"

namespace redouble {
namespace {

bool gone(const Engine& engine, const Entry& entry) {
  return entry.expires_at() <= engine.now_ms();
}

Outcome scan_keys(Call& c) {
  const auto start = parse_cursor(c.args.next());
  if (!start) return err::invalid_cursor;
  std::uint64_t cursor = *start;
  ScanOptions scan;
  if (const Outcome bad = read_scan_options(c, scan, true); bad.is_error()) return bad;

  std::vector<std::string> found;
  std::vector<std::string> due;
  std::int64_t seen = 0;
  for (std::int64_t i = 0; i < scan.most_steps(); ++i) {
    cursor = c.db.keys().scan(cursor, [&](const Entry& entry) {
      ++seen;
      if (!scan.matches(entry.key())) return;
      if (gone(c.engine, entry)) {
        due.emplace_back(entry.key());
        return;
      }
      if (scan.type) ++c.engine.stats.keyspace_hits;
      if (scan.type && !same_word(*scan.type, name_of(entry.kind()))) return;
      found.emplace_back(entry.key());
    });
    if (cursor == 0 || seen >= scan.count) break;
  }
  for (const auto& key : due) static_cast<void>(scan.type ? c.db.look_counted(key) : c.db.look(key));
  c.reply.array(2);
  c.reply.bulk(format_uint64(cursor));
  c.reply.array(found.size());
  for (const auto& key : found) c.reply.bulk(key);
  return done;
}

Outcome keys_matching(Call& c) {
  const auto pattern = c.args.next();
  std::vector<std::string_view> found;
  c.db.keys().for_each([&](const Entry& entry) {
    if (!gone(c.engine, entry) && (pattern == "*" || glob_match(pattern, entry.key(), false)))
      found.push_back(entry.key());
  });
  c.reply.array(found.size());
  for (const auto key : found) c.reply.bulk(key);
  return done;
}

Outcome randomkey(Call& c) {
  // With active expiry off a draw may meet keys that are due; a hundred of them in a row is enough.
  for (int draws = 0; draws < 100; ++draws) {
    const Entry* entry = c.db.keys().random(c.engine.random);
    if (entry == nullptr) break;
    if (gone(c.engine, *entry)) {
      static_cast<void>(c.db.look(std::string(entry->key())));
      continue;
    }
    c.reply.bulk(entry->key());
    return done;
  }
  c.reply.null();
  return done;
}

constexpr Command kCommands[] = {
    {.name = "SCAN",
     .arity = -2,
     .flags = kReadonly,
     .categories = kCatKeyspace,
     .group = Group::generic,
     .since = "2.8.0",
     .tips = "nondeterministic_output,request_policy:special",
     .syntax = "cursor:int [MATCH=pattern:pattern] [COUNT=count:int] [TYPE=type@6.0.0]",
     .summary = "Walks the keys of a database in pieces.",
     .run = scan_keys},
    {.name = "KEYS",
     .arity = 2,
     .flags = kReadonly,
     .categories = kCatKeyspace | kCatDangerous,
     .group = Group::generic,
     .since = "1.0.0",
     .tips = "request_policy:all_shards,nondeterministic_output_order",
     .syntax = "pattern:pattern",
     .summary = "Lists all keys that match a glob pattern.",
     .run = keys_matching},
    {.name = "RANDOMKEY",
     .arity = 1,
     .flags = kReadonly,
     .categories = kCatKeyspace,
     .group = Group::generic,
     .since = "1.0.0",
     .tips = "request_policy:all_shards,nondeterministic_output",
     .summary = "Draws a key at random.",
     .run = randomkey},
};

}  // namespace

Rows scan_commands() {
  return kCommands;
}

}  // namespace redouble
