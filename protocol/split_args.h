// Splits a line into words the way Redis does for inline requests and configuration files.
//
// To be kept in step with redis-cli, which quotes what it sends and prints by the same rules.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redouble {

// Words are separated by white space. In double quotes \xHH is a byte, \n \r \t \b \a are control characters,
// and a backslash in front of anything else stands for that character; in single quotes only \' is special.
// A closing quote must be followed by white space or the end. Nothing behind a NUL byte is read.
// Returns nothing when quotes are unbalanced.
std::optional<std::vector<std::string>> split_args(std::string_view line);

}  // namespace redouble
