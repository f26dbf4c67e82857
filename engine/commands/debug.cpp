#include "engine/commands/families.h"

namespace redouble {

Rows debug_commands() {
  return {};
}

}  // namespace redouble
