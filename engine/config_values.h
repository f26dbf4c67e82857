// How single configuration values are read and written. Nothing here knows the table of parameters.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/ascii.h"

namespace redouble {

// Splits at single blanks: two in a row leave an empty word between them, an empty text has no words.
std::vector<std::string_view> split_words(std::string_view text);

// 1073741824 as 1gb, 1500 as 1500: the largest unit that leaves no remainder.
std::string format_memory(uint64_t bytes);

struct CInteger {
  int64_t value = 0;
  bool overflowed = false;  // then `value` is the nearest one
};
// A whole text as C's strtoll reads it, white space and sign in front included; the empty text is 0.
std::optional<CInteger> parse_c_integer(std::string_view text, int base);

// The value of a variable of a process title, or nothing when it is unknown.
using TitleVariable = std::function<std::optional<std::string>(std::string_view name)>;
// Replaces each {name}; `{{` is a brace. Nothing when a name is unknown or a brace stays open.
std::optional<std::string> expand_title_template(std::string_view text, const TitleVariable& variable);

}  // namespace redouble
