#include "engine/eviction_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/glob.h"
#include "protocol/ascii.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

// The names of EvictionPolicy, in its order.
constexpr std::string_view kPolicies[] = {"volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl",
                                          "allkeys-lru",  "allkeys-lfu",  "allkeys-random",  "noeviction"};

}  // namespace

std::string_view Eviction::policy_name() const {
  return kPolicies[static_cast<std::size_t>(policy)];
}

std::string Eviction::command_name() const {
  return to_lower(command);
}

std::string Eviction::why() const {
  switch (policy) {
    case EvictionPolicy::allkeys_lru:
    case EvictionPolicy::volatile_lru:
      return fmt::format("least recently used, idle for {} s", measure);
    case EvictionPolicy::allkeys_lfu:
    case EvictionPolicy::volatile_lfu:
      return fmt::format("least frequently used, counter {}", measure);
    case EvictionPolicy::volatile_ttl:
      return fmt::format("nearest deadline, {} ms left", measure);
    default:
      return "drawn at random";
  }
}

std::string Eviction::describe() const {
  std::string text;
  append_quoted(text, key);
  text += fmt::format(" of database {} ({}: {}) at {} of {} bytes", db, policy_name(), why(), used_memory,
                      maxmemory);
  if (!command.empty()) text += fmt::format(", for {}", command_name());
  return text;
}

void EvictionLog::add(std::string_view key, const Eviction& facts) {
  ++count_;
  const std::string_view cut = key.size() > kMostName ? std::string_view("...") : std::string_view();
  const std::string_view begin = key.substr(0, kMostName);
  const std::size_t size = begin.size() + cut.size();
  Eviction eviction;
  // The oldest one's string is used again: a cache that is full evicts with every write.
  while (kept_.size() >= kMost || (!kept_.empty() && kept_bytes_ + size > kMostBytes)) {
    eviction.key.swap(kept_.front().key);
    kept_bytes_ -= eviction.key.size();
    kept_.pop_front();
  }
  std::string name = eviction.key.capacity() > kMostName ? std::string() : std::move(eviction.key);
  name.assign(begin).append(cut);
  eviction = facts;
  eviction.key = std::move(name);
  const std::size_t taken = sizeof(Eviction) + size;
  std::size_t all = violation_bytes();
  for (Assertion& assertion : assertions_) {
    if (!glob_match(assertion.pattern, key, false)) continue;
    ++assertion.count;
    const bool is_first = assertion.violations.empty();
    if (!is_first && (assertion.violations.size() == kMostViolations || all + taken > kMostViolationBytes))
      continue;
    all += taken;
    assertion.bytes += taken;
    assertion.violations.push_back(eviction);
  }
  kept_bytes_ += size;
  kept_.push_back(std::move(eviction));
}

std::size_t EvictionLog::violation_bytes() const {
  std::size_t bytes = 0;
  for (const Assertion& assertion : assertions_) bytes += assertion.bytes;
  return bytes;
}

void EvictionLog::forget() {
  kept_.clear();
  kept_bytes_ = 0;
  count_ = 0;
  for (Assertion& assertion : assertions_) {
    assertion.violations.clear();
    assertion.count = 0;
    assertion.bytes = 0;
  }
}

void EvictionLog::reset() {
  std::erase_if(assertions_, [](const Assertion& assertion) { return assertion.from_client; });
  kept_.clear();
  kept_bytes_ = 0;
  count_ = 0;
}

std::uint64_t EvictionLog::forbid(std::string_view pattern, bool from_client) {
  std::size_t from_clients = 0;
  for (const Assertion& assertion : assertions_) {
    if (!from_client || !assertion.from_client) continue;
    if (assertion.pattern == pattern) return assertion.id;
    ++from_clients;
  }
  if (from_clients == kMostFromClients) return 0;
  assertions_.push_back({++last_id_, from_client, std::string(pattern)});
  return last_id_;
}

void EvictionLog::allow(std::uint64_t id) {
  std::erase_if(assertions_, [&](const Assertion& assertion) { return assertion.id == id; });
}

const EvictionLog::Assertion* EvictionLog::assertion(std::uint64_t id) const {
  for (const Assertion& assertion : assertions_)
    if (assertion.id == id) return &assertion;
  return nullptr;
}

}  // namespace redouble
