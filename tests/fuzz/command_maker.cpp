#include "tests/fuzz/command_maker.h"

#include <algorithm>
#include <iterator>
#include <span>

namespace redouble {
namespace {

constexpr std::size_t kFamilies = 17;

// Not made: what ends or holds up the whole server, as it is meant to.
constexpr std::string_view kLeftOut[] = {"SHUTDOWN", "DEBUG", "PFSELFTEST"};

constexpr std::string_view kNumbers[] = {"0",
                                         "1",
                                         "-1",
                                         "2",
                                         "-2",
                                         "3",
                                         "10",
                                         "-100",
                                         "255",
                                         "65536",
                                         "2147483647",
                                         "-2147483648",
                                         "4294967295",
                                         "4294967296",
                                         "4611686018427387903",
                                         "-4611686018427387903",
                                         "9223372036854775807",
                                         "-9223372036854775807",
                                         "-9223372036854775808",
                                         "9223372036854775808",
                                         "18446744073709551615",
                                         "",
                                         "01",
                                         "1x"};
constexpr std::string_view kReals[] = {"0",     "1.5",  "-1",   "inf", "-inf", "nan",    "1e308", "1e-5",
                                       "1e999", "0x10", "1e17", "0.1", "180",  "-85.05", "3.0e3x"};
constexpr std::string_view kPatterns[] = {"*", "s*", "?", "[a-z]*", "[^", "\\", "*a*a*a*a*a*a*b", "[a-", ""};
constexpr std::string_view kTexts[] = {
    "a",   "b",   "c",   "1",   "-1",  "0",   "",       "f",  "g", "x\r\ny", "17",  "(a",  "[b",     "+",
    "-",   "inf", "1-1", "0-0", "1-*", "*",   "$",      ">",  "~", "=",      "u8",  "i64", "#1",     "@all",
    "YES", "no",  "u63", "#*",  "on",  ">pw", "nopass", "~*", "m", "km",     "yes", "KEA", "default"};

constexpr std::string_view kKeys[] = {"string", "number", "list",    "nodes",   "hash",  "table",
                                      "set",    "ints",   "members", "zset",    "skips", "geo",
                                      "stream", "hll",    "dense",   "missing", "other"};

// Which of kKeys a group of commands works on.
struct KeysOf {
  Group group;
  std::size_t first, count;
};
constexpr KeysOf kKeysOf[] = {
    {Group::string, 0, 2},       {Group::list, 2, 2},    {Group::hash, 4, 2},
    {Group::set, 6, 3},          {Group::geo, 11, 1},    {Group::sorted_set, 9, 3},
    {Group::hyperloglog, 13, 2}, {Group::stream, 12, 1}, {Group::bitmap, 0, 2},
};

// Arguments for which only certain texts lead anywhere.
struct Known {
  std::string_view name;
  std::string_view texts[4];
};
constexpr Known kKnown[] = {
    {"numkeys", {"1", "2", "0", "2147483647"}},
    {"script",
     {"return redis.call('GET', KEYS[1])", "return ARGV", "return {1, {err = 'E x'}, false, 1.5}",
      "return redis.call('XADD', KEYS[1], '*', 'f', 'v')"}},
    {"sha1", {"4ca238f611c9d0ae4e9a75a5dbac22aedc1e4428", "", "0", "x"}},
    {"function-code",
     {"#!lua name=lib\nredis.register_function('f', function(k, a) return a[1] end)", "#!lua name=lib", "",
      "x"}},
    {"function", {"f", "g", "", "f"}},
    {"library-name", {"lib", "", "*", "x"}},
    {"cursor", {"0", "1", "18446744073709551615", "x"}},
    {"id", {"1-1", "0", "2-1", "18446744073709551615-18446744073709551615"}},
    {"group", {"g", "h", "", "g"}},
    {"groupname", {"g", "h", "", "g"}},
    {"consumer", {"c", "d", "", "c"}},
    {"consumername", {"c", "d", "", "c"}},
    {"encoding", {"u8", "i64", "u63", "i5"}},
    {"offset", {"0", "#1", "100", "-1"}},
    {"parameter",
     {"maxmemory-policy", "hash-max-listpack-entries", "notify-keyspace-events", "list-max-listpack-size"}},
    {"username", {"default", "u", "", "v"}},
    {"rule", {"+@all", "~*", "on", "(+get ~a)"}},
    {"protover", {"3", "2", "1", "x"}},
    {"index", {"0", "1", "15", "-1"}},
};

template <std::size_t N>
std::string one_of(const std::string_view (&pool)[N], Choices& choices) {
  return std::string(pool[choices.below(N)]);
}

}  // namespace

CommandMaker::CommandMaker(const CommandTable& table, std::size_t family) {
  const bool any = family % (kFamilies + 1) == kFamilies;
  group_ = static_cast<Group>(family % kFamilies);
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Command& command = table[i];
    const bool left_out =
        std::find(std::begin(kLeftOut), std::end(kLeftOut), command.name) != std::end(kLeftOut);
    if (left_out || (!any && command.group != group_)) continue;
    auto arguments = parse_syntax(command.syntax);
    rows_.push_back({&command, arguments ? std::move(*arguments) : std::vector<Argument>()});
  }
  if (rows_.empty()) *this = CommandMaker(table, kFamilies);  // a group of another server
}

std::string CommandMaker::key(Choices& choices) const {
  const auto* own = std::find_if(std::begin(kKeysOf), std::end(kKeysOf),
                                 [&](const KeysOf& keys) { return keys.group == group_; });
  if (own != std::end(kKeysOf) && choices.below(4) != 0)
    return std::string(kKeys[own->first + choices.below(own->count)]);
  return one_of(kKeys, choices);
}

std::string CommandMaker::text(const Argument& argument, Choices& choices) const {
  const std::size_t way = choices.below(16);
  if (way == 0) return std::string(choices.take(choices.below(32)));
  const auto* known = std::find_if(std::begin(kKnown), std::end(kKnown),
                                   [&](const Known& k) { return k.name == argument.name; });
  if (known != std::end(kKnown) && way < 14) return one_of(known->texts, choices);
  switch (argument.kind) {
    case ArgumentKind::key:
      return key(choices);
    case ArgumentKind::integer:
    case ArgumentKind::unix_time:
      return way == 1 ? one_of(kReals, choices) : one_of(kNumbers, choices);
    case ArgumentKind::real:
      return way == 1 ? one_of(kNumbers, choices) : one_of(kReals, choices);
    case ArgumentKind::pattern:
      return one_of(kPatterns, choices);
    default:
      return way == 1 ? one_of(kNumbers, choices) : one_of(kTexts, choices);
  }
}

void CommandMaker::add_once(const Argument& argument, Choices& choices, Words& words) const {
  if (argument.token) words.push_back(*argument.token);
  switch (argument.kind) {
    case ArgumentKind::token:
      break;
    case ArgumentKind::one_of:
      if (!argument.arguments.empty())
        add(argument.arguments[choices.below(argument.arguments.size())], choices, words);
      break;
    case ArgumentKind::block:
      for (const Argument& part : argument.arguments) add(part, choices, words);
      break;
    default:
      words.push_back(text(argument, choices));
  }
}

void CommandMaker::add(const Argument& argument, Choices& choices, Words& words) const {
  if (argument.optional && choices.below(3) != 0) return;
  constexpr std::size_t kTimes[] = {1, 1, 2, 3};
  const std::size_t times = argument.multiple ? kTimes[choices.below(4)] : 1;
  for (std::size_t i = 0; i < times; ++i) {
    add_once(argument, choices, words);
    // The word in front stands once, unless it is said to be repeated: it is, now and then.
    if (i != 0 && argument.token && !argument.multiple_token && argument.kind != ArgumentKind::block &&
        words.size() > 1)
      words.erase(words.end() - 2);
  }
}

CommandMaker::Words CommandMaker::make(Choices& choices) const {
  const Row& row = rows_[choices.below(rows_.size())];
  const std::string_view name = row.command->name;
  const std::size_t bar = name.find('|');
  Words words{std::string(name.substr(0, bar))};
  if (bar != std::string_view::npos) words.emplace_back(name.substr(bar + 1));
  for (const Argument& argument : row.arguments) add(argument, choices, words);
  switch (choices.below(24)) {  // wrong in one place
    case 1:
      words.push_back(one_of(kTexts, choices));
      break;
    case 2:
      if (words.size() > 1) words.pop_back();
      break;
    case 3:
      words[choices.below(words.size())] = one_of(kNumbers, choices);
      break;
    case 4:
      words[choices.below(words.size())] = choices.take(choices.below(16));
      break;
    case 5:
      std::swap(words[choices.below(words.size())], words.back());
      break;
    default:
      break;
  }
  return words;
}

std::vector<CommandMaker::Words> commands_that_fill() {
  return {
      {"CONFIG", "SET", "hash-max-listpack-entries", "4", "zset-max-listpack-entries", "4",
       "set-max-intset-entries", "4", "list-max-listpack-size", "4", "hll-sparse-max-bytes", "200"},
      {"SET", "string", "some text that is longer than most, and then some: aaaaaaaaaaaaaaaaaaaa"},
      {"SET", "number", "17", "EX", "100"},
      {"RPUSH", "list", "a", "1"},
      {"RPUSH", "nodes", "a", "b", "c", "1", "-1", "300", "70000", "5000000000"},
      {"HSET", "hash", "f", "v", "g", "1"},
      {"HSET", "table", "f", "v", "g", "1", "a", "2.5", "b", "x", "c", "y"},
      {"SADD", "set", "a", "b", "c"},
      {"SADD", "ints", "1", "2", "70000"},
      {"SADD", "members", "a", "b", "1", "17", "f", "-1"},
      {"ZADD", "zset", "1", "a", "2.5", "b"},
      {"ZADD", "skips", "1", "a", "2.5", "b", "inf", "c", "-1", "d", "0", "e", "0", "f"},
      {"GEOADD", "geo", "13.361389", "38.115556", "a", "15.087269", "37.502669", "b", "-122", "37", "c"},
      {"XADD", "stream", "1-1", "f", "v", "g", "w"},
      {"XADD", "stream", "1-2", "f", "1", "g", "2"},
      {"XADD", "stream", "2-1", "other", "3"},
      {"XGROUP", "CREATE", "stream", "g", "0"},
      {"XREADGROUP", "GROUP", "g", "c", "COUNT", "2", "STREAMS", "stream", ">"},
      {"PFADD", "hll", "a", "b", "c"},
      {"PFADD", "dense", "a", "b", "c"},
      {"PFDEBUG", "TODENSE", "dense"},
      {"SCRIPT", "LOAD", "return 5"},
      {"FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function(k, a) return a[1] end)"},
      {"ACL", "SETUSER", "u", "on", "nopass", "~*", "+@read"},
  };
}

}  // namespace redouble
