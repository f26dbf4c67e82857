// Sends generated scripts to both servers and says which replies differ.
#pragma once

#include "options.h"
#include "process.h"

namespace redouble::oracle {

// True when all agreed, or when redouble has no scripts.
bool run_scripts(Pair& pair, const Options& options);

}  // namespace redouble::oracle
