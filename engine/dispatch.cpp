// The gates that every request passes, in Redis's order, and running a command; what is counted and shown of
// it is in accounting.cpp.
// The order is visible behaviour (processCommand of 7.0.15): lookup, arity, protected commands, AUTH, MULTI's
// exclusions, ACL, memory, the tracking table's limit, writes after a failed save (MISCONF) or without
// replicas (NOREPLICAS), subscribed mode, a script past its time (BUSY), what monitors and replicas may not
// do, CLIENT PAUSE, MULTI's queue, run. Between CLIENT PAUSE and the queue stand the faults and gates of a
// test (Interception).
#include <algorithm>
#include <new>
#include <utility>

#include "engine/call.h"
#include "engine/command_table.h"
#include "engine/commands/redouble.h"
#include "engine/engine.h"
#include "protocol/ascii.h"
#include "protocol/quoted.h"
#include "protocol/same_bytes.h"

namespace redouble {
namespace {

bool is_one_of(const Command& command, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), command.name) != names.end();
}

// Members of big dead values that one command frees: some microseconds.
constexpr std::size_t kGarbagePerCommand = 100;

constexpr std::size_t kMaxQuoted = 128;

// With fewer there are two keys at most.
constexpr std::size_t kManyWords = 4;

// Counts commands inside each other, or requests; ends with what was, however that comes.
class Depth {
 public:
  explicit Depth(int& depth) : depth_(depth), before_(depth) { ++depth_; }
  ~Depth() { depth_ = before_; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;

 private:
  int& depth_;
  int before_;
};

// MSET, MGET, DEL …: their keys' memory is fetched side by side, not one key after the other; and, of
// requests of one kind that follow each other, together. Returns how many of `requests` need not be asked for
// again.
std::size_t prefetch_many(const Command& command, std::span<const Argv> requests, const Database& db) {
  const KeySpec& keys = command.keys[0];
  if (keys.last >= 0 || keys.begin != KeySpec::Begin::index) return 1;
  const std::string_view name = requests.front().front();
  std::size_t alike = 1;
  while (alike < requests.size() && !requests[alike].empty() && same_bytes(requests[alike].front(), name))
    ++alike;
  return db.keys().prefetch(requests.first(alike), static_cast<std::size_t>(keys.index),
                            static_cast<std::size_t>(keys.step));
}

// A word as Redis's error texts show it: cut at `limit`, and at its first NUL, where C's formatting ends.
std::string_view shown(std::string_view word, std::size_t limit = kMaxQuoted) {
  return until_nul(word.substr(0, limit));
}

// The beginning of the arguments, as an unknown command's error quotes them: at most 128 bytes or so.
std::string quoted_arguments(Argv argv) {
  std::string text;
  for (std::size_t i = 1; i < argv.size() && text.size() < kMaxQuoted; ++i)
    text += fmt::format("'{}' ", shown(argv[i], kMaxQuoted - text.size()));
  return text;
}

}  // namespace

void Engine::execute(Session& session, Argv argv, Reply& reply) {
  if (argv.empty()) return settle_reply_mode(session);
  if (doubtful_) [[unlikely]]
    put_right();
  now_ = std::max(now_, stamp_);
  session.active_at = now_;
  // Not always null: CLIENT UNPAUSE lets others run what they wanted to.
  Session* const outer = std::exchange(current_, &session);
  const int outer_running = std::exchange(running_, 0);
  author_ = &session;
  const Depth executing(session.executing);
  const std::uint64_t mark = mark_of(session);
  try {
    dispatch(session, argv, reply);
    if (waiters.has_ready()) [[unlikely]]
      serve_waiters();
    if (!released_.empty()) [[unlikely]]
      run_released();
    author_ = current_ = outer;
    running_ = outer_running;
    finish(session);
  } catch (const std::bad_alloc&) {
    author_ = current_ = outer;
    running_ = outer_running;
    if (&reply != &session.reply) {
      clear_up(session, mark);
      throw;
    }
    ran_out_of_memory(session, mark);
    end_of_command(session);
  }
}

// What is looked at behind every request.
void Engine::finish(Session& session) {
  if (session.tracking.caching) [[unlikely]]
    settle_caching(session);
  if (limits_changed_) [[unlikely]] {
    limits_changed_ = false;
    static_cast<void>(make_room(0, session.last_command));
  }
  if (config.number(Setting::maxmemory_clients) != 0) [[unlikely]]
    evict_clients();
  if (!garbage.empty()) [[unlikely]]
    garbage.collect(kGarbagePerCommand);
  if (replication.active()) [[unlikely]]
    replication.settle(session);
  if (session.course != nullptr) [[unlikely]]
    interception.executed(session);
  const bool is_watched =
      session.course != nullptr || recorder.active() || session.reply_mode != ReplyMode::on;
  if (is_watched && !session.is_blocked()) [[unlikely]]
    end_of_command(session);
  if (current_ == nullptr && !waits.empty()) [[unlikely]]
    waits.look();
  if (session.out.size() > kReplyBlock) [[unlikely]]
    check_output_limit(session);
}

// CLIENT CACHING is for the command behind it, or the transaction, and other CLIENT commands do not count.
void Engine::settle_caching(Session& session) {
  const bool is_client = session.last_command != nullptr && session.last_command->name.starts_with("CLIENT|");
  if (!session.transaction.open && !session.is_blocked() && !is_client) session.tracking.caching = false;
}

void Engine::end_of_command(Session& session) {
  if (session.course != nullptr) [[unlikely]] {
    try {
      if (!interception.over(session)) return;
    } catch (const std::bad_alloc&) {
      // It gets no answer, so it is not to wait for one.
      session.close_now = true;
      wrote_to(session);
    }
  }
  tell_client(Recorder::Kind::command_replied, session);
  settle_reply_mode(session);
}

// A command has ended, or an empty request: CLIENT REPLY SKIP is for the one behind it.
void Engine::settle_reply_mode(Session& session) {
  if (session.reply_mode == ReplyMode::on) return;
  session.muted.clear();
  if (session.reply_mode == ReplyMode::skip) session.set_reply_mode(ReplyMode::on);
  if (session.reply_mode == ReplyMode::skip_next) session.set_reply_mode(ReplyMode::skip);
}

// --- What a call took ---------------------------------------------------------------------------------

// How long a call took that began then: where it ends the next one of its batch begins.
inline Micros Engine::lap(Micros begin) {
  stamp_ = clock_.now();
  return std::max<Micros>(0, stamp_ - begin);
}

inline void Engine::count_call(CommandStats& counters, bool failed) {
  ++stats.commands_processed;
  ++counters.calls;
  if (failed) ++counters.failed;
}

[[gnu::always_inline]] inline void Engine::record_time(CommandStats& counters, const Command& command,
                                                       const Session& session, Argv argv, Micros took) {
  counters.microseconds += static_cast<std::uint64_t>(took);
  if (config.flag(Setting::latency_tracking))
    histogram_of(counters).record(static_cast<std::uint64_t>(took) * 1000);
  const std::int64_t slow = config.number(Setting::slowlog_log_slower_than);
  const std::int64_t spike = config.number(Setting::latency_monitor_threshold);
  if ((slow >= 0 && took >= slow) || (spike > 0 && took / 1000 >= spike)) [[unlikely]]
    note_slow(command, session, argv, took);
}

void Engine::record_time(const Command& command, const Session& session, Argv argv, Micros took) {
  record_time(stats_of(command), command, session, argv, took);
}

// --- The quick way ---------------------------------------------------------------------------------------

// Most requests ask for data while nobody looks on, and come many at once: for them the questions of `admit`,
// `run` and `finish` have the same answers, so they are asked once, here. Whatever is added there belongs
// here as well.
bool Engine::is_quiet(const Session& session) const {
  const bool is_free = session.authenticated && session.user->may_do_all() && !session.transaction.open &&
                       !session.subscribed() && !session.monitor && !session.is_replica() &&
                       !session.tracking.on && !session.tracking.caching && session.course == nullptr &&
                       session.reply_mode == ReplyMode::on && !session.internal;
  const bool is_unlimited = config.number(Setting::maxmemory) == 0 &&
                            config.number(Setting::maxmemory_clients) == 0 && !limits_changed_ &&
                            !denies_writes() && !replication.lacks_replicas() && pause_ == Pause::none &&
                            !busy() && !doubtful_;
  const bool is_unseen = !tracking.active() && !replication.active() && propagation.empty() &&
                         !interception.active() && !recorder.active() && monitors.empty() && waits.empty() &&
                         released_.empty();
  return is_free && is_unlimited && is_unseen && renamed_.empty() && current_ == nullptr && running_ == 0;
}

// The command of a plain request, or nullptr. A pipeline is often of one command.
inline const Command* Engine::plain_command(const Session& session, Argv argv) const {
  if (argv.empty() || doubtful_) return nullptr;
  const Command* command = session.last_command;
  if (command == nullptr || !same_bytes(command->name, argv[0])) command = commands_.find(argv[0]);
  return command != nullptr && command->plain && command->takes(argv.size()) ? command : nullptr;
}

std::size_t Engine::execute_quietly(Session& session, std::span<const Argv> requests, std::size_t enough) {
  Database& database = db(session.db);
  std::size_t n = 0, fetched = 0;
  std::uint64_t mark = 0;
  Instants instants;
  const bool all_are_slow = config.number(Setting::slowlog_log_slower_than) == 0;
  author_ = current_ = &session;
  try {
    while (n < requests.size() && (n == 0 || (session.out.size() < enough && session.open()))) {
      const Argv argv = requests[n];
      const Command* const command = plain_command(session, argv);
      if (command == nullptr) break;
      now_ = std::max(now_, stamp_);
      session.active_at = now_;
      session.last_command = command;
      mark = mark_of(session);
      if (argv.size() >= kManyWords && n >= fetched)
        fetched = n + prefetch_many(*command, requests.subspan(n), database);
      ++n;
      const bool is_first = command != instants.of;
      if (is_first) count(std::exchange(instants, {command, 0}));
      Call call{*this, session, database, Args(argv), session.reply, *command, true};
      const Micros begin = stamp_;
      const std::uint64_t errors = stats.error_replies;
      running_ = 1;
      const Outcome outcome = command->run(call);
      if (outcome.is_error()) [[unlikely]]
        reply_error(session.reply, outcome.error());
      running_ = 0;
      const Micros took = lap(begin);
      const bool failed = stats.error_replies > errors;
      // Of a call that took no time there is nothing else to record.
      if (took == 0 && !failed && !is_first && !all_are_slow) [[likely]] {
        ++instants.calls;
      } else {
        CommandStats& counters = stats_of(*command);
        count_call(counters, failed);
        record_time(counters, *command, session, argv, took);
      }
      redacted_.clear();
      if (waiters.has_ready()) [[unlikely]] {
        serve_waiters();
        author_ = current_ = &session;
      }
      if (!garbage.empty()) [[unlikely]]
        garbage.collect(kGarbagePerCommand);
      if (session.out.size() > kReplyBlock) [[unlikely]]
        check_output_limit(session);
    }
    author_ = current_ = nullptr;
  } catch (const std::bad_alloc&) {
    author_ = current_ = nullptr;
    running_ = 0;
    ran_out_of_memory(session, mark);
    end_of_command(session);
  }
  count(instants);
  return n;
}

// --- The gates -------------------------------------------------------------------------------------------

void Engine::prefetch(const Session& session, std::span<const Argv> requests) {
  db(session.db).keys().prefetch_for(requests);
}

void Engine::dispatch(Session& session, Argv argv, Reply& reply) {
  const Command* command = look_up(session, argv, reply);
  if (command == nullptr || !admit(*command, session, argv, reply)) return;
  if (interception.active() || session.course != nullptr) [[unlikely]] {
    const auto verdict = interception.ask(*command, session, argv);
    if (!verdict.error.empty()) return reject(command, session, reply, verdict.error);
    if (!verdict.goes_on) return;
  }
  if (session.transaction.open &&
      !is_one_of(*command, {"EXEC", "DISCARD", "MULTI", "WATCH", "QUIT", "RESET"}))
    return queue(*command, session, argv, reply);
  run(*command, session, argv, reply, !session.internal);
}

void Engine::rename_command(std::string_view from, std::string_view to) {
  const Command* command = find_command(from);
  renamed_[to_lower(from)] = nullptr;
  if (!to.empty()) renamed_[to_lower(to)] = command;
}

const Command* Engine::find_command(std::string_view name) const {
  if (renamed_.empty()) [[likely]]
    return commands_.find(name);
  const std::size_t bar = name.find('|');
  const std::string_view parent = name.substr(0, bar);
  const auto renamed = renamed_.find(to_lower(parent));
  if (renamed == renamed_.end()) return commands_.find(name);
  if (renamed->second == nullptr || bar == std::string_view::npos) return renamed->second;
  return commands_.find(*renamed->second, name.substr(bar + 1));
}

bool Engine::has_name(const Command& command) const {
  const std::string_view parent = command.name.substr(0, command.name.find('|'));
  const auto renamed = renamed_.find(to_lower(parent));
  if (renamed == renamed_.end()) return true;
  const Command* const whole = commands_.find(parent);
  return std::any_of(renamed_.begin(), renamed_.end(),
                     [&](const auto& name) { return name.second == whole; });
}

const Command* Engine::command_of(Argv argv) const {
  const Command* command = argv.empty() ? nullptr : find_command(argv[0]);
  if (command == nullptr || command->is_subcommand()) return nullptr;
  if (argv.size() < 2 || !command->has_subcommands) return command;
  return commands_.find(*command, argv[1]);
}

const Command* Engine::look_up(Session& session, Argv argv, Reply& reply) {
  const std::string_view name = argv[0];
  const Command* command = session.last_command = find_command(name);
  if (command == nullptr || command->is_subcommand()) {
    // A browser that was led here (cross-protocol scripting) must not get a second line through.
    if (is_word(name, "POST") || is_word(name, "HOST:")) {
      host_.log(
          LogLevel::warning,
          "Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to "
          "Redis. This is likely due to an attacker attempting to use Cross Protocol Scripting to "
          "compromise your Redis instance. Connection aborted.");
      kill(session);
      return nullptr;
    }
    if (is_reserved_command(name) && serve_reserved(session, argv, reply)) return nullptr;
    reject(nullptr, session, reply,
           fmt::format("ERR unknown command '{}', with args beginning with: {}", shown(name),
                       quoted_arguments(argv)));
    return nullptr;
  }
  if (command->has_subcommands && argv.size() >= 2) {
    const Command* sub = session.last_command = commands_.find(*command, argv[1]);
    if (sub == nullptr) {
      reject(nullptr, session, reply,
             fmt::format("ERR unknown subcommand '{}'. Try {} HELP.", shown(argv[1]), command->name));
      return nullptr;
    }
    command = session.last_command = sub;
  }
  if (!command->takes(argv.size())) {
    reject(command, session, reply,
           fmt::format("ERR wrong number of arguments for '{}' command", full_name(*command)));
    return nullptr;
  }
  return command;
}

bool Engine::admit(const Command& command, Session& session, Argv argv, Reply& reply) {
  const auto refuse = [&](std::string_view error) {
    reject(&command, session, reply, error);
    return false;
  };
  if (command.is(kProtectedCommand) && !session.internal) {
    const bool debug = command.name == "DEBUG";
    const Permission allowed =
        config.permission(debug ? Setting::enable_debug_command : Setting::enable_module_command);
    if (allowed == Permission::no || (allowed == Permission::local && !host_.is_local(session)))
      return refuse(fmt::format(
          "ERR {} command not allowed. If the enable-{}-command option is set to \"local\", you can run it "
          "from a local connection, otherwise you need to set this option in the configuration file, and "
          "then restart the server.",
          debug ? "DEBUG" : "MODULE", debug ? "debug" : "module"));
  }
  if (needs_auth(session) && !command.is(kNoAuth)) return refuse(err::no_auth);
  if (session.transaction.open && command.is(kNoMulti)) return refuse(err::not_in_multi);
  if (!session.user->may_do_all()) [[unlikely]] {
    const AclVerdict verdict = acl.check(session, command, argv);
    if (verdict.denied()) {
      deny(command, session, argv, reply, verdict);
      return false;
    }
  }
  if (config.number(Setting::maxmemory) != 0 && !has_room_for(command, session, argv))
    return refuse(err::oom);
  if (tracking.active()) [[unlikely]]
    tracking.keep_to_limit();
  if (denies_writes() && (command.name == "PING" || may(kWrite, command, session, argv))) [[unlikely]]
    return refuse(err::cannot_persist);
  if (replication.lacks_replicas() && may(kWrite, command, session, argv)) [[unlikely]]
    return refuse(err::no_replicas);
  if (session.protocol() == 2 && session.subscribed() &&
      !is_one_of(command, {"PING", "SUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "SUNSUBSCRIBE", "PSUBSCRIBE",
                           "PUNSUBSCRIBE", "QUIT", "RESET"}))
    return refuse(
        fmt::format("ERR Can't execute '{}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / "
                    "RESET are allowed in this context",
                    full_name(command)));
  if (busy() && !command.is(kAllowBusy)) return refuse(busy_error_);
  // Redis counts a monitor among the replicas. What a replica is answered ends it, whatever that says.
  if (((session.monitor || session.is_replica()) && command.is(kWrite | kReadonly | kMayReplicate)) ||
      (session.is_replica() && command.is(kPubsub)))
    return refuse(err::monitor_without_keys);
  if (pause_ != Pause::none && held_back(command, session, argv)) {
    hold_back(session, argv);
    return false;
  }
  return true;
}

// Makes room first, whatever the command; then only those are refused that may need more, and whatever would
// be queued. While a script runs past its time nobody's command makes room, as in Redis.
bool Engine::has_room_for(const Command& command, const Session& session, Argv argv) {
  if (busy()) return true;
  out_of_memory_ = !make_room(request_memory(argv), &command);
  if (!out_of_memory_) return true;
  if (command.name != "EXEC" && session.transaction.open && !is_one_of(command, {"DISCARD", "QUIT", "RESET"}))
    return false;
  return !may(kDenyOom, command, session, argv);
}

bool Engine::held_back(const Command& command, const Session& session, Argv argv) const {
  if (session.internal || session.is_replica()) return false;
  if (pause_ == Pause::all) return true;
  return may(kWrite | kMayReplicate, command, session, argv);
}

std::uint32_t Engine::flags_of(const Command& command, Argv argv) const {
  return command.is(kRunsScript) ? scripts_->flags_of(command, argv) : command.flags;
}

// Whether the call, or one that EXEC is about to run, has one of the flags.
bool Engine::may(std::uint32_t flags, const Command& command, const Session& session, Argv argv) const {
  if (command.name != "EXEC") return (flags_of(command, argv) & flags) != 0;
  return std::any_of(session.transaction.queue.begin(), session.transaction.queue.end(),
                     [&](const QueuedCommand& queued) { return (queued.flags & flags) != 0; });
}

bool Engine::denies_writes() const {
  return !persistence.last_save_ok && config.flag(Setting::stop_writes_on_bgsave_error) &&
         !config.save_points().empty();
}

void Engine::deny(const Command& command, Session& session, Argv argv, Reply& reply, AclVerdict verdict) {
  acl.log_denied(session, command, argv, verdict,
                 session.transaction.open ? AclContext::multi : AclContext::toplevel);
  reject(&command, session, reply, "NOPERM " + Acl::reason(command, verdict));
}

void Engine::reject(const Command* command, Session& session, Reply& reply, std::string_view error) {
  if (session.transaction.open) session.transaction.spoilt = true;
  if (command != nullptr) ++stats_of(*command).rejected;
  if (command != nullptr && command->name == "EXEC") {
    // EXEC itself was refused: the transaction ends here.
    const std::string_view reason = error.starts_with("ERR ") ? error.substr(4) : error;
    end_transaction(session);
    return reply_error(reply, fmt::format("EXECABORT Transaction discarded because of: {}", reason));
  }
  reply_error(reply, error);
}

void Engine::end_transaction(Session& session) {
  session.transaction = {};
  watches.remove_all(session);
}

void Engine::queue(const Command& command, Session& session, Argv argv, Reply& reply) {
  Transaction& transaction = session.transaction;
  // Once it is known that EXEC must fail there is no use in keeping more.
  if (!transaction.spoilt && !transaction.conflict) {
    transaction.queue.push_back({&command, flags_of(command, argv), OwnedArgv(argv)});
    if (session.course != nullptr) [[unlikely]] {
      transaction.queue.back().expire = session.course->expire;
      transaction.queue.back().evict = session.course->evict;
    }
    for (const auto argument : argv) transaction.queued_bytes += argument.size();
    weigh(session);
  }
  reply.status("QUEUED");
  if (transaction.queued_bytes > static_cast<std::size_t>(config.number(Setting::client_query_buffer_limit)))
    close_for_query_limit(session);
}

void Engine::run(const Command& command, Session& session, Argv argv, Reply& reply, bool may_block) {
  Call call{*this, session, db(session.db), Args(argv, command.words),
            reply, command, may_block,      followers()};
  if (argv.size() >= kManyWords) prefetch_many(command, {&argv, 1}, call.db);
  // The clock is read once a command: where this one ends the next one of its batch begins.
  const Micros begin = stamp_;
  errors_seen_ = stats.error_replies;
  const std::uint64_t changes_before = changes;
  // What was evicted to make room for it.
  if (running_ == 0 && !propagation.empty() && !busy()) [[unlikely]]
    propagation.send(Propagation::As::single_steps);
  if (recorder.wants(Recorder::Kind::command_begun)) [[unlikely]]
    recorder.record({.kind = Recorder::Kind::command_begun,
                     .at = now_,
                     .session = &session,
                     .command = &command,
                     .argv = argv});
  const Depth depth(running_);
  const Outcome outcome = command.run(call);
  if (outcome.is_error()) reply_error(reply, outcome.error());
  if (session.tracking.on && command.is(kReadonly) && !command.is(kRunsScript)) [[unlikely]]
    tracking.remember(session, command, argv);
  if (call.propagates()) [[unlikely]]
    propagation.add_own(call, argv, changes > changes_before);
  if (--running_ == 0 && !session.own_changes.empty()) [[unlikely]]
    tracking.deliver_own(session);
  if (running_ == 0 && !propagation.empty() && !busy()) [[unlikely]]
    propagation.send(Propagation::As::one_step);
  const Micros took = lap(begin);
  // An error of a command that a script called counts there, and not for the script as well.
  const bool failed = stats.error_replies > errors_seen_;
  errors_seen_ = stats.error_replies;
  CommandStats& counters = stats_of(command);
  count_call(counters, failed);
  if (!outcome.is_blocked()) record_time(counters, command, session, argv, took);
  if (outcome.is_blocked() && session.parked.may_be_freed()) {
    // The rest is recorded when it has waited; as in Redis this part counts once more then.
    counters.microseconds += static_cast<std::uint64_t>(took);
    session.parked.command = &command;
    session.parked.took = took;
  }
  if (!monitors.empty() && !command.is(kSkipMonitor) && !command.is(kAdmin)) feed_monitors(session, argv);
  redacted_.clear();
  if (recorder.wants(Recorder::Kind::command_executed)) [[unlikely]]
    recorder.record({.kind = Recorder::Kind::command_executed,
                     .at = now_,
                     .session = &session,
                     .command = &command,
                     .argv = argv,
                     .failed = failed,
                     .took = took});
}

}  // namespace redouble
