// Sorted sets: a listpack of member, score, member, score … in order while small, else a score tree. Commands
// never ask which: they speak of members, ranks and slices.
//
//   auto set = c.db.write<SortedSet>(key);
//   const Slice slice = set->slice(range, {.reverse = true, .offset = 2, .count = 10});
//   set->visit(slice, [&](std::string_view member, double score) { … });
//
// Invariant: members are in the order of score, then bytes, each once; no score is NaN.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>

#include "engine/object.h"
#include "engine/types/listpack.h"
#include "engine/types/score_tree.h"
#include "engine/types/small_or_table.h"

namespace redouble {

/// Scores from min to max; an open end does not belong.
struct ScoreRange {
  double min, max;
  bool min_open = false, max_open = false;

  bool starts_after(double score) const { return min_open ? score <= min : score < min; }
  bool ends_before(double score) const { return max_open ? score >= max : score > max; }
  /// "1.5", "(2", "-inf" … as Redis reads them.
  static std::optional<ScoreRange> parse(std::string_view min, std::string_view max);
};

/// Members from min to max by their bytes.
struct LexRange {
  struct End {
    enum class Kind : std::uint8_t { lowest, inclusive, open, highest } kind;
    std::string_view text;
  };
  End min, max;

  bool starts_after(std::string_view member) const;
  bool ends_before(std::string_view member) const;
  /// Whether no member at all could be in it.
  bool is_empty() const;
  /// "[a", "(b", "-", "+".
  static std::optional<LexRange> parse(std::string_view min, std::string_view max);
};

/// Which part of a range is meant: counted from its low end or (reverse) from its high end; a negative offset
/// leaves nothing, a negative count is no limit.
struct Window {
  bool reverse = false;
  std::int64_t offset = 0;
  std::int64_t count = -1;
};

/// `count` members one behind the other: upwards from the rank `first`, or (reverse) downwards.
struct Slice {
  std::size_t first = 0;
  std::size_t count = 0;
  bool reverse = false;

  /// The lowest rank in it. REQUIRES: count > 0.
  std::size_t lowest() const { return reverse ? first - count + 1 : first; }
};

class SortedSetValue final : public NestedObject<SortedSetValue> {
 public:
  static constexpr Type kType = Type::sorted_set;

  /// How much a listpack may hold (zset-max-listpack-entries and -value), and what a score tree is
  /// seeded with.
  struct Limits {
    std::size_t entries, value;
    std::uint64_t seed;
  };
  /// ZADD's words.
  struct AddOptions {
    bool only_new = false;       // NX
    bool only_existing = false;  // XX
    bool only_greater = false;   // GT
    bool only_less = false;      // LT
    bool increment = false;      // INCR
  };
  /// What became of a member: `kept` because the options said so.
  struct Added {
    enum class Kind : std::uint8_t { kept, same, updated, added, not_a_number } kind;
    double score = 0;
  };
  struct Item {
    std::string_view member;
    double score;
  };

  SortedSetValue() = default;
  SortedSetValue(SortedSetValue&&) = default;
  /// Takes a listpack of pairs in order.
  explicit SortedSetValue(Listpack pack) : data_(std::move(pack)) {}
  /// One that shares the score tree of this one.
  SortedSetValue share() const { return SortedSetValue(data_.share()); }
  /// Of items in order, each member once.
  static std::unique_ptr<SortedSetValue> of_sorted(const Item* items, std::size_t n, const Limits& limits);

  bool is_tree() const { return data_.is_table(); }
  Encoding encoding() const override { return is_tree() ? Encoding::skiplist : Encoding::listpack; }
  std::size_t size() const override { return is_tree() ? tree().size() : listpack().count() / 2; }
  std::unique_ptr<Object> clone() const override;
  std::size_t bytes() const override;
  std::size_t modelled_bytes(std::size_t samples) const override;
  std::size_t modelled_allocations() const override;
  void digest(DigestSum& sum) const override;
  bool prefetch(std::string_view member, int step) const override;
  bool dismantle(std::size_t n) override {
    return !is_tree() || !tree().shares.alone() || tree().dismantle(n);
  }
  void own() override { data_.own(); }

  Added add(std::string_view member, double score, AddOptions options, const Limits& limits);
  void set(std::string_view member, double score, const Limits& limits) { add(member, score, {}, limits); }
  /// Becomes a score tree for good. REQUIRES: it is a listpack.
  void unpack(std::uint64_t seed);
  bool erase(std::string_view member);
  void erase(const Slice& slice);

  std::optional<double> score(std::string_view member) const;
  std::optional<std::size_t> rank(std::string_view member) const;

  Slice all(bool reverse = false) const { return {reverse && size() > 0 ? size() - 1 : 0, size(), reverse}; }
  /// Ranks from start to stop, both included, negative ones from the end; `reverse` counts from the highest.
  Slice slice(std::int64_t start, std::int64_t stop, bool reverse = false) const;
  Slice slice(const ScoreRange& range, Window window = {}) const;
  /// Where scores differ members are not in the order of their bytes; a listpack then gives what Redis finds.
  Slice slice(const LexRange& range, Window window = {}) const;
  /// Calls `visit(member, score)` for each; one that returns a bool stops by false. The member's bytes are
  /// good until the next call.
  template <class Visit>
  void visit(const Slice& slice, Visit&& visit) const;

  /// One step of ZSCAN over a score tree; visits all of a listpack.
  template <class Visit>
  std::uint64_t scan(std::uint64_t cursor, Visit&& visit) const;

  /// The pairs. REQUIRES: encoding listpack.
  const Listpack& listpack() const { return data_.small(); }
  /// REQUIRES: encoding skiplist.
  ScoreTree& tree() const { return data_.table(); }

 private:
  explicit SortedSetValue(SmallOrTable<Listpack, ScoreTree> data) : data_(std::move(data)) {}
  static double score_of(const Listpack::Item& item);
  Listpack::Position insert_packed(std::string_view member, double score);
  void move_packed(Listpack::Position from, std::string_view member, double score);
  bool fits(std::string_view member, const Limits& limits) const;

  SmallOrTable<Listpack, ScoreTree> data_;
};

using SortedSet = Collection<SortedSetValue>;

template <class Visit>
void SortedSetValue::visit(const Slice& slice, Visit&& visit) const {
  const auto go_on = [&](std::string_view member, double score) {
    if constexpr (std::is_same_v<decltype(visit(member, score)), bool>) return visit(member, score);
    visit(member, score);
    return true;
  };
  if (slice.count == 0) return;
  if (is_tree()) {
    tree().walk(slice.first, slice.count, slice.reverse,
                [&](const ScoreTree::Member& member) { return go_on(member.bytes(), member.score); });
    return;
  }
  IntegerText scratch;
  const Listpack& pack = listpack();
  auto at = pack.at(static_cast<std::int64_t>(2 * slice.first));
  for (std::size_t n = slice.count; n > 0; --n) {
    const auto behind = pack.next(at);
    if (!go_on(pack[at].bytes(scratch), score_of(pack[behind])) || n == 1) return;
    at = slice.reverse ? pack.previous(pack.previous(at)) : pack.next(behind);
  }
}

template <class Visit>
std::uint64_t SortedSetValue::scan(std::uint64_t cursor, Visit&& visit) const {
  if (is_tree())
    return tree().scan(cursor, [&](const ScoreTree::Member& each) { visit(each.bytes(), each.score); });
  this->visit(all(), visit);
  return 0;
}

}  // namespace redouble
