// The order in which keys would be evicted, exactly: the least recently or least frequently used key of the
// whole server first. Doubly linked lists through the entries themselves (two words a key), one for LRU, one
// a rank for LFU; nothing at all while no policy needs it.
//
// LRU: keys in the order of their last use. LFU: the key with the lowest counter now; of equal counters the
// one that decays to zero first (or is there longest), then the longest unused. The first two are one
// number, the minute in which the counter is zero. Under volatile policies only keys with a time to live are
// in it. Invariant: an entry is in the order exactly when the policy wants it, from Keyspace's insert to its
// erase.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "engine/entry.h"

namespace redouble {

class EvictionOrder {
 public:
  enum class By : std::uint8_t { nothing, recency, frequency };

  /// Which order it is.
  struct Kind {
    By by = By::nothing;
    bool only_timed = false;
    std::int64_t decay_minutes = 1;
    bool operator==(const Kind&) const = default;
  };
  Kind kind() const { return {by_, only_timed_, decay_minutes_}; }

  /// Whether entries are to have room for their places.
  bool active() const { return by_ != By::nothing; }
  By by() const { return by_; }
  /// Whether it is this order. `decay_minutes`: what a counter loses one for, 0 for never.
  bool is(By by, bool only_timed, std::int64_t decay_minutes) const;
  /// Starts an order, empty.
  void start(By by, bool only_timed, std::int64_t decay_minutes);

  /// Forgets all entries, whose places mean nothing then.
  void clear() { ranks_.clear(); }
  /// All that are in it, the next to go first.
  std::vector<Entry*> entries() const;

  /// Puts in an entry that is not in it, if the policy wants it, behind its equals.
  void add(Entry& entry);
  void remove(Entry& entry);
  /// The entry's age field becomes `age`: it is used now.
  void use(Entry& entry, std::uint32_t age) {
    if (active()) [[unlikely]]
      return move_to_end(entry, age);
    entry.lru = age & 0xffffff;
  }
  /// The same for an age of its own, which need not be now (RESTORE … IDLETIME): goes where that belongs.
  void use_as_of(Entry& entry, std::uint32_t age);
  /// The entry was given or lost its deadline.
  void deadline_changed(Entry& entry);
  /// `to` takes the place of `from`, which is in the order no more. REQUIRES: the same age field.
  void moved(Entry& from, Entry& to);
  /// The entry to evict next; nullptr when there is none.
  Entry* first() const { return ranks_.empty() ? nullptr : ranks_.begin()->second.first; }

 private:
  struct Rank {
    Entry* first = nullptr;
    Entry* last = nullptr;
  };

  void move_to_end(Entry& entry, std::uint32_t age);
  std::int64_t rank_of(const Entry& entry) const;
  bool wants(const Entry& entry) const {
    return active() && entry.placed && (!only_timed_ || entry.has_ttl());
  }
  static bool is_in(Entry& entry, const Rank& rank) {
    return entry.place().before != nullptr || rank.first == &entry;
  }

  By by_ = By::nothing;
  bool only_timed_ = false;
  std::int64_t decay_minutes_ = 1;
  std::map<std::int64_t, Rank> ranks_;
};

}  // namespace redouble
