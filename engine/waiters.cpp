#include "engine/waiters.h"

#include <algorithm>

namespace redouble {

void Waiters::add(Session& session, int db, Argv keys) {
  for (const auto key : keys) {
    auto& line = queues_[{db, std::string(key)}];
    if (line.empty() || line.back() != &session) line.push_back(&session);
  }
}

void Waiters::remove(Session& session, int db, const std::vector<std::string>& keys) {
  for (const auto& key : keys) {
    const auto at = queues_.find({db, key});
    if (at == queues_.end()) continue;
    std::erase(at->second, &session);
    if (at->second.empty()) queues_.erase(at);
  }
}

void Waiters::signal(int db, std::string_view key) {
  Key ready{db, std::string(key)};
  if (!queues_.contains(ready) || !marked_.insert(ready).second) return;
  ready_.push_back(std::move(ready));
}

void Waiters::signal_all(int db) {
  std::vector<std::string> names;
  for (const auto& [key, line] : queues_)
    if (key.db == db) names.push_back(key.name);
  std::sort(names.begin(), names.end());
  for (const auto& name : names) signal(db, name);
}

std::optional<Waiters::Key> Waiters::next_ready() {
  if (ready_.empty()) return std::nullopt;
  Key key = std::move(ready_.front());
  ready_.pop_front();
  marked_.erase(key);
  return key;
}

std::vector<Session*> Waiters::line(const Key& key) const {
  const auto at = queues_.find(key);
  if (at == queues_.end()) return {};
  return {at->second.begin(), at->second.end()};
}

}  // namespace redouble
