#include "engine/engine.h"

#include <algorithm>
#include <cmath>

#include "engine/call.h"
#include "engine/command_table.h"
#include "engine/memory_model.h"
#include "engine/object.h"

namespace redouble {
namespace {

Deadlines::Id arm_timeout(Engine& engine, Session& session, Millis deadline) {
  return engine.deadlines.add(deadline, [&engine, &session] {
    session.parked.timer = 0;
    const auto on_time = session.parked.on_timeout;
    engine.survive(session, [&] {
      engine.unblock(session);
      on_time(engine, session);
    });
    engine.end_of_command(session);
  });
}

// How many sessions that were handed out stand in the list of dirty ones at most, beside as many again as
// wait: taking them out one by one would move all the others each time.
constexpr std::size_t kTakenKept = 64;

void have_room(std::vector<Session*>& list, std::size_t wanted) {
  if (list.capacity() < wanted) list.reserve(std::max(wanted, 2 * list.capacity()));
}

}  // namespace

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

Outcome Call::park(Type type, Argv keys, Millis deadline, void (*on_timeout)(Engine&, Session&),
                   const Parking& parking) {
  if (may_block) return engine.park_on_keys(*this, type, keys, deadline, on_timeout, parking);
  reply.null_array();
  return done;
}

bool Call::awaits(std::string_view key) const {
  const auto ready = engine.ready_key();
  return !ready || *ready == key;
}

bool Call::is_woken() const {
  return engine.ready_key().has_value();
}

// What no integer can hold counts as negative, as in Redis.
Millis Call::timeout_in_seconds(std::string_view text) {
  const auto seconds = parse_long_double(text);
  if (!seconds) args.fail(err::timeout_not_a_float);
  const long double ms = seconds ? std::ceil(*seconds * 1000) : 0;
  const bool fits = ms >= 0 && ms < 9223372036854775808.0L;
  return deadline_in(fits ? static_cast<Millis>(ms) : -1);
}

Millis Call::timeout_in_milliseconds() {
  return deadline_in(args.integer(err::timeout_not_an_integer));
}

// A moment past the end of time never comes.
Millis Call::deadline_in(Millis ms) {
  Millis at = 0;
  if (ms < 0) args.fail(err::timeout_negative);
  if (ms <= 0) return kNever;
  return __builtin_add_overflow(ms, engine.now_ms(), &at) ? kLastDeadline : std::min(at, kLastDeadline);
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
    : Engine(clock, std::move(configuration), host, seed, Extension{CommandTable::standard(), nullptr}) {}

Engine::Engine(Clock& clock, Config configuration, Host& host, std::uint64_t seed, const Extension& extension)
    : config(std::move(configuration)),
      random(seed),
      acl(*this, extension.commands),
      tracking(*this, random.next()),
      run_id(random.hex(40)),
      replication(*this, random.hex(40)),
      seed_(seed),
      first_seed_(seed),
      start_config_(config),
      commands_(extension.commands),
      clock_(clock),
      host_(host),
      now_(clock.now()),
      stamp_(now_) {
  config.on_change = [this](Setting setting) { return apply_setting(setting); };
  started_at = stats_reset_at = last_save = now_;
  const auto count = config.number(Setting::databases);
  databases_.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) databases_.push_back(std::make_unique<Database>(*this, i, random.next()));
  ages_count_frequency_ = counts_frequency();
  choose_eviction_order();
  waiters = Waiters(databases_.front()->seed());
  watch_save_points();
  if (extension.make_scripts != nullptr) scripts_ = extension.make_scripts(*this);
}

Engine::~Engine() = default;

// --- Clients ---------------------------------------------------------------------------------------------

Session& Engine::connect() {
  // A session that is there can be marked as dirty or heavy, and be ended, without further memory.
  const std::size_t all = sessions_.size() + internal_sessions_.size() + 1;
  have_room(dirty_, 2 * all + kTakenKept);
  have_room(heavy_, all);
  auto& session = *sessions_.emplace_back(std::make_unique<Session>(*this, last_session_id_ + 1));
  ++last_session_id_;
  acl.log_out(session);
  session.connected_at = session.active_at = now_;
  ++stats.connections_received;
  if (config.number(Setting::timeout) > 0 && idle_timer_ == 0) arm_idle_timer();
  tell_client(Recorder::Kind::client_connected, session);
  return session;
}

Session& Engine::connect_internal() {
  const std::size_t all = sessions_.size() + internal_sessions_.size() + 1;
  have_room(dirty_, 2 * all + kTakenKept);
  have_room(heavy_, all);
  auto& session = *internal_sessions_.emplace_back(std::make_unique<Session>(*this, 0));
  session.internal = true;
  acl.log_out(session);
  session.connected_at = session.active_at = now_;
  return session;
}

// Of clients that are connected, leave, are blocked or woken.
void Engine::tell_client(Recorder::Kind kind, const Session& session) {
  if (recorder.wants(kind)) [[unlikely]]
    recorder.record({.kind = kind, .at = now_, .session = &session, .command = session.last_command});
}

void Engine::disconnect(Session& session) {
  if (!session.internal) tell_client(Recorder::Kind::client_left, session);
  session.close_now = true;
  detach(session);
  if (session.in_dirty_list)
    dirty_.erase(
        std::find(dirty_.begin() + static_cast<std::ptrdiff_t>(dirty_taken_), dirty_.end(), &session));
  if (session.internal) {
    std::erase_if(internal_sessions_, [&](const auto& held) { return held.get() == &session; });
    return;
  }
  // CLIENT LIST shows clients in the order in which they came: keep it.
  sessions_.erase(place_of(session.id));
  // A gate that went with it lets others go on. Whoever leaves does so even if there is no memory for that.
  try {
    if (!released_.empty() && current_ == nullptr) run_released();
    if (!waits.empty()) waits.look();
  } catch (const std::bad_alloc&) {
    doubtful_ = true;
  }
}

std::vector<std::unique_ptr<Session>>::iterator Engine::place_of(std::uint64_t id) {
  return std::lower_bound(sessions_.begin(), sessions_.end(), id,
                          [](const auto& session, std::uint64_t wanted) { return session->id < wanted; });
}

Session* Engine::session_by_id(std::uint64_t id) {
  const auto place = place_of(id);
  return place == sessions_.end() || (*place)->id != id ? nullptr : place->get();
}

std::vector<Session*> Engine::take_dirty() {
  broadcast();
  if (!waits.empty()) waits.look();
  std::vector<Session*> dirty(dirty_.begin() + static_cast<std::ptrdiff_t>(dirty_taken_), dirty_.end());
  for (Session* session : dirty) session->in_dirty_list = false;
  dirty_.clear();
  dirty_taken_ = 0;
  return dirty;
}

void Engine::broadcast() {
  if (!tracking.has_broadcasts()) return;
  try {
    tracking.broadcast();
  } catch (const std::bad_alloc&) {
    doubtful_ = true;
    put_right();
  }
}

Session* Engine::next_dirty() {
  broadcast();
  if (dirty_.size() == dirty_taken_ && !waits.empty()) [[unlikely]]
    waits.look();
  if (dirty_.size() == dirty_taken_) return nullptr;
  Session* session = dirty_[dirty_taken_++];
  session->in_dirty_list = false;
  const std::size_t left = dirty_.size() - dirty_taken_;
  if (left == 0 || dirty_taken_ > left + kTakenKept) {
    dirty_.erase(dirty_.begin(), dirty_.begin() + static_cast<std::ptrdiff_t>(dirty_taken_));
    dirty_taken_ = 0;
  }
  return session;
}

void Engine::wrote_to(Session& session) {
  if (!session.in_dirty_list) {
    session.in_dirty_list = true;
    dirty_.push_back(&session);
  }
  if (session.out.size() > kReplyBlock || session.is_replica()) [[unlikely]] {
    try {
      check_output_limit(session);
    } catch (const std::bad_alloc&) {
      // Nobody would look after it: as if it were past its limit.
      session.close_now = true;
    }
  }
}

bool Engine::rename(Session& session, std::string_view name) {
  if (std::any_of(name.begin(), name.end(), [](char c) { return c < '!' || c > '~'; })) return false;
  session.name = name;
  return true;
}

void Engine::reset(Session& session) {
  end_transaction(session);
  pubsub.forget(session);
  tracking.disable(session);
  std::erase(monitors, &session);
  session.monitor = false;
  session.db = 0;
  session.name.clear();
  if (session.reply_mode != ReplyMode::skip) session.set_reply_mode(ReplyMode::on);
  acl.log_out(session);
  session.may_use_powers = false;
  session.reply.set_protocol(2);
}

Outcome Engine::park(Session& session, Blocked why, Millis deadline, void (*on_timeout)(Engine&, Session&)) {
  Parked& parked = session.parked;
  if (deadline != kNever) parked.timer = arm_timeout(*this, session, deadline);
  parked.why = why;
  parked.deadline = deadline;
  parked.on_timeout = on_timeout;
  if (is_held(why)) return blocked;
  ++blocked_clients_;
  tell_client(Recorder::Kind::client_blocked, session);
  return blocked;
}

void Engine::unblock(Session& session) {
  Parked& parked = session.parked;
  if (parked.timer != 0) deadlines.remove(parked.deadline, parked.timer);
  if (parked.why == Blocked::keys) waiters.remove(parked.places, parked.type);
  if (parked.why == Blocked::condition) waits.forget(session);
  const Blocked why = parked.why;
  parked = {};
  session.active_at = now_;
  wrote_to(session);
  if (is_held(why)) return;
  --blocked_clients_;
  // The command that waited is the one that CLIENT CACHING was given for; one held back is yet to come.
  if (why != Blocked::paused) session.tracking.caching = false;
  tell_client(Recorder::Kind::client_woken, session);
}

// --- Waiting for keys ------------------------------------------------------------------------------------

Outcome Engine::park_on_keys(const Call& call, Type type, Argv keys, Millis deadline,
                             void (*on_timeout)(Engine&, Session&), const Parking& parking) {
  Session& session = call.session;
  if (session.parked.why == Blocked::keys)
    return blocked;  // run again, and still nothing there: it keeps its place
  session.parked.argv = OwnedArgv(parking.argv.empty() ? call.args.all() : parking.argv);
  session.parked.when_gone = parking.when_gone;
  session.parked.type = type;
  session.parked.places = waiters.add(session, session.db, keys, type);
  try {
    return park(session, Blocked::keys, deadline, on_timeout);
  } catch (const std::bad_alloc&) {
    waiters.remove(session.parked.places, type);
    session.parked = {};
    throw;
  }
}

void Engine::serve_waiters() {
  if (busy()) return;
  while (const auto key = waiters.next_ready()) serve(*key);
}

void Engine::serve(const Waiters::Key& key) {
  const bool was_gone = db(key.db).keys().find(key.name) == nullptr;
  waiters.serve_line(key, [&](Session& session) {
    // Looked up for each: the one before may have taken the last element.
    const AnyRef value = db(key.db).write(key.name);
    const bool there = static_cast<bool>(value) && value.entry()->kind() == session.parked.type;
    if (there || !session.parked.when_gone.empty()) {
      survive(session, [&] { retry(session, key.name, there); });
      author_ = current_;
      if (!session.is_blocked()) end_of_command(session);
    }
    // Whoever minds that the key is gone is told by another signal, which finds it gone from the start.
    return was_gone || static_cast<bool>(value);
  });
}

// Runs a parked command again; where the key is no longer what it waited for, that is its end.
void Engine::retry(Session& session, std::string_view key, bool there) {
  const Command& command = *session.parked.command;
  // Its rights may have been taken away while it waited.
  if (const AclVerdict verdict = acl.check(session, command, session.parked.argv); verdict.denied())
      [[unlikely]] {
    const OwnedArgv argv = std::move(session.parked.argv);
    unblock(session);
    return deny(command, session, argv, session.reply, verdict);
  }
  Call call{*this,         session, db(session.db), Args(session.parked.argv, command.words),
            session.reply, command, true,           followers()};
  ready_key_ = key;
  author_ = &session;
  const std::uint64_t errors_before = stats.error_replies;
  const Outcome outcome = there ? command.run(call) : Outcome(session.parked.when_gone);
  ready_key_.reset();
  author_ = current_;
  if (!propagation.empty()) propagation.send(Propagation::As::one_step);
  if (outcome.is_blocked()) return;
  if (outcome.is_error()) reply_error(session.reply, outcome.error());
  const Micros begin = std::exchange(stamp_, clock_.now());
  const Micros took = std::max<Micros>(0, stamp_ - begin);
  record_wait(session, session.parked.argv, took, stats.error_replies != errors_before);
  const std::int64_t spike = config.number(Setting::latency_monitor_threshold);
  if (spike > 0 && took / 1000 >= spike) latency.add("command-unblocking", now_ / 1'000'000, took / 1000);
  unblock(session);
}

// As in Redis the time in line is not the command's own, and a timeout leaves no trace at all.
void Engine::record_wait(Session& session, Argv argv, Micros replying, bool failed) {
  const Command& command = *session.parked.command;
  if (failed) ++stats_of(command).failed;
  record_time(command, session, argv, session.parked.took + replying);
}

// As in Redis it counts as failed either way, and the slow log has lost its arguments.
void Engine::free_waiting(Session& session, bool with_error) {
  const auto on_time = session.parked.on_timeout;
  record_wait(session, {}, 0, true);
  survive(session, [&] {
    unblock(session);
    if (with_error)
      reply_error(session.reply, err::unblocked_by_client);
    else
      on_time(*this, session);
  });
  end_of_command(session);
}

void Engine::reset(Config configuration) {
  const Millis before = now_ms();
  clock_.reset();
  now_ = stamp_ = clock_.now();
  // Who waits goes on waiting as long as it would have.
  for (const auto& session : sessions_) {
    Parked& parked = session->parked;
    session->active_at = now_;
    if (parked.timer == 0) continue;
    deadlines.remove(parked.deadline, std::exchange(parked.timer, 0));
    parked.deadline = std::min(parked.deadline - before + now_ms(), kLastDeadline);
    parked.timer = arm_timeout(*this, *session, parked.deadline);
  }
  unpause();
  interception.reset();
  run_released();
  replication.restart();
  seed_ = first_seed_;
  restart_random();
  tracking.flushed();
  config = std::move(configuration);
  config.on_change = [this](Setting setting) { return apply_setting(setting); };
  for (const auto* held : {&sessions_, &internal_sessions_})
    for (const auto& session : *held) end_transaction(*session);
  acl.reset();
  arm_idle_timer();
  if (scripts_ != nullptr) scripts_->reset();
  ages_count_frequency_ = counts_frequency();
  candidates_.clear();
  next_random_db_ = 0;
  choose_eviction_order();
  evictions.reset();
  slowlog = {};
  latency = {};
  stats = {};
  active_expire = true;
  cron_paused = scripts_run_all = false;
  plain_element_bytes = std::size_t{1} << 30;
  asleep_until_ = 0;
  changes = 0;
  FunctionStore* functions = persistence.functions;
  persistence = {};
  persistence.functions = functions;
  started_at = stats_reset_at = last_save = now_;
  watch_save_points();
}

// --- Scripts ---------------------------------------------------------------------------------------------

void Engine::serve_while_busy(std::string_view error) {
  busy_error_ = error;
  const Micros now = now_, stamp = stamp_;
  const std::uint64_t errors_seen = errors_seen_;
  std::string scratch = std::exchange(scratch_error_, {});
  std::vector<std::size_t> redacted = std::exchange(redacted_, {});
  host_.serve_while_busy();
  now_ = now;
  stamp_ = stamp;
  errors_seen_ = errors_seen;
  scratch_error_ = std::move(scratch);
  redacted_ = std::move(redacted);
}

void Engine::end_busy() {
  if (!busy()) return;
  busy_error_ = {};
  host_.busy_ended();
}

// --- CLIENT PAUSE ----------------------------------------------------------------------------------------

void Engine::pause(Pause what, Millis until) {
  if (pause_ == Pause::none && until <= now_ms()) return;
  // A later pause never shortens or weakens an earlier one, as in Redis.
  const Millis end = std::max(pause_until_, until);
  const Deadlines::Id timer = deadlines.add(end, [this] {
    pause_timer_ = 0;
    unpause();
    run_released();
  });
  if (pause_timer_ != 0) deadlines.remove(pause_until_, pause_timer_);
  pause_timer_ = timer;
  pause_until_ = end;
  if (what > pause_) pause_ = what;
}

void Engine::unpause() {
  if (pause_timer_ != 0) deadlines.remove(pause_until_, pause_timer_);
  pause_timer_ = 0;
  pause_ = Pause::none;
  pause_until_ = 0;
  released_.splice(released_.end(), held_back_);
}

// Runs the commands that a pause held back: behind the command that ended it, not in the midst of it.
void Engine::run_released() {
  if (running_released_) return;
  running_released_ = true;
  const auto end = [](bool* running) { *running = false; };
  const std::unique_ptr<bool, decltype(end)> ending(&running_released_, end);
  while (!released_.empty()) {
    Session& session = *released_.front();
    released_.pop_front();
    const OwnedArgv argv = std::move(session.parked.argv);
    bool runs = false;
    survive(session, [&] {
      unblock(session);
      runs = true;
    });
    if (!runs) continue;
    execute(session, argv);
    // The server may have looked after it while its script ran past its time, and found it busy.
    wrote_to(session);
  }
}

void Engine::hold_back(Session& session, Argv argv) {
  held_back_.push_back(&session);
  try {
    session.parked.argv = OwnedArgv(argv);
  } catch (const std::bad_alloc&) {
    held_back_.pop_back();
    throw;
  }
  static_cast<void>(park(session, Blocked::paused, kNever, nullptr));
}

// --- Memory ----------------------------------------------------------------------------------------------

std::size_t Engine::used_memory() const {
  std::size_t bytes = memory_model::kStartup + client_memory() + stats.histograms * memory_model::kHistogram;
  for (int i = 0; i < databases_in_use_; ++i) {
    const Keyspace& keys = databases_[static_cast<std::size_t>(i)]->keys();
    if (keys.buckets(0) != 0) bytes += keys.modelled_bytes();
  }
  if (scripts_ != nullptr) {
    const auto usage = scripts_->usage();
    bytes += usage.script_bytes + usage.function_bytes;
  }
  return bytes;
}

void Engine::note_peak_memory() {
  stats.peak_memory = std::max(stats.peak_memory, used_memory());
}

// Without what goes by itself (garbage), and the bytes in logs and statistics.
std::size_t Engine::own_memory() const {
  std::size_t bytes = sizeof(Engine) + replication.backlog().capacity();
  bytes += evictions.kept().size() * sizeof(Eviction);
  for (const auto& db : databases_) bytes += db->keys().bytes();
  for (const auto& session : sessions_) {
    bytes += sizeof(Session) + session->out.capacity() + session->muted.capacity() + session->query_capacity;
    bytes += session->transaction.queued_bytes;
    if (session->replica != nullptr) bytes += sizeof(Replica) + session->replica->held.capacity();
  }
  if (scripts_ != nullptr) {
    const auto usage = scripts_->usage();
    bytes += usage.eval_state + usage.function_state + usage.script_bytes + usage.function_bytes;
  }
  return bytes + tracking.bytes();
}

void Engine::reseed(std::uint64_t seed) {
  seed_ = seed;
  random.reseed(seed);
}

void Engine::reset_stats() {
  const auto peak = stats.peak_memory;
  stats = {};
  stats.peak_memory = peak;
  stats_reset_at = now_;
}

}  // namespace redouble
