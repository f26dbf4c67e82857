// See spare_memory.h. Who frees tells it from the middle of `free`, where nothing may be allocated and Asio
// may be at work: to set a timer of the kernel's is all that is done there.
#include "server/spare_memory.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <cstdint>

#include "server/small_memory.h"

namespace redouble {
namespace {

constexpr long kMillisecond = 1'000'000;  // in ns
// What is deleted now may be needed again at once.
constexpr long kRest = 500 * kMillisecond;
constexpr long kBetweenSlices = 2 * kMillisecond;
constexpr std::size_t kSlice = 128;  // runs: half a millisecond

int timer = -1;

void ring_in(long nanoseconds) {
  const itimerspec when{{}, {0, nanoseconds}};
  ::timerfd_settime(timer, 0, &when, nullptr);
}

}  // namespace

SpareMemory::SpareMemory(asio::io_context& loop) : timer_(loop) {
  timer = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (timer < 0) return;
  timer_.assign(timer);
  small_memory.on_surplus([] { ring_in(kRest); });
  await();
}

SpareMemory::~SpareMemory() {
  small_memory.on_surplus(nullptr);
}

void SpareMemory::await() {
  timer_.async_wait(asio::posix::stream_descriptor::wait_read, [this](asio::error_code error) {
    if (error) return;
    std::uint64_t times;
    if (::read(timer, &times, sizeof times) > 0 && !small_memory.give_back(kSlice)) ring_in(kBetweenSlices);
    await();
  });
}

}  // namespace redouble
