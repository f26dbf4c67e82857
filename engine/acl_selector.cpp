// Applying rules and checking calls. How a selector is described stands in acl_describe.cpp. Rules are C
// strings to Redis: but for patterns and passwords, what stands behind a NUL byte is not looked at.
#include "engine/acl_selector.h"

#include <algorithm>

#include "engine/args.h"
#include "engine/command_table.h"
#include "engine/glob.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

bool has_space(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; });
}

}  // namespace

std::string_view text_of(AclFault fault) {
  switch (fault) {
    case AclFault::none:
      return "";
    case AclFault::unknown_name:
      return "Unknown command or category name in ACL";
    case AclFault::syntax:
      return "Syntax error";
    case AclFault::key_pattern_behind_all:
      return "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have "
             "any "
             "effect. Try 'resetkeys' to start with an empty list of patterns";
    case AclFault::channel_pattern_behind_all:
      return "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not "
             "have "
             "any effect. Try 'resetchannels' to start with an empty list of channels";
    case AclFault::no_such_password:
      return "The password you are trying to remove from the user does not exist";
    case AclFault::bad_hash:
      return "The password hash must be exactly 64 characters and contain only lowercase hexadecimal "
             "characters";
    case AclFault::duplicate_user:
      return "Duplicate user found. A user can only be defined once in config files";
    case AclFault::first_argument_of_subcommand:
      return "Allowing first-arg of a subcommand is not supported";
  }
  return "";
}

// --- Rules -----------------------------------------------------------------------------------------------

AclFault AclSelector::apply(std::string_view rule) {
  if (rule.empty()) return AclFault::none;
  const std::string_view word = until_nul(rule);
  if (is_word(word, "ALLKEYS") || word == "~*") {
    all_keys_ = true;
    keys_.clear();
  } else if (is_word(word, "RESETKEYS")) {
    all_keys_ = false;
    keys_.clear();
  } else if (is_word(word, "ALLCHANNELS") || word == "&*") {
    all_channels_ = true;
    channels_.clear();
  } else if (is_word(word, "RESETCHANNELS")) {
    all_channels_ = false;
    channels_.clear();
  } else if (is_word(word, "ALLCOMMANDS") || is_word(word, "+@ALL")) {
    allow_all(true);
  } else if (is_word(word, "NOCOMMANDS") || is_word(word, "-@ALL")) {
    allow_all(false);
  } else if (rule[0] == '~' || rule[0] == '%') {
    return apply_key_pattern(rule);
  } else if (rule[0] == '&') {
    return apply_channel_pattern(rule);
  } else if (rule[0] == '+' || rule[0] == '-') {
    return apply_command(word);
  } else {
    return AclFault::syntax;
  }
  return AclFault::none;
}

// ~pattern, or %RW~pattern with the letters in either order and case, each once.
AclFault AclSelector::apply_key_pattern(std::string_view rule) {
  if (all_keys_) return AclFault::key_pattern_behind_all;
  std::uint8_t permissions = rule[0] == '~' ? kMayBoth : 0;
  std::size_t at = 1;
  for (bool ended = rule[0] == '~'; !ended && at < rule.size(); ++at) {
    const char letter = rule[at];
    if ((letter == 'R' || letter == 'r') && (permissions & kMayRead) == 0)
      permissions |= kMayRead;
    else if ((letter == 'W' || letter == 'w') && (permissions & kMayWrite) == 0)
      permissions |= kMayWrite;
    else if (letter == '~' && permissions != 0)
      ended = true;
    else
      return AclFault::syntax;
  }
  const std::string_view pattern = rule.substr(at);
  if (permissions == 0 || has_space(pattern)) return AclFault::syntax;
  const auto known =
      std::find_if(keys_.begin(), keys_.end(), [&](const KeyPattern& key) { return key.text == pattern; });
  if (known == keys_.end())
    keys_.push_back({std::string(pattern), permissions});
  else
    known->permissions |= permissions;
  return AclFault::none;
}

AclFault AclSelector::apply_channel_pattern(std::string_view rule) {
  if (all_channels_) return AclFault::channel_pattern_behind_all;
  const std::string_view pattern = rule.substr(1);
  if (has_space(pattern)) return AclFault::syntax;
  if (std::find(channels_.begin(), channels_.end(), pattern) == channels_.end())
    channels_.emplace_back(pattern);
  return AclFault::none;
}

AclFault AclSelector::apply_command(std::string_view rule) {
  const bool allow = rule[0] == '+';
  const std::string_view name = rule.substr(1);
  if (name.starts_with('@')) return apply_category(name.substr(1), allow);
  if (allow && name.find('|') != std::string_view::npos) return allow_word(name);
  const Command* command = table_->find(name);
  if (command == nullptr) return AclFault::unknown_name;
  set(*command, allow);
  return AclFault::none;
}

// +container|subcommand, or +command|argument for a command that has no subcommands.
AclFault AclSelector::allow_word(std::string_view name) {
  const CommandTable& table = *table_;
  const std::size_t bar = name.rfind('|');
  const Command* command = table.find(name.substr(0, bar));
  if (command == nullptr) return AclFault::unknown_name;
  if (command->is_subcommand()) return AclFault::first_argument_of_subcommand;
  const std::string_view word = name.substr(bar + 1);
  if (word.empty()) return AclFault::syntax;
  if (!table.subcommands(*command).empty()) {
    const Command* subcommand = table.find(*command, word);
    if (subcommand == nullptr) return AclFault::unknown_name;
    set(*subcommand, true);
    return AclFault::none;
  }
  auto& words = first_arguments_[command->number];
  if (std::none_of(words.begin(), words.end(), [&](const auto& known) { return same_word(known, word); }))
    words.emplace_back(word);
  return AclFault::none;
}

AclFault AclSelector::apply_category(std::string_view name, bool allow) {
  const std::uint32_t category = category_by_name(name);
  if (category == 0) return AclFault::unknown_name;
  set_category(category, allow);
  return AclFault::none;
}

void AclSelector::allow_all(bool allow) {
  allow ? commands_.set() : commands_.reset();
  all_commands_ = future_commands_ = allow;
  first_arguments_.clear();
}

// A container takes its subcommands along.
void AclSelector::set(const Command& command, bool allow) {
  set_bit(command, allow);
  first_arguments_.erase(command.number);
  for (const Command* subcommand : table_->subcommands(command)) set_bit(*subcommand, allow);
}

void AclSelector::set_bit(const Command& command, bool allow) {
  commands_[command.number] = allow;
  if (!allow) all_commands_ = false;
}

void AclSelector::set_category(std::uint32_t category, bool allow) {
  const CommandTable& table = *table_;
  for (std::size_t i = 0; i < table.size(); ++i)
    if ((categories_of(table[i]) & category) != 0) set(table[i], allow);
}

// --- Checks ----------------------------------------------------------------------------------------------

const std::vector<KeyPosition>& AclCall::key_list() {
  if (!keys) {
    keys = key_positions(command, argv);
    // A call whose keys cannot be told names none: it will fail by itself.
    if (!keys) keys.emplace();
  }
  return *keys;
}

AclVerdict AclSelector::check(AclCall& call) const {
  const Command& command = call.command;
  const Argv argv = call.argv;
  if (!all_commands_ && !command.is(kNoAuth) && !allows_command(command, argv))
    return {AclVerdict::Why::command, 0};
  if (!all_keys_ && has_keys(command))
    for (const KeyPosition& key : call.key_list())
      if (!allows_key(argv[key.index], key.flags)) return {AclVerdict::Why::key, key.index};
  if (!all_channels_ && command.channels != Channels::none) {
    const std::size_t end = command.channels == Channels::publish ? 2 : argv.size();
    const bool are_patterns = command.channels == Channels::subscribe_pattern;
    for (std::size_t i = 1; i < end; ++i)
      if (!allows_channel(argv[i], are_patterns)) return {AclVerdict::Why::channel, i};
  }
  return {};
}

bool AclSelector::allows_command(const Command& command, Argv argv) const {
  if (has(command)) return true;
  const auto words = first_arguments_.find(command.number);
  return argv.size() >= 2 && words != first_arguments_.end() &&
         std::any_of(words->second.begin(), words->second.end(),
                     [&](const auto& word) { return same_word(argv[1], word); });
}

bool AclSelector::allows_key(std::string_view key, std::uint16_t flags) const {
  unsigned wanted = 0;
  if ((flags & kAccess) != 0) wanted |= kMayRead;
  if ((flags & (kInsert | kDelete | kUpdate)) != 0) wanted |= kMayWrite;
  return std::any_of(keys_.begin(), keys_.end(), [&](const KeyPattern& pattern) {
    return (pattern.permissions & wanted) == wanted && glob_match(pattern.text, key, false);
  });
}

bool AclSelector::reads_key(std::string_view key) const {
  return all_keys_ || allows_key(key, kAccess);
}

bool AclSelector::reads_all_keys() const {
  return all_keys_ || std::any_of(keys_.begin(), keys_.end(), [](const KeyPattern& pattern) {
           return pattern.text == "*" && (pattern.permissions & kMayRead) != 0;
         });
}

// A pattern that is subscribed to must stand in the list literally.
bool AclSelector::allows_channel(std::string_view name, bool is_pattern) const {
  if (all_channels_) return true;
  return std::any_of(channels_.begin(), channels_.end(), [&](const std::string& allowed) {
    return is_pattern ? allowed == until_nul(name) : glob_match(allowed, name, false);
  });
}

}  // namespace redouble
