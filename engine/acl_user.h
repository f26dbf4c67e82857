// An ACL user: whether it may log in, with which passwords, and what it may do. A value: ACL SETUSER tries
// all rules on a copy and keeps it only if none is faulty.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/acl_selector.h"

namespace redouble {

class AclUser {
 public:
  /// One that may nothing; `channels` is what its root selector starts with. `table` outlives the user.
  AclUser(const CommandTable& table, std::string name, AclChannels channels);
  /// The `default` user as it is when nothing is configured: it may all, without a password.
  static AclUser all_powerful(const CommandTable& table, std::string name);

  const std::string& name() const { return name_; }
  bool enabled() const { return enabled_; }
  bool without_password() const { return without_password_; }
  const std::vector<std::string>& passwords() const { return passwords_; }
  /// The root first.
  const std::vector<AclSelector>& selectors() const { return selectors_; }
  /// True when no call and no channel can be denied: the quick way through the gate.
  bool may_do_all() const { return may_do_all_; }

  /// Applies one rule. Changes nothing when it is faulty. `channels` is acl-pubsub-default.
  AclFault apply(std::string_view rule, AclChannels channels);
  /// The same as this user, under this one's name.
  void become(const AclUser& other);
  bool accepts(std::string_view password) const;
  AclVerdict check(const Command& command, Argv argv) const;
  /// Whether one selector allows the call and the reading of any key.
  bool may_read_all_keys(const Command& command, Argv argv) const;

  /// Whether one selector lets this key be read: who may not, does not get to know its name either.
  bool may_read(std::string_view key) const;

  /// "on", "nopass" …
  std::vector<std::string_view> flags() const;
  /// The rules that make an equal user: ACL LIST's line behind the name.
  std::string describe() const;

 private:
  enum class Sanitizing : std::uint8_t { unsaid, skip, always };

  AclFault change_password(std::string_view rule);
  AclFault add_selector(std::string_view rules, AclChannels channels);
  bool apply_word(std::string_view word, AclChannels channels);
  void reset(AclChannels channels);

  const CommandTable* table_;
  std::string name_;
  bool enabled_ = false;
  bool without_password_ = false;
  Sanitizing sanitizing_ = Sanitizing::unsaid;
  bool may_do_all_ = false;
  std::vector<std::string> passwords_;  // SHA-256 in hexadecimal
  std::vector<AclSelector> selectors_;
};

/// Puts the pieces of a selector that was split at its spaces together again: "(~a", "+get)" is "(~a +get)".
/// When a parenthesis stays open, nothing, and `unmatched` is the piece that opened it.
std::optional<std::vector<std::string>> merge_selectors(Argv rules, std::string_view& unmatched);

}  // namespace redouble
