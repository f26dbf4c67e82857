// XINFO: what a stream, its groups and their consumers look like from outside.
#include <algorithm>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/help.h"
#include "engine/commands/stream_call.h"
#include "engine/engine.h"
#include "engine/types/radix_nodes.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

void field(Reply& reply, std::string_view name, std::uint64_t number) {
  reply.bulk(name);
  reply.integer(static_cast<std::int64_t>(number));
}

void field(Reply& reply, std::string_view name, StreamId id) {
  reply.bulk(name);
  reply_stream_id(reply, id);
}

void field(Reply& reply, std::string_view name, std::string_view text) {
  reply.bulk(name);
  reply.bulk(text);
}

void field(Reply& reply, std::string_view name, std::optional<std::int64_t> number) {
  reply.bulk(name);
  if (number)
    reply.integer(*number);
  else
    reply.null();
}

void reply_progress(Reply& reply, const StreamValue& stream, const StreamGroup& group) {
  const bool known = group.entries_read != StreamGroup::kUnknown;
  field(reply, "entries-read", known ? std::optional(group.entries_read) : std::nullopt);
  field(reply, "lag", stream.lag(group));
}

// --- XINFO GROUPS, XINFO CONSUMERS -----------------------------------------------------------------------

Outcome info_groups(Call& c) {
  const auto stream = c.db.read<Stream>(c.args.next());
  if (stream.wrong_type()) return err::wrong_type;
  if (!stream) return err::no_such_key;
  const auto& groups = stream.value().groups();
  c.reply.array(groups.size());
  for (const auto& [name, group] : groups) {
    c.reply.map(6);
    field(c.reply, "name", std::string_view(name));
    field(c.reply, "consumers", group.consumers().size());
    field(c.reply, "pending", group.pending().size());
    field(c.reply, "last-delivered-id", group.last_id);
    reply_progress(c.reply, stream.value(), group);
  }
  return done;
}

Outcome info_consumers(Call& c) {
  const auto key = c.args.next(), name = c.args.next();
  const auto stream = c.db.read<Stream>(key);
  if (stream.wrong_type()) return err::wrong_type;
  if (!stream) return err::no_such_key;
  const StreamGroup* group = stream.value().group(name);
  if (group == nullptr)
    return c.fail("NOGROUP No such consumer group '{}' for key name '{}'", until_nul(name), until_nul(key));
  c.reply.array(group->consumers().size());
  for (const auto& [consumer_name, consumer] : group->consumers()) {
    c.reply.map(3);
    field(c.reply, "name", std::string_view(consumer_name));
    field(c.reply, "pending", consumer.pending.size());
    field(c.reply, "idle",
          static_cast<std::uint64_t>(std::max<Millis>(0, c.engine.now_ms() - consumer.seen)));
  }
  return done;
}

// --- XINFO STREAM ----------------------------------------------------------------------------------------

void reply_facts(Reply& reply, const StreamValue& stream) {
  RadixNodes nodes;
  for (auto at = stream.nodes().begin(); at != stream.nodes().end(); at = stream.nodes().next(at))
    nodes.add(stream.nodes()[at].id);
  const StreamValue::Facts& facts = stream.facts();
  field(reply, "length", facts.length);
  field(reply, "radix-tree-keys", stream.nodes().size());
  field(reply, "radix-tree-nodes", nodes.total());
  field(reply, "last-generated-id", facts.last_id);
  field(reply, "max-deleted-entry-id", facts.max_deleted_id);
  field(reply, "entries-added", facts.entries_added);
  field(reply, "recorded-first-entry-id", facts.first_id);
}

void reply_edge(Reply& reply, std::string_view name, const StreamValue& stream, StreamRange::Order order) {
  reply.bulk(name);
  StreamRange range(stream, kFirstStreamId, kLastStreamId, order);
  if (range.next())
    reply_stream_entry(reply, range.entry());
  else
    reply.null();
}

std::size_t at_most(std::size_t n, std::size_t limit) {
  return limit == 0 ? n : std::min(n, limit);
}

void reply_delivery(Reply& reply, const StreamPending& entry) {
  reply.integer(entry.delivered);
  reply.integer(static_cast<std::int64_t>(entry.deliveries));
}

void reply_consumer(Reply& reply, StreamGroup& group, const StreamConsumer& consumer, std::size_t limit) {
  reply.map(4);
  field(reply, "name", consumer.name);
  field(reply, "seen-time", static_cast<std::uint64_t>(consumer.seen));
  field(reply, "pel-count", consumer.pending.size());
  reply.bulk("pending");
  std::size_t n = at_most(consumer.pending.size(), limit);
  reply.array(n);
  for (auto at = consumer.pending.begin(); n > 0; at = consumer.pending.next(at), --n) {
    reply.array(3);
    reply_stream_id(reply, consumer.pending[at].id);
    reply_delivery(reply, *group.pending().find(consumer.pending[at].id));
  }
}

void reply_group(Reply& reply, const StreamValue& stream, std::string_view name, StreamGroup& group,
                 std::size_t limit) {
  reply.map(7);
  field(reply, "name", name);
  field(reply, "last-delivered-id", group.last_id);
  reply_progress(reply, stream, group);
  const StreamGroup::Pending& pending = group.pending();
  field(reply, "pel-count", pending.size());
  reply.bulk("pending");
  std::size_t n = at_most(pending.size(), limit);
  reply.array(n);
  for (auto at = pending.begin(); n > 0; at = pending.next(at), --n) {
    reply.array(4);
    reply_stream_id(reply, pending[at].id);
    reply.bulk(pending[at].value.consumer->name);
    reply_delivery(reply, pending[at].value);
  }
  reply.bulk("consumers");
  reply.array(group.consumers().size());
  for (const auto& [consumer_name, consumer] : group.consumers())
    reply_consumer(reply, group, consumer, limit);
}

void reply_full(Reply& reply, StreamValue& stream, std::size_t limit) {
  reply.map(9);
  reply_facts(reply, stream);
  reply.bulk("entries");
  StreamRange range(stream, kFirstStreamId, kLastStreamId);
  reply_stream_range(reply, range, limit);
  reply.bulk("groups");
  reply.array(stream.groups().size());
  for (auto& [name, group] : stream.groups()) reply_group(reply, stream, name, group, limit);
}

Outcome info_stream(Call& c) {
  const auto stream = c.db.read<Stream>(c.args.next());
  if (stream.wrong_type()) return err::wrong_type;
  if (!stream) return err::no_such_key;
  if (c.args.left() == 0) {
    c.reply.map(10);
    reply_facts(c.reply, stream.value());
    field(c.reply, "groups", stream.value().groups().size());
    reply_edge(c.reply, "first-entry", stream.value(), StreamRange::Order::forward);
    reply_edge(c.reply, "last-entry", stream.value(), StreamRange::Order::backward);
    return done;
  }
  std::int64_t count = 10;
  const std::size_t words = c.args.left();
  if ((words != 1 && words != 3) || !c.args.take("FULL")) return wrong_subcommand(c);
  if (words == 3) {
    if (!c.args.take("COUNT")) return wrong_subcommand(c);
    count = c.args.integer();
    if (!c.args.ok()) return c.args.error();
    if (count < 0) count = 10;
  }
  reply_full(c.reply, stream.value(), static_cast<std::size_t>(count));
  return done;
}

Outcome info_help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "CONSUMERS <key> <groupname>",
      "    The consumers of a group, and how long each has done nothing.",
      "GROUPS <key>",
      "    The groups of a stream, and how far each has read.",
      "STREAM <key> [FULL [COUNT <count>]",
      "    The stream itself; in full with entries, groups, consumers and what is pending.",
  };
  return reply_help(c, kLines);
}

constexpr Command kCommands[] = {
    {.name = "XINFO",
     .arity = -2,
     .group = Group::stream,
     .since = "5.0.0",
     .summary = "What a stream is like."},
    {.name = "XINFO|CONSUMERS",
     .arity = 4,
     .flags = kReadonly,
     .categories = kCatStream,
     .keys = {keys::at(2, kRO | kAccess)},
     .group = Group::stream,
     .since = "5.0.0",
     .tips = "nondeterministic_output",
     .syntax = "key groupname",
     .summary = "Lists the consumers of a group.",
     .run = info_consumers},
    {.name = "XINFO|GROUPS",
     .arity = 3,
     .flags = kReadonly,
     .categories = kCatStream,
     .keys = {keys::at(2, kRO | kAccess)},
     .group = Group::stream,
     .since = "5.0.0",
     .syntax = "key",
     .summary = "Lists the groups of a stream.",
     .run = info_groups},
    {.name = "XINFO|HELP",
     .arity = 2,
     .flags = kLoading | kStale,
     .categories = kCatStream,
     .group = Group::stream,
     .since = "5.0.0",
     .summary = "Lists the subcommands.",
     .run = info_help},
    {.name = "XINFO|STREAM",
     .arity = -3,
     .flags = kReadonly,
     .categories = kCatStream,
     .keys = {keys::at(2, kRO | kAccess)},
     .group = Group::stream,
     .since = "5.0.0",
     .syntax = "key [FULL=full{[COUNT=count:int]}]",
     .summary = "Tells all about a stream.",
     .run = info_stream},
};

}  // namespace

Rows stream_info_commands() {
  return kCommands;
}

}  // namespace redouble
