#include "engine/types/stream.h"

#include <new>

#include "engine/digest.h"
#include "engine/memory_model.h"
#include "engine/types/radix_nodes.h"

namespace redouble {
namespace {

std::size_t group_footprint(std::string_view name) {
  return sizeof(StreamValue::Groups::value_type) + 4 * sizeof(void*) + name.size();
}

// redis-server's rough reckoning of a radix tree of ids, as 7.0.15 makes it.
template <class T>
std::size_t modelled_tree(const IdMap<T>& ids) {
  constexpr std::size_t kNodeBytes = 4 + 30 * 8;
  RadixNodes nodes;
  for (auto at = ids.begin(); at != ids.end(); at = ids.next(at)) nodes.add(ids[at].id);
  return ids.size() * sizeof(StreamId) + nodes.total() * kNodeBytes;
}

std::size_t modelled_group(const StreamGroup& group) {
  constexpr std::size_t kGroupBytes = 40, kPendingBytes = 24, kConsumerBytes = 24;
  std::size_t bytes = kGroupBytes + modelled_tree(group.pending()) + group.pending().size() * kPendingBytes;
  for (const auto& [name, consumer] : group.consumers())
    bytes += kConsumerBytes + name.size() + modelled_tree(consumer.pending);
  return bytes;
}

// A group's structure, its tree of consumers, its name in the stream's tree.
std::size_t modelled_group_shell(std::string_view name) {
  constexpr std::size_t kGroup = 48;
  return kGroup + memory_model::kEmptyTree + memory_model::tree_name_bytes(name);
}

}  // namespace

std::unique_ptr<Object> StreamValue::clone() const {
  auto copy = std::make_unique<StreamValue>();
  for (auto at = nodes_.begin(); at != nodes_.end(); at = nodes_.next(at))
    copy->load_node(nodes_[at].id, nodes_[at].value.clone());
  copy->facts_ = facts_;
  for (const auto& [name, group] : groups_)
    copy->create_group(name, group.last_id, group.entries_read).copy_from(group);
  return copy;
}

std::unique_ptr<Object> StreamValue::exact_copy() const {
  auto copy = std::make_unique<StreamValue>();
  copy->nodes_.copy_from(nodes_, [](const StreamNode& node) { return node.exact_copy(); });
  for (auto at = copy->nodes_.begin(); at != copy->nodes_.end(); at = copy->nodes_.next(at))
    copy->count(copy->nodes_[at].value);
  copy->facts_ = facts_;
  for (const auto& [name, group] : groups_)
    copy->create_group(name, group.last_id, group.entries_read).copy_exactly(group);
  return copy;
}

std::size_t StreamValue::modelled_bytes(std::size_t samples) const {
  constexpr std::size_t kStreamBytes = 80;
  std::size_t bytes = kStreamBytes + modelled_tree(nodes_);
  std::size_t weighed = 0, weight = 0;
  for (auto at = nodes_.begin(); at != nodes_.end() && (samples == 0 || weighed < samples);
       at = nodes_.next(at), ++weighed)
    weight += nodes_[at].value.modelled_bytes();
  // The rest is taken to be like the first ones, but for the last.
  if (weighed < nodes_.size())
    weight = weight / weighed * (nodes_.size() - 1) + nodes_.back().value.modelled_bytes();
  bytes += weight;
  for (const auto& [name, group] : groups_) bytes += modelled_group(group);
  return bytes;
}

std::size_t StreamValue::modelled_allocations() const {
  constexpr std::size_t kStream = 80;
  return memory_model::kObject + kStream + tally_.modelled + (groups_.empty() ? 0 : memory_model::kEmptyTree);
}

void StreamValue::digest(DigestSum& sum) const {
  IntegerText scratch;
  StreamRange range(*this, kFirstStreamId, kLastStreamId);
  while (range.next()) {
    StreamIdText id = format_stream_id(range.entry().id());
    id.data()[format_uint64(range.entry().id().ms).size()] = '.';
    sum.add_ordered(id);
    range.entry().for_each_field([&](Listpack::Item field, Listpack::Item value) {
      sum.add_ordered(field.bytes(scratch));
      sum.add_ordered(value.bytes(scratch));
    });
  }
}

bool StreamValue::dismantle(std::size_t n) {
  for (std::size_t freed = 0; freed < n && !nodes_.empty();) {
    freed += nodes_.back().value.pack().count();
    drop_node(nodes_.previous(nodes_.end()));
  }
  if (nodes_.empty() && !groups_.empty()) groups_.erase(groups_.begin());
  return nodes_.empty() && groups_.empty();
}

void StreamValue::count(const StreamNode& node) {
  tally_.bytes += node.pack().bytes();
  tally_.modelled += node.modelled_bytes();
}

void StreamValue::uncount(const StreamNode& node) {
  tally_.bytes -= node.pack().bytes();
  tally_.modelled -= node.modelled_bytes();
}

template <class Change>
void StreamValue::change(StreamNode& node, Change&& apply) {
  uncount(node);
  try {
    apply(node);
  } catch (const std::bad_alloc&) {
    count(node);
    throw;
  }
  count(node);
}

// The node in which an entry of that id would be; end() when it would be in front of all.
StreamValue::Nodes::Position StreamValue::node_of(StreamId id) const {
  const auto at = nodes_.lower_bound(id);
  if (at != nodes_.end() && nodes_[at].id == id) return at;
  return at == nodes_.begin() ? nodes_.end() : nodes_.previous(at);
}

void StreamValue::append(StreamId id, Argv pairs, const StreamNode::Limits& limits) {
  std::uint64_t size = 0;
  for (const auto text : pairs) size += text.size();
  if (nodes_.empty() || !nodes_.back().value.has_room_for(size, limits)) {
    if (!nodes_.empty()) change(nodes_.back().value, [](StreamNode& full) { full.finish(); });
    count(*nodes_.insert(id, StreamNode(limits)).first);
  }
  const StreamId key = nodes_.back().id;
  try {
    change(nodes_.back().value, [&](StreamNode& node) { node.append(key, id, pairs); });
  } catch (const std::bad_alloc&) {
    if (nodes_.back().value.pack().empty()) drop_node(nodes_.previous(nodes_.end()));
    throw;
  }
  ++facts_.entries_added;
  facts_.last_id = id;
  if (++facts_.length == 1) facts_.first_id = id;
}

StreamValue::Nodes::Position StreamValue::drop_node(Nodes::Position at) {
  uncount(nodes_[at].value);
  return nodes_.erase(at);
}

bool StreamValue::contains(StreamId id) const {
  return StreamRange(*this, id, id).next();
}

bool StreamValue::erase(StreamId id) {
  const auto at = node_of(id);
  if (at == nodes_.end()) return false;
  StreamNodeReader entry(nodes_[at].id, nodes_[at].value);
  bool more = entry.first();
  while (more && entry.id() < id) more = entry.next();
  if (!more || entry.id() != id || entry.deleted()) return false;
  if (nodes_[at].value.live() == 1)
    drop_node(at);
  else
    change(nodes_[at].value, [&](StreamNode& node) {
      node.mark_deleted(entry.position());
      node.count_deleted(1);
    });
  --facts_.length;
  if (id == facts_.first_id) find_first_id();
  if (id > facts_.max_deleted_id) facts_.max_deleted_id = id;
  return true;
}

void StreamValue::find_first_id() {
  StreamRange range(*this, kFirstStreamId, kLastStreamId);
  facts_.first_id = range.next() ? range.entry().id() : kFirstStreamId;
}

StreamId StreamValue::last_live_id() const {
  StreamRange range(*this, kFirstStreamId, kLastStreamId, StreamRange::Order::backward);
  return range.next() ? range.entry().id() : kFirstStreamId;
}

// --- Trimming --------------------------------------------------------------------------------------------

bool StreamValue::may_drop(Nodes::Position at, const StreamTrim& how) const {
  const auto& [key, node] = nodes_[at];
  if (how.by == StreamTrim::By::length)
    return facts_.length - static_cast<std::uint64_t>(node.live()) >= how.length;
  StreamNodeReader entry(key, node);
  return !entry.last() || entry.id() < how.id;
}

std::int64_t StreamValue::trim_node(Nodes::Position at, const StreamTrim& how) {
  StreamNode& node = nodes_[at].value;
  std::int64_t removed = 0;
  StreamNodeReader entry(nodes_[at].id, node);
  for (bool more = entry.first(); more; more = entry.next()) {
    if (how.by == StreamTrim::By::length ? facts_.length <= how.length : entry.id() >= how.id) break;
    if (entry.deleted()) continue;
    node.mark_deleted(entry.position());
    ++removed;
    --facts_.length;
  }
  if (removed > 0) change(node, [&](StreamNode& changed) { changed.count_deleted(removed); });
  return removed;
}

std::int64_t StreamValue::trim(const StreamTrim& how) {
  if (how.by == StreamTrim::By::nothing) return 0;
  std::int64_t removed = 0;
  for (auto at = nodes_.begin(); at != nodes_.end();) {
    if (how.by == StreamTrim::By::length && facts_.length <= how.length) break;
    const std::int64_t live = nodes_[at].value.live();
    if (how.limit > 0 && removed + live > how.limit) break;
    if (!may_drop(at, how)) {
      if (!how.approximate) removed += trim_node(at, how);
      break;
    }
    at = drop_node(at);
    facts_.length -= static_cast<std::uint64_t>(live);
    removed += live;
  }
  if (removed > 0) find_first_id();
  return removed;
}

// --- Groups ----------------------------------------------------------------------------------------------

StreamGroup* StreamValue::group(std::string_view name) {
  const auto at = groups_.find(name);
  return at == groups_.end() ? nullptr : &at->second;
}

StreamGroup& StreamValue::create_group(std::string_view name, StreamId last_id, std::int64_t entries_read) {
  StreamGroup& group = groups_.try_emplace(std::string(name), tally_).first->second;
  tally_.bytes += group_footprint(name);
  tally_.modelled += modelled_group_shell(name);
  group.last_id = last_id;
  group.entries_read = entries_read;
  return group;
}

void StreamValue::delete_group(std::string_view name) {
  tally_.bytes -= group_footprint(name);
  tally_.modelled -= modelled_group_shell(name);
  groups_.erase(groups_.find(name));
}

// Whether XDEL has left a gap between entries at that id or behind it, as far as its greatest id tells.
bool StreamValue::has_tombstone_behind(StreamId id) const {
  if (facts_.length == 0 || facts_.max_deleted_id.is_zero()) return false;
  return facts_.first_id <= facts_.max_deleted_id && id <= facts_.max_deleted_id;
}

std::optional<std::int64_t> StreamValue::entries_up_to(StreamId id) const {
  const auto added = static_cast<std::int64_t>(facts_.entries_added);
  if (added == 0) return 0;
  if ((facts_.length == 0 && id <= facts_.last_id) || id == facts_.last_id) return added;
  if (id > facts_.last_id) return std::nullopt;
  // A gap in front of the first entry, or none at all: the numbers from there on are known.
  if (facts_.max_deleted_id.is_zero() || facts_.max_deleted_id < facts_.first_id) {
    const std::int64_t before_first = added - static_cast<std::int64_t>(facts_.length);
    if (id < facts_.first_id) return before_first;
    if (id == facts_.first_id) return before_first + 1;
  }
  return std::nullopt;
}

void StreamValue::note_read(StreamGroup& group, StreamId id) const {
  if (id <= group.last_id) return;
  if (group.entries_read != StreamGroup::kUnknown && !has_tombstone_behind(id))
    ++group.entries_read;
  else if (facts_.entries_added > 0)
    group.entries_read = entries_up_to(id).value_or(StreamGroup::kUnknown);
  group.last_id = id;
}

std::optional<std::int64_t> StreamValue::lag(const StreamGroup& group) const {
  const auto added = static_cast<std::int64_t>(facts_.entries_added);
  if (added == 0) return 0;
  if (group.entries_read != StreamGroup::kUnknown && !has_tombstone_behind(group.last_id))
    return added - group.entries_read;
  const auto read = entries_up_to(group.last_id);
  if (!read) return std::nullopt;
  return added - *read;
}

bool StreamValue::load_node(StreamId key, StreamNode node) {
  const auto [loaded, is_new] = nodes_.insert(key, std::move(node));
  if (is_new) count(*loaded);
  return is_new;
}

}  // namespace redouble
