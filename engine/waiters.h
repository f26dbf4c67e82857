// Who waits for which key (BLPOP, BZPOPMIN, XREAD …), first come first served a key. A change of a key marks
// it as ready; after the whole outer command, script or EXEC the engine runs the waiting commands again, key
// by key in the order in which they became ready. Costs one test of an empty table when nobody waits.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/arguments.h"

namespace redouble {

struct Session;

class Waiters {
 public:
  struct Key {
    int db;
    std::string name;
    bool operator==(const Key&) const = default;
  };

  bool empty() const { return queues_.empty(); }

  /// Lets a session stand last in the line of each of `keys`; a key named twice counts once.
  void add(Session& session, int db, Argv keys);
  /// Takes a session out of all its lines.
  void remove(Session& session, int db, const std::vector<std::string>& keys);

  /// The key was changed: its line will be served.
  void signal(int db, std::string_view key);
  /// All keys of a database may have changed (SWAPDB).
  void signal_all(int db);
  /// The next key that became ready; nothing when none is.
  std::optional<Key> next_ready();
  /// The line of a key, the first first.
  std::vector<Session*> line(const Key& key) const;
  /// The keys somebody waits for, in all databases.
  std::size_t keys() const { return queues_.size(); }

 private:
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return std::hash<std::string>()(key.name) ^ static_cast<std::size_t>(key.db);
    }
  };

  std::unordered_map<Key, std::deque<Session*>, KeyHash> queues_;
  std::deque<Key> ready_;
  std::unordered_set<Key, KeyHash> marked_;  // what stands in ready_
};

}  // namespace redouble
