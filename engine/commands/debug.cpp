// DEBUG, as far as tests of clients and of Redis itself use it. Not a container: Redis answers a wrong word
// and a wrong number of arguments alike. The subcommands are the table at the end; each tells how many words
// it takes.
#include "engine/commands/debug.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "engine/commands/families.h"
#include "engine/commands/help.h"
#include "engine/digest.h"
#include "engine/engine.h"
#include "engine/types/string.h"

namespace redouble {
namespace {

// Numbers here are read as C's atoi does: "abc" is 0.
bool truth(std::string_view word) {
  return std::atoi(std::string(word).c_str()) != 0;
}

Outcome ok(Call& c) {
  c.reply.ok();
  return done;
}

// --- The server ------------------------------------------------------------------------------------------

Outcome sleep(Call& c) {
  const double seconds = std::strtod(std::string(c.args.next()).c_str(), nullptr);
  const double most = 365.0 * 24 * 3600;
  const auto ms =
      static_cast<Millis>(std::ceil(std::clamp(std::isnan(seconds) ? 0 : seconds, 0.0, most) * 1000));
  if (ms == 0) return ok(c);
  c.engine.sleep_until(c.engine.now_ms() + ms);
  if (!c.may_block) return ok(c);
  return c.engine.park(c.session, Blocked::sleeping, c.engine.now_ms() + ms,
                       [](Engine&, Session& session) { session.reply.ok(); });
}

Outcome set_active_expire(Call& c) {
  c.engine.active_expire = truth(c.args.next());
  return ok(c);
}

Outcome pause_cron(Call& c) {
  c.engine.cron_paused = truth(c.args.next());
  return ok(c);
}

Outcome set_disable_deny_scripts(Call& c) {
  c.engine.scripts_may_call_all = truth(c.args.next());
  return ok(c);
}

Outcome change_repl_id(Call& c) {
  c.engine.replication_id = c.engine.random.hex(40);
  return ok(c);
}

// Our reply buffers are sized by use; what is set here is checked and changes nothing.
Outcome replybuffer(Call& c) {
  if (c.args.take("PEAK-RESET-TIME")) {
    if (c.args.take("NEVER") || c.args.take("RESET")) return ok(c);
    c.args.integer();
    return c.args.ok() ? ok(c) : Outcome(c.args.error());
  }
  return c.args.take("RESIZING") ? ok(c) : c.wrong_subcommand();
}

Outcome log(Call& c) {
  c.engine.host().log(LogLevel::warning, fmt::format("DEBUG LOG: {}", c.args.next()));
  return ok(c);
}

// Not counted as an error of the server's.
Outcome error(Call& c) {
  c.reply.error(c.args.next());
  return done;
}

// --- Keys ------------------------------------------------------------------------------------------------

Outcome object(Call& c) {
  const AnyRef value = c.db.look(c.args.next());
  if (!value) return err::no_such_key;
  const Entry& entry = *value.entry();
  c.reply.status(
      fmt::format("Value at:{} refcount:{} encoding:{} serializedlength:{} lru:{} lru_seconds_idle:{}",
                  fmt::ptr(&entry), entry.shared ? INT32_MAX : 1, name_of(entry.coding()),
                  serialized_length(entry), entry.lru, (c.engine.lru_clock() - entry.lru) & 0xffffff));
  return done;
}

Outcome digest(Call& c) {
  c.reply.status(to_hex(dataset_digest(c.engine)));
  return done;
}

Outcome digest_value(Call& c) {
  const Argv names = c.args.rest();
  c.reply.array(names.size());
  for (const auto key : names) c.reply.status(to_hex(value_digest(c.db.look(key).entry())));
  return done;
}

// Keys that are there already stay as they are.
Outcome populate(Call& c) {
  const auto count = c.args.integer_in(0, INT64_MAX / 2, err::must_be_positive);
  const auto prefix = c.args.left() > 0 ? c.args.next() : "key";
  const auto size = c.args.left() > 0 ? c.args.integer_in(0, 512 * 1024 * 1024, err::must_be_positive) : 0;
  if (!c.args.ok()) return err::must_be_positive;
  std::string key, value;
  for (std::int64_t i = 0; i < count; ++i) {
    key = fmt::format("{}:{}", prefix, i);
    auto text = c.db.look<String>(key);
    if (text || text.wrong_type()) continue;
    value = fmt::format("value:{}", i);
    if (size > 0) value.resize(static_cast<std::size_t>(size), '\0');
    text->assign_text(value);
    c.db.touched(key);
  }
  return ok(c);
}

std::string table_stats(std::string_view name, std::size_t buckets, const std::vector<std::size_t>& chains) {
  std::string text = fmt::format("[{} HT]\nHash table 0 stats (main hash table):\n", name);
  std::size_t elements = 0, slots = 0;
  for (std::size_t length = 1; length < chains.size(); ++length) {
    elements += chains[length] * length;
    slots += chains[length];
  }
  if (elements == 0) return text + "No stats available for empty dictionaries\n";
  const double mean = static_cast<double>(elements) / static_cast<double>(slots);
  text += fmt::format(
      " table size: {}\n number of elements: {}\n different slots: {}\n max chain length: {}\n"
      " avg chain length (counted): {:.2f}\n avg chain length (computed): {:.2f}\n Chain length "
      "distribution:\n",
      buckets, elements, slots, chains.size() - 1, mean, mean);
  for (std::size_t length = 0; length < chains.size(); ++length)
    if (chains[length] > 0)
      text += fmt::format("   {}: {} ({:.2f}%)\n", length, chains[length],
                          100.0 * static_cast<double>(chains[length]) / static_cast<double>(buckets));
  return text;
}

// There is no table of deadlines here, they are a heap: it is shown as one chain.
Outcome htstats(Call& c) {
  const auto index = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  if (index < 0 || index >= c.engine.databases()) return err::out_of_range_database;
  const Keyspace& keys = c.engine.db(static_cast<int>(index)).keys();
  std::vector<std::size_t> deadlines(keys.timed() == 0 ? 0 : keys.timed() + 1);
  if (!deadlines.empty()) deadlines.back() = 1;
  c.reply.verbatim("txt", table_stats("Dictionary", keys.buckets(0) + keys.buckets(1), keys.chain_lengths()) +
                              table_stats("Expires", 1, deadlines));
  return done;
}

Outcome htstats_key(Call& c) {
  if (!c.db.look(c.args.next())) return err::no_such_key;
  return err::not_a_hash_table;
}

// --- Replies ---------------------------------------------------------------------------------------------

void three(Call& c) {
  for (int i = 0; i < 3; ++i) c.reply.integer(i);
}

Outcome protocol(Call& c) {
  const auto kind = c.args.next();
  const bool resp3 = c.reply.protocol() == 3;
  if (is_word(kind, "STRING")) {
    c.reply.bulk("Hello World");
  } else if (is_word(kind, "INTEGER")) {
    c.reply.integer(12345);
  } else if (is_word(kind, "DOUBLE")) {
    c.reply.real(3.141);
  } else if (is_word(kind, "NULL")) {
    c.reply.null();
  } else if (is_word(kind, "ARRAY")) {
    c.reply.array(3);
    three(c);
  } else if (is_word(kind, "SET")) {
    c.reply.set(3);
    three(c);
  } else if (is_word(kind, "MAP")) {
    c.reply.map(3);
    for (int i = 0; i < 3; ++i) {
      c.reply.integer(i);
      c.reply.boolean(i == 1);
    }
  } else if (is_word(kind, "ATTRIB")) {
    if (resp3) {
      c.reply.attribute(1);
      c.reply.bulk("key-popularity");
      c.reply.array(2);
      c.reply.bulk("key:123");
      c.reply.integer(90);
    }
    c.reply.bulk("Some real reply following the attribute");
  } else if (is_word(kind, "PUSH")) {
    if (!resp3) return err::not_on_resp2;
    c.reply.push(2);
    c.reply.bulk("server-cpu-usage");
    c.reply.integer(42);
    c.reply.bulk("Some real reply following the push reply");
  } else if (is_word(kind, "TRUE") || is_word(kind, "FALSE")) {
    c.reply.boolean(is_word(kind, "TRUE"));
  } else if (is_word(kind, "VERBATIM")) {
    c.reply.verbatim("txt", "This is a verbatim\nstring");
  } else if (is_word(kind, "BIGNUM")) {
    c.reply.big_number("1234567999999999999999999999999999999");
  } else {
    return err::bad_protocol_type;
  }
  return done;
}

Outcome help_debug(Call& c) {
  static constexpr std::string_view kLines[] = {
      "CHANGE-REPL-ID",
      "    Draw a new replication id.",
      "DIGEST",
      "    A fingerprint of the data set.",
      "DIGEST-VALUE <key> [<key> ...]",
      "    A fingerprint of each value.",
      "ERROR <string>",
      "    Answer with that error.",
      "HTSTATS <dbid>",
      "    How a database's hash table is filled.",
      "HTSTATS-KEY <key>",
      "    The same for the hash table of a value.",
      "LOG <message>",
      "    Write a line to the log.",
      "OBJECT <key>",
      "    How a value is represented inside.",
      "PAUSE-CRON <0|1>",
      "    Stop or resume what happens by itself: expiry of keys nobody reads.",
      "POPULATE <count> [<prefix>] [<size>]",
      "    Create keys named <prefix>:<number>.",
      "PROTOCOL <type>",
      "    Answer with an example of a type of reply.",
      "REPLYBUFFER PEAK-RESET-TIME <NEVER|RESET|time> | RESIZING <0|1>",
      "    Checked, without effect.",
      "SET-ACTIVE-EXPIRE <0|1>",
      "    With 0, keys expire only when they are looked up.",
      "SET-DISABLE-DENY-SCRIPTS <0|1>",
      "    With 1, scripts may call every command.",
      "SLEEP <seconds>",
      "    Serve nobody for a while. Decimals are allowed.",
  };
  return reply_help(c, kLines);
}

struct Subcommand {
  std::string_view name;
  std::size_t least, most;  // words behind the name
  Outcome (*run)(Call&);
};

constexpr std::size_t kAny = SIZE_MAX;
constexpr Subcommand kSubcommands[] = {
    {"CHANGE-REPL-ID", 0, 0, change_repl_id},
    {"DIGEST", 0, 0, digest},
    {"DIGEST-VALUE", 0, kAny, digest_value},
    {"ERROR", 1, 1, error},
    {"HELP", 0, 0, help_debug},
    {"HTSTATS", 1, 1, htstats},
    {"HTSTATS-KEY", 1, 1, htstats_key},
    {"LOG", 1, 1, log},
    {"OBJECT", 1, 1, object},
    {"PAUSE-CRON", 1, 1, pause_cron},
    {"POPULATE", 1, 3, populate},
    {"PROTOCOL", 1, 1, protocol},
    {"REPLYBUFFER", 2, 2, replybuffer},
    {"SET-ACTIVE-EXPIRE", 1, 1, set_active_expire},
    {"SET-DISABLE-DENY-SCRIPTS", 1, 1, set_disable_deny_scripts},
    {"SLEEP", 1, 1, sleep},
};

Outcome debug(Call& c) {
  const auto name = c.args.next();
  for (const Subcommand& sub : kSubcommands)
    if (is_word(name, sub.name) && c.args.left() >= sub.least && c.args.left() <= sub.most) return sub.run(c);
  return c.wrong_subcommand();
}

constexpr Command kCommands[] = {
    {.name = "DEBUG",
     .arity = -2,
     .flags = kAdmin | kNoScript | kLoading | kStale | kProtectedCommand,
     .group = Group::server,
     .since = "1.0.0",
     .summary = "A container for what tests do to a server.",
     .run = debug},
};

}  // namespace

std::size_t serialized_length(const Entry& entry) {
  IntegerText scratch;
  const std::string_view text = text_of(entry, scratch);
  const auto number = text.size() <= 11 ? parse_int64(text) : std::nullopt;
  if (number && *number >= INT8_MIN && *number <= INT8_MAX) return 2;
  if (number && *number >= INT16_MIN && *number <= INT16_MAX) return 3;
  if (number && *number >= INT32_MIN && *number <= INT32_MAX) return 5;
  return text.size() + (text.size() < 64 ? 1 : text.size() < 16384 ? 2 : text.size() <= UINT32_MAX ? 5 : 9);
}

Rows debug_commands() {
  return kCommands;
}

}  // namespace redouble
