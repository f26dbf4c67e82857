#include "scripting/sandbox.h"

namespace redouble::sandbox {
namespace {

// Keys of their own: no script can make such a value.
char kBehind;   // in a sealed table's metatable: the table behind it
char kShown;    // in the metatable of strings: what getmetatable shows of it
char kGlobals;  // in the registry: the metatable of the sealed globals

constexpr const char* kFromStock[] = {"_VERSION", "assert", "error",    "gcinfo", "ipairs",
                                      "rawequal", "select", "tostring", "type"};
constexpr const char* kFromStockString[] = {"byte",  "char",    "dump", "format", "len",
                                            "lower", "reverse", "sub",  "upper"};
constexpr const char* kFromStockTable[] = {"concat", "getn", "maxn", "setn", "sort"};
constexpr const char* kFromStockMath[] = {"abs",   "acos", "asin",  "atan", "atan2", "ceil", "cos",   "cosh",
                                          "deg",   "exp",  "floor", "fmod", "frexp", "huge", "ldexp", "log",
                                          "log10", "max",  "min",   "mod",  "modf",  "pi",   "pow",   "rad",
                                          "sin",   "sinh", "sqrt",  "tan",  "tanh"};
constexpr const char* kFromStockCoroutine[] = {"create", "running", "status", "yield"};

int refuse_write(lua_State* L) {
  return luaL_error(L, "Attempt to modify a readonly table");
}

int missing(lua_State* L) {
  if (lua_gettop(L) != 2) return luaL_error(L, "Wrong number of arguments to luaProtectedTableError");
  if (!lua_isstring(L, -1))
    return luaL_error(L, "Second argument to luaProtectedTableError must be a string or number");
  return luaL_error(L, "Script attempted to access nonexistent global variable '%s'", lua_tostring(L, -1));
}

// Copies fields by name from the table at `from` to the one on top.
template <std::size_t N>
void copy(lua_State* L, int from, const char* const (&names)[N]) {
  for (const char* name : names) {
    lua_getfield(L, from, name);
    lua_setfield(L, -2, name);
  }
}

// Pushes the library `name` of the stock globals, without its functions that scripts may not have.
template <std::size_t N>
void push_library(lua_State* L, int stock, const char* name, const char* const (&names)[N]) {
  lua_newtable(L);
  lua_getfield(L, stock, name);
  lua_insert(L, -2);
  copy(L, lua_gettop(L) - 1, names);
  lua_remove(L, -2);
}

void open_stock(lua_State* L) {
  constexpr struct {
    const char* name;
    lua_CFunction open;
  } kLibraries[] = {{"", luaopen_base},
                    {LUA_TABLIBNAME, luaopen_table},
                    {LUA_STRLIBNAME, luaopen_string},
                    {LUA_MATHLIBNAME, luaopen_math}};
  for (const auto& library : kLibraries) {
    lua_pushcfunction(L, library.open);
    lua_pushstring(L, library.name);
    lua_call(L, 1, 0);
  }
}

// Strings index the real `string` table; what getmetatable("") shows is a table like it.
void share_string_metatable(lua_State* L) {
  lua_pushliteral(L, "");
  lua_newtable(L);
  lua_pushvalue(L, -3);
  push_backing(L, -1);
  lua_setfield(L, -3, "__index");
  lua_newtable(L);
  lua_pushvalue(L, -2);
  lua_setfield(L, -2, "__index");
  lua_remove(L, -2);
  seal(L);
  lua_pushlightuserdata(L, &kShown);
  lua_insert(L, -2);
  lua_rawset(L, -3);
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}

void add_libraries(lua_State* L, int globals, int stock) {
  const auto put = [&](const char* name) {
    seal(L);
    lua_setfield(L, globals, name);
  };
  push_library(L, stock, LUA_STRLIBNAME, kFromStockString);
  add_string_functions(L);
  seal(L);
  share_string_metatable(L);
  lua_setfield(L, globals, LUA_STRLIBNAME);
  push_library(L, stock, LUA_TABLIBNAME, kFromStockTable);
  add_table_functions(L);
  put(LUA_TABLIBNAME);
  push_library(L, stock, LUA_MATHLIBNAME, kFromStockMath);
  add_random_functions(L);
  put(LUA_MATHLIBNAME);
  push_library(L, stock, LUA_COLIBNAME, kFromStockCoroutine);
  add_coroutine_functions(L);
  put(LUA_COLIBNAME);
  push_cjson(L);
  put("cjson");
  push_cmsgpack(L);
  put("cmsgpack");
  push_struct(L);
  put("struct");
  push_bit(L);
  put("bit");
}

}  // namespace

void seal(lua_State* L) {
  lua_newtable(L);
  lua_createtable(L, 0, 3);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, refuse_write);
  lua_setfield(L, -2, "__newindex");
  lua_pushlightuserdata(L, &kBehind);
  lua_pushvalue(L, -4);
  lua_rawset(L, -3);
  lua_setmetatable(L, -2);
  lua_remove(L, -2);
}

bool push_backing(lua_State* L, int index) {
  if (!lua_istable(L, index) || !lua_getmetatable(L, index)) return false;
  lua_pushlightuserdata(L, &kBehind);
  lua_rawget(L, -2);
  lua_remove(L, -2);
  if (!lua_isnil(L, -1)) return true;
  lua_pop(L, 1);
  return false;
}

bool is_sealed(lua_State* L, int index) {
  if (!push_backing(L, index)) return false;
  lua_pop(L, 1);
  return true;
}

void refuse_if_sealed(lua_State* L, int index) {
  if (is_sealed(L, index)) lua::raise(L, "Attempt to modify a readonly table");
}

// A metatable with __index for the table on top; what getmetatable shows is a sealed table like it.
void protect_missing(lua_State* L) {
  lua_newtable(L);
  lua_pushcfunction(L, missing);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
}

void push_globals(lua_State* L) {
  lua_pushlightuserdata(L, &kGlobals);
  lua_rawget(L, LUA_REGISTRYINDEX);
  lua_pushlightuserdata(L, &kBehind);
  lua_rawget(L, -2);
  lua_remove(L, -2);
}

void replace_globals(lua_State* L) {
  lua_pushlightuserdata(L, &kGlobals);
  lua_rawget(L, LUA_REGISTRYINDEX);
  lua_pushvalue(L, -2);
  lua_setfield(L, -2, "__index");
  lua_pushlightuserdata(L, &kBehind);
  lua_pushvalue(L, -3);
  lua_rawset(L, -3);
  lua_pop(L, 2);
}

void push_string_metatable(lua_State* L) {
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushlightuserdata(L, &kShown);
  lua_rawget(L, -2);
}

void open(lua_State* L) {
  lua_settop(L, 0);
  open_stock(L);
  lua_pushvalue(L, LUA_GLOBALSINDEX);
  constexpr int stock = 1, globals = 2;
  lua_newtable(L);
  copy(L, stock, kFromStock);
  add_base_functions(L);
  add_libraries(L, globals, stock);
  protect_missing(L);

  lua_pushvalue(L, globals);
  seal(L);
  lua_getmetatable(L, -1);
  lua_pushlightuserdata(L, &kGlobals);
  lua_pushvalue(L, -2);
  lua_rawset(L, LUA_REGISTRYINDEX);
  lua_pop(L, 1);
  lua_pushvalue(L, -1);
  lua_setfield(L, globals, "_G");
  lua_replace(L, LUA_GLOBALSINDEX);
  lua_pushnil(L);
  lua_setfield(L, LUA_REGISTRYINDEX, "_LOADED");
  lua_settop(L, 0);
}

}  // namespace redouble::sandbox
