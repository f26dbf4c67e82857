// What a test left behind.
//
//   CHECK(server.leaks().describe() == "");   // Catch2;  EXPECT_EQ(server.leaks().describe(), "") in
//   GoogleTest
//
// Needs only the C++17 standard library.
#pragma once

#include <redouble/export.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace redouble {

/// A plain account of keys and connections; see Server::leaks.
struct LeakReport {
  struct Key {
    int db = 0;
    std::string name;  ///< past 1,024 bytes cut, with "..." behind
    std::string type;  ///< "string", "list" …
  };
  /// A watched key, by the name it was given.
  struct Watched {
    int db = 0;
    std::string key;
  };
  struct Connection {
    std::uint64_t id{};
    std::string name;  ///< CLIENT SETNAME; empty: none
    std::string address;
    std::vector<std::string> channels, patterns, shard_channels;  ///< that it is subscribed to
    std::string blocked_by;           ///< the command that waits, "BLPOP jobs 0"; empty: none
    bool in_transaction = false;      ///< MULTI without EXEC or DISCARD
    std::vector<std::string> queued;  ///< the transaction's commands
    std::vector<Watched> watched;
  };

  /// The keys that were not loaded at the start, by database and name: the first 1,000.
  std::vector<Key> keys;
  std::size_t key_count{};  ///< of all of them
  /// Every connection that is still open, oldest first.
  std::vector<Connection> connections;

  bool empty() const { return key_count == 0 && connections.empty(); }
  /// A line for each, to be read by people; empty when there is nothing.
  REDOUBLE_EXPORT std::string describe() const;
};

}  // namespace redouble
