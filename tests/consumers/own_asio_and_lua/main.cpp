// A program with its own Asio and its own Lua: both must work on beside those inside redouble.
#include <redouble/version.h>

#include <asio.hpp>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <lua.hpp>

int main() {
  asio::io_context loop;
  asio::steady_timer timer(loop, std::chrono::milliseconds(1));
  int fired = 0;
  timer.async_wait([&](const asio::error_code& error) { fired += error ? 0 : 1; });
  loop.run();

  lua_State* lua = luaL_newstate();
  luaL_openlibs(lua);
  const bool failed = luaL_dostring(lua, "return string.rep('ab', 3), _VERSION") != 0;
  const bool lua_works = !failed && std::strcmp(lua_tostring(lua, -2), "ababab") == 0;
  lua_close(lua);

  std::printf("redouble %s, timer %d, lua %d\n", redouble::version(), fired, lua_works ? 1 : 0);
  return fired == 1 && lua_works ? 0 : 1;
}
