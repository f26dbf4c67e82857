// The library `bit`: operations on 32-bit words, results are signed. What BitOp 1.0.2 answers, which Redis
// carries.
#include <bit>
#include <cstdint>

#include "scripting/sandbox.h"

namespace redouble::sandbox {
namespace {

// The low 32 bits of a number, rounded to an integer: adding 2^52 + 2^51 moves them to the end of the
// mantissa.
std::uint32_t word(lua_State* L, int index) {
  return static_cast<std::uint32_t>(
      std::bit_cast<std::uint64_t>(luaL_checknumber(L, index) + 6755399441055744.0));
}

int push(lua_State* L, std::uint32_t bits) {
  lua_pushnumber(L, static_cast<std::int32_t>(bits));
  return 1;
}

template <class Operation>
int fold(lua_State* L, Operation operation) {
  std::uint32_t bits = word(L, 1);
  for (int i = lua_gettop(L); i > 1; --i) bits = operation(bits, word(L, i));
  return push(L, bits);
}

int tobit(lua_State* L) {
  return push(L, word(L, 1));
}
int bnot(lua_State* L) {
  return push(L, ~word(L, 1));
}
int band(lua_State* L) {
  return fold(L, [](std::uint32_t a, std::uint32_t b) { return a & b; });
}
int bor(lua_State* L) {
  return fold(L, [](std::uint32_t a, std::uint32_t b) { return a | b; });
}
int bxor(lua_State* L) {
  return fold(L, [](std::uint32_t a, std::uint32_t b) { return a ^ b; });
}
int lshift(lua_State* L) {
  const std::uint32_t bits = word(L, 1);
  return push(L, bits << (word(L, 2) & 31));
}
int rshift(lua_State* L) {
  const std::uint32_t bits = word(L, 1);
  return push(L, bits >> (word(L, 2) & 31));
}
int arshift(lua_State* L) {
  const auto bits = static_cast<std::int32_t>(word(L, 1));
  return push(L, static_cast<std::uint32_t>(bits >> (word(L, 2) & 31)));
}
int rol(lua_State* L) {
  const std::uint32_t bits = word(L, 1);
  return push(L, std::rotl(bits, static_cast<int>(word(L, 2) & 31)));
}
int ror(lua_State* L) {
  const std::uint32_t bits = word(L, 1);
  return push(L, std::rotr(bits, static_cast<int>(word(L, 2) & 31)));
}
int bswap(lua_State* L) {
  return push(L, __builtin_bswap32(word(L, 1)));
}

// A negative number of digits asks for capitals; more than eight are eight.
int tohex(lua_State* L) {
  std::uint32_t bits = word(L, 1);
  const std::int64_t wanted = lua_isnone(L, 2) ? 8 : static_cast<std::int32_t>(word(L, 2));
  const char* const digits = wanted < 0 ? "0123456789ABCDEF" : "0123456789abcdef";
  const std::int64_t magnitude = wanted < 0 ? -wanted : wanted;
  const auto n = static_cast<std::size_t>(magnitude > 8 ? 8 : magnitude);
  char text[8];
  for (std::size_t i = n; i-- > 0; bits >>= 4) text[i] = digits[bits & 15];
  lua_pushlstring(L, text, n);
  return 1;
}

}  // namespace

void push_bit(lua_State* L) {
  lua_newtable(L);
  constexpr luaL_Reg kFunctions[] = {{"tobit", tobit},   {"bnot", bnot},       {"band", band},
                                     {"bor", bor},       {"bxor", bxor},       {"lshift", lshift},
                                     {"rshift", rshift}, {"arshift", arshift}, {"rol", rol},
                                     {"ror", ror},       {"bswap", bswap},     {"tohex", tohex}};
  for (const auto& [name, function] : kFunctions) lua::set_function(L, name, function);
}

}  // namespace redouble::sandbox
