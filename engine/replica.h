// A client that follows: what it has told of itself (REPLCONF), and how far it is. Its session owns this;
// from SYNC or PSYNC on it stands in the list of engine/replication.h, unless it wants a snapshot only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/clock.h"
#include "protocol/buffer.h"

namespace redouble {

struct Replica {
  enum class State : std::uint8_t {
    introducing,         ///< has not asked for data yet
    gets_snapshot_only,  ///< and no stream: it is not among those who follow
    awaits_first_ack,    ///< got a snapshot with an end mark: nothing may stand behind it until it was read
    online,
  };
  State state = State::introducing;

  int port = 0;
  std::string address;
  bool takes_end_mark = false;  // "capa eof"
  bool takes_new_id = false;    // "capa psync2"
  bool only_snapshot = false;   // "rdb-only 1"
  bool without_keys = false;    // "rdb-filter-only"
  bool without_functions = false;

  std::uint64_t acknowledged = 0;  // an offset of the stream
  Micros acknowledged_at = 0;
  Buffer held;                     // of the stream, until the first acknowledgement
  std::uint64_t snapshot_end = 0;  // in bytes ever sent to this client: where the stream begins
};

}  // namespace redouble
