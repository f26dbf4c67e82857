// Spawns and ends the server with fork and exec; its log comes through a pipe that is read until the line
// "Ready to accept connections" and kept open, but no longer read, so a chatty server needs a small log.
#include "test_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <thread>

namespace clients {
namespace {

using Clock = std::chrono::steady_clock;

bool is_free(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool bound = bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(probe);
  return bound;
}

int free_port() {
  std::random_device random;
  std::uniform_int_distribution<int> ports(20000, 31999);
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (const int port = ports(random); is_free(port)) return port;
  }
  throw std::runtime_error("no free port between 20000 and 31999 on 127.0.0.1");
}

std::string binary() {
  const char* named = std::getenv("REDIS_SERVER");
  return named != nullptr ? named : "redis-server";
}

// Reads the log until the server says that it is ready.
void await_ready(int log) {
  const auto deadline = Clock::now() + std::chrono::seconds(10);
  std::string text;
  while (text.find("Ready to accept connections") == std::string::npos) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd readable{log, POLLIN, 0};
    if (left <= 0 || poll(&readable, 1, static_cast<int>(left)) == 0) {
      throw std::runtime_error(binary() + " was not ready in time:\n" + text);
    }
    char piece[4096];
    const ssize_t got = read(log, piece, sizeof piece);
    if (got <= 0) throw std::runtime_error(binary() + " ended before it was ready:\n" + text);
    text.append(piece, static_cast<size_t>(got));
  }
}

}  // namespace

TestServer::TestServer(std::vector<std::string> flags) : flags_(std::move(flags)), port_(free_port()) {
  launch();
}

TestServer::~TestServer() {
  end(SIGKILL);
}

void TestServer::launch() {
  std::vector<std::string> words{binary(), "--port", std::to_string(port_), "--bind", "127.0.0.1",
                                 "--save", "",       "--appendonly",        "no"};
  words.insert(words.end(), flags_.begin(), flags_.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe for the server's log");
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  close(ends[1]);
  log_ = ends[0];
  try {
    await_ready(log_);
  } catch (...) {
    end(SIGKILL);
    throw;
  }
}

int TestServer::end(int signal) {
  if (pid_ < 0) return 0;
  kill(pid_, signal);
  int status = 0;
  const auto deadline = Clock::now() + std::chrono::seconds(5);
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (Clock::now() > deadline) kill(pid_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  pid_ = -1;
  close(log_);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace clients
