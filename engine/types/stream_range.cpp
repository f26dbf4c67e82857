// StreamRange: walking the entries of a stream, and counting them a node at a time.
#include "engine/types/stream.h"

namespace redouble {

StreamRange::StreamRange(const StreamValue& stream, StreamId from, StreamId to, Order order)
    : stream_(&stream),
      nodes_(&stream.nodes()),
      from_(from),
      to_(to),
      backward_(order == Order::backward),
      node_(nodes_->end()) {
  if (!nodes_->empty() && from_ <= to_ && from_ <= stream.facts().last_id) seek();
}

// Goes to the first live entry of the range.
void StreamRange::seek() {
  const StreamId start = backward_ ? to_ : from_;
  auto node = nodes_->lower_bound(start);
  const bool is_its_key = node != nodes_->end() && (*nodes_)[node].id == start;
  if (!is_its_key && node != nodes_->begin())
    node = nodes_->previous(node);
  else if (!is_its_key && backward_)
    return;  // all nodes lie behind the range
  if (!enter(node)) return;
  const bool is_in_node = backward_ || reader_->id() >= from_ || reader_->seek(from_, passed_);
  if (!is_in_node && !(has_node_behind(node) && enter(node_behind(node)))) return;
  do {
    const StreamId id = reader_->id();
    if (reader_->deleted()) continue;
    if (backward_ ? id <= to_ : id >= from_) {
      found_ = !is_past_end(id);
      return;
    }
    ++passed_;
  } while (step());
}

bool StreamRange::enter(Nodes::Position node) {
  node_ = node;
  passed_ = 0;
  const auto& [key, entries] = (*nodes_)[node];
  reader_.emplace(key, entries);
  return backward_ ? reader_->last() : reader_->first();
}

bool StreamRange::has_node_behind(Nodes::Position node) const {
  return backward_ ? node != nodes_->begin() : nodes_->next(node) != nodes_->end();
}

StreamRange::Nodes::Position StreamRange::node_behind(Nodes::Position node) const {
  return backward_ ? nodes_->previous(node) : nodes_->next(node);
}

// Whether the range goes on behind the node, so that all entries up to its end belong to it.
bool StreamRange::ends_behind(Nodes::Position node) const {
  if (backward_) return (*nodes_)[node].id >= from_;
  return has_node_behind(node) ? (*nodes_)[nodes_->next(node)].id <= to_ : stream_->facts().last_id <= to_;
}

// To the next entry, deleted or not.
bool StreamRange::step() {
  if (backward_ ? reader_->previous() : reader_->next()) return true;
  return has_node_behind(node_) && enter(node_behind(node_));
}

bool StreamRange::next() {
  if (!started_) {
    started_ = true;
    return found_;
  }
  if (!found_) return false;
  do {
    if (!step()) return found_ = false;
  } while (reader_->deleted());
  return found_ = !is_past_end(reader_->id());
}

std::size_t StreamRange::count(std::size_t limit) const {
  const std::size_t most = limit == 0 ? SIZE_MAX : limit;
  if (!found_ || most == 1) return found_ ? 1 : 0;
  std::size_t total = 0;
  StreamRange walk = *this;
  while (true) {
    if (!walk.ends_behind(walk.node_)) {
      // Only a part of this node: its entries are counted one by one.
      do {
        if (walk.reader_->deleted()) continue;
        if (is_past_end(walk.reader_->id())) break;
        ++total;
      } while (total < most && walk.step());
      return total;
    }
    total += static_cast<std::size_t>((*nodes_)[walk.node_].value.live() - walk.passed_);
    if (total >= most) return most;
    if (!walk.has_node_behind(walk.node_) || !walk.enter(walk.node_behind(walk.node_))) return total;
  }
}

}  // namespace redouble
