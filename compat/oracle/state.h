// What a server holds, as seen from outside: for every key its type, encoding, value and TTL.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connection.h"

namespace redouble::oracle {

struct KeyState {
  std::string type;
  std::string encoding;
  std::string value;
  long long ttl_ms = 0;  // PTTL's answer
};

struct DatabaseState {
  int number = 0;
  std::string size;                  // DBSIZE's answer
  std::vector<std::string> scanned;  // what a SCAN in small steps returned, sorted, each once
  std::vector<std::pair<std::string, KeyState>> keys;  // by name
};

// Reads the databases that generated sequences can reach. The connection speaks RESP2 and is left in
// database 0.
std::vector<DatabaseState> read_state(Connection& connection);

// The first thing in which two states differ, in words with ours first, or null.
std::optional<std::string> compare_states(const std::vector<DatabaseState>& ours,
                                          const std::vector<DatabaseState>& theirs);

}  // namespace redouble::oracle
