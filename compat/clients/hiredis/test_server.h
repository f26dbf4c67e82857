// A redis-compatible server of the test's own, spawned from the binary named in REDIS_SERVER.
// Invariant: it ends with its owner, at the latest with this process, and its port stays the same over
// restarts. Ports come from below the kernel's ephemeral range, so that a client which keeps knocking
// while the server is down cannot connect to itself.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace clients {

class TestServer {
 public:
  // `flags` as redis-server takes them, e.g. {"--requirepass", "secret"}. Returns when it is ready; throws
  // std::runtime_error with the server's log when it is not within 10 seconds.
  explicit TestServer(std::vector<std::string> flags = {});
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  int port() const { return port_; }

  // Starts it again on its port, after stop() or crash().
  void launch();
  // Ends it with SIGTERM; returns its exit code, which a good server makes 0.
  int stop() { return end(15); }
  void crash() { end(9); }

 private:
  int end(int signal);

  std::vector<std::string> flags_;
  int port_;
  pid_t pid_ = -1;
  int log_ = -1;
};

}  // namespace clients
