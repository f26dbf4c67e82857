// The library `cjson`. What lua-cjson 2.1.0, which Redis carries, answers: 14 digits a number, arrays for
// tables with keys from 1 on, '/' escaped. Encoding is bounded in size, so nothing can overflow.
#pragma once

#include <string>
#include <string_view>

#include "scripting/lua.h"

namespace redouble::sandbox {

/// Settings that a script may change; they stay until the state is made anew, as in Redis.
struct CjsonSettings {
  int encode_max_depth = 1000;
  int decode_max_depth = 1000;
  int sparse_convert = 0;
  int sparse_ratio = 2;
  int sparse_safe = 10;
  int number_precision = 14;
  int keep_buffer = 1;
  int decode_invalid_numbers = 1;
  int encode_invalid_numbers = 0;  // 0: an error, 1: as they are, 2: null
};

/// The value on top as JSON.
std::string encode_json(lua_State* L, const CjsonSettings& settings);
/// Pushes what the text means. `json` is followed by a NUL.
void decode_json(lua_State* L, const CjsonSettings& settings, std::string_view json);

}  // namespace redouble::sandbox
