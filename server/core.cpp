#include "server/core.h"

#include <fmt/format.h>

#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <thread>

#include "redouble/server.h"
#include "scripting/scripting.h"
#include "server/connection.h"
#include "server/descriptors.h"

namespace redouble {
namespace {

using Stream = asio::generic::stream_protocol;

constexpr std::size_t kScratchSize = 64 * 1024;
constexpr int kAcceptsPerTurn = 1000;

bool is_loopback(const Stream::endpoint& endpoint) {
  if (endpoint.protocol().family() != AF_INET && endpoint.protocol().family() != AF_INET6) return true;
  asio::ip::tcp::endpoint tcp;
  std::memcpy(tcp.data(), endpoint.data(), endpoint.size());
  tcp.resize(endpoint.size());
  const auto address = tcp.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback();
  return address.is_loopback();
}

}  // namespace

Core::Core(asio::io_context& loop, Settings settings)
    : engine(clock, settings.config, *this, settings.seed, scripting()),
      loop_(loop),
      settings_(std::move(settings)),
      timer_(loop),
      plain_door_{Setting::port, Speaks::plain, settings_.any_port},
      tls_door_{Setting::tls_port, Speaks::tls, settings_.any_tls_port} {
  for (const auto& [from, to] : settings_.renamed_commands) engine.rename_command(from, to);
}

Core::~Core() = default;

// --- Clients -------------------------------------------------------------------------------------------

void Core::await_client(const std::shared_ptr<Listener>& listener) {
  handler_began();
  listener->acceptor.async_wait(asio::socket_base::wait_read, [this, listener](asio::error_code error) {
    const auto guard = locked();
    if (!error && listener->acceptor.is_open()) {
      engine.tick();
      accept_some(*listener);
      if (listener->acceptor.is_open()) await_client(listener);
    }
    service();
    handler_ended();
  });
}

void Core::accept_some(Listener& listener) {
  for (int i = 0; i < kAcceptsPerTurn && listener.acceptor.is_open(); ++i) {
    Stream::socket socket(loop_);
    asio::error_code error;
    listener.acceptor.accept(socket, error);
    if (error == asio::error::would_block) return;
    if (error) {
      // Out of descriptors: the client waits in the backlog until one is free.
      log(LogLevel::warning, fmt::format("Accepting client connection: {}", error.message()));
      return;
    }
    adopt(std::move(socket), listener.speaks);
  }
}

void Core::adopt(Stream::socket socket, Speaks speaks) {
  asio::error_code ignored;
  socket.non_blocking(true, ignored);
  // A TLS client can be told nothing before the handshake.
  const auto refuse = [&](std::string_view text) {
    if (speaks == Speaks::plain)
      static_cast<void>(socket.write_some(asio::buffer(text.data(), text.size()), ignored));
    ++engine.stats.connections_rejected;
  };
  if (speaks == Speaks::tls && !tls_) return refuse({});
  const auto most = static_cast<std::size_t>(engine.config.number(Setting::maxclients));
  if (connections_.size() >= most) return refuse("-ERR max number of clients reached\r\n");
  if (engine.config.flag(Setting::protected_mode) && engine.acl.default_user().without_password() &&
      !is_loopback(socket.remote_endpoint(ignored)))
    return refuse(
        "-DENIED Redis is running in protected mode because protected mode is enabled and no password is set "
        "for "
        "the default user: connections are accepted from the loopback interface only. Set a password "
        "(requirepass), or turn the mode off with 'CONFIG SET protected-mode no' from this machine or "
        "'--protected-mode no' at the start.\r\n");
  const int family = socket.local_endpoint(ignored).protocol().family();
  if (family == AF_INET || family == AF_INET6) {
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    if (engine.config.number(Setting::tcp_keepalive) > 0)
      socket.set_option(asio::socket_base::keep_alive(true), ignored);
  }
  if (scratch_.empty()) scratch_.resize(kScratchSize);
  auto* connection =
      new Connection(*this, Channel(std::move(socket), speaks == Speaks::tls ? tls_ : TlsContext()));
  connections_.insert(connection);
  connection->start();
}

// --- Running ---------------------------------------------------------------------------------------------

void Core::service() {
  while (Session* session = engine.next_dirty())
    if (session->connection != nullptr) session->connection->service();
  if (was_asleep_ && !engine.asleep()) {
    was_asleep_ = false;
    const std::vector<Connection*> all(connections_.begin(), connections_.end());
    for (Connection* connection : all) connection->service();
  }
  was_asleep_ = engine.asleep();
  bury();
  arm_timer();
  collect_garbage();
}

// Big values that were deleted go bit by bit, with the other clients' turns in between.
void Core::collect_garbage() {
  constexpr std::size_t kSlice = 2000;
  if (collecting_ || !started_ || engine.garbage.empty()) return;
  collecting_ = true;
  handler_began();
  asio::post(loop_, [this] {
    const auto guard = locked();
    collecting_ = false;
    engine.garbage.collect(kSlice);
    collect_garbage();
    handler_ended();
  });
}

// Replies wait until every connection that is readable in this turn of the loop has been read: what is posted
// now runs behind those. A client program with many connections then wakes up once for all of its replies,
// not once for each, and the wake-ups are what costs most. A connection that is alone is answered at once.
void Core::answer(Connection& connection) {
  if (connections_.size() == 1) return connection.service();
  if (connection.awaiting_answer_) return;
  connection.awaiting_answer_ = true;
  unanswered_.push_back(&connection);
  if (unanswered_.size() > 1) return;
  handler_began();
  asio::post(loop_, [this] {
    const auto guard = locked();
    answer_all();
    service();
    handler_ended();
  });
}

void Core::answer_all() {
  for (Connection* connection : std::exchange(unanswered_, {})) {
    connection->awaiting_answer_ = false;
    if (connection->closed_)
      connection->release_if_idle();
    else
      connection->service();
  }
}

void Core::bury() {
  for (Connection* connection : graveyard_) {
    connections_.erase(connection);
    delete connection;
  }
  graveyard_.clear();
}

// One timer, for the nearest deadline. A timer that is already set for an earlier time is left alone: when
// it goes off too early it is set again, which is cheaper than moving it with every key.
void Core::arm_timer() {
  const Millis next = engine.next_deadline();
  if (next == kNever || !started_ || clock.frozen() || engine.busy() ||
      (timer_pending_ && armed_for_ <= next))
    return;
  armed_for_ = next;
  // A deadline may be further away than a clock reaches: the timer then goes off too early, which does no
  // harm.
  constexpr Millis kFar = 24LL * 60 * 60 * 1000;
  const Millis wait = std::clamp<Millis>(next - clock.now() / 1000, 0, kFar);
  const auto delay = std::chrono::microseconds(std::max<Micros>(0, wait * 1000 - clock.now() % 1000));
  timer_pending_ = true;
  handler_began();
  timer_.expires_after(delay);
  timer_.async_wait([this](asio::error_code error) {
    const auto guard = locked();
    if (!error) {
      timer_pending_ = false;
      engine.tick();
      service();
    }
    handler_ended();
  });
}

void Core::handler_ended() {
  bury();
  if (--handlers_ == 0) drained_.notify_all();
}

void Core::close() {
  // From here on the timer stays as it is: a handler that ends now must not keep the loop to the next
  // deadline.
  started_ = false;
  if (engine.busy()) engine.scripts()->abort();
  close_listeners();
  answer_all();
  const std::vector<Connection*> all(connections_.begin(), connections_.end());
  for (Connection* connection : all) connection->close();
  bury();
  timer_.cancel();
  timer_pending_ = false;
  armed_for_ = kNever;
}

void Core::wait_drained() {
  std::unique_lock guard(lock_);
  drained_.wait(guard, [this] { return handlers_ == 0; });
}

// --- Host ------------------------------------------------------------------------------------------------

void Core::log(LogLevel level, std::string_view text) {
  if (settings_.log && level >= engine.config.log_level()) settings_.log(level, text);
}

HostFacts Core::facts() {
  HostFacts facts;
  facts.tcp_port = port() != 0 ? port() : tls_port();
  facts.process_id = ::getpid();
  facts.config_file = settings_.config_file;
  facts.maximum_clients = engine.config.number(Setting::maxclients);
  if (utsname system; ::uname(&system) == 0)
    facts.operating_system = fmt::format("{} {} {}", system.sysname, system.release, system.machine);
  char path[4096];
  if (const auto n = ::readlink("/proc/self/exe", path, sizeof path); n > 0)
    facts.executable.assign(path, static_cast<std::size_t>(n));
  facts.total_system_memory = static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
  if (std::FILE* statm = std::fopen("/proc/self/statm", "r")) {
    long long total = 0, resident = 0;
    if (std::fscanf(statm, "%lld %lld", &total, &resident) == 2)
      facts.resident_bytes = resident * ::sysconf(_SC_PAGESIZE);
    std::fclose(statm);
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  facts.user_seconds = seconds(usage.ru_utime);
  facts.system_seconds = seconds(usage.ru_stime);
  return facts;
}

std::optional<std::string> Core::read_file(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return std::nullopt;
  std::string content;
  std::error_code error;
  // What a file says of its size is a hint: it may be a pipe.
  if (const auto size = std::filesystem::file_size(path, error); !error) content.reserve(size + 1);
  std::vector<char> part(256 * 1024);
  for (std::size_t n; (n = std::fread(part.data(), 1, part.size(), file)) > 0;)
    content.append(part.data(), n);
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  return failed ? std::nullopt : std::optional(std::move(content));
}

std::string Core::write_file(const std::string& path, std::string_view content) {
  const std::string fresh = fmt::format("{}.{}.tmp", path, ::getpid());
  std::FILE* file = std::fopen(fresh.c_str(), "wb");
  if (file == nullptr) return std::strerror(errno);
  const bool written = std::fwrite(content.data(), 1, content.size(), file) == content.size();
  const bool closed = std::fclose(file) == 0;
  if (written && closed && std::rename(fresh.c_str(), path.c_str()) == 0) return {};
  const std::string reason = std::strerror(errno);
  ::unlink(fresh.c_str());
  return reason;
}

std::string Core::setting_changed(Setting setting) {
  Config& config = engine.config;
  switch (setting) {
    case Setting::port:
    case Setting::bind:
      return listen_anew(setting);
    case Setting::dir: {
      // The process stays where it is: it may be a test program with directories of its own.
      std::error_code error;
      const auto path = std::filesystem::canonical(config.text(setting), error);
      if (!error && !std::filesystem::is_directory(path))
        error = std::make_error_code(std::errc::not_a_directory);
      if (error) return std::strerror(error.value());
      config.assign_text(setting, path.string());
      return {};
    }
    case Setting::maxclients: {
      const auto wanted = config.number(setting);
      const auto possible = allow_clients(wanted);
      if (possible >= wanted) return {};
      return fmt::format(
          "The operating system is not able to handle the specified number of clients, try with {}",
          possible);
    }
    case Setting::redouble_tls:
    case Setting::redouble_tls_names:
    case Setting::redouble_tls_present:
    case Setting::tls_auth_clients:
    case Setting::tls_ca_cert_dir:
    case Setting::tls_ca_cert_file:
    case Setting::tls_cert_file:
    case Setting::tls_ciphers:
    case Setting::tls_ciphersuites:
    case Setting::tls_cluster:
    case Setting::tls_dh_params_file:
    case Setting::tls_key_file:
    case Setting::tls_key_file_pass:
    case Setting::tls_port:
    case Setting::tls_prefer_server_ciphers:
    case Setting::tls_protocols:
    case Setting::tls_replication:
    case Setting::tls_session_cache_size:
    case Setting::tls_session_cache_timeout:
    case Setting::tls_session_caching:
      return tls_changed(setting);
    default:
      return {};
  }
}

// The reply of SHUTDOWN is never sent: everything closes as soon as the command has ended.
void Core::shutdown() {
  if (shutting_down_) return;
  shutting_down_ = true;
  if (!engine.busy()) return post_shutdown();
  shutdown_when_idle_ = true;
  engine.scripts()->abort();
}

void Core::post_shutdown() {
  handler_began();
  asio::post(loop_, [this, then = settings_.on_shutdown] {
    {
      const auto guard = locked();
      if (settings_.before_shutdown) settings_.before_shutdown();
      close();
      shutting_down_ = false;
      handler_ended();
    }
    // From here on the core may be gone.
    if (then) then();
  });
}

// The script's thread has the lock; it lets go of it for a moment. On the loop's own thread the loop's
// handlers are run here, inside the one that runs the script; otherwise the loop runs them by itself, and
// callers their calls.
void Core::serve_while_busy() {
  constexpr int kHandlers = 64;
  constexpr auto kPause = std::chrono::microseconds(50);
  if (!set_aside_)
    set_aside_.emplace(std::exchange(batch_, std::make_unique<RequestBatch>()),
                       std::exchange(scratch_, std::vector<char>(kScratchSize)));
  lock_.unlock();
  if (loop_.get_executor().running_in_this_thread())
    for (int i = 0; i < kHandlers && loop_.poll_one() > 0; ++i) {
    }
  std::this_thread::sleep_for(kPause);
  lock_.lock();
}

void Core::busy_ended() {
  if (!set_aside_) return;
  batch_ = std::move(set_aside_->batch);
  scratch_ = std::move(set_aside_->scratch);
  set_aside_.reset();
  idle_.notify_all();
  if (std::exchange(shutdown_when_idle_, false)) post_shutdown();
}

std::unique_lock<std::mutex> Core::locked_idle() {
  auto guard = locked();
  if (engine.busy()) engine.scripts()->abort();
  idle_.wait(guard, [this] { return !engine.busy(); });
  return guard;
}

bool Core::is_local(const Session& session) {
  return session.over_unix_socket || session.address.starts_with("127.") ||
         session.address.starts_with("[::1]");
}

}  // namespace redouble
