// What a read or a write on a socket came to.
#pragma once

#include <cstddef>
#include <cstdint>

namespace redouble {

struct Transfer {
  enum class State : std::uint8_t {
    some,        ///< `bytes` of them, at least one
    wait_read,   ///< nothing happened: again when the socket can be read
    wait_write,  ///< nothing happened: again when it can be written to
    closed,
  };
  State state = State::some;
  std::size_t bytes = 0;
};

}  // namespace redouble
