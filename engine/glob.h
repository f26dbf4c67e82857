// Glob patterns as Redis matches them (KEYS, SCAN, PSUBSCRIBE, CONFIG GET, ACL).
//
// Invariant: every element of a pattern other than '*' eats exactly one byte, so only the last '*' ever needs
// another try, and a match costs at most pattern times text steps, whatever the pattern.
#pragma once

#include <string_view>

namespace redouble {

// `*` any bytes, `?` one byte, `[abc]` `[a-c]` `[^a]` one of, `\x` the byte x. Odd ends as in Redis 7.0.15:
// an unclosed class ends with the pattern, a lone backslash at the end is itself, an empty text matches the
// empty pattern only, and a pattern with more than a thousand stars to get past matches nothing.
bool glob_match(std::string_view pattern, std::string_view text, bool ignore_case);

}  // namespace redouble
