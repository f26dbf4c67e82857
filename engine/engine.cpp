#include "engine/engine.h"

#include <algorithm>
#include <cmath>

#include "engine/call.h"
#include "engine/command_table.h"
#include "engine/memory_model.h"
#include "engine/object.h"

namespace redouble {

Outcome Call::fail_text(std::string text) {
  engine.scratch_error() = std::move(text);
  return std::string_view(engine.scratch_error());
}

Outcome Call::wrong_arity() {
  return fail("ERR wrong number of arguments for '{}' command", full_name(command));
}

Outcome Call::wrong_subcommand() {
  const std::size_t bar = command.name.find('|');
  return fail("ERR unknown subcommand or wrong number of arguments for '{}'. Try {} HELP.", args.all()[1],
              command.name.substr(0, bar));
}

Outcome Call::park(Type type, Argv keys, Millis deadline, void (*on_timeout)(Engine&, Session&)) {
  if (may_block) return engine.park_on_keys(*this, type, keys, deadline, on_timeout);
  reply.null_array();
  return done;
}

bool Call::awaits(std::string_view key) const {
  const auto ready = engine.ready_key();
  return !ready || *ready == key;
}

Millis Call::timeout_in_seconds() {
  const auto seconds = parse_long_double(args.next());
  const long double ms = seconds ? std::ceil(*seconds * 1000) : 0;
  if (!seconds)
    args.fail(err::timeout_not_a_float);
  else if (ms >= 9223372036854775808.0L)
    args.fail(err::timeout_out_of_range);
  else
    return deadline_in(static_cast<Millis>(ms));
  return kNever;
}

Millis Call::timeout_in_milliseconds() {
  return deadline_in(args.integer(err::timeout_not_an_integer));
}

Millis Call::deadline_in(Millis ms) {
  Millis at = 0;
  if (ms < 0)
    args.fail(err::timeout_negative);
  else if (__builtin_add_overflow(ms, engine.now_ms(), &at))
    args.fail(err::timeout_out_of_range);
  return ms == 0 ? kNever : std::min(at, kLastDeadline);
}

// Numbers past 32 bits have an error of their own.
Database* Call::next_database(std::string_view bad_number) {
  const auto number = parse_int64(args.next());
  if (!number)
    args.fail(bad_number);
  else if (*number < INT32_MIN || *number > INT32_MAX)
    args.fail(bad_number == err::not_an_integer ? err::not_an_int32 : bad_number);
  else if (*number < 0 || *number >= engine.databases())
    args.fail(err::db_index_out_of_range);
  else
    return &engine.db(static_cast<int>(*number));
  return nullptr;
}

Engine::Engine(Clock& clock, Config configuration, Host& host, std::uint64_t seed)
    : config(std::move(configuration)),
      random(seed),
      commands_(CommandTable::standard()),
      clock_(clock),
      host_(host),
      now_(clock.now()),
      stamp_(now_) {
  run_id = random.hex(40);
  replication_id = random.hex(40);
  config.on_change = [this](Setting setting) { return apply_setting(setting); };
  started_at = stats_reset_at = last_save = now_;
  const auto count = config.number(Setting::databases);
  databases_.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) databases_.push_back(std::make_unique<Database>(*this, i, random.next()));
  choose_eviction_order();
}

Engine::~Engine() = default;

// --- Clients ---------------------------------------------------------------------------------------------

Session& Engine::connect() {
  auto& session = *sessions_.emplace_back(std::make_unique<Session>(*this, ++last_session_id_));
  session_slots_[session.id] = sessions_.size() - 1;
  session.authenticated = config.text(Setting::requirepass).empty();
  session.connected_at = session.active_at = now_;
  ++stats.connections_received;
  if (config.number(Setting::timeout) > 0 && idle_timer_ == 0) arm_idle_timer();
  return session;
}

Session& Engine::connect_internal() {
  auto& session = *internal_sessions_.emplace_back(std::make_unique<Session>(*this, 0));
  session.internal = true;
  session.connected_at = session.active_at = now_;
  return session;
}

void Engine::disconnect(Session& session) {
  detach(session);
  std::erase(dirty_, &session);
  if (session.internal) {
    std::erase_if(internal_sessions_, [&](const auto& held) { return held.get() == &session; });
    return;
  }
  // CLIENT LIST shows clients in the order in which they came: keep it.
  const std::size_t slot = session_slots_.extract(session.id).mapped();
  sessions_.erase(sessions_.begin() + static_cast<std::ptrdiff_t>(slot));
  for (std::size_t i = slot; i < sessions_.size(); ++i) session_slots_[sessions_[i]->id] = i;
}

Session* Engine::session_by_id(std::uint64_t id) {
  const auto at = session_slots_.find(id);
  return at == session_slots_.end() ? nullptr : sessions_[at->second].get();
}

std::vector<Session*> Engine::take_dirty() {
  for (Session* session : dirty_) session->in_dirty_list = false;
  return std::exchange(dirty_, {});
}

Session* Engine::next_dirty() {
  if (dirty_.empty()) return nullptr;
  Session* session = dirty_.front();
  dirty_.erase(dirty_.begin());
  session->in_dirty_list = false;
  return session;
}

void Engine::wrote_to(Session& session) {
  if (session.out.size() > kReplyBlock) [[unlikely]]
    check_output_limit(session);
  if (session.in_dirty_list) return;
  session.in_dirty_list = true;
  dirty_.push_back(&session);
}

bool Engine::rename(Session& session, std::string_view name) {
  if (std::any_of(name.begin(), name.end(), [](char c) { return c < '!' || c > '~'; })) return false;
  session.name = name;
  return true;
}

void Engine::reset(Session& session) {
  end_transaction(session);
  pubsub.forget(session);
  std::erase(monitors, &session);
  session.monitor = false;
  session.db = 0;
  session.name.clear();
  session.user = "default";
  session.set_reply_mode(ReplyMode::on);
  session.authenticated = config.text(Setting::requirepass).empty();
  session.reply.set_protocol(2);
}

Outcome Engine::park(Session& session, Blocked why, Millis deadline, void (*on_timeout)(Engine&, Session&)) {
  Parked& parked = session.parked;
  parked.why = why;
  parked.since = now_;
  parked.deadline = deadline;
  parked.on_timeout = on_timeout;
  ++blocked_clients_;
  if (deadline != kNever)
    parked.timer = deadlines.add(deadline, [this, &session] {
      session.parked.timer = 0;
      const auto finish = session.parked.on_timeout;
      unblock(session);
      finish(*this, session);
      settle_reply_mode(session);
    });
  return blocked;
}

void Engine::unblock(Session& session) {
  Parked& parked = session.parked;
  if (parked.timer != 0) deadlines.remove(parked.deadline, parked.timer);
  if (parked.why == Blocked::keys) waiters.remove(session, session.db, parked.keys);
  --blocked_clients_;
  parked = {};
  session.active_at = now_;
  wrote_to(session);
}

// --- Waiting for keys ------------------------------------------------------------------------------------

Outcome Engine::park_on_keys(const Call& call, Type type, Argv keys, Millis deadline,
                             void (*on_timeout)(Engine&, Session&)) {
  Session& session = call.session;
  if (session.parked.why == Blocked::keys)
    return blocked;  // run again, and still nothing there: it keeps its place
  session.parked.argv = OwnedArgv(call.args.all());
  session.parked.command = &call.command;
  session.parked.keys.assign(keys.begin(), keys.end());
  session.parked.type = type;
  waiters.add(session, session.db, keys);
  return park(session, Blocked::keys, deadline, on_timeout);
}

void Engine::serve_waiters() {
  if (serving_waiters_) return;
  serving_waiters_ = true;
  while (const auto key = waiters.next_ready())
    for (Session* session : waiters.line(*key)) {
      // One that was served or closed meanwhile is not in line any more.
      const auto line = waiters.line(*key);
      if (std::find(line.begin(), line.end(), session) == line.end()) continue;
      retry(*session, *key);
    }
  serving_waiters_ = false;
}

void Engine::retry(Session& session, const Waiters::Key& key) {
  Parked& parked = session.parked;
  const Entry* entry = db(key.db).keys().find(key.name);
  if (entry == nullptr || entry->kind() != parked.type || entry->expires_at() <= now_ms()) return;
  const Command& command = *parked.command;
  const std::size_t skip = command.name.find('|') == std::string_view::npos ? 1 : 2;
  Call call{*this, session, db(session.db), Args(parked.argv, skip), session.reply, command, true};
  ready_key_ = key.name;
  const std::uint64_t errors_before = stats.error_replies;
  const Outcome outcome = command.run(call);
  ready_key_.reset();
  if (outcome.is_blocked()) return;
  if (outcome.is_error()) reply_error(session.reply, outcome.error());
  if (stats.error_replies != errors_before) ++stats_of(command).failed;
  // As in Redis, the time in line counts as the command's own.
  record_time(command, session, parked.argv, now_ - parked.since);
  unblock(session);
  settle_reply_mode(session);
}

void Engine::reset(Config configuration) {
  now_ = stamp_ = clock_.now();
  unpause();
  for (const auto& db : databases_) db->flush();
  config = std::move(configuration);
  config.on_change = [this](Setting setting) { return apply_setting(setting); };
  for (const auto* held : {&sessions_, &internal_sessions_})
    for (const auto& session : *held) end_transaction(*session);
  arm_idle_timer();
  choose_eviction_order();
  evictions.clear();
  slowlog = {};
  latency = {};
  stats = {};
  active_expire = true;
  cron_paused = scripts_run_all = false;
  asleep_until_ = 0;
  changes = 0;
  started_at = stats_reset_at = last_save = now_;
}

// --- CLIENT PAUSE ----------------------------------------------------------------------------------------

void Engine::pause(Pause what, Millis until) {
  if (pause_ == Pause::none && until <= now_ms()) return;
  if (pause_timer_ != 0) deadlines.remove(pause_until_, pause_timer_);
  // A later pause never shortens or weakens an earlier one, as in Redis.
  if (what > pause_) pause_ = what;
  pause_until_ = std::max(pause_until_, until);
  pause_timer_ = deadlines.add(pause_until_, [this] {
    pause_timer_ = 0;
    unpause();
  });
}

void Engine::unpause() {
  if (pause_timer_ != 0) deadlines.remove(pause_until_, pause_timer_);
  pause_timer_ = 0;
  pause_ = Pause::none;
  pause_until_ = 0;
  const auto waiting = std::exchange(held_back_, {});
  for (Session* session : waiting) {
    if (!session->is_blocked()) continue;  // killed by one before it
    const OwnedArgv argv = std::move(session->parked.argv);
    unblock(*session);
    execute(*session, argv);
  }
}

void Engine::hold_back(Session& session, Argv argv) {
  session.parked.argv = OwnedArgv(argv);
  held_back_.push_back(&session);
  static_cast<void>(park(session, Blocked::paused, kNever, nullptr));
}

// --- Time ------------------------------------------------------------------------------------------------

Millis Engine::next_deadline() const {
  Millis next = deadlines.next();
  // CLIENT PAUSE holds expiry back as well: what comes due meanwhile goes when it ends.
  if (expires_by_itself())
    for (const auto& db : databases_) next = std::min(next, db->keys().next_deadline());
  return next;
}

void Engine::advance_to(Micros time) {
  const Millis until = time / 1000;
  for (Millis next = next_deadline(); next <= until; next = next_deadline()) {
    // A deadline that was already past when it was set does not turn time back.
    now_ = std::max(now_, next * 1000);
    clock_.stepped(now_);
    run_due(next);
  }
  now_ = stamp_ = time;
  clock_.stepped(now_);
}

// Runs what is due at one moment: keys first (database by database), then clients.
void Engine::run_due(Millis at) {
  if (expires_by_itself())
    for (const auto& db : databases_) db->expire_due(at);
  while (deadlines.next() <= at) deadlines.run_first();
}

std::size_t Engine::used_memory() const {
  std::size_t bytes = memory_model::kStartup + client_memory();
  for (const auto& db : databases_)
    if (db->keys().buckets(0) != 0) bytes += db->keys().modelled_bytes();
  return bytes;
}

std::size_t Engine::own_memory() const {
  std::size_t bytes = sizeof(Engine);
  for (const auto& db : databases_) bytes += db->keys().bytes();
  for (const auto& session : sessions_)
    bytes += sizeof(Session) + session->out.capacity() + session->query_capacity;
  return bytes;
}

void Engine::reset_stats() {
  const auto peak = stats.peak_memory;
  stats = {};
  stats.peak_memory = peak;
  stats_reset_at = now_;
}

}  // namespace redouble
