#include "server/poller.h"

#include <sys/epoll.h>

#include <asio/error.hpp>
#include <asio/system_error.hpp>

#include <cerrno>

namespace redouble {
namespace {

constexpr std::uint32_t kReads = EPOLLIN | EPOLLRDHUP | EPOLLET;

bool control(int set, int operation, int descriptor, std::uint32_t what, void* who) {
  epoll_event event{};
  event.events = what;
  event.data.ptr = who;
  return ::epoll_ctl(set, operation, descriptor, &event) == 0;
}

int make_set() {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) throw asio::system_error(asio::error_code(errno, asio::error::get_system_category()));
  return set;
}

}  // namespace

Poller::Poller(asio::io_context& loop) : set_(loop, make_set()) {}

bool Poller::add(int descriptor, void* who) {
  return control(set_.native_handle(), EPOLL_CTL_ADD, descriptor, kReads, who);
}

void Poller::add_writes(int descriptor, void* who) {
  control(set_.native_handle(), EPOLL_CTL_MOD, descriptor, kReads | EPOLLOUT, who);
}

void Poller::remove(int descriptor) {
  control(set_.native_handle(), EPOLL_CTL_DEL, descriptor, 0, nullptr);
}

int Poller::take(Event* events) {
  epoll_event ready[kAtOnce];
  const int n = ::epoll_wait(set_.native_handle(), ready, kAtOnce, 0);
  for (int i = 0; i < n; ++i) {
    const std::uint32_t what = ready[i].events;
    events[i] = {ready[i].data.ptr, (what & ~std::uint32_t{EPOLLOUT}) != 0, (what & EPOLLOUT) != 0,
                 (what & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0, (what & (EPOLLHUP | EPOLLERR)) != 0};
  }
  return n;
}

}  // namespace redouble
