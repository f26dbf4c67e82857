// Out of memory in the midst of a command: std::bad_alloc flies as far as Engine::execute (or
// Engine::survive, where somebody is answered who did not ask just now). What the command had replied is
// taken back and an error stands in its place; what it had done stays, as with a script that fails half way.
// Then the engine is put right: whatever others rely on and the command may have left undone is done for all,
// which is dear, and happens only then. That takes memory itself: what fails is done again before the next
// command.
#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "engine/course.h"
#include "engine/engine.h"
#include "engine/rule.h"
#include "protocol/errors.h"

namespace redouble {

// Takes back what was written to a session since `mark`.
void Engine::take_back(Session& session, std::uint64_t mark) {
  const std::uint64_t kept = std::max(mark, session.bytes_out) - session.bytes_out;
  if (session.out.size() > kept) session.out.truncate(static_cast<std::size_t>(kept));
}

namespace {

// What rules had in store for the call goes with it; its half-written reply lies there.
void abandon_course(Engine& engine, Session& session) {
  if (session.course == nullptr) return;
  const Course& course = *session.course;
  if (course.gate != nullptr) std::erase(course.gate->standing, &session);
  if (course.timer != 0) engine.deadlines.remove(course.timer_at, course.timer);
  session.course.reset();
  session.set_reply_mode(session.reply_mode);
}

}  // namespace

// Neither a wait nor a transaction goes on behind a command that failed.
void Engine::clear_up(Session& session, std::uint64_t mark) {
  ready_key_.reset();
  redacted_.clear();
  take_back(session, mark);
  abandon_course(*this, session);
  session.muted.clear();
  if (session.is_blocked()) {
    held_back_.remove(&session);
    released_.remove(&session);
    unblock(session);
  }
  // Half a snapshot is none.
  if (session.is_replica()) session.close_now = true;
  const Command* const command = session.last_command;
  if (command != nullptr && command->name == "EXEC")
    end_transaction(session);
  else if (session.transaction.open)
    session.transaction.spoilt = true;
  doubtful_ = true;
  put_right();
}

void Engine::ran_out_of_memory(Session& session, std::uint64_t mark) {
  garbage.collect_all();
  clear_up(session, mark);
  try {
    host_.log(LogLevel::warning, fmt::format("Out of memory in a command of {}", session.address));
    session.reply.error(err::no_memory);
    count_error(err::no_memory);
  } catch (const std::bad_alloc&) {
    // Whoever gets no answer is not to wait for one.
    if (mark_of(session) == mark && session.reply_mode == ReplyMode::on) session.close_now = true;
  }
  wrote_to(session);
}

// The price is one that others can bear: a transaction that need not have failed, a cache that need not have
// been dropped, a replica that begins anew.
void Engine::put_right() {
  for (const auto& session : sessions_)
    if (!session->watched.empty()) session->transaction.conflict = true;
  for (const auto& db : databases_) db->put_right();
  try {
    replication.restart();
    tracking.flushed();
    arrange_keys();
    for (const auto& db : databases_) db->wake_waiters();
    if (idle_timer_ == 0) arm_idle_timer();
    doubtful_ = false;
  } catch (const std::bad_alloc&) {
    // Again before the next command.
  }
}

// --- Messages --------------------------------------------------------------------------------------------

void Message::end() {
  ended_ = true;
  if (!session_.subscribed()) session_.unasked += session_.out.size() - mark_;
  session_.engine.wrote_to(session_);
}

void Message::abandon() {
  session_.out.truncate(std::min(mark_, session_.out.size()));
  session_.close_now = true;
  session_.engine.wrote_to(session_);
}

}  // namespace redouble
