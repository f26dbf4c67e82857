// What the rules of a test (REDOUBLE FAULT, REDOUBLE GATE) have in store for the call that a client is on:
// kept in its session from the first rule that the call meets to the end of its reply. Null for everybody
// else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "engine/clock.h"
#include "engine/deadlines.h"
#include "protocol/buffer.h"

namespace redouble {

struct Rule;

/// What happens to a reply on its way. Those of several rules go together.
struct ReplyShape {
  static constexpr std::size_t kWhole = std::numeric_limits<std::size_t>::max();

  bool mute = false;         ///< nothing of it is sent
  std::size_t cut = kWhole;  ///< so many bytes are sent, then the connection ends; 0 loses it all
  bool reset = false;        ///< … and ends hard
  std::size_t corrupt = 0;   ///< so many bytes are changed
  std::size_t chunk = 0;     ///< sent in pieces of so many bytes; 0: in one
  std::size_t drip = 0;      ///< so many bytes …
  Micros every = 0;          ///< … each such time of the server's clock
  std::uint64_t chance = 0;  ///< decides which bytes are changed, and into what

  bool has_effect() const { return mute || cut != kWhole || corrupt != 0 || chunk != 0 || drip != 0; }
  void add(const ReplyShape& other);
};

struct Course {
  std::uint64_t asked = 0;                   // the last rule that hit: those behind it are to be asked still
  std::vector<std::uint64_t> seen;           // of a script: rules that have counted it, and not what it calls
  std::shared_ptr<Rule> ended_by;            // what ends it once its delay is over
  bool expire = false, evict = false;        // the keys of the command go just before it
  std::vector<std::shared_ptr<Rule>> gates;  // it will stand at, the next first
  std::shared_ptr<Rule> gate;                // it stands at
  Deadlines::Id timer = 0;                   // of a delay
  Millis timer_at = 0;
  bool running = false;  // is being executed
  bool over = false;     // its reply is complete
  ReplyShape shape;
  Buffer reply;  // what the command writes, until it is over
};

}  // namespace redouble
