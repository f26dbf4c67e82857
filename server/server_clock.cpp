// Server::clock() and the members of Server that wait, in place of sleeping.
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "engine/wait_conditions.h"
#include "redouble/server.h"
#include "server/core.h"

namespace redouble {

// --- Clock -----------------------------------------------------------------------------------------------

ServerClock::TimePoint ServerClock::now() const {
  const auto guard = server_.core().locked();
  return TimePoint(std::chrono::microseconds(server_.core().engine.clock().now()));
}

void ServerClock::freeze() {
  server_.core().with_engine([](Engine& engine) { engine.clock().freeze(); });
}

void ServerClock::resume() {
  server_.core().with_engine([](Engine& engine) { engine.clock().resume(); });
}

bool ServerClock::frozen() const {
  const auto guard = server_.core().locked();
  return server_.core().engine.clock().frozen();
}

void ServerClock::advance(std::chrono::microseconds by) {
  const Micros far = std::clamp<Micros>(by.count(), -AdjustableClock::kEnd, AdjustableClock::kEnd);
  server_.core().with_engine([&](Engine& engine) { engine.move_clock(engine.clock().now() + far); });
}

void ServerClock::set(TimePoint time) {
  server_.core().with_engine([&](Engine& engine) { engine.move_clock(time.time_since_epoch().count()); });
}

void ServerClock::scale(double factor) {
  if (!(factor >= AdjustableClock::kLeastScale && factor <= AdjustableClock::kMostScale))
    throw std::invalid_argument(fmt::format("a clock's factor is from 0.001 to 1000000, not {}", factor));
  server_.core().with_engine([&](Engine& engine) {
    engine.clock().set_pace({AdjustableClock::Mode::running, factor});
  });
}

double ServerClock::scale() const {
  const auto guard = server_.core().locked();
  return server_.core().engine.clock().pace().scale;
}

void ServerClock::auto_advance(bool on) {
  server_.core().with_engine([&](Engine& engine) {
    AdjustableClock& clock = engine.clock();
    if (on)
      clock.set_pace({AdjustableClock::Mode::automatic, 1});
    else if (clock.automatic())
      clock.resume();
  });
}

FrozenClock ServerClock::hold() {
  const auto before = server_.core().with_engine([](Engine& engine) {
    const auto pace = engine.clock().pace();
    engine.clock().freeze();
    return pace;
  });
  return {server_, static_cast<int>(before.mode), before.scale};
}

FrozenClock::FrozenClock(FrozenClock&& other) noexcept
    : server_(std::exchange(other.server_, nullptr)), mode_(other.mode_), scale_(other.scale_) {}

FrozenClock& FrozenClock::operator=(FrozenClock&& other) noexcept {
  if (this != &other) {
    end();
    server_ = std::exchange(other.server_, nullptr);
    mode_ = other.mode_;
    scale_ = other.scale_;
  }
  return *this;
}

FrozenClock::~FrozenClock() {
  end();
}

void FrozenClock::end() noexcept {
  if (server_ == nullptr) return;
  try {
    server_->core().with_engine([&](Engine& engine) {
      engine.clock().set_pace({static_cast<AdjustableClock::Mode>(mode_), scale_});
    });
  } catch (const std::bad_alloc&) {  // the clock goes on all the same
  }
  server_ = nullptr;
}

// --- Waiting ---------------------------------------------------------------------------------------------

namespace {

std::int64_t count_of(std::size_t n) {
  return static_cast<std::int64_t>(n);
}

}  // namespace

bool Server::wait_blocked(std::string_view key, std::size_t n, std::chrono::milliseconds timeout) {
  return core().await(blocked_clients(core().engine, 0, key, count_of(n)).condition, timeout);
}

bool Server::wait_clients(std::size_t n, std::chrono::milliseconds timeout) {
  return core().await(connected_clients(core().engine, nullptr, count_of(n)).condition, timeout);
}

bool Server::wait_subscribers(std::string_view channel, std::size_t n, std::chrono::milliseconds timeout) {
  return core().await(subscribers(core().engine, channel, count_of(n)).condition, timeout);
}

bool Server::wait_idle(std::chrono::milliseconds timeout) {
  return core().await(idleness(core().engine, nullptr).condition, timeout);
}

bool Server::wait_commands(std::string_view name, std::size_t n, std::chrono::milliseconds timeout) {
  auto calls_made = core().with_engine([&](Engine& engine) { return calls(engine, name, count_of(n)); });
  if (!calls_made)
    throw std::invalid_argument(
        fmt::format("there is no command '{}': write get, or client|list for a subcommand", name));
  return core().await(std::move(calls_made->condition), timeout);
}

}  // namespace redouble
