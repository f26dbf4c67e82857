// Test data from outside: a file of commands, JSON, or an RDB file. What is there already stays, but for the
// keys that are loaded: these replace it. JSON and RDB are taken whole or not at all; commands run until the
// first that is answered with an error.
//
//   {"user:1": {"name": "ada"}, "queue": ["a", "b"], "visits": 7,
//    "board": {"type": "zset", "value": {"ada": 10.5}, "ttl": "5m"}}
//   {"databases": {"0": {…}, "1": {…}}}
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace redouble {

class Engine;

struct Loaded {
  std::size_t count = 0;  // of keys, or of commands
  std::string error;      // empty when all is well; with file, line and what would be right
};

/// One command a line, with quotes as redis-cli has them; '#' begins a comment. `name` is what errors call
/// it.
Loaded load_commands(Engine& engine, std::string_view text, std::string_view name);
Loaded load_json(Engine& engine, std::string_view text, std::string_view name);
Loaded load_rdb(Engine& engine, std::string_view bytes, std::string_view name);
/// The one of these that the file's name ends in: .json, .rdb, .redis or .txt.
Loaded load_file(Engine& engine, const std::string& path);

}  // namespace redouble
