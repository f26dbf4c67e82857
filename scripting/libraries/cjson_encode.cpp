// cjson.encode.
#include <climits>
#include <cmath>
#include <cstdio>

#include "scripting/libraries/cjson.h"
#include "scripting/sandbox.h"
#include "scripting/vm.h"

namespace redouble::sandbox {
namespace {

class Encoder {
 public:
  Encoder(lua_State* L, const CjsonSettings& settings) : L_(L), settings_(settings) {}

  /// The value on top stays there.
  void value(int depth);
  std::string& json() { return json_; }

 private:
  void text(std::string_view bytes);
  void number(int index);
  void table(int depth);
  void array(int depth, int length);
  void object(int depth);
  int array_length();
  [[noreturn]] void refuse(int index, const char* reason) {
    luaL_error(L_, "Cannot serialise %s: %s", luaL_typename(L_, index), reason);
    __builtin_unreachable();
  }
  void check_size(std::size_t more) {
    if (json_.size() + more > Vm::kMaxString) luaL_error(L_, "Cannot serialise: resulting string too large");
  }

  lua_State* L_;
  const CjsonSettings& settings_;
  std::string json_;
};

// What stands for a byte in a JSON string; empty for those that stand for themselves.
std::string_view escape_of(unsigned char c, char (&room)[8]) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '/':
      return "\\/";
    case '\b':
      return "\\b";
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\f':
      return "\\f";
    case '\r':
      return "\\r";
    default:
      if (c >= 32 && c != 127) return {};
      std::snprintf(room, sizeof room, "\\u%04x", c);
      return {room, 6};
  }
}

void Encoder::text(std::string_view bytes) {
  check_size(bytes.size() * 6);
  json_ += '"';
  char room[8];
  std::size_t plain = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::string_view escape = escape_of(static_cast<unsigned char>(bytes[i]), room);
    if (escape.empty()) continue;
    json_ += bytes.substr(plain, i - plain);
    json_ += escape;
    plain = i + 1;
  }
  json_ += bytes.substr(plain);
  json_ += '"';
}

void Encoder::number(int index) {
  const double n = lua_tonumber(L_, index);
  if (!std::isfinite(n)) {
    if (settings_.encode_invalid_numbers == 0) refuse(index, "must not be NaN or Inf");
    if (settings_.encode_invalid_numbers == 2) {
      json_ += "null";
      return;
    }
    json_ += std::isnan(n) ? "nan" : n > 0 ? "inf" : "-inf";
    return;
  }
  char room[32];
  const int size = std::snprintf(room, sizeof room, "%.*g", settings_.number_precision, n);
  json_.append(room, static_cast<std::size_t>(size));
}

// How many elements it has as an array; 0 or less for an object. Counts in an int, as cjson does: a key
// beyond one becomes the smallest.
int Encoder::array_length() {
  int most = 0, items = 0;
  lua_pushnil(L_);
  while (lua_next(L_, -2)) {
    const double key = lua_type(L_, -2) == LUA_TNUMBER ? lua_tonumber(L_, -2) : 0;
    if (!(key >= 1) || std::floor(key) != key) {
      lua_pop(L_, 2);
      return -1;
    }
    if (key > most) most = key > INT_MAX ? INT_MIN : static_cast<int>(key);
    ++items;
    lua_pop(L_, 1);
  }
  const bool sparse = settings_.sparse_ratio > 0 && most > settings_.sparse_safe &&
                      most > static_cast<long long>(items) * settings_.sparse_ratio;
  if (!sparse) return most;
  if (settings_.sparse_convert == 0) refuse(-1, "excessively sparse array");
  return -1;
}

void Encoder::array(int depth, int length) {
  json_ += '[';
  for (int i = 1; i <= length; ++i) {
    if (i > 1) json_ += ',';
    lua_rawgeti(L_, -1, i);
    value(depth);
    lua_pop(L_, 1);
  }
  json_ += ']';
}

void Encoder::object(int depth) {
  json_ += '{';
  bool first = true;
  lua_pushnil(L_);
  while (lua_next(L_, -2)) {
    if (!first) json_ += ',';
    first = false;
    switch (lua_type(L_, -2)) {
      case LUA_TNUMBER:
        json_ += '"';
        number(-2);
        json_ += "\":";
        break;
      case LUA_TSTRING:
        text(lua::text(L_, -2));
        json_ += ':';
        break;
      default:
        refuse(-2, "table key must be a number or string");
    }
    value(depth);
    lua_pop(L_, 1);
  }
  json_ += '}';
}

void Encoder::table(int depth) {
  if (depth > settings_.encode_max_depth || !lua_checkstack(L_, 4))
    luaL_error(L_, "Cannot serialise, excessive nesting (%d)", depth);
  const bool sealed = push_backing(L_, -1);
  if (const int length = array_length(); length > 0)
    array(depth, length);
  else
    object(depth);
  if (sealed) lua_pop(L_, 1);
}

void Encoder::value(int depth) {
  check_size(8);
  Vm::of(L_).count(L_, 1);
  switch (lua_type(L_, -1)) {
    case LUA_TSTRING:
      return text(lua::text(L_, -1));
    case LUA_TNUMBER:
      return number(-1);
    case LUA_TBOOLEAN:
      json_ += lua_toboolean(L_, -1) ? "true" : "false";
      return;
    case LUA_TTABLE:
      return table(depth + 1);
    case LUA_TNIL:
      json_ += "null";
      return;
    case LUA_TLIGHTUSERDATA:
      if (lua_touserdata(L_, -1) == nullptr) {
        json_ += "null";
        return;
      }
      [[fallthrough]];
    default:
      refuse(-1, "type not supported");
  }
}

}  // namespace

std::string encode_json(lua_State* L, const CjsonSettings& settings) {
  Encoder encoder(L, settings);
  encoder.value(0);
  return std::move(encoder.json());
}

}  // namespace redouble::sandbox
