// Implementation of state.h. Two pipelines a server: the keys of all databases, then all about the keys.
#include "state.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <regex>

namespace redouble::oracle {
namespace {

constexpr std::array kDatabases = {0, 1, 2, 3, 10, 15};
constexpr long long kTtlTolerance = 2000;

// The value as text; members of unordered types in the order of their bytes.
Argv value_command(const std::string& type, const std::string& key) {
  if (type == "list") return {"LRANGE", key, "0", "-1"};
  if (type == "set") return {"SMEMBERS", key};
  if (type == "hash") return {"HGETALL", key};
  if (type == "zset") return {"ZRANGE", key, "0", "-1", "WITHSCORES"};
  if (type == "stream") return {"XINFO", "STREAM", key, "FULL", "COUNT", "0"};
  return {"GET", key};
}

std::string value_text(const std::string& type, const Reply& reply) {
  // IDs that the server chose hold the time, and so does what is told of consumers and deliveries. How many
  // nodes of the tree such IDs share depends on their digits.
  static const std::regex kTime("[0-9]{13}(-[0-9]+)?"), kNodes("\"radix-tree-nodes\", :[0-9]+");
  if (type == "stream") {
    const auto text = describe(reply);
    const auto masked = std::regex_replace(text, kTime, "TIME");
    return masked == text ? text : std::regex_replace(masked, kNodes, "\"radix-tree-nodes\", :NODES");
  }
  if (type != "set" && type != "hash") return describe(reply);
  const size_t width = type == "hash" ? 2 : 1;
  std::vector<std::string> members;
  for (size_t i = 0; i + width <= reply.items.size(); i += width) {
    std::string member;
    for (size_t j = 0; j < width; ++j) member += describe(reply.items[i + j]) + " ";
    members.push_back(std::move(member));
  }
  std::sort(members.begin(), members.end());
  std::string text;
  for (const auto& member : members) text += member;
  return text;
}

void read_keys(Connection& connection, std::vector<DatabaseState>& states) {
  std::string bytes;
  for (const int number : kDatabases) {
    bytes += frame({"SELECT", std::to_string(number)}) + frame({"KEYS", "*"}) + frame({"DBSIZE"});
  }
  connection.send(bytes);
  for (const int number : kDatabases) {
    DatabaseState state;
    state.number = number;
    connection.read();
    for (const auto& key : connection.read().items) state.keys.emplace_back(key.text, KeyState{});
    std::sort(state.keys.begin(), state.keys.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    state.size = connection.read().text;
    states.push_back(std::move(state));
  }
}

// A whole iteration in steps of two keys. The guarantee is the reason: every key that stays is returned.
void scan(Connection& connection, DatabaseState& state) {
  constexpr int kMostSteps = 100000;
  connection.call({"SELECT", std::to_string(state.number)});
  std::string cursor = "0";
  for (int step = 0; step < kMostSteps; ++step) {
    const auto reply = connection.call({"SCAN", cursor, "COUNT", "2"});
    if (reply.items.size() != 2) break;
    for (const auto& key : reply.items[1].items) state.scanned.push_back(key.text);
    cursor = reply.items[0].text;
    if (cursor == "0") break;
  }
  std::sort(state.scanned.begin(), state.scanned.end());
  state.scanned.erase(std::unique(state.scanned.begin(), state.scanned.end()), state.scanned.end());
}

void read_types(Connection& connection, DatabaseState& state) {
  std::string bytes = frame({"SELECT", std::to_string(state.number)});
  for (const auto& [key, about] : state.keys) {
    bytes += frame({"TYPE", key}) + frame({"OBJECT", "ENCODING", key}) + frame({"PTTL", key});
  }
  connection.send(bytes);
  connection.read();
  for (auto& [key, about] : state.keys) {
    about.type = connection.read().text;
    about.encoding = connection.read().text;
    about.ttl_ms = to_integer(connection.read().text).value_or(0);
  }
}

bool has_nodes(const KeyState& about) {
  return about.type == "list" || about.type == "stream";
}

void read_values(Connection& connection, DatabaseState& state) {
  std::string bytes;
  // The memory of a list or a stream shows how it is cut into nodes; that of IDs which hold the time differs.
  for (const auto& [key, about] : state.keys) {
    bytes += frame(value_command(about.type, key));
    if (has_nodes(about)) bytes += frame({"MEMORY", "USAGE", key, "SAMPLES", "0"});
  }
  connection.send(bytes);
  for (auto& [key, about] : state.keys) {
    about.value = value_text(about.type, connection.read());
    if (!has_nodes(about)) continue;
    const auto size = connection.read().text;
    const bool holds_times = about.type == "stream" && about.value.find("TIME") != std::string::npos;
    if (!holds_times) about.value += " in bytes: " + size;
  }
}

std::string both(const std::string& what, const std::string& ours, const std::string& theirs) {
  return what + ": " + ours + " / " + theirs;
}

std::optional<std::string> compare_keys(const std::string& where, const KeyState& ours,
                                        const KeyState& theirs) {
  if (ours.type != theirs.type) return both("type of " + where, ours.type, theirs.type);
  if (ours.value != theirs.value) return both("value of " + where, ours.value, theirs.value);
  if (ours.encoding != theirs.encoding) return both("encoding of " + where, ours.encoding, theirs.encoding);
  const bool near =
      (ours.ttl_ms < 0) == (theirs.ttl_ms < 0) && std::llabs(ours.ttl_ms - theirs.ttl_ms) <= kTtlTolerance;
  if (!near) return both("PTTL of " + where, std::to_string(ours.ttl_ms), std::to_string(theirs.ttl_ms));
  return std::nullopt;
}

}  // namespace

std::vector<DatabaseState> read_state(Connection& connection) {
  std::vector<DatabaseState> states;
  read_keys(connection, states);
  for (auto& state : states) {
    if (state.keys.empty()) continue;
    read_types(connection, state);
    read_values(connection, state);
    scan(connection, state);
  }
  connection.call({"SELECT", "0"});
  return states;
}

std::optional<std::string> compare_states(const std::vector<DatabaseState>& ours,
                                          const std::vector<DatabaseState>& theirs) {
  for (size_t i = 0; i < theirs.size() && i < ours.size(); ++i) {
    const auto name = "database " + std::to_string(theirs[i].number);
    const auto names = [](const DatabaseState& state) {
      std::string text;
      for (const auto& [key, about] : state.keys) text += " " + quote_word(key);
      return text;
    };
    if (names(ours[i]) != names(theirs[i])) return both("keys of " + name, names(ours[i]), names(theirs[i]));
    if (ours[i].size != theirs[i].size) return both("DBSIZE of " + name, ours[i].size, theirs[i].size);
    if (ours[i].scanned != theirs[i].scanned) {
      return both("keys of SCAN in " + name, join_words(ours[i].scanned), join_words(theirs[i].scanned));
    }
    for (size_t k = 0; k < theirs[i].keys.size(); ++k) {
      const auto where = quote_word(theirs[i].keys[k].first) + " in " + name;
      if (auto found = compare_keys(where, ours[i].keys[k].second, theirs[i].keys[k].second)) return found;
    }
  }
  return std::nullopt;
}

}  // namespace redouble::oracle
