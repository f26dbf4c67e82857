// Plain blocking sockets with time limits: a probe must not hang.
#include "server/ping.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fcntl.h>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "server/tls_context.h"

namespace redouble {
namespace {

constexpr int kTimeoutMs = 3000;
constexpr std::size_t kMaxReply = 4096;

struct Target {
  std::string host = "127.0.0.1";
  std::string port = "6379";
  std::string path;  // of a unix socket
  std::string user;
  std::optional<std::string> password;
  bool tls = false;

  std::string name() const { return path.empty() ? host + ":" + port : path; }
};

std::string decode_percent(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      decoded += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

// "host", "host:port", "[::1]:port"; empty parts keep their defaults.
void read_address(std::string_view text, Target& target) {
  std::string_view host = text, port;
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  const std::size_t colon = bracket == std::string_view::npos ? bracket : text.find(':', bracket);
  if (colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (!host.empty()) target.host = host;
  if (!port.empty()) target.port = port;
}

std::optional<Target> read_url(std::string_view url) {
  Target target;
  const auto take = [&](std::string_view prefix) {
    if (!url.starts_with(prefix)) return false;
    url.remove_prefix(prefix.size());
    return true;
  };
  const bool is_unix = take("unix://") || take("redis+unix://");
  target.tls = !is_unix && take("rediss://");
  if (!is_unix && !target.tls && !take("redis://")) return std::nullopt;
  url = url.substr(0, url.find('?'));
  const std::size_t slash = is_unix ? std::string_view::npos : url.find('/');
  std::string_view authority = url.substr(0, slash);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view credentials = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    const std::size_t colon = credentials.find(':');
    target.user = decode_percent(credentials.substr(0, colon));
    if (colon != std::string_view::npos) target.password = decode_percent(credentials.substr(colon + 1));
  }
  if (is_unix)
    target.path = authority;
  else
    read_address(authority, target);
  return target;
}

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)), tls_(std::move(other.tls_)) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket& operator=(Socket&&) = delete;

  // Each returns the reason of a failure, or nothing.
  std::string connect(const sockaddr* address, socklen_t size);
  void use_tls() {
    tls_ = std::make_unique<TlsStream>(make_trusting_client_context(), fd_, TlsStream::Role::client);
  }
  std::string ask(std::string_view request, std::string& reply);

 private:
  std::string wait(short events) const;
  std::string transfer(bool writes, char* at, std::size_t& size);

  int fd_;
  std::unique_ptr<TlsStream> tls_;
};

std::string Socket::wait(short events) const {
  pollfd waiting{fd_, events, 0};
  const int ready = ::poll(&waiting, 1, kTimeoutMs);
  if (ready == 0) return "no answer in time";
  return ready < 0 ? std::strerror(errno) : std::string();
}

std::string Socket::connect(const sockaddr* address, socklen_t size) {
  if (fd_ < 0) return std::strerror(errno);
  ::fcntl(fd_, F_SETFL, O_NONBLOCK);
  if (::connect(fd_, address, size) == 0) return {};
  if (errno != EINPROGRESS) return std::strerror(errno);
  if (auto reason = wait(POLLOUT); !reason.empty()) return reason;
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &length);
  return error == 0 ? std::string() : std::strerror(error);
}

// Writes or reads up to `size` bytes, waiting as long as it takes; `size` becomes how many.
std::string Socket::transfer(bool writes, char* at, std::size_t& size) {
  while (true) {
    Transfer made;
    if (tls_) {
      made = writes ? tls_->write(at, size) : tls_->read(at, size);
    } else {
      const ssize_t n = writes ? ::send(fd_, at, size, MSG_NOSIGNAL) : ::recv(fd_, at, size, 0);
      const bool later = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
      if (n < 0 && !later) return std::strerror(errno);
      if (later) made.state = writes ? Transfer::State::wait_write : Transfer::State::wait_read;
      if (n == 0) made.state = Transfer::State::closed;
      made.bytes = n > 0 ? static_cast<std::size_t>(n) : 0;
    }
    if (made.state == Transfer::State::closed)
      return tls_ && !tls_->failure().empty() ? tls_->failure() : "the connection was closed";
    if (made.state == Transfer::State::some) {
      size = made.bytes;
      return {};
    }
    const bool for_reading = made.state == Transfer::State::wait_read;
    if (auto reason = wait(for_reading ? POLLIN : POLLOUT); !reason.empty()) return reason;
  }
}

// Sends a request and reads one line.
std::string Socket::ask(std::string_view request, std::string& reply) {
  std::string bytes(request);
  for (std::size_t sent = 0; sent < bytes.size();) {
    std::size_t n = bytes.size() - sent;
    if (auto reason = transfer(true, bytes.data() + sent, n); !reason.empty()) return reason;
    sent += n;
  }
  reply.clear();
  while (!reply.ends_with("\r\n")) {
    char byte;
    std::size_t n = 1;
    if (auto reason = transfer(false, &byte, n); !reason.empty()) return reason;
    reply += byte;
    if (reply.size() > kMaxReply) return "the answer is not that of a Redis server";
  }
  reply.resize(reply.size() - 2);
  return {};
}

struct Connected {
  std::optional<Socket> socket;
  std::string reason;
};

Connected connect_unix(const Target& target) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (target.path.size() >= sizeof address.sun_path) return {std::nullopt, "the path is too long"};
  std::memcpy(address.sun_path, target.path.data(), target.path.size());
  Socket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto reason = socket.connect(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (!reason.empty()) return {std::nullopt, std::move(reason)};
  return {std::move(socket), {}};
}

Connected connect_tcp(const Target& target) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found); error != 0)
    return {std::nullopt, ::gai_strerror(error)};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, ::freeaddrinfo);
  std::string reason = "no address";
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    Socket socket(::socket(each->ai_family, each->ai_socktype | SOCK_CLOEXEC, each->ai_protocol));
    reason = socket.connect(each->ai_addr, each->ai_addrlen);
    if (reason.empty()) return {std::move(socket), {}};
  }
  return {std::nullopt, std::move(reason)};
}

std::string request(const std::vector<std::string>& words) {
  std::string bytes = fmt::format("*{}\r\n", words.size());
  for (const auto& word : words) bytes += fmt::format("${}\r\n{}\r\n", word.size(), word);
  return bytes;
}

}  // namespace

PingResult ping(std::string_view url) {
  const auto target = read_url(url);
  if (!target)
    return {false,
            "not a URL to ping: it is redis://[:password@]host:port, rediss:// with TLS, or unix://path"};
  auto connected = target->path.empty() ? connect_tcp(*target) : connect_unix(*target);
  if (!connected.socket)
    return {false, fmt::format("cannot connect to {}: {}", target->name(), connected.reason)};
  if (target->tls) connected.socket->use_tls();
  std::vector<std::vector<std::string>> requests;
  if (target->password) {
    requests.push_back({"AUTH"});
    if (!target->user.empty()) requests.back().push_back(target->user);
    requests.back().push_back(*target->password);
  }
  requests.push_back({"PING"});
  std::string reply;
  for (const auto& words : requests) {
    if (const auto reason = connected.socket->ask(request(words), reply); !reason.empty())
      return {false, fmt::format("{} does not answer: {}", target->name(), reason)};
    if (!reply.starts_with('+'))
      return {false, fmt::format("{} answers {} with: {}", target->name(), words[0], reply)};
  }
  return {true, fmt::format("{} answers {}", target->name(), reply.substr(1))};
}

}  // namespace redouble
