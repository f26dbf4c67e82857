// What must hold for any bytes that a client sends to the request parser. Shared by the libFuzzer target and
// by the seeded run in the unit tests: an input that libFuzzer finds can be given to the other as it is.
#pragma once

#include <string>
#include <string_view>

namespace redouble {

/// Parses `input` and says what is wrong, or returns an empty text. Its first byte chooses the limits and the
/// sizes of the pieces in which the rest is parsed; the result must not depend on those pieces.
std::string request_parser_problem(std::string_view input);

}  // namespace redouble
