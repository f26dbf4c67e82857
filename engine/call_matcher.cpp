#include "engine/call_matcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/acl.h"
#include "engine/command.h"
#include "engine/command_table.h"
#include "engine/duration.h"
#include "engine/engine.h"
#include "engine/glob.h"
#include "engine/key_positions.h"
#include "engine/session.h"
#include "protocol/number.h"

namespace redouble {
namespace {

constexpr std::size_t kMostOfAKind = 64;
constexpr std::size_t kMostText = 1'024;

std::string_view shown(std::string_view word) {
  return word.substr(0, 128);
}

bool any_glob(const std::vector<std::string>& patterns, std::string_view text) {
  return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
           return glob_match(pattern, text, false);
         });
}

template <class T, class U>
bool any_equal(const std::vector<T>& wanted, const U& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool may_have_keys(const Command& command, const CommandTable& table) {
  const auto subcommands = table.subcommands(command);
  return has_keys(command) || std::any_of(subcommands.begin(), subcommands.end(),
                                          [](const Command* each) { return has_keys(*each); });
}

}  // namespace

// One function a matcher: it takes what stands behind its word. Each returns an error or nothing.
struct MatcherWords {
  using Read = std::string (*)(CallMatcher&, std::string_view, const Engine&);
  struct Row {
    std::string_view word, example;
    Read read;
    bool once = false;  // a second one would take the first one's place
  };
  static const Row kRows[];

  template <std::vector<std::string> CallMatcher::*kList>
  static std::string glob(CallMatcher& matcher, std::string_view word, const Engine&) {
    (matcher.*kList).emplace_back(word);
    return {};
  }

  template <std::uint64_t CallMatcher::*kCount>
  static std::string count(CallMatcher& matcher, std::string_view word, const Engine&) {
    const auto number = parse_int64(word);
    if (!number || *number < 1) return fmt::format("ERR '{}' is no count: write 1, 2, 3 …", shown(word));
    matcher.*kCount = static_cast<std::uint64_t>(*number);
    return {};
  }

  static std::string command(CallMatcher& matcher, std::string_view word, const Engine& engine) {
    const Command* found = engine.find_command(word);
    if (found == nullptr)
      return fmt::format(
          "ERR there is no command '{}': write it as COMMAND LIST has it, as in GET or CLIENT|KILL",
          shown(word));
    matcher.commands_.push_back(found);
    return {};
  }

  static std::string category(CallMatcher& matcher, std::string_view word, const Engine&) {
    const std::uint32_t bit = category_by_name(word.starts_with('@') ? word.substr(1) : word);
    if (bit == 0)
      return fmt::format("ERR there is no category '{}': ACL CAT lists them, as in write or @write",
                         shown(word));
    matcher.categories_ |= bit;
    return {};
  }

  static std::string user(CallMatcher& matcher, std::string_view word, const Engine& engine) {
    if (engine.acl.find(word) == nullptr)
      return fmt::format("ERR there is no user '{}': ACL USERS lists them", shown(word));
    matcher.users_.emplace_back(word);
    return {};
  }

  static std::string id(CallMatcher& matcher, std::string_view word, const Engine&) {
    const auto number = parse_int64(word);
    if (!number || *number < 1)
      return fmt::format("ERR '{}' is no client id: write what CLIENT ID answers", shown(word));
    matcher.ids_.push_back(static_cast<std::uint64_t>(*number));
    return {};
  }

  static std::string database(CallMatcher& matcher, std::string_view word, const Engine& engine) {
    const auto number = parse_int64(word);
    if (!number || *number < 0 || *number >= engine.databases())
      return fmt::format("ERR there is no database '{}': they are 0 to {}", shown(word),
                         engine.databases() - 1);
    matcher.databases_.push_back(static_cast<int>(*number));
    return {};
  }

  static std::string inside(CallMatcher& matcher, std::string_view word, const Engine&) {
    if (is_word(word, "MULTI"))
      matcher.inside_ = CallMatcher::Inside::transaction;
    else if (is_word(word, "SCRIPT"))
      matcher.inside_ = CallMatcher::Inside::script;
    else
      return fmt::format("ERR IN '{}' is not known: write IN MULTI or IN SCRIPT", shown(word));
    return {};
  }

  static std::string nth(CallMatcher& matcher, std::string_view word, const Engine&) {
    const auto number = parse_int64(word);
    if (!number || *number < 1) return fmt::format("ERR '{}' is no count: write 1, 2, 3 …", shown(word));
    matcher.nths_.push_back(static_cast<std::uint64_t>(*number));
    return {};
  }

  static std::string probability(CallMatcher& matcher, std::string_view word, const Engine&) {
    const auto number = parse_double(word);
    if (!number || !(*number >= 0 && *number <= 1))
      return fmt::format("ERR '{}' is no probability: write a number from 0 to 1, as in 0.25", shown(word));
    matcher.probability_ = *number;
    return {};
  }

  template <Micros CallMatcher::*kTime>
  static std::string when(CallMatcher& matcher, std::string_view word, const Engine& engine) {
    // A small number is a duration from now, in milliseconds; Unix times are larger than ten years.
    const auto duration = parse_duration(word);
    constexpr Micros kTenYears = 10LL * 365 * 86'400 * 1'000'000;
    const auto time =
        duration && *duration < kTenYears ? std::optional(engine.now() + *duration) : parse_time(word);
    if (!time) return no_time(word) + ", or a duration from now, as in 10s";
    matcher.*kTime = *time;
    return {};
  }
};

const MatcherWords::Row MatcherWords::kRows[] = {
    {"COMMAND", "COMMAND GET", command},
    {"CATEGORY", "CATEGORY write", category},
    {"KEY", "KEY user:*", glob<&CallMatcher::keys_>},
    {"NAME", "NAME worker-*", glob<&CallMatcher::names_>},
    {"ADDRESS", "ADDRESS 127.0.0.1:*", glob<&CallMatcher::addresses_>},
    {"USER", "USER alice", user},
    {"ID", "ID 7", id},
    {"LIBRARY", "LIBRARY ioredis*", glob<&CallMatcher::libraries_>},
    {"DB", "DB 3", database},
    {"IN", "IN MULTI", inside, true},
    {"NTH", "NTH 3", nth},
    {"EVERY", "EVERY 2", count<&CallMatcher::every_>, true},
    {"FIRST", "FIRST 5", count<&CallMatcher::first_>, true},
    {"AFTER", "AFTER 10", count<&CallMatcher::after_>, true},
    {"PROBABILITY", "PROBABILITY 0.25", probability, true},
    {"FROM", "FROM 10s", when<&CallMatcher::from_>, true},
    {"TO", "TO 1m", when<&CallMatcher::to_>, true},
};

std::string CallMatcher::read(Args& args, const Engine& engine) {
  std::uint32_t given = 0;
  bool is_on = false;
  for (std::size_t n = 0;; ++n) {
    if (n > kMostOfAKind) return fmt::format("ERR a rule may have {} matchers at most", kMostOfAKind);
    if (args.take("ON")) {
      if (std::exchange(is_on, true)) return "ERR ON stands there twice";
      if (args.take("CONNECT")) {
        subject_ = Subject::connection;
      } else if (args.take("MESSAGE")) {
        if (args.left() == 0) return "ERR ON MESSAGE needs a channel, as in ON MESSAGE news.*";
        subject_ = Subject::message;
        channels_.emplace_back(args.next());
        if (channels_.back().size() > kMostText)
          return fmt::format("ERR ON MESSAGE takes {} bytes at most", kMostText);
      } else {
        return fmt::format("ERR ON '{}' is not known: write ON CONNECT or ON MESSAGE <channel>",
                           shown(args.peek()));
      }
      continue;
    }
    const auto* row = std::find_if(std::begin(MatcherWords::kRows), std::end(MatcherWords::kRows),
                                   [&](const auto& each) { return args.take(each.word); });
    if (row == std::end(MatcherWords::kRows)) break;
    if (args.left() == 0) return fmt::format("ERR {} needs a value, as in {}", row->word, row->example);
    const auto bit = std::uint32_t{1} << (row - std::begin(MatcherWords::kRows));
    if (row->once && (given & bit) != 0) return fmt::format("ERR {} stands there twice", row->word);
    given |= bit;
    const std::string_view word = args.next();
    if (word.size() > kMostText) return fmt::format("ERR {} takes {} bytes at most", row->word, kMostText);
    if (auto error = row->read(*this, word, engine); !error.empty()) return error;
  }
  return contradiction(engine);
}

const Command* CallMatcher::command_without_keys(const Engine& engine) const {
  const auto found = std::find_if(commands_.begin(), commands_.end(), [&](const Command* command) {
    return !may_have_keys(*command, engine.commands());
  });
  return found == commands_.end() ? nullptr : *found;
}

std::string CallMatcher::contradiction(const Engine& engine) const {
  if (!keys_.empty())
    if (const Command* command = command_without_keys(engine); command != nullptr)
      return fmt::format("ERR {} has no keys: leave KEY out, or name a command that has", command->name);
  const bool of_calls =
      !commands_.empty() || categories_ != 0 || !keys_.empty() || inside_ != Inside::anywhere;
  if (subject_ != Subject::call && of_calls)
    return "ERR ON is for what is no command: leave COMMAND, CATEGORY, KEY and IN out";
  const bool of_named = !names_.empty() || !users_.empty() || !libraries_.empty() || !databases_.empty();
  if (subject_ == Subject::connection && of_named)
    return "ERR a new connection has an ADDRESS and an ID, and no name, user, library or database yet";
  const auto is_of_category = [&](const Command* command) {
    const auto subcommands = engine.commands().subcommands(*command);
    return (categories_of(*command) & categories_) != 0 ||
           std::any_of(subcommands.begin(), subcommands.end(),
                       [&](const Command* each) { return (categories_of(*each) & categories_) != 0; });
  };
  if (categories_ != 0 && !commands_.empty() &&
      std::none_of(commands_.begin(), commands_.end(), is_of_category))
    return fmt::format("ERR {} is of no such category: COMMAND and CATEGORY have to hold both",
                       commands_.front()->name);
  if (from_ >= to_) return "ERR FROM is not before TO";
  if (to_ <= engine.now()) return "ERR TO is over already";
  const auto can_come = [&](std::uint64_t nth) { return nth % every_ == 0 && nth <= first_ && nth > after_; };
  if (!nths_.empty() && std::none_of(nths_.begin(), nths_.end(), can_come))
    return "ERR NTH never comes with this EVERY, FIRST or AFTER";
  if (after_ >= first_) return "ERR AFTER and FIRST leave nothing: FIRST has to be the larger one";
  return {};
}

bool CallMatcher::fits_client(const Engine& engine, const Session& session) const {
  if (engine.now() < from_ || engine.now() >= to_) return false;
  const Session& client = session.script_of != nullptr ? *session.script_of : session;
  return any_glob(names_, client.name) && any_glob(addresses_, client.address) &&
         any_glob(libraries_, client.library_name) && any_equal(ids_, client.id) &&
         any_equal(databases_, session.db) &&
         (users_.empty() || (client.user != nullptr && any_equal(users_, client.user->name())));
}

bool CallMatcher::fits_command(const Command& command) const {
  if (categories_ != 0 && (categories_of(command) & categories_) == 0) return false;
  return commands_.empty() || std::any_of(commands_.begin(), commands_.end(), [&](const Command* wanted) {
           return wanted->number == command.number ||
                  (command.name.starts_with(wanted->name) &&
                   command.name.substr(wanted->name.size()).starts_with('|'));
         });
}

bool CallMatcher::fits_keys(const Command& command, Argv argv) const {
  if (keys_.empty()) return true;
  const auto positions = key_positions(command, argv);
  return positions && std::any_of(positions->begin(), positions->end(),
                                  [&](const KeyPosition& key) { return any_glob(keys_, argv[key.index]); });
}

bool CallMatcher::count_in() {
  ++seen_;
  const bool hit = any_equal(nths_, seen_) && seen_ % every_ == 0 && seen_ <= first_ && seen_ > after_ &&
                   (probability_ >= 1 || chance_.unit() < probability_);
  if (hit) ++hits_;
  return hit;
}

bool CallMatcher::hits_call(const Engine& engine, const Session& session, const Command& command, Argv argv) {
  if (subject_ != Subject::call) return false;
  if (inside_ == Inside::script && session.script_of == nullptr) return false;
  if (inside_ == Inside::transaction && !session.transaction.open) return false;
  return fits_command(command) && fits_client(engine, session) && fits_keys(command, argv) && count_in();
}

bool CallMatcher::hits_connection(const Engine& engine, const Session& session) {
  return subject_ == Subject::connection && fits_client(engine, session) && count_in();
}

bool CallMatcher::hits_message(const Engine& engine, const Session& session, std::string_view channel) {
  return subject_ == Subject::message && any_glob(channels_, channel) && fits_client(engine, session) &&
         count_in();
}

}  // namespace redouble
