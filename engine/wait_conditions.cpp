#include "engine/wait_conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "engine/command_table.h"
#include "engine/engine.h"

namespace redouble {
namespace {

// As error texts show it.
std::string_view shown(std::string_view name) {
  return name.substr(0, 128);
}

Waits::Condition at_least(std::int64_t n, std::function<std::int64_t()> count) {
  return [n, count = std::move(count)](Reply& reply) {
    const std::int64_t present = count();
    if (present < n) return false;
    reply.integer(present);
    return true;
  };
}

}  // namespace

WaitFor blocked_clients(const Engine& engine, int db, std::string_view key, std::int64_t n) {
  const auto count = [&engine, db, key = std::string(key)] {
    return static_cast<std::int64_t>(engine.waiters.waiting(db, key));
  };
  return {at_least(n, count), [count, n, key = std::string(shown(key))] {
            return fmt::format("{} of {} clients are blocked on '{}'", count(), n, key);
          }};
}

WaitFor connected_clients(const Engine& engine, const Session* asking, std::int64_t n) {
  const auto count = [&engine, asking]() -> std::int64_t {
    return std::count_if(engine.sessions().begin(), engine.sessions().end(),
                         [&](const auto& session) { return session.get() != asking && !session->close_now; });
  };
  return {[count, n](Reply& reply) {
            if (count() != n) return false;
            reply.integer(n);
            return true;
          },
          [count, n] { return fmt::format("{} clients are connected, not {}", count(), n); }};
}

WaitFor subscribers(const Engine& engine, std::string_view channel, std::int64_t n) {
  const auto count = [&engine, channel = std::string(channel)] {
    return static_cast<std::int64_t>(engine.pubsub.receivers(channel));
  };
  return {at_least(n, count), [count, n, channel = std::string(shown(channel))] {
            return fmt::format("{} of {} clients are subscribed to '{}'", count(), n, channel);
          }};
}

WaitFor idleness(Engine& engine, const Session* asking) {
  return {[&engine, asking](Reply& reply) {
            if (!engine.all_idle(asking) || !engine.host().all_quiet(asking)) return false;
            reply.ok();
            return true;
          },
          [] { return std::string("a request is under way, or a reply is not sent yet"); }};
}

// A container's calls are those of its subcommands.
std::optional<WaitFor> calls(Engine& engine, std::string_view name, std::int64_t n) {
  const CommandTable& table = engine.commands();
  const Command* command = engine.find_command(name);
  if (command == nullptr) return std::nullopt;
  const auto count = [&engine, &table, command] {
    auto sum = engine.stats_of(*command).calls;
    for (const Command* sub : table.subcommands(*command)) sum += engine.stats_of(*sub).calls;
    return static_cast<std::int64_t>(sum);
  };
  return WaitFor{at_least(n, count), [count, n, command] {
                   return fmt::format("{} of {} calls of '{}'", count(), n, full_name(*command));
                 }};
}

}  // namespace redouble
