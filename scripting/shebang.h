// The first line of scripts and libraries, `#!lua name=value …`.
#pragma once

#include <string>
#include <string_view>

#include "scripting/script_flags.h"

namespace redouble {

/// Reads the shebang of an EVAL script, if it has one, and takes it off `code`, all but the line's end, so
/// that lines keep their numbers. The reason of a failure, or nothing.
std::string read_script_shebang(std::string_view& code, ScriptFlags& flags);

/// What the first line of a library says.
struct LibraryShebang {
  std::string engine, name;
};
/// The same for a library, which must have one.
std::string read_library_shebang(std::string_view& code, LibraryShebang& shebang);

}  // namespace redouble
