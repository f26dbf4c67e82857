// redis.register_function: (name, callback), or one table with function_name, callback, description and
// flags.
#include <algorithm>
#include <string>

#include "scripting/redis_api.h"
#include "scripting/script_host.h"

namespace redouble::redis_api {
namespace {

struct Registration {
  std::string name;
  bool named = false;
  int callback = 0;  // where on the stack; 0: not given
  std::string description;
  bool described = false;
  ScriptFlags flags;
};

void read_flags(lua_State* L, ScriptFlags& flags) {
  if (!lua_istable(L, -1))
    raise(L, "flags argument to redis.register_function must be a table representing function flags");
  for (int i = 1;; ++i) {
    lua_rawgeti(L, -1, i);
    if (lua_isnil(L, -1)) break;
    if (!lua_isstring(L, -1) || !flags.set(lua_tostring(L, -1))) raise(L, "unknown flag given");
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

// One pair of the table; key and value are on top, and the value stays good on the stack.
void read_field(lua_State* L, Registration& given) {
  if (!lua_isstring(L, -2)) raise(L, "named argument key given to redis.register_function is not a string");
  lua_pushvalue(L, -2);
  const std::string key = lua_tostring(L, -1);
  lua_pop(L, 1);
  if (key == "function_name") {
    if (!lua_isstring(L, -1))
      raise(L, "function_name argument given to redis.register_function must be a string");
    lua_pushvalue(L, -1);
    given.name = lua::text(L, -1);
    given.named = true;
    lua_pop(L, 1);
  } else if (key == "description") {
    if (!lua_isstring(L, -1))
      raise(L, "description argument given to redis.register_function must be a string");
    lua_pushvalue(L, -1);
    given.description = lua::text(L, -1);
    given.described = true;
    lua_pop(L, 1);
  } else if (key == "callback") {
    if (!lua_isfunction(L, -1))
      raise(L, "callback argument given to redis.register_function must be a function");
    lua_pushvalue(L, -1);
    lua_replace(L, 2);
    given.callback = 2;
  } else if (key == "flags") {
    lua_pushvalue(L, -1);
    read_flags(L, given.flags);
    lua_pop(L, 1);
  } else {
    raise(L, "unknown argument given to redis.register_function");
  }
}

Registration read_table(lua_State* L) {
  if (!lua_istable(L, 1))
    raise(L,
          "calling redis.register_function with a single argument is only applicable to Lua table "
          "(representing "
          "named arguments).");
  Registration given;
  lua_settop(L, 2);
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    read_field(L, given);
    lua_pop(L, 1);
  }
  if (!given.named) raise(L, "redis.register_function must get a function name argument");
  if (given.callback == 0) raise(L, "redis.register_function must get a callback argument");
  return given;
}

Registration read_arguments(lua_State* L) {
  const int n = lua_gettop(L);
  if (n < 1 || n > 2) raise(L, "wrong number of arguments to redis.register_function");
  if (n == 1) return read_table(L);
  Registration given;
  if (!lua_isstring(L, 1)) raise(L, "first argument to redis.register_function must be a string");
  given.name = lua::text(L, 1);
  if (!lua_isfunction(L, 2)) raise(L, "second argument to redis.register_function must be a function");
  given.callback = 2;
  return given;
}

}  // namespace

int register_function(lua_State* L) {
  FunctionLibrary* library = ScriptHost::of(L).functions().loading();
  if (library == nullptr) raise(L, "redis.register_function can only be called on FUNCTION LOAD command");
  Registration given = read_arguments(L);
  if (!is_library_name(given.name))
    raise(L,
          "Library names can only contain letters, numbers, or underscores(_) and must be at least one "
          "character "
          "long");
  if (library->find(given.name) != nullptr) raise(L, "Function already exists in the library");
  ScriptFunction function{.name = std::move(given.name), .description = {}, .flags = given.flags};
  if (given.described) function.description = std::move(given.description);
  lua_pushvalue(L, given.callback);
  function.function = luaL_ref(L, LUA_REGISTRYINDEX);
  library->functions.push_back(std::move(function));
  return 0;
}

}  // namespace redouble::redis_api
