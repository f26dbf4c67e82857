// Finds the keys of a call from its row's key specs: COMMAND GETKEYS, and whoever must know what a call
// touches before it runs. Bounded by the arguments that are there, whatever a count among them claims.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/arguments.h"
#include "engine/command.h"

namespace redouble {

struct KeyPosition {
  std::size_t index;    ///< in argv
  std::uint16_t flags;  ///< KeyFlag
};

/// True when the command can name keys (channels do not count).
bool has_keys(const Command& command);

/// The keys of a call; nothing when its arguments do not say where they are. REQUIRES: argv has the
/// command's name (of a subcommand: both words) in front and fits the command's arity.
std::optional<std::vector<KeyPosition>> key_positions(const Command& command, Argv argv);

/// First and last key and the step between them as COMMAND has shown them since before key specs: zeros where
/// that cannot be said in three numbers.
struct KeyRange {
  int first = 0, last = 0, step = 0;
};
KeyRange legacy_key_range(const Command& command);

}  // namespace redouble
