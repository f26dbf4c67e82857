// Text in double quotes with escapes, as redis-cli and MONITOR show it: the inverse of split_args.
#pragma once

#include <string>
#include <string_view>

namespace redouble {

/// Text that Redis formats as a C string: it ends at the first NUL.
inline std::string_view until_nul(std::string_view text) {
  return text.substr(0, text.find('\0'));
}

void append_quoted(std::string& out, std::string_view bytes);

}  // namespace redouble
