// See socket_client.h.
#include "tests/support/socket_client.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace redouble {
namespace {

constexpr int kPatienceMs = 10'000;

int connected(int family, const sockaddr* address, socklen_t size) {
  const int descriptor = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(descriptor, address, size) == 0) return descriptor;
  const std::string reason = std::strerror(errno);
  ::close(descriptor);
  throw std::runtime_error("cannot connect: " + reason);
}

}  // namespace

std::string request(const std::vector<std::string>& words) {
  std::string bytes = "*" + std::to_string(words.size()) + "\r\n";
  for (const auto& word : words) bytes += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  return bytes;
}

SocketClient::SocketClient(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  descriptor_ = connected(AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

SocketClient::SocketClient(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("socket path too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  descriptor_ = connected(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

SocketClient::~SocketClient() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void SocketClient::send_urgently(char byte) {
  if (::send(descriptor_, &byte, 1, MSG_OOB | MSG_NOSIGNAL) != 1) throw std::runtime_error("cannot send");
}

void SocketClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) throw std::runtime_error("cannot send");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::string SocketClient::read(std::size_t n) {
  std::string bytes(n, '\0');
  std::size_t have = 0;
  pollfd ready{descriptor_, POLLIN, 0};
  while (have<n&& ::poll(&ready, 1, kPatienceMs)> 0) {
    const ssize_t got = ::recv(descriptor_, bytes.data() + have, n - have, 0);
    ended_by_reset_ = got < 0 && errno == ECONNRESET;
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

std::string SocketClient::arrived() {
  char bytes[4096];
  const ssize_t got = ::recv(descriptor_, bytes, sizeof bytes, MSG_DONTWAIT);
  return got > 0 ? std::string(bytes, static_cast<std::size_t>(got)) : std::string();
}

bool SocketClient::at_end() {
  pollfd ready{descriptor_, POLLIN, 0};
  char byte;
  return ::poll(&ready, 1, kPatienceMs) > 0 && ::recv(descriptor_, &byte, 1, 0) <= 0;
}

bool SocketClient::was_reset() {
  pollfd ready{descriptor_, POLLIN, 0};
  char byte;
  if (ended_by_reset_) return true;
  return ::poll(&ready, 1, kPatienceMs) > 0 && ::recv(descriptor_, &byte, 1, 0) < 0 && errno == ECONNRESET;
}

bool SocketClient::is_silent() {
  pollfd ready{descriptor_, POLLIN, 0};
  return ::poll(&ready, 1, 0) == 0;
}

void SocketClient::reset() {
  const linger hard{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace redouble
