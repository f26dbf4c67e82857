// Unions, intersections and differences of sorted sets (and sets), shown, stored or counted.
#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/call.h"
#include "engine/command_table.h"
#include "engine/commands/families.h"
#include "engine/commands/sorted_set_shapes.h"
#include "engine/commands/sorted_set_source.h"
#include "engine/types/sorted_set.h"

namespace redouble {
namespace {

enum class Operation { unite, intersect, subtract };
enum class Aggregate { sum, min, max };
enum class Use { show, store, count };

struct Input {
  SortedSetSource source;
  double weight = 1;
};

struct Query {
  Operation operation;
  Use use;
  std::vector<Input> inputs = {};
  Aggregate aggregate = Aggregate::sum;
  bool with_scores = false;
  std::int64_t limit = 0;
};

struct Member {
  std::string name;
  double score;
};

// Two infinities of different signs cancel out.
double combine(Aggregate aggregate, double a, double b) {
  if (aggregate == Aggregate::min) return b < a ? b : a;
  if (aggregate == Aggregate::max) return b > a ? b : a;
  const double sum = a + b;
  return std::isnan(sum) ? 0 : sum;
}

// Infinity with the weight 0 counts 0.
double weighed(double score, double weight) {
  const double product = score * weight;
  return std::isnan(product) ? 0 : product;
}

std::vector<Member> unite(const Query& query) {
  std::unordered_map<std::string, double> sums;
  for (const auto& input : query.inputs)
    input.source.visit([&](std::string_view member, double score) {
      const double value = weighed(score, input.weight);
      const auto [at, is_new] = sums.try_emplace(std::string(member), value);
      if (!is_new) at->second = combine(query.aggregate, at->second, value);
    });
  std::vector<Member> members;
  members.reserve(sums.size());
  while (!sums.empty()) {
    auto node = sums.extract(sums.begin());
    members.push_back({std::move(node.key()), node.mapped()});
  }
  return members;
}

// Calls `visit(member, score)` for each member of all inputs; it stops by false.
template <class Visit>
void for_each_common(const Query& query, Visit&& visit) {
  const Input& first = query.inputs[0];
  first.source.visit([&](std::string_view member, double own) {
    double score = weighed(own, first.weight);
    for (std::size_t i = 1; i < query.inputs.size(); ++i) {
      const auto other = query.inputs[i].source.score(member);
      if (!other) return true;
      score = combine(query.aggregate, score, *other * query.inputs[i].weight);
    }
    return visit(member, score);
  });
}

std::vector<Member> intersect(const Query& query) {
  std::vector<Member> members;
  for_each_common(query, [&](std::string_view member, double score) {
    members.push_back({std::string(member), score});
    return true;
  });
  return members;
}

std::vector<Member> subtract(const Query& query) {
  std::vector<Member> members;
  query.inputs[0].source.visit([&](std::string_view member, double score) {
    for (std::size_t i = 1; i < query.inputs.size(); ++i)
      if (query.inputs[i].source.score(member)) return;
    members.push_back({std::string(member), score});
  });
  return members;
}

std::vector<Member> members_of(const Query& query) {
  auto members = query.operation == Operation::unite       ? unite(query)
                 : query.operation == Operation::intersect ? intersect(query)
                                                           : subtract(query);
  std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
    return a.score < b.score || (a.score == b.score && a.name < b.name);
  });
  return members;
}

// --- Arguments -------------------------------------------------------------------------------------------

Outcome read_inputs(Call& c, Query& query) {
  const auto numkeys = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  if (numkeys < 1) return c.fail("ERR at least 1 input key is needed for '{}' command", full_name(c.command));
  if (static_cast<std::uint64_t>(numkeys) > c.args.left()) return err::syntax;
  for (std::int64_t i = 0; i < numkeys; ++i) {
    auto source = SortedSetSource::read(c.db, c.args.next());
    if (!source) return err::wrong_type;
    query.inputs.push_back({*source});
  }
  return done;
}

Outcome read_aggregate(Call& c, Query& query) {
  if (c.args.take("SUM"))
    query.aggregate = Aggregate::sum;
  else if (c.args.take("MIN"))
    query.aggregate = Aggregate::min;
  else if (c.args.take("MAX"))
    query.aggregate = Aggregate::max;
  else
    return err::syntax;
  return done;
}

Outcome read_query(Call& c, Query& query) {
  if (const Outcome bad = read_inputs(c, query); bad.is_error()) return bad;
  const bool weighs = query.operation != Operation::subtract && query.use != Use::count;
  while (c.args.more()) {
    if (weighs && c.args.left() > query.inputs.size() && c.args.take("WEIGHTS")) {
      for (auto& input : query.inputs) input.weight = c.args.real(err::weight_not_a_float);
    } else if (weighs && c.args.left() >= 2 && c.args.take("AGGREGATE")) {
      if (const Outcome bad = read_aggregate(c, query); bad.is_error()) return bad;
    } else if (query.use == Use::show && c.args.take("WITHSCORES")) {
      query.with_scores = true;
    } else if (query.use == Use::count && c.args.left() >= 2 && c.args.take("LIMIT")) {
      query.limit = c.args.integer_in(0, INT64_MAX, err::limit_negative);
      if (!c.args.ok()) return err::limit_negative;
    } else {
      return err::syntax;
    }
  }
  if (!c.args.ok()) return c.args.error();
  // The smallest input first, as in Redis: with fractions the order of summing shows.
  if (query.operation != Operation::subtract)
    std::stable_sort(query.inputs.begin(), query.inputs.end(),
                     [](const Input& a, const Input& b) { return a.source.size() < b.source.size(); });
  return done;
}

// --- Commands --------------------------------------------------------------------------------------------

Outcome show(Call& c, Operation operation) {
  Query query{operation, Use::show};
  if (const Outcome bad = read_query(c, query); bad.is_error()) return bad;
  const auto members = members_of(query);
  reply_members_begin(c, members.size(), query.with_scores);
  for (const auto& [name, score] : members) reply_member(c, name, score, query.with_scores);
  return done;
}

Outcome store(Call& c, Operation operation, Event what) {
  const auto target = c.args.next();
  Query query{operation, Use::store};
  if (const Outcome bad = read_query(c, query); bad.is_error()) return bad;
  const auto members = members_of(query);
  std::vector<SortedSetValue::Item> items;
  items.reserve(members.size());
  for (const auto& [name, score] : members) items.push_back({name, score});
  auto set = SortedSetValue::of_sorted(items.data(), items.size(), sorted_set_limits(c));
  return store_sorted_set(c, target, std::move(set), what);
}

Outcome zunion(Call& c) {
  return show(c, Operation::unite);
}
Outcome zinter(Call& c) {
  return show(c, Operation::intersect);
}
Outcome zdiff(Call& c) {
  return show(c, Operation::subtract);
}
Outcome zunionstore(Call& c) {
  return store(c, Operation::unite, event::zunionstore);
}
Outcome zinterstore(Call& c) {
  return store(c, Operation::intersect, event::zinterstore);
}
Outcome zdiffstore(Call& c) {
  return store(c, Operation::subtract, event::zdiffstore);
}

Outcome zintercard(Call& c) {
  Query query{Operation::intersect, Use::count};
  if (const Outcome bad = read_query(c, query); bad.is_error()) return bad;
  std::int64_t n = 0;
  for_each_common(query, [&](std::string_view, double) { return ++n != query.limit; });
  c.reply.integer(n);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "ZUNION",
     .arity = -3,
     .flags = kReadonly | kMovableKeys,
     .categories = kCatSortedSet,
     .keys = {keys::counted(1, 0, 1, 1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "6.2.0",
     .syntax = "numkeys:int key... [WEIGHTS=weight:int...] [AGGREGATE=aggregate<SUM|MIN|MAX>] [WITHSCORES]",
     .summary = "Lists the members of any of several sorted sets.",
     .run = zunion},
    {.name = "ZINTER",
     .arity = -3,
     .flags = kReadonly | kMovableKeys,
     .categories = kCatSortedSet,
     .keys = {keys::counted(1, 0, 1, 1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "6.2.0",
     .syntax = "numkeys:int key... [WEIGHTS=weight:int...] [AGGREGATE=aggregate<SUM|MIN|MAX>] [WITHSCORES]",
     .summary = "Lists the members that several sorted sets share.",
     .run = zinter},
    {.name = "ZDIFF",
     .arity = -3,
     .flags = kReadonly | kMovableKeys,
     .categories = kCatSortedSet,
     .keys = {keys::counted(1, 0, 1, 1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "6.2.0",
     .syntax = "numkeys:int key... [WITHSCORES]",
     .summary = "Lists the members of the first sorted set that no other has.",
     .run = zdiff},
    {.name = "ZUNIONSTORE",
     .arity = -4,
     .flags = kWrite | kDenyOom | kMovableKeys,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kOW | kUpdate), keys::counted(2, 0, 1, 1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "2.0.0",
     .syntax =
         "destination:key numkeys:int key#1... [WEIGHTS=weight:int...] [AGGREGATE=aggregate<SUM|MIN|MAX>]",
     .summary = "Stores the members of any of several sorted sets.",
     .run = zunionstore},
    {.name = "ZINTERSTORE",
     .arity = -4,
     .flags = kWrite | kDenyOom | kMovableKeys,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kOW | kUpdate), keys::counted(2, 0, 1, 1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "2.0.0",
     .syntax =
         "destination:key numkeys:int key#1... [WEIGHTS=weight:int...] [AGGREGATE=aggregate<SUM|MIN|MAX>]",
     .summary = "Stores the members that several sorted sets share.",
     .run = zinterstore},
    {.name = "ZDIFFSTORE",
     .arity = -4,
     .flags = kWrite | kDenyOom | kMovableKeys,
     .categories = kCatSortedSet,
     .keys = {keys::at(1, kOW | kUpdate), keys::counted(2, 0, 1, 1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "6.2.0",
     .syntax = "destination:key numkeys:int key#1...",
     .summary = "Stores the members of the first sorted set that no other has.",
     .run = zdiffstore},
    {.name = "ZINTERCARD",
     .arity = -3,
     .flags = kReadonly | kMovableKeys,
     .categories = kCatSortedSet,
     .keys = {keys::counted(1, 0, 1, 1, kRO | kAccess)},
     .group = Group::sorted_set,
     .since = "7.0.0",
     .syntax = "numkeys:int key... [LIMIT=limit:int]",
     .summary = "Counts the members that several sorted sets share.",
     .run = zintercard},
};

}  // namespace

Rows sorted_set_algebra_commands() {
  return kCommands;
}

}  // namespace redouble
