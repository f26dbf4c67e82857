#include "engine/waiters.h"

#include <algorithm>

#include "engine/session.h"
#include "protocol/hash.h"

namespace redouble {

std::size_t Waiters::Hash::of(const View& key) const {
  return hash_bytes(key.second, seed + static_cast<std::uint64_t>(key.first));
}

std::vector<Waiters::Place> Waiters::add(Session& session, int db, Argv keys, Type type) {
  std::vector<Place> places;
  for (const auto key : keys) {
    auto at = lines_.find(View(db, key));
    if (at == lines_.end()) at = lines_.emplace(Key{db, std::string(key)}, Line()).first;
    Line& line = at->second;
    if (!line.empty() && line.back() == &session) continue;
    places.push_back({&at->first, &line, line.insert(line.end(), &session)});
  }
  ++sessions_[static_cast<std::size_t>(type)];
  return places;
}

void Waiters::remove(const std::vector<Place>& places, Type type) {
  for (const Place& place : places) {
    place.line->erase(place.at);
    if (place.line->empty()) lines_.erase(lines_.find(*place.key));
  }
  --sessions_[static_cast<std::size_t>(type)];
}

void Waiters::mark(const View& key) {
  if (marked_.contains(key)) return;
  marked_.insert({key.first, std::string(key.second)});
  ready_.push_back({key.first, std::string(key.second)});
}

void Waiters::signal(int db, std::string_view key, Type type) {
  if (sessions_[static_cast<std::size_t>(type)] == 0) return;
  const View wanted(db, key);
  if (lines_.contains(wanted)) mark(wanted);
}

void Waiters::signal_gone(int db, std::string_view key) {
  const auto at = lines_.find(View(db, key));
  if (at == lines_.end()) return;
  const auto minds = [](const Session* session) {
    return !session->parked.when_gone.empty() || session->parked.type == Type::stream;
  };
  if (std::any_of(at->second.begin(), at->second.end(), minds)) mark({db, key});
}

std::size_t Waiters::waiting(int db, std::string_view key) const {
  const auto at = lines_.find(View(db, key));
  return at == lines_.end() ? 0 : at->second.size();
}

std::vector<std::string> Waiters::awaited(int db) const {
  std::vector<std::string> names;
  for (const auto& [key, line] : lines_)
    if (key.db == db) names.push_back(key.name);
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<Waiters::Key> Waiters::next_ready() {
  if (ready_.empty()) return std::nullopt;
  Key key = std::move(ready_.front());
  ready_.pop_front();
  marked_.erase(key);
  return key;
}

}  // namespace redouble
