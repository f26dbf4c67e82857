// What replicas send (REPLCONF, SYNC, PSYNC), and the commands that would make a replica of this server,
// which cannot be one. The stream itself is engine/replication.h.
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

// Ends where redis-server would look for a replica to hand over to.
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
  if (abort) return err::no_failover;
  return c.engine.replication.replicas().empty() ? err::failover_without_replicas : err::no_handover;
}

// "rdb-filter-only" names what the snapshot is to hold: functions, or nothing at all.
Outcome read_rdb_filter(Call& c, std::string_view text, Replica& replica) {
  const auto words = split_args(text);
  if (!words) return err::no_rdb_filter_values;
  replica.without_keys = replica.without_functions = true;
  for (const auto& word : *words) {
    if (!is_word(word, "FUNCTIONS")) return c.fail("ERR Unsupported rdb-filter-only option: {}", word);
    replica.without_functions = false;
  }
  return done;
}

Outcome read_introduction(Call& c, Replica& replica) {
  constexpr std::size_t kMostHost = 255;
  if (c.args.take("LISTENING-PORT")) {
    replica.port = static_cast<int>(c.args.integer());
  } else if (c.args.take("RDB-ONLY")) {
    replica.only_snapshot = c.args.integer_in(0, 1, err::rdb_only_range) == 1;
  } else if (c.args.take("IP-ADDRESS")) {
    const auto host = c.args.next();
    if (host.size() > kMostHost)
      return c.fail("ERR REPLCONF ip-address provided by replica instance is too long: {} bytes",
                    host.size());
    replica.address = host;
  } else if (c.args.take("CAPA")) {
    const auto word = c.args.next();
    if (is_word(word, "EOF")) replica.takes_end_mark = true;
    if (is_word(word, "PSYNC2")) replica.takes_new_id = true;
  } else if (c.args.take("RDB-FILTER-ONLY")) {
    return read_rdb_filter(c, c.args.next(), replica);
  } else {
    return c.fail("ERR Unrecognized REPLCONF option: {}", until_nul(c.args.next()));
  }
  return c.args.ok() ? done : Outcome(c.args.error());
}

// What a replica tells of itself before it asks for data, and later how far it is. That is not answered.
Outcome replconf(Call& c) {
  if (c.args.left() % 2 != 0) return err::syntax;
  while (c.args.more()) {
    if (c.args.take("GETACK")) return done;
    if (c.args.take("ACK")) {
      const auto offset = parse_int64(c.args.next());
      if (offset && c.session.is_replica())
        c.engine.replication.acknowledge(c.session,
                                         static_cast<std::uint64_t>(std::max<std::int64_t>(0, *offset)));
      return done;
    }
    if (c.session.replica == nullptr) c.session.replica = std::make_unique<Replica>();
    if (const Outcome bad = read_introduction(c, *c.session.replica); bad.is_error()) return bad;
  }
  c.reply.ok();
  return done;
}

// What SYNC and PSYNC have in common: who follows already, or watches, is not answered.
bool has_no_answer(const Call& c) {
  return c.session.is_replica() || c.session.monitor;
}

Outcome check_follower(const Call& c) {
  if (c.session.internal) return err::sync_by_program;
  if (!c.session.out.empty()) return err::sync_with_pending_output;
  const Replica* replica = c.session.replica.get();
  if (replica != nullptr && (replica->without_keys || replica->without_functions) && !replica->takes_end_mark)
    return err::sync_filtered_without_eof;
  return done;
}

Outcome sync(Call& c) {
  if (has_no_answer(c)) return done;
  if (const Outcome bad = check_follower(c); bad.is_error()) return bad;
  c.engine.replication.start(c.session, false);
  return done;
}

Outcome psync(Call& c) {
  if (has_no_answer(c)) return done;
  const auto id = c.args.next(), offset = c.args.next();
  if (c.args.take("FAILOVER")) return err::psync_failover;
  if (const Outcome bad = check_follower(c); bad.is_error()) return bad;
  const auto number = parse_int64(offset);
  if (!number) return err::not_an_integer;
  if (c.engine.replication.resume(c.session, id, *number)) return done;
  if (!id.starts_with('?')) ++c.engine.stats.refused_partial_syncs;
  c.engine.replication.start(c.session, true);
  return done;
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
     .summary = "Fails: this server does not hand over to a replica.",
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
     .summary = "Sends the stream of changes from an offset on, or the whole data set in front of it.",
     .run = psync},
    {.name = "SYNC",
     .arity = 1,
     .flags = kForReplicas,
     .group = Group::server,
     .since = "1.0.0",
     .summary = "Sends the whole data set and then the stream of changes.",
     .run = sync},
};

}  // namespace

Rows replication_commands() {
  return kCommands;
}

}  // namespace redouble
