// See standalone.h. The log's lines and the exit codes are those that tools wait for with redis-server.
#include "server/standalone.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "engine/leaks.h"
#include "engine/loading.h"
#include "engine/rdb/persistence.h"
#include "redouble/server.h"
#include "redouble/version.h"
#include "server/certificates.h"
#include "server/core.h"
#include "server/descriptors.h"
#include "server/log.h"
#include "server/spare_memory.h"

namespace redouble {
namespace {

std::uint64_t fresh_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32 | device()) | 1;
}

// The directory of `dir` is where relative paths (log, pid file, socket) start, as in redis-server.
bool enter_directory(const Config& config) {
  const std::string dir(config.text(Setting::dir));
  if (dir.empty() || ::chdir(dir.c_str()) == 0) return true;
  fmt::print(stderr, "Can't chdir to '{}': {}\n", dir, std::strerror(errno));
  return false;
}

// Detaches from the terminal. The parent is gone before the child listens, as with redis-server.
void become_daemon() {
  if (::fork() != 0) std::_Exit(0);
  ::setsid();
  if (std::freopen("/dev/null", "r", stdin) == nullptr || std::freopen("/dev/null", "w", stdout) == nullptr ||
      std::freopen("/dev/null", "w", stderr) == nullptr)
    std::_Exit(1);
}

// What is neither a letter nor a digit becomes %XX: safe in a URL and in JSON.
std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

std::string url(const Config& config, int port, int tls_port) {
  const auto addresses = config.bind_addresses();
  std::string host = "127.0.0.1";
  for (const auto address : addresses)
    if (address != "*" && address != "-::*" && address != "::*" &&
        address.find(':') == std::string_view::npos)
      host = address;
  const std::string password = percent_encoded(config.text(Setting::requirepass));
  if (port == 0 && tls_port == 0) return fmt::format("unix://{}", config.text(Setting::unixsocket));
  return fmt::format("{}://{}{}:{}", port != 0 ? "redis" : "rediss",
                     password.empty() ? "" : ":" + password + "@", host, port != 0 ? port : tls_port);
}

class Standalone {
 public:
  explicit Standalone(const StandaloneOptions& options)
      : options_(options),
        log_(std::string(options.config.text(Setting::logfile))),
        core_(loop_, settings()),
        signals_(loop_, SIGTERM, SIGINT),
        spare_memory_(loop_) {}

  int run();

 private:
  Core::Settings settings();
  bool listen();
  bool load_users();
  bool write_certificates();
  void greet();
  void announce();
  void write_port_file();
  void write_pid_file();
  void warn_of_what_is_not_done();
  void make_room_for_clients();
  bool load();
  bool load_dump();
  void report_leaks();
  bool prepare_to_stop(int signal);
  void await_signal();
  void watch_parent();

  const StandaloneOptions& options_;
  LogFile log_;
  asio::io_context loop_{1};
  Core core_;
  asio::signal_set signals_;
  SpareMemory spare_memory_;
  bool signalled_ = false;
  bool leaked_ = false;
  const pid_t parent_ = ::getppid();
  std::string pid_file_;
};

Core::Settings Standalone::settings() {
  Core::Settings settings;
  settings.config = options_.config;
  settings.seed = options_.seed != 0 ? options_.seed : fresh_seed();
  settings.any_port = options_.any_port;
  settings.any_tls_port = options_.any_tls_port;
  settings.config_file = options_.config_file;
  settings.renamed_commands = options_.renamed_commands;
  settings.log = [this](LogLevel level, std::string_view text) { log_.write(level, text); };
  if (options_.leak_report) settings.before_shutdown = [this] { report_leaks(); };
  settings.on_shutdown = [this] { loop_.stop(); };
  return settings;
}

bool Standalone::listen() {
  const Config& config = core_.engine.config;
  const bool over_tcp = config.number(Setting::port) != 0 || config.number(Setting::tls_port) != 0 ||
                        options_.any_port || options_.any_tls_port;
  if (!over_tcp && config.text(Setting::unixsocket).empty()) {
    log_.write(LogLevel::warning, "Configured to not listen anywhere, exiting.");
    return false;
  }
  if (const auto failure = core_.configure_tls(); !failure.empty()) {
    log_.write(LogLevel::warning, failure);
    log_.write(LogLevel::warning, "Failed to configure TLS. Check logs for more info.");
    return false;
  }
  try {
    core_.listen();
    return true;
  } catch (const ListenError& failure) {
    log_.write(LogLevel::warning,
               fmt::format("Warning: Could not create server TCP listening socket: {}", failure.what()));
    log_.write(LogLevel::warning, fmt::format("Failed listening on port {} ({}), aborting.",
                                              config.number(failure.tls ? Setting::tls_port : Setting::port),
                                              failure.tls ? "TLS" : "TCP"));
    return false;
  }
}

bool Standalone::load_users() {
  const std::string reason = core_.engine.acl.load_configured();
  if (reason.empty()) return true;
  std::istringstream lines(reason);
  for (std::string line; std::getline(lines, line);) log_.write(LogLevel::warning, line);
  return false;
}

void Standalone::write_pid_file() {
  const Config& config = core_.engine.config;
  std::string path(config.text(Setting::pidfile));
  if (path.empty() && config.flag(Setting::daemonize)) path = "/var/run/redis.pid";
  if (path.empty()) return;
  std::ofstream file(path);
  file << ::getpid() << "\n";
  if (file.flush())
    pid_file_ = path;
  else
    log_.write(LogLevel::warning, fmt::format("Failed to write PID file: {}", std::strerror(errno)));
}

void Standalone::greet() {
  log_.write(LogLevel::warning, "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo");
  log_.write(LogLevel::warning,
             fmt::format("Redis version=7.0.15, bits=64, commit=00000000, modified=0, pid={}, just started "
                         "(redouble {})",
                         ::getpid(), REDOUBLE_VERSION));
  log_.write(LogLevel::warning,
             options_.configured ? "Configuration loaded"
                                 : "Warning: no config file specified, using the default config. In order to "
                                   "specify a config file use redouble /path/to/redis.conf");
}

void Standalone::announce() {
  const int port = core_.port(), tls_port = core_.tls_port();
  fmt::print("{}\n",
             fmt::format(R"({{"pid":{},"port":{},"tls_port":{},"url":"{}","version":"{}","seed":"{}"}})",
                         ::getpid(), port, tls_port, url(core_.engine.config, port, tls_port),
                         REDOUBLE_VERSION, core_.engine.seed()));
  std::fflush(stdout);
}

void Standalone::write_port_file() {
  if (options_.port_file.empty()) return;
  const auto reason = core_.write_file(options_.port_file, fmt::format("{}\n", core_.port()));
  if (!reason.empty())
    log_.write(LogLevel::warning,
               fmt::format("Failed to write the port file {}: {}", options_.port_file, reason));
}

bool Standalone::write_certificates() {
  if (options_.tls_directory.empty()) return true;
  const auto reason = redouble::write_certificates(core_, options_.tls_directory);
  if (!reason.empty()) log_.write(LogLevel::warning, fmt::format("The certificates: {}", reason));
  return reason.empty();
}

void Standalone::warn_of_what_is_not_done() {
  const Config& config = core_.engine.config;
  std::string what;
  for (const Setting setting : options_.without_effect) {
    // Who asks for no save points gets none: nothing to warn of.
    const bool asked = setting == Setting::save ? !config.save_points().empty()
                                                : config.value(setting) != default_config().value(setting);
    if (asked) what.append(" ").append(setting_row(setting).name);
  }
  if (!what.empty())
    log_.write(LogLevel::warning, "These settings are accepted and have no effect in redouble:" + what);
}

void Standalone::make_room_for_clients() {
  Config& config = core_.engine.config;
  const auto wanted = config.number(Setting::maxclients);
  const auto possible = allow_clients(wanted);
  if (possible >= wanted) return;
  config.assign_number(Setting::maxclients, possible);
  log_.write(
      LogLevel::warning,
      fmt::format("maxclients has been reduced from {} to {}: the limit on open files (ulimit -n) allows "
                  "no more",
                  wanted, possible));
}

void Standalone::await_signal() {
  signals_.async_wait([this](asio::error_code error, int number) {
    if (error) return;
    if (signalled_ && number == SIGINT) std::_Exit(1);
    signalled_ = true;
    log_.write(LogLevel::warning,
               fmt::format("Received {} scheduling shutdown...", number == SIGINT ? "SIGINT" : "SIGTERM"));
    if (prepare_to_stop(number))
      core_.shutdown();
    else
      log_.write(LogLevel::warning,
                 fmt::format("{} received but errors trying to shut down the server, check the logs for more "
                             "information",
                             number == SIGINT ? "SIGINT" : "SIGTERM"));
    await_signal();
  });
}

// Bits of shutdown-on-sigint and shutdown-on-sigterm: save 1, nosave 2, now 4, force 8.
bool Standalone::prepare_to_stop(int signal) {
  return core_.with_engine([&](Engine& engine) {
    const auto how =
        engine.config.number(signal == SIGINT ? Setting::shutdown_on_sigint : Setting::shutdown_on_sigterm);
    const LastSave save = (how & 1) != 0   ? LastSave::yes
                          : (how & 2) != 0 ? LastSave::no
                                           : LastSave::as_configured;
    return prepare_shutdown(engine, save, (how & 8) != 0);
  });
}

// What clients left behind, but for the one that asked for the end.
void Standalone::report_leaks() {
  const Session* last = nullptr;
  for (const auto& session : core_.engine.sessions())
    if (session->last_command != nullptr && session->last_command->name == "SHUTDOWN") last = session.get();
  const LeakReport report = find_leaks(core_.engine, last);
  leaked_ = !report.empty();
  if (!leaked_) return log_.write(LogLevel::warning, "Leak report: nothing was left behind");
  log_.write(LogLevel::warning, "Leak report: this was left behind");
  std::istringstream lines(report.describe());
  for (std::string line; std::getline(lines, line);) log_.write(LogLevel::warning, line);
}

// What RESET brings back.
bool Standalone::load() {
  if (!load_dump()) return false;
  Loaded loaded;
  if (!options_.load.empty())
    loaded = core_.with_engine([&](Engine& engine) { return load_file(engine, options_.load); });
  if (!loaded.error.empty()) {
    log_.write(LogLevel::warning, fmt::format("Fatal error loading {}. Exiting.", loaded.error));
    fmt::print(stderr, "redouble: cannot load {}\n", loaded.error);
    return false;
  }
  core_.with_engine([](Engine& engine) { engine.keep_start(); });
  return true;
}

// The data set of an earlier run, if there is one. A file that cannot be read whole is not half loaded: the
// server does not start.
bool Standalone::load_dump() {
  const auto began = std::chrono::steady_clock::now();
  const std::string path = dataset_path(core_.engine);
  if (std::error_code error; !std::filesystem::exists(path, error)) return true;
  const auto reason = core_.with_engine([](Engine& engine) { return load_dataset(engine); });
  if (!reason.empty()) {
    log_.write(LogLevel::warning, fmt::format("Fatal error loading the DB from {}. Exiting.", path));
    return false;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  log_.write(LogLevel::notice, fmt::format("DB loaded from disk: {:.3f} seconds", took.count()));
  return true;
}

// The kernel tells when the parent is gone; it may be gone already. (A parent may well be process 1.)
void Standalone::watch_parent() {
  if (!options_.exit_with_parent) return;
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent_) ::raise(SIGTERM);
}

int Standalone::run() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);
  // The announcement is the first line of output, so that it can be read without knowing the log.
  if (!write_certificates()) return 1;
  const bool announced = options_.announce_json && listen();
  if (announced) announce();
  greet();
  if (!announced && (options_.announce_json || !listen())) return 1;
  if (!load_users()) return 1;
  make_room_for_clients();
  await_signal();
  watch_parent();
  write_pid_file();
  warn_of_what_is_not_done();
  const Config& config = core_.engine.config;
  log_.write(LogLevel::notice, fmt::format("Running mode=standalone, port={}.", core_.port()));
  log_.write(LogLevel::notice, fmt::format("Seed {}: --seed {} makes the same choices again.",
                                           core_.engine.seed(), core_.engine.seed()));
  log_.write(LogLevel::warning, config.flag(Setting::always_show_logo)
                                    ? fmt::format("Server initialized PID: {}", ::getpid())
                                    : "Server initialized");
  if (!load()) return 1;
  write_port_file();
  if (core_.port() != 0 || core_.tls_port() != 0) log_.write(LogLevel::notice, "Ready to accept connections");
  if (const auto path = config.text(Setting::unixsocket); !path.empty())
    log_.write(LogLevel::notice, fmt::format("The server is now ready to accept connections at {}", path));
  loop_.run();
  if (!pid_file_.empty()) {
    log_.write(LogLevel::notice, "Removing the pid file.");
    ::unlink(pid_file_.c_str());
  }
  log_.write(LogLevel::warning, "Redis is now ready to exit, bye bye...");
  constexpr int kLeaked = 3;
  return leaked_ && options_.leaks_fail ? kLeaked : 0;
}

}  // namespace

int run_standalone(const StandaloneOptions& options) {
  if (!enter_directory(options.config)) return 1;
  if (options.config.flag(Setting::daemonize)) become_daemon();
  try {
    Standalone server(options);
    const int status = server.run();
    // The data go with the process: to free ten million keys first would take seconds.
    std::fflush(nullptr);
    std::_Exit(status);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "redouble: {}\n", failure.what());
    return 1;
  }
}

}  // namespace redouble
