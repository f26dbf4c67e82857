// A program with its own Asio and its own Lua: both work on beside those inside redouble. Its Asio is the
// client here, its Lua prepares the command.
#include <redouble/server.h>

#include <asio.hpp>
#include <chrono>
#include <cstdio>
#include <lua.hpp>
#include <string>

namespace {

std::string command_from_lua() {
  lua_State* lua = luaL_newstate();
  luaL_openlibs(lua);
  std::string command;
  if (luaL_dostring(lua, "return 'SET k ' .. string.rep('ab', 3) .. '\\r\\n'") == 0)
    command = lua_tostring(lua, -1);
  lua_close(lua);
  return command;
}

}  // namespace

int main() {
  redouble::Server server;
  const std::string command = command_from_lua();

  asio::io_context loop;
  asio::ip::tcp::socket socket(loop);
  asio::steady_timer too_late(loop, std::chrono::seconds(10));
  std::string reply;
  socket.connect({asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(server.port())});
  too_late.async_wait([&](const asio::error_code& error) {
    if (!error) socket.close();
  });
  asio::async_write(socket, asio::buffer(command), [&](const asio::error_code&, std::size_t) {
    asio::async_read_until(socket, asio::dynamic_buffer(reply), "\r\n",
                           [&](const asio::error_code&, std::size_t) { too_late.cancel(); });
  });
  loop.run();

  const auto stored = server.get("k").value_or("nothing");
  std::printf("%s -> %s -> %s\n", command.c_str(), reply.c_str(), stored.c_str());
  return reply == "+OK\r\n" && stored == "ababab" ? 0 : 1;
}
