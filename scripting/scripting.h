// The door to this room: what makes an engine that runs scripts.
//
//   Engine engine(clock, config, host, seed, scripting());
#pragma once

#include "engine/script_engine.h"

namespace redouble {

/// All commands with those of scripts among them, and the maker of the script engine. Lives as long as the
/// process.
const Extension& scripting();

}  // namespace redouble
