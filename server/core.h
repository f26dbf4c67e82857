// A running server: an engine, the sockets it listens on and its connections, all on one loop.
// Invariant: whoever touches the engine, a connection or a listener holds `lock`: the loop's handlers while
// they run, and callers from other threads for the length of one call.
#pragma once

#include <asio/basic_socket_acceptor.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <sys/socket.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "redouble/server.h"
#include "server/connection.h"
#include "server/descriptors.h"
#include "server/poller.h"
#include "server/request_batch.h"
#include "server/socket_ring.h"
#include "server/system_clock.h"
#include "server/tls_stream.h"

namespace redouble {

class ListenError : public StartError {
 public:
  ListenError(const std::string& text, bool on_tls_port) : StartError(text), tls(on_tls_port) {}
  const bool tls;
};

class Core final : public Host {
 public:
  struct Settings {
    Config config;
    std::uint64_t seed = 1;
    bool any_port = false;      // take a port from the kernel instead of `port`
    bool any_tls_port = false;  // and instead of `tls-port`
    std::string config_file;
    std::vector<std::pair<std::string, std::string>> renamed_commands;
    std::function<void(LogLevel, std::string_view)> log;
    /// What SHUTDOWN does before the first connection is closed.
    std::function<void()> before_shutdown;
    /// What SHUTDOWN does after all connections are closed; called on the loop.
    std::function<void()> on_shutdown;
  };

  Core(asio::io_context& loop, Settings settings);
  /// REQUIRES: drained (see `close`), or the loop has ended.
  ~Core() override;

  /// Makes new TLS connections follow the settings as they are now. What failed, or nothing.
  std::string configure_tls();
  /// Opens the listening sockets. Throws StartError: a ListenError when a port or path cannot be had.
  void listen();
  /// Closes listening sockets and connections; handlers still under way end soon after.
  void close();
  /// Waits until no handler of this server is left on the loop. REQUIRES: not on the loop's thread, closed.
  void wait_drained();
  bool listening() const { return !listeners_.empty(); }
  int port() const { return plain_door_.port; }
  int tls_port() const { return tls_door_.port; }
  /// Goes back to the ports and the TLS of the start: to be called after a reset of the engine.
  void follow_settings();

  /// Runs a command without a socket, on any thread.
  template <class Body>
  auto with_engine(Body&& body) {
    const std::lock_guard guard(lock_);
    ++activity_;
    engine.tick();
    try {
      if constexpr (std::is_void_v<decltype(body(engine))>) {
        body(engine);
        service();
      } else {
        auto result = body(engine);
        service();
        return result;
      }
    } catch (const std::bad_alloc&) {
      // What it did for others reaches them.
      service();
      throw;
    }
  }
  std::unique_lock<std::mutex> locked() { return std::unique_lock(lock_); }
  /// The same when no script is running past its time: ends one that is.
  std::unique_lock<std::mutex> locked_idle();
  /// Lets the calling thread wait until the condition holds, or for so long in real time; whether it did.
  /// REQUIRES: not on the loop's thread.
  bool await(Waits::Condition condition, std::chrono::milliseconds patience);
  /// Hands out what the engine has for the sockets, and looks at the next deadline. REQUIRES: locked.
  void service();

  // Host:
  void log(LogLevel level, std::string_view text) override;
  HostFacts facts() override;
  std::optional<std::string> read_file(const std::string& path) override;
  std::string write_file(const std::string& path, std::string_view content) override;
  std::string setting_changed(Setting setting) override;
  void reset_ended() override { follow_settings(); }
  void shutdown() override;
  bool is_local(const Session& session) override;
  void serve_while_busy() override;
  void busy_ended() override;
  std::int64_t real_ms() override;
  bool all_served() override { return !engine.has_dirty() && unanswered_.empty(); }
  bool all_quiet(const Session* asking) override;

 private:
  SystemClock system_clock_;

 public:
  Engine engine;

 private:
  friend class Connection;
  /// Where connections read into, at most that much at once, the requests that are parsed of it before their
  /// turn comes, and those of the connection whose turn it is: one for all servers of a thread.
  struct Workplace {
    char bytes[64 * 1024];
    RequestBatch ahead, batch;
    SocketRing socket_ring;

    bool has_ring();
  };
  // What each has of `bytes` that is read from together with others, and how many make that worth it.
  static constexpr std::size_t kReadSlot = 4096;
  static constexpr std::size_t kFewestTogether = 4;
  static constexpr std::size_t kMostAhead = 16 * 1024;  // of `bytes`: behind that nobody is read from first
  static std::unique_ptr<Workplace>& own_workplace();
  static Workplace& workplace();
  using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

  enum class Speaks : std::uint8_t { plain, tls };
  struct Listener {
    Listener(asio::io_context& loop, Speaks what) : acceptor(loop), speaks(what) {}
    Acceptor acceptor;
    Speaks speaks;
    bool awaited = false;  // the loop tells when somebody comes
  };
  // What is listened on over TCP, once plainly and once with TLS.
  struct Door {
    Setting setting;
    Speaks speaks;
    bool any;  // the kernel chooses
    int port = 0;
    int chosen = 0;  // what the kernel chose first

    bool wanted(const Config& config) const { return any || config.number(setting) != 0; }
  };

  void open(const asio::generic::stream_protocol::endpoint& endpoint, const std::string& name, Speaks speaks);
  void listen_tcp(Door& door);
  void listen_unix();
  void close_listeners();
  std::string listen_anew(Setting setting);
  std::string tls_changed(Setting setting);
  void report_port(const Door& door);
  bool go_home(Door& door, bool any);
  void await_clients();
  void await_client(const std::shared_ptr<Listener>& listener);
  bool accept_some(Listener& listener);
  void complain(std::string_view why);
  bool turn_away(Listener& listener, bool& somebody);
  void pause_accepting();
  void refuse(Socket& socket, Speaks speaks, std::string_view text);
  void begin_handshake(Connection& connection);
  void end_handshake(Connection& connection);
  void await_handshakes();
  void end_late_handshakes();
  bool open_poller();
  void adopt(Socket socket, const sockaddr_storage& peer, Speaks speaks);
  void released(Connection& connection) { graveyard_.push_back(&connection); }
  void ready();
  void await_ready();
  void give_turn(Connection& connection);
  void take_turns();
  std::size_t read_together(std::size_t most);
  std::size_t write_together();
  void take_in(Connection& connection, std::string_view bytes);
  void execute_intake();
  void answer_all();
  void collect_garbage();
  void bury();
  // A timer of the loop, and what it is set for.
  struct Alarm {
    explicit Alarm(asio::io_context& loop) : timer(loop) {}
    asio::steady_timer timer;
    Millis armed_for = kNever;
    bool pending = false;
  };
  void ring(Alarm& alarm, std::chrono::microseconds delay, void (Core::*due)());
  void arm_timers();
  void cancel_timers();
  void arm_deadlines();
  void deadlines_due();
  void arm_patience();
  void patience_due();
  void arm_leap();
  void leap();
  /// Begins an asynchronous wait, whose handler calls `handle`.
  template <class Start>
  void begin(Start&& start) {
    start();
    ++handlers_;
  }
  /// The frame of every handler of the loop. Memory that cannot be had ends what it did, never the server.
  template <class Body>
  void handle(Body&& body) {
    const auto guard = locked();
    try {
      body();
    } catch (const std::bad_alloc&) {
      out_of_memory();
    }
    try {
      service();
    } catch (const std::bad_alloc&) {
      out_of_memory();
    }
    handler_ended();
  }
  void out_of_memory() noexcept;
  void handler_ended();
  void post_shutdown();

  asio::io_context& loop_;
  Settings settings_;
  std::mutex lock_;
  std::condition_variable drained_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::unordered_set<Connection*> connections_;
  std::unique_ptr<Poller> poller_;              // null until the first connection
  bool idle_poller_ = false;                    // it is not waited for
  bool in_turns_ = false;                       // it will be waited for when these are over
  int lull_ = 0;                                // for so many turns nobody is expected to have come meanwhile
  Connection::Line<&Connection::turn_> turns_;  // who has something to do
  Connection::Line<&Connection::intake_> intake_;  // who has been read from, and is to be executed
  std::size_t intake_size_ = 0;  // bytes of those: the workplace's next free ones are behind
  bool intake_ends_ = false;     // the last one is not to wait for others
  Connection::Line<&Connection::answer_> unanswered_;  // and who is to be answered behind them
  bool giving_turns_ = false;                          // a handler is on its way for those
  std::vector<Connection*> graveyard_;                 // closed, to be deleted when the present handler ends
  Alarm deadlines_, patience_, leap_;
  std::uint64_t clock_version_ = 0;  // when deadlines_ was armed
  std::uint64_t activity_ = 0;       // counts what comes in: reads, connections, direct calls
  std::uint64_t leap_from_ = 0;      // what it was when leap_ was armed
  std::condition_variable met_;      // for `await`
  asio::steady_timer handshake_timer_;
  bool handshake_timer_pending_ = false;
  std::set<std::pair<std::chrono::steady_clock::time_point, Connection*>> handshakes_;  // the first to be due
  asio::steady_timer pause_timer_;
  bool pausing_ = false;         // accepting rests
  bool idle_listeners_ = false;  // some are not waited for
  std::optional<std::chrono::steady_clock::time_point> complained_at_;
  SpareDescriptor spare_;
  // What the request of a script that runs past its time lies in, while others use a new one.
  std::optional<std::unique_ptr<Workplace>> set_aside_;
  std::condition_variable idle_;
  bool shutdown_when_idle_ = false;
  bool was_asleep_ = false;
  bool collecting_ = false;
  bool shutting_down_ = false;
  std::size_t handlers_ = 0;
  Door plain_door_, tls_door_;
  TlsContext tls_;          // what the next TLS connection gets; null while there is no TLS
  bool tls_drops_ = false;  // cut each handshake short (redouble-tls-present drop)
  bool started_ = false;    // between listen and close, even if the settings leave nothing to listen on
  std::optional<std::pair<Door, Door>> lost_doors_;  // to go back to when new settings cannot be listened on
  std::string unix_path_;
};

}  // namespace redouble
