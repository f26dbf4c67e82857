// The whole state of a server and the door to it: sessions come in, requests are executed, time moves.
// Pure and synchronous: no threads, locks, files or clocks of its own. At any moment one thread owns it.
//
//   Engine engine(clock, config, host, seed);
//   Session& alice = engine.connect();
//   engine.execute(alice, argv);            // the reply is in alice.out
//   for (Session* s : engine.take_dirty())  // who has bytes to send, can read on, or is to be closed
//   engine.advance_to(clock.now());         // whatever is due by then happens, in order
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/acl.h"
#include "engine/adjustable_clock.h"
#include "engine/arguments.h"
#include "engine/ceiling.h"
#include "engine/clock.h"
#include "engine/command.h"
#include "engine/config.h"
#include "engine/database.h"
#include "engine/dataset.h"
#include "engine/deadlines.h"
#include "engine/eviction_log.h"
#include "engine/eviction_order.h"
#include "engine/garbage.h"
#include "engine/host.h"
#include "engine/interception.h"
#include "engine/latency.h"
#include "engine/outcome.h"
#include "engine/propagation.h"
#include "engine/pubsub.h"
#include "engine/random.h"
#include "engine/rdb/lzf.h"
#include "engine/rdb/persistence.h"
#include "engine/recorder.h"
#include "engine/replication.h"
#include "engine/script_engine.h"
#include "engine/session.h"
#include "engine/slowlog.h"
#include "engine/stats.h"
#include "engine/tracking.h"
#include "engine/waiters.h"
#include "engine/waits.h"
#include "engine/watches.h"

namespace redouble {

class CommandTable;
struct Call;
struct Parking;
struct RdbFile;

/// Which commands CLIENT PAUSE holds back.
enum class Pause : std::uint8_t { none, write, all };

class Engine final : public Ceiling {
 public:
  /// `clock` and `host` outlive the engine; its own clock follows that one until it is adjusted. Without an
  /// extension there are no scripts.
  Engine(Clock& clock, Config configuration, Host& host, std::uint64_t seed);
  Engine(Clock& clock, Config configuration, Host& host, std::uint64_t seed, const Extension& extension);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // --- Clients -------------------------------------------------------------------------------------------

  /// A new client; its id is the next number. Good until `disconnect`.
  Session& connect();
  /// An in-process caller: may do all, is not counted or listed, is never paused and never blocks.
  Session& connect_internal();
  void disconnect(Session& session);

  /// Runs one request. The reply goes to the session's own buffer, or to `reply`. REQUIRES: not blocked.
  /// Out of memory the reply is an error; with a `reply` of the caller's, std::bad_alloc.
  void execute(Session& session, Argv argv) { execute(session, argv, session.reply); }
  void execute(Session& session, Argv argv, Reply& reply);

  /// Whether nothing is to be looked after but the request itself when `session` sends a plain one (see
  /// Command::plain): no gate refuses it, nobody is told of it. True until another request is run, or time
  /// goes on (`tick`).
  bool is_quiet(const Session& session) const;
  /// Runs such requests as `execute` would, in their order: all up to the first that is another one, or until
  /// `enough` bytes of replies wait to be sent. Returns how many.
  /// REQUIRES: is_quiet(session), and that nothing but this was called since it was.
  std::size_t execute_quietly(Session& session, std::span<const Argv> requests, std::size_t enough);

  /// A hint that costs little: `requests` are what `session`, and others, execute next. Starts to fetch the
  /// memory of the keys that stand first in them, and of the members they ask for there, without waiting for
  /// it.
  void prefetch(const Session& session, std::span<const Argv> requests);

  /// Sessions with something new since the last call: bytes in `out`, a request that can be read on, or
  /// an order to close.
  std::vector<Session*> take_dirty();
  /// The same one by one; nullptr when there is none left.
  Session* next_dirty();
  bool has_dirty() const { return dirty_.size() > dirty_taken_ || tracking.has_broadcasts(); }
  /// To be called after writing to a session other than the one that is executing.
  void wrote_to(Session& session);
  /// True for a client that must authenticate before anything else.
  bool needs_auth(const Session& session) const {
    return !session.authenticated && !session.internal && !acl.is_open();
  }

  /// `rename-command`: the command answers to another name, or to none. REQUIRES: it exists under `from`, and
  /// nothing does under `to`.
  void rename_command(std::string_view from, std::string_view to);

  /// A command of ours ran out of memory where nobody saw it: see engine/recovery.cpp.
  void doubt() { doubtful_ = true; }

  /// Everything as new, under another configuration; sessions stay, their transactions do not.
  void reset(Config configuration);
  /// Everything as at the start: the configuration that the engine was made with, its random sequence from
  /// the first number on, what was loaded then. Snapshots stay: they are the test's own.
  void reset();
  /// Makes the present data and functions those of the start: statistics do not tell of their loading.
  void keep_start();

  // --- Snapshots (engine/dataset.h) ---------------------------------------------------------------------

  /// The data set as it is now: of the whole server, with its functions, or of one database.
  std::shared_ptr<const Dataset> snapshot(std::optional<int> only = {});
  /// Puts a snapshot in the place of the keys of the databases that it holds. Whoever watches a key that was
  /// there learns of it, as when a file is loaded. Returns why it cannot be, or nothing; then nothing
  /// changed.
  std::string restore(const Dataset& from);
  /// The same for one database alone: of a whole server its database of that number, else the one that there
  /// is, under that number.
  std::string restore(const Dataset& from, int target);
  /// Takes what was read from a file.
  std::shared_ptr<const Dataset> snapshot_of(RdbFile& file);
  /// As an RDB file.
  std::string export_snapshot(const Dataset& from);

  // --- Time ----------------------------------------------------------------------------------------------

  /// The time of the present command: read once, frozen until it ends.
  Micros now() const { return now_; }
  Millis now_ms() const { return now_ / 1000; }
  /// When `advance_to` has something to do next; kNever if nothing is due.
  Millis next_deadline() const;
  /// Steps through everything due up to `time`, in order, and stays there.
  void advance_to(Micros time);
  /// Moves its clock, through everything due up to then if that is later; it goes on from there at its pace.
  /// While a script runs past its time, what is due waits for its end.
  void move_clock(Micros time);
  /// How many clients wait for a moment to come: with a timeout, held back by a pause, or for DEBUG SLEEP.
  std::size_t awaiting_time() const;
  /// Whether no client but `asking` has a request under way. Who waits for keys, replicas or messages has
  /// not.
  bool all_idle(const Session* asking) const;
  /// Runs what is due in `patience`.
  void lose_patience();
  /// Reads the clock: to be called before a batch of requests.
  void tick() {
    note_peak_memory();
    advance_to(clock_.now());
  }
  /// True while DEBUG SLEEP holds the server: requests are not to be read.
  bool asleep() const { return asleep_until_ > now_ms(); }
  void sleep_until(Millis at) { asleep_until_ = at; }

  // --- Scripts -------------------------------------------------------------------------------------------

  /// Null without an extension.
  ScriptEngine* scripts() { return scripts_.get(); }
  const ScriptEngine* scripts() const { return scripts_.get(); }
  /// For a script that has run past busy-reply-threshold: lets the host serve other clients. All but a few
  /// commands are answered with `error` until `end_busy`. The frozen time of the script stays as it is.
  void serve_while_busy(std::string_view error);
  void end_busy();
  /// Between the two: time does not move, no waiting client is served.
  bool busy() const { return !busy_error_.empty(); }
  std::string_view busy_error() const { return busy_error_; }

  // --- For commands --------------------------------------------------------------------------------------

  Database& db(int index) {
    databases_in_use_ = std::max(databases_in_use_, index + 1);
    return *databases_[static_cast<std::size_t>(index)];
  }
  int databases() const { return static_cast<int>(databases_.size()); }
  const std::vector<std::unique_ptr<Session>>& sessions() const { return sessions_; }
  Session* session_by_id(std::uint64_t id);
  /// The client whose request is being served, nullptr when time alone goes on.
  Session* current() const { return current_; }
  /// Whether a command is running, not only gates.
  bool running() const { return running_ > 0; }
  /// Whose change of a key this is: the present client's, or that of one whose wait it ended.
  const Session* author() const { return author_; }
  const CommandTable& commands() const { return commands_; }
  /// The command or subcommand that a whole call names, by the present names; nullptr when there is none.
  const Command* command_of(Argv argv) const;
  /// The same for one word: a subcommand is "parent|sub".
  const Command* find_command(std::string_view name) const;
  /// False when `rename-command` has left it without any.
  bool has_name(const Command& command) const;
  /// What this call may do: the command's flags, or what the script that it runs says of itself.
  std::uint32_t flags_of(const Command& command, Argv argv) const;
  AdjustableClock& clock() { return clock_; }
  Host& host() { return host_; }

  /// Runs a command that passed the gates before (EXEC's queue), with statistics, slow log and MONITOR.
  void run(const Command& command, Session& session, Argv argv, Reply& reply, bool may_block);
  /// Writes an error reply and counts it; every error reply goes through here.
  void reply_error(Reply& reply, std::string_view text);
  /// The same for an error that reaches the client in another way, or not at all (redis.pcall).
  void count_error(std::string_view text);
  /// The same for a command that a script may not run.
  void count_rejected(const Command* command, std::string_view error);
  /// Shows a command to MONITOR; `run` does it for all that have no flag to the contrary.
  void feed_monitors(const Session& session, Argv argv);
  /// Forgets the queue and the watched keys of a session.
  void end_transaction(Session& session);
  CommandStats& stats_of(const Command& command) {
    if (stats.commands.empty()) [[unlikely]]
      make_command_stats();
    return stats.commands[command.number];
  }
  /// How long a call took, for the command's statistics, the slow log and the latency monitor.
  void record_time(const Command& command, const Session& session, Argv argv, Micros took);
  void reset_stats();

  /// Stops serving `session` until `unblock`. The deadline's action is `on_timeout`.
  Outcome park(Session& session, Blocked why, Millis deadline, void (*on_timeout)(Engine&, Session&));
  /// Parks a session with a command that is to be run again when one of `keys` holds a value of `type`.
  Outcome park_on_keys(const Call& call, Type type, Argv keys, Millis deadline,
                       void (*on_timeout)(Engine&, Session&), const Parking& parking);
  /// Runs the parked commands whose keys became ready, in order. After every outer command.
  void serve_waiters();
  /// Ends the wait of a session before its time, as CLIENT UNBLOCK does: with the reply of a timeout, or an
  /// error. REQUIRES: parked.may_be_freed().
  void free_waiting(Session& session, bool with_error);
  /// The key for which a parked command is being run again; nothing in a first run.
  std::optional<std::string_view> ready_key() const { return ready_key_; }
  /// To be called when a command of `session` has ended, its reply written, if it did not end in `execute`.
  void end_of_command(Session& session);
  void settle_caching(Session& session);
  /// Runs what answers a session that did not ask just now. Out of memory its answer is an error.
  template <class Run>
  void survive(Session& session, Run&& run) {
    const std::uint64_t mark = mark_of(session);
    try {
      run();
    } catch (const std::bad_alloc&) {
      ran_out_of_memory(session, mark);
    }
  }
  /// Lets a parked session go on; the reply is the caller's business.
  void unblock(Session& session);
  /// Lets a session that was held run its command (`parked.argv`) when the present one has ended, or with
  /// `run_released`.
  void resume(Session& session) { released_.push_back(&session); }
  void run_released();
  std::size_t blocked_clients() const { return blocked_clients_; }

  void pause(Pause what, Millis until);
  void unpause();
  Pause paused() const { return pause_; }
  Millis paused_until() const { return pause_until_; }

  /// Names a client; false when the name holds anything but printable ASCII without spaces.
  static bool rename(Session& session, std::string_view name);
  /// Makes a session as it was when it was new (RESET).
  void reset(Session& session);
  /// Ends another client: nothing more reaches it, nobody counts it any more. The server closes it.
  void kill(Session& session);

  std::uint32_t notify_flags() const { return config.notify_flags(); }
  /// Seconds, modulo 2^24: the clock of OBJECT IDLETIME and of LRU eviction.
  std::uint32_t lru_clock() const { return static_cast<std::uint32_t>(now_ / 1'000'000) & 0xffffff; }
  /// Seconds since then on that clock; one that was set back has gone round, as in Redis.
  std::uint32_t idle_since(std::uint32_t used) const;
  /// True under an LFU policy, where a key's age field holds minutes and a counter.
  bool counts_frequency() const {
    const EvictionPolicy policy = config.eviction_policy();
    return policy == EvictionPolicy::allkeys_lfu || policy == EvictionPolicy::volatile_lfu;
  }
  /// The age field of a key that is used now; `before` is its present one, or nothing for a new key.
  std::uint32_t aged(std::optional<std::uint32_t> before) {
    return counts_frequency() ? counted(before) : lru_clock();
  }
  /// The counter of an age field, less what time has taken from it.
  std::uint32_t decayed_frequency(std::uint32_t age) const;
  /// The age field of a key that comes from elsewhere (RESTORE, a file), with what is known of it.
  std::uint32_t age_with(std::optional<std::int64_t> idle_seconds, std::optional<std::uint8_t> frequency);
  /// Whether Redis would take this integer from its shared pool, where values have no age of their own.
  bool shares_integer(std::int64_t number) const;
  /// What redis-server would use, by memory_model.h: its own 876,048 bytes at start, the keys, the clients,
  /// the histograms of commands that were called, scripts and functions.
  std::size_t used_memory() const;
  /// Keeps the most that it was: now and then, as redis-server does.
  void note_peak_memory();
  /// What the engine itself has allocated: for keys, clients, replication, the evictions that are kept,
  /// scripts and client-side caching.
  std::size_t own_memory() const;
  /// What used_memory has for one client, and for all.
  std::size_t memory_of(const Session& session) const;
  std::size_t client_memory() const;
  /// Notes that a session holds more than a client usually does, so that it is weighed.
  void weigh(Session& session);
  /// Whether `bytes` more would stay below maxmemory.
  bool has_room(std::size_t bytes) const override;
  /// Puts all keys anew into the order of eviction, if there is one: after many have come at once.
  void arrange_keys();
  /// maxmemory-clients: ends the largest clients until all together are below it.
  void evict_clients();
  /// True when the present outer command began with more memory in use than maxmemory allows, though all was
  /// evicted that may be: scripts ask it before each write.
  bool out_of_memory() const { return config.number(Setting::maxmemory) != 0 && out_of_memory_; }
  /// True after a save that failed, where save points say that the data set matters.
  bool denies_writes() const;

  std::string& scratch_error() { return scratch_error_; }
  /// The present command's argument is a secret: the slow log and MONITOR show "(redacted)" instead.
  void redact(std::size_t argument) { redacted_.push_back(argument); }

  /// What all randomness came from; `reset` begins with it anew.
  std::uint64_t seed() const { return seed_; }
  /// Begins the random sequence of commands anew, with another seed. The keys stay where they are.
  void reseed(std::uint64_t seed);

  Config config;
  Recorder recorder;
  Interception interception{*this};
  Random random;
  Acl acl;
  Garbage garbage;
  EvictionOrder eviction_order;
  EvictionOrder no_order;  // never started: of databases that are being loaded
  EvictionLog evictions;
  Stats stats;
  Pubsub pubsub;
  Watches watches;
  Waiters waiters;
  Waits waits{*this};
  Tracking tracking;
  SlowLog slowlog;
  LatencyMonitor latency;
  std::vector<Session*> monitors;
  Deadlines deadlines;
  Deadlines patience;  // what is limited in real time, by Host::real_ms
  std::string run_id;
  Replication replication;
  Propagation propagation{replication};
  Micros started_at;
  Micros stats_reset_at;
  bool active_expire = true;                               // DEBUG SET-ACTIVE-EXPIRE
  bool cron_paused = false;                                // DEBUG PAUSE-CRON
  bool scripts_run_all = false;                            // DEBUG SET-DISABLE-DENY-SCRIPTS
  std::size_t plain_element_bytes = std::size_t{1} << 30;  // DEBUG QUICKLIST-PACKED-THRESHOLD
  std::uint64_t changes = 0;                               // rdb_changes_since_last_save
  Micros last_save = 0;
  Persistence persistence;
  std::map<std::string, std::shared_ptr<const Dataset>, std::less<>> snapshots;  // REDOUBLE SNAPSHOT
  std::shared_ptr<const Dataset> at_start;  // what was loaded at the start; null: nothing
  bool loading = false;                     // a file of commands is being run
  LzfCompressor compressor;

 private:
  std::vector<std::unique_ptr<Session>>::iterator place_of(std::uint64_t id);
  std::vector<std::string> functions_now() const;
  void take_keys(const Dataset& from, const Dataset::Part& part, Database& target, Keyspace::Copies& copies);
  void settle_restored(const Dataset& from, const Keyspace::Copies& copies);
  void restart_random();
  void dispatch(Session& session, Argv argv, Reply& reply);
  void finish(Session& session);
  void broadcast();
  void clear_up(Session& session, std::uint64_t mark);
  void ran_out_of_memory(Session& session, std::uint64_t mark);
  void put_right();
  static void take_back(Session& session, std::uint64_t mark);
  /// Where what is written to a session begins.
  static std::uint64_t mark_of(const Session& session) { return session.bytes_out + session.out.size(); }
  Micros lap(Micros begin);
  void count_call(CommandStats& counters, bool failed);
  /// Further calls of a command that no time went by in, as in most: a pipeline's are counted together.
  struct Instants {
    const Command* of = nullptr;
    std::uint64_t calls = 0;
  };
  void count(const Instants& instants) noexcept;
  LatencyHistogram& histogram_of(CommandStats& counters);
  void record_time(CommandStats& counters, const Command& command, const Session& session, Argv argv,
                   Micros took);
  const Command* plain_command(const Session& session, Argv argv) const;
  const Command* look_up(Session& session, Argv argv, Reply& reply);
  bool admit(const Command& command, Session& session, Argv argv, Reply& reply);
  void deny(const Command& command, Session& session, Argv argv, Reply& reply, AclVerdict verdict);
  void reject(const Command* command, Session& session, Reply& reply, std::string_view error);
  bool held_back(const Command& command, const Session& session, Argv argv) const;
  bool may(std::uint32_t flags, const Command& command, const Session& session, Argv argv) const;
  void hold_back(Session& session, Argv argv);
  void queue(const Command& command, Session& session, Argv argv, Reply& reply);
  std::vector<std::string_view> without_secrets(Argv argv) const;
  void note_slow(const Command& command, const Session& session, Argv argv, Micros took);
  void run_due(Millis at);
  std::uint32_t counted(std::optional<std::uint32_t> before);
  bool expires_by_itself() const { return active_expire && !cron_paused && pause_ == Pause::none; }
  std::string apply_setting(Setting setting);
  void serve(const Waiters::Key& key);
  void retry(Session& session, std::string_view key, bool there);
  void settle_reply_mode(Session& session);
  void make_command_stats();
  void record_wait(Session& session, Argv argv, Micros replying, bool failed);
  void tell_client(Recorder::Kind kind, const Session& session);
  bool serve_reserved(Session& session, Argv argv, Reply& reply);
  bool evicts_exactly() const;
  void choose_eviction_order();
  void arrange_keys(const std::vector<Entry*>& before);
  std::uint32_t idle_units(const Entry& entry) const;
  std::uint32_t converted_age(std::uint32_t idle) const;
  std::uint64_t staleness(const Entry& entry) const;
  void sample_candidates();
  AnyRef sampled_victim();
  AnyRef random_victim();
  AnyRef next_victim();
  bool make_room(std::size_t request_bytes, const Command* command);
  bool evict_until_below(std::size_t limit, std::size_t request_bytes, const Command* command);
  void evict(AnyRef& victim, const Eviction& facts);
  std::int64_t measure_of(const Entry& entry) const;
  Micros eviction_time() const;
  void count_excess(bool exceeded);
  void warn_of_limit();
  void note_latency(std::string_view event, Micros begun);
  static std::size_t request_memory(Argv argv);
  bool has_room_for(const Command& command, const Session& session, Argv argv);
  void detach(Session& session);
  void check_output_limit(Session& session);
  void close_for_output_limit(Session& session);
  void close_for_query_limit(Session& session);
  void arm_idle_timer();
  void watch_save_points();
  void close_idle_clients();

  Propagation* followers() { return replication.active() ? &propagation : nullptr; }

  std::uint64_t seed_;
  const std::uint64_t first_seed_;
  const Config start_config_;
  const CommandTable& commands_;
  std::unordered_map<std::string, const Command*> renamed_;  // in lower case; null: gone
  AdjustableClock clock_;
  Host& host_;
  Micros now_;
  Micros stamp_;  // when the last command ended: see run()
  Millis asleep_until_ = 0;
  std::string scratch_error_;
  std::vector<std::size_t> redacted_;
  std::vector<std::unique_ptr<Database>> databases_;
  int databases_in_use_ = 0;  // those behind were never asked for: they hold nothing
  std::uint64_t last_session_id_ = 0;
  std::vector<std::unique_ptr<Session>> sessions_;  // by id, which is the order in which they came
  std::vector<std::unique_ptr<Session>> internal_sessions_;
  std::vector<Session*> dirty_;  // its first `dirty_taken_` have been handed out
  std::size_t dirty_taken_ = 0;
  Session* current_ = nullptr;
  const Session* author_ = nullptr;
  int running_ = 0;
  std::size_t blocked_clients_ = 0;
  std::optional<std::string_view> ready_key_;
  bool running_released_ = false;
  bool doubtful_ = false;  // memory ran out, and not everything was put right yet
  std::string_view busy_error_;
  std::uint64_t errors_seen_ = 0;  // see run()
  std::unique_ptr<ScriptEngine> scripts_;
  struct Candidate {
    std::uint64_t staleness;
    int db;
    std::string key;
  };
  std::vector<Candidate> candidates_;  // sampled eviction: the stalest last
  int next_random_db_ = 0;
  bool ages_count_frequency_ = false;  // what the keys' age fields hold at present
  bool eviction_goes_on_ = false;      // a timer will evict more: the sampled way takes its time
  bool clients_over_limit_ = false;
  bool out_of_memory_ = false;
  bool limits_changed_ = false;  // by CONFIG SET: to be looked at when the command has ended
  std::vector<Session*> heavy_;  // sessions whose buffers are larger than usual
  Pause pause_ = Pause::none;
  Millis pause_until_ = 0;
  Deadlines::Id pause_timer_ = 0;
  std::list<Session*> held_back_;
  std::list<Session*> released_;  // held back until just now
  Deadlines::Id save_timer_ = 0;
  Millis save_timer_at_ = 0;
  Deadlines::Id idle_timer_ = 0;
  Millis idle_timer_at_ = 0;
};

}  // namespace redouble
