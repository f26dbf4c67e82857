// COMMAND DOCS: what a command is for and which arguments it takes, out of its row.
#pragma once

#include "engine/outcome.h"

namespace redouble {

struct Call;

Outcome command_docs(Call& c);

}  // namespace redouble
