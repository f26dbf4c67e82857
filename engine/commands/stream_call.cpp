#include "engine/commands/stream_call.h"

#include "engine/engine.h"
#include "protocol/quoted.h"

namespace redouble {

void reply_stream_id(Reply& reply, StreamId id) {
  reply.bulk(format_stream_id(id));
}

void reply_stream_entry(Reply& reply, StreamNodeReader& entry) {
  reply.array(2);
  reply_stream_id(reply, entry.id());
  reply.array(entry.fields() * 2);
  IntegerText scratch;
  entry.for_each_field([&](const Listpack::Item& field, const Listpack::Item& value) {
    reply.bulk(field.bytes(scratch));
    reply.bulk(value.bytes(scratch));
  });
}

void reply_stream_range(Reply& reply, StreamRange& range, std::size_t limit) {
  const std::size_t n = range.count(limit);
  reply.array(n);
  for (std::size_t i = 0; i < n && range.next(); ++i) reply_stream_entry(reply, range.entry());
}

void reply_stream_entry(Reply& reply, const StreamValue& stream, StreamId id) {
  StreamRange range(stream, id, id);
  if (range.next()) reply_stream_entry(reply, range.entry());
}

StreamId interval_start(Call& c, std::string_view text) {
  const auto bound = parse_stream_bound(text, 0);
  if (!bound)
    c.args.fail(err::invalid_stream_id);
  else if (!bound->exclusive)
    return bound->id;
  else if (bound->id == kLastStreamId)
    c.args.fail(err::invalid_interval_start);
  else
    return bound->id.next();
  return {};
}

StreamId interval_end(Call& c, std::string_view text) {
  const auto bound = parse_stream_bound(text, UINT64_MAX);
  if (!bound)
    c.args.fail(err::invalid_stream_id);
  else if (!bound->exclusive)
    return bound->id;
  else if (bound->id == kFirstStreamId)
    c.args.fail(err::invalid_interval_end);
  else
    return bound->id.previous();
  return {};
}

std::optional<std::vector<StreamId>> parse_stream_ids(Argv words) {
  std::vector<StreamId> ids;
  ids.reserve(words.size());
  for (const auto word : words) {
    const auto id = parse_exact_stream_id(word);
    if (!id) return std::nullopt;
    ids.push_back(*id);
  }
  return ids;
}

StreamConsumer& active_consumer(Call& c, const Stream& stream, StreamGroup& group, std::string_view name) {
  if (StreamConsumer* consumer = group.consumer(name)) {
    consumer->seen = c.engine.now_ms();
    return *consumer;
  }
  StreamConsumer& consumer = group.create_consumer(name, c.engine.now_ms());
  c.db.changed_unseen(stream, event::xgroup_createconsumer);
  return consumer;
}

void propagate_claim(Call& c, std::string_view key, std::string_view group_name, const StreamGroup& group,
                     std::string_view id, const StreamPending& entry) {
  if (!c.propagates()) return;
  c.propagate_effect({"XCLAIM", key, group_name, entry.consumer->name, "0", id, "TIME",
                      format_int64(entry.delivered), "RETRYCOUNT", format_uint64(entry.deliveries), "FORCE",
                      "JUSTID", "LASTID", format_stream_id(group.last_id)});
}

void propagate_group_id(Call& c, std::string_view key, std::string_view name, const StreamGroup& group) {
  if (!c.propagates()) return;
  c.propagate_effect({"XGROUP", "SETID", key, name, format_stream_id(group.last_id), "ENTRIESREAD",
                      format_int64(group.entries_read)});
}

Outcome no_such_group(Call& c, std::string_view key, std::string_view group) {
  return c.fail("NOGROUP No such key '{}' or consumer group '{}'", until_nul(key), until_nul(group));
}

}  // namespace redouble
