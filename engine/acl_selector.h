// What one set of ACL rules allows: commands, first arguments of commands, keys, channels. A user has a root
// selector and may have more; a call is allowed when one selector allows all of it. A value: copied to try
// changes out. Rules, their odd cases and the order in which a description lists them are those of 7.0.15.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/arguments.h"
#include "engine/command.h"
#include "engine/key_positions.h"

namespace redouble {

/// What is wrong with an ACL rule.
enum class AclFault : std::uint8_t {
  none,
  unknown_name,
  syntax,
  key_pattern_behind_all,
  channel_pattern_behind_all,
  no_such_password,
  bad_hash,
  duplicate_user,
  first_argument_of_subcommand,
};
std::string_view text_of(AclFault fault);

/// What acl-pubsub-default says of a new selector.
enum class AclChannels : std::uint8_t { none, all };

/// Whether a call is allowed, and if not, why. Worse reasons come later.
struct AclVerdict {
  enum class Why : std::uint8_t { allowed, command, key, authentication, channel };

  Why why = Why::allowed;
  std::size_t at = 0;  ///< the argument that must not be named

  bool denied() const { return why != Why::allowed; }
};

/// A call under examination. Its keys are looked for once, however many selectors ask.
struct AclCall {
  const Command& command;
  Argv argv;
  std::optional<std::vector<KeyPosition>> keys = {};

  const std::vector<KeyPosition>& key_list();
};

class CommandTable;

class AclSelector {
 public:
  /// `table` holds the commands that rules can name; it outlives the selector.
  AclSelector(const CommandTable& table, AclChannels channels)
      : table_(&table), all_channels_(channels == AclChannels::all) {}

  /// Applies one rule. Changes nothing when it is faulty.
  AclFault apply(std::string_view rule);
  AclVerdict check(AclCall& call) const;
  bool allows_channel(std::string_view name, bool is_pattern) const;

  /// True when nothing can be denied.
  bool allows_all() const { return all_commands_ && all_keys_ && all_channels_; }
  /// Whether every key may be read, by ~* or %R~*.
  bool reads_all_keys() const;
  /// Whether this key may be read, by whatever command.
  bool reads_key(std::string_view key) const;
  bool all_channels() const { return all_channels_; }
  const std::vector<std::string>& channels() const { return channels_; }

  /// "~* resetchannels &ch -@all +get": rules that make an equal selector.
  std::string describe() const;
  /// The same in its three parts, as ACL GETUSER shows them.
  std::string describe_commands() const;
  std::string describe_keys() const;
  std::string describe_channels() const;

 private:
  static constexpr std::size_t kMaxCommands = 1024;
  enum Permission : std::uint8_t { kMayRead = 1, kMayWrite = 2, kMayBoth = 3 };
  struct KeyPattern {
    std::string text;
    std::uint8_t permissions;
  };

  AclFault apply_key_pattern(std::string_view rule);
  AclFault apply_channel_pattern(std::string_view rule);
  AclFault apply_command(std::string_view rule);
  AclFault allow_word(std::string_view name);
  AclFault apply_category(std::string_view name, bool allow);
  void allow_all(bool allow);
  void set(const Command& command, bool allow);
  void set_bit(const Command& command, bool allow);
  void set_category(std::uint32_t category, bool allow);
  void add_categories(std::string& rules, AclSelector& described) const;
  void add_difference(std::string& rules, const Command& command, AclSelector& described) const;
  bool has(const Command& command) const { return commands_[command.number]; }
  bool allows_command(const Command& command, Argv argv) const;
  bool allows_key(std::string_view key, std::uint16_t flags) const;

  const CommandTable* table_;
  std::bitset<kMaxCommands> commands_;  // by the commands' numbers
  bool all_commands_ = false;           // +@all with nothing taken away since
  bool future_commands_ = false;        // +@all was the last of its kind: where a description starts from
  // Commands that are allowed with some first arguments only, by their numbers.
  std::map<std::uint16_t, std::vector<std::string>> first_arguments_;
  bool all_keys_ = false;
  std::vector<KeyPattern> keys_;
  bool all_channels_;
  std::vector<std::string> channels_;
};

}  // namespace redouble
