// COMPATIBILITY.md: what redouble has of redis-server 7.0.15 and what it has not. Made from the tables of
// commands and settings; only the list of all names and the deliberate differences are written by hand.
#pragma once

#include <string>

namespace redouble {

class CommandTable;

std::string compatibility_markdown(const CommandTable& commands);

}  // namespace redouble
