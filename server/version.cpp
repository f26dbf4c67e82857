// The version compiled into the library, for programs that load it shared.
#include <redouble/version.h>

namespace redouble {

const char* version() noexcept {
  return REDOUBLE_VERSION;
}

}  // namespace redouble
