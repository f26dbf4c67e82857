// Members in the order of score, then bytes: a B+ tree over the members of a hash table. A member's score
// takes constant time; insert, erase, rank and the n-th member logarithmic time, in few waits for the memory:
// a page shows side by side what the scores below it are, roughly, so that members themselves are hardly read
// on the way to a place.
//
//   Branch:  | n | about … | score, first member, page, members below … |
//   Leaf:    | n | about … | member …                                   |
//   Member:  | chained | size, levels | score | bytes … |
//
// Invariants: every member is in the tree and in the table. A branch knows of each page below it the first
// member, that one's score, and how many there are. All leaves are equally deep; only the root may be empty.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include "engine/hash_table.h"
#include "engine/shares.h"
#include "protocol/hash.h"

namespace redouble {

class ScoreTree {
 public:
  struct Member {
    Member* chained;  // in the hash table's bucket
    std::uint64_t size : 56;
    std::uint64_t levels : 8;  // that redis-server's skip list would link it in, about: for its memory
    double score;

    std::string_view bytes() const { return {reinterpret_cast<const char*>(this + 1), std::size_t{size}}; }
  };
  static constexpr std::size_t kMaxLevels = 16;  // a quarter of those of a level stand in the next: 4^16

  explicit ScoreTree(std::uint64_t seed);
  ScoreTree(const ScoreTree&) = delete;
  ScoreTree& operator=(const ScoreTree&) = delete;
  ~ScoreTree();
  std::unique_ptr<ScoreTree> clone() const;
  /// A copy whose table is the same, bucket by bucket, too.
  std::unique_ptr<ScoreTree> copy() const;

  Shares shares;

  std::uint64_t seed() const { return table_.seed(); }
  std::size_t size() const { return table_.size(); }
  /// The memory of members, pages and table: constant time.
  std::size_t bytes() const;
  /// What redis-server would have allocated for its skip list and tables: constant time.
  std::size_t modelled() const;
  /// What it would have allocated for a member's node in the list.
  static std::size_t modelled_node(const Member& member);
  std::size_t buckets() const { return table_.buckets(0) + table_.buckets(1); }
  const auto& table() const { return table_; }

  std::uint64_t hash(std::string_view bytes) const { return hash_bytes(bytes, table_.seed()); }
  Member* find(std::string_view bytes, std::uint64_t hash) const;
  Member* find(std::string_view bytes) const { return find(bytes, hash(bytes)); }

  // What needs memory and gets none throws std::bad_alloc, and has changed nothing then.

  /// Adds a member. REQUIRES: it is not there yet.
  void insert(std::string_view bytes, std::uint64_t hash, double score);
  /// Adds a member behind all others. REQUIRES: it belongs there, and is not there yet.
  void append(std::string_view bytes, double score);
  /// Gives a member another score; it moves to its new place.
  void set_score(Member* member, double score);
  void erase(Member* member);
  /// Erases `n` members from that rank on. REQUIRES: there are as many.
  void erase(std::size_t rank, std::size_t n);
  /// Makes room for `n` members in the table.
  void expect(std::size_t n) { table_.expect(n); }
  /// Goes on with resizing the table, as an insertion does: redis-server's ZADD does it twice.
  void step() { table_.step(); }

  std::size_t rank_of(const Member* member) const { return rank_of(path_to(*member)); }
  /// How many members have a lower score, or (`inclusive`) that one.
  std::size_t count_below(double score, bool inclusive) const;
  /// How many members from the first on `holds(member)` is true for. REQUIRES: false once, false for the
  /// rest.
  template <class Predicate>
  std::size_t count_while(Predicate&& holds) const;
  /// Calls `visit(member)` for up to `n` members from a rank on, upwards or (`reverse`) downwards, until it
  /// returns false. REQUIRES: there are as many; the tree does not change meanwhile.
  template <class Visit>
  void walk(std::size_t rank, std::size_t n, bool reverse, Visit&& visit) const;
  template <class Visit>
  std::uint64_t scan(std::uint64_t cursor, Visit&& visit) const {
    return table_.scan(cursor, visit);
  }

  /// Frees up to `n` members or pages; nothing else may be done with the tree after. True when none is left.
  bool dismantle(std::size_t n);
  /// Throws std::logic_error where an invariant does not hold: for tests.
  void check() const;

 private:
  struct Links {
    static Member*& next(Member& member) { return member.chained; }
    static std::uint64_t hash(const Member& member, std::uint64_t seed) {
      return hash_bytes(member.bytes(), seed);
    }
  };

  // Entries in order, and apart from them the scores they stand for, rounded, so that many of them lie in a
  // line of the cache and are compared at once, some kLanes. Infinite behind the last.
  template <class Entry, std::size_t N>
  struct Page {
    static constexpr std::size_t kRoom = N, kLanes = 16;
    static_assert(N % kLanes == 0);

    std::uint32_t n = 0;
    float about[N];
    Entry entries[N];

    Page() { std::fill(about, about + N, kNobody); }
    bool is_full() const { return n == N; }
    // How many entries stand before a place: those of a lower score, and of those that cannot be told from it
    // the ones for which `before(entry)`.
    template <class Before>
    std::size_t place(float score, Before&& before) const;
    void put(std::size_t at, float score, Entry entry);
    void cut(std::size_t at, std::size_t count);
    // Moves what `other` has from `from` on behind its own.
    void take(Page& other, std::size_t from);
  };
  struct Branch;
  struct Child {
    double score;
    const Member* first;
    void* page;
    std::uint32_t members;
  };
  using Leaf = Page<Member*, 64>;
  struct Branch : Page<Child, 32> {};

  // Where a place in a leaf is, and through which children of which branches it is reached from the root.
  static constexpr std::size_t kMaxHeight = 16;
  struct Path {
    Branch* branches[kMaxHeight];
    std::uint8_t children[kMaxHeight];
    Leaf* leaf;
    std::size_t at;
  };
  class Spare;

  static constexpr std::size_t kNoChild = SIZE_MAX;
  static constexpr float kNobody = std::numeric_limits<float>::infinity();
  // Of two scores the higher one never gets the lower number, and none that of `kNobody`.
  static float rounded(double score) {
    constexpr double kMost = std::numeric_limits<float>::max();
    return static_cast<float>(std::clamp(score, -kMost, kMost));
  }
  static bool precedes(const Member& member, double score, std::string_view bytes) {
    return member.score < score || (member.score == score && member.bytes() < bytes);
  }
  static Member* make_member(std::string_view bytes, std::size_t levels, double score);
  static std::size_t modelled(const Member& member);
  static Child child_of(Leaf& leaf);
  static Child child_of(Branch& branch);

  template <class Before>
  Path path_to(double score, Before&& before) const;
  Path path_to(double score, std::string_view bytes) const;
  Path path_to(const Member& member) const;
  Path path_to(std::size_t rank) const;
  Path end() const;
  // From the root to a leaf, by the child that is chosen of every branch.
  template <class Choose>
  Leaf* descend(Path& path, Choose&& choose) const;
  std::size_t rank_of(const Path& path) const;
  bool is_end(const Path& path) const;
  bool stays(const Path& path, double score) const;
  bool will_merge(const Path& path) const;

  Member* add(std::string_view bytes, std::uint64_t hash, double score);
  void drop(Member* member);
  void put(const Path& path, Member* member, Spare& spare);
  void put_apart(const Path& path, Member* member, Spare& spare);
  bool take_out(const Path& path, std::size_t n);
  template <class Below>
  static std::size_t entries_of(const Child& child);
  template <class Below>
  static std::size_t to_merge(const Branch& branch, std::size_t child, std::size_t n);
  template <class Below>
  bool merge(Branch& branch, std::size_t child);
  void free_page(Leaf* leaf);
  void free_page(Branch* branch);
  bool free_pages(std::size_t n);

  mutable HashTable<Member, Links> table_;  // a draw lets it go on with resizing
  void* root_;                              // a leaf, or with some height a branch
  std::size_t height_ = 0;                  // levels of branches
  std::size_t leaves_ = 1, branches_ = 0;
  std::size_t bytes_ = 0, modelled_ = 0;  // of the members
};

template <class Entry, std::size_t N>
template <class Before>
std::size_t ScoreTree::Page<Entry, N>::place(float score, Before&& before) const {
  // All of them, side by side: quicker than a search that has to guess its way.
  const auto count = [&](auto&& holds) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < n; i += kLanes)
      for (std::size_t lane = 0; lane < kLanes; ++lane) sum += holds(about[i + lane]) ? 1 : 0;
    return std::size_t{sum};
  };
  std::size_t low = count([&](float each) { return each < score; });
  if (low == n || about[low] != score) return low;
  std::size_t high = count([&](float each) { return each <= score; });
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (before(entries[middle]))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

template <class Choose>
ScoreTree::Leaf* ScoreTree::descend(Path& path, Choose&& choose) const {
  void* page = root_;
  for (std::size_t level = 0; level < height_; ++level) {
    auto* const branch = static_cast<Branch*>(page);
    const std::size_t child = choose(*branch);
    path.branches[level] = branch;
    path.children[level] = static_cast<std::uint8_t>(child);
    page = branch->entries[child].page;
  }
  return static_cast<Leaf*>(page);
}

template <class Predicate>
std::size_t ScoreTree::count_while(Predicate&& holds) const {
  const auto count = [](std::size_t n, auto&& holds_at) {
    std::size_t low = 0;
    while (low < n) {
      const std::size_t middle = (low + n) / 2;
      if (holds_at(middle))
        low = middle + 1;
      else
        n = middle;
    }
    return low;
  };
  Path path;
  path.leaf = descend(path, [&](const Branch& branch) {
    return count(branch.n - 1, [&](std::size_t i) { return holds(*branch.entries[i + 1].first); });
  });
  path.at = count(path.leaf->n, [&](std::size_t i) { return holds(*path.leaf->entries[i]); });
  return rank_of(path);
}

template <class Visit>
void ScoreTree::walk(std::size_t rank, std::size_t n, bool reverse, Visit&& visit) const {
  constexpr std::ptrdiff_t kAhead = 4;
  while (n > 0) {
    const Path path = path_to(rank);
    const std::size_t here = std::min(n, reverse ? path.at + 1 : path.leaf->n - path.at);
    const auto count = static_cast<std::ptrdiff_t>(here);
    const std::ptrdiff_t step = reverse ? -1 : 1;
    Member* const* const first = path.leaf->entries + path.at;
    for (std::ptrdiff_t i = 1; i < std::min(count, kAhead); ++i) prefetch_memory(first[i * step]);
    for (std::ptrdiff_t i = 0; i < count; ++i) {
      if (i + kAhead < count) prefetch_memory(first[(i + kAhead) * step]);
      if (!visit(std::as_const(*first[i * step]))) return;
    }
    n -= here;
    rank = reverse ? rank - here : rank + here;
  }
}

}  // namespace redouble
