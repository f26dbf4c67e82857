// A generated sequence of commands on several connections, and how it looks as a written case.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "comparator.h"
#include "text.h"

namespace redouble::oracle {

struct Step {
  size_t connection = 0;
  Argv argv;
  Rule rule;
};

// Connections from `first_stream` on are read up to a marker after every batch, whatever comes: they may
// be subscribed. If they are `waiting`, what has come by then is read instead: their commands may block. The
// others give one reply for each command.
struct Sequence {
  uint64_t seed = 0;
  int resp = 2;
  size_t connections = 1;
  size_t first_stream = 1;
  bool waiting = false;
  std::vector<Step> steps;
};

// The sequence in the format of the case files, without a title.
std::string as_case(const Sequence& sequence);

}  // namespace redouble::oracle
