#include "engine/commands/families.h"

namespace redouble {

Rows key_commands() {
  return {};
}

}  // namespace redouble
