// What the engine knows of one client: identity, selected database, transaction, subscriptions, replies not
// yet sent. A socket connection owns one, so does an in-process caller, and a test may have as many as
// it likes. Belongs to its engine's owner thread; made by Engine::connect, ended by Engine::disconnect.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "engine/arguments.h"
#include "engine/clock.h"
#include "engine/course.h"
#include "engine/entry.h"
#include "engine/pacing.h"
#include "engine/replica.h"
#include "engine/waiters.h"
#include "protocol/buffer.h"
#include "protocol/resp_writer.h"

namespace redouble {

class AclUser;
class Engine;
struct Command;
struct Session;
class Connection;

enum class ReplyMode : std::uint8_t { on, off, skip_next, skip };

/// Why a session is not reading commands at the moment.
enum class Blocked : std::uint8_t {
  no,
  keys,
  wait,
  paused,
  sleeping,
  // By a test:
  condition,  ///< waits for something that the test asked for (Waits)
  delayed,    ///< until a time, see Interception
  gate,       ///< until it is let go on
  hung,       ///< for good
  stalled,    ///< for good, and nothing that it sends is kept
};

/// Whether it is a test that holds the client: for nobody else that is a blocked client.
constexpr bool is_held(Blocked why) {
  return why >= Blocked::condition;
}

struct QueuedCommand {
  const Command* command;
  std::uint32_t flags;  // as Engine::flags_of told when it was queued
  OwnedArgv argv;
  bool expire = false, evict = false;  // its keys go before it runs: a fault said so
};

struct WatchedKey {
  int db;
  std::string key;
  bool existed_expired;  // was already expired when it was watched
};

struct Transaction {
  bool open = false;
  bool spoilt = false;    // a command was refused while queueing: EXECABORT
  bool conflict = false;  // a watched key changed
  std::vector<QueuedCommand> queue;
  std::size_t queued_bytes = 0;
};

/// CLIENT TRACKING's options; engine/tracking.h keeps them.
struct TrackingMode {
  bool on = false;
  bool broadcast = false;
  bool opt_in = false, opt_out = false;
  bool no_loop = false;
  bool caching = false;        // CLIENT CACHING was given: for the next command, or transaction
  bool broken = false;         // `redirect` was not there any more when there was something to tell
  std::uint64_t redirect = 0;  // the client that is told in its place; 0 for none
  std::set<std::string> prefixes = {};

  /// As CLIENT GETREDIR shows it.
  std::int64_t redirection() const { return on ? static_cast<std::int64_t>(redirect) : -1; }
};

/// What WAIT waits for.
struct Awaited {
  std::uint64_t offset = 0;  // of the stream: what the client's own commands had written
  std::int64_t replicas = 0;
};

/// A command that waits for its turn, and what to do when that comes too late.
struct Parked {
  Blocked why = Blocked::no;
  OwnedArgv argv;
  const Command* command = nullptr;
  std::vector<Waiters::Place> places;  // Blocked::keys: what it waits for
  Type type = Type::string;            // and of which type that must be
  std::string_view when_gone;          // the error that ends the wait for a key that is not that any more
  Micros took = 0;                     // its first run
  Millis deadline = kNever;
  /// Writes the reply of a session whose deadline has passed or that CLIENT UNBLOCK … TIMEOUT freed.
  void (*on_timeout)(Engine&, Session&) = nullptr;
  std::uint64_t timer = 0;

  /// Waits for something of its own: CLIENT UNBLOCK may end that.
  bool may_be_freed() const { return why == Blocked::keys || why == Blocked::wait; }
};

/// Replies up to this size do not count for the output limits, as in Redis.
inline constexpr std::size_t kReplyBlock = 16 * 1024;

struct Session {
  Session(Engine& owner, std::uint64_t number) : engine(owner), id(number), reply(out) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  bool subscribed() const { return !channels.empty() || !patterns.empty() || !shard_channels.empty(); }
  int protocol() const { return reply.protocol(); }
  bool is_blocked() const { return parked.why != Blocked::no; }
  /// Gets a snapshot or the stream of changes, and no replies.
  bool is_replica() const { return replica != nullptr && replica->state != Replica::State::introducing; }
  /// Exempt from `timeout`: who waits for the server, and who is already leaving.
  bool may_idle() const { return close_now || monitor || subscribed() || is_blocked() || is_replica(); }
  /// False once nothing more will be sent, whatever is written.
  bool open() const { return !close_now; }
  /// Bytes that wait to be sent, beyond the block that every client has.
  std::size_t unsent() const { return out.size() > kReplyBlock ? out.size() - kReplyBlock : 0; }
  /// Where replies go, if they go anywhere: to what a test has in store for them, or straight out.
  Buffer& answers() { return course != nullptr ? course->reply : out; }
  /// Where messages go: straight out, but for those that the session's own command makes on its way.
  Buffer& messages() { return course != nullptr && course->running ? course->reply : out; }
  /// Replies go to `answers`, or nowhere.
  void set_reply_mode(ReplyMode mode) {
    reply_mode = mode;
    const bool silent = mode == ReplyMode::off || mode == ReplyMode::skip || is_replica();
    reply.redirect(silent ? muted : answers());
  }

  Engine& engine;
  std::uint64_t id;

  // Who it is.
  std::string name, library_name, library_version;
  AclUser* user = nullptr;             // of the engine's Acl; never null outside of the engine's hands
  std::string address, local_address;  // "127.0.0.1:51234", "/path:0"
  std::int64_t descriptor = -1;        // what CLIENT LIST calls fd
  Connection* connection = nullptr;    // the server's side of it, if any
  bool over_unix_socket = false;
  Session* script_of = nullptr;  // runs the commands of this client's script
  bool internal = false;         // an in-process caller: not in CLIENT LIST, not counted
  bool authenticated = true;
  bool may_use_powers = false;  // has given redouble-password
  Micros connected_at = 0;
  Micros active_at = 0;
  const Command* last_command = nullptr;
  int executing = 0;  // requests of it that are under way: its connection is not closed meanwhile

  // How it is served.
  int db = 0;
  ReplyMode reply_mode = ReplyMode::on;
  bool close_after_reply = false;  // no more requests are read; closed when all is sent
  bool close_now = false;          // closed without sending the rest
  bool last_words = false;         // … but for what the socket takes at once
  bool reset_on_close = false;     // without a farewell (TCP RST)
  bool monitor = false;
  bool no_evict = false;
  bool no_touch = false;
  Parked parked;
  std::unique_ptr<Course> course;  // what the rules of a test have in store for its present call
  std::unique_ptr<Pacing> pacing;  // of what is in `out`
  Transaction transaction;
  std::vector<WatchedKey> watched;
  // Names as the client gave them, in order of subscription.
  std::vector<std::string> channels, patterns, shard_channels;

  // Replication.
  std::unique_ptr<Replica> replica;  // what REPLCONF told, and how far it follows
  bool unpropagated = false;         // of scripts: redis.set_repl keeps replicas out of it
  std::uint64_t written = 0;         // offset of the stream behind its last command
  Awaited awaited;

  TrackingMode tracking;
  // What it has to be told of its own changes when its command has ended: keys, or (nothing) all of them.
  std::vector<std::optional<std::string>> own_changes;

  // What is to be sent. The server empties `out`; others ask it to with Engine::wrote_to.
  Buffer out;
  Buffer muted;  // what CLIENT REPLY suppresses
  RespWriter reply;
  bool in_dirty_list = false;

  // What CLIENT LIST shows of the connection's side; the server keeps these up to date.
  std::size_t query_bytes = 0, query_capacity = 0;
  std::uint64_t bytes_in = 0, bytes_out = 0;
  std::uint64_t progress = 0;    // `bytes_in` when a long request last counted as a sign of life
  std::uint64_t unasked = 0;     // of `out`: lines of MONITOR and messages of tracking, which have no end
  Micros soft_limit_since = -1;  // when `out` went past the soft limit of its class; -1 if it is not
  bool soft_limit_timed = false;
  bool weighed = false;  // stands in the engine's list of those that hold much memory
};

/// While it lives, what is written reaches the client whatever its CLIENT REPLY mode: messages do.
class Loud {
 public:
  explicit Loud(Session& session) : session_(session) { session_.reply.redirect(session_.messages()); }
  ~Loud() { session_.set_reply_mode(session_.reply_mode); }
  Loud(const Loud&) = delete;
  Loud& operator=(const Loud&) = delete;

 private:
  Session& session_;
};

/// A message to a client that did not ask: reaches it whatever its CLIENT REPLY mode, and whole. A client for
/// whom memory ran out in the midst of one (without `end`) is closed: it must not go on with a gap that it
/// knows nothing of.
class Message {
 public:
  explicit Message(Session& session) : session_(session), mark_(session.out.size()), loud_(session) {}
  ~Message() {
    if (!ended_) [[unlikely]]
      abandon();
  }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  /// It is written: the server is to send it.
  void end();

 private:
  void abandon();

  Session& session_;
  std::size_t mark_;
  Loud loud_;
  bool ended_ = false;
};

}  // namespace redouble
