// The library `cmsgpack`: MessagePack. What lua-cmsgpack 0.4.0, which Redis carries, answers: tables that
// hold 1..n are arrays, others maps; whole numbers are integers; deeper than 16 tables everything is nil.
#include <climits>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>

#include "scripting/sandbox.h"
#include "scripting/vm.h"

namespace redouble::sandbox {
namespace {

constexpr int kMaxNesting = 16;

// --- Packing ---------------------------------------------------------------------------------------------

class Packer {
 public:
  explicit Packer(lua_State* L) : L_(L) {}

  /// The value on top, which goes.
  void value(int level);
  std::string& bytes() { return out_; }

 private:
  void big_endian(std::uint64_t bits, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) out_ += static_cast<char>(bits >> (8 * i));
  }
  void head(int code, std::uint64_t bits, int bytes) {
    out_ += static_cast<char>(code);
    big_endian(bits, bytes);
  }
  void text(std::string_view bytes);
  void integer(std::int64_t n);
  void number(double n);
  void table(int level);
  void count(std::size_t n, int fixed, int limit, int code16);
  bool is_array();

  lua_State* L_;
  std::string out_;
};

void Packer::text(std::string_view bytes) {
  if (bytes.size() > Vm::kMaxString - std::min(Vm::kMaxString, out_.size()))
    luaL_error(L_, "resulting string too large");
  if (bytes.size() < 32)
    out_ += static_cast<char>(0xa0 | bytes.size());
  else if (bytes.size() <= 0xff)
    head(0xd9, bytes.size(), 1);
  else if (bytes.size() <= 0xffff)
    head(0xda, bytes.size(), 2);
  else
    head(0xdb, bytes.size(), 4);
  out_ += bytes;
}

void Packer::integer(std::int64_t n) {
  const auto bits = static_cast<std::uint64_t>(n);
  if (n >= 0) {
    if (n <= 127)
      big_endian(bits, 1);
    else if (n <= 0xff)
      head(0xcc, bits, 1);
    else if (n <= 0xffff)
      head(0xcd, bits, 2);
    else if (n <= 0xffffffff)
      head(0xce, bits, 4);
    else
      head(0xcf, bits, 8);
  } else if (n >= -32) {
    big_endian(bits, 1);
  } else if (n >= -128) {
    head(0xd0, bits, 1);
  } else if (n >= -32768) {
    head(0xd1, bits, 2);
  } else if (n >= INT32_MIN) {
    head(0xd2, bits, 4);
  } else {
    head(0xd3, bits, 8);
  }
}

void Packer::number(double n) {
  if (n >= -0x1p63 && n < 0x1p63 && static_cast<double>(static_cast<std::int64_t>(n)) == n)
    return integer(static_cast<std::int64_t>(n));
  const auto narrow = static_cast<float>(n);
  if (static_cast<double>(narrow) == n) {
    std::uint32_t bits;
    std::memcpy(&bits, &narrow, sizeof bits);
    return head(0xca, bits, 4);
  }
  std::uint64_t bits;
  std::memcpy(&bits, &n, sizeof bits);
  head(0xcb, bits, 8);
}

// All keys are whole numbers from 1 on, without a gap.
bool Packer::is_array() {
  int count = 0, most = 0;
  lua_pushnil(L_);
  while (lua_next(L_, -2)) {
    lua_pop(L_, 1);
    const double n = lua_type(L_, -1) == LUA_TNUMBER ? lua_tonumber(L_, -1) : 0;
    if (n <= 0 || n > INT_MAX || std::floor(n) != n) {
      lua_pop(L_, 1);
      return false;
    }
    most = std::max(most, static_cast<int>(n));
    ++count;
  }
  return most == count;
}

void Packer::count(std::size_t n, int fixed, int limit, int code16) {
  if (n < static_cast<std::size_t>(limit))
    out_ += static_cast<char>(fixed | static_cast<int>(n));
  else if (n <= 0xffff)
    head(code16, n, 2);
  else
    head(code16 + 1, n, 4);
}

void Packer::table(int level) {
  luaL_checkstack(L_, 4, "in function mp_encode_lua_table_as_map");
  if (push_backing(L_, -1)) lua_replace(L_, -2);
  Vm::of(L_).count(L_, 16);
  if (is_array()) {
    const std::size_t n = lua_objlen(L_, -1);
    count(n, 0x90, 16, 0xdc);
    for (std::size_t i = 1; i <= n; ++i) {
      lua_rawgeti(L_, -1, static_cast<int>(i));
      value(level + 1);
    }
    return;
  }
  std::size_t n = 0;
  for (lua_pushnil(L_); lua_next(L_, -2); lua_pop(L_, 1)) ++n;
  count(n, 0x80, 16, 0xde);
  lua_pushnil(L_);
  while (lua_next(L_, -2)) {
    lua_pushvalue(L_, -2);
    value(level + 1);
    value(level + 1);
  }
}

void Packer::value(int level) {
  switch (lua_type(L_, -1)) {
    case LUA_TSTRING:
      text(lua::text(L_, -1));
      break;
    case LUA_TBOOLEAN:
      out_ += lua_toboolean(L_, -1) ? '\xc3' : '\xc2';
      break;
    case LUA_TNUMBER:
      number(lua_tonumber(L_, -1));
      break;
    case LUA_TTABLE:
      if (level < kMaxNesting) {
        table(level);
        break;
      }
      [[fallthrough]];
    default:
      out_ += '\xc0';
  }
  lua_pop(L_, 1);
}

int pack(lua_State* L) {
  const int n = lua_gettop(L);
  if (n == 0) return luaL_argerror(L, 0, "MessagePack pack needs input.");
  if (!lua_checkstack(L, n)) return luaL_argerror(L, 0, "Too many arguments for MessagePack pack.");
  Packer packer(L);
  for (int i = 1; i <= n; ++i) {
    luaL_checkstack(L, 1, "in function mp_check");
    lua_pushvalue(L, i);
    packer.value(0);
  }
  lua::push(L, packer.bytes());
  return 1;
}

// --- Unpacking -------------------------------------------------------------------------------------------

class Unpacker {
 public:
  Unpacker(lua_State* L, std::string_view bytes) : L_(L), at_(bytes) {}

  bool more() const { return !at_.empty(); }
  std::size_t left() const { return at_.size(); }
  /// Pushes the next value, or raises.
  void value();

 private:
  std::uint64_t big_endian(std::size_t bytes) {
    need(bytes);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < bytes; ++i) bits = bits << 8 | static_cast<unsigned char>(at_[i]);
    at_.remove_prefix(bytes);
    return bits;
  }
  void need(std::size_t bytes) {
    if (at_.size() < bytes) luaL_error(L_, "Missing bytes in input.");
  }
  void text(std::size_t size) {
    need(size);
    lua::push(L_, at_.substr(0, size));
    at_.remove_prefix(size);
  }
  void array(std::size_t n);
  void map(std::size_t n);
  void fixed(unsigned char code);

  lua_State* L_;
  std::string_view at_;
};

void Unpacker::array(std::size_t n) {
  lua_newtable(L_);
  luaL_checkstack(L_, 1, "in function mp_decode_to_lua_array");
  for (std::size_t i = 1; i <= n; ++i) {
    lua_pushnumber(L_, static_cast<double>(i));
    value();
    lua_settable(L_, -3);
  }
}

void Unpacker::map(std::size_t n) {
  lua_newtable(L_);
  for (; n > 0; --n) {
    value();
    value();
    lua_settable(L_, -3);
  }
}

void Unpacker::fixed(unsigned char code) {
  if (code < 0x80)
    lua_pushinteger(L_, code);
  else if (code >= 0xe0)
    lua_pushinteger(L_, static_cast<signed char>(code));
  else if ((code & 0xe0) == 0xa0)
    text(code & 0x1f);
  else if ((code & 0xf0) == 0x90)
    array(code & 0xf);
  else if ((code & 0xf0) == 0x80)
    map(code & 0xf);
  else
    luaL_error(L_, "Bad data format in input.");
}

void Unpacker::value() {
  luaL_checkstack(L_, 1, "too many return values at once; use unpack_one or unpack_limit instead.");
  Vm::of(L_).count(L_, 1);
  const auto code = static_cast<unsigned char>(big_endian(1));
  const auto integer = [&](auto n) { lua_pushnumber(L_, static_cast<double>(n)); };
  switch (code) {
    case 0xc0:
      return lua_pushnil(L_);
    case 0xc2:
      return lua_pushboolean(L_, 0);
    case 0xc3:
      return lua_pushboolean(L_, 1);
    case 0xca: {
      const auto bits = static_cast<std::uint32_t>(big_endian(4));
      float number;
      std::memcpy(&number, &bits, sizeof number);
      return lua_pushnumber(L_, static_cast<double>(number));
    }
    case 0xcb: {
      const std::uint64_t bits = big_endian(8);
      double number;
      std::memcpy(&number, &bits, sizeof number);
      return lua_pushnumber(L_, number);
    }
    case 0xcc:
      return integer(big_endian(1));
    case 0xcd:
      return integer(big_endian(2));
    case 0xce:
      return integer(big_endian(4));
    case 0xcf:
      return integer(static_cast<std::int64_t>(big_endian(8)));
    case 0xd0:
      return integer(static_cast<std::int8_t>(big_endian(1)));
    case 0xd1:
      return integer(static_cast<std::int16_t>(big_endian(2)));
    case 0xd2:
      return integer(static_cast<std::int32_t>(big_endian(4)));
    case 0xd3:
      return integer(static_cast<std::int64_t>(big_endian(8)));
    case 0xd9:
      return text(big_endian(1));
    case 0xda:
      return text(big_endian(2));
    case 0xdb:
      return text(big_endian(4));
    case 0xdc:
      return array(big_endian(2));
    case 0xdd:
      return array(big_endian(4));
    case 0xde:
      return map(big_endian(2));
    case 0xdf:
      return map(big_endian(4));
    default:
      return fixed(code);
  }
}

// Without a limit and an offset all values; otherwise up to `limit`, and where the next one starts.
int unpack_from(lua_State* L, lua_Integer limit, lua_Integer offset) {
  const std::string_view bytes = lua::check_text(L, 1);
  const bool all = limit == 0 && offset == 0;
  if (offset < 0 || limit < 0)
    return luaL_error(L, "Invalid request to unpack with offset of %d and limit of %d.",
                      static_cast<int>(offset), static_cast<int>(bytes.size()));
  if (static_cast<std::size_t>(offset) > bytes.size())
    return luaL_error(L, "Start offset %d greater than input length %d.", static_cast<int>(offset),
                      static_cast<int>(bytes.size()));
  Unpacker unpacker(L, bytes.substr(static_cast<std::size_t>(offset)));
  int n = 0;
  for (; unpacker.more() && (all || n < limit); ++n) unpacker.value();
  if (all) return n;
  luaL_checkstack(L, 1, "in function mp_unpack_full");
  lua_pushinteger(L, unpacker.left() == 0 ? -1 : static_cast<lua_Integer>(bytes.size() - unpacker.left()));
  lua_insert(L, 2);
  return n + 1;
}

int unpack(lua_State* L) {
  return unpack_from(L, 0, 0);
}

int unpack_one(lua_State* L) {
  const lua_Integer offset = luaL_optinteger(L, 2, 0);
  lua_settop(L, 1);
  return unpack_from(L, 1, offset);
}

int unpack_limit(lua_State* L) {
  const lua_Integer limit = luaL_checkinteger(L, 2);
  const lua_Integer offset = luaL_optinteger(L, 3, 0);
  lua_settop(L, 1);
  return unpack_from(L, limit, offset);
}

}  // namespace

void push_cmsgpack(lua_State* L) {
  lua_newtable(L);
  constexpr luaL_Reg kFunctions[] = {
      {"pack", pack}, {"unpack", unpack}, {"unpack_one", unpack_one}, {"unpack_limit", unpack_limit}};
  for (const auto& [name, function] : kFunctions) lua::set_function(L, name, function);
  constexpr const char* kAbout[][2] = {{"_NAME", "cmsgpack"},
                                       {"_VERSION", "lua-cmsgpack 0.4.0"},
                                       {"_COPYRIGHT", "Copyright (C) 2012, Salvatore Sanfilippo"},
                                       {"_DESCRIPTION", "MessagePack C implementation for Lua"}};
  for (const auto& [name, text] : kAbout) {
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
  }
}

}  // namespace redouble::sandbox
