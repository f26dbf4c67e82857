// How clients come in: accepted, refused, or turned away when no descriptor is left; and the end of those
// that knock at the TLS port and never finish their handshake.
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "server/connection.h"
#include "server/core.h"

namespace redouble {
namespace {

using std::chrono::steady_clock;

constexpr int kAcceptsPerTurn = 1000;
// How long accepting rests when it fails and nobody can be turned away.
constexpr auto kPause = std::chrono::milliseconds(100);
constexpr auto kComplaints = std::chrono::seconds(10);

// The words of redis-server.
constexpr std::string_view kDenied =
    "-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for "
    "the default user. In this mode connections are only accepted from the loopback interface. If you want "
    "to connect from external computers to Redis you may adopt one of the following solutions: 1) Just "
    "disable protected mode sending the command 'CONFIG SET protected-mode no' from the loopback interface "
    "by connecting to Redis from the same host the server is running, however MAKE SURE Redis is not "
    "publicly accessible from internet if you do so. Use CONFIG REWRITE to make this change permanent. 2) "
    "Alternatively you can just disable the protected mode by editing the Redis configuration file, and "
    "setting the protected mode option to 'no', and then restarting the server. 3) If you started the server "
    "manually just for testing, restart it with the '--protected-mode no' option. 4) Setup a an "
    "authentication password for the default user. NOTE: You only need to do one of the above things in "
    "order for the server to start accepting connections from the outside.\r\n";

constexpr std::string_view kNoDescriptor =
    "-ERR max number of clients reached: no file descriptor is free\r\n";

// As in Redis 127.0.0.1 and ::1, and no other of the addresses that loop back.
bool is_loopback(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET)
    return reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr == htonl(INADDR_LOOPBACK);
  if (address.ss_family != AF_INET6) return true;
  return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr) != 0;
}

// A peer that has died without a word is found out after twice that time, as in Redis.
void keep_alive(int descriptor, int seconds) {
  if (seconds == 0) return;
  const auto set = [descriptor](int level, int option, int value) {
    ::setsockopt(descriptor, level, option, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, seconds);
  set(IPPROTO_TCP, TCP_KEEPINTVL, std::max(seconds / 3, 1));
  set(IPPROTO_TCP, TCP_KEEPCNT, 3);
}

// The next client that waits; a descriptor below 0 means that there is none, for the reason in errno.
Socket accept_one(int listener, sockaddr_storage& peer) {
  socklen_t size = sizeof peer;
  return Socket(::accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

}  // namespace

// --- Accepting -------------------------------------------------------------------------------------------

// Listeners that are not waited for: new ones, and those that could take nobody in for want of memory or
// descriptors.
void Core::await_clients() {
  if (pausing_ || !started_) return;
  idle_listeners_ = false;
  for (const auto& listener : listeners_)
    if (!listener->awaited) await_client(listener);
}

void Core::await_client(const std::shared_ptr<Listener>& listener) {
  idle_listeners_ = true;  // unless what follows succeeds
  begin([&] {
    listener->acceptor.async_wait(asio::socket_base::wait_read, [this, listener](asio::error_code error) {
      handle([&] {
        listener->awaited = false;
        idle_listeners_ = true;
        if (error || !listener->acceptor.is_open()) return;
        ++activity_;
        engine.tick();
        if (!accept_some(*listener)) pause_accepting();
      });
    });
  });
  listener->awaited = true;
  idle_listeners_ =
      std::any_of(listeners_.begin(), listeners_.end(), [](const auto& each) { return !each->awaited; });
}

// False when accepting should rest for a while.
bool Core::accept_some(Listener& listener) {
  for (int i = 0; i < kAcceptsPerTurn && listener.acceptor.is_open(); ++i) {
    sockaddr_storage peer{};
    Socket socket = accept_one(listener.acceptor.native_handle(), peer);
    if (socket.descriptor() >= 0) {
      adopt(std::move(socket), peer, listener.speaks);
      continue;
    }
    const int why = errno;
    if (why == EAGAIN || why == EWOULDBLOCK) return true;
    if (why == ECONNABORTED || why == EINTR) continue;
    complain(std::strerror(why));
    bool somebody = true;
    if ((why != EMFILE && why != ENFILE) || !turn_away(listener, somebody)) return false;
    // The kernel says so too where nobody is waiting.
    if (!somebody) return true;
  }
  return true;
}

// Not for each client that comes meanwhile.
void Core::complain(std::string_view why) {
  const auto now = steady_clock::now();
  if (complained_at_ && now - *complained_at_ < kComplaints) return;
  complained_at_ = now;
  log(LogLevel::warning, fmt::format("Accepting client connection: {}", why));
}

// With the descriptor that is kept for this: a client learns at once that there is no room for it, instead of
// waiting in the kernel's queue, where it would keep the loop busy.
bool Core::turn_away(Listener& listener, bool& somebody) {
  if (!spare_.give_up()) return false;
  {
    sockaddr_storage peer{};
    Socket socket = accept_one(listener.acceptor.native_handle(), peer);
    somebody = socket.descriptor() >= 0;
    if (somebody) refuse(socket, listener.speaks, kNoDescriptor);
  }
  return spare_.take();
}

void Core::pause_accepting() {
  if (pausing_) return;
  begin([this] {
    pause_timer_.expires_after(kPause);
    pause_timer_.async_wait([this](asio::error_code) {
      handle([this] {
        pausing_ = false;
        if (started_) static_cast<void>(spare_.take());
      });
    });
  });
  pausing_ = true;
}

// A TLS client can be told nothing before the handshake.
void Core::refuse(Socket& socket, Speaks speaks, std::string_view text) {
  if (speaks == Speaks::plain) static_cast<void>(socket.write(text.data(), text.size()));
  ++engine.stats.connections_rejected;
}

// Asio and the kernel may have no room for one.
bool Core::open_poller() {
  if (poller_ != nullptr) return true;
  try {
    poller_ = std::make_unique<Poller>(loop_);
  } catch (const asio::system_error& failure) {
    complain(failure.code().message());
    return false;
  }
  idle_poller_ = true;
  return true;
}

void Core::adopt(Socket socket, const sockaddr_storage& peer, Speaks speaks) {
  if (speaks == Speaks::tls && !tls_) return refuse(socket, speaks, {});
  const auto most = static_cast<std::size_t>(engine.config.number(Setting::maxclients));
  if (connections_.size() >= most) return refuse(socket, speaks, "-ERR max number of clients reached\r\n");
  if (engine.config.flag(Setting::protected_mode) && engine.acl.default_user().without_password() &&
      !is_loopback(peer))
    return refuse(socket, speaks, kDenied);
  if (peer.ss_family == AF_INET || peer.ss_family == AF_INET6) {
    const int at_once = 1;
    ::setsockopt(socket.descriptor(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    keep_alive(socket.descriptor(), static_cast<int>(engine.config.number(Setting::tcp_keepalive)));
  }
  if (!open_poller()) return refuse(socket, speaks, kNoDescriptor);
  // So that closing, later, needs no memory.
  if (graveyard_.capacity() <= connections_.size()) graveyard_.reserve(2 * connections_.size() + 16);
  auto connection = std::make_unique<Connection>(
      *this, Channel(std::move(socket), speaks == Speaks::tls ? tls_ : TlsContext()));
  try {
    connections_.insert(connection.get());
    if (speaks == Speaks::tls) begin_handshake(*connection);
  } catch (const std::bad_alloc&) {
    connections_.erase(connection.get());
    end_handshake(*connection);
    engine.disconnect(*connection->session_);
    throw;
  }
  Connection& taken = *connection.release();
  if (!poller_->add(taken.channel_.descriptor(), &taken)) return taken.close();
  auto greeting = Interception::Greeting::refused;
  try {
    greeting = engine.interception.greet(*taken.session_);
  } catch (const std::bad_alloc&) {
    out_of_memory();
  }
  if (greeting == Interception::Greeting::welcome) taken.start();
  if (greeting == Interception::Greeting::refused) taken.close();
}

// --- Handshakes ------------------------------------------------------------------------------------------

// In real time, whatever the clock of the engine does: who never ends a handshake is no client yet.
void Core::begin_handshake(Connection& connection) {
  const auto allowed = engine.config.number(Setting::redouble_tls_handshake_ms);
  if (allowed == 0) return;
  const auto until = steady_clock::now() + std::chrono::milliseconds(allowed);
  connection.handshake_until_ = until;
  handshakes_.emplace(until, &connection);
  await_handshakes();
}

void Core::end_handshake(Connection& connection) {
  handshakes_.erase({connection.handshake_until_, &connection});
  connection.handshake_until_ = Connection::kNoHandshake;
}

// One timer for the first that is due. It may be over when its time comes: the timer is then set anew.
void Core::await_handshakes() {
  if (handshakes_.empty() || !started_) return;
  const auto first = handshakes_.begin()->first;
  if (handshake_timer_pending_ && handshake_timer_.expiry() <= first) return;
  begin([this, first] {
    handshake_timer_.expires_at(first);
    handshake_timer_.async_wait([this](asio::error_code error) {
      handle([this, error] {
        if (error) return;  // set anew, or the server has closed
        handshake_timer_pending_ = false;
        end_late_handshakes();
        await_handshakes();
      });
    });
  });
  handshake_timer_pending_ = true;
}

void Core::end_late_handshakes() {
  const auto now = steady_clock::now();
  while (!handshakes_.empty() && handshakes_.begin()->first <= now) {
    Connection& late = *handshakes_.begin()->second;
    log(LogLevel::notice, fmt::format("Closing client {}: its TLS handshake took too long "
                                      "(redouble-tls-handshake-ms)",
                                      late.session_->address));
    late.close();
  }
}

}  // namespace redouble
