#include "engine/watches.h"

#include <algorithm>
#include <new>

namespace redouble {

void Watches::add(Session& session, int db, std::string_view key, bool already_expired) {
  const bool watched = std::any_of(session.watched.begin(), session.watched.end(),
                                   [&](const WatchedKey& w) { return w.db == db && w.key == key; });
  if (watched) return;
  session.watched.push_back({db, std::string(key), already_expired});
  try {
    watchers_[{db, std::string(key)}].push_back(&session);
  } catch (const std::bad_alloc&) {
    forget(session, session.watched.back());
    session.watched.pop_back();
    throw;
  }
}

void Watches::forget(Session& session, const WatchedKey& watched) {
  const auto at = watchers_.find(View(watched.db, watched.key));
  if (at == watchers_.end()) return;
  std::erase(at->second, &session);
  if (at->second.empty()) watchers_.erase(at);
}

void Watches::remove_all(Session& session) {
  for (const WatchedKey& watched : session.watched) forget(session, watched);
  session.watched.clear();
}

WatchedKey& Watches::watched_by(Session& session, const Name& name) {
  return *std::find_if(session.watched.begin(), session.watched.end(),
                       [&](const WatchedKey& w) { return w.db == name.db && w.key == name.key; });
}

// A key that was already due when it was watched may go: nothing changes for who watches it.
void Watches::changed(int db, std::string_view key, bool exists) {
  const auto at = watchers_.find(View(db, key));
  if (at == watchers_.end()) return;
  for (Session* session : at->second) {
    WatchedKey& watched = watched_by(*session, at->first);
    if (watched.existed_expired && !exists)
      watched.existed_expired = false;
    else
      session->transaction.conflict = true;
  }
}

void Watches::replace(Session& session, const Name& name, Seen was, Seen will_be) {
  WatchedKey& watched = watched_by(session, name);
  if (watched.existed_expired && will_be != Seen::live)
    watched.existed_expired = will_be == Seen::due;
  else if (was == Seen::missing && will_be == Seen::due)
    watched.existed_expired = true;
  else
    session.transaction.conflict = true;
}

}  // namespace redouble
