#include "engine/watches.h"

#include <algorithm>

namespace redouble {

void Watches::add(Session& session, int db, std::string_view key, bool already_expired) {
  const bool watched = std::any_of(session.watched.begin(), session.watched.end(),
                                   [&](const WatchedKey& w) { return w.db == db && w.key == key; });
  if (watched) return;
  session.watched.push_back({db, std::string(key), already_expired});
  watchers_[{db, std::string(key)}].push_back(&session);
}

void Watches::remove_all(Session& session) {
  for (const WatchedKey& watched : session.watched) {
    const auto at = watchers_.find({watched.db, watched.key});
    std::erase(at->second, &session);
    if (at->second.empty()) watchers_.erase(at);
  }
  session.watched.clear();
}

void Watches::changed(int db, std::string_view key) {
  if (watchers_.empty()) return;
  const auto at = watchers_.find({db, std::string(key)});
  if (at != watchers_.end()) mark(at->second);
}

}  // namespace redouble
