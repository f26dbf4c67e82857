#include "engine/commands/families.h"

namespace redouble {

Rows command_commands() {
  return {};
}

}  // namespace redouble
