#include "engine/commands/families.h"

namespace redouble {

Rows pubsub_commands() {
  return {};
}

}  // namespace redouble
