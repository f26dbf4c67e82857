#include "server/socket_ring.h"

#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <utility>

namespace redouble {
namespace {

// From Linux 5.13 on. Kernels before 5.9 might wait for a socket in spite of MSG_DONTWAIT.
constexpr std::uint32_t kNeeded = IORING_FEAT_SINGLE_MMAP | IORING_FEAT_RSRC_TAGS;

void* map(int descriptor, std::size_t size, off_t what) {
  void* at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor, what);
  return at == MAP_FAILED ? nullptr : at;
}

// The call that an entry stands for.
std::int32_t make_plainly(const io_uring_sqe& entry) {
  auto* const bytes = reinterpret_cast<void*>(entry.addr);
  const int flags = static_cast<int>(entry.msg_flags);
  const ssize_t n = entry.opcode == IORING_OP_RECV ? ::recv(entry.fd, bytes, entry.len, flags)
                                                   : ::send(entry.fd, bytes, entry.len, flags);
  return n < 0 ? -errno : static_cast<std::int32_t>(n);
}

}  // namespace

bool SocketRing::open() {
  if (std::exchange(asked_, true)) return descriptor_ >= 0;
  io_uring_params settings{};
  descriptor_ = static_cast<int>(::syscall(SYS_io_uring_setup, kMost, &settings));
  if (descriptor_ < 0) return false;
  const io_sqring_offsets& asked = settings.sq_off;
  const io_cqring_offsets& answered = settings.cq_off;
  if ((settings.features & kNeeded) == kNeeded) {
    memory_size_ = std::max<std::size_t>(asked.array + settings.sq_entries * sizeof(unsigned),
                                         answered.cqes + settings.cq_entries * sizeof(io_uring_cqe));
    memory_ = map(descriptor_, memory_size_, IORING_OFF_SQ_RING);
    entries_ = static_cast<io_uring_sqe*>(map(descriptor_, kMost * sizeof(io_uring_sqe), IORING_OFF_SQES));
  }
  if (memory_ == nullptr || entries_ == nullptr) {
    close();
    return false;
  }
  auto* const base = static_cast<char*>(memory_);
  const auto number_at = [base](std::uint32_t offset) { return reinterpret_cast<unsigned*>(base + offset); };
  tail_ = number_at(asked.tail);
  completed_head_ = number_at(answered.head);
  completed_tail_ = number_at(answered.tail);
  completion_mask_ = *number_at(answered.ring_mask);
  completions_ = reinterpret_cast<io_uring_cqe*>(base + answered.cqes);
  for (unsigned i = 0; i < kMost; ++i) number_at(asked.array)[i] = i;
  return true;
}

void SocketRing::close() {
  if (entries_ != nullptr) ::munmap(entries_, kMost * sizeof(io_uring_sqe));
  if (memory_ != nullptr) ::munmap(memory_, memory_size_);
  if (descriptor_ >= 0) ::close(descriptor_);
  entries_ = nullptr;
  memory_ = nullptr;
  descriptor_ = -1;
}

io_uring_sqe& SocketRing::next_entry(int descriptor, std::size_t size) {
  // Each run begins where the last one ended, which is anywhere in the ring.
  io_uring_sqe& entry = entries_[(*tail_ + added_) % kMost];
  entry = {};
  entry.fd = descriptor;
  entry.len = static_cast<std::uint32_t>(std::min<std::size_t>(size, INT32_MAX));
  entry.user_data = added_++;
  return entry;
}

void SocketRing::add_read(int descriptor, char* at, std::size_t room) {
  io_uring_sqe& entry = next_entry(descriptor, room);
  entry.opcode = IORING_OP_RECV;
  entry.addr = reinterpret_cast<std::uintptr_t>(at);
  entry.msg_flags = MSG_DONTWAIT;
}

void SocketRing::add_write(int descriptor, const char* bytes, std::size_t size) {
  io_uring_sqe& entry = next_entry(descriptor, size);
  entry.opcode = IORING_OP_SEND;
  entry.addr = reinterpret_cast<std::uintptr_t>(bytes);
  entry.msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL;
}

std::span<const std::int32_t> SocketRing::run() {
  const unsigned calls = std::exchange(added_, 0), first = *tail_;
  std::fill_n(results_.begin(), calls, kNone);
  std::atomic_ref(*tail_).store(first + calls, std::memory_order_release);
  unsigned taken = 0, done = 0;
  while (done < calls) {
    const auto n = ::syscall(SYS_io_uring_enter, descriptor_, calls - taken, calls - done,
                             IORING_ENTER_GETEVENTS, nullptr, 0);
    if (n < 0 ? errno != EINTR : n == 0 && taken < calls) break;
    taken += static_cast<unsigned>(std::max(n, decltype(n){0}));
    done += reap();
  }
  if (done == calls) return {results_.data(), calls};
  // The kernel takes no more of them, for want of memory most likely.
  for (unsigned i = 0; i < calls; ++i)
    if (results_[i] == kNone) results_[i] = make_plainly(entries_[(first + i) % kMost]);
  close();
  return {results_.data(), calls};
}

unsigned SocketRing::reap() {
  const unsigned from = *completed_head_;
  const unsigned to = std::atomic_ref(*completed_tail_).load(std::memory_order_acquire);
  for (unsigned i = from; i != to; ++i) {
    const io_uring_cqe& completion = completions_[i & completion_mask_];
    results_[completion.user_data] = completion.res;
  }
  std::atomic_ref(*completed_head_).store(to, std::memory_order_release);
  return to - from;
}

}  // namespace redouble
