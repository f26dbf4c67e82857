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

#include "engine/marked.h"
#include "redouble/server.h"
#include "scripting/scripting.h"
#include "server/connection.h"
#include "server/descriptors.h"

namespace redouble {

Core::Core(asio::io_context& loop, Settings settings)
    : engine(system_clock_, settings.config, *this, settings.seed, scripting()),
      loop_(loop),
      settings_(std::move(settings)),
      deadlines_(loop),
      patience_(loop),
      leap_(loop),
      handshake_timer_(loop),
      pause_timer_(loop),
      plain_door_{Setting::port, Speaks::plain, settings_.any_port},
      tls_door_{Setting::tls_port, Speaks::tls, settings_.any_tls_port} {
  for (const auto& [from, to] : settings_.renamed_commands) engine.rename_command(from, to);
}

Core::~Core() = default;

// --- Running ---------------------------------------------------------------------------------------------

// What the loop does that belongs to no connection is given up here; the server goes on.
void Core::out_of_memory() noexcept {
  engine.garbage.collect_all();
  try {
    log(LogLevel::warning, "Out of memory: what was under way has been given up");
  } catch (const std::bad_alloc&) {  // then without a word
  }
}

void Core::service() {
  // Who was read from in a turn that ran out of memory.
  execute_intake();
  while (Session* session = engine.next_dirty()) {
    // All who are there by now: what goes to many subscribers is sent to them together.
    for (; session != nullptr; session = engine.has_dirty() ? engine.next_dirty() : nullptr)
      if (session->connection != nullptr && !session->connection->answer_.waiting)
        unanswered_.push(*session->connection);
    answer_all();
  }
  if (was_asleep_ && !engine.asleep()) {
    was_asleep_ = false;
    for (Connection* connection : connections_)
      if (!connection->closed_ && !connection->answer_.waiting) unanswered_.push(*connection);
    answer_all();
  }
  was_asleep_ = engine.asleep();
  bury();
  if (idle_listeners_) await_clients();
  if (idle_poller_ && started_ && !in_turns_) await_ready();
  arm_timers();
  if (engine.waits.watched()) met_.notify_all();
  collect_garbage();
}

// Big values that were deleted go bit by bit, with the other clients' turns in between.
void Core::collect_garbage() {
  constexpr std::size_t kSlice = 2000;
  if (collecting_ || !started_ || engine.garbage.empty()) return;
  begin([this] {
    asio::post(loop_, [this] {
      handle([this] {
        collecting_ = false;
        engine.garbage.collect(kSlice);
      });
    });
  });
  collecting_ = true;
}

// --- Turns -----------------------------------------------------------------------------------------------

// A turn of the loop: all whose sockets are ready are read from first, and answered then. A client program
// with many connections then wakes up once for all of its replies, not once for each, and the wake-ups are
// what costs most. While a script runs past its time, turns are taken inside the one that runs it: nothing
// that is still to be done may be known to a stack frame alone.
//
// To wait by Asio's means takes two calls of the kernel more than to ask the poller again: where others come
// while some are served, that is done first. When nobody has come, it is not tried for a while.
void Core::ready() {
  constexpr int kTurns = 8;  // the loop has others to serve
  constexpr int kLull = 16;
  const Marked turning(in_turns_);
  for (int turn = 0; turn < kTurns && started_; ++turn) {
    const bool somebody = poller_->gather([this](const Poller::Event& event) {
      auto& connection = *static_cast<Connection*>(event.who);
      connection.note(event);
      if (!connection.turn_.waiting) turns_.push(connection);
    });
    if (turn > 0 && !somebody) {
      lull_ = kLull;
      return;
    }
    take_turns();
    if (lull_ > 0) {
      --lull_;
      return;
    }
    service();
  }
}

void Core::await_ready() {
  begin([this] {
    poller_->async_wait([this](asio::error_code error) {
      handle([this, error] {
        idle_poller_ = true;
        if (!error && started_) ready();
      });
    });
  });
  idle_poller_ = false;
}

// For one that has something to do of which the poller does not tell.
void Core::give_turn(Connection& connection) {
  if (!connection.turn_.waiting) turns_.push(connection);
  if (giving_turns_) return;
  begin([this] {
    asio::post(loop_, [this] {
      handle([this] {
        giving_turns_ = false;
        take_turns();
      });
    });
  });
  giving_turns_ = true;
}

// Of those who wait now: who is not done then waits for the next time. What time brings may be such a script,
// too, and each of them may have its turn inside it.
void Core::take_turns() {
  execute_intake();
  for (std::size_t n = turns_.size(); n > 0;) {
    engine.tick();
    // Who leaves is not to be gone before those who came earlier are served.
    if (!turns_.empty() && turns_.front().ended_) execute_intake();
    if (turns_.empty()) break;
    if (const std::size_t together = read_together(n); together > 0) {
      n -= together;
      execute_intake();
      continue;
    }
    --n;
    turns_.pop().take_turn();
    if (intake_ends_) execute_intake();
  }
  execute_intake();
  answer_all();
}

// The first ones in the line that have but a little to read are read from by one call of the kernel, and have
// had their turns then. How many those were. Nothing is executed, nobody is closed and no memory is asked for
// before all of it has been taken in.
std::size_t Core::read_together(std::size_t most) {
  Workplace* const place = own_workplace().get();
  if (turns_.size() < kFewestTogether || !intake_.empty() || place == nullptr || !place->has_ring()) return 0;
  std::size_t n = turns_.count_first(std::min<std::size_t>(most, SocketRing::kMost),
                                     [](const Connection& each) { return each.reads_together(); });
  if (n < kFewestTogether) return 0;
  static_assert(SocketRing::kMost * kReadSlot <= sizeof place->bytes);
  char* slot = place->bytes;
  turns_.for_first(n, [&](const Connection& each) {
    place->socket_ring.add_read(each.channel_.descriptor(), slot, kReadSlot);
    slot += kReadSlot;
  });
  slot = place->bytes;
  for (const std::int32_t result : place->socket_ring.run()) {
    Connection& each = turns_.pop();
    if (!each.take_turn_read(result, slot, kReadSlot)) {
      turns_.push(each);
      --n;
    }
    slot += kReadSlot;
  }
  return n;
}

// In the same way the first ones that are to be answered are sent what there is for them. How many.
std::size_t Core::write_together() {
  Workplace* const place = own_workplace().get();
  if (unanswered_.size() < kFewestTogether || place == nullptr || !place->socket_ring.is_open()) return 0;
  const std::size_t n = unanswered_.count_first(
      SocketRing::kMost, [](const Connection& each) { return each.writes_together(); });
  if (n < kFewestTogether) return 0;
  unanswered_.for_first(n, [&](const Connection& each) {
    const Buffer& out = each.session_->out;
    place->socket_ring.add_write(each.channel_.descriptor(), out.data(), out.size());
  });
  const std::int32_t* result = place->socket_ring.run().data();
  unanswered_.for_first(n, [&](Connection& each) { each.was_written(*result++); });
  return n;
}

bool Core::Workplace::has_ring() {
  if (socket_ring.is_open()) return true;
  if (!socket_ring.open()) return false;
  // Who looks after a program's memory, as valgrind does, does not see the kernel write there.
  std::memset(bytes, 0, sizeof bytes);
  return true;
}

// Of several clients with short pipelines, or none, each would wait for the memory of its own keys. What such
// clients send together is read and parsed first, up to the first that sends much (but for those that were
// read from together), and executed in the order of their coming, the memory of all their keys fetched side
// by side. The kernel, too, costs less where a read follows a read.
void Core::take_in(Connection& connection, std::string_view bytes) {
  constexpr std::size_t kShort = 2048;
  RequestBatch& ahead = workplace().ahead;
  if (intake_.empty()) ahead.clear();
  const bool is_ahead = !bytes.empty() && connection.gather_ahead(bytes, ahead);
  connection.intake_bytes_ = bytes;
  intake_size_ += bytes.size();
  intake_.push(connection);
  intake_ends_ = !is_ahead || bytes.size() > kShort || intake_size_ > kMostAhead || ahead.full();
}

void Core::execute_intake() {
  while (!intake_.empty()) intake_.pop().execute_intake();
  intake_size_ = 0;
  intake_ends_ = false;
}

void Core::answer_all() {
  // To so many of the first ones; fewer if some were answered inside a script, which does no harm.
  std::size_t written = 0;
  while (!unanswered_.empty()) {
    if (written == 0) written = write_together();
    written -= std::min<std::size_t>(written, 1);
    unanswered_.pop().answer();
  }
}

std::unique_ptr<Core::Workplace>& Core::own_workplace() {
  thread_local std::unique_ptr<Workplace> shared;
  return shared;
}

Core::Workplace& Core::workplace() {
  auto& own = own_workplace();
  if (own == nullptr) own = std::make_unique_for_overwrite<Workplace>();
  return *own;
}

void Core::bury() {
  for (Connection* connection : graveyard_) {
    connections_.erase(connection);
    delete connection;
  }
  graveyard_.clear();
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
  while (!turns_.empty()) turns_.pop().take_turn();
  execute_intake();
  answer_all();
  bury();
  // A script that is under way keeps its connection until it has ended, and with it the poller.
  if (poller_ != nullptr) poller_->cancel();
  cancel_timers();
  handshake_timer_.cancel();
  pause_timer_.cancel();
  handshake_timer_pending_ = false;
  spare_.give_up();
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
  std::string reason = std::strerror(errno);
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
  begin([this] {
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
  });
}

// The script's thread has the lock; it lets go of it for a moment. On the loop's own thread the loop's
// handlers are run here, inside the one that runs the script; otherwise the loop runs them by itself, and
// callers their calls. Who was to be served behind the script in the same turn of the loop is served first.
void Core::serve_while_busy() {
  constexpr int kHandlers = 64;
  constexpr auto kPause = std::chrono::microseconds(50);
  if (!set_aside_) set_aside_.emplace(std::move(own_workplace()));
  if (*set_aside_ != nullptr) (*set_aside_)->ahead.fetch_no_more();
  // Who comes now is to be noticed by the loop. If there is no memory for that it is tried again in a moment.
  try {
    if (idle_poller_ && started_) await_ready();
  } catch (const std::bad_alloc&) {
  }
  take_turns();
  lock_.unlock();
  if (loop_.get_executor().running_in_this_thread())
    for (int i = 0; i < kHandlers && loop_.poll_one() > 0; ++i) {
    }
  std::this_thread::sleep_for(kPause);
  lock_.lock();
}

void Core::busy_ended() {
  if (!set_aside_) return;
  if (*set_aside_ != nullptr) own_workplace() = *std::move(set_aside_);
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
  return session.over_unix_socket || session.address.starts_with("127.0.0.1:") ||
         session.address.starts_with("[::1]:");
}

}  // namespace redouble
