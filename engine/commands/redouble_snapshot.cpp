// REDOUBLE SNAPSHOT: named moments of the data set, to go back to as often as one likes. REDOUBLE RESET: back
// to the start.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/commands/redouble.h"
#include "engine/duration.h"
#include "engine/engine.h"
#include "engine/rdb/file.h"

namespace redouble {
namespace {

constexpr std::size_t kMostSnapshots = 1000, kLongestName = 128;
constexpr std::string_view kBusy =
    "BUSY a script is running, which may have changed a part only: SCRIPT KILL ends it";

Outcome help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "REDOUBLE SNAPSHOT <subcommand> [<arg> ...]. Subcommands are:",
      "SAVE <name> [DB <n>]",
      "    Keeps the keys of all databases, with their deadlines and ages, and the functions; or the keys of "
      "one",
      "    database. A snapshot of that name is replaced. Large values are shared, not copied. Take one in "
      "the",
      "    fixture that fills the server, and RESTORE it before each test.",
      "RESTORE <name> [DB <n>]",
      "    Puts it in the place of the keys that are there, as often as you like: the same commands get the "
      "same",
      "    replies as the first time. With DB: that database alone. Statistics, configuration and the clock "
      "stay",
      "    (see REDOUBLE RESET). Deadlines are points in time: with a clock that went on keys may be due.",
      "LIST",
      "    The snapshots there are: name, dbs, keys and taken_at, by the server's clock.",
      "DROP <name> [<name> ...]",
      "    Forgets snapshots; answers how many there were.",
      "FORK <from db> <to db>",
      "    Puts a copy of all keys of one database in the place of those of another, sharing large values.",
      "EXPORT <name>",
      "    The snapshot as the bytes of an RDB file, which redis-server reads too.",
      "IMPORT <name> <rdb>",
      "    Makes a snapshot of the bytes of an RDB file. The keys that are there stay.",
      "HELP",
      "    Prints this help.",
  };
  return reply_power_help(c, kLines);
}

Outcome check_name(Call& c, std::string_view name) {
  if (name.empty() || name.size() > kLongestName)
    return c.fail("ERR the name of a snapshot has 1 to {} bytes, as 'seeded'", kLongestName);
  if (c.engine.snapshots.size() >= kMostSnapshots && !c.engine.snapshots.contains(name))
    return c.fail("ERR there are {} snapshots already: DROP some", kMostSnapshots);
  return done;
}

Outcome unknown(Call& c, std::string_view name) {
  constexpr std::size_t kMostShown = 20;
  std::vector<std::string_view> names;
  for (const auto& [each, snapshot] : c.engine.snapshots)
    if (names.size() < kMostShown) names.push_back(each);
  if (names.empty())
    return c.fail("ERR no snapshot is named '{}': there are none. REDOUBLE SNAPSHOT SAVE makes one.",
                  name.substr(0, kLongestName));
  return c.fail("ERR no snapshot is named '{}'. There are: {}{}", name.substr(0, kLongestName),
                fmt::join(names, ", "), names.size() < c.engine.snapshots.size() ? ", ..." : "");
}

// A database by its number, the next argument; nullopt with the error in `bad`.
std::optional<int> read_database(Call& c, Outcome& bad) {
  const auto word = c.args.next();
  const auto number = parse_int64(word);
  if (c.args.ok() && number && *number >= 0 && *number < c.engine.databases())
    return static_cast<int>(*number);
  bad = c.args.ok() ? c.fail("ERR '{}' is no database: there are 0 to {}", word.substr(0, kLongestName),
                             c.engine.databases() - 1)
                    : Outcome(c.args.error());
  return std::nullopt;
}

// [DB <n>] at the end.
Outcome read_only_database(Call& c, std::optional<int>& only) {
  if (c.args.take("DB")) {
    Outcome bad = done;
    only = read_database(c, bad);
    if (!only) return bad;
  }
  if (c.args.more())
    return c.fail("ERR '{}' is not understood here: behind the name only DB <n> may stand",
                  c.args.peek().substr(0, kLongestName));
  return c.args.finished() ? done : Outcome(c.args.error());
}

Outcome save(Call& c) {
  const auto name = c.args.next();
  std::optional<int> only;
  if (const Outcome bad = read_only_database(c, only); bad.is_error()) return bad;
  if (const Outcome bad = check_name(c, name); bad.is_error()) return bad;
  if (c.engine.busy()) return kBusy;
  c.engine.snapshots[std::string(name)] = c.engine.snapshot(only);
  c.reply.ok();
  return done;
}

Outcome restore(Call& c) {
  const auto name = c.args.next();
  std::optional<int> only;
  if (const Outcome bad = read_only_database(c, only); bad.is_error()) return bad;
  const auto found = c.engine.snapshots.find(name);
  if (found == c.engine.snapshots.end()) return unknown(c, name);
  if (c.engine.busy()) return kBusy;
  const auto snapshot = found->second;
  const std::string reason = only ? c.engine.restore(*snapshot, *only) : c.engine.restore(*snapshot);
  if (!reason.empty()) return c.fail("ERR {}", reason);
  c.reply.ok();
  return done;
}

Outcome list(Call& c) {
  if (!c.args.finished()) return c.args.error();
  c.reply.array(c.engine.snapshots.size());
  for (const auto& [name, snapshot] : c.engine.snapshots) {
    c.reply.map(4);
    c.reply.bulk("name");
    c.reply.bulk(name);
    c.reply.bulk("dbs");
    if (snapshot->whole) {
      c.reply.bulk("all");
    } else {
      c.reply.array(snapshot->parts.size());
      for (const auto& part : snapshot->parts) c.reply.integer(part.db);
    }
    c.reply.bulk("keys");
    c.reply.integer(static_cast<std::int64_t>(snapshot->keys()));
    c.reply.bulk("taken_at");
    c.reply.bulk(format_time(snapshot->taken_at));
  }
  return done;
}

Outcome drop(Call& c) {
  if (c.args.left() == 0) return c.fail("ERR DROP needs the name of a snapshot: LIST tells them");
  std::int64_t n = 0;
  for (const auto name : c.args.rest())
    if (const auto found = c.engine.snapshots.find(name); found != c.engine.snapshots.end()) {
      c.engine.snapshots.erase(found);
      ++n;
    }
  c.reply.integer(n);
  return done;
}

Outcome fork(Call& c) {
  Outcome bad = done;
  const auto from = read_database(c, bad);
  if (!from) return bad;
  const auto to = read_database(c, bad);
  if (!to) return bad;
  if (!c.args.finished()) return c.args.error();
  if (*from == *to) return c.fail("ERR a database is its own copy already: FORK {} <another>", *from);
  if (c.engine.busy()) return kBusy;
  static_cast<void>(c.engine.restore(*c.engine.snapshot(*from), *to));
  c.reply.ok();
  return done;
}

Outcome export_one(Call& c) {
  const auto name = c.args.next();
  if (!c.args.finished()) return c.args.error();
  const auto found = c.engine.snapshots.find(name);
  if (found == c.engine.snapshots.end()) return unknown(c, name);
  c.reply.bulk(c.engine.export_snapshot(*found->second));
  return done;
}

Outcome import_one(Call& c) {
  const auto name = c.args.next(), bytes = c.args.next();
  if (!c.args.finished()) return c.args.error();
  if (const Outcome bad = check_name(c, name); bad.is_error()) return bad;
  RdbFile file = read_rdb_file(c.engine, bytes);
  if (!file.error.empty()) return c.fail("ERR the RDB file cannot be read: {}", file.error);
  c.engine.snapshots[std::string(name)] = c.engine.snapshot_of(file);
  c.reply.ok();
  return done;
}

Outcome help_for_reset(Call& c) {
  static constexpr std::string_view kLines[] = {
      "REDOUBLE RESET [CONNECTIONS]. Brings back the state at the start:",
      "    the data, that is none, or what --load, Options::load or a dump file brought in; scripts, "
      "functions,",
      "    configuration, users, clock, statistics, logs, and the random sequence from its first number on.",
      "    Connections stay open, their subscriptions too; transactions and WATCH end. Snapshots stay: they "
      "are",
      "    the test's own.",
      "CONNECTIONS",
      "    Closes all other connections too.",
      "HELP",
      "    Prints this help.",
  };
  return reply_power_help(c, kLines);
}

}  // namespace

Outcome redouble_snapshot(Call& c) {
  constexpr Deed kDeeds[] = {
      {"SAVE", save}, {"RESTORE", restore},   {"LIST", list},         {"DROP", drop},
      {"FORK", fork}, {"EXPORT", export_one}, {"IMPORT", import_one}, {"HELP", help},
  };
  return run_deed(c, "SNAPSHOT", kDeeds);
}

Outcome redouble_reset(Call& c) {
  if (c.args.take("HELP")) return help_for_reset(c);
  const bool closes = c.args.take("CONNECTIONS");
  if (c.args.more())
    return c.fail(
        "ERR '{}' is not understood: RESET stands alone, or with CONNECTIONS. Try REDOUBLE RESET HELP.",
        c.args.peek().substr(0, kLongestName));
  if (c.engine.busy()) return kBusy;
  if (c.engine.loading) return c.fail("ERR a file that is being loaded cannot reset the server");
  if (closes)
    for (const auto& session : c.engine.sessions())
      if (session.get() != &c.session && session->open()) c.engine.kill(*session);
  c.engine.reset();
  c.reply.ok();
  return done;
}

}  // namespace redouble
