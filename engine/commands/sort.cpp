// SORT and SORT_RO: elements of a list, set or sorted set, ordered by themselves or by other keys, and shown
// as themselves or as what other keys hold.
#include <algorithm>
#include <cmath>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "engine/partial_sort.h"
#include "engine/types/hash.h"
#include "engine/types/list.h"
#include "engine/types/set.h"
#include "engine/types/sorted_set.h"
#include "engine/types/string.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

struct Options {
  bool descending = false;
  bool alpha = false;
  bool keep_order = false;  // BY a pattern without a star
  std::int64_t offset = 0, count = -1;
  std::optional<std::string_view> by, store;
  std::vector<std::string_view> get;
};

// Patterns reach keys that the call does not name: they need the right to read all of them.
Outcome read_pattern(Call& c, bool may_read_all, std::string_view option, std::string_view& pattern) {
  pattern = c.args.next();
  const bool reaches_keys = option == "GET" || until_nul(pattern).find('*') != std::string_view::npos;
  if (!reaches_keys || may_read_all) return done;
  return c.fail("ERR {} option of SORT denied due to insufficient ACL permissions.", option);
}

Outcome read_options(Call& c, Options& options) {
  const bool may_read_all = c.engine.acl.may_read_all_keys(c.session, c.command, c.args.all());
  std::string_view pattern;
  while (c.args.more()) {
    if (c.args.take("ASC")) {
      options.descending = false;
    } else if (c.args.take("DESC")) {
      options.descending = true;
    } else if (c.args.take("ALPHA")) {
      options.alpha = true;
    } else if (c.args.left() >= 3 && c.args.take("LIMIT")) {
      options.offset = c.args.integer();
      options.count = c.args.integer();
      if (!c.args.ok()) return c.args.error();
    } else if (c.command.is(kWrite) && c.args.left() >= 2 && c.args.take("STORE")) {
      options.store = c.args.next();
    } else if (c.args.left() >= 2 && c.args.take("BY")) {
      if (const Outcome bad = read_pattern(c, may_read_all, "BY", pattern); bad.is_error()) return bad;
      options.by = pattern;
      // Without a star there is nothing to look up; a later BY with one does not bring sorting back.
      if (until_nul(pattern).find('*') == std::string_view::npos) options.keep_order = true;
    } else if (c.args.left() >= 2 && c.args.take("GET")) {
      if (const Outcome bad = read_pattern(c, may_read_all, "GET", pattern); bad.is_error()) return bad;
      options.get.push_back(pattern);
    } else {
      return err::syntax;
    }
  }
  return done;
}

// --- Looking up by pattern -------------------------------------------------------------------------------

// Where BY or GET finds a text for an element: "prefix*suffix" or "prefix*suffix->field".
struct Pattern {
  explicit Pattern(std::string_view text) {
    const std::string_view words = until_nul(text);
    is_element = words == "#";
    const std::size_t star = words.find('*');
    if (is_element || star == std::string_view::npos) return;
    reaches_keys = true;
    prefix = text.substr(0, star);
    suffix = text.substr(star + 1);
    const std::size_t arrow = words.find("->", star + 1);
    if (arrow == std::string_view::npos || arrow + 2 == words.size()) return;
    suffix = text.substr(star + 1, arrow - star - 1);
    field = text.substr(arrow + 2);
  }

  // `scratch` holds the text of a number. Nothing when there is no such key or field, or it is of another
  // type.
  std::optional<std::string_view> find(Call& c, std::string_view element, IntegerText& scratch) const {
    if (is_element) return element;
    if (!reaches_keys) return std::nullopt;
    const std::string key = std::string(prefix).append(element).append(suffix);
    if (!field) {
      const auto text = c.db.read<String>(key);
      return text ? std::optional(text->text(scratch)) : std::nullopt;
    }
    const auto hash = c.db.read<Hash>(key);
    if (!hash) return std::nullopt;
    const auto value = hash->find(*field);
    return value ? std::optional(value->bytes(scratch)) : std::nullopt;
  }

  bool is_element = false, reaches_keys = false;
  std::string_view prefix, suffix;
  std::optional<std::string_view> field;
};

// --- Elements --------------------------------------------------------------------------------------------

struct Element {
  std::string_view text;
  std::string_view weight = {};  // with ALPHA: what BY found
  double score = 0;              // without
  bool weighed = false;          // BY found something; without BY, the element is a number
};

// The elements of a call with all texts that would not live as long: what they point to stays as it is while
// the command runs.
struct Elements {
  std::vector<Element> all;
  std::deque<std::string> kept;

  std::string_view keep(std::string_view text) { return kept.emplace_back(text); }
  void add(const Listpack::Item& item) {
    IntegerText scratch;
    if (item.is_number)
      all.push_back(
          {.text = keep(item.bytes(scratch)), .score = static_cast<double>(item.number), .weighed = true});
    else
      all.push_back({.text = item.text});
  }
};

// The places of the sorted elements that are shown: `begin` up to, not including, `end`.
struct Window {
  std::size_t begin = 0, end = 0;

  Window(const Options& options, std::size_t size) {
    const auto n = static_cast<std::int64_t>(size);
    const std::int64_t first = std::clamp<std::int64_t>(options.offset, 0, n);
    const std::int64_t count = options.count < 0 ? n : std::min(options.count, n);
    begin = static_cast<std::size_t>(first);
    end = static_cast<std::size_t>(std::min(first + count, n));
  }
  std::size_t size() const { return end - begin; }
};

void load_list(const ListValue& list, const Options& options, const Window& window, Elements& elements) {
  if (!options.keep_order) return list.for_each([&](const auto& item) { elements.add(item); });
  if (window.size() == 0) return;
  const auto begin = static_cast<std::int64_t>(window.begin);
  const bool backwards = options.descending;
  list.for_range(backwards ? -1 - begin : begin, window.size(),
                 backwards ? ListValue::End::left : ListValue::End::right,
                 [&](const auto& item) { elements.add(item); });
}

void load_sorted_set(const SortedSetValue& set, const Options& options, const Window& window,
                     Elements& elements) {
  Slice slice = set.all(options.keep_order && options.descending);
  if (options.keep_order) {
    if (window.size() == 0) return;
    slice.first = slice.reverse ? slice.first - window.begin : window.begin;
    slice.count = window.size();
  }
  set.visit(slice, [&](std::string_view member, double) {
    elements.all.push_back({.text = elements.keep(member)});
  });
}

// A text as C reads a number: blanks in front, nothing at all for 0, the end at a NUL. Beyond the range of a
// double, and too close to zero for its full precision, there is none.
std::optional<double> score_of(std::string_view text) {
  text = until_nul(text);
  if (text.empty()) return 0;
  const std::size_t blanks = text.find_first_not_of(" \t\n\v\f\r");
  if (blanks == std::string_view::npos) return std::nullopt;
  const auto number = parse_double(text.substr(blanks));
  if (number && std::fpclassify(*number) == FP_SUBNORMAL) return std::nullopt;
  return number;
}

// Finds what each element is ordered by. False when something that must be a number is none.
bool weigh(Call& c, const Options& options, Elements& elements) {
  bool all_numbers = true;
  const std::optional<Pattern> by = options.by ? std::optional<Pattern>(*options.by) : std::nullopt;
  for (Element& element : elements.all) {
    IntegerText scratch;
    std::string_view text = element.text;
    if (by) {
      const auto found = by->find(c, element.text, scratch);
      element.weighed = found.has_value();
      element.score = 0;
      if (!found) continue;
      text = *found;
      if (options.alpha) element.weight = elements.keep(text);
    }
    if (options.alpha || (!by && element.weighed)) continue;
    const auto score = score_of(text);
    if (score) element.score = *score;
    all_numbers &= score.has_value();
  }
  return all_numbers;
}

int sign(int order) {
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

// Results that are stored must not depend on a locale; others are compared like C strings, which end at a
// NUL.
int compare_texts(std::string_view a, std::string_view b, bool stored) {
  return sign(stored ? a.compare(b) : until_nul(a).compare(until_nul(b)));
}

int compare(const Element& a, const Element& b, const Options& options) {
  if (!options.alpha) {
    if (a.score != b.score) return a.score > b.score ? 1 : -1;
    return sign(a.text.compare(b.text));
  }
  if (!options.by) return compare_texts(a.text, b.text, options.store.has_value());
  if (a.weighed != b.weighed) return a.weighed ? 1 : -1;
  return a.weighed ? compare_texts(a.weight, b.weight, options.store.has_value()) : 0;
}

// With BY and LIMIT only the wanted places are sorted, which shows in the order of equal elements.
void sort_elements(std::vector<Element>& elements, const Options& options, const Window& window) {
  const auto order = [&](const Element& a, const Element& b) {
    return options.descending ? -compare(a, b, options) : compare(a, b, options);
  };
  if (options.by && window.size() < elements.size()) {
    if (window.size() > 0)
      partial_sort(elements.data(), elements.size(), order, window.begin, window.end - 1);
    return;
  }
  std::stable_sort(elements.begin(), elements.end(),
                   [&](const Element& a, const Element& b) { return order(a, b) < 0; });
}

// --- Results ---------------------------------------------------------------------------------------------

// Hands every result to `show`, which takes nothing for what is missing.
template <class Show>
void for_each_result(Call& c, const Options& options, std::span<const Element> shown, Show&& show) {
  const std::vector<Pattern> patterns(options.get.begin(), options.get.end());
  for (const Element& element : shown) {
    if (patterns.empty()) show(std::optional(element.text));
    for (const Pattern& pattern : patterns) {
      IntegerText scratch;
      show(pattern.find(c, element.text, scratch));
    }
  }
}

void store(Call& c, const Options& options, std::span<const Element> shown, std::size_t count) {
  if (count == 0) {
    if (auto target = c.db.look(*options.store)) c.db.remove(target, event::del);
    return c.reply.integer(0);
  }
  // As in Redis, this list alone has nodes of 8 KB whatever list-max-listpack-size says.
  auto list = std::make_unique<ListValue>(-2);
  for_each_result(c, options, shown, [&](std::optional<std::string_view> text) {
    list->push(ListValue::End::right, text.value_or(""));
  });
  auto target = c.db.put(*options.store, Type::list, std::move(list));
  c.db.changed(target, event::sortstore, count);
  c.reply.integer(static_cast<std::int64_t>(count));
}

// Loads the elements, sorted if that is asked for, and returns those that are shown. False in `numbers` when
// they cannot be ordered.
std::span<const Element> load(Call& c, Options& options, AnyRef& source, Elements& elements, bool& numbers) {
  const Type type = source ? source.entry()->kind() : Type::list;
  // The order of a set is no order to store in, nor one for a script to see.
  if (options.keep_order && type == Type::set && (options.store || c.session.script_of != nullptr)) {
    options.keep_order = false;
    options.alpha = true;
    options.by.reset();
  }
  Window window(options, source ? object_of(*source.entry()).size() : 0);
  if (source && type == Type::list)
    load_list(List(source).value(), options, window, elements);
  else if (source && type == Type::set)
    Set(source).value().for_each([&](const auto& item) { elements.add(item); });
  else if (source)
    load_sorted_set(SortedSet(source).value(), options, window, elements);
  numbers = options.keep_order || weigh(c, options, elements);
  if (!options.keep_order && numbers) sort_elements(elements.all, options, window);
  const std::span<const Element> all = elements.all;
  // In a kept order only the window was loaded; a set has none.
  return options.keep_order && type != Type::set ? all : all.subspan(window.begin, window.size());
}

Outcome sort(Call& c) {
  const auto key = c.args.next();
  Options options;
  if (const Outcome bad = read_options(c, options); bad.is_error()) return bad;
  AnyRef source = c.db.read(key);
  const Type type = source ? source.entry()->kind() : Type::list;
  if (type != Type::list && type != Type::set && type != Type::sorted_set) return err::wrong_type;
  if (source && type == Type::sorted_set) {
    // Redis leaves a sorted set that it has sorted as a skip list.
    if (auto& set = SortedSet(source).value(); set.encoding() == Encoding::listpack) set.unpack(c.db.seed());
    c.db.account(source);
  }
  Elements elements;
  bool numbers = true;
  const auto shown = load(c, options, source, elements, numbers);
  if (!numbers) return err::sort_not_numbers;
  const std::size_t count = shown.size() * std::max<std::size_t>(options.get.size(), 1);
  if (options.store) {
    store(c, options, shown, count);
    return done;
  }
  c.reply.array(count);
  for_each_result(c, options, shown,
                  [&](std::optional<std::string_view> text) { text ? c.reply.bulk(*text) : c.reply.null(); });
  return done;
}

constexpr KeySpec kPatternKeys = [] {
  KeySpec spec = keys::unknown(kRO | kAccess);
  spec.notes = "BY and GET read keys whose names are made from the elements";
  return spec;
}();
constexpr KeySpec kStoreKey = [] {
  KeySpec spec = keys::unknown(kOW | kUpdate);
  spec.notes = "STORE and its key may stand anywhere among the options";
  return spec;
}();

constexpr Command kCommands[] = {
    {.name = "SORT",
     .arity = -2,
     .flags = kWrite | kDenyOom | kMovableKeys,
     .categories = kCatSet | kCatSortedSet | kCatList | kCatDangerous,
     .keys = {keys::at(1, kRO | kAccess), kPatternKeys, kStoreKey},
     .group = Group::generic,
     .since = "1.0.0",
     .syntax = "key [BY=pattern:pattern#1] [LIMIT=offset_count{offset:int count:int}] "
               "[GET=pattern:pattern#1*...] [order<ASC|DESC>] [sorting!ALPHA] [STORE=destination:key#2]",
     .summary = "Sorts the elements of a list, set or sorted set, and can store the result.",
     .run = sort},
    {.name = "SORT_RO",
     .arity = -2,
     .flags = kReadonly | kMovableKeys,
     .categories = kCatSet | kCatSortedSet | kCatList | kCatDangerous,
     .keys = {keys::at(1, kRO | kAccess), kPatternKeys},
     .group = Group::generic,
     .since = "7.0.0",
     .syntax = "key [BY=pattern:pattern#1] [LIMIT=offset_count{offset:int count:int}] "
               "[GET=pattern:pattern#1*...] [order<ASC|DESC>] [sorting!ALPHA]",
     .summary = "Sorts the elements of a list, set or sorted set, without storing.",
     .run = sort},
};

}  // namespace

Rows sort_commands() {
  return kCommands;
}

}  // namespace redouble
