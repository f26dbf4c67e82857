// A blocking client connection: bytes out, replies in, each wait bounded in time.
// Owns its socket. After an end (closed, silence, garbage) every later read answers the same way.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "resp.h"
#include "text.h"

namespace redouble::oracle {

inline constexpr std::chrono::milliseconds kReplyWait{5000};

class Connection {
 public:
  // Connects to 127.0.0.1; a refused connection behaves like one that was closed at once.
  explicit Connection(int port);
  ~Connection();
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends bytes as they are. Errors show in the next read.
  void send(std::string_view bytes);

  // The next message of any kind, pushes included.
  Reply read(std::chrono::milliseconds wait = kReplyWait);

  // Sends one command and reads one message.
  Reply call(const Argv& argv);

  // Speaks RESP3 from here on when asked for 3; returns whether the server agreed.
  bool set_resp(int version);

  // Sends PING with `token` and collects what comes before its answer, which is dropped.
  // Inside MULTI the QUEUED answer ends the collection as well, but for those of `owed` replies that are
  // still to come.
  std::vector<Reply> drain(const std::string& token, size_t owed = 0,
                           std::chrono::milliseconds wait = kReplyWait);

  // Says that nothing more is sent, and returns every byte that comes until the server closes too; null when
  // it does not.
  std::optional<std::string> finish(std::chrono::milliseconds wait = kReplyWait);

  bool ended() const { return ended_; }
  std::string local_address() const;

 private:
  bool fill(std::chrono::steady_clock::time_point deadline, Reply::Kind& why);
  void close();

  int socket_ = -1;
  bool ended_ = false;
  std::string input_;
  size_t at_ = 0;
};

}  // namespace redouble::oracle
