#include "engine/leaks.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "engine/engine.h"
#include "engine/glob.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

constexpr std::size_t kMostKeys = 1000, kMostOfAKind = 100, kLongest = 1024;

std::string cut(std::string_view text) {
  return text.size() <= kLongest ? std::string(text) : std::string(text.substr(0, kLongest)) + "...";
}

std::string line_of(Argv argv) {
  std::string line;
  for (const auto word : argv) {
    if (!line.empty()) line += ' ';
    if (line.size() > kLongest) return line + "...";
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
      return c > ' ' && c <= '~' && c != '"' && c != '\'';
    });
    if (plain)
      line += cut(word);
    else
      append_quoted(line, cut(word));
  }
  return line;
}

// Names are sorted before they are cut to a number, so that the same data give the same report.
void find_keys(Engine& engine, LeakReport& report) {
  for (int i = 0; i < engine.databases(); ++i) {
    const Dataset::Part* loaded = engine.at_start != nullptr ? engine.at_start->part_of(i) : nullptr;
    const auto was_loaded = [&](const Entry& entry) {
      return loaded != nullptr && loaded->keys->contains(entry.key());
    };
    std::vector<const Entry*> left;
    engine.db(i).keys().for_each([&](const Entry& entry) {
      if (entry.expires_at() > engine.now_ms() && !was_loaded(entry)) left.push_back(&entry);
    });
    report.key_count += left.size();
    const std::size_t room = std::min(kMostKeys - report.keys.size(), left.size());
    std::partial_sort(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(room), left.end(),
                      [](const Entry* a, const Entry* b) { return a->key() < b->key(); });
    for (std::size_t k = 0; k < room; ++k)
      report.keys.push_back({i, cut(left[k]->key()), std::string(name_of(left[k]->kind()))});
  }
}

std::vector<std::string> first_of(const std::vector<std::string>& names) {
  std::vector<std::string> first;
  for (std::size_t i = 0; i < std::min(names.size(), kMostOfAKind); ++i) first.push_back(cut(names[i]));
  return first;
}

std::string blocked_by(const Session& session) {
  if (!session.is_blocked()) return {};
  if (const std::string line = line_of(session.parked.argv); !line.empty()) return line;
  return session.last_command != nullptr ? std::string(session.last_command->name) : "a command";
}

LeakReport::Connection described(const Session& session) {
  LeakReport::Connection connection;
  connection.id = session.id;
  connection.name = session.name;
  connection.address = session.address;
  connection.channels = first_of(session.channels);
  connection.patterns = first_of(session.patterns);
  connection.shard_channels = first_of(session.shard_channels);
  connection.blocked_by = blocked_by(session);
  connection.in_transaction = session.transaction.open;
  for (const QueuedCommand& queued : session.transaction.queue)
    if (connection.queued.size() < kMostOfAKind) connection.queued.push_back(line_of(queued.argv));
  for (const WatchedKey& watched : session.watched)
    if (connection.watched.size() < kMostOfAKind)
      connection.watched.push_back({watched.db, cut(watched.key)});
  return connection;
}

void append_names(std::string& text, std::string_view what, const std::vector<std::string>& names) {
  if (!names.empty()) text += fmt::format("\n  {} {}", what, fmt::join(names, ", "));
}

}  // namespace

LeakReport find_leaks(Engine& engine, const Session* asking, const std::string_view* name) {
  LeakReport report;
  if (name == nullptr) find_keys(engine, report);
  for (const auto& session : engine.sessions()) {
    if (session.get() == asking || !session->open()) continue;
    if (name != nullptr && !glob_match(*name, session->name, false)) continue;
    report.connections.push_back(described(*session));
  }
  return report;
}

std::string LeakReport::describe() const {
  if (empty()) return {};
  std::string text;
  if (key_count != 0) {
    text += key_count == 1 ? "1 key:" : fmt::format("{} keys:", key_count);
    for (const Key& key : keys) text += fmt::format("\n  {} '{}' in database {}", key.type, key.name, key.db);
    if (key_count > keys.size()) text += fmt::format("\n  and {} more", key_count - keys.size());
  }
  for (const Connection& each : connections) {
    if (!text.empty()) text += '\n';
    text +=
        fmt::format("connection {}{}{}:", each.id, each.name.empty() ? "" : fmt::format(" '{}'", each.name),
                    each.address.empty() ? "" : " from " + each.address);
    append_names(text, "is subscribed to", each.channels);
    append_names(text, "is subscribed to the patterns", each.patterns);
    append_names(text, "is subscribed to the shard channels", each.shard_channels);
    if (!each.blocked_by.empty()) text += "\n  is blocked by " + each.blocked_by;
    if (each.in_transaction)
      text += fmt::format("\n  has an open transaction of {} commands{}{}", each.queued.size(),
                          each.queued.empty() ? "" : ": ", fmt::join(each.queued, "; "));
    for (const Watched& key : each.watched)
      text += fmt::format("\n  watches '{}' in database {}", key.key, key.db);
    if (text.back() == ':') text += "\n  is open";
  }
  return text;
}

}  // namespace redouble
