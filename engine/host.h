// The engine's one seam to the world outside: what a few commands ask of the process around it. The engine
// is complete without one (the default answers are those of a server without files); the server overrides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/setting.h"

namespace redouble {

struct Session;
enum class LogLevel : std::uint8_t;

/// What INFO tells about the process.
struct HostFacts {
  int tcp_port = 0;
  std::int64_t process_id = 0;
  std::string executable;
  std::string operating_system = "unknown";  // "Linux 6.1.0 x86_64"
  std::string config_file;
  std::int64_t resident_bytes = 0;
  double user_seconds = 0, system_seconds = 0;
  std::int64_t total_system_memory = 0;
  std::int64_t maximum_clients = 10000;
};

class Host {
 public:
  virtual ~Host() = default;

  virtual void log(LogLevel level, std::string_view text) {
    static_cast<void>(level), static_cast<void>(text);
  }
  virtual HostFacts facts() { return {}; }
  /// nullopt when there is no such file.
  virtual std::optional<std::string> read_file(const std::string& path) {
    static_cast<void>(path);
    return std::nullopt;
  }
  /// Replaces a file whole or leaves it as it was; returns the reason of a failure, or nothing.
  virtual std::string write_file(const std::string& path, std::string_view content) {
    static_cast<void>(path), static_cast<void>(content);
    return "No such file or directory";
  }
  /// A setting was changed by CONFIG SET; returns why it cannot be, or nothing.
  virtual std::string setting_changed(Setting setting) {
    static_cast<void>(setting);
    return {};
  }
  /// Everything goes back to the start (Engine::reset): first what the host has of its own, the clock above
  /// all; and when the engine is as new, what follows its settings.
  virtual void reset_begins() {}
  virtual void reset_ended() {}
  /// SHUTDOWN: ends the process or stops the embedded server; the reply is not sent.
  virtual void shutdown() {}
  /// A script has run past busy-reply-threshold: serve other clients for a moment. Called again and again.
  virtual void serve_while_busy() {}
  /// That script has ended.
  virtual void busy_ended() {}
  /// True for a session whose peer is this machine.
  virtual bool is_local(const Session& session) {
    static_cast<void>(session);
    return true;
  }
};

}  // namespace redouble
