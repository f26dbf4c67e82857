#include "scripting/lua_reply.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "protocol/number.h"

namespace redouble {

// The order in which the fields are set is visible to pairs.
void push_error(lua_State* L, std::string_view text, bool counted) {
  lua_newtable(L);
  if (text.find(' ') == text.npos)
    lua_pushfstring(L, "ERR %s", std::string(text).c_str());
  else
    lua::push(L, text);
  lua_setfield(L, -2, "err");
  if (!counted) return;
  lua_pushboolean(L, 1);
  lua_setfield(L, -2, "ignore_error_stats_update");
}

// Room for one value and what wraps it. Values that do not fit are left out, and so is all that follows.
bool LuaReply::ready() {
  if (!overflowed_ && (depth_ < 4 || lua_checkstack(L_, 8))) return true;
  overflowed_ = true;
  return false;
}

void LuaReply::field(const char* name, std::string_view text) {
  lua_newtable(L_);
  lua::push(L_, text);
  lua_setfield(L_, -2, name);
}

void LuaReply::status(std::string_view text) {
  if (!ready()) return;
  field("ok", text);
  settle();
}

void LuaReply::error(std::string_view text) {
  if (!ready()) return;
  if (depth_ == 0) is_error_ = true;
  push_error(L_, text, true);
  settle();
}

void LuaReply::integer(std::int64_t number) {
  if (!ready()) return;
  lua_pushnumber(L_, static_cast<lua_Number>(number));
  settle();
}

void LuaReply::bulk(std::string_view bytes) {
  if (!ready()) return;
  lua::push(L_, bytes);
  settle();
}

void LuaReply::null() {
  if (!ready()) return;
  if (protocol_ == 3)
    lua_pushnil(L_);
  else
    lua_pushboolean(L_, 0);
  settle();
}

void LuaReply::real(double number) {
  if (protocol_ != 3) return bulk(format_double(number));
  if (!ready()) return;
  lua_newtable(L_);
  lua_pushnumber(L_, number);
  lua_setfield(L_, -2, "double");
  settle();
}

void LuaReply::boolean(bool truth) {
  if (protocol_ != 3) return integer(truth ? 1 : 0);
  if (!ready()) return;
  lua_pushboolean(L_, truth);
  settle();
}

void LuaReply::big_number(std::string_view digits) {
  if (protocol_ != 3) return bulk(digits);
  if (!ready()) return;
  field("big_number", digits);
  settle();
}

void LuaReply::verbatim(std::string_view format, std::string_view text) {
  if (protocol_ != 3) return bulk(text);
  if (!ready()) return;
  lua_newtable(L_);
  lua_newtable(L_);
  lua::push(L_, text);
  lua_setfield(L_, -2, "string");
  lua::push(L_, format);
  lua_setfield(L_, -2, "format");
  lua_setfield(L_, -2, "verbatim_string");
  settle();
}

void LuaReply::map(std::size_t n) {
  if (protocol_ == 3)
    open(Kind::map, n * 2);
  else
    open(Kind::array, n * 2);
}

void LuaReply::open(Kind kind, std::size_t n) {
  if (depth_ == open_.size()) overflowed_ = true;
  if (!ready()) return;
  open_[depth_++] = {kind, n, 0};
  constexpr std::size_t kMost = std::numeric_limits<int>::max();
  const int room = static_cast<int>(std::min(n, kMost));
  if (kind == Kind::map || kind == Kind::set) {
    lua_newtable(L_);
    // Without room made before: how the table has grown shows in the order of its pairs.
    lua_newtable(L_);
  } else if (kind == Kind::array) {
    lua_createtable(L_, room, 0);
  }
  if (n > 0) return;
  --depth_;
  close(kind);
  if (kind != Kind::attribute) settle();
}

// What is complete becomes one value on the stack.
void LuaReply::close(Kind kind) {
  if (kind == Kind::map) lua_setfield(L_, -2, "map");
  if (kind == Kind::set) lua_setfield(L_, -2, "set");
}

// The value on top goes into the aggregate below it; true when that is complete.
bool LuaReply::put(Open& aggregate) {
  --aggregate.missing;
  ++aggregate.done;
  // nil and NaN are no keys.
  const auto is_no_key = [&](int index) {
    return lua_isnil(L_, index) ||
           (lua_type(L_, index) == LUA_TNUMBER && std::isnan(lua_tonumber(L_, index)));
  };
  switch (aggregate.kind) {
    case Kind::array:
      lua_rawseti(L_, -2, aggregate.done);
      break;
    case Kind::map:
      if (aggregate.done % 2 == 1) break;  // a key waits for its value
      if (is_no_key(-2))
        lua_pop(L_, 2);
      else
        lua_rawset(L_, -3);
      break;
    case Kind::set:
      lua_pushboolean(L_, 1);
      if (is_no_key(-2))
        lua_pop(L_, 2);
      else
        lua_rawset(L_, -3);
      break;
    case Kind::attribute:
      lua_pop(L_, 1);
      break;
  }
  return aggregate.missing == 0;
}

void LuaReply::settle() {
  while (depth_ > 0) {
    if (!put(open_[depth_ - 1])) return;
    const Kind kind = open_[--depth_].kind;
    close(kind);
    if (kind == Kind::attribute) return;
  }
  // A second reply of one command (SUBSCRIBE a b) is not for scripts.
  if (lua_gettop(L_) > base_ + 1) lua_settop(L_, base_ + 1);
}

void LuaReply::finish() {
  depth_ = 0;
  if (lua_gettop(L_) == base_) {
    if (protocol_ == 3)
      lua_pushnil(L_);
    else
      lua_pushboolean(L_, 0);
  }
  lua_settop(L_, base_ + 1);
}

}  // namespace redouble
