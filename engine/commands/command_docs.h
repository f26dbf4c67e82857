// COMMAND DOCS: what a command is for and which arguments it takes, out of its row. And which
// commands have a name.
#pragma once

#include <vector>

#include "engine/outcome.h"

namespace redouble {

struct Call;
struct Command;
class Engine;

/// All commands that have a name left, in the table's order, without subcommands.
std::vector<const Command*> named_commands(const Engine& engine);

Outcome command_docs(Call& c);

}  // namespace redouble
