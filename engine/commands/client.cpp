#include "engine/commands/families.h"

namespace redouble {

Rows client_commands() {
  return {};
}

}  // namespace redouble
