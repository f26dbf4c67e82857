// A plain blocking client over a socket, for tests of the server: sends bytes, reads what comes, gives up
// after a bounded time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace redouble {

/// The bytes of a request.
std::string request(const std::vector<std::string>& words);

class SocketClient {
 public:
  /// Connects to 127.0.0.1:port. Throws std::runtime_error when it cannot.
  explicit SocketClient(int port);
  /// Connects to a unix socket.
  explicit SocketClient(const std::string& path);
  ~SocketClient();
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  void send(std::string_view bytes);
  /// As urgent data (MSG_OOB), which is not part of what the server reads.
  void send_urgently(char byte);
  /// Reads until exactly `n` bytes came, the peer closed, or ten seconds have passed.
  std::string read(std::size_t n);
  /// `send`, then as many bytes as `expected` has.
  std::string ask(std::string_view bytes, std::string_view expected) {
    send(bytes);
    return read(expected.size());
  }
  /// What has come by now, without waiting.
  std::string arrived();
  /// True when the peer has closed and nothing is left to read.
  bool at_end();
  /// True when the peer has reset the connection.
  bool was_reset();
  /// True when nothing is there to be read at this moment.
  bool is_silent();
  /// Closes with a reset instead of a farewell.
  void reset();

 private:
  int descriptor_ = -1;
  bool ended_by_reset_ = false;
};

}  // namespace redouble
