#include "engine/commands/families.h"

namespace redouble {

Rows config_commands() {
  return {};
}

}  // namespace redouble
