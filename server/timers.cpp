// What the core does by itself when its time has come: the engine's deadlines, on the server's clock; limits
// in real time; and the leaps of a clock that goes by itself (REDOUBLE CLOCK AUTO).
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "server/connection.h"
#include "server/core.h"

namespace redouble {
namespace {

// A timer may be asked for more than it reaches: it then goes off too early, which does no harm.
constexpr std::chrono::hours kFar(24);

// A clock that goes by itself moves when nothing has come in for so long.
constexpr std::chrono::milliseconds kQuiet(1);

}  // namespace

void Core::ring(Alarm& alarm, std::chrono::microseconds delay, void (Core::*due)()) {
  alarm.pending = false;
  begin([&] {
    alarm.timer.expires_after(
        std::clamp<std::chrono::microseconds>(delay, std::chrono::microseconds(0), kFar));
    alarm.timer.async_wait([this, &alarm, due](asio::error_code error) {
      handle([&] {
        if (error) return;
        alarm.pending = false;
        (this->*due)();
      });
    });
  });
  alarm.pending = true;
}

void Core::arm_timers() {
  if (!started_) return;
  if (engine.patience.next() != kNever) arm_patience();
  if (engine.busy()) return;
  if (!engine.clock().stands())
    arm_deadlines();
  else if (engine.clock().automatic())
    arm_leap();
}

void Core::cancel_timers() {
  for (Alarm* alarm : {&deadlines_, &patience_, &leap_}) {
    alarm->timer.cancel();
    alarm->pending = false;
    alarm->armed_for = kNever;
  }
}

// One timer, for the nearest deadline. A timer that is already set for an earlier time is left alone: when
// it goes off too early it is set again, which is cheaper than moving it with every key.
void Core::arm_deadlines() {
  AdjustableClock& clock = engine.clock();
  const Millis next = engine.next_deadline();
  if (next == kNever) return;
  if (deadlines_.pending && deadlines_.armed_for <= next && clock_version_ == clock.version()) return;
  clock_version_ = clock.version();
  deadlines_.armed_for = next;
  // However far away: 30 years will do.
  constexpr Millis kLongest = 1'000'000'000'000;
  const Micros now = clock.now();
  const Millis wait = std::clamp<Millis>(next - now / 1000, 0, kLongest);
  const Micros own = std::max<Micros>(0, wait * 1000 - now % 1000);
  ring(deadlines_, std::chrono::microseconds(clock.real(own)), &Core::deadlines_due);
}

void Core::deadlines_due() {
  engine.tick();
}

void Core::arm_patience() {
  const Millis next = engine.patience.next();
  if (patience_.pending && patience_.armed_for <= next) return;
  patience_.armed_for = next;
  ring(patience_, std::chrono::milliseconds(next - real_ms()), &Core::patience_due);
}

void Core::patience_due() {
  engine.lose_patience();
}

void Core::arm_leap() {
  if (leap_.pending || engine.awaiting_time() == 0 || engine.next_deadline() > AdjustableClock::kEnd / 1000)
    return;
  leap_from_ = activity_;
  ring(leap_, kQuiet, &Core::leap);
}

// To the next thing due, if nothing has happened since the leap was thought of; else service() arms it anew.
void Core::leap() {
  const Millis next = engine.next_deadline();
  if (!engine.clock().automatic() || engine.busy() || activity_ != leap_from_ ||
      engine.awaiting_time() == 0 || next > AdjustableClock::kEnd / 1000 ||
      (!engine.asleep() && !all_quiet(nullptr)))
    return;
  engine.move_clock(std::max(engine.clock().now(), next * 1000));
}

std::int64_t Core::real_ms() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

// What stands behind a request that waits is not on its way: it waits too.
bool Core::all_quiet(const Session* asking) {
  std::vector<pollfd> sources;
  sources.reserve(connections_.size() + listeners_.size());
  for (Connection* connection : connections_) {
    if (connection->closed_ || connection->session_ == asking) continue;
    const Session& session = *connection->session_;
    if (session.close_now) continue;
    const bool is_dripping = session.pacing != nullptr && session.pacing->timer != 0;
    if (!session.out.empty() && !is_dripping) return false;
    if (session.is_blocked()) continue;
    if (!connection->input_.empty() || connection->intake_.waiting || connection->channel_.has_buffered())
      return false;
    sources.push_back({connection->channel_.descriptor(), POLLIN, 0});
  }
  for (const auto& listener : listeners_) sources.push_back({listener->acceptor.native_handle(), POLLIN, 0});
  return ::poll(sources.data(), sources.size(), 0) == 0;
}

bool Core::await(Waits::Condition condition, std::chrono::milliseconds patience) {
  std::unique_lock guard(lock_);
  engine.tick();
  service();
  Waits::Watch watch{std::move(condition)};
  const std::unique_ptr<Waits::Watch, std::function<void(Waits::Watch*)>> stay(
      &watch, [this](Waits::Watch* leaving) { engine.waits.remove(*leaving); });
  engine.waits.add(watch);
  service();
  met_.wait_for(guard, patience, [&] { return watch.met; });
  return watch.met;
}

}  // namespace redouble
