// Reads from many sockets, or writes to many, by one call of the kernel (io_uring): the way into the kernel
// and back is much of what a small batch of requests costs. No call waits for its socket, so all are done
// when `run` returns, and buffers are the caller's all the time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

struct io_uring_sqe;
struct io_uring_cqe;

namespace redouble {

class SocketRing {
 public:
  /// So many calls at once.
  static constexpr unsigned kMost = 16;

  SocketRing() = default;
  ~SocketRing() { close(); }
  SocketRing(const SocketRing&) = delete;
  SocketRing& operator=(const SocketRing&) = delete;

  /// Asks the kernel for a ring, the first time. False where there is none to be had: before Linux 5.13, and
  /// in many containers, whose seccomp profile forbids it.
  bool open();
  bool is_open() const { return descriptor_ >= 0; }

  /// REQUIRES: open, and fewer than kMost were added since `run`.
  void add_read(int descriptor, char* at, std::size_t room);
  void add_write(int descriptor, const char* bytes, std::size_t size);
  /// Makes the calls that were added, in their order. For each how many bytes it moved, or the negative of an
  /// errno; good until the next call of this.
  std::span<const std::int32_t> run();

 private:
  static constexpr std::int32_t kNone = INT32_MIN;

  io_uring_sqe& next_entry(int descriptor, std::size_t size);
  unsigned reap();
  void close();

  int descriptor_ = -1;
  bool asked_ = false;
  unsigned added_ = 0;
  // Shared with the kernel.
  void* memory_ = nullptr;
  std::size_t memory_size_ = 0;
  io_uring_sqe* entries_ = nullptr;
  io_uring_cqe* completions_ = nullptr;
  unsigned *tail_ = nullptr, *completed_head_ = nullptr, *completed_tail_ = nullptr;
  unsigned completion_mask_ = 0;
  std::array<std::int32_t, kMost> results_{};
};

}  // namespace redouble
