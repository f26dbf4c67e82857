// The HELP subcommand that every container command has.
#pragma once

#include <span>
#include <string_view>

#include "engine/call.h"

namespace redouble {

/// Answers the container's usage line, `lines` (a subcommand, then what it does, indented) and HELP itself.
Outcome reply_help(Call& c, std::span<const std::string_view> lines);

/// "unknown subcommand or wrong number of arguments for 'x'", where Redis says so of a known subcommand.
Outcome wrong_subcommand(Call& c);

}  // namespace redouble
