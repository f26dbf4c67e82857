// A chained hash table of nodes that the caller owns (intrusive: a node holds its `next`). It grows and
// shrinks incrementally, a bucket with every change, so no call ever pays for all. `scan` walks it in pieces
// and shows every node that is there from the first piece to the last at least once, however the table is
// resized in between: buckets are visited in the order of their reversed bits.
//
// A bucket knows how many nodes its chain has (`Chain`), so that a draw looks at eight buckets at once, which
// lie side by side, and at no node but the one it takes.
//
// Traits: static std::uint64_t hash(const Node&, seed); static Node*& next(Node&).
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "engine/pages.h"

namespace redouble {

// The empty asm has a reason: GCC takes a function that only prefetches for one without effect, and drops the
// calls of it.
inline void prefetch_memory(const void* at) {
  __builtin_prefetch(at);
  asm volatile("");
}

template <class Node, class Traits>
class HashTable {
 public:
  explicit HashTable(std::uint64_t seed = 0) : seed_(seed) {}
  HashTable(const HashTable&) = delete;
  HashTable& operator=(const HashTable&) = delete;
  ~HashTable() { release(); }

  std::size_t size() const { return used_[0] + used_[1]; }
  bool empty() const { return size() == 0; }
  std::uint64_t seed() const { return seed_; }
  std::size_t buckets(int table) const { return size_[table]; }
  std::size_t used(int table) const { return used_[table]; }
  bool rehashing() const { return size_[1] != 0; }

  /// The node for which `same(node)` holds, or nullptr.
  template <class Same>
  [[gnu::always_inline]] Node* find(std::uint64_t hash, Same&& same) const {
    const Chain* chain = chain_of(0, hash);
    for (bool is_last = !rehashing();; is_last = true) {
      if (chain != nullptr)
        for (Node* node = chain->first(); node != nullptr; node = Traits::next(*node))
          if (same(*node)) return node;
      if (is_last) return nullptr;
      chain = chain_of(1, hash);
    }
  }

  /// Hints for `find`, to be given in this order with some other work in between.
  void prefetch_bucket(std::uint64_t hash) const {
    for (int t = 0; t < 2; ++t)
      if (const Chain* const chain = chain_of(t, hash)) prefetch_memory(chain);
  }
  void prefetch_node(std::uint64_t hash) const {
    for (int t = 0; t < 2; ++t)
      if (const Chain* const chain = chain_of(t, hash); chain != nullptr && !chain->empty())
        prefetch_whole(chain->first());
  }
  /// The second node of a chain (a third one is rare), and what `more` knows the first to lead to.
  template <class More>
  void prefetch_behind_node(std::uint64_t hash, More&& more) const {
    for (int t = 0; t < 2; ++t) {
      const Chain* const chain = chain_of(t, hash);
      if (chain == nullptr || chain->empty()) continue;
      Node* const node = chain->first();
      if (Traits::next(*node) != nullptr) prefetch_whole(Traits::next(*node));
      more(*node);
    }
  }
  /// All of it, as the steps 1 to 3 of Object::prefetch.
  void prefetch(std::uint64_t hash, int step) const {
    if (step == 1) prefetch_bucket(hash);
    if (step == 2) prefetch_node(hash);
    if (step == 3) prefetch_behind_node(hash, [](const Node&) {});
  }

  /// Goes on with resizing, if it is under way.
  void step() {
    if (rehashing()) move_bucket();
  }
  /// What comes before an insertion, for one that turns out not to be needed: only to grow as Redis does.
  void make_room(bool may_grow = true) {
    step();
    if (is_full() && (may_grow || size_[0] == 0)) resize(size_[0] == 0 ? kSmallest : size_[0] * 2);
  }
  /// After this an insertion needs no memory that it could be refused: a table that cannot grow has longer
  /// chains instead, as one that cannot shrink has shorter ones.
  void ensure_table() {
    if (size_[0] == 0) resize(kSmallest);
  }
  /// Whether the next insertion would make it grow.
  bool is_full() const { return !rehashing() && used_[0] >= size_[0]; }

  /// Adds a node whose key is not in the table yet. Without `may_grow` its chains grow longer instead.
  void insert(Node* node, std::uint64_t hash, bool may_grow = true) {
    make_room(may_grow);
    const int t = rehashing() ? 1 : 0;
    table_[t][hash & (size_[t] - 1)].push(node);
    ++used_[t];
  }

  /// Unlinks a node. REQUIRES: it is in the table.
  void remove(Node* node, std::uint64_t hash) {
    for (int t = 0; t < 2; ++t) {
      Chain* const chain = chain_of(t, hash);
      if (chain == nullptr || !chain->remove(node)) continue;
      --used_[t];
      break;
    }
    step();
    if (!rehashing() && size_[0] > kSmallest && used_[0] * 10 < size_[0])
      resize(std::bit_ceil(used_[0] < kSmallest ? kSmallest : used_[0]));
  }

  /// Puts `fresh` in the place of a node. REQUIRES: that is in the table, and has the same key.
  void replace(Node* node, Node* fresh, std::uint64_t hash) {
    for (int t = 0; t < 2; ++t)
      if (Chain* const chain = chain_of(t, hash)) chain->replace(node, fresh);
  }

  /// Visits one bucket (two while rehashing) and returns the next cursor; 0 when the walk is complete.
  template <class Visit>
  std::uint64_t scan(std::uint64_t cursor, Visit&& visit) {
    if (size() == 0) return 0;
    int small = 0, large = 1;
    if (!rehashing()) {
      const std::uint64_t mask = size_[0] - 1;
      visit_bucket(0, cursor & mask, visit);
      return next_cursor(cursor, mask);
    }
    if (size_[0] > size_[1]) std::swap(small, large);
    const std::uint64_t small_mask = size_[small] - 1, large_mask = size_[large] - 1;
    visit_bucket(small, cursor & small_mask, visit);
    do {
      visit_bucket(large, cursor & large_mask, visit);
      cursor = next_cursor(cursor, large_mask);
    } while ((cursor & (small_mask ^ large_mask)) != 0);
    return cursor;
  }

  /// Visits every node. The table must not change meanwhile; the nodes may go.
  template <class Visit>
  void for_each(Visit&& visit) const {
    // Not beyond the last node: a table that shrank may be large and empty.
    for (int t = 0; t < 2; ++t) {
      std::size_t left = used_[t];
      for (std::size_t i = t == 0 ? moved_ : 0; left > 0; ++i)
        for (Node* node = table_[t][i].first(); node != nullptr; --left) {
          Node* next = Traits::next(*node);
          visit(*node);
          node = next;
        }
    }
  }

  /// Calls `visit(length)` for the chain of every bucket of one table, empty ones included.
  template <class Visit>
  void for_each_chain(int table, Visit&& visit) const {
    for (std::size_t i = 0; i < size_[table]; ++i) visit(table_[table][i].size());
  }

  /// Visits nodes until `visit` returns false; true when it never did. The table must not change meanwhile.
  template <class Visit>
  bool all_of(Visit&& visit) const {
    for (int t = 0; t < 2; ++t)
      for (std::size_t i = t == 0 ? moved_ : 0; i < size_[t]; ++i)
        for (Node* node = table_[t][i].first(); node != nullptr; node = Traits::next(*node))
          if (!visit(*node)) return false;
    return true;
  }

  /// A node by `random(n)` (a number below n), each as likely as any other; nullptr when empty. A place is
  /// drawn, some buckets side by side and which of their nodes, until there is such a node. Nodes beyond the
  /// last place, which one in a hundred thousand is, share it.
  template <class Random>
  Node* random(Random&& random) {
    if (empty()) return nullptr;
    step();
    const std::size_t least = rehashing() ? std::min(size_[0], size_[1]) : size_[0];
    const std::size_t width = std::min(kBucketsOfDraw, least);
    // Buckets that were moved are empty.
    const std::size_t first = moved_ / width, groups = (size_[0] + size_[1]) / width - first;
    const std::size_t places = 6 + 2 * ((width * size() + least - 1) / least);
    while (true) {
      const std::uint64_t drawn = random(groups * places);
      const Chain* const chains = &bucket((drawn / places + first) * width);
      std::uint64_t skip = drawn % places;
      std::size_t nodes = 0;
      for (std::size_t i = 0; i < width; ++i) nodes += chains[i].size();
      if (skip >= nodes) continue;
      if (skip + 1 == places && nodes > places) skip += random(nodes - skip);
      const Chain* chain = chains;
      for (; skip >= chain->size(); ++chain) skip -= chain->size();
      Node* node = chain->first();
      for (; skip > 0; --skip) node = Traits::next(*node);
      return node;
    }
  }

  /// Forgets all nodes (freeing them is the caller's: `for_each` first) and gives the memory back.
  void release() {
    for (int t = 0; t < 2; ++t) free_table(table_[t], size_[t]);
    table_[0] = table_[1] = nullptr;
    size_[0] = size_[1] = used_[0] = used_[1] = moved_ = 0;
  }

  /// Hands up to `n` nodes to `free`, which takes them over; true when nothing is left. Nothing else may be
  /// done with the table from then on but to drain and to destroy it.
  template <class Free>
  bool drain(std::size_t n, Free&& free) {
    while (moved_ < size_[0] + size_[1]) {
      while (!bucket(moved_).empty()) {
        if (n-- == 0) return false;
        Node* const node = bucket(moved_).pop();
        --used_[moved_ < size_[0] ? 0 : 1];
        free(node);
      }
      ++moved_;
      // Empty buckets take their time, too: a piece of a big table is enough at once.
      if (moved_ <= size_[0] ? give_back_behind(0, moved_) : give_back_behind(1, moved_ - size_[0]))
        return false;
    }
    release();
    return true;
  }

  /// Becomes as `other` is, bucket by bucket, with `copy(node)` in the place of each node. REQUIRES: it never
  /// had a node.
  template <class Copy>
  void copy_from(const HashTable& other, Copy&& copy) {
    constexpr std::size_t kAhead = 8;
    release();
    for (int t = 0; t < 2; ++t) {
      const std::size_t size = other.size_[t];
      if (size == 0) continue;
      table_[t] = make_table(size);
      if (table_[t] == nullptr) throw std::bad_alloc();
      size_[t] = size;
      for (std::size_t i = 0; i < size; ++i) {
        if (i + kAhead < size) prefetch_memory(other.table_[t][i + kAhead].first());
        Node* last = nullptr;
        for (Node* node = other.table_[t][i].first(); node != nullptr; node = Traits::next(*node)) {
          last = table_[t][i].append(copy(*node), last);
          ++used_[t];
        }
      }
    }
    moved_ = other.moved_;
    seed_ = other.seed_;
  }

  void swap(HashTable& other) noexcept {
    std::swap(table_, other.table_);
    std::swap(size_, other.size_);
    std::swap(used_, other.used_);
    std::swap(moved_, other.moved_);
    std::swap(seed_, other.seed_);
  }

  /// Makes room for `n` nodes at once, if nothing is being moved.
  void expect(std::size_t n) {
    if (!rehashing() && n > size_[0]) resize(std::bit_ceil(n < kSmallest ? kSmallest : n));
  }

 private:
  static constexpr std::size_t kSmallest = 4;
  static constexpr std::size_t kBucketsOfDraw = 8;  // a line of the cache

  // The first node of a bucket and, in the bits that alignment leaves free, how many there are.
  class Chain {
   public:
    Node* first() const { return reinterpret_cast<Node*>(bits_ & ~kMany); }
    bool empty() const { return bits_ == 0; }
    std::size_t size() const { return tag() < kMany ? tag() : counted(); }

    void push(Node* node) {
      static_assert(alignof(Node) > kMany);
      Traits::next(*node) = first();
      become(node, std::min(tag() + 1, kMany));
    }
    /// Behind `last`, the last one or nullptr; returns the node.
    Node* append(Node* node, Node* last) {
      Traits::next(*node) = nullptr;
      if (last != nullptr) Traits::next(*last) = node;
      become(last == nullptr ? node : first(), std::min(tag() + 1, kMany));
      return node;
    }
    Node* pop() {
      Node* const node = first();
      remove(node);
      return node;
    }
    bool remove(Node* node) {
      if (!replace(node, Traits::next(*node))) return false;
      become(first(), tag() < kMany ? tag() - 1 : kMany);
      return true;
    }
    /// Whether it was there. What stands behind it is the other's to know.
    bool replace(Node* node, Node* other) {
      if (first() == node) {
        bits_ = reinterpret_cast<std::uintptr_t>(other) | (bits_ & kMany);
        return true;
      }
      for (Node* n = first(); n != nullptr; n = Traits::next(*n))
        if (Traits::next(*n) == node) {
          Traits::next(*n) = other;
          return true;
        }
      return false;
    }

   private:
    static constexpr std::uintptr_t kMany = 7;  // or a few less, since then: they are to be counted

    std::uintptr_t tag() const { return bits_ & kMany; }
    void become(Node* first, std::uintptr_t tag) {
      bits_ = first == nullptr ? 0 : reinterpret_cast<std::uintptr_t>(first) | tag;
    }
    std::size_t counted() const {
      std::size_t nodes = 0;
      for (Node* node = first(); node != nullptr; node = Traits::next(*node)) ++nodes;
      return nodes;
    }

    std::uintptr_t bits_;
  };

  // Where such a node may be; nullptr where it cannot: the memory of moved buckets has gone back.
  Chain* chain_of(int t, std::uint64_t hash) const {
    if (size_[t] == 0) return nullptr;
    const std::size_t at = hash & (size_[t] - 1);
    return t == 0 && at < moved_ ? nullptr : &table_[t][at];
  }

  // A small node often lies across two lines of the cache.
  static void prefetch_whole(const Node* node) {
    prefetch_memory(node);
    prefetch_memory(reinterpret_cast<const char*>(node) + 40);
  }

  // The buckets of both tables, one behind the other.
  Chain& bucket(std::size_t i) const { return i < size_[0] ? table_[0][i] : table_[1][i - size_[0]]; }

  static std::uint64_t reversed(std::uint64_t v) {
    v = ((v >> 1) & 0x5555555555555555u) | ((v & 0x5555555555555555u) << 1);
    v = ((v >> 2) & 0x3333333333333333u) | ((v & 0x3333333333333333u) << 2);
    v = ((v >> 4) & 0x0f0f0f0f0f0f0f0fu) | ((v & 0x0f0f0f0f0f0f0f0fu) << 4);
    return __builtin_bswap64(v);
  }
  static std::uint64_t next_cursor(std::uint64_t cursor, std::uint64_t mask) {
    return reversed(reversed(cursor | ~mask) + 1);
  }

  template <class Visit>
  void visit_bucket(int t, std::uint64_t i, Visit&& visit) {
    for (Node* node = table_[t][i].first(); node != nullptr;) {
      Node* next = Traits::next(*node);
      visit(*node);
      node = next;
    }
  }

  static Chain* make_table(std::size_t buckets) {
    return static_cast<Chain*>(allocate_zeros(buckets * sizeof(Chain)));
  }
  static void free_table(Chain* table, std::size_t buckets) { free_zeros(table, buckets * sizeof(Chain)); }
  // The first `moved` buckets of a table are empty for good: gives their memory back, whenever there is
  // enough, which it then tells.
  bool give_back_behind(int t, std::size_t moved) {
    constexpr std::size_t kBuckets = kGivenBack / sizeof(Chain);
    return moved % kBuckets == 0 && moved != 0 &&
           give_back(&table_[t][moved - kBuckets], kGivenBack, size_[t] * sizeof(Chain));
  }

  void resize(std::size_t buckets) {
    Chain* const fresh = make_table(buckets);
    if (fresh == nullptr && table_[0] != nullptr) return;
    if (fresh == nullptr) throw std::bad_alloc();
    if (table_[0] == nullptr || used_[0] == 0) {
      free_table(table_[0], size_[0]);
      table_[0] = fresh;
      size_[0] = buckets;
      return;
    }
    table_[1] = fresh;
    size_[1] = buckets;
    moved_ = 0;
  }

  // Moves one bucket of the first table into the second; skips at most ten empty ones. A node has to be read
  // for its hash: that of a later call is fetched ahead.
  void move_bucket() {
    constexpr std::size_t kAhead = 4;
    for (int empty = 0; moved_ < size_[0]; ++moved_) {
      give_back_behind(0, moved_);
      Chain& chain = table_[0][moved_];
      if (chain.empty()) {
        if (++empty > 10) return;
        continue;
      }
      while (!chain.empty()) {
        Node* const node = chain.pop();
        table_[1][Traits::hash(*node, seed_) & (size_[1] - 1)].push(node);
        --used_[0];
        ++used_[1];
      }
      ++moved_;
      if (moved_ + kAhead < size_[0] && !table_[0][moved_ + kAhead].empty())
        prefetch_whole(table_[0][moved_ + kAhead].first());
      break;
    }
    if (used_[0] > 0) return;
    free_table(table_[0], size_[0]);
    table_[0] = table_[1];
    size_[0] = size_[1];
    used_[0] = used_[1];
    table_[1] = nullptr;
    size_[1] = used_[1] = moved_ = 0;
  }

  Chain* table_[2] = {nullptr, nullptr};
  std::size_t size_[2] = {0, 0};
  std::size_t used_[2] = {0, 0};
  std::size_t moved_ = 0;  // buckets of the first table already moved
  std::uint64_t seed_;
};

}  // namespace redouble
