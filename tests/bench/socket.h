// TCP to a server on 127.0.0.1, for the programs of this directory. A failure ends the program with its
// reason: a measurement that went wrong is not a measurement.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace bench {

[[noreturn]] inline void give_up(const char* what) {
  std::fprintf(stderr, "bench: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

/// A connected socket, or -1 when nothing listens yet.
inline int try_connect(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) give_up("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    return -1;
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

inline void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0) give_up("send");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

/// Reads just as many bytes as `wanted` has; others end the program.
inline void expect(int fd, std::string_view wanted) {
  std::string got(wanted.size(), ' ');
  const ssize_t n = ::recv(fd, got.data(), got.size(), MSG_WAITALL);
  if (n == static_cast<ssize_t>(wanted.size()) && got == wanted) return;
  std::fprintf(stderr, "bench: the server answers %s\n", got.c_str());
  std::exit(1);
}

/// "*2\r\n$3\r\nGET\r\n…", behind what `out` holds.
template <class... Words>
void append_request(std::string& out, const Words&... words) {
  out += '*' + std::to_string(sizeof...(words)) + "\r\n";
  const auto add = [&](std::string_view word) {
    out.append("$").append(std::to_string(word.size())).append("\r\n").append(word).append("\r\n");
  };
  (add(words), ...);
}

}  // namespace bench
