// The stream commands that know nothing of groups: adding, deleting, trimming, ranges. Reading is in
// stream_read.cpp, groups are in stream_group.cpp and stream_claim.cpp, XINFO is in stream_info.cpp.
#include "engine/types/stream.h"

#include <algorithm>
#include <vector>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/stream_call.h"
#include "engine/engine.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

StreamNode::Limits node_limits(const Engine& engine) {
  return {static_cast<std::uint64_t>(engine.config.number(Setting::stream_node_max_bytes)),
          engine.config.number(Setting::stream_node_max_entries)};
}

// --- XADD, XTRIM -----------------------------------------------------------------------------------------

struct AddOptions {
  StreamTrim trim;
  std::optional<std::int64_t> limit;
  bool only_existing = false;
  std::optional<NewStreamId> id;  // nothing: by the clock
  std::size_t id_at = 0;          // where it stands among the arguments
  std::size_t threshold_at = 0;   // the same of what MAXLEN or MINID asks for
};

// Where the next argument stands.
std::size_t position(const Call& c) {
  return c.args.all().size() - c.args.left();
}

// "= " or "~ " and a threshold, behind MAXLEN or MINID.
Outcome read_strategy(Call& c, AddOptions& options, StreamTrim::By by) {
  StreamTrim& trim = options.trim;
  if (trim.by != StreamTrim::By::nothing) return err::maxlen_with_minid;
  trim.by = by;
  trim.approximate = false;
  if (c.args.left() >= 2 && until_nul(c.args.peek()) == "~") {
    trim.approximate = true;
    c.args.next();
  } else if (c.args.left() >= 2 && until_nul(c.args.peek()) == "=") {
    c.args.next();
  }
  options.threshold_at = position(c);
  if (by == StreamTrim::By::id) {
    const auto id = parse_exact_stream_id(c.args.next());
    if (!id) return err::invalid_stream_id;
    trim.id = *id;
    return done;
  }
  const std::int64_t length = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  if (length < 0) return err::trim_length_negative;
  trim.length = static_cast<std::uint64_t>(length);
  return done;
}

Outcome read_limit(Call& c, AddOptions& options) {
  options.limit = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  if (*options.limit < 0) return err::trim_limit_negative;
  return done;
}

// What an approximate trim looks at without a LIMIT: a hundred nodes.
std::int64_t usual_limit(const Engine& engine) {
  const auto entries = static_cast<std::uint64_t>(engine.config.number(Setting::stream_node_max_entries));
  const auto limit = static_cast<std::int64_t>(entries * 100);
  return limit <= 0 ? 10000 : std::min<std::int64_t>(limit, 1000000);
}

Outcome check_limit(Call& c, AddOptions& options, bool adds) {
  StreamTrim& trim = options.trim;
  if (options.limit.value_or(0) != 0 && trim.by == StreamTrim::By::nothing)
    return err::limit_without_trimming;
  if (!adds && trim.by == StreamTrim::By::nothing) return err::xtrim_without_strategy;
  if (options.limit && !trim.approximate) return err::limit_without_tilde;
  if (trim.approximate) trim.limit = options.limit ? *options.limit : usual_limit(c.engine);
  return done;
}

// Options up to XADD's id, which is taken too, or to the end.
Outcome read_add_options(Call& c, AddOptions& options, bool adds) {
  while (c.args.more()) {
    const bool has_value = c.args.left() > 1;
    Outcome outcome = done;
    options.id_at = position(c);
    if (adds && until_nul(c.args.peek()) == "*") {
      c.args.next();
      break;
    } else if (has_value && c.args.take("MAXLEN")) {
      outcome = read_strategy(c, options, StreamTrim::By::length);
    } else if (has_value && c.args.take("MINID")) {
      outcome = read_strategy(c, options, StreamTrim::By::id);
    } else if (has_value && c.args.take("LIMIT")) {
      outcome = read_limit(c, options);
    } else if (adds && c.args.take("NOMKSTREAM")) {
      options.only_existing = true;
    } else if (adds) {
      options.id = parse_new_stream_id(c.args.next());
      if (!options.id) return err::invalid_stream_id;
      break;
    } else {
      return err::syntax;
    }
    if (outcome.is_error()) return outcome;
  }
  return check_limit(c, options, adds);
}

// The id of the entry to come; nothing when its millisecond has none left.
std::optional<StreamId> next_id(const Call& c, const std::optional<NewStreamId>& wanted, StreamId last) {
  if (!wanted) {
    const auto now = static_cast<std::uint64_t>(c.engine.now_ms());
    return now > last.ms ? StreamId{now, 0} : last.next();
  }
  if (!wanted->any_seq || wanted->id.ms != last.ms) return wanted->id;
  if (last.seq == UINT64_MAX) return std::nullopt;
  return last.next();
}

// The first id that the nodes hold, be it of a deleted entry.
StreamId first_kept_id(const StreamValue& stream) {
  const auto& nodes = stream.nodes();
  const auto at = nodes.begin();
  if (at == nodes.end()) return kLastStreamId;
  StreamNodeReader entry(nodes[at].id, nodes[at].value);
  return entry.first() ? entry.id() : kLastStreamId;
}

// Replicas get the id that was chosen, and where an approximate trim came to its end.
void propagate_add(Call& c, const StreamValue& stream, const AddOptions& options, std::string_view id) {
  const bool approximate = options.trim.by != StreamTrim::By::nothing && options.trim.approximate;
  if (!c.propagates() || (id.empty() && !approximate)) return;
  const Argv all = c.args.all();
  std::vector<std::string_view> words(all.begin(), all.end());
  if (!id.empty()) words[options.id_at] = id;
  const StreamIdText first = format_stream_id(first_kept_id(stream));
  const IntegerText length = format_uint64(stream.size());
  if (approximate) {
    words[options.threshold_at - 1] = "=";
    words[options.threshold_at] = options.trim.by == StreamTrim::By::id ? std::string_view(first) : length;
  }
  c.propagate(words);
}

Outcome xadd(Call& c) {
  const auto key = c.args.next();
  AddOptions options;
  if (const Outcome bad = read_add_options(c, options, true); bad.is_error()) return bad;
  const Argv pairs = c.args.rest();
  if (pairs.empty() || pairs.size() % 2 != 0) return c.wrong_arity();
  if (options.id && !options.id->any_seq && options.id->id.is_zero()) return err::xadd_id_zero;
  auto stream = c.db.write<Stream>(key);
  if (stream.wrong_type()) return err::wrong_type;
  if (!stream && options.only_existing) {
    c.reply.null();
    return done;
  }
  const StreamId last = stream ? stream->facts().last_id : StreamId{};
  if (last == kLastStreamId) return err::xadd_no_id_left;
  const auto id = next_id(c, options.id, last);
  std::uint64_t size = 0;
  for (const auto text : pairs) size += text.size();
  // Redis has no other words for an id that cannot be.
  if (!id || (*id > last && size > StreamNode::kMaxBytes)) return err::xadd_too_large;
  if (*id <= last) return err::xadd_id_too_small;

  if (!stream) stream.create(std::make_unique<StreamValue>());
  stream->append(*id, pairs, node_limits(c.engine));
  const StreamIdText text = format_stream_id(*id);
  c.reply.bulk(text);
  c.db.changed(stream, event::xadd);
  if (options.trim.by != StreamTrim::By::nothing && stream->trim(options.trim) > 0) {
    c.db.account(stream);
    c.db.notify(event::xtrim, key);
  }
  const bool chosen = !options.id || options.id->any_seq;
  propagate_add(c, stream.value(), options, chosen ? std::string_view(text) : "");
  return done;
}

Outcome xtrim(Call& c) {
  const auto key = c.args.next();
  AddOptions options;
  if (const Outcome bad = read_add_options(c, options, false); bad.is_error()) return bad;
  auto stream = c.db.write<Stream>(key);
  if (stream.wrong_type()) return err::wrong_type;
  const std::int64_t removed = stream ? stream->trim(options.trim) : 0;
  if (removed > 0) {
    c.db.changed(stream, event::xtrim, static_cast<std::uint64_t>(removed));
    propagate_add(c, stream.value(), options, {});
  }
  c.reply.integer(removed);
  return done;
}

// --- The rest --------------------------------------------------------------------------------------------

Outcome xdel(Call& c) {
  auto stream = c.db.write<Stream>(c.args.next());
  if (stream.wrong_type()) return err::wrong_type;
  if (!stream) {
    c.reply.integer(0);
    return done;
  }
  const auto ids = parse_stream_ids(c.args.rest());
  if (!ids) return err::invalid_stream_id;
  const auto removed =
      std::count_if(ids->begin(), ids->end(), [&](StreamId id) { return stream->erase(id); });
  if (removed > 0) c.db.changed(stream, event::xdel, static_cast<std::uint64_t>(removed));
  c.reply.integer(removed);
  return done;
}

Outcome xlen(Call& c) {
  const auto stream = c.db.read<Stream>(c.args.next());
  if (stream.wrong_type()) return err::wrong_type;
  c.reply.integer(stream ? static_cast<std::int64_t>(stream->size()) : 0);
  return done;
}

Outcome range(Call& c, StreamRange::Order order) {
  const auto key = c.args.next();
  const bool backward = order == StreamRange::Order::backward;
  const auto first = c.args.next(), second = c.args.next();
  const StreamId from = interval_start(c, backward ? second : first);
  const StreamId to = interval_end(c, backward ? first : second);
  std::int64_t count = -1;
  while (c.args.more()) {
    if (c.args.left() < 2 || !c.args.take("COUNT")) return err::syntax;
    count = std::max<std::int64_t>(0, c.args.integer());
  }
  if (!c.args.ok()) return c.args.error();
  const auto stream = c.db.read<Stream>(key);
  if (stream.wrong_type()) return err::wrong_type;
  if (!stream) {
    c.reply.array(0);
  } else if (count == 0) {
    c.reply.null_array();
  } else {
    StreamRange entries(stream.value(), from, to, order);
    reply_stream_range(c.reply, entries, count < 0 ? 0 : static_cast<std::size_t>(count));
  }
  return done;
}

Outcome xrange(Call& c) {
  return range(c, StreamRange::Order::forward);
}
Outcome xrevrange(Call& c) {
  return range(c, StreamRange::Order::backward);
}

struct SetIdOptions {
  StreamId last_id, max_deleted_id;
  std::optional<std::uint64_t> entries_added;
};

Outcome read_set_id_options(Call& c, SetIdOptions& options) {
  const auto last_id = parse_exact_stream_id(c.args.next());
  if (!last_id) return err::invalid_stream_id;
  options.last_id = *last_id;
  while (c.args.more()) {
    if (c.args.left() < 2) return err::syntax;
    if (c.args.take("ENTRIESADDED")) {
      const std::int64_t n = c.args.integer();
      if (!c.args.ok()) return c.args.error();
      if (n < 0) return err::entries_added_negative;
      options.entries_added = static_cast<std::uint64_t>(n);
    } else if (c.args.take("MAXDELETEDID")) {
      const auto id = parse_exact_stream_id(c.args.next());
      if (!id) return err::invalid_stream_id;
      if (options.last_id < *id) return err::xsetid_below_given_deleted_id;
      options.max_deleted_id = *id;
    } else {
      return err::syntax;
    }
  }
  return done;
}

Outcome xsetid(Call& c) {
  const auto key = c.args.next();
  SetIdOptions options;
  if (const Outcome bad = read_set_id_options(c, options); bad.is_error()) return bad;
  auto stream = c.db.write<Stream>(key);
  if (stream.wrong_type()) return err::wrong_type;
  if (!stream) return err::no_such_key;
  if (stream->size() > 0) {
    if (options.last_id < stream->last_live_id()) return err::xsetid_below_top;
    if (options.entries_added && stream->size() > *options.entries_added) return err::xsetid_below_length;
  }
  stream->set_last_id(options.last_id);
  if (options.entries_added) stream->set_entries_added(*options.entries_added);
  if (!options.max_deleted_id.is_zero()) stream->set_max_deleted_id(options.max_deleted_id);
  c.reply.ok();
  c.db.changed_unseen(stream, event::xsetid);
  return done;
}

constexpr KeySpec kAddKey = [] {
  KeySpec key = keys::at(1, kRW | kUpdate);
  key.notes = "An update, not an insertion: the command may trim.";
  return key;
}();

constexpr Command kCommands[] = {
    {.name = "XADD",
     .arity = -5,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatStream,
     .keys = {kAddKey},
     .group = Group::stream,
     .since = "5.0.0",
     .tips = "nondeterministic_output",
     .syntax =
         "key [NOMKSTREAM@6.2.0] [trim{strategy<MAXLEN|MINID@6.2.0> [operator<equal!=|approximately!~>] "
         "threshold [LIMIT=count:int@6.2.0]}] id_or_auto<auto_id!*|id> field_value{field value}...",
     .summary = "Appends an entry to a stream.",
     .run = xadd},
    {.name = "XTRIM",
     .arity = -4,
     .flags = kWrite,
     .categories = kCatStream,
     .keys = {keys::at(1, kRW | kDelete)},
     .group = Group::stream,
     .since = "5.0.0",
     .tips = "nondeterministic_output",
     .syntax = "key trim{strategy<MAXLEN|MINID@6.2.0> [operator<equal!=|approximately!~>] threshold "
               "[LIMIT=count:int@6.2.0]}",
     .summary = "Deletes the oldest entries of a stream.",
     .run = xtrim},
    {.name = "XDEL",
     .arity = -3,
     .flags = kWrite | kFast,
     .categories = kCatStream,
     .keys = {keys::at(1, kRW | kDelete)},
     .group = Group::stream,
     .since = "5.0.0",
     .syntax = "key id...",
     .summary = "Deletes entries from a stream.",
     .run = xdel},
    {.name = "XLEN",
     .arity = 2,
     .flags = kReadonly | kFast,
     .categories = kCatStream,
     .keys = {keys::at(1, kRO)},
     .group = Group::stream,
     .since = "5.0.0",
     .syntax = "key",
     .summary = "Tells how many entries a stream has.",
     .run = xlen},
    {.name = "XRANGE",
     .arity = -4,
     .flags = kReadonly,
     .categories = kCatStream,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::stream,
     .since = "5.0.0",
     .syntax = "key start end [COUNT=count:int]",
     .summary = "Returns the entries between two ids.",
     .run = xrange},
    {.name = "XREVRANGE",
     .arity = -4,
     .flags = kReadonly,
     .categories = kCatStream,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::stream,
     .since = "5.0.0",
     .syntax = "key end start [COUNT=count:int]",
     .summary = "Returns the entries between two ids, the newest first.",
     .run = xrevrange},
    {.name = "XSETID",
     .arity = -3,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatStream,
     .keys = {keys::at(1, kRW | kUpdate)},
     .group = Group::stream,
     .since = "5.0.0",
     .syntax = "key last-id [ENTRIESADDED=entries_added:int@7.0.0] [MAXDELETEDID=max_deleted_entry_id@7.0.0]",
     .summary = "Sets what a stream remembers of its ids.",
     .run = xsetid},
};

}  // namespace

Rows stream_commands() {
  return kCommands;
}

}  // namespace redouble
