// GEOSEARCH, GEORADIUS and their kin: one search with many spellings.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/geo.h"
#include "engine/commands/sorted_set_shapes.h"
#include "engine/partial_sort.h"
#include "engine/types/sorted_set.h"

namespace redouble {
namespace {

struct Found {
  std::string member;
  double score;
  double metres;
  geo::Place place;
};

enum class Order { none, nearest_first, farthest_first };

struct Search {
  enum class Spelling { geosearch, georadius } spelling;
  bool may_store;  // STORE and STOREDIST, of GEORADIUS
  geo::Shape shape = {};
  bool has_center = false, from_member = false;
  bool has_extent = false;
  Order order = Order::none;
  std::int64_t count = 0;  // 0: all
  bool any = false;
  bool with_distance = false, with_hash = false, with_place = false;
  std::optional<std::string_view> target = {};
  bool store_distance = false;
};

// --- Arguments -------------------------------------------------------------------------------------------

void read_radius(Call& c, geo::Shape& shape) {
  shape.is_box = false;
  shape.radius = c.args.real(err::geo_radius);
  if (shape.radius < 0) c.args.fail(err::geo_radius_negative);
  if (c.args.ok()) shape.unit = next_unit(c);
}

void read_box(Call& c, geo::Shape& shape) {
  shape.is_box = true;
  shape.width = c.args.real(err::geo_width);
  shape.height = c.args.real(err::geo_height);
  if (shape.width < 0 || shape.height < 0) c.args.fail(err::geo_box_negative);
  if (c.args.ok()) shape.unit = next_unit(c);
}

void read_member(Call& c, const Ref<SortedSet>& set, geo::Shape& shape) {
  const auto member = c.args.next();
  if (!set) return;
  if (const auto score = set->score(member))
    shape.center = geo::decode(*score);
  else
    c.args.fail(err::geo_no_member);
}

bool take_center(Call& c, const Ref<SortedSet>& set, Search& search) {
  if (c.args.left() >= 2 && (!search.has_center || search.from_member) && c.args.take("FROMMEMBER")) {
    read_member(c, set, search.shape);
    search.from_member = true;
  } else if (c.args.left() >= 3 && !search.from_member && c.args.take("FROMLONLAT")) {
    if (const auto place = next_place(c)) search.shape.center = *place;
  } else {
    return false;
  }
  return search.has_center = true;
}

bool take_extent(Call& c, Search& search) {
  const bool box = search.has_extent && search.shape.is_box;
  const bool circle = search.has_extent && !search.shape.is_box;
  if (c.args.left() >= 3 && !box && c.args.take("BYRADIUS"))
    read_radius(c, search.shape);
  else if (c.args.left() >= 4 && !circle && c.args.take("BYBOX"))
    read_box(c, search.shape);
  else
    return false;
  return search.has_extent = true;
}

bool take_target(Call& c, Search& search) {
  if (search.spelling == Search::Spelling::geosearch) {
    if (!search.target || !c.args.take("STOREDIST")) return false;
    return search.store_distance = true;
  }
  if (!search.may_store || c.args.left() < 2) return false;
  const bool distance = is_word(c.args.peek(), "STOREDIST");
  if (!distance && !is_word(c.args.peek(), "STORE")) return false;
  static_cast<void>(c.args.next());
  search.target = c.args.next();
  search.store_distance = distance;
  return true;
}

bool take_flag(Call& c, Search& search) {
  if (c.args.take("WITHDIST")) return search.with_distance = true;
  if (c.args.take("WITHHASH")) return search.with_hash = true;
  if (c.args.take("WITHCOORD")) return search.with_place = true;
  if (c.args.take("ANY")) return search.any = true;
  if (c.args.take("ASC"))
    search.order = Order::nearest_first;
  else if (c.args.take("DESC"))
    search.order = Order::farthest_first;
  else
    return false;
  return true;
}

Outcome read_words(Call& c, const Ref<SortedSet>& set, Search& search) {
  while (c.args.more()) {
    if (take_flag(c, search)) continue;
    if (c.args.left() >= 2 && c.args.take("COUNT")) {
      search.count = c.args.integer();
      if (search.count <= 0) c.args.fail(err::upper_count_not_positive);
    } else if (!take_target(c, search) && !(search.spelling == Search::Spelling::geosearch &&
                                            (take_center(c, set, search) || take_extent(c, search)))) {
      return err::syntax;
    }
  }
  return c.args.ok() ? Outcome(done) : Outcome(c.args.error());
}

Outcome check_words(Call& c, const Search& search) {
  const bool shows_more = search.with_distance || search.with_hash || search.with_place;
  const bool is_search = search.spelling == Search::Spelling::geosearch;
  if (search.target && shows_more)
    return c.fail("ERR {} is not compatible with WITHDIST, WITHHASH and WITHCOORD options",
                  is_search ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS");
  if (is_search && !search.has_center)
    return c.fail("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for {}", c.args.all()[0]);
  if (is_search && !search.has_extent)
    return c.fail("ERR exactly one of BYRADIUS and BYBOX can be specified for {}", c.args.all()[0]);
  if (search.any && search.count == 0) return err::geo_any_without_count;
  return done;
}

// --- Searching -------------------------------------------------------------------------------------------

// All places in the shape, cell by cell; with ANY only as many as were asked for.
std::vector<Found> find_places(const SortedSetValue& set, const Search& search) {
  std::vector<Found> found;
  const auto enough = [&] { return search.any && found.size() >= static_cast<std::size_t>(search.count); };
  const geo::Cover cover = geo::cover(search.shape);
  for (std::size_t i = 0; i < cover.count && !enough(); ++i) {
    const auto [min, max] = cover.cells[i];
    const ScoreRange range{static_cast<double>(min), static_cast<double>(max), false, true};
    set.visit(set.slice(range), [&](std::string_view member, double score) {
      const geo::Place place = geo::decode(score);
      double metres = 0;
      if (search.shape.contains(place, metres)) found.push_back({std::string(member), score, metres, place});
      return !enough();
    });
  }
  return found;
}

// What is nearest (or farthest) comes first; without an order, COUNT alone means the nearest.
void sort_places(std::vector<Found>& found, const Search& search, std::size_t wanted) {
  Order order = search.order;
  if (order == Order::none && search.count != 0 && !search.any) order = Order::nearest_first;
  if (order == Order::none) return;
  const auto compare = [&](const Found& a, const Found& b) {
    const int rising = a.metres > b.metres ? 1 : a.metres == b.metres ? 0 : -1;
    return order == Order::nearest_first ? rising : -rising;
  };
  if (wanted == found.size())
    std::stable_sort(found.begin(), found.end(),
                     [&](const Found& a, const Found& b) { return compare(a, b) < 0; });
  else
    partial_sort(found.data(), found.size(), compare, 0, wanted - 1);
}

void reply_found(Call& c, const Search& search, const std::vector<Found>& found) {
  const std::size_t fields =
      (search.with_distance ? 1u : 0u) + (search.with_hash ? 1u : 0u) + (search.with_place ? 1u : 0u);
  c.reply.array(found.size());
  for (const Found& one : found) {
    if (fields > 0) c.reply.array(1 + fields);
    c.reply.bulk(one.member);
    if (search.with_distance) reply_distance(c, one.metres / search.shape.unit);
    if (search.with_hash) c.reply.integer(static_cast<std::int64_t>(one.score));
    if (search.with_place) reply_place(c, one.place);
  }
}

Outcome store_found(Call& c, const Search& search, const std::vector<Found>& found) {
  std::vector<SortedSetValue::Item> items;
  items.reserve(found.size());
  for (const Found& one : found) {
    const double score = search.store_distance ? one.metres / search.shape.unit : one.score;
    // The distance of places that are exactly opposite may be no number, which no score is.
    items.push_back({one.member, std::isnan(score) ? std::numeric_limits<double>::infinity() : score});
  }
  std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) {
    return a.score < b.score || (a.score == b.score && a.member < b.member);
  });
  auto set = SortedSetValue::of_sorted(items.data(), items.size(), sorted_set_limits(c));
  const Event what =
      search.spelling == Search::Spelling::geosearch ? event::geosearchstore : event::georadiusstore;
  return store_sorted_set(c, *search.target, std::move(set), what, items.size());
}

// `c.args` stands where the optional words begin.
Outcome run(Call& c, const Ref<SortedSet>& set, Search& search) {
  if (const Outcome bad = read_words(c, set, search); bad.is_error()) return bad;
  if (const Outcome bad = check_words(c, search); bad.is_error()) return bad;
  std::vector<Found> found;
  if (set) {
    found = find_places(set.value(), search);
    const std::size_t wanted =
        search.count == 0 ? found.size() : std::min(found.size(), static_cast<std::size_t>(search.count));
    if (wanted > 0) sort_places(found, search, wanted);
    found.resize(wanted);
  }
  if (search.target) return store_found(c, search, found);
  reply_found(c, search, found);
  return done;
}

Outcome geosearch(Call& c) {
  const auto set = c.db.read<SortedSet>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  Search search{Search::Spelling::geosearch, false};
  return run(c, set, search);
}

Outcome geosearchstore(Call& c) {
  Search search{Search::Spelling::geosearch, false};
  search.target = c.args.next();
  const auto set = c.db.read<SortedSet>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  return run(c, set, search);
}

Outcome around_place(Call& c, bool may_store) {
  const auto set = c.db.read<SortedSet>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  Search search{Search::Spelling::georadius, may_store};
  if (const auto place = next_place(c)) search.shape.center = *place;
  if (c.args.ok()) read_radius(c, search.shape);
  if (!c.args.ok()) return c.args.error();
  return run(c, set, search);
}

// Without the key nobody looks at member, radius and unit.
Outcome around_member(Call& c, bool may_store) {
  const auto set = c.db.read<SortedSet>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  Search search{Search::Spelling::georadius, may_store};
  if (set) {
    read_member(c, set, search.shape);
    if (c.args.ok()) read_radius(c, search.shape);
    if (!c.args.ok()) return c.args.error();
  } else {
    for (int i = 0; i < 3; ++i) static_cast<void>(c.args.next());
  }
  return run(c, set, search);
}

Outcome georadius(Call& c) {
  return around_place(c, true);
}
Outcome georadius_ro(Call& c) {
  return around_place(c, false);
}
Outcome georadiusbymember(Call& c) {
  return around_member(c, true);
}
Outcome georadiusbymember_ro(Call& c) {
  return around_member(c, false);
}

constexpr Command kCommands[] = {
    {.name = "GEOSEARCH",
     .arity = -7,
     .flags = kReadonly,
     .categories = kCatGeo,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::geo,
     .since = "6.2.0",
     .syntax = "key from<FROMMEMBER=member|FROMLONLAT=longitude_latitude{longitude:double latitude:double}> "
               "by<circle{BYRADIUS=radius:double unit<M|KM|FT|MI>}|box{BYBOX=width:double height:double "
               "unit<M|KM|FT|MI>}> [order<ASC|DESC>] [count{COUNT=count:int [ANY]}] [WITHCOORD] [WITHDIST] "
               "[WITHHASH]",
     .summary = "Lists the places within a circle or a box.",
     .run = geosearch},
    {.name = "GEOSEARCHSTORE",
     .arity = -8,
     .flags = kWrite | kDenyOom,
     .categories = kCatGeo,
     .keys = {keys::at(1, kOW | kUpdate), keys::at(2, kRO | kAccess)},
     .group = Group::geo,
     .since = "6.2.0",
     .syntax =
         "destination:key source:key#1 from<FROMMEMBER=member|FROMLONLAT=longitude_latitude{longitude:double "
         "latitude:double}> by<circle{BYRADIUS=radius:double unit<M|KM|FT|MI>}|box{BYBOX=width:double "
         "height:double unit<M|KM|FT|MI>}> [order<ASC|DESC>] [count{COUNT=count:int [ANY]}] [STOREDIST]",
     .summary = "Stores the places within a circle or a box.",
     .run = geosearchstore},
    {.name = "GEORADIUS",
     .arity = -6,
     .flags = kWrite | kDenyOom | kMovableKeys,
     .categories = kCatGeo,
     .keys = {keys::at(1, kRO | kAccess), keys::after("STORE", 6, 0, 1, kOW | kUpdate),
              keys::after("STOREDIST", 6, 0, 1, kOW | kUpdate)},
     .group = Group::geo,
     .since = "3.2.0",
     .deprecated_since = "6.2.0",
     .replaced_by = "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument",
     .syntax =
         "key longitude:double latitude:double radius:double unit<M|KM|FT|MI> [WITHCOORD] [WITHDIST] "
         "[WITHHASH] [count{COUNT=count:int [ANY@6.2.0]}] [order<ASC|DESC>] [STORE=key#1] [STOREDIST=key#2]",
     .summary = "Lists or stores the places within a circle.",
     .run = georadius},
    {.name = "GEORADIUS_RO",
     .arity = -6,
     .flags = kReadonly,
     .categories = kCatGeo,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::geo,
     .since = "3.2.10",
     .deprecated_since = "6.2.0",
     .replaced_by = "`GEOSEARCH` with the `BYRADIUS` argument",
     .syntax = "key longitude:double latitude:double radius:double unit<M|KM|FT|MI> [WITHCOORD] [WITHDIST] "
               "[WITHHASH] [count{COUNT=count:int [ANY@6.2.0]}] [order<ASC|DESC>]",
     .summary = "Lists the places within a circle.",
     .run = georadius_ro},
    {.name = "GEORADIUSBYMEMBER",
     .arity = -5,
     .flags = kWrite | kDenyOom | kMovableKeys,
     .categories = kCatGeo,
     .keys = {keys::at(1, kRO | kAccess), keys::after("STORE", 5, 0, 1, kOW | kUpdate),
              keys::after("STOREDIST", 5, 0, 1, kOW | kUpdate)},
     .group = Group::geo,
     .since = "3.2.0",
     .deprecated_since = "6.2.0",
     .replaced_by = "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments",
     .syntax = "key member radius:double unit<M|KM|FT|MI> [WITHCOORD] [WITHDIST] [WITHHASH] "
               "[count{COUNT=count:int [ANY]}] [order<ASC|DESC>] [STORE=key#1] [STOREDIST=key#2]",
     .summary = "Lists or stores the places within a circle around one of them.",
     .run = georadiusbymember},
    {.name = "GEORADIUSBYMEMBER_RO",
     .arity = -5,
     .flags = kReadonly,
     .categories = kCatGeo,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::geo,
     .since = "3.2.10",
     .deprecated_since = "6.2.0",
     .replaced_by = "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments",
     .syntax = "key member radius:double unit<M|KM|FT|MI> [WITHCOORD] [WITHDIST] [WITHHASH] "
               "[count{COUNT=count:int [ANY]}] [order<ASC|DESC>]",
     .summary = "Lists the places within a circle around one of them.",
     .run = georadiusbymember_ro},
};

}  // namespace

Rows geo_search_commands() {
  return kCommands;
}

}  // namespace redouble
