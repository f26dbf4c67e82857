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
  /// Everything has gone back to the start (Engine::reset): what the host has that follows the settings.
  virtual void reset_ended() {}
  /// SHUTDOWN: ends the process or stops the embedded server; the reply is not sent.
  virtual void shutdown() {}
  /// A script has run past busy-reply-threshold: serve other clients for a moment. Called again and again.
  virtual void serve_while_busy() {}
  /// That script has ended.
  virtual void busy_ended() {}
  /// Milliseconds of a clock that always runs, from any start: for what may take so long however the server's
  /// own clock stands (Engine::patience).
  virtual std::int64_t real_ms() { return 0; }
  /// Whether all that was written to sessions has been handed to their sockets, as far as these take it.
  virtual bool all_served() { return true; }
  /// Whether, but for `asking` (may be null), no client has anything on its way: replies that are not sent
  /// yet, or requests that came and have not been executed.
  virtual bool all_quiet(const Session* asking) {
    static_cast<void>(asking);
    return true;
  }
  /// True for a session whose peer is this machine.
  virtual bool is_local(const Session& session) {
    static_cast<void>(session);
    return true;
  }
};

}  // namespace redouble
