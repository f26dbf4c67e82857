#include "engine/types/sorted_set.h"

#include <algorithm>
#include <cmath>
#include <new>

#include "engine/digest.h"
#include "engine/memory_model.h"
#include "protocol/number.h"

namespace redouble {
namespace {

// Where a listpack would become too large for its own header, as in Redis.
constexpr std::size_t kMaxListpack = std::size_t{1} << 30;

std::optional<LexRange::End> parse_end(std::string_view text) {
  using Kind = LexRange::End::Kind;
  const char first = text.empty() ? '\0' : text[0];
  if (first == '[') return LexRange::End{Kind::inclusive, text.substr(1)};
  if (first == '(') return LexRange::End{Kind::open, text.substr(1)};
  // Behind the sign stands nothing, in C's eyes.
  if (first == '\0' || (text.size() > 1 && text[1] != '\0')) return std::nullopt;
  if (first == '-') return LexRange::End{Kind::lowest, {}};
  if (first == '+') return LexRange::End{Kind::highest, {}};
  return std::nullopt;
}

// What a window leaves of the ranks from `low` up to `high`, which does not belong.
Slice cut(std::size_t low, std::size_t high, Window window) {
  if (window.offset < 0 || low >= high) return {};
  const auto offset = static_cast<std::size_t>(window.offset);
  if (offset >= high - low) return {};
  std::size_t n = high - low - offset;
  if (window.count >= 0) n = std::min(n, static_cast<std::size_t>(window.count));
  return {window.reverse ? high - 1 - offset : low + offset, n, window.reverse};
}

}  // namespace

std::optional<ScoreRange> ScoreRange::parse(std::string_view min, std::string_view max) {
  ScoreRange range{};
  const auto read = [](std::string_view text, bool& open) {
    open = !text.empty() && text[0] == '(';
    return parse_c_double(open ? text.substr(1) : text);
  };
  const auto low = read(min, range.min_open);
  const auto high = read(max, range.max_open);
  if (!low || !high) return std::nullopt;
  range.min = *low;
  range.max = *high;
  return range;
}

std::optional<LexRange> LexRange::parse(std::string_view min, std::string_view max) {
  const auto low = parse_end(min);
  const auto high = parse_end(max);
  if (!low || !high) return std::nullopt;
  return LexRange{*low, *high};
}

bool LexRange::starts_after(std::string_view member) const {
  if (min.kind == End::Kind::lowest) return false;
  if (min.kind == End::Kind::highest) return true;
  return min.kind == End::Kind::open ? member <= min.text : member < min.text;
}

bool LexRange::ends_before(std::string_view member) const {
  if (max.kind == End::Kind::highest) return false;
  if (max.kind == End::Kind::lowest) return true;
  return max.kind == End::Kind::open ? member >= max.text : member > max.text;
}

bool LexRange::is_empty() const {
  if (min.kind == End::Kind::highest || max.kind == End::Kind::lowest) return true;
  if (min.kind == End::Kind::lowest || max.kind == End::Kind::highest) return false;
  const bool open = min.kind == End::Kind::open || max.kind == End::Kind::open;
  return open ? min.text >= max.text : min.text > max.text;
}

// --- As an object ----------------------------------------------------------------------------------------

std::unique_ptr<SortedSetValue> SortedSetValue::of_sorted(const Item* items, std::size_t n,
                                                          const Limits& limits) {
  auto set = std::make_unique<SortedSetValue>();
  std::size_t longest = 0, total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    longest = std::max(longest, items[i].member.size());
    total += items[i].member.size();
  }
  if (n <= limits.entries && longest <= limits.value && total < kMaxListpack) {
    for (std::size_t i = 0; i < n; ++i) set->insert_packed(items[i].member, items[i].score);
    return set;
  }
  set->unpack(limits.seed);
  set->tree().expect(n);
  for (std::size_t i = 0; i < n; ++i) set->tree().append(items[i].member, items[i].score);
  return set;
}

std::unique_ptr<Object> SortedSetValue::clone() const {
  if (!is_tree()) return std::make_unique<SortedSetValue>(listpack().clone());
  auto copy = std::make_unique<SortedSetValue>();
  copy->data_.become(tree().clone());
  return copy;
}

std::size_t SortedSetValue::bytes() const {
  return is_tree() ? tree().bytes() : listpack().bytes();
}

std::size_t SortedSetValue::modelled_allocations() const {
  using namespace memory_model;
  return kObject + (is_tree() ? tree().modelled() : size_class(listpack().serialized_size()));
}

std::size_t SortedSetValue::modelled_bytes(std::size_t samples) const {
  using memory_model::size_class;
  if (!is_tree()) return size_class(listpack().serialized_size());
  // The structures zset, zskiplist and dict, the skip list's head of 32 levels, the table.
  constexpr std::size_t kShells = 16 + 32 + 56, kHead = 24 + 32 * 16, kTableEntry = 24;
  std::size_t size = kShells + size_class(kHead) + tree().buckets() * sizeof(void*);
  const std::size_t n = samples == 0 ? tree().size() : std::min(samples, tree().size());
  std::size_t members = 0;
  tree().walk(0, n, false, [&](const ScoreTree::Member& member) {
    members += memory_model::key_bytes(member.bytes()) + kTableEntry + ScoreTree::modelled_node(member);
    return true;
  });
  if (n > 0)
    size += static_cast<std::size_t>(static_cast<double>(members) / static_cast<double>(n) *
                                     static_cast<double>(tree().size()));
  return size;
}

void SortedSetValue::digest(DigestSum& sum) const {
  visit(all(), [&](std::string_view member, double score) {
    DigestSum one;
    one.add_ordered(member);
    one.add_ordered(format_double(score));
    sum.add_unordered(one);
  });
}

// --- Change ----------------------------------------------------------------------------------------------

// A score stands as an integer, or as the text that is read back to the same double.
double SortedSetValue::score_of(const Listpack::Item& item) {
  if (item.is_number) return static_cast<double>(item.number);
  return parse_double(item.text).value_or(0);
}

bool SortedSetValue::fits(std::string_view member, const Limits& limits) const {
  return size() + 1 <= limits.entries && member.size() <= limits.value &&
         listpack().serialized_size() + member.size() < kMaxListpack;
}

void SortedSetValue::unpack(std::uint64_t seed) {
  auto tree = std::make_unique<ScoreTree>(seed);
  tree->expect(size() + 1);
  visit(all(), [&](std::string_view member, double score) { tree->append(member, score); });
  data_.become(std::move(tree));
}

Listpack::Position SortedSetValue::insert_packed(std::string_view member, double score) {
  Listpack& pack = data_.small();
  auto at = pack.end();
  // From the end: members often come in order.
  while (at != pack.begin()) {
    const auto score_at = pack.previous(at);
    const double other = score_of(pack[score_at]);
    const auto member_at = pack.previous(score_at);
    IntegerText scratch;
    if (other < score || (other == score && pack[member_at].bytes(scratch) < member)) break;
    at = member_at;
  }
  const auto member_at = pack.insert(at, member);
  try {
    at = pack.next(member_at);
    if (const auto integer = exact_int64(score))
      pack.insert(at, *integer);
    else
      pack.insert(at, format_double(score));
  } catch (const std::bad_alloc&) {
    pack.erase(member_at);
    throw;
  }
  return member_at;
}

// The new pair comes in before the old one goes.
void SortedSetValue::move_packed(Listpack::Position from, std::string_view member, double score) {
  const std::size_t before = listpack().serialized_size();
  const auto to = insert_packed(member, score);
  const std::size_t grown = listpack().serialized_size() - before;
  data_.small().erase(to <= from ? from + static_cast<Listpack::Position>(grown) : from, 2);
}

SortedSetValue::Added SortedSetValue::add(std::string_view member, double score, AddOptions options,
                                          const Limits& limits) {
  using Kind = Added::Kind;
  if (is_tree()) tree().step();
  const std::uint64_t hash = is_tree() ? tree().hash(member) : 0;
  ScoreTree::Member* node = is_tree() ? tree().find(member, hash) : nullptr;
  const auto at = is_tree() ? 0 : listpack().find(member, 0, 2);
  const bool found = is_tree() ? node != nullptr : at != listpack().end();
  if (!found) {
    if (options.only_existing) return {Kind::kept};
    if (!is_tree() && !fits(member, limits)) {
      unpack(limits.seed);
      tree().insert(member, tree().hash(member), score);
    } else if (is_tree()) {
      tree().insert(member, hash, score);
    } else {
      insert_packed(member, score);
    }
    return {Kind::added, score};
  }
  if (options.only_new) return {Kind::kept};
  const double before = node != nullptr ? node->score : score_of(listpack()[listpack().next(at)]);
  if (options.increment) score += before;
  if (std::isnan(score)) return {Kind::not_a_number};
  if ((options.only_less && score >= before) || (options.only_greater && score <= before))
    return {Kind::kept};
  if (score == before) return {Kind::same, score};
  if (node != nullptr) {
    tree().set_score(node, score);
  } else {
    move_packed(at, member, score);
  }
  return {Kind::updated, score};
}

bool SortedSetValue::erase(std::string_view member) {
  if (is_tree()) {
    ScoreTree::Member* node = tree().find(member);
    if (node != nullptr)
      tree().erase(node);
    else
      tree().step();  // as Redis does in vain, too
    return node != nullptr;
  }
  Listpack& pack = data_.small();
  const auto at = pack.find(member, 0, 2);
  if (at == pack.end()) return false;
  pack.erase(at, 2);
  return true;
}

void SortedSetValue::erase(const Slice& slice) {
  if (slice.count == 0) return;
  if (is_tree())
    tree().erase(slice.lowest(), slice.count);
  else
    data_.small().erase(listpack().at(static_cast<std::int64_t>(2 * slice.lowest())), 2 * slice.count);
}

bool SortedSetValue::prefetch(std::string_view member, int step) const {
  if (step == 0)
    data_.prefetch();
  else if (is_tree())
    tree().table().prefetch(tree().hash(member), step);
  return is_tree();
}

// --- Look ------------------------------------------------------------------------------------------------

std::optional<double> SortedSetValue::score(std::string_view member) const {
  if (is_tree()) {
    const ScoreTree::Member* node = tree().find(member);
    return node != nullptr ? std::optional(node->score) : std::nullopt;
  }
  const Listpack& pack = listpack();
  const auto at = pack.find(member, 0, 2);
  if (at == pack.end()) return std::nullopt;
  return score_of(pack[pack.next(at)]);
}

std::optional<std::size_t> SortedSetValue::rank(std::string_view member) const {
  if (is_tree()) {
    const ScoreTree::Member* node = tree().find(member);
    return node != nullptr ? std::optional(tree().rank_of(node)) : std::nullopt;
  }
  const Listpack& pack = listpack();
  const auto found = pack.find(member, 0, 2);
  if (found == pack.end()) return std::nullopt;
  std::size_t entries = 0;
  for (auto at = pack.begin(); at != found; at = pack.next(at)) ++entries;
  return entries / 2;
}

Slice SortedSetValue::slice(std::int64_t start, std::int64_t stop, bool reverse) const {
  const auto n = static_cast<std::int64_t>(size());
  if (start < 0) start = std::max<std::int64_t>(start + n, 0);
  if (stop < 0) stop += n;
  stop = std::min(stop, n - 1);
  if (start > stop) return {};
  const auto first = static_cast<std::size_t>(reverse ? n - 1 - start : start);
  return {first, static_cast<std::size_t>(stop - start + 1), reverse};
}

Slice SortedSetValue::slice(const ScoreRange& range, Window window) const {
  if (is_tree()) {
    const auto low = tree().count_below(range.min, range.min_open);
    const auto high = tree().count_below(range.max, !range.max_open);
    return cut(low, high, window);
  }
  std::size_t low = 0, high = 0;
  visit(all(), [&](std::string_view, double score) {
    if (range.ends_before(score)) return false;
    low += range.starts_after(score) ? 1 : 0;
    ++high;
    return true;
  });
  return cut(low, high, window);
}

Slice SortedSetValue::slice(const LexRange& range, Window window) const {
  if (range.is_empty() || size() == 0) return {};
  if (is_tree()) {
    const auto low = tree().count_while([&](const auto& each) { return range.starts_after(each.bytes()); });
    const auto high = tree().count_while([&](const auto& each) { return !range.ends_before(each.bytes()); });
    return cut(low, high, window);
  }
  if (window.offset < 0) return {};
  // Redis walks from one end to the first member inside, passes over `offset`, and takes what is still
  // inside.
  std::size_t place = 0, first = 0, n = 0;
  bool ends_fit = false, found = false;
  const auto outside = [&](std::string_view member) {
    return window.reverse ? range.starts_after(member) : range.ends_before(member);
  };
  visit({size() - 1, 1, false},
        [&](std::string_view member, double) { ends_fit = !range.starts_after(member); });
  visit({0, 1, false}, [&](std::string_view member, double) { ends_fit &= !range.ends_before(member); });
  if (!ends_fit) return {};
  visit(all(window.reverse), [&](std::string_view member, double) {
    const std::size_t here = place++;
    if (!found) {
      if (window.reverse ? range.ends_before(member) : range.starts_after(member)) return true;
      if (outside(member)) return false;
      found = true;
      first = here;
    }
    const std::size_t passed = here - first;
    if (passed < static_cast<std::size_t>(window.offset)) return true;
    if (outside(member) || (window.count >= 0 && n >= static_cast<std::size_t>(window.count))) return false;
    ++n;
    return true;
  });
  if (n == 0) return {};
  first += static_cast<std::size_t>(window.offset);
  return {window.reverse ? size() - 1 - first : first, n, window.reverse};
}

}  // namespace redouble
