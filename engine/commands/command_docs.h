// COMMAND DOCS: what a command is for and which arguments it takes, out of its row. And commands by name, as
// those who ask about them spell it.
#pragma once

#include <string_view>

#include "engine/outcome.h"

namespace redouble {

class Engine;
struct Call;
struct Command;

/// The command or subcommand ("config|get") that goes by this name at present; nullptr when there is none.
const Command* command_named(const Engine& engine, std::string_view name);

Outcome command_docs(Call& c);

}  // namespace redouble
