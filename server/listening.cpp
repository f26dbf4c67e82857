// What a Core listens on: its two doors over TCP, plain and TLS, and a unix socket; at the start, when a
// setting moves them, and back again.
#include <fmt/format.h>

#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/local/stream_protocol.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include "server/core.h"
#include "server/tls_context.h"

namespace redouble {
namespace {

using Stream = asio::generic::stream_protocol;

// "*" and "::*" are every address; a leading '-' means that it may be missing.
asio::ip::address parse_address(std::string_view text) {
  if (text == "*") return asio::ip::address_v4::any();
  if (text == "::*") return asio::ip::address_v6::any();
  if (text == "localhost") return asio::ip::address_v4::loopback();
  asio::error_code error;
  const auto address = asio::ip::make_address(std::string(text), error);
  if (error)
    throw StartError(fmt::format("cannot bind to '{}': not a numeric address, localhost or *", text));
  return address;
}

}  // namespace

void Core::listen() {
  try {
    if (!tls_)
      if (const auto failure = configure_tls(); !failure.empty()) throw StartError(failure);
    listen_tcp(plain_door_);
    listen_tcp(tls_door_);
    listen_unix();
    started_ = true;
  } catch (...) {
    close_listeners();
    throw;
  }
  arm_timers();
}

void Core::listen_tcp(Door& door) {
  if (!door.wanted(engine.config)) {
    door.port = 0;
    return;
  }
  int wanted = door.any ? door.port : static_cast<int>(engine.config.number(door.setting));
  for (std::string_view name : engine.config.bind_addresses()) {
    const bool optional = name.starts_with('-');
    if (optional) name.remove_prefix(1);
    const asio::ip::tcp::endpoint endpoint(parse_address(name), static_cast<asio::ip::port_type>(wanted));
    try {
      open(endpoint, fmt::format("{}:{}", name, wanted), door.speaks);
    } catch (const StartError&) {
      if (!optional) throw;
      continue;
    }
    if (wanted == 0) {
      asio::ip::tcp::endpoint bound;
      const auto local = listeners_.back()->acceptor.local_endpoint();
      std::memcpy(bound.data(), local.data(), local.size());
      wanted = bound.port();
    }
    door.port = wanted;
    if (door.any) door.chosen = wanted;
  }
  report_port(door);
}

void Core::report_port(const Door& door) {
  if (door.any && door.port != 0) engine.config.assign_number(door.setting, door.port);
}

// Whether the door had been moved from where it was at the start.
bool Core::go_home(Door& door, bool any) {
  const int home = any ? door.chosen : static_cast<int>(engine.config.number(door.setting));
  door.any = any;
  return std::exchange(door.port, home) != home;
}

void Core::follow_settings() {
  const bool plain_moved = go_home(plain_door_, settings_.any_port);
  const bool tls_moved = go_home(tls_door_, settings_.any_tls_port);
  if (const auto failure = configure_tls(); !failure.empty()) log(LogLevel::warning, failure);
  report_port(plain_door_);
  report_port(tls_door_);
  if (!started_ || (!plain_moved && !tls_moved)) return;
  close_listeners();
  try {
    listen();
  } catch (const StartError& failure) {
    log(LogLevel::warning, failure.what());
  }
}

std::string Core::configure_tls() {
  const Config& config = engine.config;
  const bool wanted =
      tls_door_.wanted(config) || config.flag(Setting::tls_cluster) || config.flag(Setting::tls_replication);
  TlsAttempt attempt = wanted ? make_tls_context(config) : TlsAttempt{};
  if (!attempt.failure.empty()) return std::move(attempt.failure);
  tls_ = std::move(attempt.context);
  tls_drops_ = config.word(Setting::redouble_tls_present) == "drop";
  return {};
}

void Core::listen_unix() {
  const std::string path(engine.config.text(Setting::unixsocket));
  if (path.empty()) return;
  ::unlink(path.c_str());
  open(asio::local::stream_protocol::endpoint(path), path, Speaks::plain);
  unix_path_ = path;
  if (const auto mode = engine.config.number(Setting::unixsocketperm); mode != 0)
    ::chmod(path.c_str(), static_cast<mode_t>(mode));
}

void Core::open(const Stream::endpoint& endpoint, const std::string& name, Speaks speaks) {
  auto listener = std::make_shared<Listener>(loop_, speaks);
  Acceptor& acceptor = listener->acceptor;
  const int family = endpoint.protocol().family();
  try {
    acceptor.open(endpoint.protocol());
    if (family != AF_UNIX) acceptor.set_option(asio::socket_base::reuse_address(true));
    if (family == AF_INET6) acceptor.set_option(asio::ip::v6_only(true));
    acceptor.bind(endpoint);
    acceptor.listen(static_cast<int>(engine.config.number(Setting::tcp_backlog)));
    acceptor.non_blocking(true);
  } catch (const asio::system_error& failure) {
    const auto code = failure.code();
    std::string hint;
    if (code == asio::error::address_in_use)
      hint = "; another server is using it: stop that one, choose another port, or take a free one";
    else if (code == asio::error::access_denied)
      hint = "; choose a port above 1023 or a directory that may be written to";
    throw ListenError(fmt::format("cannot listen on {}: {}{}", name, code.message(), hint),
                      speaks == Speaks::tls);
  }
  listeners_.push_back(listener);
  await_client(listener);
}

void Core::close_listeners() {
  for (const auto& listener : listeners_) {
    asio::error_code ignored;
    listener->acceptor.close(ignored);
  }
  listeners_.clear();
  if (!unix_path_.empty()) ::unlink(unix_path_.c_str());
  unix_path_.clear();
}

// Called once more with the old settings when the new ones did not work.
std::string Core::listen_anew(Setting setting) {
  if (!started_) return {};
  const auto before = lost_doors_.value_or(std::pair(plain_door_, tls_door_));
  const auto go_through = [&](Door& door, const Door& earlier) {
    door.any = earlier.any && (lost_doors_ || setting != door.setting);
    door.port = earlier.port;
  };
  go_through(plain_door_, before.first);
  go_through(tls_door_, before.second);
  lost_doors_.reset();
  close_listeners();
  try {
    listen();
  } catch (const StartError& failure) {
    lost_doors_ = before;
    log(LogLevel::warning, failure.what());
    return setting == Setting::bind ? "Failed to bind to specified addresses."
                                    : "Unable to listen on this port. Check server logs.";
  }
  return {};
}

std::string Core::tls_changed(Setting setting) {
  if (const auto failure = configure_tls(); !failure.empty()) {
    log(LogLevel::warning, failure);
    return "Unable to update TLS configuration. Check server logs.";
  }
  return setting == Setting::tls_port ? listen_anew(setting) : "";
}

}  // namespace redouble
