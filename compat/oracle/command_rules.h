// What the generator must know about single commands and cannot read from a server: families, which
// commands it must not send and why, and how their replies compare.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "comparator.h"
#include "grammar.h"

namespace redouble::oracle {

// The family that --family names, e.g. `string`, `keys`, `expire`, `scan`, `transaction`.
std::string family_of(const Command& command);

// Why the generator leaves the command out, or null.
std::optional<std::string_view> denied(const Command& command);

// How the replies to one generated call compare.
Rule rule_for(const Command& command, const Argv& argv);

// How much more often than others a command is drawn, in percent.
int weight_of(const Command& command);

}  // namespace redouble::oracle
