// Who waits for which key (BLPOP, BZPOPMIN, XREAD …), first come first served a key. A key that comes to be
// with a type that somebody waits for is marked as ready; after the whole outer command, script or EXEC the
// engine runs the waiting commands again, key by key in the order in which they became ready. Costs one test
// of an empty table when nobody waits.
// Invariant: a session stands once in each line that its places name, and in no other.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/arguments.h"
#include "engine/entry.h"

namespace redouble {

struct Session;

class Waiters {
 public:
  struct Key {
    int db;
    std::string name;
    bool operator==(const Key&) const = default;
  };

 private:
  using Line = std::list<Session*>;

 public:
  /// Where a session stands in the line of one key.
  struct Place {
    const Key* key;
    Line* line;
    Line::iterator at;
  };

  explicit Waiters(std::uint64_t seed = 0) : lines_(0, Hash{seed}), marked_(0, Hash{seed}) {}

  bool empty() const { return lines_.empty(); }
  bool has_ready() const { return !ready_.empty(); }

  /// Lets a session that waits for a value of `type` stand last in the line of each of `keys`; a key named
  /// twice counts once. The places are to be given back to `remove`.
  std::vector<Place> add(Session& session, int db, Argv keys, Type type);
  void remove(const std::vector<Place>& places, Type type);

  /// The key holds a value of `type` now: its line will be served, if anybody waits for such a value.
  void signal(int db, std::string_view key, Type type);
  /// The key is gone, or holds a value of another type: its line will be served if anybody in it is to be
  /// told so (Parked::when_gone). For readers of streams it takes its turn now, as in Redis: it may be back
  /// by then.
  void signal_gone(int db, std::string_view key);
  /// How many sessions wait for a key.
  std::size_t waiting(int db, std::string_view key) const;
  /// The names of the keys of a database that somebody waits for, in their order.
  std::vector<std::string> awaited(int db) const;
  /// The next key that became ready; nothing when none is.
  std::optional<Key> next_ready();
  /// Calls `serve(Session&)` for those in the line of a key, the first first, until it returns false. It may
  /// take that session out of its lines, but no other.
  template <class Serve>
  void serve_line(const Key& key, Serve&& serve) {
    const auto found = lines_.find(key);
    if (found == lines_.end()) return;
    Line& line = found->second;
    for (auto at = line.begin();;) {
      Session& session = **at++;
      const bool is_last = at == line.end();
      // With its last session the line itself may go.
      if (!serve(session) || is_last) return;
    }
  }
  /// The keys somebody waits for, in all databases.
  std::size_t keys() const { return lines_.size(); }

 private:
  using View = std::pair<int, std::string_view>;
  void mark(const View& key);
  static View view(const Key& key) { return {key.db, key.name}; }
  static View view(const View& key) { return key; }
  struct Hash {
    using is_transparent = void;
    std::uint64_t seed;
    std::size_t operator()(const auto& key) const { return of(view(key)); }
    std::size_t of(const View& key) const;
  };
  struct Same {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const { return view(a) == view(b); }
  };

  std::unordered_map<Key, Line, Hash, Same> lines_;
  std::array<std::size_t, 6> sessions_{};  // that wait for a value of each type
  std::deque<Key> ready_;
  std::unordered_set<Key, Hash, Same> marked_;  // what stands in ready_
};

}  // namespace redouble
