#include "engine/commands/families.h"

namespace redouble {

Rows server_commands() {
  return {};
}

}  // namespace redouble
