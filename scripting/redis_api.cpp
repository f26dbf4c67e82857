#include "scripting/redis_api.h"

#include <cstring>
#include <string>

#include "engine/engine.h"
#include "protocol/quoted.h"
#include "protocol/sha1.h"
#include "scripting/lua_reply.h"
#include "scripting/sandbox.h"
#include "scripting/script_host.h"

namespace redouble::redis_api {
namespace {

// Keys of the registry.
char kLoadGlobals, kRunGlobals;

constexpr int kReplicateNone = 0, kReplicateAof = 1, kReplicateReplica = 2, kReplicateAll = 3;

// --- Calls -----------------------------------------------------------------------------------------------

int call(lua_State* L) {
  return ScriptHost::of(L).call(L) ? 1 : lua_error(L);
}

int protected_call(lua_State* L) {
  ScriptHost::of(L).call(L);
  return 1;
}

int acl_check_cmd(lua_State* L) {
  const int n = lua_gettop(L);
  if (n == 0) raise(L, "Please specify at least one argument for this redis lib call");
  std::vector<std::string_view> words;
  for (int i = 1; i <= n; ++i) {
    if (!lua_isstring(L, i)) raise(L, "Lua redis lib command arguments must be strings or integers");
    words.push_back(lua::text(L, i));
  }
  ScriptHost& host = ScriptHost::of(L);
  const Command* command = host.engine().command_of(words);
  if (command == nullptr) raise(L, "Invalid command passed to redis.acl_check_cmd()");
  const bool allowed = host.running() == nullptr ||
                       !host.engine().acl.check(host.running()->call->session, *command, words).denied();
  lua_pushboolean(L, allowed ? 1 : 0);
  return 1;
}

// --- Replies ---------------------------------------------------------------------------------------------

int error_reply(lua_State* L) {
  if (lua_gettop(L) != 1 || lua_type(L, 1) != LUA_TSTRING) {
    push_error(L, "ERR wrong number or type of arguments", false);
    return 1;
  }
  std::string text(lua_tostring(L, 1));
  while (text.ends_with('\r') || text.ends_with('\n')) text.pop_back();
  if (text.starts_with('-')) text.erase(0, 1);
  push_error(L, text, false);
  return 1;
}

int status_reply(lua_State* L) {
  if (lua_gettop(L) != 1 || lua_type(L, 1) != LUA_TSTRING) {
    push_error(L, "ERR wrong number or type of arguments", false);
    return 1;
  }
  lua_newtable(L);
  lua_insert(L, 1);
  lua_setfield(L, 1, "ok");
  return 1;
}

int setresp(lua_State* L) {
  if (lua_gettop(L) != 1) raise(L, "redis.setresp() requires one argument.");
  const auto protocol = static_cast<int>(lua_tonumber(L, 1));
  if (protocol != 2 && protocol != 3) raise(L, "RESP version must be 2 or 3.");
  ScriptHost::of(L).set_protocol(protocol);
  return 0;
}

// --- The rest --------------------------------------------------------------------------------------------

int log(lua_State* L) {
  const int n = lua_gettop(L);
  if (n < 2) raise(L, "redis.log() requires two arguments or more.");
  if (!lua_isnumber(L, 1)) raise(L, "First argument must be a number (log level).");
  const lua_Number level = lua_tonumber(L, 1);
  if (!(level >= 0 && level < 4)) raise(L, "Invalid debug level.");
  std::string text;
  for (int i = 2; i <= n; ++i) {
    if (!lua_isstring(L, i)) continue;
    if (i > 2) text += ' ';
    text += lua::text(L, i);
  }
  // The log is C's: a text ends at its NUL.
  ScriptHost::of(L).engine().host().log(static_cast<LogLevel>(static_cast<int>(level)), until_nul(text));
  return 0;
}

int sha1hex(lua_State* L) {
  if (lua_gettop(L) != 1) raise(L, "wrong number of arguments");
  lua::push(L, sha1_hex(lua::text(L, 1)));
  return 1;
}

// Replicas are always told of what a script did, never of the script.
int replicate_commands(lua_State* L) {
  lua_pushboolean(L, 1);
  return 1;
}

int set_repl(lua_State* L) {
  if (lua_gettop(L) != 1) raise(L, "redis.set_repl() requires two arguments.");
  const auto flags = static_cast<int>(lua_tonumber(L, 1));
  if ((flags & ~kReplicateAll) != 0)
    raise(L, "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
  ScriptHost::of(L).set_propagated((flags & kReplicateReplica) != 0);
  return 0;
}

// Outside of the debugger these do nothing.
int breakpoint(lua_State* L) {
  lua_pushboolean(L, 0);
  return 1;
}
int debug(lua_State*) {
  return 0;
}

// --- Errors ----------------------------------------------------------------------------------------------

// Where an error arose: the function that raised it, or the one that called that if it is not Lua's own.
bool find_place(lua_State* L, lua_Debug& place) {
  if (!lua_getstack(L, 1, &place) || !lua_getinfo(L, "nSl", &place)) return false;
  if (std::strcmp(place.what, "C") != 0) return true;
  return lua_getstack(L, 2, &place) && lua_getinfo(L, "nSl", &place);
}

int handle_error(lua_State* L) {
  lua_settop(L, 1);
  lua_Debug place;
  const bool found = find_place(L, place);
  if (!lua_istable(L, 1)) {
    if (lua_isstring(L, 1))
      lua_pushfstring(L, "ERR %s", lua_tostring(L, 1));
    else if (lua_isboolean(L, 1))
      lua_pushfstring(L, "ERR %s", lua_toboolean(L, 1) ? "true" : "false");
    else if (lua_isnoneornil(L, 1))
      lua_pushliteral(L, "ERR nil");
    else
      lua_pushfstring(L, "ERR %s: %p", luaL_typename(L, 1), lua_topointer(L, 1));
    lua_newtable(L);
    lua_insert(L, -2);
    lua_setfield(L, -2, "err");
  }
  if (!found) return 1;
  lua_pushstring(L, place.source);
  lua_setfield(L, -2, "source");
  lua_pushinteger(L, place.currentline);
  lua_setfield(L, -2, "line");
  return 1;
}

// --- Tables ----------------------------------------------------------------------------------------------

void add_number(lua_State* L, const char* name, lua_Number number) {
  lua_pushnumber(L, number);
  lua_setfield(L, -2, name);
}

// What every form has.
void push_common(lua_State* L) {
  lua_newtable(L);
  lua::set_function(L, "log", log);
  add_number(L, "LOG_DEBUG", 0);
  add_number(L, "LOG_VERBOSE", 1);
  add_number(L, "LOG_NOTICE", 2);
  add_number(L, "LOG_WARNING", 3);
  add_number(L, "REDIS_VERSION_NUM", 0x7000f);
  lua_pushliteral(L, "7.0.15");
  lua_setfield(L, -2, "REDIS_VERSION");
}

void push_running(lua_State* L) {
  push_common(L);
  constexpr luaL_Reg kFunctions[] = {{"call", call},
                                     {"pcall", protected_call},
                                     {"acl_check_cmd", acl_check_cmd},
                                     {"error_reply", error_reply},
                                     {"status_reply", status_reply},
                                     {"setresp", setresp},
                                     {"sha1hex", sha1hex},
                                     {"set_repl", set_repl}};
  for (const auto& [name, function] : kFunctions) lua::set_function(L, name, function);
  add_number(L, "REPL_NONE", kReplicateNone);
  add_number(L, "REPL_AOF", kReplicateAof);
  add_number(L, "REPL_SLAVE", kReplicateReplica);
  add_number(L, "REPL_REPLICA", kReplicateReplica);
  add_number(L, "REPL_ALL", kReplicateAll);
}

void keep(lua_State* L, char& key) {
  lua_pushlightuserdata(L, &key);
  lua_insert(L, -2);
  lua_rawset(L, LUA_REGISTRYINDEX);
}

void push_kept(lua_State* L, char& key) {
  lua_pushlightuserdata(L, &key);
  lua_rawget(L, LUA_REGISTRYINDEX);
}

}  // namespace

void raise(lua_State* L, const char* text) {
  push_error(L, std::string("ERR ") + text, false);
  lua_error(L);
  __builtin_unreachable();
}

void open_for_eval(lua_State* L) {
  sandbox::push_globals(L);
  push_running(L);
  lua::set_function(L, "replicate_commands", replicate_commands);
  lua::set_function(L, "breakpoint", breakpoint);
  lua::set_function(L, "debug", debug);
  sandbox::seal(L);
  lua_setfield(L, -2, "redis");
  lua_pushcfunction(L, handle_error);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "__redis__err__handler");
  Vm::keep(L, Vm::kHandler);
  Vm::keep(L, Vm::kGlobals);
  lua_pushliteral(L, "KEYS");
  Vm::keep(L, Vm::kKeys);
  lua_pushliteral(L, "ARGV");
  Vm::keep(L, Vm::kArguments);
}

void open_for_functions(lua_State* L) {
  lua_pushcfunction(L, handle_error);
  Vm::keep(L, Vm::kHandler);

  sandbox::push_globals(L);
  push_running(L);
  sandbox::seal(L);
  lua_setfield(L, -2, "redis");
  keep(L, kRunGlobals);

  lua_newtable(L);
  push_common(L);
  lua::set_function(L, "register_function", register_function);
  sandbox::protect_missing(L);
  sandbox::seal(L);
  lua_setfield(L, -2, "redis");
  sandbox::protect_missing(L);
  keep(L, kLoadGlobals);
}

void use_load_globals(lua_State* L) {
  push_kept(L, kLoadGlobals);
  sandbox::replace_globals(L);
}

void use_run_globals(lua_State* L) {
  push_kept(L, kRunGlobals);
  sandbox::replace_globals(L);
}

}  // namespace redouble::redis_api
