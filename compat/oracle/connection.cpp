// Implementation of connection.h with POSIX sockets and poll.
#include "connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace redouble::oracle {

using Clock = std::chrono::steady_clock;

Connection::Connection(int port) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close();
    ended_ = true;
    return;
  }
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Connection::~Connection() {
  close();
}

Connection::Connection(Connection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      ended_(other.ended_),
      input_(std::move(other.input_)),
      at_(other.at_) {}

Connection& Connection::operator=(Connection&& other) noexcept {
  if (this != &other) {
    close();
    socket_ = std::exchange(other.socket_, -1);
    ended_ = other.ended_;
    input_ = std::move(other.input_);
    at_ = other.at_;
  }
  return *this;
}

void Connection::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void Connection::send(std::string_view bytes) {
  while (!bytes.empty() && socket_ >= 0) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return;
    }
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

bool Connection::fill(Clock::time_point deadline, Reply::Kind& why) {
  if (socket_ < 0) {
    why = Reply::Kind::closed;
    return false;
  }
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  pollfd waiting{socket_, POLLIN, 0};
  const int ready = ::poll(&waiting, 1, left > 0 ? static_cast<int>(left) : 0);
  if (ready == 0) {
    why = Reply::Kind::silence;
    return false;
  }
  std::array<char, 65536> chunk;
  const auto got = ::recv(socket_, chunk.data(), chunk.size(), 0);
  if (got <= 0) {
    if (got < 0 && errno == EINTR) return true;
    close();
    why = Reply::Kind::closed;
    return false;
  }
  if (at_ > 0) {
    input_.erase(0, at_);
    at_ = 0;
  }
  input_.append(chunk.data(), static_cast<size_t>(got));
  return true;
}

Reply Connection::read(std::chrono::milliseconds wait) {
  const auto deadline = Clock::now() + wait;
  Reply reply;
  while (true) {
    const auto parsed = parse_reply(input_, at_, reply);
    if (parsed == Parsed::whole) return reply;
    if (parsed == Parsed::broken) {
      ended_ = true;
      return {Reply::Kind::garbage, input_.substr(at_, 200), {}};
    }
    auto why = Reply::Kind::closed;
    if (!fill(deadline, why)) {
      if (why == Reply::Kind::closed) ended_ = true;
      return {why, {}, {}};
    }
  }
}

Reply Connection::call(const Argv& argv) {
  send(frame(argv));
  return read();
}

bool Connection::set_resp(int version) {
  if (version != 3) return true;
  return call({"HELLO", "3"}).kind == Reply::Kind::map;
}

std::vector<Reply> Connection::drain(const std::string& token, size_t owed, std::chrono::milliseconds wait) {
  std::vector<Reply> messages;
  if (ended_) return messages;
  send(frame({"PING", token}));
  while (true) {
    auto reply = read(wait);
    const bool plain = reply.kind == Reply::Kind::bulk && reply.text == token;
    const bool subscribed = reply.is_aggregate() && reply.items.size() == 2 && reply.items[1].text == token;
    const bool queued = reply.kind == Reply::Kind::simple && reply.text == "QUEUED" && owed == 0;
    if (plain || subscribed || queued) return messages;
    const bool end = reply.is_end();
    if (reply.kind != Reply::Kind::push && owed > 0) --owed;
    messages.push_back(std::move(reply));
    if (end) return messages;
  }
}

std::optional<std::string> Connection::finish(std::chrono::milliseconds wait) {
  if (socket_ >= 0) ::shutdown(socket_, SHUT_WR);
  const auto deadline = Clock::now() + wait;
  auto why = Reply::Kind::closed;
  while (fill(deadline, why)) {
  }
  ended_ = true;
  if (why != Reply::Kind::closed) return std::nullopt;
  return input_.substr(at_);
}

std::string Connection::local_address() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) return "";
  return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

}  // namespace redouble::oracle
