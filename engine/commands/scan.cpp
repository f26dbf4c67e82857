// Walking the keyspace: SCAN, KEYS, RANDOMKEY. None of them refreshes a key's age. SCAN deletes the keys
// it meets that are due, KEYS only hides them. With TYPE, SCAN counts a hit for every key whose type it asks.
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "engine/glob.h"

namespace redouble {
namespace {

// A cursor is read the way C's strtoul does it: "", "+1" and "-1" are cursors, " 1" and "1 " are not.
std::optional<std::uint64_t> parse_cursor(std::string_view text) {
  const std::string digits(text);
  char* end = nullptr;
  errno = 0;
  const std::uint64_t cursor = std::strtoull(digits.c_str(), &end, 10);
  if (errno == ERANGE || *end != '\0' || std::isspace(static_cast<unsigned char>(digits[0])) != 0)
    return std::nullopt;
  return cursor;
}

bool gone(const Engine& engine, const Entry& entry) {
  return entry.expires_at() <= engine.now_ms();
}

struct Scan {
  std::uint64_t cursor = 0;
  std::int64_t count = 10;
  std::string_view pattern = "*";
  std::optional<std::string_view> type;
};

Outcome read_options(Call& c, Scan& scan) {
  while (c.args.more()) {
    if (c.args.left() < 2) return err::syntax;
    if (c.args.take("COUNT")) {
      scan.count = c.args.integer();
      if (!c.args.ok()) return c.args.error();
      if (scan.count < 1) return err::syntax;
    } else if (c.args.take("MATCH")) {
      scan.pattern = c.args.next();
    } else if (c.args.take("TYPE")) {
      scan.type = c.args.next();
    } else {
      return err::syntax;
    }
  }
  return done;
}

Outcome scan_keys(Call& c) {
  Scan scan;
  const auto cursor = parse_cursor(c.args.next());
  if (!cursor) return err::invalid_cursor;
  scan.cursor = *cursor;
  if (const Outcome bad = read_options(c, scan); bad.is_error()) return bad;

  // Ten times as many buckets as keys are asked for, at most: a sparse table must not make one call long.
  const std::int64_t most = scan.count > INT64_MAX / 10 ? INT64_MAX : scan.count * 10;
  std::vector<std::string> found;
  std::vector<std::string> due;
  std::int64_t seen = 0;
  for (std::int64_t i = 0; i < most; ++i) {
    scan.cursor = c.db.keys().scan(scan.cursor, [&](const Entry& entry) {
      ++seen;
      if (scan.pattern != "*" && !glob_match(scan.pattern, entry.key(), false)) return;
      if (gone(c.engine, entry)) {
        due.emplace_back(entry.key());
        return;
      }
      if (scan.type) ++c.engine.stats.keyspace_hits;
      if (scan.type && !same_word(*scan.type, name_of(entry.kind()))) return;
      found.emplace_back(entry.key());
    });
    if (scan.cursor == 0 || seen >= scan.count) break;
  }
  for (const auto& key : due) static_cast<void>(scan.type ? c.db.look_counted(key) : c.db.look(key));
  c.reply.array(2);
  c.reply.bulk(format_uint64(scan.cursor));
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
