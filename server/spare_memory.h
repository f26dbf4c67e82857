// Gives the memory of deleted keys back to the system, when the process has had more of it than it uses for a
// moment: in slices, with the clients' turns in between. Does nothing where SmallMemory is not in use.
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>

namespace redouble {

class SpareMemory {
 public:
  /// One at a time in a process.
  explicit SpareMemory(asio::io_context& loop);
  ~SpareMemory();
  SpareMemory(const SpareMemory&) = delete;
  SpareMemory& operator=(const SpareMemory&) = delete;

 private:
  void await();

  asio::posix::stream_descriptor timer_;
};

}  // namespace redouble
