#include "engine/types/stream_group.h"

#include "engine/memory_model.h"

#include <new>
#include <vector>

namespace redouble {
namespace {

// What a consumer takes beside its pending ids: the map's node and its name.
std::size_t footprint(std::string_view name) {
  return sizeof(StreamGroup::Consumers::value_type) + 4 * sizeof(void*) + name.size();
}

// redis-server's structure, the name and the name's nodes in a tree.
std::size_t modelled(std::string_view name) {
  constexpr std::size_t kConsumer = 32;
  return kConsumer + memory_model::string_allocation(name.size()) + memory_model::tree_name_bytes(name);
}

}  // namespace

void StreamGroup::count(std::string_view name) {
  tally_->bytes += footprint(name);
  tally_->modelled += modelled(name);
}

void StreamGroup::uncount(std::string_view name) {
  tally_->bytes -= footprint(name);
  tally_->modelled -= modelled(name);
}

StreamGroup::~StreamGroup() {
  for (const auto& [name, consumer] : consumers_) uncount(name);
}

void StreamGroup::copy_from(const StreamGroup& other) {
  last_id = other.last_id;
  entries_read = other.entries_read;
  for (const auto& [name, consumer] : other.consumers_) create_consumer(name, consumer.seen);
  for (auto at = other.pending_.begin(); at != other.pending_.end(); at = other.pending_.next(at)) {
    const auto& [id, entry] = other.pending_[at];
    StreamPending* copy = pending_.insert(id, {entry.delivered, entry.deliveries, nullptr}).first;
    if (entry.consumer != nullptr) assign(id, *copy, *consumer(entry.consumer->name));
  }
}

void StreamGroup::copy_exactly(const StreamGroup& other) {
  for (const auto& [name, from] : other.consumers_)
    create_consumer(name, from.seen).pending.copy_from(from.pending, [](StreamConsumer::Nothing) {
      return StreamConsumer::Nothing();
    });
  pending_.copy_from(other.pending_, [&](const StreamPending& entry) {
    return StreamPending{entry.delivered, entry.deliveries,
                         entry.consumer == nullptr ? nullptr : consumer(entry.consumer->name)};
  });
}

StreamConsumer* StreamGroup::consumer(std::string_view name) {
  const auto at = consumers_.find(name);
  return at == consumers_.end() ? nullptr : &at->second;
}

StreamConsumer& StreamGroup::create_consumer(std::string_view name, Millis now) {
  const auto at = consumers_.try_emplace(std::string(name), *tally_).first;
  at->second.name = at->first;
  at->second.seen = now;
  count(name);
  return at->second;
}

void StreamGroup::delete_consumer(StreamConsumer& consumer) {
  const auto& ids = consumer.pending;
  for (auto at = ids.begin(); at != ids.end(); at = ids.next(at)) pending_.erase(ids[at].id);
  uncount(consumer.name);
  consumers_.erase(consumers_.find(consumer.name));
}

void StreamGroup::deliver(StreamId id, StreamConsumer& consumer, Millis now) {
  const auto [entry, added] = pending_.insert(id, {now, 1, nullptr});
  if (!added) {
    entry->delivered = now;
    entry->deliveries = 1;
  }
  try {
    assign(id, *entry, consumer);
  } catch (const std::bad_alloc&) {
    if (added) pending_.erase(id);
    throw;
  }
}

void StreamGroup::assign(StreamId id, StreamPending& entry, StreamConsumer& consumer) {
  if (entry.consumer == &consumer) return;
  consumer.pending.insert(id, {});
  if (entry.consumer != nullptr) entry.consumer->pending.erase(id);
  entry.consumer = &consumer;
}

bool StreamGroup::acknowledge(StreamId id) {
  const auto at = pending_.lower_bound(id);
  if (at == pending_.end() || pending_[at].id != id) return false;
  remove(at);
  return true;
}

StreamGroup::Pending::Position StreamGroup::remove(Pending::Position at) {
  const auto& [id, entry] = pending_[at];
  if (entry.consumer != nullptr) entry.consumer->pending.erase(id);
  return pending_.erase(at);
}

}  // namespace redouble
