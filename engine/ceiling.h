// Who knows whether there is memory for a larger table of keys. Under maxmemory redis-server's tables do not
// double when that would pass the limit, and their chains grow longer instead.
#pragma once

#include <cstddef>

namespace redouble {

class Ceiling {
 public:
  /// Whether `bytes` more stay below the limit.
  virtual bool has_room(std::size_t bytes) const = 0;

 protected:
  ~Ceiling() = default;
};

}  // namespace redouble
