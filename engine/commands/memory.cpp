// MEMORY: what a key would take in redis-server (see memory_model.h), and what we take ourselves.
#include <algorithm>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/help.h"
#include "engine/engine.h"
#include "engine/memory_model.h"

namespace redouble {
namespace {

// SAMPLES tells how many members of a collection to weigh; a string is weighed whole.
Outcome usage(Call& c) {
  const auto key = c.args.next();
  std::int64_t samples = 5;
  while (c.args.more()) {
    if (c.args.left() < 2 || !c.args.take("SAMPLES")) return err::syntax;
    samples = c.args.integer();
    if (samples < 0) return err::syntax;
  }
  if (!c.args.ok()) return c.args.error();
  const AnyRef ref = c.db.look(key);
  if (ref)
    c.reply.integer(static_cast<std::int64_t>(
        memory_model::entry_bytes(*ref.entry(), static_cast<std::size_t>(samples))));
  else
    c.reply.null();
  return done;
}

void field(Reply& reply, std::string_view name, std::size_t value) {
  reply.bulk(name);
  reply.integer(static_cast<std::int64_t>(value));
}

void field_ratio(Reply& reply, std::string_view name, double part, double whole) {
  reply.bulk(name);
  reply.real(whole > 0 ? part / whole : 0);
}

struct Totals {
  std::size_t used, clients, tables, keys, databases;
};

Totals totals(Engine& engine) {
  Totals sum{engine.used_memory(), 0, 0, 0, 0};
  for (const auto& session : engine.sessions())
    sum.clients += sizeof(Session) + session->out.capacity() + session->query_capacity;
  for (int i = 0; i < engine.databases(); ++i) {
    const Keyspace& keys = engine.db(i).keys();
    sum.tables += keys.table_bytes();
    sum.keys += keys.size();
    sum.databases += keys.size() > 0 ? 1 : 0;
  }
  return sum;
}

void reply_database(Reply& reply, int index, const Keyspace& keys) {
  reply.bulk(fmt::format("db.{}", index));
  reply.map(3);
  field(reply, "overhead.hashtable.main", keys.table_bytes());
  field(reply, "overhead.hashtable.expires", keys.timed() * sizeof(Entry::Deadline));
  field(reply, "overhead.hashtable.slot-to-keys", 0);
}

// The allocator belongs to the process and is not asked: all that is resident counts as its own.
void reply_allocator(Reply& reply, std::size_t used, std::int64_t resident_bytes) {
  const auto resident = static_cast<std::size_t>(resident_bytes);
  const auto in_use = static_cast<double>(used);
  const std::size_t spare = resident - std::min(resident, used);
  field(reply, "allocator.allocated", used);
  field(reply, "allocator.active", resident);
  field(reply, "allocator.resident", resident);
  field_ratio(reply, "allocator-fragmentation.ratio", static_cast<double>(resident), in_use);
  field(reply, "allocator-fragmentation.bytes", spare);
  field_ratio(reply, "allocator-rss.ratio", static_cast<double>(resident), static_cast<double>(resident));
  field(reply, "allocator-rss.bytes", 0);
  field_ratio(reply, "rss-overhead.ratio", static_cast<double>(resident), static_cast<double>(resident));
  field(reply, "rss-overhead.bytes", 0);
  field_ratio(reply, "fragmentation", static_cast<double>(resident), in_use);
  field(reply, "fragmentation.bytes", spare);
}

Outcome stats(Call& c) {
  Engine& engine = c.engine;
  const Totals sum = totals(engine);
  const std::size_t startup = sizeof(Engine);
  const std::size_t overhead = startup + sum.clients + sum.tables;
  const std::size_t dataset = sum.used - std::min(sum.used, overhead);
  const std::size_t grown = sum.used - std::min(sum.used, startup);
  engine.stats.peak_memory = std::max(engine.stats.peak_memory, sum.used);
  const auto usage = engine.scripts() != nullptr ? engine.scripts()->usage() : ScriptEngine::Usage{};
  c.reply.map(27 + sum.databases);
  field(c.reply, "peak.allocated", engine.stats.peak_memory);
  field(c.reply, "total.allocated", sum.used);
  field(c.reply, "startup.allocated", startup);
  field(c.reply, "replication.backlog", engine.replication.backlog().capacity());
  field(c.reply, "clients.slaves", 0);
  field(c.reply, "clients.normal", sum.clients);
  field(c.reply, "cluster.links", 0);
  field(c.reply, "aof.buffer", 0);
  field(c.reply, "lua.caches", usage.script_bytes);
  field(c.reply, "functions.caches", usage.function_bytes);
  for (int i = 0; i < engine.databases(); ++i)
    if (const Keyspace& keys = engine.db(i).keys(); keys.size() > 0) reply_database(c.reply, i, keys);
  field(c.reply, "overhead.total", overhead);
  field(c.reply, "keys.count", sum.keys);
  field(c.reply, "keys.bytes-per-key", sum.keys > 0 ? grown / sum.keys : 0);
  field(c.reply, "dataset.bytes", dataset);
  field_ratio(c.reply, "dataset.percentage", static_cast<double>(dataset) * 100, static_cast<double>(grown));
  field_ratio(c.reply, "peak.percentage", static_cast<double>(sum.used) * 100,
              static_cast<double>(engine.stats.peak_memory));
  reply_allocator(c.reply, sum.used, engine.host().facts().resident_bytes);
  return done;
}

Outcome doctor(Call& c) {
  const Totals sum = totals(c.engine);
  c.reply.verbatim("txt",
                   fmt::format("{} keys and {} clients take {} bytes, of which {} are hash tables and {} "
                               "are clients' buffers. Nothing is wrong with that.\n",
                               sum.keys, c.engine.sessions().size(), sum.used, sum.tables, sum.clients));
  return done;
}

Outcome malloc_stats(Call& c) {
  c.reply.verbatim("txt", "Stats not supported for the current allocator");
  return done;
}

// No allocator of our own keeps pages back.
Outcome purge(Call& c) {
  c.reply.ok();
  return done;
}

Outcome help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "DOCTOR",
      "    The state of the memory in words.",
      "MALLOC-STATS",
      "    What the allocator tells about itself.",
      "PURGE",
      "    Asks the allocator to give back unused pages.",
      "STATS",
      "    The parts of the memory in use.",
      "USAGE <key> [SAMPLES <count>]",
      "    The bytes that redis-server would use for the key and its value. Of a collection",
      "    <count> members are weighed: 5 unless told otherwise, all with 0.",
  };
  return reply_help(c, kLines);
}

constexpr Command kCommands[] = {
    {.name = "MEMORY",
     .arity = -2,
     .group = Group::server,
     .since = "4.0.0",
     .summary = "Contains the commands about memory."},
    {.name = "MEMORY|DOCTOR",
     .arity = 2,
     .group = Group::server,
     .since = "4.0.0",
     .tips = "nondeterministic_output,request_policy:all_shards,response_policy:special",
     .summary = "Puts the state of the memory into words.",
     .run = doctor},
    {.name = "MEMORY|HELP",
     .arity = 2,
     .flags = kLoading | kStale,
     .group = Group::server,
     .since = "4.0.0",
     .summary = "Explains the subcommands.",
     .run = help},
    {.name = "MEMORY|MALLOC-STATS",
     .arity = 2,
     .group = Group::server,
     .since = "4.0.0",
     .tips = "nondeterministic_output,request_policy:all_shards,response_policy:special",
     .summary = "Shows what the allocator tells about itself.",
     .run = malloc_stats},
    {.name = "MEMORY|PURGE",
     .arity = 2,
     .group = Group::server,
     .since = "4.0.0",
     .tips = "request_policy:all_shards,response_policy:all_succeeded",
     .summary = "Asks the allocator to give back unused pages.",
     .run = purge},
    {.name = "MEMORY|STATS",
     .arity = 2,
     .group = Group::server,
     .since = "4.0.0",
     .tips = "nondeterministic_output,request_policy:all_shards,response_policy:special",
     .summary = "Breaks down the memory in use.",
     .run = stats},
    {.name = "MEMORY|USAGE",
     .arity = -3,
     .flags = kReadonly,
     .keys = {keys::at(2, kRO)},
     .group = Group::server,
     .since = "4.0.0",
     .syntax = "key [SAMPLES=count:int]",
     .summary = "Estimates the bytes that redis-server would use for a key and its value.",
     .run = usage},
};

}  // namespace

Rows memory_commands() {
  return kCommands;
}

}  // namespace redouble
