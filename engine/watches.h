// Who watches which key (WATCH). A change of a key marks its watchers' transactions; costs one test of an
// empty table when nobody watches.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/session.h"

namespace redouble {

class Watches {
 public:
  bool empty() const { return watchers_.empty(); }

  /// Watches a key for a session; a second time is no change.
  void add(Session& session, int db, std::string_view key, bool already_expired);
  /// Forgets all keys of a session.
  void remove_all(Session& session);
  /// The key was changed, created or deleted; `exists` tells whether it is there now.
  void changed(int db, std::string_view key, bool exists);
  /// What a database holds under a key. One that is due counts as missing, though nothing deleted it yet.
  enum class Seen : std::uint8_t { missing, due, live };
  /// All keys of `db` are about to be replaced: `before(key)` and `after(key)` tell what was and will be
  /// there.
  template <class Before, class After>
  void replaced(int db, Before&& before, After&& after) {
    for (const auto& [watched, sessions] : watchers_) {
      if (watched.db != db) continue;
      const Seen was = before(std::string_view(watched.key));
      const Seen will_be = after(std::string_view(watched.key));
      if (was == Seen::missing && will_be == Seen::missing) continue;
      for (Session* session : sessions) replace(*session, watched, was, will_be);
    }
  }
  std::size_t keys() const { return watchers_.size(); }

 private:
  struct Name {
    int db;
    std::string key;
    bool operator==(const Name&) const = default;
  };
  using View = std::pair<int, std::string_view>;
  static View view(const Name& name) { return {name.db, name.key}; }
  static View view(const View& name) { return name; }
  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(const auto& name) const {
      const View of = view(name);
      return std::hash<std::string_view>()(of.second) ^ static_cast<std::size_t>(of.first);
    }
  };
  struct Same {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const { return view(a) == view(b); }
  };

  void forget(Session& session, const WatchedKey& watched);
  static WatchedKey& watched_by(Session& session, const Name& name);
  static void replace(Session& session, const Name& name, Seen was, Seen will_be);

  std::unordered_map<Name, std::vector<Session*>, NameHash, Same> watchers_;
};

}  // namespace redouble
