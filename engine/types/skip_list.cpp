#include "engine/types/skip_list.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <unordered_map>
#include <utility>

#include "engine/memory_model.h"

namespace redouble {
namespace {

// The low bits of a hash choose the bucket, so the high ones are free to choose the height: two zero bits in
// front for every further level.
std::size_t levels_of(std::uint64_t hash) {
  return std::min(SkipList::kMaxLevels, 1 + static_cast<std::size_t>(std::countl_zero(hash)) / 2);
}

constexpr float kNobody = std::numeric_limits<float>::infinity();

}  // namespace

// Of two scores the higher one never gets the lower number, and none that of `kNobody`.
float SkipList::rounded(double score) {
  constexpr double kMost = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(score, -kMost, kMost));
}

bool SkipList::precedes(const Node& node, double score, std::string_view member) {
  return node.score < score || (node.score == score && node.member() < member);
}

SkipList::SkipList(std::uint64_t seed) : table_(seed), head_(make_node({}, kMaxLevels, 0)) {}

SkipList::~SkipList() {
  dismantle(SIZE_MAX);
  std::free(head_);
}

SkipList::Node* SkipList::make_node(std::string_view member, std::size_t levels, double score) {
  auto* node = static_cast<Node*>(std::malloc(sizeof(Node) + levels * sizeof(Node::Level) + member.size()));
  if (node == nullptr) throw std::bad_alloc();
  node->chained = node->before = nullptr;
  node->score = score;
  node->size = member.size() & 0xffffffffffffff;
  node->levels = static_cast<std::uint8_t>(levels);
  for (std::size_t i = 0; i < levels; ++i) node->level(i) = {nullptr, 0, kNobody};
  if (!member.empty()) std::memcpy(&node->level(levels), member.data(), member.size());
  return node;
}

std::size_t SkipList::allocation(const Node& node) {
  return sizeof(Node) + std::size_t{node.levels} * sizeof(Node::Level) + std::size_t{node.size};
}

// A node of a list and of a table, and the member's string.
std::size_t SkipList::modelled(const Node& node) {
  constexpr std::size_t kNode = 24;
  return memory_model::kTableEntry + memory_model::key_bytes(node.member()) +
         memory_model::size_class(kNode + std::size_t{node.levels} * sizeof(Node::Level));
}

std::size_t SkipList::modelled() const {
  // The structures zset and zskiplist, and the list's head of 32 levels.
  constexpr std::size_t kSet = 16, kList = 32, kHead = 24 + 32 * sizeof(Node::Level);
  return kSet + kList + memory_model::size_class(kHead) +
         memory_model::tables_in_value(table_.buckets(0), table_.buckets(1)) + modelled_;
}

std::unique_ptr<SkipList> SkipList::clone() const {
  auto copy = std::make_unique<SkipList>(table_.seed());
  copy->expect(size());
  Appender appender(*copy);
  for (const Node* node = first(); node != nullptr; node = node->after())
    appender.add(node->member(), node->score);
  return copy;
}

std::unique_ptr<SkipList> SkipList::copy() const {
  auto twin = std::make_unique<SkipList>(table_.seed());
  std::unordered_map<const Node*, Node*> copies;
  copies.reserve(size());
  twin->table_.copy_from(table_, [&](const Node& node) {
    Node*& fresh = copies[&node];  // first: without memory for it there must be no node yet
    fresh = make_node(node.member(), std::size_t{node.levels}, node.score);
    // Linked somehow, for the destructor, should memory run out before all are there.
    fresh->level(0).next = std::exchange(twin->head_->level(0).next, fresh);
    return fresh;
  });
  const auto copy_of = [&](const Node* node) { return node == nullptr ? nullptr : copies.at(node); };
  const auto link_like = [&](Node& fresh, const Node& node) {
    for (std::size_t i = 0; i < node.levels; ++i)
      fresh.level(i) = {copy_of(node.level(i).next), node.level(i).span, node.level(i).about};
    fresh.before = copy_of(node.before);
  };
  link_like(*twin->head_, *head_);
  for (const auto& [node, fresh] : copies) link_like(*fresh, *node);
  twin->tail_ = copy_of(tail_);
  twin->levels_ = levels_;
  twin->bytes_ = bytes_;
  twin->modelled_ = modelled_;
  return twin;
}

std::size_t SkipList::bytes() const {
  return sizeof(SkipList) + allocation(*head_) + bytes_ + buckets() * sizeof(Node*);
}

SkipList::Node* SkipList::find(std::string_view member, std::uint64_t hash) const {
  Node** link = table_.find(hash, [&](const Node& node) { return node.member() == member; });
  return link == nullptr ? nullptr : *link;
}

SkipList::Path SkipList::path_to(double score, std::string_view member) const {
  Path path;
  Node* node = head_;
  std::size_t rank = 0;
  const float about = rounded(score);
  for (std::size_t i = levels_; i-- > 0;) {
    for (const Node::Level* level = &node->level(i);
         level->about < about || (level->about == about && precedes(*level->next, score, member));
         level = &node->level(i)) {
      rank += level->span;
      node = level->next;
    }
    path.before[i] = node;
    path.rank[i] = rank;
  }
  return path;
}

SkipList::Path SkipList::path_to(std::size_t rank) const {
  Path path;
  Node* node = head_;
  std::size_t passed = 0;
  for (std::size_t i = levels_; i-- > 0;) {
    while (node->level(i).next != nullptr && passed + node->level(i).span <= rank) {
      passed += node->level(i).span;
      node = node->level(i).next;
    }
    path.before[i] = node;
    path.rank[i] = passed;
  }
  return path;
}

SkipList::Node* SkipList::add(std::string_view member, std::uint64_t hash, double score) {
  if (size() >= std::numeric_limits<std::uint32_t>::max() - 1) throw std::bad_alloc();  // spans must fit
  table_.ensure_table();
  Node* node = make_node(member, levels_of(hash), score);
  bytes_ += allocation(*node);
  modelled_ += modelled(*node);
  table_.insert(node, hash);
  return node;
}

// Puts a node, which the table has already, behind `path`.
void SkipList::link(Node* node, Path& path) {
  for (; levels_ < node->levels; ++levels_) {
    head_->level(levels_) = {nullptr, static_cast<std::uint32_t>(size() - 1), kNobody};
    path.before[levels_] = head_;
    path.rank[levels_] = 0;
  }
  for (std::size_t i = 0; i < levels_; ++i) {
    Node::Level& behind = path.before[i]->level(i);
    if (i >= node->levels) {
      ++behind.span;
      continue;
    }
    const auto steps = static_cast<std::uint32_t>(path.rank[0] - path.rank[i]);
    node->level(i) = {behind.next, behind.span - steps, behind.about};
    behind = {node, steps + 1, rounded(node->score)};
  }
  node->before = path.before[0] == head_ ? nullptr : path.before[0];
  if (node->after() != nullptr)
    node->after()->before = node;
  else
    tail_ = node;
}

void SkipList::unlink(Node* node, const Path& path) {
  for (std::size_t i = 0; i < levels_; ++i) {
    Node::Level& behind = path.before[i]->level(i);
    if (behind.next == node)
      behind = {node->level(i).next, behind.span + node->level(i).span - 1, node->level(i).about};
    else
      --behind.span;
  }
  if (node->after() != nullptr)
    node->after()->before = node->before;
  else
    tail_ = node->before;
  while (levels_ > 1 && head_->level(levels_ - 1).next == nullptr) --levels_;
}

// Takes a node that the list has given up out of the table, and frees it.
void SkipList::drop(Node* node) {
  const std::uint64_t h = hash(node->member());
  table_.remove(table_.find(h, [&](const Node& other) { return &other == node; }), h);
  bytes_ -= allocation(*node);
  modelled_ -= modelled(*node);
  std::free(node);
}

void SkipList::insert(std::string_view member, std::uint64_t hash, double score) {
  Path path = path_to(score, member);
  link(add(member, hash, score), path);
}

void SkipList::Appender::add(std::string_view member, double score) {
  Node* node = list_.add(member, list_.hash(member), score);
  list_.link(node, path_);
  for (std::size_t i = 0; i < node->levels; ++i) {
    path_.before[i] = node;
    path_.rank[i] = list_.size();
  }
}

void SkipList::set_score(Node* node, double score) {
  const Node* after = node->after();
  const bool stays = (node->before == nullptr || precedes(*node->before, score, node->member())) &&
                     (after == nullptr || !precedes(*after, score, node->member()));
  Path path = path_to(node->score, node->member());
  if (stays) {
    node->score = score;
    for (std::size_t i = 0; i < node->levels; ++i) path.before[i]->level(i).about = rounded(score);
    return;
  }
  unlink(node, path);
  node->score = score;
  path = path_to(score, node->member());
  link(node, path);
}

void SkipList::erase(Node* node) {
  unlink(node, path_to(node->score, node->member()));
  drop(node);
}

void SkipList::erase(std::size_t rank, std::size_t n) {
  const Path path = path_to(rank);
  for (; n > 0; --n) {
    Node* node = path.before[0]->after();
    unlink(node, path);
    drop(node);
  }
}

SkipList::Node* SkipList::at(std::size_t rank) const {
  if (rank == 0) return first();
  if (rank + 1 == size()) return last();
  Node* node = head_;
  std::size_t left = rank + 1;
  for (std::size_t i = levels_; left > 0;) {
    const Node::Level& level = node->level(i - 1);
    if (level.next == nullptr || level.span > left) {
      --i;
      continue;
    }
    left -= level.span;
    node = level.next;
  }
  return node;
}

// Climbs to the end along the highest links: what they span is what follows.
std::size_t SkipList::rank_of(const Node* node) const {
  std::size_t behind = 0;
  while (node != nullptr) {
    const Node::Level& highest = node->level(std::size_t{node->levels} - 1);
    behind += highest.span;
    node = highest.next;
  }
  return size() - 1 - behind;
}

bool SkipList::dismantle(std::size_t n) {
  table_.release();
  Node* node = first();
  for (; node != nullptr && n > 0; --n) {
    Node* next = node->after();
    std::free(node);
    node = next;
  }
  head_->level(0).next = node;
  return node == nullptr;
}

}  // namespace redouble
