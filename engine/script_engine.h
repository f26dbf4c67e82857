// What the engine knows of scripts: that somebody may run them. The room `scripting` implements this and
// hands it in, with the rows of its commands, as an Extension; so nothing here includes Lua, and an engine
// without scripts is complete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "engine/arguments.h"

namespace redouble {

class CommandTable;
class Engine;
struct Command;

class ScriptEngine {
 public:
  /// What INFO and MEMORY STATS tell.
  struct Usage {
    std::size_t eval_state = 0;      ///< bytes of the state that EVAL uses
    std::size_t function_state = 0;  ///< bytes of the state that functions use
    std::size_t scripts = 0;
    std::size_t script_bytes = 0;
    std::size_t functions = 0;
    std::size_t libraries = 0;
    std::size_t function_bytes = 0;
  };

  virtual ~ScriptEngine() = default;
  virtual Usage usage() const = 0;
  /// As new: no scripts, no functions. REQUIRES: none runs.
  virtual void reset() = 0;
  /// Ends the script that is running, whatever it has written, as soon as it comes to the next check.
  virtual void abort() = 0;
  /// The flags of a command that runs a script (kRunsScript), by what this script says of itself.
  virtual std::uint32_t flags_of(const Command& command, Argv argv) const = 0;
};

/// What a room behind the engine adds to it. Both outlive the engine.
struct Extension {
  const CommandTable& commands;  ///< all commands, its own among them
  std::unique_ptr<ScriptEngine> (*make_scripts)(Engine&);
};

}  // namespace redouble
