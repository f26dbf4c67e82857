// Lua's basic functions and its coroutine library where scripts need others than the stock ones: they look
// behind sealed tables, refuse to change them, pass a stopped script's error on, and keep source and results
// within bounds. What they answer is what Redis's own Lua answers.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <string>

#include "protocol/number.h"
#include "scripting/sandbox.h"
#include "scripting/vm.h"

namespace redouble::sandbox {
namespace {

// Behind everything that catches an error.
void raise_if_stopping(lua_State* L, int status) {
  Vm::of(L).notice(status);
  Vm::of(L).raise_if_stopping(L);
}

// --- Tables ----------------------------------------------------------------------------------------------

int next(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  if (push_backing(L, 1)) lua_replace(L, 1);
  if (lua_next(L, 1)) return 2;
  lua_pushnil(L);
  return 1;
}

int pairs(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

int rawget(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  if (push_backing(L, 1)) lua_replace(L, 1);
  lua_rawget(L, 1);
  return 1;
}

int rawset(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkany(L, 2);
  luaL_checkany(L, 3);
  refuse_if_sealed(L, 1);
  lua_settop(L, 3);
  lua_rawset(L, 1);
  return 1;
}

// A sealed table shows the metatable of what is behind it, sealed as well.
int getmetatable(lua_State* L) {
  luaL_checkany(L, 1);
  if (push_backing(L, 1)) {
    if (lua_getmetatable(L, -1))
      seal(L);
    else
      lua_pushnil(L);
    return 1;
  }
  if (lua_type(L, 1) == LUA_TSTRING) {
    push_string_metatable(L);
    return 1;
  }
  if (!lua_getmetatable(L, 1)) {
    lua_pushnil(L);
    return 1;
  }
  luaL_getmetafield(L, 1, "__metatable");
  return 1;
}

int setmetatable(lua_State* L) {
  const int type = lua_type(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_argcheck(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table expected");
  if (luaL_getmetafield(L, 1, "__metatable")) return luaL_error(L, "cannot change a protected metatable");
  refuse_if_sealed(L, 1);
  lua_settop(L, 2);
  lua_setmetatable(L, 1);
  return 1;
}

// Fewer results than the stack holds, whatever the range.
int unpack(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  const long long first = luaL_optint(L, 2, 1);
  const long long last = luaL_opt(L, luaL_checkint, 3, static_cast<int>(lua_objlen(L, 1)));
  if (first > last) return 0;
  const long long n = last - first + 1;
  if (n >= 8000 || !lua_checkstack(L, static_cast<int>(n)))
    return luaL_error(L, "too many results to unpack");
  for (long long i = first; i <= last; ++i) lua_rawgeti(L, 1, static_cast<int>(i));
  return static_cast<int>(n);
}

// --- Numbers ---------------------------------------------------------------------------------------------

// Most texts are plain integers and decimals, which C reads to the same number, but slowly.
std::optional<lua_Number> plain_number(std::string_view text) {
  if (const auto integer = parse_int64(text)) return static_cast<lua_Number>(*integer);
  const auto is_plain = [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-'; };
  return std::all_of(text.begin(), text.end(), is_plain) ? parse_double(text) : std::nullopt;
}

void push_number(lua_State* L) {
  const int type = lua_type(L, 1);
  if (type == LUA_TNUMBER) return lua_settop(L, 1);
  if (type == LUA_TSTRING) {
    if (const auto number = plain_number(lua::text(L, 1))) return lua_pushnumber(L, *number);
    if (lua_isnumber(L, 1)) return lua_pushnumber(L, lua_tonumber(L, 1));
  }
  lua_pushnil(L);
}

int tonumber(lua_State* L) {
  const int base = luaL_optint(L, 2, 10);
  luaL_checkany(L, 1);
  if (base == 10) {
    push_number(L);
    return 1;
  }
  const char* const text = luaL_checkstring(L, 1);
  luaL_argcheck(L, base >= 2 && base <= 36, 2, "base out of range");
  char* end = nullptr;
  const unsigned long number = std::strtoul(text, &end, base);
  const bool has_digits = end != text;
  while (std::isspace(static_cast<unsigned char>(*end))) ++end;
  if (has_digits && *end == '\0')
    lua_pushnumber(L, static_cast<lua_Number>(number));
  else
    lua_pushnil(L);
  return 1;
}

// --- Errors ----------------------------------------------------------------------------------------------

// As in Redis, what redis.call raises arrives as its text, not as the table that it is inside.
int pcall(lua_State* L) {
  // Without arguments Redis's own calls the `true` that it would have answered.
  if (lua_gettop(L) == 0) lua_pushboolean(L, 1);
  const int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
  raise_if_stopping(L, status);
  if (status != 0 && lua_istable(L, -1)) {
    lua_getfield(L, -1, "err");
    if (lua_isstring(L, -1))
      lua_replace(L, -2);
    else
      lua_pop(L, 1);
  }
  lua_pushboolean(L, status == 0);
  lua_insert(L, 1);
  return lua_gettop(L);
}

// The handler runs when the stack of the error is gone: one that loops inside Lua's own error handling could
// not be stopped.
int xpcall(lua_State* L) {
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  lua_pushvalue(L, 1);
  int status = lua_pcall(L, 0, LUA_MULTRET, 0);
  raise_if_stopping(L, status);
  if (status != 0) {
    const bool caught = status != LUA_ERRMEM && status != LUA_ERRERR;
    if (caught) {
      lua_pushvalue(L, 2);
      lua_insert(L, -2);
      const int handled = lua_pcall(L, 1, 1, 0);
      raise_if_stopping(L, handled);
      if (handled != 0) {
        lua_settop(L, 2);
        lua_pushliteral(L, "error in error handling");
      }
    }
  }
  lua_pushboolean(L, status == 0);
  lua_replace(L, 2);
  return lua_gettop(L) - 1;
}

// --- Sources ---------------------------------------------------------------------------------------------

int compiled(lua_State* L, std::string_view source, const char* chunk_name) {
  if (Vm::compile(L, source, chunk_name)) return 1;
  lua_pushnil(L);
  lua_insert(L, -2);
  return 2;
}

int loadstring(lua_State* L) {
  const std::string_view source = lua::check_text(L, 1);
  const char* name = luaL_optstring(L, 2, lua_tostring(L, 1));
  return compiled(L, source, name);
}

// Gathers all pieces before the parser sees the first: it must not run a script's code in its middle.
int load(lua_State* L) {
  const char* name = luaL_optstring(L, 2, "=(load)");
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 2);
  std::string source;
  while (true) {
    lua_pushvalue(L, 1);
    const int status = lua_pcall(L, 0, 1, 0);
    raise_if_stopping(L, status);
    const bool is_text = lua_isstring(L, -1) != 0;
    if (status != 0 || (!is_text && !lua_isnil(L, -1))) {
      if (status == 0) lua_pushliteral(L, "reader function must return a string");
      lua_pushnil(L);
      lua_insert(L, -2);
      return 2;
    }
    const std::string_view piece = lua::text(L, -1);
    if (piece.empty()) break;
    source += piece;
    if (source.size() > Vm::kMaxSource) break;
    Vm::of(L).count(L, static_cast<unsigned>(piece.size()));
    lua_pop(L, 1);
  }
  return compiled(L, source, name);
}

// --- Coroutines ------------------------------------------------------------------------------------------

const char* status_of(lua_State* L, lua_State* coroutine) {
  if (L == coroutine) return "running";
  switch (lua_status(coroutine)) {
    case LUA_YIELD:
      return "suspended";
    case 0: {
      lua_Debug frame;
      if (lua_getstack(coroutine, 0, &frame) > 0) return "normal";
      return lua_gettop(coroutine) == 0 ? "dead" : "suspended";
    }
    default:
      return "dead";
  }
}

// The results, or -1 with an error on top.
int resume_with(lua_State* L, lua_State* coroutine, int arguments) {
  const std::string_view status = status_of(L, coroutine);
  if (!lua_checkstack(coroutine, arguments)) return luaL_error(L, "too many arguments to resume");
  if (status != "suspended") {
    lua_pushfstring(L, "cannot resume %s coroutine", status.data());
    return -1;
  }
  lua_xmove(L, coroutine, arguments);
  lua_setlevel(L, coroutine);
  const int outcome = lua_resume(coroutine, arguments);
  raise_if_stopping(L, outcome);
  if (outcome == 0 || outcome == LUA_YIELD) {
    const int results = lua_gettop(coroutine);
    if (!lua_checkstack(L, results + 1)) return luaL_error(L, "too many results to resume");
    lua_xmove(coroutine, L, results);
    return results;
  }
  lua_xmove(coroutine, L, 1);
  return -1;
}

int resume(lua_State* L) {
  lua_State* coroutine = lua_tothread(L, 1);
  luaL_argcheck(L, coroutine != nullptr, 1, "coroutine expected");
  const int results = resume_with(L, coroutine, lua_gettop(L) - 1);
  lua_pushboolean(L, results >= 0);
  lua_insert(L, results < 0 ? -2 : -(results + 1));
  return results < 0 ? 2 : results + 1;
}

int resume_wrapped(lua_State* L) {
  const int results = resume_with(L, lua_tothread(L, lua_upvalueindex(1)), lua_gettop(L));
  if (results >= 0) return results;
  if (lua_isstring(L, -1)) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

int wrap(lua_State* L) {
  luaL_argcheck(L, lua_isfunction(L, 1) && !lua_iscfunction(L, 1), 1, "Lua function expected");
  lua_State* coroutine = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, coroutine, 1);
  lua_pushcclosure(L, resume_wrapped, 1);
  return 1;
}

// The collector's state is the next script's too: it runs, at its usual pace.
int collect(lua_State* L) {
  static const char* const kOptions[] = {"stop", "restart",  "collect",    "count",
                                         "step", "setpause", "setstepmul", nullptr};
  constexpr int kCodes[] = {LUA_GCSTOP, LUA_GCRESTART,  LUA_GCCOLLECT,   LUA_GCCOUNT,
                            LUA_GCSTEP, LUA_GCSETPAUSE, LUA_GCSETSTEPMUL};
  const int code = kCodes[luaL_checkoption(L, 1, "collect", kOptions)];
  const int argument = luaL_optint(L, 2, 0);
  switch (code) {
    case LUA_GCCOUNT:
      lua_pushnumber(L, lua_gc(L, code, 0) + lua_gc(L, LUA_GCCOUNTB, 0) / 1024.0);
      break;
    case LUA_GCSTEP:
      lua_pushboolean(L, lua_gc(L, code, argument));
      break;
    case LUA_GCSTOP:
    case LUA_GCRESTART:
      lua_pushnumber(L, 0);
      break;
    case LUA_GCSETPAUSE:
    case LUA_GCSETSTEPMUL:
      lua_pushnumber(L, 200);
      break;
    default:
      lua_pushnumber(L, lua_gc(L, code, argument));
  }
  return 1;
}

}  // namespace

void add_base_functions(lua_State* L) {
  lua_pushcfunction(L, next);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "next");
  lua_pushcclosure(L, pairs, 1);
  lua_setfield(L, -2, "pairs");
  constexpr luaL_Reg kFunctions[] = {{"collectgarbage", collect},
                                     {"getmetatable", getmetatable},
                                     {"load", load},
                                     {"loadstring", loadstring},
                                     {"pcall", pcall},
                                     {"rawget", rawget},
                                     {"rawset", rawset},
                                     {"setmetatable", setmetatable},
                                     {"tonumber", tonumber},
                                     {"unpack", unpack},
                                     {"xpcall", xpcall}};
  for (const auto& [name, function] : kFunctions) lua::set_function(L, name, function);
}

void add_coroutine_functions(lua_State* L) {
  lua::set_function(L, "resume", resume);
  lua::set_function(L, "wrap", wrap);
}

}  // namespace redouble::sandbox
