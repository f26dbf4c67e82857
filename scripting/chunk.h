// What a compiled chunk does, read from its code.
#pragma once

#include "scripting/lua.h"

namespace redouble {

/// Whether the function on top, or one inside it, assigns to a global variable by name. One that does not may
/// run with the globals themselves as its environment: it has no way to change them.
bool writes_globals(lua_State* L);

}  // namespace redouble
