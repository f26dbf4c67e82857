// Implementation of generator.h: choosing commands and arguments. What a sequence is made of is in
// sequences.cpp.
#include "generator.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "command_rules.h"

namespace redouble::oracle {
namespace {

// Sent beside every family, so that keys exist, change and vanish.
constexpr std::array<std::string_view, 15> kSupport = {"set",    "get",    "del",  "append", "incrby",
                                                       "expire", "rpush",  "hset", "sadd",   "zadd",
                                                       "xadd",   "exists", "type", "rename", "copy"};

bool is_subscription(const Command& command) {
  const auto name = std::string_view(command.name);
  return command.group == "pubsub" && name.ends_with("subscribe");
}

}  // namespace

Generator::Generator(std::vector<Command> commands, const std::vector<std::string>& families, uint64_t seed)
    : commands_(std::move(commands)), seed_(seed), random_(seed), pools_(random_) {
  bool other = false;
  for (size_t i = 0; i < commands_.size(); ++i) {
    const auto& command = commands_[i];
    const auto family = family_of(command);
    const bool wanted =
        families.empty() || std::find(families.begin(), families.end(), family) != families.end();
    if (std::find(kSupport.begin(), kSupport.end(), command.name) != kSupport.end()) {
      support_.push_back(i);
      support_weight_ += 1;
    }
    if (!wanted) continue;
    if (family == "transaction") transactions_ = true;
    if (family == "pubsub") pubsub_chosen_ = true;
    if (command.name == "client|tracking") tracking_chosen_ = true;
    if (command.name == "config|set") settings_ = true;
    if (command.name == "blpop") lists_ = true;
    if (command.name == "xread") streams_ = true;
    if (denied(command) || is_subscription(command) || family == "transaction") continue;
    other |= family != "pubsub";
    chosen_.push_back(i);
    chosen_weight_ += static_cast<size_t>(weight_of(command));
  }
  only_pubsub_ = pubsub_chosen_ && !other && !transactions_;
  events_ = named("psubscribe") != nullptr && named("config|set") != nullptr;
  if (chosen_.empty() && transactions_) chosen_ = support_;
  if (chosen_weight_ == 0) chosen_weight_ = support_weight_ * 100;
  if (chosen_.empty()) throw std::runtime_error("no command to generate in these families");
}

const Command* Generator::named(const std::string& name) const {
  const auto found = std::find_if(commands_.begin(), commands_.end(),
                                  [&](const Command& command) { return command.name == name; });
  return found == commands_.end() ? nullptr : &*found;
}

const Command& Generator::draw_from(const std::vector<size_t>& pool, size_t total_weight) {
  auto rest = random_.below(std::max<size_t>(total_weight, 1));
  for (const auto index : pool) {
    const auto weight = static_cast<size_t>(weight_of(commands_[index]));
    if (rest < weight) return commands_[index];
    rest -= weight;
  }
  return commands_[random_.pick(pool)];
}

std::string Generator::token(const std::string& text) {
  if (random_.chance(80)) return text;
  if (random_.chance(70)) return lower(text);
  auto mixed = text;
  for (size_t i = 0; i < mixed.size(); i += 2) mixed[i] = lower(mixed.substr(i, 1))[0];
  return mixed;
}

void Generator::emit_value(const Command& command, const Argument& argument, Argv& out, size_t& numkeys) {
  if (argument.type == "pure-token") return;
  if (argument.type == "oneof" && !argument.items.empty()) {
    auto choice = random_.pick(argument.items);
    choice.optional = false;
    emit(command, choice, out, numkeys);
    return;
  }
  if (argument.type == "block") {
    for (const auto& item : argument.items) emit(command, item, out, numkeys);
    return;
  }
  if (argument.name == "numkeys") {
    numkeys = 1 + random_.below(3);
    out.push_back(random_.chance(92) ? std::to_string(numkeys) : pools_.integer());
    return;
  }
  out.push_back(pools_.value(command, argument));
}

void Generator::emit(const Command& command, const Argument& argument, Argv& out, size_t& numkeys) {
  if (argument.optional && !random_.chance(40)) return;
  size_t times = argument.multiple ? 1 + random_.below(3) : 1;
  const bool goes_with_keys = argument.type == "key" || argument.name == "weight";
  if (argument.multiple && goes_with_keys && numkeys > 0) times = numkeys;
  for (size_t i = 0; i < times; ++i) {
    if (!argument.token.empty() && (i == 0 || argument.repeats_token)) out.push_back(token(argument.token));
    emit_value(command, argument, out, numkeys);
  }
}

// One call by the grammar; sometimes with two of its options exchanged, sometimes spoiled.
Argv Generator::call(const Command& command) {
  std::vector<Argv> parts;
  std::vector<size_t> options;
  size_t numkeys = 0;
  for (const auto& argument : command.arguments) {
    Argv part;
    emit(command, argument, part, numkeys);
    if (argument.optional && !part.empty()) options.push_back(parts.size());
    parts.push_back(std::move(part));
  }
  if (options.size() > 1 && random_.chance(40))
    std::swap(parts[random_.pick(options)], parts[random_.pick(options)]);
  if (!options.empty() && random_.chance(5)) parts.push_back(parts[random_.pick(options)]);
  Argv argv;
  for (const auto& word : command.words) argv.push_back(token(word));
  for (const auto& part : parts) argv.insert(argv.end(), part.begin(), part.end());
  // COMMAND GETKEYS takes a whole other call.
  const bool dryrun = command.name == "acl|dryrun";
  if (dryrun && argv.size() > 3) argv.resize(3);
  if (dryrun || command.name == "command|getkeys" || command.name == "command|getkeysandflags") {
    const auto inner = call(dryrun && random_.chance(50) ? random_.pick(commands_)
                                                         : draw_from(support_, support_weight_ * 100));
    argv.insert(argv.end(), inner.begin(), inner.end());
  }
  if (command.group == "stream") fit_streams(command, argv);
  // A spoiled timeout could be endless: calls that can block are only cut short.
  if (argv.size() > command.words.size() && random_.chance(10)) {
    command.blocks ? argv.pop_back() : mutate(argv, command.words.size());
  }
  fit_limits(command, argv);
  defuse(command, argv);
  return argv;
}

// ZRANGE's limits are of the kind that a word behind them says. Where members of different scores stand in a
// skip list, what a range of bytes finds depends on redis-server's random levels: there it is one of scores.
void Generator::fit_limits(const Command& command, Argv& argv) {
  const size_t at = command.name == "zrange" ? 2 : command.name == "zrangestore" ? 3 : 0;
  if (at == 0) return;
  for (size_t i = at + 2; i < argv.size(); ++i) {
    if (upper(argv[i]) == "BYLEX" && skip_lists_) argv[i] = "byscore";
    const bool lex = upper(argv[i]) == "BYLEX";
    if ((!lex && upper(argv[i]) != "BYSCORE") || random_.chance(5)) continue;
    for (const size_t limit : {at, at + 1})
      argv[limit] = pools_.ordered_limit(lex ? Pools::LimitKind::lex : Pools::LimitKind::score);
  }
}

// See fit_limits.
bool Generator::leaves_out(const Command& command) const {
  return skip_lists_ && command.group == "sorted-set" && command.name.find("lex") != std::string::npos;
}

// Takes out deadlines that would pass while the sequence runs, and, where the sequence has commands that
// stumble over expired keys at random, SETs of keys that are expired from the start. SPOP takes all or
// nothing, and nothing is drawn more than a few times.
void Generator::defuse(const Command& command, Argv& argv) const {
  constexpr long long kSoon = 9999, kMoreThanAll = 1000, kMostDraws = 1000;
  const auto& name = command.name;
  if (name == "spop") {
    const auto count = argv.size() > 2 ? to_integer(argv[2]) : std::nullopt;
    if (argv.size() == 2) argv.emplace_back("1000");
    if (count && *count > 0 && *count < kMoreThanAll) argv[2] = "1000";
  }
  if ((name == "srandmember" || name == "hrandfield" || name == "zrandmember") && argv.size() > 2) {
    const auto count = to_integer(argv[2]);
    if (count && *count < -kMostDraws && *count != INT64_MIN) argv[2] = "-7";
  }
  constexpr long long kFarBit = 4096, kNoBit = 1LL << 32;
  // A bit that is far away, but not too far, would make a string of megabytes.
  if (name == "setbit" || name == "bitfield")
    for (auto& word : argv) {
      const auto bit = to_integer(word.starts_with("#") ? word.substr(1) : word);
      if (bit && *bit > kFarBit && *bit < kNoBit * 8) word = std::to_string(*bit % kFarBit);
    }
  if (name == "sort" || name == "sort_ro") defuse_sort(argv);
  const bool reaches_sorted_sets =
      command.group == "sorted-set" || command.group == "geo" || command.group == "set";
  if (reaches_sorted_sets && !skip_lists_)
    for (auto& word : argv)
      if (word.size() > 64) word = "long";
  if (name.starts_with("restore") && argv.size() > 2) {
    const auto ttl = to_integer(argv[2]);
    if (ttl && *ttl > 0 && *ttl <= kSoon) argv[2] = "0";
  }
  const bool by_place = name == "expire" || name == "pexpire" || name == "setex" || name == "psetex";
  for (size_t i = 1; i + 1 < argv.size(); ++i) {
    const auto value = to_integer(argv[i + 1]);
    if (!value || *value < 1) continue;
    const auto option = upper(argv[i]);
    const bool relative = option == "EX" || option == "PX" || (by_place && i == 1);
    const bool absolute = option == "EXAT" || option == "PXAT";
    if (relative && *value <= kSoon) argv[i + 1] = "-1";
    if (absolute && *value <= kSoon && name == "set" && !leaves_expired_) argv[i + 1] = "-1";
  }
}

// What SORT stores is compared at the end: ties must not depend on the order of a hash table.
void Generator::defuse_sort(Argv& argv) {
  const auto has = [&](std::string_view word) {
    return std::any_of(argv.begin(), argv.end(),
                       [&](const auto& argument) { return upper(argument) == word; });
  };
  if (!has("STORE") || !has("BY")) return;
  for (auto& argument : argv)
    if (upper(argument) == "ALPHA") argument = "ASC";
}

// Breaks a call in one place behind its `fixed` first words: another subcommand would have another rule.
void Generator::mutate(Argv& argv, size_t fixed) {
  const auto at = [&] { return fixed + random_.below(argv.size() - fixed); };
  const auto place = [&](size_t index) { return argv.begin() + static_cast<std::ptrdiff_t>(index); };
  switch (random_.below(7)) {
    case 0:
      argv.pop_back();
      break;
    case 1:
      argv.resize(at());
      break;
    case 2:
      argv.erase(place(at()));
      break;
    case 3:
      argv.push_back(argv[at()]);
      break;
    case 4:
      argv.insert(place(at()), random_.chance(50) ? pools_.text() : pools_.integer());
      break;
    case 5:
      argv[at()] = random_.chance(50) ? pools_.text() : pools_.integer();
      break;
    default:
      std::swap(argv[at()], argv[at()]);
  }
}

}  // namespace redouble::oracle
