#include "engine/commands/families.h"

namespace redouble {

Rows transaction_commands() {
  return {};
}

}  // namespace redouble
