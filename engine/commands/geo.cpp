// Places: sorted sets whose scores are geohashes. Searches are in geo_search.cpp.
#include "engine/commands/geo.h"

#include <cmath>
#include <vector>

#include "engine/commands/families.h"
#include "engine/commands/sorted_set_shapes.h"
#include "engine/engine.h"
#include "engine/types/sorted_set.h"

namespace redouble {

std::optional<geo::Place> next_place(Call& c) {
  geo::Place place{c.args.real(), c.args.real()};
  if (!c.args.ok()) return std::nullopt;
  if (geo::is_valid(place)) return place;
  c.args.fail(
      c.fail("ERR invalid longitude,latitude pair {:f},{:f}", place.longitude, place.latitude).error());
  return std::nullopt;
}

double next_unit(Call& c) {
  if (c.args.take("M")) return 1;
  if (c.args.take("KM")) return 1000;
  if (c.args.take("FT")) return 0.3048;
  if (c.args.take("MI")) return 1609.34;
  c.args.fail(err::geo_unit);
  return 1;
}

// Redis rounds a whole number of ten thousandths, half to even; printf would round the exact value. What is
// no number (places that are exactly opposite) becomes the least integer.
void reply_distance(Call& c, double distance) {
  const auto rounded = std::isnan(distance) ? INT64_MIN : std::llrint(distance * 10000);
  const auto magnitude =
      rounded < 0 ? 0 - static_cast<std::uint64_t>(rounded) : static_cast<std::uint64_t>(rounded);
  c.reply.bulk(fmt::format("{}{}.{:04}", rounded < 0 ? "-" : "", magnitude / 10000, magnitude % 10000));
}

void reply_place(Call& c, const geo::Place& place) {
  c.reply.array(2);
  for (const double number : {place.longitude, place.latitude})
    c.reply.real_text(number, format_long_double_human(number));
}

namespace {

// GEOADD is ZADD with a score for every longitude and latitude; the words in front are the same.
Outcome geoadd(Call& c) {
  const Argv all = c.args.all();
  std::size_t words = 2;
  bool only_new = false, only_existing = false;
  for (; words < all.size(); ++words) {
    if (is_word(all[words], "NX"))
      only_new = true;
    else if (is_word(all[words], "XX"))
      only_existing = true;
    else if (!is_word(all[words], "CH"))
      break;
  }
  if ((all.size() - words) % 3 != 0 || (only_new && only_existing)) return err::syntax;
  c.args = Args(all, words);
  std::vector<std::string_view> zadd(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(words));
  std::vector<IntegerText> scores;
  scores.reserve(c.args.left() / 3);
  while (c.args.more()) {
    const auto place = next_place(c);
    if (!place) return c.args.error();
    scores.push_back(format_uint64(geo::encode(*place)));
    zadd.push_back(scores.back());
    zadd.push_back(c.args.next());
  }
  c.args = Args(zadd);
  const std::uint64_t before = c.engine.changes;
  const Outcome outcome = sorted_set_add(c);
  zadd[0] = "zadd";
  if (c.engine.changes > before) c.propagate(zadd);
  return outcome;
}

Outcome geodist(Call& c) {
  const auto key = c.args.next();
  const auto from = c.args.next(), to = c.args.next();
  const double unit = c.args.more() ? next_unit(c) : 1;
  if (c.args.all().size() > 5) return err::syntax;
  if (!c.args.ok()) return c.args.error();
  const auto set = c.db.read<SortedSet>(key);
  if (set.wrong_type()) return err::wrong_type;
  const auto a = set ? set->score(from) : std::nullopt;
  const auto b = set ? set->score(to) : std::nullopt;
  if (a && b)
    reply_distance(c, geo::distance(geo::decode(*a), geo::decode(*b)) / unit);
  else
    c.reply.null();
  return done;
}

Outcome geohash(Call& c) {
  const auto set = c.db.read<SortedSet>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  const Argv members = c.args.rest();
  c.reply.array(members.size());
  for (const auto member : members) {
    const auto score = set ? set->score(member) : std::nullopt;
    if (!score) {
      c.reply.null();
      continue;
    }
    const auto letters = geo::text(*score);
    c.reply.bulk({letters.data(), letters.size()});
  }
  return done;
}

Outcome geopos(Call& c) {
  const auto set = c.db.read<SortedSet>(c.args.next());
  if (set.wrong_type()) return err::wrong_type;
  const Argv members = c.args.rest();
  c.reply.array(members.size());
  for (const auto member : members) {
    const auto score = set ? set->score(member) : std::nullopt;
    if (score)
      reply_place(c, geo::decode(*score));
    else
      c.reply.null_array();
  }
  return done;
}

constexpr Command kCommands[] = {
    {.name = "GEOADD",
     .arity = -5,
     .flags = kWrite | kDenyOom,
     .categories = kCatGeo,
     .keys = {keys::at(1, kRW | kUpdate)},
     .group = Group::geo,
     .since = "3.2.0",
     .syntax = "key [condition<NX|XX>@6.2.0] [change!CH@6.2.0] longitude_latitude_member{longitude:double "
               "latitude:double member}...",
     .summary = "Adds places by longitude and latitude.",
     .run = geoadd},
    {.name = "GEODIST",
     .arity = -4,
     .flags = kReadonly,
     .categories = kCatGeo,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::geo,
     .since = "3.2.0",
     .syntax = "key member1 member2 [unit<M|KM|FT|MI>]",
     .summary = "Tells how far two places are apart.",
     .run = geodist},
    {.name = "GEOHASH",
     .arity = -2,
     .flags = kReadonly,
     .categories = kCatGeo,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::geo,
     .since = "3.2.0",
     .syntax = "key member...",
     .summary = "Returns the geohash texts of places.",
     .run = geohash},
    {.name = "GEOPOS",
     .arity = -2,
     .flags = kReadonly,
     .categories = kCatGeo,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::geo,
     .since = "3.2.0",
     .syntax = "key member...",
     .summary = "Returns the longitudes and latitudes of places.",
     .run = geopos},
};

}  // namespace

Rows geo_commands() {
  return kCommands;
}

}  // namespace redouble
