#include "engine/commands/families.h"

namespace redouble {

Rows expire_commands() {
  return {};
}

}  // namespace redouble
