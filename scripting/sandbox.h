// What scripts find in a fresh state: an allow-list of Lua's own functions, ours where stock ones are not
// safe, and the libraries that Redis adds. Shared tables (the globals, `string`, `redis` …) are sealed: the
// script holds an empty table in front of the real one, which reads pass and writes do not. pairs, next,
// rawget and getmetatable look behind it, so that a sealed table looks like the read-only ones of Redis.
#pragma once

#include "scripting/lua.h"

namespace redouble::sandbox {

/// Fills a new state. Leaves nothing on the stack; the globals are sealed.
void open(lua_State* L);

/// Replaces the table on top by a sealed one in front of it.
void seal(lua_State* L);
/// Lets a read of a field that the table on top does not have be an error.
void protect_missing(lua_State* L);
/// If the value is a sealed table, pushes the one behind it; otherwise pushes nothing.
bool push_backing(lua_State* L, int index);
/// True for a sealed table.
bool is_sealed(lua_State* L, int index);
/// Pushes what getmetatable("") shows.
void push_string_metatable(lua_State* L);
/// Raises "Attempt to modify a readonly table" where that is so.
void refuse_if_sealed(lua_State* L, int index);

/// Pushes the table behind the globals, which the host may write to.
void push_globals(lua_State* L);
/// Puts the table on top behind the sealed globals in place of the present one, and pops it.
void replace_globals(lua_State* L);

/// The functions of base_functions.cpp, by name, into the table on top.
void add_base_functions(lua_State* L);
void add_table_functions(lua_State* L);
void add_coroutine_functions(lua_State* L);
/// string.find, match, gmatch, gfind, gsub and rep, into the table on top.
void add_string_functions(lua_State* L);
/// math.random and randomseed, into the table on top.
void add_random_functions(lua_State* L);
/// Each pushes a new table, which is the library.
void push_cjson(lua_State* L);
void push_cmsgpack(lua_State* L);
void push_struct(lua_State* L);
void push_bit(lua_State* L);

}  // namespace redouble::sandbox
