// The settings that generated sequences may change: what they change is seen in replies at once, and the
// player sets them back before each sequence.
#pragma once

#include <array>
#include <string_view>

namespace redouble::oracle {

struct Setting {
  std::string_view name;
  std::string_view value;  // redis-server's default
};

inline constexpr std::array kSettings = {
    Setting{"hash-max-listpack-entries", "128"},
    Setting{"hash-max-listpack-value", "64"},
    Setting{"list-max-listpack-size", "-2"},
    Setting{"set-max-intset-entries", "512"},
    Setting{"zset-max-listpack-entries", "128"},
    Setting{"zset-max-listpack-value", "64"},
    Setting{"stream-node-max-entries", "100"},
    Setting{"stream-node-max-bytes", "4096"},
    Setting{"lfu-log-factor", "10"},
    Setting{"slowlog-max-len", "128"},
    Setting{"lazyfree-lazy-user-del", "no"},
    Setting{"hz", "10"},
    Setting{"latency-monitor-threshold", "0"},
    Setting{"activerehashing", "yes"},
};

}  // namespace redouble::oracle
