// REDOUBLE, the one reserved command: what a test may ask of the server beyond Redis, from any client.
//
//   REDOUBLE HELP                  which powers there are
//   REDOUBLE <power> HELP          what one can do
//
// It stands in no table: COMMAND, ACL, MONITOR, statistics and the slow log do not know it, it passes when
// other commands are refused or held back (OOM, BUSY, CLIENT PAUSE, subscribed mode), and it never evicts or
// expires by itself. It asks for authentication, for a local connection unless `redouble-commands` says
// otherwise, for a user who may run all commands on all keys and channels, and for no MULTI. A new power: a
// row in redouble.cpp and a function that reads its own subcommands from the arguments.
#pragma once

#include <string_view>

#include "engine/call.h"
#include "engine/command.h"

namespace redouble {

bool is_reserved_command(std::string_view name);
/// Its row, with the name, arity and function only.
const Command& reserved_command();

/// The powers, one function each. The cursor stands behind the power's name.
Outcome redouble_evictions(Call& c);

}  // namespace redouble
