#include "engine/commands/families.h"

namespace redouble {

Rows counter_commands() {
  return {};
}

}  // namespace redouble
