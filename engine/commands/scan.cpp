#include "engine/commands/families.h"

namespace redouble {

Rows scan_commands() {
  return {};
}

}  // namespace redouble
