// What tests wait for, over the wire (REDOUBLE WAIT) and in C++ (Server::wait_blocked …): each with what to
// say when it does not come in time.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/waits.h"

namespace redouble {

struct WaitFor {
  Waits::Condition condition;
  Waits::Excuse excuse;
};

/// At least `n` clients wait for a key.
WaitFor blocked_clients(const Engine& engine, int db, std::string_view key, std::int64_t n);
/// Exactly `n` clients are connected; `asking` (may be null) is not counted.
WaitFor connected_clients(const Engine& engine, const Session* asking, std::int64_t n);
/// At least `n` would get a message on a channel.
WaitFor subscribers(const Engine& engine, std::string_view channel, std::int64_t n);
/// Nobody but `asking` has a request under way, and everything is sent.
WaitFor idleness(Engine& engine, const Session* asking);
/// At least `n` calls of a command since the statistics began. Nothing when there is no such command.
std::optional<WaitFor> calls(Engine& engine, std::string_view name, std::int64_t n);

}  // namespace redouble
