// The embedding API of redouble/server.h over a Core: its own loop thread or a shared one, calls without a
// socket.
#include "redouble/server.h"

#include <fmt/format.h>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <thread>

#include "engine/leaks.h"
#include "engine/loading.h"
#include "engine/rdb/file.h"
#include "engine/rdb/persistence.h"
#include "protocol/split_args.h"
#include "protocol/value_builder.h"
#include "server/certificates.h"
#include "server/core.h"
#include "server/rules.h"
#include "server/suggestion.h"

namespace redouble {

struct LoopThread::Impl {
  Impl() : thread([this] { loop.run(); }) {}
  ~Impl() {
    work.reset();
    loop.stop();
    thread.join();
  }

  asio::io_context loop{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{loop.get_executor()};
  std::thread thread;
};

LoopThread::LoopThread() : impl_(std::make_unique<Impl>()) {}
LoopThread::~LoopThread() = default;

struct Server::Impl {
  Impl(Server& server, Options start_options)
      : options(std::move(start_options)),
        clock(server),
        tls(server),
        seed(options.seed != 0 ? options.seed : fresh_seed()) {}

  static std::uint64_t fresh_seed() {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32 | device()) | 1;
  }

  Core::Settings settings() const;
  void load_users();
  void load_data();
  /// REQUIRES: locked.
  void check_database(int index) const;

  template <class Body>
  auto with_engine(Body&& body) {
    return core->with_engine(std::forward<Body>(body));
  }
  Value call(int db, Argv command);
  std::string uri(std::string_view scheme, int port, int db) const;

  Options options;
  ServerClock clock;
  ServerTls tls;
  std::uint64_t seed;
  std::shared_ptr<LoopThread> thread;
  std::unique_ptr<Core> core;
  Session* caller = nullptr;
};

namespace {

void declare_user(Config& config, std::string_view value) {
  auto words = split_args(value).value_or(std::vector<std::string>());
  if (words.empty())
    throw StartError(fmt::format("setting 'user' cannot be '{}': a name must come first", value));
  if (const auto reason = check_user_declaration(config.users(), words); !reason.empty())
    throw StartError(fmt::format("setting 'user' cannot be '{}': {}", value, reason));
  config.declare_user(std::move(words));
}

void load_setting(Config& config, std::string_view name, std::string_view value) {
  if (name == "user") return declare_user(config, value);
  const SettingName* found = find_setting(name);
  if (found == nullptr) {
    const auto nearest = nearest_setting(name);
    throw StartError(nearest.empty()
                         ? fmt::format("unknown setting '{}'", name)
                         : fmt::format("unknown setting '{}': did you mean '{}'?", name, nearest));
  }
  const std::vector<std::string> words =
      found->setting == Setting::bind || setting_row(found->setting).has(kMultiArgument)
          ? split_args(value).value_or(std::vector{std::string(value)})
          : std::vector{std::string(value)};
  if (const auto reason = config.load(found->setting, words))
    throw StartError(fmt::format("setting '{}' cannot be '{}': {}", name, value, *reason));
}

std::string redis_error(const Value& reply) {
  return reply.is_error() ? reply.text() : std::string();
}

// For typed calls: an error reply is the caller's mistake.
const Value& checked(const Value& reply) {
  if (reply.is_error()) throw std::runtime_error(redis_error(reply));
  return reply;
}

}  // namespace

Core::Settings Server::Impl::settings() const {
  Core::Settings settings;
  settings.seed = seed;
  settings.any_port = options.port == 0;
  load_setting(settings.config, "save", "");
  load_setting(settings.config, "bind", options.host);
  load_setting(settings.config, "port", std::to_string(std::max(options.port, 0)));
  if (!options.unix_socket.empty()) load_setting(settings.config, "unixsocket", options.unix_socket);
  if (!options.password.empty()) load_setting(settings.config, "requirepass", options.password);
  load_setting(settings.config, "enable-debug-command", "yes");
  if (options.tls) {
    settings.any_tls_port = options.tls_port == 0;
    load_setting(settings.config, "tls-port", std::to_string(options.tls_port));
    load_setting(settings.config, "redouble-tls", "auto");
    load_setting(settings.config, "redouble-tls-names", fmt::format("{}", fmt::join(options.tls_names, " ")));
    load_setting(settings.config, "tls-auth-clients", "no");
  }
  for (const auto& [name, value] : options.settings) load_setting(settings.config, name, value);
  if (options.on_log)
    settings.log = [log = options.on_log](LogLevel level, std::string_view text) {
      constexpr std::array kMarks = {'.', '-', '*', '#'};
      log(fmt::format("{} {}", kMarks[static_cast<std::size_t>(level)], text));
    };
  return settings;
}

void Server::Impl::load_users() {
  if (const auto reason = core->engine.acl.load_configured(); !reason.empty()) throw StartError(reason);
}

void Server::Impl::load_data() {
  if (options.load.empty()) return;
  const std::string reason = with_engine([&](Engine& engine) {
    Loaded loaded = load_file(engine, options.load);
    if (loaded.error.empty()) engine.keep_start();
    return loaded.error;
  });
  if (!reason.empty()) throw StartError("cannot load " + reason);
}

void Server::Impl::check_database(int index) const {
  if (index < 0 || index >= core->engine.databases())
    throw std::out_of_range(fmt::format("database {} does not exist: there are {} (setting 'databases')",
                                        index, core->engine.databases()));
}

Value Server::Impl::call(int db, Argv command) {
  return with_engine([&](Engine& engine) {
    ValueBuilder reply;
    caller->db = db;
    engine.execute(*caller, command, reply);
    return reply.take();
  });
}

Server::Server(Options options) : impl_(std::make_unique<Impl>(*this, std::move(options))) {
  auto settings = impl_->settings();
  impl_->thread = impl_->options.thread ? impl_->options.thread : std::make_shared<LoopThread>();
  impl_->core = std::make_unique<Core>(impl_->thread->impl_->loop, std::move(settings));
  impl_->caller = &impl_->core->engine.connect_internal();
  try {
    impl_->load_users();
    impl_->load_data();
    start();
  } catch (...) {
    stop();
    throw;
  }
}

Server::~Server() {
  stop();
}

void Server::start() {
  const auto guard = impl_->core->locked();
  if (!impl_->core->listening()) impl_->core->listen();
}

void Server::stop() {
  {
    const auto guard = impl_->core->locked();
    impl_->core->close();
  }
  impl_->core->wait_drained();
}

void Server::restart() {
  stop();
  reset();
  start();
}

void Server::reset() {
  const auto guard = impl_->core->locked_idle();
  impl_->core->engine.reset();
  impl_->core->service();
}

bool Server::running() const {
  const auto guard = impl_->core->locked();
  return impl_->core->listening();
}

int Server::port() const {
  const auto guard = impl_->core->locked();
  return impl_->core->port();
}

const std::string& Server::host() const {
  return impl_->options.host;
}
std::uint64_t Server::seed() const {
  return impl_->seed;
}

std::string Server::Impl::uri(std::string_view scheme, int port, int db) const {
  const std::string& host = options.host;
  return fmt::format("{}://{}{}:{}{}", scheme, options.password.empty() ? "" : ":" + options.password + "@",
                     host.find(':') == std::string::npos ? host : "[" + host + "]", port,
                     db == 0 ? "" : "/" + std::to_string(db));
}

std::string Server::uri(int db) const {
  if (const int at = port(); at != 0) return impl_->uri("redis", at, db);
  return impl_->tls.port() != 0 ? impl_->tls.uri(db) : "unix://" + impl_->options.unix_socket;
}

Core& Server::core() const {
  return *impl_->core;
}

ServerClock& Server::clock() {
  return impl_->clock;
}

DatabaseView Server::db(int index) {
  const auto guard = impl_->core->locked();
  impl_->check_database(index);
  return DatabaseView(*this, index);
}

void Server::flush_all() {
  static_cast<void>(checked(call({"FLUSHALL"})));
}

void Server::save_rdb(const std::string& path) {
  const auto reason = impl_->with_engine(
      [&](Engine& engine) { return engine.host().write_file(path, write_rdb_file(engine)); });
  if (!reason.empty()) throw std::runtime_error(fmt::format("cannot write '{}': {}", path, reason));
}

void Server::load_rdb(const std::string& path) {
  const auto reason = impl_->with_engine([&](Engine& engine) -> std::string {
    const auto bytes = engine.host().read_file(path);
    if (!bytes) return "it cannot be read";
    auto failure = load_dataset_from(engine, *bytes, Existing::replace);
    if (failure.empty()) engine.replication.restart();
    return failure;
  });
  if (!reason.empty()) throw std::runtime_error(fmt::format("cannot load '{}': {}", path, reason));
}

// --- Snapshots, test data, leaks -------------------------------------------------------------------------

std::size_t Snapshot::keys() const {
  return data_->keys();
}

Snapshot Server::snapshot() {
  const auto guard = impl_->core->locked_idle();
  impl_->core->engine.tick();
  return Snapshot(impl_->core->engine.snapshot());
}

Snapshot Server::snapshot(int db) {
  const auto guard = impl_->core->locked_idle();
  impl_->check_database(db);
  impl_->core->engine.tick();
  return Snapshot(impl_->core->engine.snapshot(db));
}

void Server::restore(const Snapshot& snapshot) {
  const auto guard = impl_->core->locked_idle();
  impl_->core->engine.tick();
  const std::string reason = impl_->core->engine.restore(*snapshot.data_);
  impl_->core->service();
  if (!reason.empty()) throw std::runtime_error("cannot restore: " + reason);
}

void Server::restore(const Snapshot& snapshot, int db) {
  const auto guard = impl_->core->locked_idle();
  impl_->core->engine.tick();
  const std::string reason = impl_->core->engine.restore(*snapshot.data_, db);
  impl_->core->service();
  if (!reason.empty()) throw std::runtime_error("cannot restore: " + reason);
}

namespace {

std::size_t count_of(const Loaded& loaded) {
  if (!loaded.error.empty()) throw std::runtime_error("cannot load " + loaded.error);
  return loaded.count;
}

}  // namespace

std::size_t Server::load(const std::string& path) {
  return count_of(impl_->with_engine([&](Engine& engine) { return load_file(engine, path); }));
}

std::size_t Server::load_json(std::string_view json) {
  return count_of(
      impl_->with_engine([&](Engine& engine) { return redouble::load_json(engine, json, "JSON"); }));
}

std::size_t Server::load_commands(std::string_view lines) {
  return count_of(
      impl_->with_engine([&](Engine& engine) { return redouble::load_commands(engine, lines, "COMMANDS"); }));
}

void Server::reseed(std::uint64_t seed) {
  impl_->with_engine([&](Engine& engine) { engine.reseed(seed); });
}

LeakReport Server::leaks() const {
  return impl_->with_engine([](Engine& engine) { return find_leaks(engine, nullptr); });
}

// --- Evictions -------------------------------------------------------------------------------------------

namespace {

EvictedKey shown(const Eviction& eviction) {
  EvictedKey key;
  key.key = eviction.key;
  key.db = eviction.db;
  key.at = ServerClock::TimePoint(std::chrono::microseconds(eviction.at));
  key.policy = eviction.policy_name();
  key.why = eviction.why();
  key.command = eviction.command_name();
  key.used_memory = eviction.used_memory;
  key.maxmemory = eviction.maxmemory;
  return key;
}

}  // namespace

std::vector<EvictedKey> Server::evictions() const {
  const auto guard = impl_->core->locked();
  std::vector<EvictedKey> keys;
  for (const Eviction& eviction : impl_->core->engine.evictions.kept()) keys.push_back(shown(eviction));
  return keys;
}

std::uint64_t Server::evicted() const {
  const auto guard = impl_->core->locked();
  return impl_->core->engine.evictions.count();
}

void Server::forget_evictions() {
  const auto guard = impl_->core->locked();
  impl_->core->engine.evictions.forget();
}

NeverEvict Server::never_evict(std::string_view pattern) {
  const auto guard = impl_->core->locked();
  return {*this, impl_->core->engine.evictions.forbid(pattern, false)};
}

NeverEvict::NeverEvict(NeverEvict&& other) noexcept
    : server_(std::exchange(other.server_, nullptr)), id_(other.id_) {}

NeverEvict& NeverEvict::operator=(NeverEvict&& other) noexcept {
  if (this != &other) {
    end();
    server_ = std::exchange(other.server_, nullptr);
    id_ = other.id_;
  }
  return *this;
}

NeverEvict::~NeverEvict() {
  end();
}

void NeverEvict::end() noexcept {
  if (server_ == nullptr) return;
  const auto guard = server_->impl_->core->locked();
  server_->impl_->core->engine.evictions.allow(id_);
}

bool NeverEvict::held() const {
  const auto guard = server_->impl_->core->locked();
  return server_->impl_->core->engine.evictions.assertion(id_)->count == 0;
}

std::string NeverEvict::report() const {
  constexpr std::size_t kMostShown = 20;
  const auto guard = server_->impl_->core->locked();
  const EvictionLog::Assertion& assertion = *server_->impl_->core->engine.evictions.assertion(id_);
  if (assertion.count == 0) return {};
  std::string text = fmt::format("evicted, though '{}' never may be:", assertion.pattern);
  const std::size_t shown = std::min(kMostShown, assertion.violations.size());
  for (std::size_t i = 0; i < shown; ++i) text += "\n  " + assertion.violations[i].describe();
  if (assertion.count > shown) text += fmt::format("\n  and {} more", assertion.count - shown);
  return text;
}

std::vector<EvictedKey> NeverEvict::violations() const {
  const auto guard = server_->impl_->core->locked();
  std::vector<EvictedKey> keys;
  for (const Eviction& eviction : server_->impl_->core->engine.evictions.assertion(id_)->violations)
    keys.push_back(shown(eviction));
  return keys;
}

void NeverEvict::check() const {
  if (const std::string text = report(); !text.empty()) throw ForbiddenEviction(text);
}

// --- Faults and gates ------------------------------------------------------------------------------------

Fault Server::fault(std::string_view rule) {
  Core& core = *impl_->core;
  return Fault(std::unique_ptr<Fault::Impl>(new Fault::Impl{core, make_rule(core, Rule::Kind::fault, rule)}));
}

Gate Server::gate(std::string_view rule) {
  Core& core = *impl_->core;
  return Gate(std::unique_ptr<Gate::Impl>(new Gate::Impl{core, make_rule(core, Rule::Kind::gate, rule)}));
}

// --- Databases -------------------------------------------------------------------------------------------

Value DatabaseView::call(std::initializer_list<std::string_view> command) {
  return server_.impl_->call(index_, Argv(command.begin(), command.size()));
}

Value DatabaseView::call(const std::vector<std::string>& command) {
  const std::vector<std::string_view> views(command.begin(), command.end());
  return server_.impl_->call(index_, views);
}

std::optional<std::string> DatabaseView::get(std::string_view key) {
  const Value reply = checked(call({"GET", key}));
  return reply.is_null() ? std::nullopt : std::optional(reply.text());
}

void DatabaseView::set(std::string_view key, std::string_view value) {
  static_cast<void>(checked(call({"SET", key, value})));
}

void DatabaseView::set(std::string_view key, std::string_view value, std::chrono::milliseconds ttl) {
  static_cast<void>(checked(call({"SET", key, value, "PX", std::to_string(ttl.count())})));
}

bool DatabaseView::exists(std::string_view key) {
  return checked(call({"EXISTS", key})).integer() == 1;
}
bool DatabaseView::del(std::string_view key) {
  return checked(call({"DEL", key})).integer() == 1;
}

std::optional<std::chrono::milliseconds> DatabaseView::ttl(std::string_view key) {
  const auto ms = checked(call({"PTTL", key})).integer();
  return ms < 0 ? std::nullopt : std::optional(std::chrono::milliseconds(ms));
}

bool DatabaseView::expire(std::string_view key, std::chrono::milliseconds ttl) {
  return checked(call({"PEXPIRE", key, std::to_string(ttl.count())})).integer() == 1;
}

std::int64_t DatabaseView::incr(std::string_view key, std::int64_t by) {
  return checked(call({"INCRBY", key, std::to_string(by)})).integer();
}

std::string DatabaseView::type(std::string_view key) {
  return checked(call({"TYPE", key})).text();
}

std::vector<std::string> DatabaseView::keys(std::string_view pattern) {
  const Value reply = checked(call({"KEYS", pattern}));
  std::vector<std::string> names;
  for (const Value& name : reply.items()) names.push_back(name.text());
  std::sort(names.begin(), names.end());
  return names;
}

std::size_t DatabaseView::size() {
  return static_cast<std::size_t>(checked(call({"DBSIZE"})).integer());
}
void DatabaseView::flush() {
  static_cast<void>(checked(call({"FLUSHDB"})));
}

// --- TLS -------------------------------------------------------------------------------------------------

ServerTls& Server::tls() {
  return impl_->tls;
}

int ServerTls::port() const {
  const auto guard = server_.impl_->core->locked();
  return server_.impl_->core->tls_port();
}

std::string ServerTls::uri(int db) const {
  return server_.impl_->uri("rediss", port(), db);
}

const std::string& ServerTls::ca_pem() const {
  return authority_pem();
}
const std::string& ServerTls::client_certificate_pem() const {
  return client_identity().certificate_pem;
}
const std::string& ServerTls::client_key_pem() const {
  return client_identity().key_pem;
}

void ServerTls::write_to(const std::string& directory) const {
  const auto reason = server_.impl_->with_engine(
      [&](Engine& engine) { return write_certificates(engine.host(), directory); });
  if (!reason.empty()) throw std::runtime_error(reason);
}

void ServerTls::present(TlsPresentation what) {
  static constexpr std::array<std::string_view, 9> kWords = {"valid",        "expired",      "not-yet-valid",
                                                             "other-host",   "unknown-ca",   "self-signed",
                                                             "missing-link", "old-protocol", "drop"};
  static_cast<void>(checked(
      server_.call({"CONFIG", "SET", "redouble-tls-present", kWords.at(static_cast<std::size_t>(what))})));
}

}  // namespace redouble
