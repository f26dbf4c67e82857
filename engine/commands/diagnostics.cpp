#include "engine/commands/families.h"

namespace redouble {

Rows diagnostics_commands() {
  return {};
}

}  // namespace redouble
