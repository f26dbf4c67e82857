// XCLAIM and XAUTOCLAIM: pending entries go over to another consumer. Entries that were deleted meanwhile are
// dropped from the group on the way.
#include <algorithm>
#include <vector>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/stream_call.h"
#include "engine/engine.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

void reply_claimed(Call& c, const StreamValue& stream, const std::vector<StreamId>& ids, bool just_ids) {
  c.reply.array(ids.size());
  for (const StreamId id : ids) {
    if (just_ids)
      reply_stream_id(c.reply, id);
    else
      reply_stream_entry(c.reply, stream, id);
  }
}

// --- XCLAIM ----------------------------------------------------------------------------------------------

struct ClaimOptions {
  std::int64_t min_idle = 0;
  std::vector<StreamId> ids;
  Argv words;             // the same as they were written
  Millis delivered = -1;  // -1: now
  std::int64_t deliveries = -1;
  bool force = false;
  bool just_ids = false;
  StreamId last_id;
};

// A moment that cannot be, or lies ahead, is now.
Outcome read_claim_options(Call& c, ClaimOptions& options) {
  const Millis now = c.engine.now_ms();
  options.min_idle = std::max<std::int64_t>(0, c.args.integer(err::xclaim_min_idle));
  if (!c.args.ok()) return c.args.error();
  options.words = c.args.all().subspan(c.args.all().size() - c.args.left());
  // Ids go up to the first word that is none.
  for (; c.args.more(); c.args.next()) {
    const auto id = parse_exact_stream_id(c.args.peek());
    if (!id) break;
    options.ids.push_back(*id);
  }
  while (c.args.more()) {
    const bool has_value = c.args.left() > 1;
    if (c.args.take("FORCE")) {
      options.force = true;
    } else if (c.args.take("JUSTID")) {
      options.just_ids = true;
    } else if (has_value && c.args.take("IDLE")) {
      if (__builtin_sub_overflow(now, c.args.integer(err::xclaim_idle), &options.delivered))
        options.delivered = now;
    } else if (has_value && c.args.take("TIME")) {
      options.delivered = c.args.integer(err::xclaim_time);
    } else if (has_value && c.args.take("RETRYCOUNT")) {
      options.deliveries = c.args.integer(err::xclaim_retry_count);
    } else if (has_value && c.args.take("LASTID")) {
      const auto id = parse_exact_stream_id(c.args.next());
      if (!id) return err::invalid_stream_id;
      options.last_id = *id;
    } else {
      return c.fail("ERR Unrecognized XCLAIM option '{}'", until_nul(c.args.peek()));
    }
  }
  if (options.delivered < 0 || options.delivered > now) options.delivered = now;
  return c.args.ok() ? done : Outcome(c.args.error());
}

// Where entries are claimed, and for whom, who need not exist before there is one.
struct Claim {
  const Stream& stream;
  StreamGroup& group;
  std::string_view group_name, consumer;
  bool told_group_id = true;  // replicas know the group's last id
};

// Whether the entry goes over to the consumer.
bool claim(Call& c, Claim& claim, StreamId id, std::string_view word, const ClaimOptions& options) {
  StreamGroup& group = claim.group;
  const auto tell = [&](const StreamPending& entry) {
    propagate_claim(c, claim.stream.key(), claim.group_name, group, word, entry);
    claim.told_group_id = true;
    c.db.count_changes(1);
  };
  StreamPending* entry = group.pending().find(id);
  if (!claim.stream.value().contains(id)) {
    if (entry != nullptr) tell(*entry);
    group.acknowledge(id);
    return false;
  }
  if (entry == nullptr && options.force)
    entry = group.pending().insert(id, {.delivered = c.engine.now_ms()}).first;
  else if (entry == nullptr ||
           (options.min_idle > 0 && c.engine.now_ms() - entry->delivered < options.min_idle))
    return false;
  entry->delivered = options.delivered;
  if (options.deliveries >= 0)
    entry->deliveries = static_cast<std::uint64_t>(options.deliveries);
  else if (!options.just_ids)
    ++entry->deliveries;
  group.assign(id, *entry, active_consumer(c, claim.stream, group, claim.consumer));
  tell(*entry);
  return true;
}

Outcome xclaim(Call& c) {
  const auto key = c.args.next(), name = c.args.next(), consumer_name = c.args.next();
  auto stream = c.db.read<Stream>(key);
  c.db.own(stream);
  if (stream.wrong_type()) return err::wrong_type;
  StreamGroup* group = stream ? stream->group(name) : nullptr;
  if (group == nullptr) return no_such_group(c, key, name);
  ClaimOptions options;
  if (const Outcome bad = read_claim_options(c, options); bad.is_error()) return bad;
  c.telling = Call::Telling::nothing;
  Claim where{stream, *group, name, consumer_name};
  if (options.last_id > group->last_id) {
    group->last_id = options.last_id;
    where.told_group_id = false;
    c.db.count_changes(1);
  }
  std::vector<StreamId> claimed;
  for (std::size_t i = 0; i < options.ids.size(); ++i)
    if (claim(c, where, options.ids[i], options.words[i], options)) claimed.push_back(options.ids[i]);
  if (!where.told_group_id) propagate_group_id(c, key, name, *group);
  c.db.account(stream);
  reply_claimed(c, stream.value(), claimed, options.just_ids);
  return done;
}

// --- XAUTOCLAIM ------------------------------------------------------------------------------------------

// From this COUNT on redis-server cannot get the memory that it asks for.
constexpr std::int64_t kTooMany = std::int64_t{1} << 43;
constexpr std::int64_t kMost = INT64_MAX / 16;

struct AutoclaimOptions {
  std::int64_t min_idle = 0;
  StreamId from;
  std::int64_t count = 100;
  bool just_ids = false;
};

Outcome read_autoclaim_options(Call& c, AutoclaimOptions& options) {
  options.min_idle = std::max<std::int64_t>(0, c.args.integer(err::xautoclaim_min_idle));
  options.from = interval_start(c, c.args.next());
  while (c.args.more()) {
    if (c.args.left() > 1 && c.args.take("COUNT")) {
      options.count = c.args.integer(err::upper_count_not_positive);
      if (options.count < 1 || options.count > kMost) return err::upper_count_not_positive;
    } else if (c.args.take("JUSTID")) {
      options.just_ids = true;
    } else {
      return err::syntax;
    }
  }
  return c.args.ok() ? done : Outcome(c.args.error());
}

struct Autoclaimed {
  std::vector<StreamId> claimed, deleted;
  StreamId next;  // where to go on; 0-0 at the end
};

Autoclaimed autoclaim(Call& c, const Claim& where, const AutoclaimOptions& options) {
  // Entries that are too young cost attempts, too.
  constexpr std::int64_t kAttemptsEach = 10;
  Autoclaimed result;
  StreamConsumer* consumer = nullptr;
  const Stream& stream = where.stream;
  StreamGroup& group = where.group;
  const auto tell = [&](StreamId id, const StreamPending& entry) {
    propagate_claim(c, stream.key(), where.group_name, group, format_stream_id(id), entry);
  };
  StreamGroup::Pending& pending = group.pending();
  const Millis now = c.engine.now_ms();
  std::int64_t left = options.count;
  std::int64_t attempts = options.count * kAttemptsEach;
  auto at = pending.lower_bound(options.from);
  for (; at != pending.end() && attempts > 0 && left > 0; --attempts) {
    auto& [id, entry] = pending[at];
    if (!stream.value().contains(id)) {
      result.deleted.push_back(id);
      tell(id, entry);
      at = group.remove(at);
      --left;
      continue;
    }
    if (options.min_idle == 0 || now - entry.delivered >= options.min_idle) {
      if (consumer == nullptr) consumer = &active_consumer(c, stream, group, where.consumer);
      entry.delivered = now;
      if (!options.just_ids) ++entry.deliveries;
      group.assign(id, entry, *consumer);
      tell(id, entry);
      result.claimed.push_back(id);
      --left;
    }
    at = pending.next(at);
  }
  if (at != pending.end()) result.next = pending[at].id;
  c.db.count_changes(result.claimed.size() + result.deleted.size());
  return result;
}

Outcome xautoclaim(Call& c) {
  const auto key = c.args.next(), name = c.args.next(), consumer_name = c.args.next();
  auto stream = c.db.read<Stream>(key);
  c.db.own(stream);
  AutoclaimOptions options;
  if (const Outcome bad = read_autoclaim_options(c, options); bad.is_error()) return bad;
  if (stream.wrong_type()) return err::wrong_type;
  StreamGroup* group = stream ? stream->group(name) : nullptr;
  if (group == nullptr) return no_such_group(c, key, name);
  if (options.count >= kTooMany) return err::xautoclaim_no_memory;
  c.telling = Call::Telling::nothing;
  const Autoclaimed result = autoclaim(c, {stream, *group, name, consumer_name}, options);
  c.db.account(stream);
  c.reply.array(3);
  reply_stream_id(c.reply, result.next);
  reply_claimed(c, stream.value(), result.claimed, options.just_ids);
  c.reply.array(result.deleted.size());
  for (const StreamId id : result.deleted) reply_stream_id(c.reply, id);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "XCLAIM",
     .arity = -6,
     .flags = kWrite | kFast,
     .categories = kCatStream,
     .keys = {keys::at(1, kRW | kUpdate)},
     .group = Group::stream,
     .since = "5.0.0",
     .tips = "nondeterministic_output",
     .syntax = "key group consumer min-idle-time id... [IDLE=ms:int] [TIME=unix-time-milliseconds:time] "
               "[RETRYCOUNT=count:int] [FORCE] [JUSTID] [LASTID=id]",
     .summary = "Gives pending entries to another consumer.",
     .run = xclaim},
    {.name = "XAUTOCLAIM",
     .arity = -6,
     .flags = kWrite | kFast,
     .categories = kCatStream,
     .keys = {keys::at(1, kRW | kDelete)},
     .group = Group::stream,
     .since = "6.2.0",
     .tips = "nondeterministic_output",
     .syntax = "key group consumer min-idle-time start [COUNT=count:int] [JUSTID]",
     .summary = "Gives entries that have been pending for long to another consumer.",
     .run = xautoclaim},
};

}  // namespace

Rows stream_claim_commands() {
  return kCommands;
}

}  // namespace redouble
