// redouble: a Redis server inside your test.
//
//   redouble::Server server;                  // a free port on 127.0.0.1; stops in the destructor
//   your_client.connect(server.uri());
//   server.clock().freeze();
//   server.advance(std::chrono::minutes(5));  // keys expire, in order, with their events
//   server.get("product:7");                  // reads state without a socket
//
// Needs only the C++17 standard library. Every member may be called from any thread; calls are answered in
// the order in which they take the server, and never from inside another call's callback.
#pragma once

#include <redouble/eviction.h>
#include <redouble/export.h>
#include <redouble/fault.h>
#include <redouble/gate.h>
#include <redouble/leaks.h>
#include <redouble/snapshot.h>
#include <redouble/value.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace redouble {

class Core;
class Server;

/// Thrown when a server cannot start: what failed, with which value, what to try.
class REDOUBLE_EXPORT StartError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A thread that several servers can share. Without one, each server has its own.
class REDOUBLE_EXPORT LoopThread {
 public:
  LoopThread();
  ~LoopThread();  ///< Servers on it keep it alive.
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

 private:
  friend class Server;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// How a server starts. Everything has a default.
struct Options {
  std::string host = "127.0.0.1";  ///< a numeric address or localhost
  int port = 0;                    ///< 0: a free one, chosen by the kernel; -1: no TCP
  std::string unix_socket;         ///< path of a unix socket; empty: none
  std::string password;            ///< `requirepass`; empty: none
  /// Serves TLS too, on a port of its own, with certificates that the server makes (see Server::tls).
  /// Certificates of your own go through `settings`: {"tls-port", "6380"}, {"tls-cert-file", …},
  /// {"tls-key-file", …}.
  bool tls = false;
  int tls_port = 0;  ///< 0: a free one
  std::vector<std::string>
      tls_names;           ///< in the certificate beside localhost, 127.0.0.1, ::1 and the host's name
  std::uint64_t seed = 0;  ///< of all randomness; 0: a new one each time (see Server::seed)
  /// Further settings by their names in redis.conf: {"maxmemory", "2mb"}, {"notify-keyspace-events", "KEA"},
  /// {"user", "alice on >secret ~app:* +@all"}.
  std::vector<std::pair<std::string, std::string>> settings;
  /// Test data that the server starts with, and `reset` brings back: a file as Server::load takes it; empty:
  /// none.
  std::string load;
  /// Shares a thread with other servers; null: a thread of its own.
  std::shared_ptr<LoopThread> thread;
  /// Gets each log line ("* Ready to accept connections"), on the server's thread or a caller's; null: none.
  std::function<void(std::string_view line)> on_log;
};

/// Time stands still while this lives, and then goes on from there as it did before.
class REDOUBLE_EXPORT FrozenClock {
 public:
  FrozenClock(FrozenClock&& other) noexcept;
  FrozenClock& operator=(FrozenClock&& other) noexcept;
  ~FrozenClock();

 private:
  friend class ServerClock;
  FrozenClock(Server& server, int mode, double scale) : server_(&server), mode_(mode), scale_(scale) {}
  void end() noexcept;
  Server* server_;
  int mode_;
  double scale_;
};

/// The server's clock. It follows the system's until it is frozen or moved. All that has to do with time goes
/// by it; what a test waits for (Server::wait_blocked …) is limited in real time.
class REDOUBLE_EXPORT ServerClock {
 public:
  using TimePoint = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

  TimePoint now() const;
  /// Stops time where it is. Only `advance` and `set` move it then.
  void freeze();
  /// Lets time run on from where it is, at its normal pace.
  void resume();
  bool frozen() const;
  /// Moves time forward, through everything that is due, in order: keys expire with their events, blocked
  /// clients time out. A negative duration moves it back: keys and timeouts live longer then, as where a
  /// machine's clock is set back.
  void advance(std::chrono::microseconds by);
  /// The same to a point in time.
  void set(TimePoint time);
  /// Lets time run faster (60 makes a minute of each second) or slower. Throws std::invalid_argument for a
  /// factor that is not between 0.001 and 1,000,000.
  void scale(double factor);
  double scale() const;
  /// Time stands still, but jumps to what is due next when a client waits for time to pass and nothing else
  /// has come in for a millisecond.
  void auto_advance(bool on = true);
  /// Freezes it as long as the guard lives.
  [[nodiscard]] FrozenClock hold();

 private:
  friend class Server;
  explicit ServerClock(Server& server) : server_(server) {}
  Server& server_;
};

/// What a TLS server shows to clients: all but `valid` are what a client has to refuse.
enum class TlsPresentation {
  valid,
  expired,
  not_yet_valid,
  other_host,  ///< a certificate for another host
  unknown_ca,  ///< of an authority that nobody knows
  self_signed,
  missing_link,  ///< of an authority between, whose own certificate is not sent
  old_protocol,  ///< TLS 1.1 at most
  drop,          ///< the connection ends in the middle of the handshake
};

/// TLS with certificates of the server's own making (Options::tls). They are the same for all servers of a
/// process.
class REDOUBLE_EXPORT ServerTls {
 public:
  int port() const;  ///< 0 without TLS
  /// rediss://[:PASSWORD@]HOST:PORT
  std::string uri(int db = 0) const;
  /// The authority that a client has to trust.
  const std::string& ca_pem() const;
  /// With these a client proves itself, where {"tls-auth-clients", "yes"} is set.
  const std::string& client_certificate_pem() const;
  const std::string& client_key_pem() const;
  /// Writes ca.pem, client.pem and client.key into a directory. Throws std::runtime_error with the reason.
  void write_to(const std::string& directory) const;
  /// What the next connections are shown. Throws std::runtime_error with the reason.
  void present(TlsPresentation what);

 private:
  friend class Server;
  explicit ServerTls(Server& server) : server_(server) {}
  Server& server_;
};

/// One numbered database of a server, without a socket. Good as long as the server. A call does first what
/// has become due, on the calling thread: that may be another client's script that CLIENT PAUSE had held
/// back, and one without an end comes back when somebody else kills it.
class REDOUBLE_EXPORT DatabaseView {
 public:
  /// Runs a command and returns its reply; an error reply is a Value, not an exception.
  Value call(std::initializer_list<std::string_view> command);
  Value call(const std::vector<std::string>& command);

  /// nullopt when the key does not exist. Throws std::runtime_error with Redis's text for another type.
  std::optional<std::string> get(std::string_view key);
  void set(std::string_view key, std::string_view value);
  void set(std::string_view key, std::string_view value, std::chrono::milliseconds ttl);
  bool exists(std::string_view key);
  bool del(std::string_view key);
  /// The time to live; nullopt when the key does not exist or never expires.
  std::optional<std::chrono::milliseconds> ttl(std::string_view key);
  /// False when the key does not exist.
  bool expire(std::string_view key, std::chrono::milliseconds ttl);
  std::int64_t incr(std::string_view key, std::int64_t by = 1);
  /// "string", "list" …, "none".
  std::string type(std::string_view key);
  /// Keys that match a glob pattern, sorted.
  std::vector<std::string> keys(std::string_view pattern = "*");
  std::size_t size();
  void flush();

 private:
  friend class Server;
  DatabaseView(Server& server, int index) : server_(server), index_(index) {}
  Server& server_;
  int index_;
};

class REDOUBLE_EXPORT Server {
 public:
  /// Starts and is ready for clients. Throws StartError.
  explicit Server(Options options = {});
  /// Stops, closes all connections and joins its thread.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;  ///< 0 without TCP
  const std::string& host() const;
  /// redis://[:PASSWORD@]HOST:PORT, or unix://PATH without TCP.
  std::string uri(int db = 0) const;
  std::uint64_t seed() const;
  /// Begins another random sequence, as REDOUBLE SEED does. What is there already keeps its order.
  void reseed(std::uint64_t seed);

  /// Closes the port and all connections. Data stay, and calls without a socket still work.
  void stop();
  /// Listens again, on the same port. Throws StartError.
  void start();
  /// stop, reset, start: what clients see when a redis-server without persistence is restarted.
  void restart();
  /// Everything as at the start: data (those of Options::load come back), scripts, functions, configuration,
  /// users, statistics, clock, the random sequence. Faults and gates end. Connections stay open, and a script
  /// that is running past its time is stopped.
  void reset();
  bool running() const;

  ServerTls& tls();

  ServerClock& clock();
  void advance(std::chrono::microseconds by) { clock().advance(by); }

  Value call(std::initializer_list<std::string_view> command) { return db(0).call(command); }
  Value call(const std::vector<std::string>& command) { return db(0).call(command); }
  /// REQUIRES: 0 <= index < `databases`; throws std::out_of_range otherwise.
  DatabaseView db(int index);

  std::optional<std::string> get(std::string_view key) { return db(0).get(key); }
  void set(std::string_view key, std::string_view value) { db(0).set(key, value); }
  void set(std::string_view key, std::string_view value, std::chrono::milliseconds ttl) {
    db(0).set(key, value, ttl);
  }
  bool exists(std::string_view key) { return db(0).exists(key); }
  bool del(std::string_view key) { return db(0).del(key); }
  std::optional<std::chrono::milliseconds> ttl(std::string_view key) { return db(0).ttl(key); }
  bool expire(std::string_view key, std::chrono::milliseconds ttl) { return db(0).expire(key, ttl); }
  std::int64_t incr(std::string_view key, std::int64_t by = 1) { return db(0).incr(key, by); }
  std::string type(std::string_view key) { return db(0).type(key); }
  std::vector<std::string> keys(std::string_view pattern = "*") { return db(0).keys(pattern); }
  std::size_t size() { return db(0).size(); }
  void flush_all();

  // In place of sleeping: these block the calling thread until it is so, or for `timeout` of real time, and
  // tell which.
  /// At least `n` clients are blocked on a key of database 0 (BLPOP, XREAD BLOCK …).
  [[nodiscard]] bool wait_blocked(std::string_view key, std::size_t n = 1,
                                  std::chrono::milliseconds timeout = std::chrono::seconds(5));
  /// Exactly `n` clients are connected.
  [[nodiscard]] bool wait_clients(std::size_t n, std::chrono::milliseconds timeout = std::chrono::seconds(5));
  /// At least `n` would get a message on a channel; patterns that match count.
  [[nodiscard]] bool wait_subscribers(std::string_view channel, std::size_t n = 1,
                                      std::chrono::milliseconds timeout = std::chrono::seconds(5));
  /// Every request that came is executed, or blocked on a key, and every reply is sent.
  [[nodiscard]] bool wait_idle(std::chrono::milliseconds timeout = std::chrono::seconds(5));
  /// A command ("get", "client|list") was called `n` times since the start, `reset` or CONFIG RESETSTAT.
  /// Throws std::invalid_argument when there is no such command.
  [[nodiscard]] bool wait_commands(std::string_view name, std::size_t n,
                                   std::chrono::milliseconds timeout = std::chrono::seconds(5));

  /// The keys that went because of `maxmemory`, oldest first: the latest 10,000.
  std::vector<EvictedKey> evictions() const;
  /// How many went, since the start, `reset` or `forget_evictions`.
  std::uint64_t evicted() const;
  void forget_evictions();
  /// Asserts that from now on no key that matches the glob pattern is evicted; see redouble/eviction.h.
  [[nodiscard]] NeverEvict never_evict(std::string_view pattern);

  /// From now on this goes wrong, as `REDOUBLE FAULT ADD` has it: "COMMAND GET KEY user:* DELAY 50ms". Calls
  /// from inside this program are never matched. Throws std::invalid_argument with what would have been
  /// right.
  [[nodiscard]] Fault fault(std::string_view rule);
  /// From now on clients stop here, as with `REDOUBLE GATE ADD`: "COMMAND SET KEY cache:* AT EXECUTED".
  /// Throws std::invalid_argument with what would have been right.
  [[nodiscard]] Gate gate(std::string_view rule);

  /// The data set as it is now: all databases and the functions, or the keys of one database; see
  /// redouble/snapshot.h.
  Snapshot snapshot();
  /// Throws std::out_of_range when there is no such database.
  Snapshot snapshot(int db);
  /// Puts a snapshot, of this or another server, in the place of the keys of the databases that it holds; the
  /// functions too when it is of a whole server. Throws std::runtime_error with the reason, and nothing has
  /// changed then.
  void restore(const Snapshot& snapshot);
  /// The same for one database alone: of a whole server's snapshot the database of that number; the keys of a
  /// single database go there whatever its own number was.
  void restore(const Snapshot& snapshot, int db);

  /// Adds the data of a file to what is there: .json, .rdb, or commands (.redis, .txt); REDOUBLE LOAD HELP
  /// tells how they look. Returns how many keys, or commands, there were. Throws std::runtime_error with
  /// file, line and reason; JSON and RDB files are loaded whole or not at all.
  std::size_t load(const std::string& path);
  /// The same from a text.
  std::size_t load_json(std::string_view json);
  std::size_t load_commands(std::string_view lines);

  /// What a test left behind: keys that were not loaded at the start, and connections that are still open,
  /// with their subscriptions, transactions and what they wait for.
  LeakReport leaks() const;

  /// Writes all data to a file that redis-server 7.0 loads too. Throws std::runtime_error with the reason.
  void save_rdb(const std::string& path);
  /// Replaces all data by those of such a file. Throws std::runtime_error with the reason, and nothing has
  /// changed then.
  void load_rdb(const std::string& path);

 private:
  friend class ServerClock;
  friend class ServerTls;
  friend class DatabaseView;
  friend class NeverEvict;
  friend class FrozenClock;
  Core& core() const;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace redouble
