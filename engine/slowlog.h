// The log of commands that took long: SLOWLOG. Newest first; arguments are trimmed as in Redis.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "engine/arguments.h"
#include "engine/clock.h"

namespace redouble {

class SlowLog {
 public:
  struct Line {
    std::int64_t id;
    std::int64_t seconds;  // unix time
    std::int64_t microseconds;
    std::vector<std::string> argv;
    std::string address;
    std::string client_name;
  };

  /// Logs a call; keeps at most `longest` lines.
  void add(Argv argv, Micros now, std::int64_t microseconds, std::string_view address,
           std::string_view client_name, std::size_t longest);
  void reset() { lines_.clear(); }
  const std::deque<Line>& lines() const { return lines_; }

 private:
  std::int64_t next_id_ = 0;
  std::deque<Line> lines_;
};

}  // namespace redouble
