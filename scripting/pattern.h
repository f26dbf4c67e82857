// Lua's patterns, matched within bounds: the depth of the matcher on our own stack is limited, and every step
// counts as an instruction of the script, so that a pattern that backtracks for ever is stopped like any
// other loop. Matches, captures and errors are those of Lua 5.1.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "scripting/lua.h"

namespace redouble {

class Pattern {
 public:
  static constexpr int kMaxCaptures = LUA_MAXCAPTURES;
  static constexpr int kMaxDepth = 200;

  /// Both texts outlive this. As in Lua 5.1 a pattern ends at its first NUL, if it has one.
  Pattern(lua_State* L, std::string_view subject, std::string_view pattern)
      : L_(L),
        begin_(subject.data()),
        end_(subject.data() + subject.size()),
        pattern_end_(pattern.data() + std::min(pattern.find('\0'), pattern.size())) {}

  /// Where a match that starts at `at` ends, or null. REQUIRES: `pattern` ends where the one given above
  /// does.
  const char* match_at(const char* at, const char* pattern) {
    level_ = 0;
    depth_ = 0;
    return match(at, pattern);
  }

  int captures() const { return level_; }
  /// Pushes one capture; for index 0 without captures, the whole match.
  void push_capture(int index, const char* from, const char* to);
  /// Pushes all captures, or the whole match if there are none and `from` is given. Returns how many.
  int push_captures(const char* from, const char* to);

 private:
  const char* match(const char* s, const char* p);
  const char* step(const char*& s, const char*& p, bool& again);
  const char* class_end(const char* p);
  bool single(unsigned char c, const char* p, const char* end) const;
  static bool in_class(unsigned char c, unsigned char kind);
  static bool in_set(unsigned char c, const char* p, const char* end);
  const char* balance(const char* s, const char* p);
  const char* expand(const char* s, const char* p, const char* end, bool most);
  const char* open_capture(const char* s, const char* p, std::ptrdiff_t size);
  const char* close_capture(const char* s, const char* p);
  const char* back_reference(const char* s, int digit);
  int capture_to_close();
  void count_step();

  lua_State* L_;
  const char* begin_;
  const char* end_;
  const char* pattern_end_;
  int level_ = 0;
  int depth_ = 0;
  unsigned steps_ = 0;
  struct Capture {
    const char* begin;
    std::ptrdiff_t size;
  } captures_[kMaxCaptures];
};

}  // namespace redouble
