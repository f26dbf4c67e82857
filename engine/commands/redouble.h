// REDOUBLE, the one reserved command: what a test may ask of the server beyond Redis, from any client.
//
//   REDOUBLE HELP                  which powers there are
//   REDOUBLE <power> HELP          what one can do
//
// It stands in no table: COMMAND, ACL, MONITOR, statistics and the slow log do not know it, it passes when
// other commands are refused or held back (OOM, BUSY, CLIENT PAUSE, subscribed mode), and it never evicts or
// expires by itself. It asks for authentication, for a local connection unless `redouble-commands` says
// otherwise, for a user who may run all commands on all keys and channels, for `redouble-password` if there
// is one, and for no MULTI. A new power: a
// row in redouble.cpp and a function that reads its own subcommands from the arguments.
#pragma once

#include <span>
#include <string_view>

#include "engine/call.h"
#include "engine/command.h"

namespace redouble {

bool is_reserved_command(std::string_view name);
/// Its row, with the name, arity and function only.
const Command& reserved_command();

/// What a power can do: its subcommands, by name in upper case.
struct Deed {
  std::string_view name;
  Outcome (*run)(Call&);
};
/// Runs the deed that the next argument names, or says which power to ask for help.
Outcome run_deed(Call& c, std::string_view power, std::span<const Deed> deeds);
/// The reply of `REDOUBLE <power> HELP`.
Outcome reply_power_help(Call& c, std::span<const std::string_view> lines);

/// The powers, one function each. The cursor stands behind the power's name.
Outcome redouble_clock(Call& c);
Outcome redouble_evictions(Call& c);
Outcome redouble_faults(Call& c);
Outcome redouble_gates(Call& c);
Outcome redouble_leaks(Call& c);
Outcome redouble_load(Call& c);
Outcome redouble_reset(Call& c);
Outcome redouble_seed(Call& c);
Outcome redouble_snapshot(Call& c);
Outcome redouble_wait(Call& c);

}  // namespace redouble
