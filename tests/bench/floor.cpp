// The least that a server can do, to see what of the others' time is the kernel's: it counts the requests
// that it reads, by their '*', and sends as many fixed replies. Reads come first and writes behind them, all
// of them by one call where the kernel has that, as this is what costs it least. Of PUBLISH it sends a fixed
// message to the one who subscribed, once for all that were read.
//
//   floor --port N   until it is terminated; a line without a '*' is answered as PING
#include <fcntl.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "server/socket_ring.h"
#include "tests/bench/socket.h"

namespace {

using bench::give_up;
using redouble::SocketRing;

constexpr std::size_t kSlot = 64 * 1024;  // what is read of a client at once

constexpr std::string_view kReply = "$3\r\nxxx\r\n", kPong = "+PONG\r\n", kPublished = ":1\r\n";
constexpr std::string_view kSubscribed = "*3\r\n$9\r\nsubscribe\r\n$7\r\nchannel\r\n:1\r\n";
constexpr std::string_view kMessage =
    "*3\r\n$7\r\nmessage\r\n$7\r\nchannel\r\n$20\r\nmessage:000000000000\r\n";
// What the load generator has echoed behind a batch of publishes.
constexpr std::string_view kEcho = "~the-end~\r\n", kEchoed = "$9\r\n~the-end~\r\n";

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (; times > 0; --times) all += text;
  return all;
}

int listening(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) give_up("bind");
  if (::listen(fd, 511) != 0) give_up("listen");
  return fd;
}

void watch(int poll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  if (::epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) != 0) give_up("epoll_ctl");
}

void accept_one(int poll, int listener) {
  const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  watch(poll, fd);
}

// Makes so many calls, by the ring or one by one. The results are bytes, or the negative of an errno.
using Results = std::array<std::int32_t, SocketRing::kMost>;
template <class Add, class Call>
Results together(SocketRing& ring, std::size_t n, Add&& add, Call&& call) {
  Results results{};
  if (n > 1 && ring.open()) {
    for (std::size_t i = 0; i < n; ++i) add(i);
    std::ranges::copy(ring.run(), results.begin());
    return results;
  }
  for (std::size_t i = 0; i < n; ++i) {
    const ssize_t result = call(i);
    results[i] = result < 0 ? -errno : static_cast<std::int32_t>(result);
  }
  return results;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 || std::string_view(argv[1]) != "--port") {
    std::fprintf(stderr, "usage: floor --port N\n");
    return 2;
  }
  const int listener = listening(std::atoi(argv[2])), poll = ::epoll_create1(EPOLL_CLOEXEC);
  watch(poll, listener);
  std::vector<char> input(SocketRing::kMost * kSlot);
  const std::string replies = repeated(kReply, kSlot), messages = repeated(kMessage, 64 * 128);
  std::vector<std::string> published;  // by how many there were
  for (std::size_t n = 0; n <= 64; ++n) published.push_back(repeated(kPublished, n) + std::string(kEchoed));
  int subscriber = -1;
  SocketRing ring;
  std::vector<int> ready;
  std::vector<std::pair<int, std::string_view>> answers;
  while (true) {
    epoll_event events[SocketRing::kMost];
    const int n = ::epoll_wait(poll, events, SocketRing::kMost, -1);
    ready.clear();
    answers.clear();
    std::size_t owed = 0;  // of `messages`
    for (const auto& event : std::span(events, static_cast<std::size_t>(std::max(n, 0))))
      if (event.data.fd == listener)
        accept_one(poll, listener);
      else
        ready.push_back(event.data.fd);
    const auto slot = [&](std::size_t i) { return input.data() + i * kSlot; };
    const auto results = together(
        ring, ready.size(), [&](std::size_t i) { ring.add_read(ready[i], slot(i), kSlot); },
        [&](std::size_t i) { return ::recv(ready[i], slot(i), kSlot, 0); });
    for (std::size_t i = 0; i < ready.size(); ++i) {
      const int fd = ready[i];
      if (results[i] == -EAGAIN) continue;
      if (results[i] <= 0) {
        ::close(fd);
        continue;
      }
      const std::string_view bytes(slot(i), static_cast<std::size_t>(results[i]));
      const auto requests = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '*'));
      if (requests == 0) {
        answers.emplace_back(fd, kPong);
      } else if (bytes.ends_with(kEcho)) {
        answers.emplace_back(fd, published.at(requests - 1));
        owed += (requests - 1) * kMessage.size();
      } else if (bytes.find("SUBSCRIBE") != std::string_view::npos) {
        subscriber = fd;
        ::fcntl(fd, F_SETFL, 0);  // it takes messages whole
        answers.emplace_back(fd, kSubscribed);
      } else {
        answers.emplace_back(fd, std::string_view(replies).substr(0, requests * kReply.size()));
      }
    }
    const auto sent = together(
        ring, answers.size(),
        [&](std::size_t i) {
          ring.add_write(answers[i].first, answers[i].second.data(), answers[i].second.size());
        },
        [&](std::size_t i) {
          return ::send(answers[i].first, answers[i].second.data(), answers[i].second.size(), MSG_NOSIGNAL);
        });
    for (std::size_t i = 0; i < answers.size(); ++i)
      if (sent[i] < 0 && sent[i] != -EPIPE && sent[i] != -ECONNRESET) {
        errno = -sent[i];
        give_up("send");
      }
    if (owed > 0 && ::send(subscriber, messages.data(), owed, MSG_NOSIGNAL) < 0) give_up("send");
  }
}
