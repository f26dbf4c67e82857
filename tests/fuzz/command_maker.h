// Turns bytes into commands, after the syntax in the commands' rows: mostly right, sometimes wrong, with the
// numbers and texts that have hurt others. A new command is covered by its row.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/command_table.h"
#include "engine/syntax.h"

namespace redouble {

/// Choices that the bytes of an input make; all zero when there are none left.
class Choices {
 public:
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}
  bool any() const { return !bytes_.empty(); }
  std::size_t below(std::size_t bound) {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<std::uint8_t>(bytes_[0]);
    bytes_.remove_prefix(1);
    return byte % bound;
  }
  std::string_view take(std::size_t size) {
    const auto taken = bytes_.substr(0, size);
    bytes_.remove_prefix(taken.size());
    return taken;
  }

 private:
  std::string_view bytes_;
};

class CommandMaker {
 public:
  using Words = std::vector<std::string>;

  /// Commands of one family, or of any for a number that is past them. `table` outlives this.
  CommandMaker(const CommandTable& table, std::size_t family);
  /// The next command. Its first word is the command's name, unless that is made up too.
  Words make(Choices& choices) const;

 private:
  void add(const Argument& argument, Choices& choices, Words& words) const;
  void add_once(const Argument& argument, Choices& choices, Words& words) const;
  std::string key(Choices& choices) const;
  std::string text(const Argument& argument, Choices& choices) const;

  struct Row {
    const Command* command;
    std::vector<Argument> arguments;
  };
  std::vector<Row> rows_;
  Group group_ = Group::generic;
};

/// What makes one key of every type and encoding: for the first lines of a run.
std::vector<CommandMaker::Words> commands_that_fill();

}  // namespace redouble
