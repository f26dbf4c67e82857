// What the sorted-set commands share: how members and scores are replied (with scores: flat on RESP2, in
// pairs on RESP3), and the settings that decide about the encoding.
#pragma once

#include "engine/call.h"
#include "engine/types/sorted_set.h"

namespace redouble {

SortedSetValue::Limits sorted_set_limits(const Call& c);

/// Opens the reply for `n` members; as many calls of reply_member follow.
void reply_members_begin(Call& c, std::size_t n, bool with_scores);
void reply_member(Call& c, std::string_view member, double score, bool with_scores);
/// Both for a slice.
void reply_slice(Call& c, const SortedSetValue& set, const Slice& slice, bool with_scores);

/// ZADD, with the arguments of `c`.
Outcome sorted_set_add(Call& c);

/// Stores the outcome of a command under `key`, with `what` for its event, or deletes the key when nothing
/// came of it. It counts as `changes` changes. Replies with the number of members.
Outcome store_sorted_set(Call& c, std::string_view key, std::unique_ptr<SortedSetValue> set, Event what,
                         std::uint64_t changes = 1);

}  // namespace redouble
