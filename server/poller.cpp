#include "server/poller.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <asio/error.hpp>
#include <asio/system_error.hpp>

#include <cerrno>

namespace redouble {
namespace {

constexpr std::uint32_t kReads = EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLET;

bool control(int set, int operation, int descriptor, std::uint32_t what, void* who) {
  epoll_event event{};
  event.events = what;
  event.data.ptr = who;
  return ::epoll_ctl(set, operation, descriptor, &event) == 0;
}

}  // namespace

Poller::Poller(asio::io_context& loop) : set_(loop) {
  const int set = ::epoll_create1(EPOLL_CLOEXEC);
  asio::error_code error(set < 0 ? errno : 0, asio::error::get_system_category());
  if (!error) set_.assign(set, error);
  if (!error) return;
  if (set >= 0) ::close(set);
  throw asio::system_error(error);
}

bool Poller::add(int descriptor, void* who) {
  return control(set_.native_handle(), EPOLL_CTL_ADD, descriptor, kReads, who);
}

bool Poller::add_writes(int descriptor, void* who) {
  return control(set_.native_handle(), EPOLL_CTL_MOD, descriptor, kReads | EPOLLOUT, who);
}

void Poller::remove(int descriptor) {
  control(set_.native_handle(), EPOLL_CTL_DEL, descriptor, 0, nullptr);
}

int Poller::take(Event* events) {
  epoll_event ready[kAtOnce];
  const int n = ::epoll_wait(set_.native_handle(), ready, kAtOnce, 0);
  for (int i = 0; i < n; ++i) {
    const std::uint32_t what = ready[i].events;
    events[i] = {ready[i].data.ptr,
                 (what & ~std::uint32_t{EPOLLOUT}) != 0,
                 (what & EPOLLOUT) != 0,
                 (what & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0,
                 (what & (EPOLLHUP | EPOLLERR)) != 0,
                 (what & EPOLLPRI) != 0};
  }
  return n;
}

}  // namespace redouble
