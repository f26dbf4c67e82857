#include "engine/replication.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/commands/client_line.h"
#include "engine/engine.h"
#include "engine/rdb/file.h"
#include "protocol/ascii.h"

namespace redouble {
namespace {

constexpr std::string_view kPing = "*1\r\n$4\r\nping\r\n";
constexpr std::string_view kGetAck = "*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n";
constexpr std::size_t kMarkSize = 40;
constexpr std::size_t kSmallestBacklog = 256;

// A snapshot is as large as the data: it is not kept for long for somebody who does not read on.
void limit_snapshot(Engine& engine, const Session& session) {
  const Millis allowed = engine.config.number(Setting::repl_timeout) * 1000;
  engine.deadlines.add(engine.now_ms() + allowed, [&engine, id = session.id, sent = session.bytes_out] {
    Session* late = engine.session_by_id(id);
    if (late == nullptr || !late->open()) return;
    if (late->out.empty() || late->bytes_out >= late->replica->snapshot_end) return;
    if (late->bytes_out != sent) return limit_snapshot(engine, *late);
    engine.host().log(LogLevel::warning,
                      fmt::format("{} does not read its snapshot and is closed", late->address));
    engine.kill(*late);
  });
}

}  // namespace

void Replication::change_id() {
  id_ = engine_.random.hex(kMarkSize);
}

// The address that it gave, or the one that it comes from, without the port.
std::string Replication::address_of(const Session& session) const {
  if (!session.replica->address.empty()) return session.replica->address;
  std::string_view host = session.address;
  host = host.substr(0, host.rfind(':'));
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return std::string(host);
}

std::int64_t Replication::lag_seconds(const Replica& replica) const {
  return engine_.now() / 1'000'000 - replica.acknowledged_at / 1'000'000;
}

std::int64_t Replication::good_replicas() const {
  const std::int64_t most = engine_.config.number(Setting::min_replicas_max_lag);
  return std::count_if(replicas_.begin(), replicas_.end(), [&](const Session* session) {
    return session->replica->state == Replica::State::online && lag_seconds(*session->replica) <= most;
  });
}

bool Replication::wants_replicas() const {
  return engine_.config.number(Setting::min_replicas_to_write) != 0 &&
         engine_.config.number(Setting::min_replicas_max_lag) != 0;
}

bool Replication::lacks_good_ones() const {
  return good_replicas() < engine_.config.number(Setting::min_replicas_to_write);
}

// --- The stream ------------------------------------------------------------------------------------------

void Replication::write(std::string_view bytes) {
  if (!active_) return;
  offset_ += bytes.size();
  keep(bytes);
  for (Session* session : replicas_) {
    if (!session->open()) continue;
    Replica& replica = *session->replica;
    (replica.state == Replica::State::online ? session->out : replica.held).append(bytes);
    engine_.wrote_to(*session);
  }
}

// The last repl-backlog-size bytes stay, in a buffer of at most twice that: one of that size never grows.
void Replication::keep(std::string_view bytes) {
  const auto most = static_cast<std::size_t>(engine_.config.number(Setting::repl_backlog_size));
  if (bytes.size() >= most) {
    backlog_.release();
    bytes.remove_prefix(bytes.size() - most);
  } else if (backlog_.size() > most - bytes.size()) {
    backlog_.consume(backlog_.size() - (most - bytes.size()));
  }
  backlog_.append(bytes);
  const std::size_t room = std::max(2 * most, kSmallestBacklog);
  if (backlog_.capacity() <= room) return;
  Buffer smaller;
  smaller.reserve(room);
  smaller.append(backlog_.view());
  backlog_ = std::move(smaller);
}

// Without a past there is no id under which somebody could have followed.
void Replication::begin() {
  if (active_) return;
  active_ = true;
  change_id();
}

void Replication::attach(Session& session) {
  begin();
  session.replica->acknowledged_at = engine_.now();
  replicas_.push_back(&session);
  silence(session);
  schedule_ping();
}

// From now on only a snapshot and the stream go there: messages and replies would stand in their midst.
void Replication::silence(Session& session) {
  engine_.pubsub.forget(session);
  engine_.tracking.disable(session);
  session.set_reply_mode(session.reply_mode);
}

void Replication::start(Session& session, bool announced) {
  if (session.replica == nullptr) session.replica = std::make_unique<Replica>();
  Replica& replica = *session.replica;
  ++engine_.stats.full_syncs;
  begin();
  selected_ = -1;
  if (announced) session.out.append(fmt::format("+FULLRESYNC {} {}\r\n", id_, offset_));
  send_snapshot(session);
  replica.snapshot_end = session.bytes_out + session.out.size();
  limit_snapshot(engine_, session);
  if (replica.only_snapshot) {
    session.close_after_reply = true;
    silence(session);
    end_if_alone();
  } else {
    attach(session);
  }
  engine_.host().log(LogLevel::notice, fmt::format("{} follows from offset {} on", session.address, offset_));
  engine_.wrote_to(session);
}

void Replication::send_snapshot(Session& session) {
  Replica& replica = *session.replica;
  const bool marked = replica.takes_end_mark && (engine_.config.flag(Setting::repl_diskless_sync) ||
                                                 replica.without_keys || replica.without_functions);
  const std::string file =
      write_rdb_file(engine_, {.keys = !replica.without_keys, .functions = !replica.without_functions});
  const std::string mark = marked ? engine_.random.hex(kMarkSize) : std::string();
  session.out.append(marked ? fmt::format("$EOF:{}\r\n", mark) : fmt::format("${}\r\n", file.size()));
  session.out.append(file);
  session.out.append(mark);
  if (replica.only_snapshot)
    replica.state = Replica::State::gets_snapshot_only;
  else
    replica.state = marked ? Replica::State::awaits_first_ack : Replica::State::online;
}

bool Replication::resume(Session& session, std::string_view id, std::int64_t offset) {
  const std::uint64_t first = offset_ - backlog_.size() + 1;
  if (!active_ || !equal_ignoring_case(id, id_) || offset < 0 || static_cast<std::uint64_t>(offset) < first ||
      static_cast<std::uint64_t>(offset) > offset_ + 1)
    return false;
  if (session.replica == nullptr) session.replica = std::make_unique<Replica>();
  ++engine_.stats.partial_syncs;
  session.out.append(session.replica->takes_new_id ? fmt::format("+CONTINUE {}\r\n", id_)
                                                   : std::string("+CONTINUE\r\n"));
  session.out.append(backlog_.view().substr(static_cast<std::uint64_t>(offset) - first));
  session.replica->state = Replica::State::online;
  attach(session);
  engine_.wrote_to(session);
  return true;
}

// --- Acknowledgements ------------------------------------------------------------------------------------

void Replication::acknowledge(Session& session, std::uint64_t offset) {
  Replica& replica = *session.replica;
  replica.acknowledged = std::max(replica.acknowledged, offset);
  replica.acknowledged_at = engine_.now();
  if (replica.state == Replica::State::awaits_first_ack) {
    replica.state = Replica::State::online;
    session.out.append(replica.held.view());
    replica.held.release();
    engine_.wrote_to(session);
  }
  serve_waiting();
}

std::int64_t Replication::acknowledged(std::uint64_t offset) const {
  return std::count_if(replicas_.begin(), replicas_.end(), [&](const Session* session) {
    return session->open() && session->replica->acknowledged >= offset;
  });
}

// Ends every WAIT that has got what it asked for: not in the midst of a script, but behind it.
void Replication::serve_waiting() {
  acks_unserved_ = engine_.busy();
  if (acks_unserved_) return;
  for (const auto& session : engine_.sessions()) {
    if (session->parked.why != Blocked::wait) continue;
    const std::int64_t have = acknowledged(session->awaited.offset);
    if (have < session->awaited.replicas) continue;
    engine_.survive(*session, [&] {
      engine_.unblock(*session);
      session->reply.integer(have);
    });
    engine_.end_of_command(*session);
  }
}

void Replication::settle(Session& session) {
  if (engine_.busy()) return;
  // What was deleted beside a command: evicted, or found to be due.
  if (!engine_.propagation.empty()) engine_.propagation.send(Propagation::As::single_steps);
  session.written = offset_;
  if (acks_unserved_) serve_waiting();
  if (acks_wanted_ && !replicas_.empty()) write(kGetAck);
  acks_wanted_ = false;
  if (!session.is_replica() || session.muted.empty()) return;
  // A reply would stand in the midst of the stream: as in Redis that ends the connection.
  const bool lost = session.open() && session.reply_mode == ReplyMode::on;
  session.muted.clear();
  if (!lost) return;
  engine_.host().log(LogLevel::warning, fmt::format("A replica asked for something and is closed: {}",
                                                    describe(engine_, session)));
  engine_.kill(session);
}

// --- Time, and who leaves --------------------------------------------------------------------------------

void Replication::schedule_ping() {
  if (ping_scheduled_) return;
  ping_scheduled_ = true;
  const Millis period = engine_.config.number(Setting::repl_ping_replica_period) * 1000;
  engine_.deadlines.add(engine_.now_ms() + period, [this] {
    ping_scheduled_ = false;
    if (replicas_.empty()) return;
    write(kPing);
    schedule_ping();
  });
}

void Replication::forget(Session& session) {
  session.replica->state = Replica::State::introducing;
  session.replica->held.release();
  if (std::erase(replicas_, &session) != 0) end_if_alone();
}

// The last part is kept for a while; who comes back later than that begins anew. A moment past the end of
// time never comes.
void Replication::end_if_alone() {
  if (!replicas_.empty()) return;
  ++partings_;
  const std::int64_t seconds = engine_.config.number(Setting::repl_backlog_ttl);
  Micros end = 0;
  if (seconds == 0 || __builtin_mul_overflow(seconds, Micros{1'000'000}, &end) ||
      __builtin_add_overflow(end, engine_.now(), &end))
    return;
  try {
    engine_.deadlines.add(end / 1000, [this, parting = partings_] {
      if (parting != partings_ || !replicas_.empty() || !active_) return;
      active_ = false;
      backlog_.release();
      change_id();
    });
  } catch (const std::bad_alloc&) {
    // It stays until the next one leaves: to forget a session must not fail.
  }
}

void Replication::restart() {
  if (!active_) return;
  engine_.propagation.clear();
  while (!replicas_.empty()) engine_.kill(*replicas_.back());
  backlog_.release();
  active_ = false;
  selected_ = -1;
  change_id();
}

}  // namespace redouble
