// string.find, match, gmatch, gsub and rep. Results and errors are those of Lua 5.1.
#include <algorithm>
#include <cctype>
#include <cstring>
#include <string>

#include "scripting/pattern.h"
#include "scripting/sandbox.h"
#include "scripting/vm.h"

namespace redouble::sandbox {
namespace {

void add(lua_State* L, std::string& result, std::string_view text) {
  if (text.size() > Vm::kMaxString - result.size()) luaL_error(L, "resulting string too large");
  result.append(text);
}

// Where to start, from 0: negative positions count from the end.
std::size_t start_of(lua_State* L, int index, std::size_t size) {
  auto at = static_cast<std::ptrdiff_t>(luaL_optinteger(L, index, 1));
  const auto length = static_cast<std::ptrdiff_t>(size);
  if (at < 0) at = std::max<std::ptrdiff_t>(at + length + 1, 0);
  return static_cast<std::size_t>(std::min(std::max<std::ptrdiff_t>(at - 1, 0), length));
}

int push_find(lua_State* L, std::size_t from, std::size_t to) {
  lua_pushinteger(L, static_cast<lua_Integer>(from + 1));
  lua_pushinteger(L, static_cast<lua_Integer>(to));
  return 2;
}

int find_or_match(lua_State* L, bool find) {
  const std::string_view subject = lua::check_text(L, 1);
  const std::string_view pattern = lua::check_text(L, 2);
  const std::size_t start = start_of(L, 3, subject.size());
  const bool plain = lua_toboolean(L, 4) ||
                     pattern.substr(0, pattern.find('\0')).find_first_of("^$*+?.([%-") == pattern.npos;
  if (find && plain) {
    const std::size_t at = subject.find(pattern, start);
    Vm::of(L).count(L, static_cast<unsigned>(std::min(at, subject.size()) - start) / 16 + 1);
    if (at != subject.npos) return push_find(L, at, at + pattern.size());
    lua_pushnil(L);
    return 1;
  }
  const bool anchored = pattern.starts_with('^');
  Pattern matcher(L, subject, pattern);
  const char* const end = subject.data() + subject.size();
  const char* const p = pattern.data() + (anchored ? 1 : 0);
  for (const char* s = subject.data() + start; s <= end; ++s) {
    if (const char* to = matcher.match_at(s, p)) {
      if (!find) return matcher.push_captures(s, to);
      push_find(L, static_cast<std::size_t>(s - subject.data()),
                static_cast<std::size_t>(to - subject.data()));
      return matcher.push_captures(nullptr, nullptr) + 2;
    }
    if (anchored) break;
  }
  lua_pushnil(L);
  return 1;
}

int find(lua_State* L) {
  return find_or_match(L, true);
}
int match(lua_State* L) {
  return find_or_match(L, false);
}

// Upvalues: the subject, the pattern, where to go on.
int next_match(lua_State* L) {
  const std::string_view subject = lua::text(L, lua_upvalueindex(1));
  const std::string_view pattern = lua::text(L, lua_upvalueindex(2));
  Pattern matcher(L, subject, pattern);
  const char* const end = subject.data() + subject.size();
  for (const char* s = subject.data() + lua_tointeger(L, lua_upvalueindex(3)); s <= end; ++s) {
    const char* to = matcher.match_at(s, pattern.data());
    if (to == nullptr) continue;
    lua_pushinteger(L, (to == s ? to + 1 : to) - subject.data());
    lua_replace(L, lua_upvalueindex(3));
    return matcher.push_captures(s, to);
  }
  return 0;
}

int gmatch(lua_State* L) {
  lua::check_text(L, 1);
  lua::check_text(L, 2);
  lua_settop(L, 2);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, next_match, 3);
  return 1;
}

// What a match becomes, when the replacement is a text: %0 to %9 are captures.
void add_text(lua_State* L, std::string& result, Pattern& matcher, const char* from, const char* to) {
  const std::string_view text = lua::text(L, 3);
  for (std::size_t i = 0; i < text.size(); ++i) {
    // Behind a '%' at the end stands the NUL that ends the text.
    const unsigned char c = text[i] != '%'        ? 0
                            : i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1])
                                                  : 0;
    if (text[i] != '%') {
      add(L, result, text.substr(i, 1));
    } else if (!std::isdigit(c)) {
      add(L, result, std::string_view(reinterpret_cast<const char*>(&c), 1));
      ++i;
    } else {
      ++i;
      if (c == '0') {
        add(L, result, {from, static_cast<std::size_t>(to - from)});
      } else {
        matcher.push_capture(c - '1', from, to);
        add(L, result, lua::text(L, -1));
        lua_pop(L, 1);
      }
    }
  }
}

void add_replacement(lua_State* L, std::string& result, Pattern& matcher, const char* from, const char* to) {
  switch (lua_type(L, 3)) {
    case LUA_TFUNCTION: {
      lua_pushvalue(L, 3);
      const int n = matcher.push_captures(from, to);
      lua_call(L, n, 1);
      break;
    }
    case LUA_TTABLE:
      matcher.push_capture(0, from, to);
      lua_gettable(L, 3);
      break;
    default:
      add_text(L, result, matcher, from, to);
      return;
  }
  if (!lua_toboolean(L, -1))
    add(L, result, {from, static_cast<std::size_t>(to - from)});
  else if (lua_isstring(L, -1))
    add(L, result, lua::text(L, -1));
  else
    luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  lua_pop(L, 1);
}

int gsub(lua_State* L) {
  const std::string_view subject = lua::check_text(L, 1);
  std::string_view pattern = lua::check_text(L, 2);
  const int type = lua_type(L, 3);
  const int most = luaL_optint(L, 4, static_cast<int>(std::min<std::size_t>(subject.size() + 1, 0x7fffffff)));
  luaL_argcheck(L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE,
                3, "string/function/table expected");
  const bool anchored = pattern.starts_with('^');
  if (anchored) pattern.remove_prefix(1);
  if (type == LUA_TNUMBER) lua_tostring(L, 3);
  std::string result;
  Pattern matcher(L, subject, pattern);
  const char* const end = subject.data() + subject.size();
  const char* s = subject.data();
  int n = 0;
  while (n < most) {
    const char* to = matcher.match_at(s, pattern.data());
    if (to != nullptr) {
      ++n;
      add_replacement(L, result, matcher, s, to);
    }
    if (to != nullptr && to > s)
      s = to;
    else if (s < end)
      add(L, result, {s++, 1});
    else
      break;
    if (anchored) break;
  }
  add(L, result, {s, static_cast<std::size_t>(end - s)});
  lua::push(L, result);
  lua_pushinteger(L, n);
  return 2;
}

int rep(lua_State* L) {
  const std::string_view text = lua::check_text(L, 1);
  const int n = luaL_checkint(L, 2);
  if (n <= 0 || text.empty()) {
    lua_pushliteral(L, "");
    return 1;
  }
  if (static_cast<std::size_t>(n) > Vm::kMaxString / text.size())
    return luaL_error(L, "resulting string too large");
  // Twice as much at each step: half a gigabyte of one letter must not take seconds.
  const std::size_t size = text.size() * static_cast<std::size_t>(n);
  std::string result;
  result.reserve(size);
  result = text;
  while (result.size() < size) result.append(result, 0, size - result.size());
  Vm::of(L).count(L, static_cast<unsigned>(result.size() / 64));
  lua::push(L, result);
  return 1;
}

}  // namespace

void add_string_functions(lua_State* L) {
  constexpr luaL_Reg kFunctions[] = {{"find", find},    {"match", match}, {"gmatch", gmatch},
                                     {"gfind", gmatch}, {"gsub", gsub},   {"rep", rep}};
  for (const auto& [name, function] : kFunctions) lua::set_function(L, name, function);
}

}  // namespace redouble::sandbox
