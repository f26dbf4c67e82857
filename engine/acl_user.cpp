#include "engine/acl_user.h"

#include <algorithm>

#include "engine/args.h"
#include "protocol/quoted.h"
#include "protocol/sha256.h"
#include "protocol/split_args.h"

namespace redouble {
namespace {

bool is_hash(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace

AclUser::AclUser(const CommandTable& table, std::string name, AclChannels channels)
    : table_(&table), name_(std::move(name)) {
  selectors_.emplace_back(table, channels);
}

AclUser AclUser::all_powerful(const CommandTable& table, std::string name) {
  AclUser user(table, std::move(name), AclChannels::all);
  for (const auto rule : {"on", "nopass", "~*", "&*", "+@all"}) user.apply(rule, AclChannels::all);
  return user;
}

void AclUser::become(const AclUser& other) {
  std::string name = std::move(name_);
  *this = other;
  name_ = std::move(name);
}

AclFault AclUser::apply(std::string_view rule, AclChannels channels) {
  if (rule.empty()) return AclFault::none;
  AclFault fault = AclFault::none;
  if (rule.find_first_of("><#!") == 0)
    fault = change_password(rule);
  else if (rule.front() == '(' && rule.back() == ')')
    fault = add_selector(rule.substr(1, rule.size() - 2), channels);
  else if (!apply_word(until_nul(rule), channels))
    fault = selectors_.front().apply(rule);
  may_do_all_ = std::any_of(selectors_.begin(), selectors_.end(),
                            [](const AclSelector& selector) { return selector.allows_all(); });
  return fault;
}

// The rules that are about the user, not about a selector.
bool AclUser::apply_word(std::string_view word, AclChannels channels) {
  if (is_word(word, "ON")) {
    enabled_ = true;
  } else if (is_word(word, "OFF")) {
    enabled_ = false;
  } else if (is_word(word, "NOPASS")) {
    without_password_ = true;
    passwords_.clear();
  } else if (is_word(word, "RESETPASS")) {
    without_password_ = false;
    passwords_.clear();
  } else if (is_word(word, "SKIP-SANITIZE-PAYLOAD")) {
    sanitizing_ = Sanitizing::skip;
  } else if (is_word(word, "SANITIZE-PAYLOAD")) {
    sanitizing_ = Sanitizing::always;
  } else if (is_word(word, "CLEARSELECTORS")) {
    selectors_.erase(selectors_.begin() + 1, selectors_.end());
  } else if (is_word(word, "RESET")) {
    reset(channels);
  } else {
    return false;
  }
  return true;
}

void AclUser::reset(AclChannels channels) {
  enabled_ = without_password_ = false;
  sanitizing_ = Sanitizing::always;
  passwords_.clear();
  selectors_.assign(1, AclSelector(*table_, channels));
}

// >password <password #hash !hash
AclFault AclUser::change_password(std::string_view rule) {
  const bool hashed = rule[0] == '#' || rule[0] == '!';
  const bool remove = rule[0] == '<' || rule[0] == '!';
  const std::string_view text = rule.substr(1);
  if (hashed && !is_hash(text)) return AclFault::bad_hash;
  const std::string hash = hashed ? std::string(text) : sha256_hex(text);
  const auto known = std::find(passwords_.begin(), passwords_.end(), hash);
  if (remove) {
    if (known == passwords_.end()) return AclFault::no_such_password;
    passwords_.erase(known);
    return AclFault::none;
  }
  if (known == passwords_.end()) passwords_.push_back(hash);
  without_password_ = false;
  return AclFault::none;
}

// Rules with unbalanced quotes count as none, as in Redis.
AclFault AclUser::add_selector(std::string_view rules, AclChannels channels) {
  AclSelector selector(*table_, channels);
  for (const std::string& rule : split_args(rules).value_or(std::vector<std::string>()))
    if (const AclFault fault = selector.apply(rule); fault != AclFault::none) return fault;
  selectors_.push_back(std::move(selector));
  return AclFault::none;
}

bool AclUser::accepts(std::string_view password) const {
  if (!enabled_) return false;
  if (without_password_) return true;
  const std::string hash = sha256_hex(password);
  bool accepted = false;
  for (const std::string& known : passwords_) accepted |= same_secret(known, hash);
  return accepted;
}

AclVerdict AclUser::check(const Command& command, Argv argv) const {
  if (may_do_all_) return {};
  AclCall call{command, argv};
  AclVerdict worst{AclVerdict::Why::command, 0};
  for (const AclSelector& selector : selectors_) {
    const AclVerdict verdict = selector.check(call);
    if (!verdict.denied()) return {};
    if (verdict.why > worst.why || (verdict.why == worst.why && verdict.at > worst.at)) worst = verdict;
  }
  return worst;
}

bool AclUser::may_read_all_keys(const Command& command, Argv argv) const {
  AclCall call{command, argv};
  return may_do_all_ || std::any_of(selectors_.begin(), selectors_.end(), [&](const AclSelector& selector) {
           return selector.reads_all_keys() && !selector.check(call).denied();
         });
}

bool AclUser::may_read(std::string_view key) const {
  return may_do_all_ || std::any_of(selectors_.begin(), selectors_.end(),
                                    [&](const AclSelector& selector) { return selector.reads_key(key); });
}

std::vector<std::string_view> AclUser::flags() const {
  std::vector<std::string_view> names = {enabled_ ? "on" : "off"};
  if (without_password_) names.emplace_back("nopass");
  if (sanitizing_ == Sanitizing::skip) names.emplace_back("skip-sanitize-payload");
  if (sanitizing_ == Sanitizing::always) names.emplace_back("sanitize-payload");
  return names;
}

std::string AclUser::describe() const {
  std::string text;
  for (const auto flag : flags()) text.append(flag).append(" ");
  for (const std::string& password : passwords_) text.append("#").append(password).append(" ");
  text += selectors_.front().describe();
  for (std::size_t i = 1; i < selectors_.size(); ++i) text += " (" + selectors_[i].describe() + ')';
  return text;
}

std::optional<std::vector<std::string>> merge_selectors(Argv rules, std::string_view& unmatched) {
  std::vector<std::string> merged;
  std::optional<std::string> open;
  for (const auto rule : rules) {
    // A further opening piece starts anew: what the first one gathered is dropped, as in Redis.
    if (rule.starts_with('(') && !rule.ends_with(')')) {
      open = rule;
      unmatched = rule;
    } else if (!open) {
      merged.emplace_back(rule);
    } else {
      open->append(" ").append(until_nul(rule));
      if (!rule.ends_with(')')) continue;
      merged.push_back(std::move(*open));
      open.reset();
    }
  }
  if (open) return std::nullopt;
  return merged;
}

}  // namespace redouble
