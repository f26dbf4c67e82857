// What the commands on streams share: ids among the arguments, groups and consumers, entries among the
// replies.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "engine/call.h"
#include "engine/types/stream.h"

namespace redouble {

void reply_stream_id(Reply& reply, StreamId id);
/// The entry that the range stands on: its id, and its fields and values in one array.
void reply_stream_entry(Reply& reply, StreamNodeReader& entry);
/// Up to `limit` entries (0: all). REQUIRES: nothing of the range was read yet.
void reply_stream_range(Reply& reply, StreamRange& range, std::size_t limit);
/// The entry of that id. REQUIRES: it is there.
void reply_stream_entry(Reply& reply, const StreamValue& stream, StreamId id);

/// The ends of an interval as XRANGE and XPENDING take it. Errors go to `c.args`.
StreamId interval_start(Call& c, std::string_view text);
StreamId interval_end(Call& c, std::string_view text);

/// The arguments as exact ids; nothing when one of them is none.
std::optional<std::vector<StreamId>> parse_stream_ids(Argv words);

/// The consumer of that name, which is seen now; made if there is none, with its event.
StreamConsumer& active_consumer(Call& c, const Stream& stream, StreamGroup& group, std::string_view name);
/// Replicas are told who has a pending entry, by what was delivered and not by who asked. `id` is the entry's
/// as the client wrote it. REQUIRES: the entry has an owner.
void propagate_claim(Call& c, std::string_view key, std::string_view group_name, const StreamGroup& group,
                     std::string_view id, const StreamPending& entry);
/// Replicas are told how far a group has read.
void propagate_group_id(Call& c, std::string_view key, std::string_view name, const StreamGroup& group);
/// "No such key … or consumer group …".
Outcome no_such_group(Call& c, std::string_view key, std::string_view group);

}  // namespace redouble
