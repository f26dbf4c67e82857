// RDB files, version 10: "REDIS0010", facts about the file, libraries of functions, each database's keys with
// deadline and age, an end mark and a CRC-64.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/keyspace.h"

namespace redouble {

class Engine;
struct Dataset;

/// What goes into a file.
struct RdbContents {
  bool keys = true;
  bool functions = true;
};

/// The whole data set as a file, or a part.
std::string write_rdb_file(Engine& engine, RdbContents contents = {});

/// The same of a snapshot.
std::string write_rdb_file(Engine& engine, const Dataset& snapshot);

/// A file that was read: complete, or refused with where and why in `error`.
struct RdbFile {
  std::vector<std::unique_ptr<Keyspace>> databases;
  std::vector<std::string> functions;
  std::string version;
  std::int64_t created = 0;  // Unix seconds; 0 when it does not say
  std::int64_t used_memory = 0;
  bool checked = true;  // it carried a checksum
  std::uint64_t loaded = 0, expired = 0, empty = 0;
  std::string error;
};

/// Reads a file for `engine`, which is not changed. A key that comes twice is an error, unless the last one
/// is to win.
RdbFile read_rdb_file(Engine& engine, std::string_view bytes, bool last_one_wins = false);

}  // namespace redouble
