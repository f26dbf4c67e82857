// The ends that the engine itself puts to clients: killed ones, those that do not read their replies
// (client-output-buffer-limit), those that queue too much, and idle ones (timeout). A client that is to go is
// marked `close_now` and handed out as dirty; whoever owns the connection closes it and disconnects.
#include <fmt/format.h>

#include <algorithm>

#include "engine/commands/client_line.h"
#include "engine/engine.h"

namespace redouble {
namespace {

// Of what a replica gets the snapshot in front of the stream does not count.
std::size_t unsent(const Session& session) {
  if (!session.is_replica()) return session.unsent();
  const Replica& replica = *session.replica;
  const std::uint64_t snapshot =
      replica.snapshot_end > session.bytes_out ? replica.snapshot_end - session.bytes_out : 0;
  const std::size_t bytes = session.out.size() + replica.held.size();
  return bytes > snapshot + kReplyBlock ? bytes - snapshot - kReplyBlock : 0;
}

ClientClass class_of(const Session& session) {
  if (session.is_replica()) return ClientClass::replica;
  return session.subscribed() ? ClientClass::pubsub : ClientClass::normal;
}

// MONITOR and tracking write without being asked, to clients of the normal class, which by default has no
// limit: theirs is then that of subscribers.
bool drowns(const Config& config, const Session& session) {
  const OutputLimit& normal = config.output_limit(ClientClass::normal);
  const OutputLimit& pubsub = config.output_limit(ClientClass::pubsub);
  return class_of(session) == ClientClass::normal && normal.hard_bytes == 0 && normal.soft_bytes == 0 &&
         pubsub.hard_bytes != 0 && session.unasked >= pubsub.hard_bytes;
}

}  // namespace

std::string Engine::apply_setting(Setting setting) {
  if (setting == Setting::timeout) arm_idle_timer();
  if (setting == Setting::requirepass) acl.use_requirepass();
  if (setting == Setting::save) watch_save_points();
  if (setting == Setting::maxmemory || setting == Setting::maxmemory_policy ||
      setting == Setting::lfu_decay_time || setting == Setting::redouble_eviction) {
    candidates_.clear();
    choose_eviction_order();
    limits_changed_ = true;
  }
  if (setting == Setting::maxmemory) warn_of_limit();
  return host_.setting_changed(setting);
}

// Takes the session out of everything that others see.
void Engine::detach(Session& session) {
  interception.forget(session);
  pubsub.forget(session);
  tracking.disable(session);
  end_transaction(session);
  std::erase(monitors, &session);
  std::erase(held_back_, &session);
  std::erase(released_, &session);
  std::erase(heavy_, &session);
  session.weighed = false;
  if (session.replica != nullptr) replication.forget(session);
  if (session.is_blocked()) unblock(session);
}

void Engine::kill(Session& session) {
  session.close_now = true;
  detach(session);
  wrote_to(session);
}

// --- Output ----------------------------------------------------------------------------------------------

void Engine::check_output_limit(Session& session) {
  if (session.internal || !session.open()) return;
  weigh(session);
  const OutputLimit& limit = config.output_limit(class_of(session));
  const std::size_t bytes = unsent(session);
  if ((limit.hard_bytes != 0 && bytes >= limit.hard_bytes) || drowns(config, session))
    return close_for_output_limit(session);
  if (limit.soft_bytes == 0 || bytes < limit.soft_bytes) {
    session.soft_limit_since = -1;
    return;
  }
  const Micros allowed = limit.soft_seconds * 1'000'000;
  if (session.soft_limit_since < 0) session.soft_limit_since = now_;
  if (now_ - session.soft_limit_since >= allowed) return close_for_output_limit(session);
  if (session.soft_limit_timed) return;
  session.soft_limit_timed = true;
  // By its id: the client may be gone when the time comes. Rounded up, lest it be early.
  deadlines.add((session.soft_limit_since + allowed + 999) / 1000, [this, id = session.id] {
    Session* late = session_by_id(id);
    if (late == nullptr) return;
    late->soft_limit_timed = false;
    if (late->soft_limit_since >= 0) check_output_limit(*late);
  });
}

// Only marked: this may happen in the midst of a delivery to many.
void Engine::close_for_output_limit(Session& session) {
  host_.log(LogLevel::warning,
            fmt::format("Client {} scheduled to be closed ASAP for overcoming of output buffer limits.",
                        describe(*this, session)));
  ++stats.output_buffer_disconnections;
  session.close_now = true;
  wrote_to(session);
}

// --- Input -----------------------------------------------------------------------------------------------

void Engine::close_for_query_limit(Session& session) {
  host_.log(LogLevel::warning,
            fmt::format("Closing client that reached max query buffer length: {}", describe(*this, session)));
  ++stats.query_buffer_disconnections;
  kill(session);
}

// --- Idle clients ----------------------------------------------------------------------------------------

// One timer for all, at the first moment at which a client may have been idle for too long.
void Engine::arm_idle_timer() {
  if (idle_timer_ != 0) deadlines.remove(idle_timer_at_, idle_timer_);
  idle_timer_ = 0;
  const Micros allowed = config.number(Setting::timeout) * 1'000'000;
  if (allowed == 0 || sessions_.empty()) return;
  Micros first = now_ + allowed;
  for (const auto& session : sessions_)
    if (!session->may_idle()) first = std::min(first, session->active_at + allowed);
  idle_timer_at_ = (std::max(first, now_) + 999) / 1000;
  idle_timer_ = deadlines.add(idle_timer_at_, [this] { close_idle_clients(); });
}

void Engine::close_idle_clients() {
  idle_timer_ = 0;
  const Micros allowed = config.number(Setting::timeout) * 1'000'000;
  for (const auto& session : sessions_) {
    if (session->may_idle() || now_ - session->active_at < allowed) continue;
    host_.log(LogLevel::verbose, "Closing idle client");
    kill(*session);
  }
  arm_idle_timer();
}

}  // namespace redouble
