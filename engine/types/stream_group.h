// A consumer group of a stream: how far it has read, which entries wait for an acknowledgement, and who got
// them. Invariant: an id is pending in the group exactly when it is pending at one consumer, whom the group's
// item names; only a group that is being loaded may have items without an owner.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "engine/entry.h"
#include "engine/types/id_map.h"

namespace redouble {

struct StreamConsumer {
  struct Nothing {};
  using Ids = IdMap<Nothing>;

  explicit StreamConsumer(Tally& tally) : pending(tally) {}

  std::string_view name;  // the key under which its group has it
  Millis seen = 0;        // when it last claimed or read something
  Ids pending;            // details are in the group
};

/// An entry that was delivered and not acknowledged.
struct StreamPending {
  static constexpr std::size_t kModelledBytes = 32;

  Millis delivered = 0;
  std::uint64_t deliveries = 1;
  StreamConsumer* consumer = nullptr;
};

class StreamGroup {
 public:
  using Pending = IdMap<StreamPending>;
  using Consumers = std::map<std::string, StreamConsumer, std::less<>>;
  static constexpr std::int64_t kUnknown = -1;

  /// `tally` counts its memory and outlives it.
  explicit StreamGroup(Tally& tally) : tally_(&tally), pending_(tally) {}
  ~StreamGroup();
  /// Becomes equal to another group. REQUIRES: it is new.
  void copy_from(const StreamGroup& other);
  /// The same, with the memory that it has come to use.
  void copy_exactly(const StreamGroup& other);

  StreamId last_id;                      // the last that was delivered
  std::int64_t entries_read = kUnknown;  // how many there were up to that one, as far as can be told

  Pending& pending() { return pending_; }
  const Pending& pending() const { return pending_; }
  const Consumers& consumers() const { return consumers_; }
  /// nullptr when there is none of that name.
  StreamConsumer* consumer(std::string_view name);
  /// REQUIRES: there is none of that name.
  StreamConsumer& create_consumer(std::string_view name, Millis now);
  /// Removes a consumer and what is pending at it.
  void delete_consumer(StreamConsumer& consumer);

  /// The entry was delivered to a consumer for the first time, or once more from the start.
  void deliver(StreamId id, StreamConsumer& consumer, Millis now);
  /// Gives a pending entry, which may have no owner yet, to a consumer.
  void assign(StreamId id, StreamPending& entry, StreamConsumer& consumer);
  /// False when the entry is not pending.
  bool acknowledge(StreamId id);
  /// Removes a pending entry; returns the position of what follows.
  Pending::Position remove(Pending::Position at);

 private:
  void count(std::string_view name);
  void uncount(std::string_view name);

  Tally* tally_;
  Pending pending_;
  Consumers consumers_;
};

}  // namespace redouble
