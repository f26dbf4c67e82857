#include "engine/commands/families.h"

namespace redouble {

Rows info_commands() {
  return {};
}

}  // namespace redouble
