// XREAD and XREADGROUP. A call that finds nothing and may wait is parked with its ids pinned ("$" is the last
// id at that moment), and served by what comes behind them; a reader of a group by what comes behind the
// group's own last id, first come first served.
#include <algorithm>
#include <unordered_map>
#include <vector>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/stream_call.h"
#include "engine/engine.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

// Entries that a parked call without COUNT gets at most.
constexpr std::size_t kMostWhenParked = 1000;

struct ReadOptions {
  bool of_group = false;  // XREADGROUP
  std::optional<std::string_view> group;
  std::string_view consumer;
  bool no_ack = false;
  std::size_t count = 0;  // 0: all
  std::optional<Millis> deadline;
  Argv keys, ids;
  std::size_t ids_at = 0;  // in argv
};

Outcome read_streams(Call& c, ReadOptions& options) {
  const Argv streams = c.args.rest();
  if (streams.size() % 2 != 0) return err::xread_unbalanced;
  options.keys = streams.first(streams.size() / 2);
  options.ids = streams.subspan(streams.size() / 2);
  options.ids_at = c.args.all().size() - options.ids.size();
  return done;
}

Outcome read_options(Call& c, ReadOptions& options) {
  options.of_group = c.command.name == "XREADGROUP";
  while (c.args.more()) {
    const bool has_value = c.args.left() > 1;
    if (has_value && c.args.take("BLOCK")) {
      if (c.session.script_of != nullptr)
        return c.fail("ERR {} command is not allowed with BLOCK option from scripts",
                      until_nul(c.args.all()[0]));
      options.deadline = c.timeout_in_milliseconds();
    } else if (has_value && c.args.take("COUNT")) {
      options.count = static_cast<std::size_t>(std::max<std::int64_t>(0, c.args.integer()));
    } else if (has_value && c.args.take("STREAMS")) {
      if (const Outcome bad = read_streams(c, options); bad.is_error()) return bad;
    } else if (c.args.left() > 2 && c.args.take("GROUP")) {
      if (!options.of_group) return err::xread_group;
      options.group = c.args.next();
      options.consumer = c.args.next();
    } else if (c.args.take("NOACK")) {
      if (!options.of_group) return err::xread_noack;
      options.no_ack = true;
    } else {
      return err::syntax;
    }
  }
  if (!c.args.ok()) return c.args.error();
  if (options.keys.empty()) return err::syntax;
  if (options.of_group && !options.group) return err::xreadgroup_without_group;
  return done;
}

// --- Where to read from ----------------------------------------------------------------------------------

struct Source {
  StreamId behind;  // what is read stands behind this id
  StreamGroup* group = nullptr;
  bool only_new = false;  // XREADGROUP's ">": behind the group's last id
  bool serves = false;    // there is something to read
};

// Resolves the ids of all keys, and with them the groups.
Outcome find_sources(Call& c, const ReadOptions& options, std::vector<Source>& sources) {
  for (std::size_t i = 0; i < options.keys.size(); ++i) {
    auto stream = c.db.read<Stream>(options.keys[i]);
    if (options.group) c.db.own(stream);
    if (stream.wrong_type()) return err::wrong_type;
    Source& source = sources.emplace_back();
    if (options.group) {
      source.group = stream ? stream->group(*options.group) : nullptr;
      if (source.group == nullptr)
        return c.fail("NOGROUP No such key '{}' or consumer group '{}' in XREADGROUP with GROUP option",
                      until_nul(options.keys[i]), until_nul(*options.group));
    }
    const std::string_view word = until_nul(options.ids[i]);
    if (word == "$") {
      if (options.of_group) return err::xreadgroup_last;
      if (stream) source.behind = stream->facts().last_id;
    } else if (word == ">") {
      if (!options.of_group) return err::xread_new_of_group;
      source.behind = kLastStreamId;
    } else {
      const auto id = parse_exact_stream_id(options.ids[i]);
      if (!id) return err::invalid_stream_id;
      source.behind = *id;
    }
    source.only_new = options.of_group && source.behind == kLastStreamId;
    if (source.only_new) source.behind = source.group->last_id;
  }
  return done;
}

bool has_something(const Stream& stream, const Source& source) {
  if (!stream) return false;
  if (source.group != nullptr && !source.only_new) return true;  // history, if only an empty one
  // Most often nothing is new: that is told without looking at entries.
  if (stream.value().size() == 0 || stream.value().facts().last_id <= source.behind) return false;
  return stream.value().last_live_id() > source.behind;
}

// How many entries are new to each group and not yet promised to a key that stands in front.
using Unread = std::unordered_map<const StreamGroup*, std::size_t>;

// The same where the key may be named again: of what is new to a group the later ones get what is left.
bool has_something_left(const Stream& stream, const Source& source, std::size_t count, Unread& unread) {
  if (!has_something(stream, source)) return false;
  if (!source.only_new) return true;
  const auto [at, is_first] = unread.try_emplace(source.group);
  if (is_first) at->second = StreamRange(stream.value(), source.behind.next(), kLastStreamId).count();
  const bool any = at->second > 0;
  at->second -= count == 0 ? at->second : std::min(at->second, count);
  return any;
}

// --- Replies ---------------------------------------------------------------------------------------------

// What a consumer has not acknowledged: entries that are deleted meanwhile have no fields.
void reply_history(Call& c, const StreamValue& stream, StreamGroup& group, const StreamConsumer& consumer,
                   StreamId from, std::size_t limit) {
  const auto& ids = consumer.pending;
  const auto first = ids.lower_bound(from);
  std::size_t n = 0;
  for (auto at = first; at != ids.end() && (limit == 0 || n < limit); at = ids.next(at)) ++n;
  c.reply.array(n);
  for (auto at = first; n > 0; at = ids.next(at), --n) {
    StreamRange entry(stream, ids[at].id, ids[at].id);
    if (entry.next()) {
      reply_stream_entry(c.reply, entry.entry());
      StreamPending& pending = *group.pending().find(ids[at].id);
      pending.delivered = c.engine.now_ms();
      ++pending.deliveries;
    } else {
      c.reply.array(2);
      reply_stream_id(c.reply, ids[at].id);
      c.reply.null_array();
    }
  }
}

// Entries that are new to the group; without NOACK they are pending from now on.
void reply_new_entries(Call& c, const Stream& of, StreamGroup& group, StreamConsumer& consumer, StreamId from,
                       const ReadOptions& options, std::size_t limit) {
  const StreamValue& stream = of.value();
  StreamRange range(stream, from, kLastStreamId);
  const std::size_t n = range.count(limit);
  c.reply.array(n);
  for (std::size_t i = 0; i < n && range.next(); ++i) {
    const StreamId id = range.entry().id();
    stream.note_read(group, id);
    reply_stream_entry(c.reply, range.entry());
    if (options.no_ack) continue;
    group.deliver(id, consumer, c.engine.now_ms());
    if (c.propagates())
      propagate_claim(c, of.key(), *options.group, group, format_stream_id(id), *group.pending().find(id));
  }
  if (options.no_ack && n > 0) propagate_group_id(c, of.key(), *options.group, group);
}

void reply_source(Call& c, Stream& stream, const Source& source, const ReadOptions& options,
                  std::size_t limit) {
  const StreamId from = source.behind.next();
  if (source.group == nullptr) {
    StreamRange range(stream.value(), from, kLastStreamId);
    return reply_stream_range(c.reply, range, limit);
  }
  const bool is_new = source.group->consumer(options.consumer) == nullptr;
  StreamConsumer& consumer = active_consumer(c, stream, *source.group, options.consumer);
  // Where entries become pending, replicas learn of the consumer by them.
  if (is_new && options.no_ack)
    c.propagate_effect({"XGROUP", "CREATECONSUMER", stream.key(), *options.group, options.consumer});
  if (source.only_new)
    reply_new_entries(c, stream, *source.group, consumer, from, options, limit);
  else
    reply_history(c, stream.value(), *source.group, consumer, from, limit);
  c.db.account(stream);
}

void begin_streams(Call& c, std::size_t n) {
  if (c.reply.protocol() == 2)
    c.reply.array(n);
  else
    c.reply.map(n);
}

void begin_stream(Call& c, std::string_view key) {
  if (c.reply.protocol() == 2) c.reply.array(2);
  c.reply.bulk(key);
}

// --- Waiting ---------------------------------------------------------------------------------------------

// Parks the call; what "$" stands for now is written into it.
Outcome wait(Call& c, const ReadOptions& options, const std::vector<Source>& sources) {
  const Argv argv = c.args.all();
  std::vector<std::string_view> pinned(argv.begin(), argv.end());
  std::vector<StreamIdText> ids(options.of_group ? 0 : sources.size());
  for (std::size_t i = 0; i < ids.size(); ++i)
    pinned[options.ids_at + i] = ids[i] = format_stream_id(sources[i].behind);
  return c.park(Type::stream, options.keys, *options.deadline, Call::reply_null_array,
                {pinned, options.group ? err::stream_is_gone : std::string_view()});
}

// A parked call is run again because of one key. As in Redis the last id decides, of an entry that may be
// deleted again: then the reply is empty.
Outcome serve(Call& c, const ReadOptions& options, std::string_view key) {
  auto stream = Stream(c.db.write(key));
  if (options.group) c.db.own(stream);
  const auto at = std::find(options.keys.begin(), options.keys.end(), key) - options.keys.begin();
  Source source;
  if (options.group) {
    source.group = stream.value().group(*options.group);
    if (source.group == nullptr) return err::group_is_gone;
    source.only_new = true;
    source.behind = source.group->last_id;
  } else {
    source.behind = *parse_exact_stream_id(options.ids[static_cast<std::size_t>(at)]);
  }
  if (stream.value().facts().last_id <= source.behind) return blocked;
  begin_streams(c, 1);
  begin_stream(c, key);
  reply_source(c, stream, source, options, options.count > 0 ? options.count : kMostWhenParked);
  return done;
}

Outcome xread(Call& c) {
  ReadOptions options;
  if (const Outcome bad = read_options(c, options); bad.is_error()) return bad;
  c.telling = Call::Telling::nothing;
  if (const auto ready = c.engine.ready_key()) return serve(c, options, *ready);
  std::vector<Source> sources;
  if (const Outcome bad = find_sources(c, options, sources); bad.is_error()) return bad;

  std::vector<Stream> streams;
  Unread unread;
  std::size_t n = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    streams.emplace_back(c.db.read(options.keys[i]));
    sources[i].serves = sources.size() == 1
                            ? has_something(streams[i], sources[i])
                            : has_something_left(streams[i], sources[i], options.count, unread);
    if (sources[i].serves) ++n;
  }
  if (n > 0) {
    begin_streams(c, n);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (!sources[i].serves) continue;
      begin_stream(c, options.keys[i]);
      if (sources[i].only_new) sources[i].behind = sources[i].group->last_id;
      reply_source(c, streams[i], sources[i], options, options.count);
      if (options.group) c.db.count_changes(1);
    }
    return done;
  }
  if (options.deadline) return wait(c, options, sources);
  c.reply.null_array();
  return done;
}

constexpr KeySpec kKeysOfXread = keys::after("STREAMS", 1, -1, 1, kRO | kAccess, 2);
constexpr KeySpec kKeysOfXreadgroup = keys::after("STREAMS", 4, -1, 1, kRO | kAccess, 2);

constexpr Command kCommands[] = {
    {.name = "XREAD",
     .arity = -4,
     .flags = kReadonly | kBlocking | kMovableKeys,
     .categories = kCatStream,
     .keys = {kKeysOfXread},
     .group = Group::stream,
     .since = "5.0.0",
     .syntax = "[COUNT=count:int] [BLOCK=milliseconds:int] STREAMS=streams{key... id...}",
     .summary = "Returns the entries behind given ids of several streams; may wait for some.",
     .run = xread},
    {.name = "XREADGROUP",
     .arity = -7,
     .flags = kWrite | kBlocking | kMovableKeys,
     .categories = kCatStream,
     .keys = {kKeysOfXreadgroup},
     .group = Group::stream,
     .since = "5.0.0",
     .syntax = "GROUP=group_consumer{group consumer} [COUNT=count:int] [BLOCK=milliseconds:int] [NOACK] "
               "STREAMS=streams{key... id...}",
     .summary = "Returns entries that are new to a group, or pending at one of its consumers; may wait for "
                "some.",
     .run = xread},
};

}  // namespace

Rows stream_read_commands() {
  return kCommands;
}

}  // namespace redouble
