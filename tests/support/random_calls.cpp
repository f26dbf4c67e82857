// Implementation of random_calls.h: a walk through the tree of a command's arguments.
#include "tests/support/random_calls.h"

#include <array>
#include <utility>

#include "engine/command_table.h"

namespace redouble {
namespace {

struct Family {
  Group group;
  std::string_view prefix;
};
constexpr std::array kFamilies = {
    Family{Group::generic, ""},      Family{Group::string, "s"}, Family{Group::bitmap, "s"},
    Family{Group::hyperloglog, "p"}, Family{Group::list, "l"},   Family{Group::set, "m"},
    Family{Group::sorted_set, "z"},  Family{Group::geo, "g"},    Family{Group::hash, "h"},
    Family{Group::stream, "x"},
};
constexpr std::array<std::string_view, 7> kPrefixes = {"s", "p", "l", "m", "z", "g", "h"};
// Those that reach beyond this server, or wait for what does; and one that only takes long.
constexpr std::array<std::string_view, 3> kLeftOut = {"MIGRATE", "WAIT", "PFSELFTEST"};

const Family* family_of(const Command& command) {
  for (const Family& family : kFamilies)
    if (family.group == command.group) return &family;
  return nullptr;
}

std::vector<const Command*> wanted_commands() {
  std::vector<const Command*> found;
  const auto& table = CommandTable::standard();
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Command& command = table[i];
    bool wanted = command.run != nullptr && family_of(command) != nullptr;
    for (const auto name : kLeftOut) wanted = wanted && command.name != name;
    if (wanted) found.push_back(&command);
  }
  return found;
}

}  // namespace

RandomCalls::Words RandomCalls::next() {
  static const auto commands = wanted_commands();
  const Command& command = *commands[random_.below(commands.size())];
  words_.clear();
  count_at_ = keys_begin_ = 0;
  prefix_ = family_of(command)->prefix;
  const std::size_t bar = command.name.find('|');
  words_.emplace_back(command.name.substr(0, bar));
  if (bar != std::string_view::npos) words_.emplace_back(command.name.substr(bar + 1));
  if (const auto arguments = parse_syntax(command.syntax)) add_all(*arguments);
  if (count_at_ != 0 && !chance(4)) words_[count_at_] = std::to_string(keys_begin_);
  if (chance(6)) spoil();
  return words_;
}

void RandomCalls::add_all(const Arguments& arguments) {
  for (const Argument& argument : arguments)
    if (!argument.optional || chance(35)) add(argument);
}

void RandomCalls::add(const Argument& argument) {
  const std::size_t times = argument.multiple ? 1 + random_.below(3) : 1;
  const std::size_t begin = words_.size();
  for (std::size_t i = 0; i < times; ++i) {
    if (argument.token && (i == 0 || argument.multiple_token)) words_.push_back(*argument.token);
    if (argument.kind != ArgumentKind::token) add_once(argument);
  }
  if (argument.multiple && argument.kind == ArgumentKind::key) keys_begin_ = words_.size() - begin;
}

void RandomCalls::add_once(const Argument& argument) {
  if (argument.kind == ArgumentKind::one_of)
    add(argument.arguments[random_.below(argument.arguments.size())]);
  else if (argument.kind == ArgumentKind::block)
    add_all(argument.arguments);
  else
    words_.push_back(word_for(argument));
  if (argument.name == "numkeys") count_at_ = words_.size() - 1;
}

std::string RandomCalls::word_for(const Argument& argument) {
  switch (argument.kind) {
    case ArgumentKind::key:
      return key();
    case ArgumentKind::integer:
      return integer();
    case ArgumentKind::real:
      return real();
    case ArgumentKind::pattern:
      return one_of({"*", "s*", "[lm]?", "*1", "#", "h*->f1", "s*", "nosort", "^x"});
    case ArgumentKind::unix_time: {
      const std::int64_t at = now_ms_ + static_cast<std::int64_t>(random_.below(200'000)) - 20'000;
      return std::to_string(argument.name.find("milli") != std::string::npos ? at : at / 1000);
    }
    default:
      return odd_name(argument.name);
  }
}

std::string RandomCalls::odd_name(const std::string& name) {
  if (name == "id" || name == "last-id" || name == "max_deleted_entry_id" ||
      (prefix_ == "x" && name == "start") || (prefix_ == "x" && name == "end") || name == "lastid")
    return id();
  if (name == "threshold") return chance(50) ? integer() : id();
  if (name == "group" || name == "groupname") return one_of({"g1", "g2"});
  if (name == "consumer" || name == "consumername") return one_of({"c1", "c2"});
  if (name == "min-idle-time") return one_of({"0", "0", "10", "100000"});
  if (name == "start" || name == "stop" || name == "min" || name == "max")
    return chance(60) ? real() : one_of({"-", "+", "[a", "(b", "[f1", "-inf", "+inf", "(1"});
  if (name == "encoding") return one_of({"u8", "i8", "u1", "i5", "u63", "i64", "u64", "i16"});
  if (name == "operation") return one_of({"AND", "OR", "XOR", "NOT"});
  if (name == "subcommand") return one_of({"GETREG", "DECODE", "ENCODING", "TODENSE"});
  if (name == "type") return one_of({"string", "list", "set", "zset", "hash", "stream", "none"});
  return text();
}

std::string RandomCalls::key() {
  std::string name =
      prefix_.empty() || chance(7) ? std::string(kPrefixes[random_.below(kPrefixes.size())]) : prefix_;
  if (prefix_.empty() && chance(15)) name = "x";
  return name + std::to_string(random_.below(3));
}

std::string RandomCalls::integer() {
  if (chance(70)) return std::to_string(random_.below(12));
  return one_of({"-1", "-2", "-3", "50", "100", "130", "1000", "-100", "4294967295", "2147483648",
                 "9223372036854775807", "-9223372036854775808", "abc", ""});
}

std::string RandomCalls::real() {
  if (chance(75)) return one_of({"0", "1", "2.5", "-1", "3", "10", "13.361389", "38.115556", "0.1"});
  return one_of({"inf", "-inf", "1e300", "-1e-300", "200", "nan", "x", "9007199254740993", "(2", "5000"});
}

std::string RandomCalls::text() {
  if (chance(80)) return one_of({"a", "b", "c", "f1", "f2", "7", "-12", "3.5", "12345", "zz"});
  if (chance(30)) return std::string(random_.below(200), static_cast<char>('a' + random_.below(3)));
  return one_of(
      {"", std::string("\0\xff\r\n", 4), "9223372036854775807", "1e5", "GET", "*", std::string(70, 'q')});
}

std::string RandomCalls::id() {
  if (chance(60)) return std::to_string(random_.below(20)) + "-" + std::to_string(random_.below(3));
  return one_of({"0", "-", "+", "$", ">", "*", "5", "(3-1", "7-*", "0-0",
                 "18446744073709551615-18446744073709551615", "x"});
}

// Cut off, doubled, or with two words exchanged.
void RandomCalls::spoil() {
  const std::size_t at = 1 + random_.below(words_.size());
  if (at >= words_.size()) return;
  switch (random_.below(3)) {
    case 0:
      words_.resize(at);
      break;
    case 1:
      words_.insert(words_.begin() + static_cast<std::ptrdiff_t>(at), std::string(words_[at]));
      break;
    default:
      std::swap(words_[at], words_.back());
  }
}

}  // namespace redouble
