// The rows of this room's commands.
#pragma once

#include "engine/commands/families.h"

namespace redouble {

Rows eval_commands();
Rows script_commands();
Rows function_commands();

}  // namespace redouble
