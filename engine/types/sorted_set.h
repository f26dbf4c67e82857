// Sorted sets: a listpack of member, score, member, score … in order while small, else a skip list. Commands
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
#include "engine/types/skip_list.h"

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

class SortedSetValue final : public Object {
 public:
  static constexpr Type kType = Type::sorted_set;

  /// The settings zset-max-listpack-entries and zset-max-listpack-value.
  struct Limits {
    std::size_t entries, value;
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

  /// `seed` is for the hash table and the skip list's levels.
  explicit SortedSetValue(std::uint64_t seed) : seed_(seed) {}
  /// Takes a listpack of pairs in order.
  SortedSetValue(std::uint64_t seed, Listpack pack) : seed_(seed), pack_(std::move(pack)) {}
  /// Of items in order, each member once.
  static std::unique_ptr<SortedSetValue> of_sorted(std::uint64_t seed, const Item* items, std::size_t n,
                                                   Limits limits);

  Encoding encoding() const override { return list_ ? Encoding::skiplist : Encoding::listpack; }
  std::size_t size() const override { return list_ ? list_->size() : pack_.count() / 2; }
  std::unique_ptr<Object> clone() const override;
  std::size_t bytes() const override;
  std::size_t modelled_bytes(std::size_t samples) const override;
  void digest(DigestSum& sum) const override;
  bool dismantle(std::size_t n) override { return !list_ || list_->dismantle(n); }

  Added add(std::string_view member, double score, AddOptions options, Limits limits);
  void set(std::string_view member, double score, Limits limits) { add(member, score, {}, limits); }
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

  /// One step of ZSCAN over a skip list; visits all of a listpack.
  template <class Visit>
  std::uint64_t scan(std::uint64_t cursor, Visit&& visit) const;

  /// The pairs. REQUIRES: encoding listpack.
  const Listpack& listpack() const { return pack_; }

 private:
  static double score_of(const Listpack::Item& item);
  void insert_packed(std::string_view member, double score);
  bool fits(std::string_view member, Limits limits) const;
  void unpack();

  std::uint64_t seed_;
  Listpack pack_;
  std::unique_ptr<SkipList> list_;  // instead of the listpack
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
  if (list_) {
    const SkipList::Node* node = list_->at(slice.first);
    for (std::size_t n = slice.count; n > 0; --n) {
      const SkipList::Node* next = slice.reverse ? node->before : node->after();
      if (next != nullptr) prefetch_memory(next);
      if (!go_on(node->member(), node->score)) return;
      node = next;
    }
    return;
  }
  IntegerText scratch;
  auto at = pack_.at(static_cast<std::int64_t>(2 * slice.first));
  for (std::size_t n = slice.count; n > 0; --n) {
    const auto behind = pack_.next(at);
    if (!go_on(pack_[at].bytes(scratch), score_of(pack_[behind])) || n == 1) return;
    at = slice.reverse ? pack_.previous(pack_.previous(at)) : pack_.next(behind);
  }
}

template <class Visit>
std::uint64_t SortedSetValue::scan(std::uint64_t cursor, Visit&& visit) const {
  if (list_)
    return list_->scan(cursor, [&](const SkipList::Node& node) { visit(node.member(), node.score); });
  this->visit(all(), visit);
  return 0;
}

}  // namespace redouble
