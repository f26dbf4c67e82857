#include "engine/eviction_order.h"

namespace redouble {

bool EvictionOrder::is(By by, bool only_timed, std::int64_t decay_minutes) const {
  if (by != by_) return false;
  return by == By::nothing || (only_timed == only_timed_ && decay_minutes == decay_minutes_);
}

void EvictionOrder::start(By by, bool only_timed, std::int64_t decay_minutes) {
  by_ = by;
  only_timed_ = only_timed;
  decay_minutes_ = decay_minutes;
  ranks_.clear();
}

std::vector<Entry*> EvictionOrder::entries() const {
  std::vector<Entry*> all;
  for (const auto& [number, rank] : ranks_)
    for (Entry* entry = rank.first; entry != nullptr; entry = entry->place().behind) all.push_back(entry);
  return all;
}

// LFU: the minute in which the counter will be zero, or the counter itself where it never decays. The clock
// of the age field has sixteen bits of minutes and wraps every 45 days; keys on both sides of that moment are
// ordered as if the later ones were older, as Redis's own arithmetic has it.
std::int64_t EvictionOrder::rank_of(const Entry& entry) const {
  if (by_ == By::recency) return 0;
  const std::int64_t minute = entry.lru >> 8, count = entry.lru & 0xff;
  return decay_minutes_ == 0 ? count : minute + count * decay_minutes_;
}

void EvictionOrder::add(Entry& entry) {
  if (!wants(entry)) return;
  Rank& rank = ranks_[rank_of(entry)];
  entry.place() = {rank.last, nullptr};
  (rank.last != nullptr ? rank.last->place().behind : rank.first) = &entry;
  rank.last = &entry;
}

void EvictionOrder::remove(Entry& entry) {
  if (!active() || !entry.placed) return;
  const auto at = ranks_.find(rank_of(entry));
  if (at == ranks_.end() || !is_in(entry, at->second)) return;
  Entry::Place& place = entry.place();
  (place.before != nullptr ? place.before->place().behind : at->second.first) = place.behind;
  (place.behind != nullptr ? place.behind->place().before : at->second.last) = place.before;
  place = {nullptr, nullptr};
  if (at->second.first == nullptr) ranks_.erase(at);
}

void EvictionOrder::move_to_end(Entry& entry, std::uint32_t age) {
  remove(entry);
  entry.lru = age & 0xffffff;
  add(entry);
}

void EvictionOrder::use_as_of(Entry& entry, std::uint32_t age) {
  use(entry, age);
  if (by_ != By::recency || !wants(entry)) return;
  const auto is_younger = [&](const Entry& other) {
    return other.lru != entry.lru && ((other.lru - entry.lru) & 0xffffff) < 0x800000;
  };
  Entry* before = entry.place().before;
  if (before == nullptr || !is_younger(*before)) return;
  Rank& rank = ranks_[0];
  while (before != nullptr && is_younger(*before)) before = before->place().before;
  // Out of the last place, and in behind `before`.
  rank.last = entry.place().before;
  rank.last->place().behind = nullptr;
  Entry* behind = before != nullptr ? before->place().behind : rank.first;
  entry.place() = {before, behind};
  (before != nullptr ? before->place().behind : rank.first) = &entry;
  behind->place().before = &entry;
}

void EvictionOrder::deadline_changed(Entry& entry) {
  if (!only_timed_ || !active() || !entry.placed) return;
  const auto at = ranks_.find(rank_of(entry));
  const bool in = at != ranks_.end() && is_in(entry, at->second);
  if (in && !wants(entry)) remove(entry);
  if (!in && wants(entry)) add(entry);
}

void EvictionOrder::moved(Entry& from, Entry& to) {
  if (!active() || !from.placed || !to.placed) return;
  const auto at = ranks_.find(rank_of(from));
  if (at == ranks_.end() || !is_in(from, at->second)) return;
  const Entry::Place place = to.place() = from.place();
  from.place() = {nullptr, nullptr};
  (place.before != nullptr ? place.before->place().behind : at->second.first) = &to;
  (place.behind != nullptr ? place.behind->place().before : at->second.last) = &to;
}

}  // namespace redouble
