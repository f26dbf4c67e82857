// The part of pools.h about sorted sets and places: scores that tie, members that meet, limits of all three
// kinds, coordinates at the edges of the world and in a crowd.
#include "pools.h"

namespace redouble::oracle {
namespace {

using Words = std::vector<std::string>;

const Words kScores = {"0",   "0",    "1",    "1",    "2",        "3",
                       "-1",  "1.5",  "-0",   "0.1",  "3.0",      "-2.75",
                       "inf", "-inf", "+inf", "1e17", "16777217", "4611686018427387904",
                       "1e3", "1e-7", "-5",   "1e19", "5e-324",   "4611686018427388928",
                       "0.3", "1e18", "+4",   "0x1p4"};
const Words kNotScores = {"nan", "abc", "", "1e400", "1e-400", " 1", "1 ", "-1e400", "(1"};
const Words kScoreLimits = {"0",   "1",    "2",     "3",    "-1",     "(0",     "(1",  "(2",    "(-1",
                            "1.5", "(1.5", "-inf",  "+inf", "inf",    "(-inf",  "100", "(+inf", "-inf",
                            "",    "(",    "1e400", " 1",   "1e-400", "-1e400", "0x1", "+1",    "1e3"};
const Words kLexLimits = {"-",  "+",   "-", "+", "[m1", "(m3", "[m5", "(m0", "[m9", "[a", "(z",
                          "[1", "(10", "[", "(", "[m",  "(m5", "[~",  "+a",  "-a",  "++", "--"};
const Words kNotLimits = {"abc", "nan", "(nan", "[x", "m1", "1 ", "((1", "0x", "(a"};
const Words kRanks = {"0", "1", "2", "3", "-1", "-2", "-3", "5", "10", "-100", "100", "9223372036854775807"};
const Words kLongitudes = {"13.361389",  "15.087269",   "0",          "-0",       "180",
                           "-180",       "179.999999",  "2.349014",   "13.4",     "14.5",
                           "-122.41942", "-179.999999", "139.691711", "13.361389"};
const Words kLatitudes = {"38.115556",    "37.502669", "0",         "-0",          "85.05112878",
                          "-85.05112878", "48.864716", "37.774929", "-33.8688",    "38.1",
                          "38.115556",    "66.5",      "80.5",      "-80.0000001", "-66.1",
                          "85.05112877",  "35.689487"};
const Words kNotCoordinates = {"181", "-180.0001", "90", "-85.06", "nan", "inf", "abc", "", "1e400"};
const Words kDistances = {"0",    "1",     "10",      "50.5",    "100",  "200",   "400",   "1000",  "3000",
                          "5000", "10000", "20000",   "40000",   "1e6",  "1e7",   "0.001", "1e308", "inf",
                          "-1",   "abc",   "6372797", "5009377", "1e-9", "0x100", "300",   "700"};

bool is_limit(const std::string& name) {
  return name == "min" || name == "max" || name == "start" || name == "stop";
}

}  // namespace

std::string Pools::ordered_limit(LimitKind kind) {
  if (random_.chance(5)) return random_.pick(kNotLimits);
  if (kind == LimitKind::lex) return random_.pick(kLexLimits);
  return random_.pick(kind == LimitKind::score ? kScoreLimits : kRanks);
}

std::string Pools::ordered_member() {
  const auto kind = random_.below(100);
  if (kind < 75) return "m" + std::to_string(random_.below(10));
  return kind < 90 ? member() : text();
}

std::string Pools::coordinate(const std::string& name) {
  if (random_.chance(4)) return random_.pick(kNotCoordinates);
  // Half of them in a crowd.
  const bool longitude = name == "longitude";
  if (random_.chance(50))
    return std::to_string(longitude ? 13 : 37) + "." + std::to_string(random_.below(1000000));
  return random_.pick(longitude ? kLongitudes : kLatitudes);
}

std::optional<std::string> Pools::ordered_value(const Command& command, const Argument& argument) {
  const auto& name = argument.name;
  if (argument.type == "key" && command.group == "geo" && random_.chance(85))
    return "geo" + std::to_string(1 + random_.below(3));
  const bool takes_sets = command.name.starts_with("zunion") || command.name.starts_with("zinter") ||
                          command.name.starts_with("zdiff");
  if (argument.type == "key" && takes_sets && random_.chance(20))
    return "set" + std::to_string(1 + random_.below(4));
  if (name == "score" || name == "increment" || name == "weight")
    return random_.chance(96) ? random_.pick(kScores) : random_.pick(kNotScores);
  if (name.starts_with("member")) return ordered_member();
  if (name == "longitude" || name == "latitude") return coordinate(name);
  if (name == "radius" || name == "width" || name == "height") return random_.pick(kDistances);
  if (command.group != "sorted-set" || !is_limit(name)) return std::nullopt;
  const bool by_lex = command.name.find("lex") != std::string::npos;
  const bool by_score = command.name.find("score") != std::string::npos || command.name == "zcount";
  return ordered_limit(by_lex ? LimitKind::lex : by_score ? LimitKind::score : LimitKind::rank);
}

}  // namespace redouble::oracle
