// Implementation of pools.h. A name that several commands use differently is told apart by the command's
// group; anything unknown falls back to the pool of its type.
#include "pools.h"

#include <array>
#include <ctime>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace redouble::oracle {
namespace {

using namespace std::string_literals;
using Words = std::vector<std::string>;

const Words kIntegers = {"0",
                         "1",
                         "2",
                         "3",
                         "10",
                         "100",
                         "-1",
                         "-2",
                         "-100",
                         "2147483647",
                         "2147483648",
                         "-2147483649",
                         "4294967296",
                         "9223372036854775807",
                         "-9223372036854775808",
                         "9223372036854775806"};
const Words kNotIntegers = {"abc",
                            "",
                            "1.5",
                            " 1",
                            "1 ",
                            "+1",
                            "01",
                            "-0",
                            "0x10",
                            "1e3",
                            "9223372036854775808",
                            "-9223372036854775809",
                            "18446744073709551616",
                            "99999999999999999999999999",
                            "1\0"s,
                            "--1"};
const Words kDoubles = {"0",
                        "1",
                        "-1",
                        "0.1",
                        "3.0",
                        "-2.5",
                        "1e3",
                        "5e-324",
                        "1e308",
                        "-1e308",
                        "1e17",
                        "123456789.123456789",
                        "0.000001",
                        "1e-7",
                        "100000000000000000000",
                        "3.14159265358979"};
const Words kNotDoubles = {"nan",  "inf",  "-inf", "+inf", "NaN",    "1e400",    "-1e400", "abc", "",
                           " 1.5", "1.5 ", "0x1F", "1,5",  "1.5abc", "infinity", "+1.5",   ".5",  "5."};
const Words kTexts = {"",
                      "a",
                      "abc",
                      "hello world",
                      "\0\x01\xff\r\n"s,
                      "0",
                      "1",
                      "-1",
                      "10",
                      "3.5",
                      "1e3",
                      "nan",
                      "9223372036854775807",
                      "-9223372036854775808",
                      "9223372036854775808",
                      " 1",
                      "01",
                      "12345",
                      "ohmytext",
                      "mynewtext",
                      "ABCDEF",
                      std::string(44, 'x'),
                      std::string(45, 'y'),
                      std::string(200, 'z'),
                      "10.0",
                      "9999",
                      "10000",
                      "-0",
                      "99999999999999999999"};
const Words kMemberPatterns = {"*",  "m*", "m[0-2]", "?",   "1*",    "*2*", "-*",
                               "l*", "",   "[",      "\\1", "[^m]*", "m?"};
const Words kPatterns = {"*",       "string*", "?tring1", "[st]tring1", "s[^1]*",    "*1",
                         "",        "[a-z]*",  "[",       "[z-a]*",     "string\\1", "*g*1*",
                         "nothing", "\\*",     "list?",   "**1",        "[^"};
const Words kChannels = {"ch1", "ch2", "ch3", "news", ""};
const Words kChannelPatterns = {"ch*", "*", "ch?", "ch[12]", "n\\ews", "ch1"};
const Words kTypes = {"string", "list", "set", "zset", "hash", "stream", "STRING", "nosuch", ""};
const Words kSettings = {
    "maxmemory", "maxmemory*", "*max-*-entries",          "save",       "databases",          "appendonly",
    "nosuch",    "TIMEOUT",    "slowlog-log-slower-than", "list-max-*", "proto-max-bulk-len", "hz"};

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  for (const auto candidate : names) {
    if (candidate == name) return true;
  }
  return false;
}

}  // namespace

std::string Pools::key(const std::string& group) {
  static const Words kOdd = {"", "\0\xff key"s, "{t}1", "a key"};
  static const Words kGroups = {"string", "list", "hash", "set", "sorted-set"};
  if (random_.chance(4)) return random_.pick(kOdd);
  const bool typed = group != "generic" && group != "transactions" && group != "server" &&
                     group != "connection" && group != "pubsub" && random_.chance(85);
  const auto base = typed ? group : (random_.chance(60) ? "string"s : random_.pick(kGroups));
  return base + std::to_string(1 + random_.below(4));
}

std::string Pools::text() {
  return random_.pick(kTexts);
}

std::string Pools::integer() {
  return random_.chance(85) ? random_.pick(kIntegers) : random_.pick(kNotIntegers);
}

std::string Pools::number() {
  return random_.chance(80) ? random_.pick(kDoubles) : random_.pick(kNotDoubles);
}

std::string Pools::database() {
  static const Words kOdd = {"15", "16", "-1", "abc", "9223372036854775807", "4294967296"};
  return random_.chance(92) ? std::to_string(random_.below(3)) : random_.pick(kOdd);
}

// Far enough not to pass while the suite runs, and all but never the same twice: with equal deadlines GT
// and LT would depend on the millisecond in which each server runs the command.
std::string Pools::far_seconds() {
  return std::to_string(10000 + 10 * random_.below(1000000));
}

// Relative or absolute deadlines: mostly far away, else in the past, beyond all limits, or no number.
std::string Pools::expiry(const std::string& name, bool absolute) {
  static const Words kOdd = {"0",
                             "-1",
                             "-1000",
                             "-9223372036854775808",
                             "9223372036854775807",
                             "9223372036854775",
                             "9223372036854776",
                             "-9223372036854775",
                             "-9223372036854776"};
  const bool milliseconds = name.find("milliseconds") != std::string::npos;
  if (random_.chance(70)) {
    const auto far = absolute ? std::to_string(5000000000 + 7 * random_.below(1000000)) : far_seconds();
    return milliseconds ? far + "000" : far;
  }
  if (absolute && random_.chance(20)) return "1";
  return random_.chance(75) ? random_.pick(kOdd) : random_.pick(kNotIntegers);
}

std::string Pools::named_integer(const Command& command, const std::string& name) {
  static const Words kOffsets = {"0",
                                 "1",
                                 "2",
                                 "5",
                                 "7",
                                 "8",
                                 "100",
                                 "-1",
                                 "536870912",
                                 "4294967296",
                                 "9223372036854775807",
                                 "-9223372036854775808"};
  static const Words kRanges = {"0",
                                "1",
                                "2",
                                "3",
                                "5",
                                "-1",
                                "-2",
                                "-3",
                                "-100",
                                "100",
                                "9223372036854775807",
                                "-9223372036854775808"};
  static const Words kCounts = {"0",    "1",      "2",  "3",  "10",
                                "1000", "100000", "-1", "-5", "9223372036854775807"};
  static const Words kCursors = {
      "0", "0", "0", "0", "0", "1", "5", "17", "-1", "18446744073709551615", "18446744073709551616"};
  if (random_.chance(8)) return random_.pick(kNotIntegers);
  if (is_one_of(name, {"db", "destination-db", "index1", "index2"}) || command.name == "select")
    return database();
  if (is_one_of(name, {"seconds", "milliseconds"})) {
    return command.group == "stream" ? "1" : expiry(name, false);
  }
  if (command.name == "setex" || command.name == "psetex") return expiry(name, false);
  if (command.name == "wait") return name == "timeout" ? "1" : random_.chance(50) ? "0" : "-1";
  if (name == "offset") return random_.pick(kOffsets);
  if (is_one_of(name, {"start", "end", "stop", "index", "rank"})) return random_.pick(kRanges);
  if (name == "count" || name == "num-matches" || name == "limit") return random_.pick(kCounts);
  if (name == "cursor") return random_.pick(kCursors);
  if (name == "bit") return random_.chance(90) ? std::to_string(random_.below(2)) : "2";
  if (name == "protover") return std::to_string(1 + random_.below(4));
  return integer();
}

std::string Pools::named_text(const Command& command, const std::string& name) {
  static const Words kNames = {"me", "you", "with space", "", "new\nline", "x-1"};
  if (is_one_of(name, {"channel", "shardchannel"})) return random_.pick(kChannels);
  if (name == "type") return random_.pick(kTypes);
  if (name == "connection-name" || name == "clientname") return random_.pick(kNames);
  if (name == "username") return random_.chance(60) ? "default" : "nobody";
  if (name == "parameter") return random_.pick(kSettings);
  if (command.group == "hash" && name == "value") return field_value();
  if ((command.group == "set" || command.group == "hash") && (name == "member" || name == "field"))
    return member();
  if (name == "field" || name == "member" || name == "member1" || name == "member2" || name == "element") {
    return random_.chance(70) ? "m" + std::to_string(random_.below(5)) : text();
  }
  return text();
}

// Few of each kind, so that members meet in other sets; at the limits of the widths of integers; and around
// the 64 bytes that a listpack takes.
std::string Pools::member() {
  static const Words kNumbers = {"0",      "1",           "2",          "3",          "4",
                                 "-1",     "32767",       "32768",      "-32769",     "2147483647",
                                 "-32768", "-2147483649", "2147483648", "2147483647", "9223372036854775807",
                                 "10",     "11",          "12",         "100",        "-9223372036854775808"};
  static const Words kLong = {std::string(63, 'l'), std::string(64, 'l'), std::string(65, 'l'),
                              std::string(300, 'l')};
  const auto kind = random_.below(100);
  if (kind < 45) return "m" + std::to_string(random_.below(5));
  if (kind < 85) return random_.pick(kNumbers);
  return kind < 92 ? random_.pick(kLong) : text();
}

// A value of a hash: what counters read and write, and members.
std::string Pools::field_value() {
  const auto kind = random_.below(100);
  if (kind < 35) return integer();
  return kind < 60 ? number() : member();
}

std::string Pools::pattern(bool channels) {
  return random_.pick(channels ? kChannelPatterns : kPatterns);
}

std::string Pools::value(const Command& command, const Argument& argument) {
  const bool ordered = command.group == "sorted-set" || command.group == "geo";
  if (ordered)
    if (auto value = ordered_value(command, argument)) return *value;
  if (argument.type == "key") return key(command.group);
  if (argument.type == "pattern" && (command.group == "set" || command.group == "hash" || ordered))
    return random_.pick(kMemberPatterns);
  if (argument.type == "pattern") return pattern(command.group == "pubsub");
  if (argument.type == "unix-time") return expiry(argument.name, true);
  if (argument.type == "double") {
    if (argument.name == "timeout") return "0.01";
    return number();
  }
  if (argument.type == "integer") return named_integer(command, argument.name);
  return named_text(command, argument.name);
}

}  // namespace redouble::oracle
