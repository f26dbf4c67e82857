// Groups of consumers: XGROUP, XACK, XPENDING. What changes in a group is counted and told, but as in Redis
// no change of the key: WATCH does not see it.
#include <algorithm>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/help.h"
#include "engine/commands/stream_call.h"
#include "engine/engine.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

// --- XGROUP ----------------------------------------------------------------------------------------------

Outcome no_such_group_of_key(Call& c, std::string_view key, std::string_view group) {
  return c.fail("NOGROUP No such consumer group '{}' for key name '{}'", until_nul(group), until_nul(key));
}

// MKSTREAM and ENTRIESREAD, behind the id.
struct GroupOptions {
  bool make_stream = false;
  std::int64_t entries_read = StreamGroup::kUnknown;
};

Outcome read_group_options(Call& c, GroupOptions& options, bool creates) {
  while (c.args.more()) {
    if (creates && c.args.take("MKSTREAM")) {
      options.make_stream = true;
    } else if (c.args.left() > 1 && c.args.take("ENTRIESREAD")) {
      options.entries_read = c.args.integer();
      if (!c.args.ok()) return c.args.error();
      if (options.entries_read < 0 && options.entries_read != StreamGroup::kUnknown)
        return err::entries_read_negative;
    } else {
      return wrong_subcommand(c);
    }
  }
  return done;
}

Outcome group_create(Call& c) {
  const auto key = c.args.next(), name = c.args.next(), word = c.args.next();
  GroupOptions options;
  if (const Outcome bad = read_group_options(c, options, true); bad.is_error()) return bad;
  auto stream = c.db.write<Stream>(key);
  if (stream.wrong_type()) return err::wrong_type;
  if (!stream && !options.make_stream) return err::xgroup_without_key;
  // Five or six words may follow, though the options alone would allow any number.
  if (c.args.all().size() > 8) return wrong_subcommand(c);
  const bool from_last = until_nul(word) == "$";
  const auto id = from_last ? (stream ? stream->facts().last_id : StreamId{}) : parse_exact_stream_id(word);
  if (!id) return err::invalid_stream_id;
  const bool is_new = !stream;
  if (is_new) stream.create(std::make_unique<StreamValue>());
  if (stream->group(name) != nullptr) return err::group_exists;
  stream->create_group(name, *id, options.entries_read);
  c.reply.ok();
  if (is_new)
    c.db.changed(stream, event::xgroup_create);
  else
    c.db.changed_unseen(stream, event::xgroup_create);
  return done;
}

// The group that the arguments name, behind the key; an error when key or group are missing.
struct Found {
  Ref<Stream> stream;
  std::string_view name;
  StreamGroup* group = nullptr;
};

Outcome check_found(Call& c, Found& found) {
  if (found.stream.wrong_type()) return err::wrong_type;
  if (!found.stream) return err::xgroup_without_key;
  found.group = found.stream->group(found.name);
  if (found.group == nullptr) return no_such_group_of_key(c, found.stream.key(), found.name);
  return done;
}

Outcome group_setid(Call& c) {
  const auto key = c.args.next(), name = c.args.next(), word = c.args.next();
  GroupOptions options;
  if (const Outcome bad = read_group_options(c, options, false); bad.is_error()) return bad;
  Found found{c.db.write<Stream>(key), name};
  if (const Outcome bad = check_found(c, found); bad.is_error()) return bad;
  const std::size_t words = c.args.all().size();
  if (words != 5 && words != 7) return wrong_subcommand(c);
  const auto id = until_nul(word) == "$" ? found.stream->facts().last_id : parse_stream_id(word);
  if (!id) return err::invalid_stream_id;
  found.group->last_id = *id;
  found.group->entries_read = options.entries_read;
  c.reply.ok();
  c.db.changed_unseen(found.stream, event::xgroup_setid);
  return done;
}

Outcome group_destroy(Call& c) {
  const auto key = c.args.next(), name = c.args.next();
  auto stream = c.db.write<Stream>(key);
  if (stream.wrong_type()) return err::wrong_type;
  if (!stream) return err::xgroup_without_key;
  const bool existed = stream->group(name) != nullptr;
  c.reply.integer(existed ? 1 : 0);
  if (!existed) return done;
  stream->delete_group(name);
  c.db.changed_unseen(stream, event::xgroup_destroy);
  // Who waits for entries that are new to the group is told that it is gone.
  c.engine.waiters.signal(c.db.index(), key, Type::stream);
  return done;
}

Outcome group_createconsumer(Call& c) {
  const auto key = c.args.next(), name = c.args.next(), consumer = c.args.next();
  Found found{c.db.write<Stream>(key), name};
  if (const Outcome bad = check_found(c, found); bad.is_error()) return bad;
  const bool is_new = found.group->consumer(consumer) == nullptr;
  if (is_new) active_consumer(c, found.stream, *found.group, consumer);
  c.reply.integer(is_new ? 1 : 0);
  return done;
}

Outcome group_delconsumer(Call& c) {
  const auto key = c.args.next(), name = c.args.next(), consumer_name = c.args.next();
  Found found{c.db.write<Stream>(key), name};
  if (const Outcome bad = check_found(c, found); bad.is_error()) return bad;
  std::size_t pending = 0;
  if (StreamConsumer* consumer = found.group->consumer(consumer_name)) {
    pending = consumer->pending.size();
    found.group->delete_consumer(*consumer);
    c.db.changed_unseen(found.stream, event::xgroup_delconsumer);
  }
  c.reply.integer(static_cast<std::int64_t>(pending));
  return done;
}

Outcome group_help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "CREATE <key> <groupname> <id|$> [option]",
      "    Make a group that reads what stands behind the id, or ($) what comes from now on. Options:",
      "    * MKSTREAM",
      "      Make the stream as well if there is none.",
      "    * ENTRIESREAD entries_read",
      "      How many entries the group counts as read.",
      "CREATECONSUMER <key> <groupname> <consumer>",
      "    Make a consumer that has read nothing yet.",
      "DELCONSUMER <key> <groupname> <consumer>",
      "    Delete a consumer, and what is pending at it.",
      "DESTROY <key> <groupname>",
      "    Delete a group.",
      "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
      "    Let a group go on reading behind another id.",
  };
  return reply_help(c, kLines);
}

// --- XACK, XPENDING --------------------------------------------------------------------------------------

Outcome xack(Call& c) {
  auto stream = c.db.read<Stream>(c.args.next());
  c.db.own(stream);
  if (stream.wrong_type()) return err::wrong_type;
  StreamGroup* group = stream ? stream->group(c.args.next()) : nullptr;
  if (group == nullptr) {
    c.reply.integer(0);
    return done;
  }
  const auto ids = parse_stream_ids(c.args.rest());
  if (!ids) return err::invalid_stream_id;
  const auto n = std::count_if(ids->begin(), ids->end(), [&](StreamId id) { return group->acknowledge(id); });
  c.db.count_changes(static_cast<std::uint64_t>(n));
  c.db.account(stream);
  c.reply.integer(n);
  return done;
}

struct PendingOptions {
  bool in_detail = false;
  std::int64_t min_idle = 0;
  StreamId from, to;
  std::int64_t count = 0;
  std::optional<std::string_view> consumer;
};

// [[IDLE ms] start end count [consumer]]: the count is read before the ends, and what stands behind the
// consumer by nobody.
Outcome read_pending_options(Call& c, PendingOptions& options) {
  const std::size_t words = c.args.all().size();
  if (words == 3) return done;
  if (words < 6 || words > 9) return err::syntax;
  options.in_detail = true;
  if (c.args.take("IDLE")) {
    options.min_idle = c.args.integer();
    if (c.args.ok() && words < 8) return err::syntax;
  }
  if (!c.args.ok()) return c.args.error();
  const auto from = c.args.next(), to = c.args.next();
  options.count = std::max<std::int64_t>(0, c.args.integer());
  if (!c.args.ok()) return c.args.error();
  options.from = interval_start(c, from);
  options.to = interval_end(c, to);
  if (!c.args.ok()) return c.args.error();
  if (c.args.more()) options.consumer = c.args.next();
  return done;
}

void reply_pending_summary(Reply& reply, const StreamGroup& group) {
  reply.array(4);
  reply.integer(static_cast<std::int64_t>(group.pending().size()));
  if (group.pending().empty()) {
    reply.null();
    reply.null();
    return reply.null_array();
  }
  reply_stream_id(reply, group.pending().front().id);
  reply_stream_id(reply, group.pending().back().id);
  const auto is_busy = [](const auto& entry) { return !entry.second.pending.empty(); };
  const auto& consumers = group.consumers();
  reply.array(static_cast<std::size_t>(std::count_if(consumers.begin(), consumers.end(), is_busy)));
  for (const auto& [name, consumer] : consumers) {
    if (consumer.pending.empty()) continue;
    reply.array(2);
    reply.bulk(name);
    reply.bulk(format_uint64(consumer.pending.size()));
  }
}

// Calls `visit(id, entry)` for what is pending in the interval, of one consumer or of all.
template <class Visit>
void for_each_pending(StreamGroup& group, const StreamConsumer* consumer, const PendingOptions& options,
                      Visit&& visit) {
  if (consumer == nullptr) {
    StreamGroup::Pending& all = group.pending();
    for (auto at = all.lower_bound(options.from); at != all.end() && all[at].id <= options.to;
         at = all.next(at))
      if (!visit(all[at].id, all[at].value)) return;
    return;
  }
  const StreamConsumer::Ids& own = consumer->pending;
  for (auto at = own.lower_bound(options.from); at != own.end() && own[at].id <= options.to;
       at = own.next(at))
    if (!visit(own[at].id, *group.pending().find(own[at].id))) return;
}

void reply_pending(Call& c, StreamGroup& group, const StreamConsumer* consumer,
                   const PendingOptions& options) {
  const Millis now = c.engine.now_ms();
  std::vector<std::pair<StreamId, const StreamPending*>> found;
  const auto most = static_cast<std::size_t>(options.count);
  for_each_pending(group, consumer, options, [&](StreamId id, const StreamPending& entry) {
    if (found.size() >= most) return false;
    if (options.min_idle == 0 || now - entry.delivered >= options.min_idle) found.emplace_back(id, &entry);
    return true;
  });
  c.reply.array(found.size());
  for (const auto& [id, entry] : found) {
    c.reply.array(4);
    reply_stream_id(c.reply, id);
    c.reply.bulk(entry->consumer->name);
    c.reply.integer(std::max<Millis>(0, now - entry->delivered));
    c.reply.integer(static_cast<std::int64_t>(entry->deliveries));
  }
}

Outcome xpending(Call& c) {
  const auto key = c.args.next(), name = c.args.next();
  PendingOptions options;
  if (const Outcome bad = read_pending_options(c, options); bad.is_error()) return bad;
  auto stream = c.db.read<Stream>(key);
  if (stream.wrong_type()) return err::wrong_type;
  StreamGroup* group = stream ? stream->group(name) : nullptr;
  if (group == nullptr) return no_such_group(c, key, name);
  if (!options.in_detail) {
    reply_pending_summary(c.reply, *group);
    return done;
  }
  const StreamConsumer* consumer = options.consumer ? group->consumer(*options.consumer) : nullptr;
  if (options.consumer && consumer == nullptr)
    c.reply.array(0);
  else
    reply_pending(c, *group, consumer, options);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "XGROUP",
     .arity = -2,
     .group = Group::stream,
     .since = "5.0.0",
     .summary = "Groups of consumers of a stream."},
    {.name = "XGROUP|CREATE",
     .arity = -5,
     .flags = kWrite | kDenyOom,
     .categories = kCatStream,
     .keys = {keys::at(2, kRW | kInsert)},
     .group = Group::stream,
     .since = "5.0.0",
     .syntax = "key groupname id<id|new_id!$> [MKSTREAM] [ENTRIESREAD=entries_read:int]",
     .summary = "Makes a group.",
     .run = group_create},
    {.name = "XGROUP|CREATECONSUMER",
     .arity = 5,
     .flags = kWrite | kDenyOom,
     .categories = kCatStream,
     .keys = {keys::at(2, kRW | kInsert)},
     .group = Group::stream,
     .since = "6.2.0",
     .syntax = "key groupname consumername",
     .summary = "Makes a consumer of a group.",
     .run = group_createconsumer},
    {.name = "XGROUP|DELCONSUMER",
     .arity = 5,
     .flags = kWrite,
     .categories = kCatStream,
     .keys = {keys::at(2, kRW | kDelete)},
     .group = Group::stream,
     .since = "5.0.0",
     .syntax = "key groupname consumername",
     .summary = "Deletes a consumer of a group and returns how much was pending at it.",
     .run = group_delconsumer},
    {.name = "XGROUP|DESTROY",
     .arity = 4,
     .flags = kWrite,
     .categories = kCatStream,
     .keys = {keys::at(2, kRW | kDelete)},
     .group = Group::stream,
     .since = "5.0.0",
     .syntax = "key groupname",
     .summary = "Deletes a group.",
     .run = group_destroy},
    {.name = "XGROUP|HELP",
     .arity = 2,
     .flags = kLoading | kStale,
     .categories = kCatStream,
     .group = Group::stream,
     .since = "5.0.0",
     .summary = "Lists the subcommands.",
     .run = group_help},
    {.name = "XGROUP|SETID",
     .arity = -5,
     .flags = kWrite,
     .categories = kCatStream,
     .keys = {keys::at(2, kRW | kUpdate)},
     .group = Group::stream,
     .since = "5.0.0",
     .syntax = "key groupname id<id|new_id!$> [ENTRIESREAD=entries_read:int]",
     .summary = "Lets a group go on reading behind another id.",
     .run = group_setid},
    {.name = "XACK",
     .arity = -4,
     .flags = kWrite | kFast,
     .categories = kCatStream,
     .keys = {keys::at(1, kRW | kUpdate)},
     .group = Group::stream,
     .since = "5.0.0",
     .syntax = "key group id...",
     .summary = "Acknowledges entries: they are pending no more.",
     .run = xack},
    {.name = "XPENDING",
     .arity = -3,
     .flags = kReadonly,
     .categories = kCatStream,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::stream,
     .since = "5.0.0",
     .tips = "nondeterministic_output",
     .syntax = "key group [filters{[IDLE=min-idle-time:int@6.2.0] start end count:int [consumer]}]",
     .summary = "Tells what was delivered to a group and is not acknowledged.",
     .run = xpending},
};

}  // namespace

Rows stream_group_commands() {
  return kCommands;
}

}  // namespace redouble
