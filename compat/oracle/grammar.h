// The grammar of the commands, taken from a server's own COMMAND and COMMAND DOCS.
// Nothing about single commands is written here; see command_rules.h for what the generator adds.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "connection.h"

namespace redouble::oracle {

struct Argument {
  std::string name;
  std::string type;  // key, string, integer, double, pattern, unix-time, pure-token, oneof, block
  std::string token;
  bool optional = false;
  bool multiple = false;
  bool repeats_token = false;
  std::vector<Argument> items;
};

struct Command {
  std::string name;  // lower case; a subcommand as `container|sub`
  Argv words;
  std::string group;
  std::set<std::string> tips;
  bool blocks = false;  // can wait for other clients
  std::vector<Argument> arguments;
};

// Every command of a server that speaks RESP2 on `connection`, sorted by name; containers are left out.
std::vector<Command> read_grammar(Connection& connection);

// The names a server lists, in lower case, subcommands as `container|sub`.
std::set<std::string> read_command_names(Connection& connection);

}  // namespace redouble::oracle
