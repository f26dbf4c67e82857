// Replication as a server answers that has none and cannot have any: REPLICAOF, FAILOVER, and what replicas
// send.
#include <algorithm>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "protocol/quoted.h"
#include "protocol/split_args.h"

namespace redouble {
namespace {

Outcome replicaof(Call& c) {
  const auto host = c.args.next();
  const auto port = c.args.next();
  if (is_word(host, "NO") && is_word(port, "ONE")) {
    c.reply.ok();
    return done;
  }
  const auto number = parse_int64(port);
  if (!number || *number < 0 || *number > 65535) return err::invalid_master_port;
  return err::no_replication;
}

// Ends where redis-server finds that it has no replicas to hand over to.
Outcome failover(Call& c) {
  bool abort = false, force = false, has_target = false, has_timeout = false;
  while (c.args.more()) {
    if (!abort && !has_timeout && c.args.left() >= 2 && c.args.take("TIMEOUT")) {
      const auto timeout = c.args.integer();
      if (!c.args.ok()) return c.args.error();
      if (timeout <= 0) return err::failover_timeout;
      has_timeout = true;
    } else if (!abort && c.args.left() >= 1 && !has_target && !has_timeout && c.args.take("ABORT")) {
      abort = true;
    } else if (!abort && !has_target && c.args.left() >= 3 && c.args.take("TO")) {
      c.args.next();
      c.args.integer();
      if (!c.args.ok()) return c.args.error();
      has_target = true;
    } else if (!abort && !force && c.args.take("FORCE")) {
      force = true;
    } else {
      return err::syntax;
    }
  }
  if (abort && (has_target || has_timeout || force)) return err::syntax;
  return abort ? err::no_failover : err::failover_without_replicas;
}

Outcome check_rdb_filter(Call& c, std::string_view text) {
  const auto words = split_args(text);
  if (!words) return err::no_rdb_filter_values;
  for (const auto& word : *words)
    if (!is_word(word, "FUNCTIONS")) return c.fail("ERR Unsupported rdb-filter-only option: {}", word);
  return done;
}

// What a replica tells of itself before it asks for data. Acknowledgements are not answered.
Outcome replconf(Call& c) {
  constexpr std::size_t kMostHost = 255;
  if (c.args.left() % 2 != 0) return err::syntax;
  while (c.args.more()) {
    if (c.args.take("LISTENING-PORT") || c.args.take("RDB-ONLY")) {
      c.args.integer();
      if (!c.args.ok()) return c.args.error();
    } else if (c.args.take("IP-ADDRESS")) {
      if (const auto host = c.args.next(); host.size() > kMostHost)
        return c.fail("ERR REPLCONF ip-address provided by replica instance is too long: {} bytes",
                      host.size());
    } else if (c.args.take("CAPA")) {
      c.args.next();
    } else if (c.args.take("RDB-FILTER-ONLY")) {
      if (const Outcome bad = check_rdb_filter(c, c.args.next()); bad.is_error()) return bad;
    } else if (c.args.take("ACK") || c.args.take("GETACK")) {
      return done;
    } else {
      return c.fail("ERR Unrecognized REPLCONF option: {}", until_nul(c.args.next()));
    }
  }
  c.reply.ok();
  return done;
}

Outcome refuse(Call&) {
  return err::no_replication_stream;
}

constexpr std::uint32_t kForAdmins = kAdmin | kNoScript | kStale;
constexpr std::uint32_t kForReplicas = kAdmin | kNoScript | kNoAsyncLoading | kNoMulti;

constexpr Command kCommands[] = {
    {.name = "REPLICAOF",
     .arity = 3,
     .flags = kForAdmins | kNoAsyncLoading,
     .group = Group::server,
     .since = "5.0.0",
     .syntax = "args<host-port{host port:int}|no-one{NO ONE}>",
     .summary = "NO ONE: stays a master. A host and a port are refused.",
     .run = replicaof},
    {.name = "SLAVEOF",
     .arity = 3,
     .flags = kForAdmins | kNoAsyncLoading,
     .group = Group::server,
     .since = "1.0.0",
     .deprecated_since = "5.0.0",
     .replaced_by = "`REPLICAOF`",
     .syntax = "args<host-port{host port:int}|no-one{NO ONE}>",
     .summary = "NO ONE: stays a master. A host and a port are refused.",
     .run = replicaof},
    {.name = "FAILOVER",
     .arity = -1,
     .flags = kForAdmins,
     .group = Group::server,
     .since = "6.2.0",
     .syntax = "[TO=target{host port:int [FORCE]}] [ABORT] [TIMEOUT=milliseconds:int]",
     .summary = "Fails: there are no replicas to hand over to.",
     .run = failover},
    {.name = "REPLCONF",
     .arity = -1,
     .flags = kAdmin | kNoScript | kLoading | kStale | kAllowBusy,
     .group = Group::server,
     .since = "3.0.0",
     .system = true,
     .summary = "Lets a replica introduce itself.",
     .run = replconf},
    {.name = "PSYNC",
     .arity = -3,
     .flags = kForReplicas,
     .group = Group::server,
     .since = "2.8.0",
     .syntax = "replicationid offset:int",
     .summary = "Refused: there is no replication.",
     .run = refuse},
    {.name = "SYNC",
     .arity = 1,
     .flags = kForReplicas,
     .group = Group::server,
     .since = "1.0.0",
     .summary = "Refused: there is no replication.",
     .run = refuse},
};

}  // namespace

Rows replication_commands() {
  return kCommands;
}

}  // namespace redouble
