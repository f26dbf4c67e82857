// The generated half of a run: makes sequences, plays them, shrinks and prints what differs.
#pragma once

#include "options.h"
#include "process.h"

namespace redouble::oracle {

// Returns whether the servers agreed in everything.
bool run_generated(Pair& pair, const Options& options);

}  // namespace redouble::oracle
