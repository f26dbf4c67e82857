// Tells which of many sockets are ready, for a loop of Asio's that waits for one descriptor only: an epoll
// set of our own, in which a socket stands from its first moment to its last. Asio asks the kernel anew for
// each single wait (epoll_ctl), a third of the system calls of a client without a pipeline; and a set that is
// asked once for all who are ready lets a turn of the loop serve them together.
//
// Edge-triggered: what has been told is not told again until more has come. Whoever is told that it can read
// remembers so until a read takes all there is.
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include <cstdint>

namespace redouble {

class Poller {
 public:
  /// Throws asio::system_error when the kernel has none to give.
  explicit Poller(asio::io_context& loop);

  /// Tells of `who` from now on when there is something to read on the descriptor, or when it has ended.
  /// False when the kernel refuses.
  bool add(int descriptor, void* who);
  /// Tells when it can be written to again, too. False when the kernel refuses.
  bool add_writes(int descriptor, void* who);
  /// To be called before the descriptor is closed: a child of the process may hold it open.
  void remove(int descriptor);

  struct Event {
    void* who;
    bool readable, writable;
    bool ended;   // the peer sends nothing more
    bool broken;  // and reads nothing more
    bool urgent;  // it sent urgent data (MSG_OOB)
  };
  /// Calls `tell(Event)` for some of those that are ready, without waiting. Whether there were any.
  template <class Tell>
  bool gather(Tell&& tell) {
    Event events[kAtOnce];
    const int n = take(events);
    for (int i = 0; i < n; ++i) tell(events[i]);
    return n > 0;
  }
  /// Calls `handler(error)` on the loop when `gather` has something to tell.
  template <class Handler>
  void async_wait(Handler&& handler) {
    set_.async_wait(asio::posix::stream_descriptor::wait_read, std::forward<Handler>(handler));
  }
  /// Ends a wait that is under way.
  void cancel() { set_.cancel(); }

 private:
  static constexpr int kAtOnce = 128;

  int take(Event* events);

  asio::posix::stream_descriptor set_;
};

}  // namespace redouble
