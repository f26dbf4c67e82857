// How a selector is put into rules. Redis keeps no list of the rules it was given: it looks for the fewest
// that lead to the same commands, categories first, and so do we. It lists single commands in the order of a
// hash table that is seeded anew at each start; ours is the order of the command table.
#include <algorithm>

#include "engine/acl_selector.h"
#include "engine/command_table.h"

namespace redouble {

std::string AclSelector::describe_keys() const {
  if (all_keys_) return "~*";
  std::string text;
  for (const KeyPattern& key : keys_) {
    if (!text.empty()) text += ' ';
    text += key.permissions == kMayBoth ? "~" : key.permissions == kMayWrite ? "%W~" : "%R~";
    text += key.text;
  }
  return text;
}

std::string AclSelector::describe_channels() const {
  if (all_channels_) return "&*";
  std::string text;
  for (const std::string& channel : channels_) text.append(text.empty() ? "&" : " &").append(channel);
  return text;
}

std::string AclSelector::describe() const {
  std::string text = describe_keys();
  if (!text.empty()) text += ' ';
  if (!all_channels_) text += "resetchannels ";
  if (const std::string channels = describe_channels(); !channels.empty()) text += channels + ' ';
  return text + describe_commands();
}

std::string AclSelector::describe_commands() const {
  AclSelector described(*table_, AclChannels::none);
  std::string rules = future_commands_ ? "+@all" : "-@all";
  described.allow_all(future_commands_);
  add_categories(rules, described);
  const CommandTable& table = *table_;
  for (const Command* command : table.commands()) {
    add_difference(rules, *command, described);
    for (const Command* subcommand : table.subcommands(*command))
      add_difference(rules, *subcommand, described);
  }
  return rules;
}

// Adds categories as long as one of them has more commands that the selector allows (or denies, when all was
// allowed to begin with) than others; among those the one with the fewest others, then with the most right
// ones. What a chosen category holds does not count for the next choice.
void AclSelector::add_categories(std::string& rules, AclSelector& described) const {
  const bool adding = !future_commands_;
  const CommandTable& table = *table_;
  const auto names = category_names();
  AclSelector left = *this;
  std::uint32_t used = 0;
  while (true) {
    std::size_t best = names.size(), best_wrong = 0, best_right = 0;
    for (std::size_t category = 0; category < names.size(); ++category) {
      if ((used >> category & 1u) != 0) continue;
      std::size_t right = 0, wrong = 0;
      for (std::size_t i = 0; i < table.size(); ++i)
        if ((categories_of(table[i]) >> category & 1u) != 0) ++(left.has(table[i]) == adding ? right : wrong);
      const bool better =
          best == names.size() || wrong < best_wrong || (wrong == best_wrong && right > best_right);
      if (right <= wrong || !better) continue;
      best = category;
      best_wrong = wrong;
      best_right = right;
    }
    if (best == names.size()) return;
    used |= 1u << best;
    rules.append(adding ? " +" : " -").append(names[best]);
    described.set_category(1u << best, adding);
    left.set_category(1u << best, !adding);
  }
}

void AclSelector::add_difference(std::string& rules, const Command& command, AclSelector& described) const {
  if (has(command) != described.has(command)) {
    rules.append(has(command) ? " +" : " -").append(full_name(command));
    described.set(command, has(command));
  }
  const auto words = first_arguments_.find(command.number);
  if (has(command) || words == first_arguments_.end()) return;
  for (const std::string& word : words->second) rules.append(" +" + full_name(command) + '|' + word);
}

}  // namespace redouble
