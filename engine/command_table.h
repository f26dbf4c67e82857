// Every command the server knows, found by name. Built once a process from the rows of the families, which
// are listed in command_table.cpp; immutable afterwards, so all engines and threads share it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/command.h"

namespace redouble {

class CommandTable {
 public:
  explicit CommandTable(std::span<const std::span<const Command>> families);
  CommandTable(const CommandTable&) = delete;
  CommandTable& operator=(const CommandTable&) = delete;

  /// The table of all commands.
  static const CommandTable& standard();

  /// A command by its name in any case, or nullptr. Subcommands by "parent|sub".
  const Command* find(std::string_view name) const;
  /// A subcommand of a container, or nullptr.
  const Command* find(const Command& parent, std::string_view subcommand) const;

  /// Commands without subcommands, in the order of their families.
  std::span<const Command* const> commands() const { return commands_; }
  /// The subcommands of a container; empty for any other command.
  std::span<const Command* const> subcommands(const Command& parent) const;

  /// Commands and subcommands together; Command::number is their index.
  std::size_t size() const { return all_.size(); }
  const Command& operator[](std::size_t number) const { return all_[number]; }

 private:
  // A name in a form that is quick to compare: its first and last eight letters, cases folded.
  struct Folded {
    std::uint64_t front, back;
    std::size_t size;

    explicit Folded(std::string_view name);
    bool operator==(const Folded&) const = default;
    std::size_t hash() const;
  };
  struct Slot {
    Folded name{{}};
    const Command* command = nullptr;
    bool is_exact = false;  // what is equal when folded is equal: 16 letters at most, nothing else
  };

  std::vector<Slot> slots_;  // open addressing, a power of two
  std::vector<Command> all_;
  std::vector<const Command*> commands_;
  std::vector<std::vector<const Command*>> subcommands_;  // by number of the parent
};

/// "set", "client|list": the name as replies and statistics spell it.
std::string full_name(const Command& command);

}  // namespace redouble
