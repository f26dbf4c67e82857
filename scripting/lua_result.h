// What a script returns, as reply verbs: numbers lose their fraction, arrays end at their first nil, tables
// with a field `err`, `ok`, `double`, `map`, `set`, `big_number` or `verbatim_string` are those replies.
#pragma once

#include <string>
#include <string_view>

#include "scripting/lua.h"

namespace redouble {

struct Call;

/// What an error value holds.
struct ScriptError {
  std::string text;  ///< its code first
  std::string source, line;
  bool counted = false;  ///< the command that raised it has counted it already
};
ScriptError read_error(lua_State* L, int index);

/// Replies with an error of a script.
void reply_script_error(Call& c, const ScriptError& error);

/// Replies with the value on top of the stack and pops it. `protocol` is what redis.setresp has set.
void reply_result(Call& c, lua_State* L, int protocol);

}  // namespace redouble
