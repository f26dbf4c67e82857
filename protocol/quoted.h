// Text in double quotes with escapes, as redis-cli and MONITOR show it: the inverse of split_args.
#pragma once

#include <string>
#include <string_view>

namespace redouble {

void append_quoted(std::string& out, std::string_view bytes);

}  // namespace redouble
