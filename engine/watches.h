// Who watches which key (WATCH). A change of a key marks its watchers' transactions; costs one test of an
// empty table when nobody watches.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
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
  /// The key was changed, created or deleted.
  void changed(int db, std::string_view key);
  /// Every key for which `existed(key)` holds in `db` is about to go or change.
  template <class Existed>
  void changed_where(int db, Existed&& existed) {
    for (auto& [watched, sessions] : watchers_)
      if (watched.db == db && existed(std::string_view(watched.key))) mark(sessions);
  }
  std::size_t keys() const { return watchers_.size(); }

 private:
  struct Name {
    int db;
    std::string key;
    bool operator==(const Name&) const = default;
  };
  struct NameHash {
    std::size_t operator()(const Name& name) const {
      return std::hash<std::string>()(name.key) ^ static_cast<std::size_t>(name.db);
    }
  };

  static void mark(const std::vector<Session*>& sessions) {
    for (Session* session : sessions) session->transaction.conflict = true;
  }

  std::unordered_map<Name, std::vector<Session*>, NameHash> watchers_;
};

}  // namespace redouble
