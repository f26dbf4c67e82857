#include "engine/types/list.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "engine/digest.h"
#include "engine/memory_model.h"
#include "engine/types/room.h"

namespace redouble {
namespace {

using End = ListValue::End;

End opposite(End end) {
  return end == End::left ? End::right : End::left;
}

// What negative limits mean: bytes of a node.
constexpr std::size_t kSizeLimits[] = {4096, 8192, 16384, 32768, 65536};
constexpr std::size_t kSizeClasses = std::size(kSizeLimits);
// A node that is limited by its count takes no more bytes than these.
constexpr std::size_t kSafeSize = 8192;
// What Redis reckons for the head and the back length of an entry.
constexpr std::size_t kEntryOverhead = 8;
constexpr std::size_t kListpackFrame = 7;
// What redis-server allocates for the list and for each node.
constexpr std::size_t kModelledList = 40, kModelledNode = 40;
constexpr std::int64_t kLargestLimit = 32767;
constexpr std::uint64_t kLargestSize = (std::uint64_t{1} << 48) - 1;

}  // namespace

Needle::Needle(std::string_view text) : text_(text) {
  constexpr std::size_t kLongestNumber = 20;
  if (text.size() <= kLongestNumber) number_ = parse_int64(text);
}

std::size_t ListValue::Node::bytes() const {
  constexpr std::size_t kMallocHeader = 8;
  const std::size_t content =
      is_plain() ? kMallocHeader + exact_room_for(sizeof(Bytes) + plain().capacity) : entries().bytes();
  return kMallocHeader + sizeof(Node) + content;
}

std::size_t ListValue::Node::modelled() const {
  return memory_model::size_class(kModelledNode) + memory_model::size_class(serialized_size());
}

ListValue::ListValue(std::int64_t limit)
    : size_(0),
      limit_(static_cast<std::int16_t>(
          std::clamp<std::int64_t>(limit, -static_cast<std::int64_t>(kSizeClasses), kLargestLimit))),
      bytes_(8 + sizeof(ListValue)),
      modelled_(memory_model::kObject + memory_model::size_class(kModelledList)) {}

ListValue::ListValue(const ListValue& other) : ListValue(other.limit_) {
  for (const Node* node = other.left_; node != nullptr; node = node->right)
    if (node->is_plain())
      append_plain_node(node->plain().view());
    else
      append_node(node->entries().clone());
}

ListValue::~ListValue() {
  while (left_ != nullptr) free_node(left_);
}

// Nodes past the samples count as the average one. The sum is rounded as Redis rounds it, with the object's
// header in it.
std::size_t ListValue::modelled_bytes(std::size_t samples) const {
  std::size_t bytes = 0, seen = 0;
  for (const Node* node = left_; node != nullptr && (samples == 0 || seen < samples);
       node = node->right, ++seen)
    bytes += kModelledNode + memory_model::size_class(node->serialized_size());
  const double average = seen == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(seen);
  constexpr std::size_t kHeader = 16;
  return static_cast<std::size_t>(static_cast<double>(kHeader + kModelledList) +
                                  average * static_cast<double>(nodes())) -
         kHeader;
}

void ListValue::digest(DigestSum& sum) const {
  IntegerText scratch;
  for_each([&](const Listpack::Item& item) { sum.add_ordered(item.bytes(scratch)); });
}

bool ListValue::dismantle(std::size_t n) {
  while (left_ != nullptr && n > 0) {
    n -= std::min(n, left_->count());
    free_node(left_);
  }
  return left_ == nullptr;
}

// --- Reading ---------------------------------------------------------------------------------------------

Listpack::Item ListValue::Cursor::operator*() const {
  if (node_->is_plain()) return {node_->plain().view()};
  return node_->entries()[at_];
}

void ListValue::Cursor::step(End side) {
  const bool is_packed = !node_->is_plain();
  if (side == End::right) {
    if (is_packed && (at_ = node_->entries().next(at_)) != node_->entries().end()) return;
    node_ = node_->right;
    at_ = 0;
  } else {
    if (is_packed && at_ != 0) {
      at_ = node_->entries().previous(at_);
      return;
    }
    node_ = node_->left;
    at_ = node_ == nullptr || node_->is_plain() ? 0 : node_->entries().last();
  }
}

ListValue::Cursor ListValue::at_end(End end) const {
  if (end == End::left) return {left_, 0};
  return {right_, right_ == nullptr || right_->is_plain() ? 0 : right_->entries().last()};
}

ListValue::Cursor ListValue::at(std::int64_t index) const {
  const auto n = static_cast<std::int64_t>(size_);
  if (index < 0) index += n;
  if (index < 0 || index >= n) return {};
  Node* node = nullptr;
  if (index <= n / 2) {
    for (node = left_; index >= static_cast<std::int64_t>(node->count()); node = node->right)
      index -= static_cast<std::int64_t>(node->count());
  } else {
    index -= n;
    for (node = right_; - index > static_cast<std::int64_t>(node->count()); node = node->left)
      index += static_cast<std::int64_t>(node->count());
  }
  return {node, node->is_plain() ? 0 : node->entries().at(index)};
}

// --- Nodes -----------------------------------------------------------------------------------------------

// Changes the entries of a node and keeps the count of its bytes and elements. A change that throws has left
// them as they were.
template <class Change>
void ListValue::change(Node* node, Change&& change) {
  using memory_model::size_class;
  const Listpack& entries = node->entries();
  const std::size_t elements = entries.count(), bytes = entries.bytes(), size = entries.serialized_size();
  change();
  size_ = (size_ + entries.count() - elements) & kLargestSize;
  bytes_ += entries.bytes() - bytes;
  modelled_ += size_class(entries.serialized_size()) - size_class(size);
}

void ListValue::count(const Node* node) {
  size_ = (size_ + node->count()) & kLargestSize;
  bytes_ += node->bytes();
  modelled_ += node->modelled();
}

void ListValue::uncount(const Node* node) {
  size_ = (size_ - node->count()) & kLargestSize;
  bytes_ -= node->bytes();
  modelled_ -= node->modelled();
}

std::size_t ListValue::nodes() const {
  std::size_t n = 0;
  for (const Node* node = left_; node != nullptr; node = node->right) ++n;
  return n;
}

// Puts a node on that side of `beside`, or as the only one. What stood at the end was full, and gives its
// spare room back.
ListValue::Node* ListValue::attach(Node* beside, End side, std::unique_ptr<Node> made) {
  if (beside != nullptr && !beside->is_plain() &&
      (side == End::left ? beside->left : beside->right) == nullptr)
    change(beside, [&] { beside->entries().trim(); });
  Node* const node = made.release();
  count(node);
  if (beside == nullptr) {
    left_ = right_ = node;
    return node;
  }
  if (side == End::left) {
    node->right = beside;
    node->left = std::exchange(beside->left, node);
    (node->left == nullptr ? left_ : node->left->right) = node;
  } else {
    node->left = beside;
    node->right = std::exchange(beside->right, node);
    (node->right == nullptr ? right_ : node->right->left) = node;
  }
  return node;
}

void ListValue::free_node(Node* node) {
  (node->left == nullptr ? left_ : node->left->right) = node->right;
  (node->right == nullptr ? right_ : node->right->left) = node->left;
  uncount(node);
  delete node;
}

std::unique_ptr<ListValue::Plain> ListValue::make_plain(std::string_view text) {
  void* memory = std::malloc(sizeof(Plain) + text.size());
  if (memory == nullptr) throw std::bad_alloc();
  std::unique_ptr<Plain> plain(new (memory) Plain());
  plain->size = plain->capacity = text.size();
  if (!text.empty()) std::memcpy(plain->data(), text.data(), text.size());
  return plain;
}

void ListValue::put_plain(Node* beside, End side, std::string_view text) {
  auto node = std::make_unique<Node>();
  node->data.become(make_plain(text));
  attach(beside, side, std::move(node));
}

void ListValue::put_packed(Node* beside, End side, std::string_view text) {
  auto node = std::make_unique<Node>();
  node->entries().push_back(text);
  attach(beside, side, std::move(node));
}

void ListValue::append_node(Listpack entries) {
  auto node = std::make_unique<Node>();
  node->entries() = std::move(entries);
  attach(right_, End::right, std::move(node));
}

void ListValue::append_plain_node(std::string_view text) {
  put_plain(right_, End::right, text);
}

bool ListValue::within_limit(std::size_t bytes, std::size_t count) const {
  if (limit_ < 0) return bytes <= kSizeLimits[-limit_ - 1];
  return bytes <= kSafeSize && count <= static_cast<std::size_t>(limit_);
}

bool ListValue::takes(const Node* node, std::size_t text_size, std::size_t plain_from) const {
  if (node == nullptr || node->is_plain() || text_size >= plain_from) return false;
  return within_limit(node->serialized_size() + text_size + kEntryOverhead, node->count() + 1);
}

bool ListValue::may_merge(const Node* a, const Node* b) const {
  if (a == nullptr || b == nullptr || a->is_plain() || b->is_plain()) return false;
  return within_limit(a->serialized_size() + b->serialized_size() - kListpackFrame, a->count() + b->count());
}

// Moves the entries of `b`, the right neighbour of `a`, into `a`.
void ListValue::merge(Node* a, Node* b) {
  change(b, [&] { change(a, [&] { a->entries().append(std::move(b->entries())); }); });
  free_node(b);
}

// After a split: the two neighbours on each side of `center`, then `center` with its neighbours.
void ListValue::merge_around(Node* center) {
  if (center->left != nullptr && may_merge(center->left->left, center->left))
    merge(center->left->left, center->left);
  if (center->right != nullptr && may_merge(center->right, center->right->right))
    merge(center->right, center->right->right);
  if (may_merge(center->left, center)) {
    center = center->left;
    merge(center, center->right);
  }
  if (may_merge(center, center->right)) merge(center, center->right);
}

// Puts what stands on that side of the entry at `at` into a node of its own.
ListValue::Node* ListValue::split(Node* node, Listpack::Position at, End side) {
  auto fresh = std::make_unique<Node>();
  change(node, [&] {
    Listpack other = node->entries().split(side == End::right ? node->entries().next(at) : at);
    if (side == End::left) std::swap(other, node->entries());
    fresh->entries() = std::move(other);
  });
  return attach(node, side, std::move(fresh));
}

bool ListValue::is_outermost(Cursor at, End side) const {
  if (at.node_->is_plain()) return true;
  return side == End::left ? at.at_ == 0 : at.node_->entries().next(at.at_) == at.node_->entries().end();
}

// --- Changing --------------------------------------------------------------------------------------------

void ListValue::push(End end, std::string_view text, std::size_t plain_from) {
  Node* node = end == End::left ? left_ : right_;
  if (text.size() >= plain_from)
    put_plain(node, end, text);
  else if (!takes(node, text.size(), plain_from))
    put_packed(node, end, text);
  else
    change(node, [&] { node->entries().insert(end == End::left ? 0 : node->entries().end(), text); });
}

void ListValue::pop(End end) {
  erase(at_end(end), opposite(end));
}

void ListValue::insert(Cursor at, End side, std::string_view text, std::size_t plain_from) {
  Node* node = at.node_;
  if (text.size() >= plain_from) return insert_large(at, side, text);
  if (!takes(node, text.size(), plain_from)) return insert_full(at, side, text, plain_from);
  change(node,
         [&] { node->entries().insert(side == End::right ? node->entries().next(at.at_) : at.at_, text); });
}

void ListValue::insert_large(Cursor at, End side, std::string_view text) {
  if (!is_outermost(at, side)) split(at.node_, at.at_, side);
  put_plain(at.node_, side, text);
}

// The node is full: into the neighbour if that has room, else into a new node, or into the part split off.
void ListValue::insert_full(Cursor at, End side, std::string_view text, std::size_t plain_from) {
  Node* node = at.node_;
  if (is_outermost(at, side)) {
    Node* neighbour = side == End::right ? node->right : node->left;
    if (!takes(neighbour, text.size(), plain_from)) return put_packed(node, side, text);
    change(neighbour,
           [&] { neighbour->entries().insert(side == End::right ? 0 : neighbour->entries().end(), text); });
    return;
  }
  Node* fresh = split(node, at.at_, side);
  change(fresh, [&] { fresh->entries().insert(side == End::right ? 0 : fresh->entries().end(), text); });
  merge_around(node);
}

void ListValue::replace(Cursor at, std::string_view text, std::size_t plain_from) {
  Node* node = at.node_;
  const bool is_large = text.size() >= plain_from;
  if (!node->is_plain() && !is_large) {
    change(node, [&] { node->entries().replace(at.at_, text); });
  } else if (node->is_plain() && is_large) {
    auto plain = make_plain(text);
    uncount(node);
    node->data.become(std::move(plain));
    count(node);
  } else {
    // From packed to plain or back: inserted behind it, then the old one is taken out.
    insert(at, End::right, text, plain_from);
    erase(at, End::right);
  }
}

ListValue::Cursor ListValue::erase(Cursor at, End side) {
  Node* node = at.node_;
  if (node->count() == 1) {
    at.step(side);
    free_node(node);
    return at;
  }
  const bool was_first = at.at_ == 0;
  change(node, [&] { at.at_ = node->entries().erase(at.at_); });
  if (side == End::right) {
    if (at.at_ == node->entries().end()) at = {node->right, 0};
    return at;
  }
  if (!was_first) return {node, node->entries().previous(at.at_)};
  at.step(End::left);
  return at;
}

void ListValue::erase_range(std::int64_t first, std::size_t n) {
  Cursor at = this->at(first);
  while (at && n > 0) {
    Node* node = at.node_;
    Node* next = node->right;
    const std::size_t before = node->count();
    if (at.at_ == 0 && n >= before) {
      n -= before;
      free_node(node);
    } else {
      change(node, [&] { node->entries().erase(at.at_, n); });
      n -= before - node->count();
    }
    at = {next, 0};
  }
}

}  // namespace redouble
