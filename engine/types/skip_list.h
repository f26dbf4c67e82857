// Members in the order of score, then bytes, with a hash table over the same nodes: insert, erase, rank and
// the n-th member in logarithmic time, a member's score in constant time. One allocation a member:
//
//   | chained | before | size, levels | score | level 0 … | bytes … |
//
// Invariant: every node is in the list and in the table, and its levels follow from its hash, so that the
// same seed and members make the same list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/hash_table.h"
#include "engine/shares.h"
#include "protocol/hash.h"

namespace redouble {

class SkipList {
 public:
  static constexpr std::size_t kMaxLevels = 16;  // a quarter of the nodes of a level stand in the next: 4^16

  struct Node {
    struct Level {
      Node* next;
      std::uint32_t span;  // how many nodes further `next` stands; without one, how many follow
      // The score of `next`, rounded: mostly it tells whether to go there without having been there, which
      // would be a wait for the memory. Infinite without one.
      float about;
    };

    Node* chained;  // in the hash table's bucket
    Node* before;
    std::uint64_t size : 56;
    std::uint64_t levels : 8;
    double score;

    Level& level(std::size_t i) { return reinterpret_cast<Level*>(this + 1)[i]; }
    const Level& level(std::size_t i) const { return const_cast<Node*>(this)->level(i); }
    Node* after() const { return level(0).next; }
    std::string_view member() const {
      return {reinterpret_cast<const char*>(&level(std::size_t{levels})), std::size_t{size}};
    }
  };

  explicit SkipList(std::uint64_t seed);
  std::uint64_t seed() const { return table_.seed(); }
  SkipList(const SkipList&) = delete;
  SkipList& operator=(const SkipList&) = delete;
  ~SkipList();
  std::unique_ptr<SkipList> clone() const;
  /// A copy whose table is the same, bucket by bucket, too.
  std::unique_ptr<SkipList> copy() const;

  Shares shares;

  std::size_t size() const { return table_.size(); }
  /// The memory of nodes and table: constant time.
  std::size_t bytes() const;
  /// What redis-server would have allocated for nodes and tables: constant time.
  std::size_t modelled() const;
  std::size_t buckets() const { return table_.buckets(0) + table_.buckets(1); }

  std::uint64_t hash(std::string_view member) const { return hash_bytes(member, table_.seed()); }
  Node* find(std::string_view member, std::uint64_t hash) const;
  Node* find(std::string_view member) const { return find(member, hash(member)); }

  /// Adds a member. REQUIRES: it is not there yet.
  void insert(std::string_view member, std::uint64_t hash, double score);
  /// Adds a member behind all others. REQUIRES: it belongs there, and is not there yet.
  class Appender;
  /// Gives a node another score; it moves to its new place.
  void set_score(Node* node, double score);
  void erase(Node* node);
  /// Erases `n` members from that rank on. REQUIRES: there are as many.
  void erase(std::size_t rank, std::size_t n);
  /// Makes room for `n` members in the table.
  void expect(std::size_t n) { table_.expect(n); }
  /// Goes on with resizing the table, as an insertion does: redis-server's ZADD does it twice.
  void step() { table_.step(); }
  const auto& table() const { return table_; }

  Node* first() const { return head_->after(); }
  Node* last() const { return tail_; }
  /// REQUIRES: rank < size().
  Node* at(std::size_t rank) const;
  std::size_t rank_of(const Node* node) const;
  /// How many members from the first on `holds(node)` is true for. REQUIRES: false once, false for the rest.
  template <class Predicate>
  std::size_t count_while(Predicate&& holds) const {
    std::size_t n = 0;
    const Node* node = head_;
    for (std::size_t i = levels_; i-- > 0;)
      while (node->level(i).next != nullptr && holds(*node->level(i).next)) {
        n += node->level(i).span;
        node = node->level(i).next;
      }
    return n;
  }
  template <class Visit>
  std::uint64_t scan(std::uint64_t cursor, Visit&& visit) const {
    return table_.scan(cursor, visit);
  }

  /// Frees up to `n` members from the first on, and the table; nothing else may be done with the list after.
  /// True when none is left.
  bool dismantle(std::size_t n);

 private:
  struct Links {
    static Node*& next(Node& node) { return node.chained; }
    static std::uint64_t hash(const Node& node, std::uint64_t seed) {
      return hash_bytes(node.member(), seed);
    }
  };
  // The last node in front of a place, level by level, and how many nodes stand up to and with it.
  struct Path {
    Node* before[kMaxLevels];
    std::size_t rank[kMaxLevels];
  };

  static float rounded(double score);
  static bool precedes(const Node& node, double score, std::string_view member);
  static Node* make_node(std::string_view member, std::size_t levels, double score);
  static std::size_t allocation(const Node& node);
  static std::size_t modelled(const Node& node);
  Path path_to(double score, std::string_view member) const;
  Path path_to(std::size_t rank) const;
  Node* add(std::string_view member, std::uint64_t hash, double score);
  void link(Node* node, Path& path);
  void unlink(Node* node, const Path& path);
  void drop(Node* node);

  mutable HashTable<Node, Links> table_;  // a lookup hands out links that may be changed
  Node* head_;                            // of no member: where every level begins
  Node* tail_ = nullptr;
  std::size_t levels_ = 1;                // that have a node
  std::size_t bytes_ = 0, modelled_ = 0;  // of the nodes
};

class SkipList::Appender {
 public:
  explicit Appender(SkipList& list) : list_(list), path_(list.path_to(list.size())) {}
  void add(std::string_view member, double score);

 private:
  SkipList& list_;
  Path path_;
};

}  // namespace redouble
