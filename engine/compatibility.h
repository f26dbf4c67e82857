// COMPATIBILITY.md: what redouble has of redis-server 7.0.15 and what it has not. Made from the tables of
// commands and settings; only the list of all names and the deliberate differences are written by hand.
#pragma once

#include <string>

namespace redouble {

std::string compatibility_markdown();

}  // namespace redouble
