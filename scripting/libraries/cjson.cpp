#include "scripting/libraries/cjson.h"

#include <climits>
#include <new>

#include "scripting/sandbox.h"

namespace redouble::sandbox {
namespace {

CjsonSettings& settings_of(lua_State* L) {
  return *static_cast<CjsonSettings*>(lua_touserdata(L, lua_upvalueindex(1)));
}

int encode(lua_State* L) {
  luaL_argcheck(L, lua_gettop(L) == 1, 1, "expected 1 argument");
  const std::string json = encode_json(L, settings_of(L));
  lua::push(L, json);
  return 1;
}

int decode(lua_State* L) {
  luaL_argcheck(L, lua_gettop(L) == 1, 1, "expected 1 argument");
  decode_json(L, settings_of(L), lua::check_text(L, 1));
  return 1;
}

// --- Settings --------------------------------------------------------------------------------------------

// Absent arguments are nil from here on.
void take_arguments(lua_State* L, int most) {
  luaL_argcheck(L, lua_gettop(L) <= most, most + 1, "found too many arguments");
  lua_settop(L, most);
}

int number_setting(lua_State* L, int index, int& setting, int least, int most) {
  if (!lua_isnil(L, index)) {
    const lua_Integer value = luaL_checkinteger(L, index);
    if (value < least || value > most)
      luaL_argerror(L, 1, lua_pushfstring(L, "expected integer between %d and %d", least, most));
    setting = static_cast<int>(value);
  }
  lua_pushinteger(L, setting);
  return 1;
}

int flag_setting(lua_State* L, int index, int& setting) {
  if (!lua_isnil(L, index)) {
    static const char* const kWords[] = {"off", "on", nullptr};
    setting = lua_isboolean(L, index) ? lua_toboolean(L, index) : luaL_checkoption(L, index, nullptr, kWords);
  }
  lua_pushboolean(L, setting);
  return 1;
}

int encode_sparse_array(lua_State* L) {
  CjsonSettings& settings = settings_of(L);
  take_arguments(L, 3);
  flag_setting(L, 1, settings.sparse_convert);
  number_setting(L, 2, settings.sparse_ratio, 0, INT_MAX);
  number_setting(L, 3, settings.sparse_safe, 0, INT_MAX);
  return 3;
}

int encode_max_depth(lua_State* L) {
  take_arguments(L, 1);
  return number_setting(L, 1, settings_of(L).encode_max_depth, 1, INT_MAX);
}
int decode_max_depth(lua_State* L) {
  take_arguments(L, 1);
  return number_setting(L, 1, settings_of(L).decode_max_depth, 1, INT_MAX);
}
int encode_number_precision(lua_State* L) {
  take_arguments(L, 1);
  return number_setting(L, 1, settings_of(L).number_precision, 1, 14);
}
int encode_keep_buffer(lua_State* L) {
  take_arguments(L, 1);
  return flag_setting(L, 1, settings_of(L).keep_buffer);
}
int decode_invalid_numbers(lua_State* L) {
  take_arguments(L, 1);
  return flag_setting(L, 1, settings_of(L).decode_invalid_numbers);
}

int encode_invalid_numbers(lua_State* L) {
  static const char* const kWords[] = {"off", "on", "null", nullptr};
  take_arguments(L, 1);
  int& setting = settings_of(L).encode_invalid_numbers;
  if (lua_isboolean(L, 1))
    setting = lua_toboolean(L, 1);
  else if (!lua_isnil(L, 1))
    setting = luaL_checkoption(L, 1, nullptr, kWords);
  if (setting == 2)
    lua_pushliteral(L, "null");
  else
    lua_pushboolean(L, setting);
  return 1;
}

int make(lua_State* L) {
  push_cjson(L);
  return 1;
}

}  // namespace

void push_cjson(lua_State* L) {
  lua_newtable(L);
  new (lua_newuserdata(L, sizeof(CjsonSettings))) CjsonSettings;
  constexpr luaL_Reg kFunctions[] = {{"encode", encode},
                                     {"decode", decode},
                                     {"encode_sparse_array", encode_sparse_array},
                                     {"encode_max_depth", encode_max_depth},
                                     {"decode_max_depth", decode_max_depth},
                                     {"encode_number_precision", encode_number_precision},
                                     {"encode_keep_buffer", encode_keep_buffer},
                                     {"encode_invalid_numbers", encode_invalid_numbers},
                                     {"decode_invalid_numbers", decode_invalid_numbers},
                                     {"new", make}};
  for (const auto& [name, function] : kFunctions) {
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, function, 1);
    lua_setfield(L, -3, name);
  }
  lua_pop(L, 1);
  lua_pushlightuserdata(L, nullptr);
  lua_setfield(L, -2, "null");
  lua_pushliteral(L, "cjson");
  lua_setfield(L, -2, "_NAME");
  lua_pushliteral(L, "2.1.0");
  lua_setfield(L, -2, "_VERSION");
}

}  // namespace redouble::sandbox
