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
const Words kPasswords = {"pw1", "pw2", "pw1", "", "x"};
const Words kChannels = {"ch1", "ch2", "ch3", "news", ""};
const Words kChannelPatterns = {"ch*", "*", "ch?", "ch[12]", "n\\ews", "ch1"};
const Words kTypes = {"string", "list", "set", "zset", "hash", "stream", "STRING", "nosuch", ""};
const Words kSettings = {
    "maxmemory", "maxmemory*", "*max-*-entries",          "save",       "databases",          "appendonly",
    "nosuch",    "TIMEOUT",    "slowlog-log-slower-than", "list-max-*", "proto-max-bulk-len", "hz"};

// What DUMP tells, and told in earlier versions; the last six are wrong.
const Words kPayloads = {
    "\x00\x05hello\x0a\x00"
    "cr\xdfve4 \x0a"s,                                  // a string
    "\x00\xc0\xff\x0a\x00\x0c\x93~$\x85\x08\x9d\xc5"s,  // -1
    "\x00\xc3\x09)\x01"
    "aa\xe0\x1c\x00\x01"
    "aa\x0a\x00G\xd8\xa5i\xbe\xdb"
    "F\x0b"s,  // LZF
    "\x01\x03\x01"
    "a\x02m1\x01"
    "1\x0a\x00"
    "7\xfe\xfb\xec\x1a\xac\xd1\xa4"s,  // strings of a list
    "\x02\x02\x02m1\x02m2\x0a\x00"
    "9\xb7#D\x0e\x17\x97\x9b"s,  // of a set
    "\x02\x02\x01"
    "1\x01"
    "2\x0a\x00\xa0\xb0\xee\xec"
    "9\xb0"
    "6\x8b"s,  // of a set of numbers
    "\x03\x02\x02m1\x03"
    "1.5\x02m2\xfe\x0a\x00\xafO\x81\x12y\xc7\xa2M"s,  // scores as text
    "\x04\x02\x02m1\x01v\x02m2\x01"
    "1\x0a\x00\xdb\x8c&r\xa9O;\xff"s,                                                     // a hash
    "\x05\x01\x02m1\x00\x00\x00\x00\x00\x00\xf8\x3f\x0a\x00\xcc\xb2\xbd\xa7i\x22\xc4U"s,  // scores as doubles
    "\x09\x0f\x02\x02m1\x01\x00v\x02m2\x01\x01w\x00\xff\x0a\x00\x84\x9an\x04JP\x8c\x13"s,  // a zipmap
    "\x0a\x14\x14\x00\x00\x00\x0f\x00\x00\x00\x03\x00\x00\x01"
    "a\x03\xf2\x02\xc0,\x01\xff\x0a\x00\x8c"
    "E\x09\x93\x1f\xc6\xe4Z"s,  // a ziplist
    "\x0b\x14\x04\x00\x00\x00\x03\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00p\x11\x01\x00\x0a\x00\x85\xd5\xc1\x06[\x1d\xd0U"s,  // an intset
    "\x0c\x1a\x1a\x00\x00\x00\x14\x00\x00\x00\x04\x00\x00\x02m1\x04\xf2\x02\x02m2\x04\x03"
    "2.5\xff\x0a\x00"
    "6\xb1"
    "a\xe9\xf3[\x9a\x92"s,  // a ziplist of scores
    "\x0d\x18\x18\x00\x00\x00\x14\x00\x00\x00\x04\x00\x00\x02m1\x04\xf2\x02\x02m2\x04\x01v\xff\x0a\x00\x02"
    "\xeb"
    "c\x9e&MkV"s,  // of pairs
    "\x0e\x02\x11\x11\x00\x00\x00\x0d\x00\x00\x00\x02\x00\x00\x01"
    "a\x03\x01"
    "b\xff\x0e\x0e\x00\x00\x00\x0a\x00\x00\x00\x01\x00\x00\x01"
    "c\xff\x0a\x00s#5\xf6u)wX"s,  // ziplists
    "\x12\x02\x01\x03"
    "big\x02\x09\x09\x00\x00\x00\x01\x00\x07\x01\xff\x0a\x00\x1e\x84\xed\x08\x95\x81\x14}"s,  // a plain node
    "\x01\x00\x0a\x00[\xf8%\xccl\x17"
    "CV"s,  // no members
    "\x02\x02\x01"
    "a\x01"
    "a\x0a\x00W\xbev/\xc2\xd6R:"s,                           // a member twice
    "\x07\x01\x0a\x00L\x3f\xca\xc2\xf9]\xfd\xf5"s,           // a module
    "\x00\xc0\x01\x0b\x00O\xa7Z\xc5,\x9e\xf8u"s,             // version 11
    "\x00\xc0\x01\x0a\x00&x\xe7\xb6\xd1\x01\x11x"s,          // a wrong checksum
    "\x12\x01\x02\x09\x09\x0a\x00N\xca\x1b{4\x8e\xa6\x85"s,  // cut off
};

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  for (const auto candidate : names) {
    if (candidate == name) return true;
  }
  return false;
}

}  // namespace

std::string Pools::key(const std::string& group) {
  static const Words kOdd = {"", "\0\xff key"s, "{t}1", "a key"};
  static const Words kGroups = {"string", "list", "hash", "set", "sorted-set", "stream"};
  if (random_.chance(4)) return random_.pick(kOdd);
  const bool typed = group != "generic" && group != "transactions" && group != "server" &&
                     group != "connection" && group != "pubsub" && random_.chance(85);
  const auto base = typed ? group : (random_.chance(60) ? "string"s : random_.pick(kGroups));
  return base + std::to_string(1 + random_.below(4));
}

// SORT takes lists, sets and sorted sets; and, refused, anything else.
std::string Pools::sorted_group() {
  static const Words kGroups = {"list", "list", "set", "sorted-set", "hash"};
  return random_.pick(kGroups);
}

std::string Pools::text() {
  if (random_.chance(2)) return hyperloglog();
  return random_.pick(kTexts);
}

// What a client could have made up: a header, whole or not, with runs that may be too few or too many.
std::string Pools::hyperloglog() {
  static const Words kHeaders = {"HYLL\1\0\0\0\0\0\0\0\0\0\0\0"s,   "HYLL\1abc\5\0\0\0\0\0\0\0"s,
                                 "HYLL\1\0\0\0\5\0\0\0\0\0\0\x80"s, "HYLL\0\0\0\0\0\0\0\0\0\0\0\0"s,
                                 "HYLL\2\0\0\0\0\0\0\0\0\0\0\0"s,   "HYLL\1"s,
                                 "HYLM\1\0\0\0\0\0\0\0\0\0\0\0"s};
  static const Words kRuns = {"\x7f\xff"s,
                              "\x7f\xff\x80"s,
                              "\x7f\xfe\x84"s,
                              "\x7f\xff\0"s,
                              "\x7f"s,
                              "",
                              "\x40\0\x7f\xfe"s,
                              "\x80\x80\x80\x7f\xfc"s,
                              "\x83\xff\x7f\xf7"s,
                              "\0\0\0\0\x7f\xfb"s,
                              "\x3f\x80\x80\x80\x84\x3f\x7f\x7b"s,
                              "\x80\x80\x80"s};
  static const std::string kDense(12288, '\x41');
  if (random_.chance(15)) return kHeaders[3] + (random_.chance(80) ? kDense : std::string(12288, '\xff'));
  return random_.chance(85) ? random_.pick(kHeaders) + random_.pick(kRuns)
                            : kHeaders[0] + random_.pick(kRuns);
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

// Short, or refused: 0 would wait for ever.
std::string Pools::timeout() {
  static const Words kOdd = {"-1",  "-0.5", "-1e400", "inf", "-inf", "nan",
                             "abc", "",     " 1",     "0x",  "1e30", "9223372036854776"};
  static const Words kShort = {"0.01", "0.001", "1e-3", "0x1p-8", "1e-320"};
  return random_.chance(85) ? random_.pick(kShort) : random_.pick(kOdd);
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
  // Far enough for a few hundred bytes; further only where it is an error.
  static const Words kBitOffsets = {"0",
                                    "1",
                                    "3",
                                    "7",
                                    "8",
                                    "9",
                                    "13",
                                    "15",
                                    "31",
                                    "63",
                                    "64",
                                    "65",
                                    "100",
                                    "511",
                                    "-1",
                                    "4294967296",
                                    "#0",
                                    "#1",
                                    "#2",
                                    "#7",
                                    "#63",
                                    "#-1",
                                    "#",
                                    "#1x",
                                    "#2305843009213693952",
                                    "#9223372036854775807",
                                    "9223372036854775807"};
  static const Words kBitLimits = {"0",
                                   "1",
                                   "2",
                                   "3",
                                   "5",
                                   "7",
                                   "8",
                                   "9",
                                   "15",
                                   "16",
                                   "17",
                                   "-1",
                                   "-2",
                                   "-3",
                                   "-7",
                                   "-8",
                                   "-9",
                                   "-16",
                                   "-17",
                                   "63",
                                   "100",
                                   "-100",
                                   "9223372036854775807",
                                   "-9223372036854775808"};
  static const Words kFieldValues = {"0",
                                     "1",
                                     "-1",
                                     "2",
                                     "7",
                                     "100",
                                     "127",
                                     "128",
                                     "-128",
                                     "-129",
                                     "255",
                                     "256",
                                     "-255",
                                     "65535",
                                     "2147483647",
                                     "-2147483648",
                                     "4294967295",
                                     "4294967296",
                                     "4611686018427387904",
                                     "9223372036854775807",
                                     "-9223372036854775808"};
  if (random_.chance(8)) return random_.pick(kNotIntegers);
  if (command.group == "bitmap") {
    if (name == "offset") return random_.pick(kBitOffsets);
    if (name == "start" || name == "end") return random_.pick(kBitLimits);
    if (name == "value" && command.name == "setbit")
      return random_.chance(92) ? std::to_string(random_.below(2)) : "2";
    if (name == "value" || name == "increment") return random_.pick(kFieldValues);
  }
  if (is_one_of(name, {"db", "destination-db", "index1", "index2"}) || command.name == "select")
    return database();
  if (is_one_of(name, {"seconds", "milliseconds"})) {
    return command.group == "stream" ? "1" : expiry(name, false);
  }
  if (command.name == "setex" || command.name == "psetex") return expiry(name, false);
  if (name == "ttl") {
    const auto ttl = expiry("milliseconds", random_.chance(50));
    return ttl == "1" || random_.chance(50) ? "0" : ttl;
  }
  if (name == "frequency") return std::to_string(random_.below(300));
  if (command.name == "wait") return name == "timeout" ? "1" : random_.chance(50) ? "0" : "-1";
  if (name == "offset") return random_.pick(kOffsets);
  if (is_one_of(name, {"start", "end", "stop", "index", "rank"})) return random_.pick(kRanges);
  if (is_one_of(name, {"count", "num-matches", "limit", "len"})) return random_.pick(kCounts);
  if (name == "cursor") return random_.pick(kCursors);
  if (name == "bit") return random_.chance(90) ? std::to_string(random_.below(2)) : "2";
  if (name == "protover") return std::to_string(1 + random_.below(4));
  return integer();
}

std::string Pools::named_text(const Command& command, const std::string& name) {
  // Long enough to fill a list's node.
  if (command.group == "list" && random_.chance(8)) return std::string(500 * (1 + random_.below(12)), 'l');
  static const Words kNames = {"me", "you", "with space", "", "new\nline", "x-1"};
  static const Words kFields = {"u1",  "u2",  "u3",  "u7",  "u8",  "u9",  "u16",   "u31", "u32",
                                "u62", "u63", "i1",  "i2",  "i3",  "i5",  "i8",    "i9",  "i16",
                                "i31", "i32", "i33", "i63", "i64", "u64", "i65",   "i0",  "u-1",
                                "U8",  "i",   "8",   "",    "u08", "i 8", "u8\0x"s};
  static const Words kBitOperations = {"AND", "OR", "XOR", "NOT", "and", "Or", "xor", "not", "NAND", ""};
  static const Words kPfdebug = {"ENCODING", "DECODE", "DECODE", "TODENSE", "GETREG", "encoding", "nosuch"};
  if (command.group == "bitmap" && name == "encoding")
    return random_.chance(90) ? random_.pick(kFields) : "u" + std::to_string(1 + random_.below(63));
  if (command.name == "bitop" && name == "operation") return random_.pick(kBitOperations);
  if (command.group == "hyperloglog" && name == "element")
    return random_.chance(80) ? "m" + std::to_string(random_.below(3000)) : text();
  if (command.name == "pfdebug" && name == "subcommand") return random_.pick(kPfdebug);
  if (name == "serialized-value") return random_.chance(95) ? random_.pick(kPayloads) : text();
  if (is_one_of(name, {"channel", "shardchannel"})) return random_.pick(kChannels);
  if (name == "type") return random_.pick(kTypes);
  if (name == "connection-name" || name == "clientname") return random_.pick(kNames);
  if (name == "username") return user(command);
  if (name == "password") return random_.pick(kPasswords);
  if (name == "rule") return acl_rule();
  if (name == "parameter") return random_.pick(kSettings);
  if (command.group == "hash" && name == "value") return field_value();
  if ((command.group == "set" || command.group == "hash") && (name == "member" || name == "field"))
    return member();
  if (is_one_of(name, {"field", "member", "member1", "member2", "element", "pivot"})) {
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

// The default user is never changed: the oracle's own connections are its.
std::string Pools::user(const Command& command) {
  static const Words kUsers = {"u1", "u2", "u3"};
  static const Words kOdd = {"nobody", "", "a b", "U1", "u\0001"s};
  const bool changes = command.name == "acl|setuser" || command.name == "acl|deluser";
  if (random_.chance(changes ? 92 : 60)) return random_.pick(kUsers);
  return !changes && random_.chance(60) ? "default" : random_.pick(kOdd);
}

std::string Pools::acl_rule(int depth) {
  static const Words kWords = {"on",
                               "on",
                               "off",
                               "nopass",
                               "resetpass",
                               "reset",
                               "allkeys",
                               "resetkeys",
                               "allchannels",
                               "resetchannels",
                               "allcommands",
                               "nocommands",
                               "+@all",
                               "-@all",
                               "clearselectors",
                               "sanitize-payload",
                               "skip-sanitize-payload",
                               "ON",
                               "AllKeys",
                               "",
                               "nosuch",
                               "~*",
                               "&*",
                               "on\0x"s,
                               "~*\0"s};
  static const Words kCommands = {"get",
                                  "set",
                                  "del",
                                  "mset",
                                  "expire",
                                  "ping",
                                  "select",
                                  "config",
                                  "config|get",
                                  "config|set",
                                  "client",
                                  "client|list",
                                  "object",
                                  "object|encoding",
                                  "acl",
                                  "acl|setuser",
                                  "acl|getuser",
                                  "acl|whoami",
                                  "acl|dryrun",
                                  "acl|list",
                                  "subscribe",
                                  "publish",
                                  "spublish",
                                  "multi",
                                  "exec",
                                  "GET",
                                  "Config|Get",
                                  "get|a",
                                  "select|0",
                                  "select|1",
                                  "nosuch",
                                  "config|nosuch",
                                  "config|get|x",
                                  "get|",
                                  "",
                                  "flushall",
                                  "copy",
                                  "auth",
                                  "incr",
                                  "debug|sleep",
                                  "getset",
                                  "pubsub|channels",
                                  "lcs",
                                  "keys",
                                  "scan"};
  static const Words kCategories = {"keyspace",    "read",      "write",    "string",      "pubsub",
                                    "admin",       "fast",      "slow",     "dangerous",   "connection",
                                    "transaction", "scripting", "blocking", "set",         "sortedset",
                                    "list",        "hash",      "bitmap",   "hyperloglog", "geo",
                                    "stream",      "nosuch",    "ALL",      "Read",        ""};
  static const Words kKeys = {"~string*", "~string1", "~*1",  "%R~string*",   "%W~string*", "%RW~list*",
                              "%r~*",     "%W~*",     "%R~",  "%WR~hash[12]", "~",          "%~x",
                              "%X~x",     "%R",       "~a b", "~?tring2"};
  static const Words kChannelRules = {"&ch*", "&ch1", "&news", "&", "&a b", "&ch[12]"};
  static const Words kSecrets = {">pw1",
                                 ">pw2",
                                 "<pw1",
                                 "<pw2",
                                 ">",
                                 "<",
                                 "#abc",
                                 "!abc",
                                 "#e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                 "!e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"};
  static const Words kOdd = {"(",        ")",    "()",     "(+get",    "~string1)",
                             "( +get )", "(on)", "((~a))", "(+get ~a", "foo bar"};
  const auto kind = random_.below(100);
  const std::string sign = random_.chance(60) ? "+" : "-";
  if (kind < 20) return random_.pick(kWords);
  if (kind < 45) return sign + random_.pick(kCommands);
  if (kind < 60) return sign + "@" + random_.pick(kCategories);
  if (kind < 75) return random_.pick(kKeys);
  if (kind < 80) return random_.pick(kChannelRules);
  if (kind < 88 || depth > 0) return random_.pick(kSecrets);
  if (kind < 92) return random_.pick(kOdd);
  std::string selector = "(";
  for (auto rules = random_.below(4); rules > 0; --rules) selector += acl_rule(depth + 1) + " ";
  return selector + ")";
}

// Names that elements lead to keys by: "string1" out of the element 1.
std::string Pools::sort_pattern() {
  static const Words kSortPatterns = {
      "string*",  "string*",       "hash*->m1",  "hash*->1", "hash*->m2",  "#", "nosort",
      "*",        "list*",         "s*->",       "*->*",     "hash*->",    "",  "string1",
      "str*ing*", "hash*->nosuch", "string*->x", "#*",       "string*\0x"s};
  return random_.pick(kSortPatterns);
}

std::string Pools::pattern(const Command& command) {
  if (command.name.starts_with("sort")) return sort_pattern();
  return random_.pick(command.group == "pubsub" ? kChannelPatterns : kPatterns);
}

std::string Pools::value(const Command& command, const Argument& argument) {
  const bool ordered = command.group == "sorted-set" || command.group == "geo";
  if (ordered)
    if (auto value = ordered_value(command, argument)) return *value;
  if (argument.type == "key") return key(command.name.starts_with("sort") ? sorted_group() : command.group);
  if (argument.type == "pattern" && (command.group == "set" || command.group == "hash" || ordered))
    return random_.pick(kMemberPatterns);
  if (command.group == "stream")
    if (auto value = stream_value(command, argument)) return *value;
  if (argument.type == "pattern") return pattern(command);
  if (argument.type == "unix-time") return expiry(argument.name, true);
  if (argument.type == "double") {
    if (argument.name == "timeout") return timeout();
    return number();
  }
  if (argument.type == "integer") return named_integer(command, argument.name);
  return named_text(command, argument.name);
}

}  // namespace redouble::oracle
