// How time passes: from one thing due to the next, each with all that it causes, and by jumps that a test
// asks for. What is due and when: Keyspace (times to live) and Engine::deadlines (everything else).
#include <algorithm>
#include <new>
#include <utility>

#include "engine/course.h"
#include "engine/engine.h"
#include "engine/pacing.h"

namespace redouble {

Millis Engine::next_deadline() const {
  Millis next = deadlines.next();
  // CLIENT PAUSE holds expiry back as well: what comes due meanwhile goes when it ends.
  if (expires_by_itself())
    for (int i = 0; i < databases_in_use_; ++i)
      next = std::min(next, databases_[static_cast<std::size_t>(i)]->keys().next_deadline());
  return next;
}

void Engine::advance_to(Micros time) {
  if (busy()) return;
  const Millis until = time / 1000;
  bool failed = false;
  for (Millis next = next_deadline(); next <= until; next = next_deadline()) {
    // A deadline that was already past when it was set does not turn time back.
    now_ = std::max(now_, next * 1000);
    clock_.stepped(now_);
    try {
      run_due(next);
    } catch (const std::bad_alloc&) {
      doubtful_ = true;
      put_right();
      // Without memory time stands still: the rest is due at the next call.
      if (std::exchange(failed, true)) return;
    }
  }
  now_ = stamp_ = time;
  clock_.stepped(now_);
}

// Every step is told to the clock, which stands still meanwhile. What happens is nobody's doing, and the
// client who asked for it is not idle however long it takes.
void Engine::move_clock(Micros time) {
  time = std::clamp<Micros>(time, 0, AdjustableClock::kEnd);
  const AdjustableClock::Pace pace = clock_.pace();
  Session* const asking = std::exchange(current_, nullptr);
  const Session* const author = std::exchange(author_, nullptr);
  clock_.freeze();
  if (asking != nullptr) asking->parked.why = Blocked::condition;
  advance_to(time);
  if (asking != nullptr) {
    asking->parked.why = Blocked::no;
    asking->active_at = now_;
  }
  clock_.set(time);
  clock_.set_pace(pace);
  current_ = asking;
  author_ = author;
}

std::size_t Engine::awaiting_time() const {
  return static_cast<std::size_t>(std::count_if(sessions_.begin(), sessions_.end(), [](const auto& session) {
    const Parked& parked = session->parked;
    const bool is_dripping = session->pacing != nullptr && session->pacing->timer != 0;
    return parked.why == Blocked::paused || parked.why == Blocked::sleeping ||
           parked.why == Blocked::delayed || parked.deadline != kNever || is_dripping;
  }));
}

bool Engine::all_idle(const Session* asking) const {
  return !asleep() && std::none_of(sessions_.begin(), sessions_.end(), [&](const auto& session) {
    const Blocked why = session->parked.why;
    const bool at_gate = session->course != nullptr && session->course->gate != nullptr;
    return session.get() != asking &&
           (why == Blocked::paused || why == Blocked::delayed || at_gate || session->pacing != nullptr);
  });
}

void Engine::lose_patience() {
  const Millis now = host_.real_ms();
  while (patience.next() <= now) patience.run_first();
}

// Runs what is due at one moment: keys first (database by database), then clients. What either changes is
// told to replicas, and served to those who wait for it.
void Engine::run_due(Millis at) {
  const auto settle = [this] {
    if (!propagation.empty()) propagation.send(Propagation::As::single_steps);
    if (waiters.has_ready()) serve_waiters();
    if (!released_.empty()) run_released();
  };
  if (expires_by_itself())
    for (const auto& db : databases_) db->expire_due(at);
  settle();
  while (deadlines.next() <= at) deadlines.run_first();
  settle();
}

}  // namespace redouble
