// Users in files: `user` lines of the configuration, and the ACL file with ACL LOAD and ACL SAVE. Errors are
// worded as in 7.0.15.
#include <fmt/format.h>

#include <algorithm>

#include "engine/acl.h"
#include "engine/command_table.h"
#include "engine/engine.h"

namespace redouble {
namespace {

std::string_view trim(std::string_view text, std::string_view what) {
  const std::size_t first = text.find_first_not_of(what);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(what) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t end = text.find(at); end != std::string_view::npos; end = text.find(at)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

bool has_space(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; });
}

std::vector<std::string_view> views(std::span<const std::string> words) {
  return {words.begin(), words.end()};
}

}  // namespace

// --- The configuration -----------------------------------------------------------------------------------

// The word that Redis quotes is the one before the faulty rule, counted in merged rules.
std::string check_user_declaration(std::span<const std::vector<std::string>> declared,
                                   std::span<const std::string> words) {
  const auto faulty = [](std::string_view word, std::string_view fault) {
    return fmt::format("Error in user declaration '{}': {}", word, fault);
  };
  for (const auto& other : declared)
    if (other[0] == words[0]) return faulty(words[0], text_of(AclFault::duplicate_user));
  std::string_view unmatched;
  const auto rules = merge_selectors(views(words.subspan(1)), unmatched);
  if (!rules) return faulty(words[0], "Unmatched parenthesis in selector definition");
  AclUser user(CommandTable::standard(), words[0], AclChannels::none);
  for (std::size_t i = 0; i < rules->size(); ++i) {
    const AclFault fault = user.apply((*rules)[i], AclChannels::none);
    if (fault == AclFault::none || fault == AclFault::unknown_name) continue;
    return faulty(i == 0 ? "user" : words[i - 1], text_of(fault));
  }
  return {};
}

std::string Acl::apply_declaration(std::span<const std::string> words) {
  if (has_space(words[0])) return "Spaces not allowed in ACL usernames";
  AclUser* user = find(words[0]);
  if (user == nullptr)
    user = users_.emplace(words[0], std::make_unique<AclUser>(commands_, words[0], channels()))
               .first->second.get();
  else
    user->apply("reset", channels());
  std::string_view unmatched;
  const auto rules = merge_selectors(views(words.subspan(1)), unmatched);
  for (const std::string& rule : rules.value_or(std::vector<std::string>()))
    if (const AclFault fault = user->apply(rule, channels()); fault != AclFault::none)
      return fmt::format("Error loading ACL rule '{}' for the user named '{}': {}", rule, words[0],
                         text_of(fault));
  if (!user->enabled())
    engine_.host().log(LogLevel::notice,
                       fmt::format("The user '{}' is disabled (there is no 'on' modifier in the user "
                                   "description). Make sure this is not a configuration error.",
                                   words[0]));
  return {};
}

std::string Acl::load_configured() {
  const Config& config = engine_.config;
  const bool has_file = !config.text(Setting::aclfile).empty();
  if (has_file && !config.users().empty())
    return "Configuring Redis with users defined in redis.conf and at the same setting an ACL file path is "
           "invalid. This setup is very likely to lead to configuration errors and security holes, please "
           "define either an ACL file or declare users directly in your redis.conf, but not both.";
  for (const auto& words : config.users())
    if (const std::string reason = apply_declaration(words); !reason.empty())
      return reason + "\nCritical error while loading ACLs. Exiting.";
  if (!has_file) return {};
  const std::string reason = load_file(nullptr);
  return reason.empty() ? "" : "Aborting Redis startup because of ACL errors: " + reason;
}

// --- The ACL file ----------------------------------------------------------------------------------------

std::string Acl::load_file(Session* author) {
  const std::string path(engine_.config.text(Setting::aclfile));
  const auto text = engine_.host().read_file(path);
  if (!text) return fmt::format("Error loading ACLs, opening file '{}': No such file or directory", path);
  Users fresh;
  std::string errors;
  read_file(*text, path, fresh, errors);
  if (!errors.empty())
    return errors +
           "WARNING: ACL errors detected, no change to the previously active ACL rules was performed";
  replace(std::move(fresh), author);
  return {};
}

// Every line is looked at, so that all mistakes are told at once.
void Acl::read_file(std::string_view text, const std::string& path, Users& fresh, std::string& errors) const {
  int number = 0;
  for (const auto raw : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(raw, " \t\r\n");
    if (line.empty()) continue;
    auto words = split(line, ' ');
    for (auto& word : words) word = trim(word, "\t\r\n");
    const std::string place = fmt::format("{}:{}", path, number);
    if (words[0] != "user" || words.size() < 2) {
      errors += place + " should start with user keyword followed by the username. ";
    } else if (has_space(words[1])) {
      errors += fmt::format("'{}: username '{}' contains invalid characters. ", place, words[1]);
    } else {
      const auto [at, is_new] =
          fresh.emplace(words[1], std::make_unique<AclUser>(commands_, std::string(words[1]), channels()));
      if (is_new)
        read_rules(Argv(words).subspan(2), place, *at->second, errors);
      else
        errors += fmt::format("WARNING: Duplicate user '{}' found on line {}. ", words[1], number);
    }
  }
}

// Of the mistakes in a line only unknown names are all told: other ones may follow from the first.
void Acl::read_rules(Argv rules, const std::string& place, AclUser& user, std::string& errors) const {
  std::string_view unmatched;
  const auto merged = merge_selectors(rules, unmatched);
  if (!merged) errors += place + ": Unmatched parenthesis in selector definition.";
  bool told = false;
  for (const std::string& rule : merged.value_or(std::vector<std::string>())) {
    const AclFault fault = user.apply(trim(rule, "\t\r\n"), channels());
    if (fault == AclFault::unknown_name) {
      errors += fmt::format("{}: Error in applying operation '{}': {}. ", place, rule, text_of(fault));
    } else if (fault != AclFault::none && !told) {
      errors += fmt::format("{}: {}. ", place, text_of(fault));
      told = true;
    }
  }
}

// The default user stays the same object: its clients stay, with other rights. All other clients go.
void Acl::replace(Users fresh, Session* author) {
  const auto declared = fresh.find(default_user_->name());
  default_user_->become(declared != fresh.end() ? *declared->second
                                                : AclUser::all_powerful(commands_, default_user_->name()));
  auto old = std::exchange(users_, std::move(fresh));
  users_[default_user_->name()] = std::move(old.extract(default_user_->name()).mapped());
  for (const auto& [name, user] : old) end_clients(*user, author);
}

std::vector<std::string> Acl::lines() const {
  std::vector<std::string> lines;
  for (const auto& [name, user] : users_) lines.push_back("user " + name + ' ' + user->describe());
  return lines;
}

std::string Acl::save_file() {
  std::string text;
  for (const std::string& line : lines()) text += line + '\n';
  return engine_.host().write_file(std::string(engine_.config.text(Setting::aclfile)), text);
}

}  // namespace redouble
