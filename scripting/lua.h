// Lua 5.1's C interface, built as C++: a Lua error is an exception, so that destructors run when a function
// of ours raises one. Only this room includes Lua.
#pragma once

#include <lua.hpp>

#include <string_view>

namespace redouble::lua {

/// Pushes a string with all its bytes.
inline void push(lua_State* L, std::string_view text) {
  lua_pushlstring(L, text.data(), text.size());
}

/// The bytes of a string (or of a number, which becomes one) on the stack; good while it stays there.
inline std::string_view text(lua_State* L, int index) {
  size_t size = 0;
  const char* bytes = lua_tolstring(L, index, &size);
  return bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
}

/// The string argument `index`, or a Lua error that names it.
inline std::string_view check_text(lua_State* L, int index) {
  size_t size = 0;
  const char* bytes = luaL_checklstring(L, index, &size);
  return {bytes, size};
}

/// Raises the string as it is, without a position.
[[noreturn]] inline void raise(lua_State* L, std::string_view message) {
  push(L, message);
  lua_error(L);
  __builtin_unreachable();
}

/// An index that stays good when more is pushed.
inline int absolute(lua_State* L, int index) {
  return index > 0 || index <= LUA_REGISTRYINDEX ? index : lua_gettop(L) + index + 1;
}

/// Sets t[name] = function in the table on top.
inline void set_function(lua_State* L, const char* name, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_setfield(L, -2, name);
}

}  // namespace redouble::lua
