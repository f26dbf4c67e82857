// DEBUG: what tests of the server and of its clients need. A subcommand is one row of kSubcommands: its name,
// how many arguments it takes, its function. What would crash the server, or works on parts that we do not
// have, is listed in kRefused and says so. The rest of the words are unknown, as in Redis.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/help.h"
#include "engine/digest.h"
#include "engine/engine.h"
#include "engine/memory_model.h"
#include "engine/object.h"
#include "engine/rdb/file.h"
#include "engine/rdb/persistence.h"
#include "engine/rdb/value.h"
#include "engine/types/hash.h"
#include "engine/types/list.h"
#include "engine/types/set.h"
#include "engine/types/sorted_set.h"
#include "engine/types/string.h"

namespace redouble {
namespace {

// As C's atoi: what is not a number is 0.
bool is_on(std::string_view word) {
  return std::atoi(std::string(word).c_str()) != 0;
}

// The server stops for a while, and then answers. In a transaction, where nothing can wait, it answers at
// once and stops behind it.
Outcome sleep(Call& c) {
  const double seconds = std::strtod(std::string(c.args.next()).c_str(), nullptr);
  constexpr double kLongest = 1e9;
  const auto asked = static_cast<Micros>(std::min(seconds, kLongest) * 1e6);
  if (!(seconds > 0) || asked <= 0) {
    c.reply.ok();
    return done;
  }
  Engine& engine = c.engine;
  // Where time stands still nobody could end it: nobody is served meanwhile.
  if (engine.clock().frozen()) {
    engine.clock().set(engine.now() + asked);
    c.reply.ok();
    return done;
  }
  const Millis until = (engine.now() + asked + 999) / 1000;
  engine.sleep_until(std::max(until, engine.now_ms() + 1));
  if (!c.may_block) {
    engine.deadlines.add(until, [] {});  // so that somebody looks then
    c.reply.ok();
    return done;
  }
  // The client may be gone when the time has come.
  engine.deadlines.add(until, [&engine, &command = c.command, id = c.session.id, began = engine.now(),
                               argv = std::make_shared<OwnedArgv>(c.args.all())] {
    Session* session = engine.session_by_id(id);
    if (session == nullptr) return;
    engine.record_time(command, *session, *argv, engine.now() - began);
    engine.unblock(*session);
    session->reply.ok();
    engine.end_of_command(*session);
  });
  return engine.park(c.session, Blocked::sleeping, kNever, nullptr);
}

Outcome set_active_expire(Call& c) {
  c.engine.active_expire = is_on(c.args.next());
  c.reply.ok();
  return done;
}

Outcome pause_cron(Call& c) {
  c.engine.cron_paused = is_on(c.args.next());
  c.reply.ok();
  return done;
}

Outcome set_disable_deny_scripts(Call& c) {
  c.engine.scripts_run_all = is_on(c.args.next());
  c.reply.ok();
  return done;
}

// How many bytes the value takes in an RDB file.
std::size_t serialized_length(Engine& engine, const Entry& entry) {
  std::string bytes;
  RdbWriter out(bytes, engine.config.flag(Setting::rdbcompression) ? &engine.compressor : nullptr);
  write_value(out, entry);
  return bytes.size();
}

std::string list_facts(const ListValue& list) {
  std::size_t bytes = 0;
  list.for_each_node([&](const Listpack& entries) { bytes += entries.serialized_size(); },
                     [&](std::string_view text) { bytes += text.size(); });
  return fmt::format(
      " ql_nodes:{} ql_avg_node:{:.2f} ql_listpack_max:{} ql_compressed:0 ql_uncompressed_size:{}",
      list.nodes(), static_cast<double>(list.size()) / static_cast<double>(list.nodes()), list.limit(),
      bytes);
}

// The address is made up, so that the same calls give the same bytes.
Outcome object(Call& c) {
  const AnyRef ref = c.db.look(c.args.next());
  if (!ref) return err::no_such_key;
  const Entry& entry = *ref.entry();
  const auto now = static_cast<std::uint32_t>(c.engine.now() / 1'000'000) & 0xffffff;
  c.reply.status(fmt::format(
      "Value at:0x7f0000000000 refcount:{} encoding:{} serializedlength:{} lru:{} lru_seconds_idle:{}{}",
      entry.pooled() ? INT32_MAX : 1, name_of(encoding_of(entry)), serialized_length(c.engine, entry),
      std::uint32_t{entry.lru}, (now - entry.lru) & 0xffffff,
      entry.kind() == Type::list ? list_facts(List(ref).value()) : ""));
  return done;
}

Outcome sdslen(Call& c) {
  const AnyRef ref = c.db.look(c.args.next());
  if (!ref) return err::no_such_key;
  const Entry& entry = *ref.entry();
  if (entry.kind() != Type::string || entry.coding() == Encoding::integer) return err::not_a_dynamic_string;
  IntegerText scratch;
  const std::size_t key = entry.key().size();
  const std::size_t value = text_of(entry, scratch).size();
  const bool raw = entry.coding() == Encoding::raw;
  const std::size_t capacity = raw ? memory_model::string_capacity(entry, value) : value;
  c.reply.status(fmt::format(
      "key_sds_len:{}, key_sds_avail:{}, key_zmalloc: {}, val_sds_len:{}, val_sds_avail:{}, val_zmalloc: {}",
      key, memory_model::capacity_for(key) - key, memory_model::key_bytes(entry.key()), value,
      capacity - value, memory_model::value_bytes(entry) - 16));
  return done;
}

Outcome populate(Call& c) {
  const auto count = c.args.integer_in(0, INT64_MAX, err::must_be_positive);
  const std::string prefix(c.args.more() ? c.args.next() : "key");
  const auto size = c.args.more() ? c.args.integer_in(0, INT64_MAX, err::must_be_positive) : 0;
  if (!c.args.ok()) return err::must_be_positive;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::string key = fmt::format("{}:{}", prefix, i);
    const AnyRef ref = c.db.look(key);
    if (ref) continue;
    std::string value = fmt::format("value:{}", i);
    if (size > 0) value.resize(static_cast<std::size_t>(size), '\0');
    String(ref).assign_text(value);
    c.engine.watches.changed(c.db.index(), key, true);
  }
  c.reply.ok();
  return done;
}

Outcome digest(Call& c) {
  c.reply.status(to_hex(dataset_digest(c.engine)));
  return done;
}

Outcome digest_value(Call& c) {
  const Argv keys = c.args.rest();
  c.reply.array(keys.size());
  for (const auto key : keys) c.reply.status(to_hex(value_digest(c.db.look(key))));
  return done;
}

// Through the file and back. With NOFLUSH the keys that are there stay, with MERGE those of the file win.
Outcome reload(Call& c) {
  bool save = true, flush = true, merge = false;
  while (c.args.more()) {
    if (c.args.take("MERGE"))
      merge = true;
    else if (c.args.take("NOFLUSH"))
      flush = false;
    else if (c.args.take("NOSAVE"))
      save = false;
    else
      return err::reload_options;
  }
  if (save && !save_dataset(c.engine).empty()) return err::not_saved;
  const Existing existing = flush ? Existing::replace : merge ? Existing::merge : Existing::keep;
  if (!load_dataset(c.engine, existing).empty()) return err::not_reloaded;
  c.engine.host().log(LogLevel::warning, "DB reloaded by DEBUG RELOAD");
  c.reply.ok();
  return done;
}

// The file of commands would bring back what is there: so would one that had been written.
Outcome loadaof(Call& c) {
  const std::string file = write_rdb_file(c.engine);
  if (!load_dataset_from(c.engine, file, Existing::replace).empty()) return err::not_reloaded;
  c.engine.changes = 0;
  c.engine.host().log(LogLevel::warning, "Append Only File loaded by DEBUG LOADAOF");
  c.reply.ok();
  return done;
}

Outcome log(Call& c) {
  c.engine.host().log(LogLevel::warning, fmt::format("DEBUG LOG: {}", c.args.next()));
  c.reply.ok();
  return done;
}

// Not counted among the errors: it is what was asked for.
Outcome error(Call& c) {
  c.reply.error(c.args.next());
  return done;
}

void protocol_map(Reply& reply) {
  reply.map(3);
  for (int i = 0; i < 3; ++i) {
    reply.integer(i);
    reply.boolean(i == 1);
  }
}

void protocol_attribute(Reply& reply) {
  if (reply.protocol() == 3) {
    reply.attribute(1);
    reply.bulk("key-popularity");
    reply.array(2);
    reply.bulk("key:123");
    reply.integer(90);
  }
  reply.bulk("Some real reply following the attribute");
}

Outcome protocol(Call& c) {
  Reply& reply = c.reply;
  const auto three = [&] {
    for (int i = 0; i < 3; ++i) reply.integer(i);
  };
  if (c.args.take("STRING"))
    reply.bulk("Hello World");
  else if (c.args.take("INTEGER"))
    reply.integer(12345);
  else if (c.args.take("DOUBLE"))
    reply.real(3.141);
  else if (c.args.take("NULL"))
    reply.null();
  else if (c.args.take("ARRAY"))
    reply.array(3), three();
  else if (c.args.take("SET"))
    reply.set(3), three();
  else if (c.args.take("MAP"))
    protocol_map(reply);
  else if (c.args.take("ATTRIB"))
    protocol_attribute(reply);
  else if (c.args.take("BIGNUM"))
    reply.big_number("1234567999999999999999999999999999999");
  else if (c.args.take("VERBATIM"))
    reply.verbatim("txt", "This is a verbatim\nstring");
  else if (c.args.take("TRUE"))
    reply.boolean(true);
  else if (c.args.take("FALSE"))
    reply.boolean(false);
  else if (!c.args.take("PUSH"))
    return err::no_such_protocol_type;
  else if (reply.protocol() == 2)
    return err::resp2_not_supported;
  else
    reply.push(2), reply.bulk("server-cpu-usage"), reply.integer(42),
        reply.bulk("Some real reply following the push reply");
  return done;
}

Outcome quicklist_packed_threshold(Call& c) {
  constexpr std::uint64_t kMost = (std::uint64_t{1} << 32) - (std::uint64_t{1} << 20);
  const auto text = c.args.next();
  // As in Redis no text at all is a zero.
  const auto bytes = text.empty() ? 0 : parse_memory(text);
  if (!bytes || *bytes > kMost) return err::packed_threshold;
  c.engine.plain_element_bytes = *bytes == 0 ? ListValue::kPlainFrom : static_cast<std::size_t>(*bytes);
  c.reply.ok();
  return done;
}

// Our reply buffers keep no peak and have no job that resizes them: the words are checked, nothing to set.
Outcome replybuffer(Call& c) {
  if (c.args.take("PEAK-RESET-TIME")) {
    if (!c.args.take("NEVER") && !c.args.take("RESET")) c.args.integer();
    if (!c.args.ok()) return c.args.error();
  } else if (!c.args.take("RESIZING")) {
    return wrong_subcommand(c);
  }
  c.reply.ok();
  return done;
}

// The shape of one table: buckets, elements, how many chains there are of each length.
template <class Table>
std::string table_shape(const Table& keys, int table) {
  std::string text =
      table == 0 ? "Hash table 0 stats (main hash table):\n" : "Hash table 1 stats (rehashing target):\n";
  if (keys.used(table) == 0) return text + "No stats available for empty dictionaries\n";
  constexpr std::size_t kLongest = 50;
  std::size_t chains[kLongest] = {};
  std::size_t longest = 0;
  keys.for_each_chain(table, [&](std::size_t length) {
    ++chains[std::min(length, kLongest - 1)];
    longest = std::max(longest, length);
  });
  const std::size_t buckets = keys.buckets(table), filled = buckets - chains[0];
  const double mean = static_cast<double>(keys.used(table)) / static_cast<double>(filled);
  text += fmt::format(
      " table size: {}\n number of elements: {}\n different slots: {}\n max chain length: {}\n"
      " avg chain length (counted): {:.2f}\n avg chain length (computed): {:.2f}\n Chain length "
      "distribution:\n",
      buckets, keys.used(table), filled, longest, mean, mean);
  for (std::size_t length = 0; length < kLongest; ++length)
    if (chains[length] != 0)
      text +=
          fmt::format("   {}{}: {} ({:.2f}%)\n", length == kLongest - 1 ? ">= " : "", length, chains[length],
                      static_cast<double>(chains[length]) * 100 / static_cast<double>(buckets));
  return text;
}

// Deadlines have no hash table of their own here: they stand in a heap.
Outcome htstats(Call& c) {
  const auto index = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  if (index < 0 || index >= c.engine.databases()) return err::database_out_of_range;
  const Keyspace& keys = c.engine.db(static_cast<int>(index)).keys();
  std::string text = "[Dictionary HT]\n" + table_shape(keys, 0);
  if (keys.rehashing()) text += table_shape(keys, 1);
  text += "[Expires HT]\n";
  if (keys.timed() == 0)
    text += "Hash table 0 stats (main hash table):\nNo stats available for empty dictionaries\n";
  else
    text += fmt::format("A heap of {} deadlines\n", keys.timed());
  c.reply.verbatim("txt", text);
  return done;
}

Outcome htstats_key(Call& c) {
  const AnyRef ref = c.db.look(c.args.next());
  if (!ref) return err::no_such_key;
  const Encoding encoding = encoding_of(*ref.entry());
  if (encoding != Encoding::hashtable && encoding != Encoding::skiplist) return err::not_a_hash_table;
  const auto reply_shape = [&](const auto& nodes) {
    c.reply.verbatim("txt", table_shape(nodes, 0) + (nodes.rehashing() ? table_shape(nodes, 1) : ""));
  };
  if (encoding == Encoding::skiplist)
    reply_shape(SortedSet(ref).value().tree().table());
  else if (ref.entry()->kind() == Type::hash)
    reply_shape(Hash(ref).value().nodes());
  else
    reply_shape(Set(ref).value().nodes());
  return done;
}

Outcome change_repl_id(Call& c) {
  c.engine.host().log(LogLevel::notice, "Changing replication IDs after receiving change-repl-id");
  c.engine.replication.change_id();
  c.reply.ok();
  return done;
}

// The sizes of Redis's own structures, for tools that reckon with them.
Outcome structsize(Call& c) {
  c.reply.bulk("bits:64 robj:16 dictentry:24 sdshdr5:1 sdshdr8:3 sdshdr16:5 sdshdr32:9 sdshdr64:17 ");
  return done;
}

Outcome help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "CHANGE-REPL-ID",
      "    Gives the server another replication id.",
      "DIGEST",
      "    A fingerprint of all keys and values, equal to redis-server's.",
      "DIGEST-VALUE <key> [<key> ...]",
      "    A fingerprint of each value.",
      "ERROR <string>",
      "    Answers the string as an error.",
      "HTSTATS <dbid>",
      "    The shape of a database's hash table.",
      "HTSTATS-KEY <key>",
      "    The same of the hash table in a value.",
      "LOADAOF",
      "    Takes the data set to pieces and puts it together again.",
      "LOG <message>",
      "    Writes the message to the log.",
      "OBJECT <key>",
      "    Encoding, age and size of a value.",
      "PAUSE-CRON <0|1>",
      "    With 1 nothing is done in the background: due keys stay until they are looked up.",
      "POPULATE <count> [<prefix>] [<size>]",
      "    Makes <count> strings, named key:<n> unless another prefix is given.",
      "PROTOCOL <type>",
      "    Answers with a sample of a type: string, integer, double, bignum, null, array, set,",
      "    map, attrib, push, verbatim, true, false.",
      "RELOAD [MERGE] [NOFLUSH] [NOSAVE]",
      "    Saves the data set and loads it again; NOSAVE loads what was saved before, NOFLUSH keeps",
      "    the keys that are there, MERGE lets the file's keys win over them.",
      "QUICKLIST-PACKED-THRESHOLD <size>",
      "    From which size on an element of a list has a node of its own (0: 1gb).",
      "REPLYBUFFER PEAK-RESET-TIME <NEVER|RESET|time>",
      "REPLYBUFFER RESIZING <0|1>",
      "    Accepted; reply buffers have no peak to reset.",
      "SDSLEN <key>",
      "    Length and spare room of a key and its string, as in redis-server.",
      "SET-ACTIVE-EXPIRE <0|1>",
      "    With 0 due keys stay until they are looked up.",
      "SET-DISABLE-DENY-SCRIPTS <0|1>",
      "    With 1 scripts may call every command.",
      "SLEEP <seconds>",
      "    Stops the server for a while; fractions are fine.",
      "STRUCTSIZE",
      "    The sizes of some of redis-server's structures.",
  };
  return reply_help(c, kLines);
}

struct Subcommand {
  std::string_view name;
  std::size_t least, most;  // arguments
  Outcome (*run)(Call&);
};

constexpr std::size_t kAny = SIZE_MAX;
constexpr Subcommand kSubcommands[] = {
    {"CHANGE-REPL-ID", 0, 0, change_repl_id},
    {"DIGEST", 0, 0, digest},
    {"DIGEST-VALUE", 0, kAny, digest_value},
    {"ERROR", 1, 1, error},
    {"HELP", 0, 0, help},
    {"HTSTATS", 1, 1, htstats},
    {"HTSTATS-KEY", 1, 1, htstats_key},
    {"LOADAOF", 0, kAny, loadaof},
    {"LOG", 1, 1, log},
    {"OBJECT", 1, 1, object},
    {"PAUSE-CRON", 1, 1, pause_cron},
    {"POPULATE", 1, 3, populate},
    {"PROTOCOL", 1, 1, protocol},
    {"RELOAD", 0, kAny, reload},
    {"QUICKLIST-PACKED-THRESHOLD", 1, 1, quicklist_packed_threshold},
    {"REPLYBUFFER", 2, 2, replybuffer},
    {"SDSLEN", 1, 1, sdslen},
    {"SET-ACTIVE-EXPIRE", 1, 1, set_active_expire},
    {"SET-DISABLE-DENY-SCRIPTS", 1, 1, set_disable_deny_scripts},
    {"SLEEP", 1, 1, sleep},
    {"STRUCTSIZE", 0, 0, structsize},
};

constexpr std::string_view kRefused[] = {
    "AOF-FLUSH-SLEEP",
    "ASSERT",
    "CLIENT-EVICTION",
    "CLUSTERLINK",
    "CONFIG-REWRITE-FORCE-ALL",
    "CRASH-AND-RECOVER",
    "DROP-CLUSTER-PACKET-FILTER",
    "LEAK",
    "LISTPACK",
    "MALLCTL",
    "MALLCTL-STR",
    "OOM",
    "PANIC",
    "QUICKLIST",
    "REPLICATE",
    "RESTART",
    "SEGFAULT",
    "SET-SKIP-CHECKSUM-VALIDATION",
    "STRINGMATCH-TEST",
};

Outcome debug(Call& c) {
  const auto word = c.args.next();
  for (const Subcommand& sub : kSubcommands)
    if (is_word(word, sub.name) && c.args.left() >= sub.least && c.args.left() <= sub.most) return sub.run(c);
  for (const auto name : kRefused)
    if (is_word(word, name)) return c.fail("ERR DEBUG {} is not available in redouble", name);
  return wrong_subcommand(c);
}

constexpr Command kCommands[] = {
    {.name = "DEBUG",
     .arity = -2,
     .flags = kAdmin | kNoScript | kLoading | kStale | kProtectedCommand,
     .group = Group::server,
     .since = "1.0.0",
     .system = true,
     .summary = "Does what only tests of the server and of its clients need.",
     .run = debug},
};

}  // namespace

Rows debug_commands() {
  return kCommands;
}

}  // namespace redouble
