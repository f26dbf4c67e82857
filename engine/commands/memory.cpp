// MEMORY: what a key, and all of them, would take in redis-server (see memory_model.h).
#include <fmt/format.h>

#include <string>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/help.h"
#include "engine/engine.h"
#include "engine/memory_model.h"
#include "engine/memory_report.h"

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

void reply_database(Reply& reply, const MemoryReport::Tables& tables) {
  reply.bulk(fmt::format("db.{}", tables.database));
  reply.map(3);
  field(reply, "overhead.hashtable.main", tables.main);
  field(reply, "overhead.hashtable.expires", tables.expires);
  field(reply, "overhead.hashtable.slot-to-keys", 0);
}

// The allocator belongs to the process and is not asked: all that is resident counts as its own.
void reply_allocator(Reply& reply, std::size_t used, std::int64_t resident_bytes) {
  const auto resident = static_cast<std::size_t>(resident_bytes);
  const auto in_use = static_cast<double>(used);
  const std::int64_t spare = resident_bytes - static_cast<std::int64_t>(used);
  field(reply, "allocator.allocated", used);
  field(reply, "allocator.active", resident);
  field(reply, "allocator.resident", resident);
  field_ratio(reply, "allocator-fragmentation.ratio", static_cast<double>(resident), in_use);
  reply.bulk("allocator-fragmentation.bytes");
  reply.integer(spare);
  field_ratio(reply, "allocator-rss.ratio", static_cast<double>(resident), static_cast<double>(resident));
  field(reply, "allocator-rss.bytes", 0);
  field_ratio(reply, "rss-overhead.ratio", static_cast<double>(resident), static_cast<double>(resident));
  field(reply, "rss-overhead.bytes", 0);
  field_ratio(reply, "fragmentation", static_cast<double>(resident), in_use);
  reply.bulk("fragmentation.bytes");
  reply.integer(spare);
}

Outcome stats(Call& c) {
  const MemoryReport report = memory_report(c.engine);
  c.reply.map(27 + report.databases.size());
  field(c.reply, "peak.allocated", report.peak);
  field(c.reply, "total.allocated", report.used);
  field(c.reply, "startup.allocated", report.startup);
  field(c.reply, "replication.backlog", report.backlog);
  field(c.reply, "clients.slaves", report.replicas);
  field(c.reply, "clients.normal", report.clients);
  field(c.reply, "cluster.links", 0);
  field(c.reply, "aof.buffer", 0);
  field(c.reply, "lua.caches", report.scripts);
  field(c.reply, "functions.caches", report.functions);
  for (const auto& tables : report.databases) reply_database(c.reply, tables);
  field(c.reply, "overhead.total", report.overhead);
  field(c.reply, "keys.count", report.keys);
  field(c.reply, "keys.bytes-per-key", report.keys > 0 ? report.grown() / report.keys : 0);
  field(c.reply, "dataset.bytes", report.dataset);
  c.reply.bulk("dataset.percentage");
  c.reply.real(report.dataset_percentage());
  c.reply.bulk("peak.percentage");
  c.reply.real(report.peak_percentage());
  reply_allocator(c.reply, report.used, c.engine.host().facts().resident_bytes);
  return done;
}

// What redis-server looks at too, where a model has it: fragmentation is none of it.
Outcome doctor(Call& c) {
  constexpr std::size_t kEmpty = 5 * 1024 * 1024, kBigClient = 200 * 1024, kManyScripts = 1000;
  const MemoryReport report = memory_report(c.engine);
  if (report.used < kEmpty) {
    c.reply.verbatim(
        "txt",
        "Hi Sam, this instance is empty or is using very little memory, my issues detector can't be "
        "used in these conditions. Please, leave for your mission on Earth and fill it with some "
        "data. The new Sam and I will be back to our programming as soon as I finished rebooting.\n");
    return done;
  }
  std::string issues;
  if (static_cast<double>(report.peak) / static_cast<double>(report.used) > 1.5)
    issues +=
        fmt::format(" * Peak memory: {} bytes were in use once, {} are now.\n", report.peak, report.used);
  const std::size_t clients = c.engine.sessions().size();
  if (clients > 0 && report.clients / clients > kBigClient)
    issues += fmt::format(" * Big clients: {} clients take {} bytes; CLIENT LIST tells which.\n", clients,
                          report.clients);
  const std::size_t scripts = c.engine.scripts() != nullptr ? c.engine.scripts()->usage().scripts : 0;
  if (scripts > kManyScripts)
    issues += fmt::format(" * Many scripts: {} are kept. Pass what differs as KEYS and ARGV.\n", scripts);
  if (issues.empty())
    c.reply.verbatim(
        "txt",
        "Hi Sam, I can't find any memory issue in your instance. I can only account for what occurs "
        "on this base.\n");
  else
    c.reply.verbatim("txt", "Sam, I detected a few issues in this Redis instance memory implants:\n\n" +
                                issues + "\nI'm here to keep you safe, Sam. I want to help you.\n");
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
