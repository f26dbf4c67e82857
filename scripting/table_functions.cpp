// Functions of `table` and `math` that cannot be the stock ones: they would write into sealed tables, run for
// ever without a check, or draw from the process's generator.
#include <algorithm>
#include <cmath>
#include <limits>

#include "scripting/sandbox.h"
#include "scripting/vm.h"

namespace redouble::sandbox {
namespace {

int length_of(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  return static_cast<int>(lua_objlen(L, 1));
}

int insert(lua_State* L) {
  const int end = length_of(L) + 1;
  const int arguments = lua_gettop(L);
  int at = end;
  if (arguments == 3) {
    at = luaL_checkint(L, 2);
    // A place far below the elements shifts one for each step to it.
    for (int i = std::max(at, end); i > at; --i) {
      if (i == std::max(at, end)) refuse_if_sealed(L, 1);
      lua_rawgeti(L, 1, i - 1);
      lua_rawseti(L, 1, i);
      Vm::of(L).count(L, 1);
    }
  } else if (arguments != 2) {
    return luaL_error(L, "wrong number of arguments to 'insert'");
  }
  refuse_if_sealed(L, 1);
  lua_settop(L, arguments);
  lua_rawseti(L, 1, at);
  return 0;
}

int remove(lua_State* L) {
  const int end = length_of(L);
  int at = luaL_optint(L, 2, end);
  if (at < 1 || at > end) return 0;
  lua_rawgeti(L, 1, at);
  for (; at < end; ++at) {
    lua_rawgeti(L, 1, at + 1);
    lua_rawseti(L, 1, at);
  }
  lua_pushnil(L);
  lua_rawseti(L, 1, end);
  return 1;
}

// foreach and foreachi of the elements behind a sealed table.
int foreach (lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  if (push_backing(L, 1)) lua_replace(L, 1);
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -3);
    lua_pushvalue(L, -3);
    lua_call(L, 2, 1);
    if (!lua_isnil(L, -1)) return 1;
    lua_pop(L, 2);
    Vm::of(L).count(L, 1);
  }
  return 0;
}

int foreachi(lua_State* L) {
  const int n = length_of(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  for (int i = 1; i <= n; ++i) {
    lua_pushvalue(L, 2);
    lua_pushinteger(L, i);
    lua_rawgeti(L, 1, i);
    lua_call(L, 2, 1);
    if (!lua_isnil(L, -1)) return 1;
    lua_pop(L, 1);
    Vm::of(L).count(L, 1);
  }
  return 0;
}

// A result in [0, 1] of 2^31 - 1 steps, stretched as Lua does it.
int random(lua_State* L) {
  constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
  const lua_Number unit =
      static_cast<lua_Number>(Vm::of(L).random().next() % kMost) / static_cast<lua_Number>(kMost);
  switch (lua_gettop(L)) {
    case 0:
      lua_pushnumber(L, unit);
      return 1;
    case 1: {
      const int most = luaL_checkint(L, 1);
      luaL_argcheck(L, 1 <= most, 1, "interval is empty");
      lua_pushnumber(L, std::floor(unit * most) + 1);
      return 1;
    }
    case 2: {
      const int least = luaL_checkint(L, 1);
      const int most = luaL_checkint(L, 2);
      luaL_argcheck(L, least <= most, 2, "interval is empty");
      // The width is that of Redis: it wraps around where it does not fit.
      const auto width = static_cast<int>(static_cast<unsigned>(most) - static_cast<unsigned>(least) + 1u);
      lua_pushnumber(L, std::floor(unit * width) + least);
      return 1;
    }
    default:
      return luaL_error(L, "wrong number of arguments");
  }
}

int randomseed(lua_State* L) {
  Vm::of(L).random().seed(luaL_checkint(L, 1));
  return 0;
}

}  // namespace

void add_table_functions(lua_State* L) {
  constexpr luaL_Reg kFunctions[] = {
      {"foreach", foreach}, {"foreachi", foreachi}, {"insert", insert}, {"remove", remove}};
  for (const auto& [name, function] : kFunctions) lua::set_function(L, name, function);
}

void add_random_functions(lua_State* L) {
  lua::set_function(L, "random", random);
  lua::set_function(L, "randomseed", randomseed);
}

}  // namespace redouble::sandbox
