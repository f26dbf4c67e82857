// CONFIG REWRITE without the file: the old text and the configuration in, the new text out.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace redouble {

class Config;

// Comments, order and directives that are no parameters stay; lines of a parameter are reused for its present
// values, what is left over becomes blank, and what differs from its default and had no line is appended
// behind a comment. `user_lines` are the `user …` lines of the ACL; none when an ACL file keeps them.
std::string rewrite_config(std::string_view old_text, const Config& config,
                           std::span<const std::string> user_lines);

}  // namespace redouble
