// The `redis` object of scripts, in its three forms: that of EVAL, that of running functions, and the small
// one that a library sees while it is loaded.
#pragma once

#include "scripting/lua.h"

namespace redouble::redis_api {

/// To be called once in a state that the sandbox has filled.
void open_for_eval(lua_State* L);
void open_for_functions(lua_State* L);

/// Which globals functions see: those for loading a library, or those for running. States of functions only.
void use_load_globals(lua_State* L);
void use_run_globals(lua_State* L);

/// redis.register_function.
int register_function(lua_State* L);

/// Raises an error table with "ERR " and this text.
[[noreturn]] void raise(lua_State* L, const char* text);

}  // namespace redouble::redis_api
