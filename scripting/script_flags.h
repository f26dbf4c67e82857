// What a script says of itself behind `#!lua flags=`, and a function with `flags`.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace redouble {

struct ScriptFlags {
  bool compatible = false;  ///< no shebang: the rules of before 7.0
  bool no_writes = false;
  bool allow_oom = false;
  bool allow_stale = false;
  bool no_cluster = false;
  bool allow_cross_slot_keys = false;

  /// Sets the flag of this name; false when there is none.
  bool set(std::string_view name);
  std::vector<std::string_view> names() const;
  /// The flags of a command that runs the script: what it does not say of itself, it may.
  std::uint32_t of_command(std::uint32_t command_flags) const;
};

}  // namespace redouble
