#include "scripting/pattern.h"

#include <cctype>
#include <cstring>

#include "scripting/vm.h"

namespace redouble {
namespace {

constexpr char kEscape = '%';
constexpr std::ptrdiff_t kUnfinished = -1, kPosition = -2;

// Behind the end stands Lua's own NUL, so one byte more may be read.
unsigned char byte(const char* p) {
  return static_cast<unsigned char>(*p);
}

}  // namespace

void Pattern::count_step() {
  if ((++steps_ & 0xff) == 0) Vm::of(L_).count(L_, 256);
}

const char* Pattern::class_end(const char* p) {
  const char kind = *p++;
  if (kind == kEscape) {
    if (p == pattern_end_) luaL_error(L_, "malformed pattern (ends with '%%')");
    return p + 1;
  }
  if (kind != '[') return p;
  if (*p == '^') ++p;
  do {  // a ']' that stands first is one of the set
    if (p == pattern_end_) luaL_error(L_, "malformed pattern (missing ']')");
    if (*p++ == kEscape && p < pattern_end_) ++p;
  } while (*p != ']');
  return p + 1;
}

bool Pattern::in_class(unsigned char c, unsigned char kind) {
  bool is = false;
  switch (std::tolower(kind)) {
    case 'a':
      is = std::isalpha(c);
      break;
    case 'c':
      is = std::iscntrl(c);
      break;
    case 'd':
      is = std::isdigit(c);
      break;
    case 'l':
      is = std::islower(c);
      break;
    case 'p':
      is = std::ispunct(c);
      break;
    case 's':
      is = std::isspace(c);
      break;
    case 'u':
      is = std::isupper(c);
      break;
    case 'w':
      is = std::isalnum(c);
      break;
    case 'x':
      is = std::isxdigit(c);
      break;
    case 'z':
      is = c == 0;
      break;
    default:
      return kind == c;
  }
  return std::islower(kind) ? is : !is;
}

// `p` is at the '[', `end` at the ']'.
bool Pattern::in_set(unsigned char c, const char* p, const char* end) {
  bool found = true;
  if (p[1] == '^') {
    found = false;
    ++p;
  }
  while (++p < end) {
    if (*p == kEscape) {
      ++p;
      if (in_class(c, byte(p))) return found;
    } else if (p[1] == '-' && p + 2 < end) {
      p += 2;
      if (byte(p - 2) <= c && c <= byte(p)) return found;
    } else if (byte(p) == c) {
      return found;
    }
  }
  return !found;
}

bool Pattern::single(unsigned char c, const char* p, const char* end) const {
  switch (*p) {
    case '.':
      return true;
    case kEscape:
      return in_class(c, byte(p + 1));
    case '[':
      return in_set(c, p, end - 1);
    default:
      return byte(p) == c;
  }
}

const char* Pattern::balance(const char* s, const char* p) {
  if (p >= pattern_end_ || p + 1 >= pattern_end_) luaL_error(L_, "unbalanced pattern");
  if (s >= end_ || *s != *p) return nullptr;
  const char open = *p, close = p[1];
  int depth = 1;
  while (++s < end_) {
    count_step();
    if (*s == close) {
      if (--depth == 0) return s + 1;
    } else if (*s == open) {
      ++depth;
    }
  }
  return nullptr;
}

// `*` and `+` take as many as they can and give back one by one; `-` takes one more at a time.
const char* Pattern::expand(const char* s, const char* p, const char* end, bool most) {
  if (!most) {
    while (true) {
      count_step();
      if (const char* found = match(s, end + 1)) return found;
      if (s >= end_ || !single(byte(s), p, end)) return nullptr;
      ++s;
    }
  }
  std::ptrdiff_t n = 0;
  while (s + n < end_ && single(byte(s + n), p, end)) {
    count_step();
    ++n;
  }
  for (; n >= 0; --n) {
    count_step();
    if (const char* found = match(s + n, end + 1)) return found;
  }
  return nullptr;
}

int Pattern::capture_to_close() {
  for (int level = level_ - 1; level >= 0; --level)
    if (captures_[level].size == kUnfinished) return level;
  return luaL_error(L_, "invalid pattern capture");
}

const char* Pattern::open_capture(const char* s, const char* p, std::ptrdiff_t size) {
  if (level_ >= kMaxCaptures) luaL_error(L_, "too many captures");
  captures_[level_] = {s, size};
  ++level_;
  const char* found = match(s, p);
  if (found == nullptr) --level_;
  return found;
}

const char* Pattern::close_capture(const char* s, const char* p) {
  const int level = capture_to_close();
  captures_[level].size = s - captures_[level].begin;
  const char* found = match(s, p);
  if (found == nullptr) captures_[level].size = kUnfinished;
  return found;
}

const char* Pattern::back_reference(const char* s, int digit) {
  const int level = digit - '1';
  if (level < 0 || level >= level_ || captures_[level].size == kUnfinished)
    luaL_error(L_, "invalid capture index");
  // A position capture has the size -2: as a size it is more than any text has.
  const auto size = static_cast<std::size_t>(captures_[level].size);
  if (static_cast<std::size_t>(end_ - s) < size || std::memcmp(captures_[level].begin, s, size) != 0)
    return nullptr;
  return s + size;
}

// One item of the pattern. Sets `again` when the rest is to be matched from where s and p are now.
const char* Pattern::step(const char*& s, const char*& p, bool& again) {
  again = false;
  if (*p == '(') return p[1] == ')' ? open_capture(s, p + 2, kPosition) : open_capture(s, p + 1, kUnfinished);
  if (*p == ')') return close_capture(s, p + 1);
  if (*p == '$' && p + 1 == pattern_end_) return s == end_ ? s : nullptr;
  if (*p == kEscape && p[1] == 'b') {
    s = balance(s, p + 2);
    p += 4;
    again = s != nullptr;
    return nullptr;
  }
  if (*p == kEscape && p[1] == 'f') {
    p += 2;
    if (*p != '[') luaL_error(L_, "missing '[' after '%%f' in pattern");
    const char* end = class_end(p);
    const unsigned char before = s == begin_ ? 0 : byte(s - 1);
    again = !in_set(before, p, end - 1) && in_set(s == end_ ? 0 : byte(s), p, end - 1);
    p = end;
    return nullptr;
  }
  if (*p == kEscape && std::isdigit(byte(p + 1))) {
    s = back_reference(s, byte(p + 1));
    p += 2;
    again = s != nullptr;
    return nullptr;
  }
  const char* end = class_end(p);
  const bool fits = s < end_ && single(byte(s), p, end);
  switch (end < pattern_end_ ? *end : '\0') {
    case '?':
      if (fits)
        if (const char* found = match(s + 1, end + 1)) return found;
      p = end + 1;
      again = true;
      return nullptr;
    case '*':
      return expand(s, p, end, true);
    case '+':
      return fits ? expand(s + 1, p, end, true) : nullptr;
    case '-':
      return expand(s, p, end, false);
    default:
      if (!fits) return nullptr;
      ++s;
      p = end;
      again = true;
      return nullptr;
  }
}

const char* Pattern::match(const char* s, const char* p) {
  if (++depth_ > kMaxDepth) luaL_error(L_, "pattern too complex");
  const char* found = nullptr;
  while (true) {
    count_step();
    if (p == pattern_end_) {
      found = s;
      break;
    }
    bool again = false;
    found = step(s, p, again);
    if (!again) break;
  }
  --depth_;
  return found;
}

void Pattern::push_capture(int index, const char* from, const char* to) {
  if (index >= level_) {
    if (index != 0) luaL_error(L_, "invalid capture index");
    lua_pushlstring(L_, from, static_cast<std::size_t>(to - from));
    return;
  }
  const Capture& capture = captures_[index];
  if (capture.size == kUnfinished) luaL_error(L_, "unfinished capture");
  if (capture.size == kPosition)
    lua_pushinteger(L_, capture.begin - begin_ + 1);
  else
    lua_pushlstring(L_, capture.begin, static_cast<std::size_t>(capture.size));
}

int Pattern::push_captures(const char* from, const char* to) {
  const int n = level_ == 0 && from != nullptr ? 1 : level_;
  luaL_checkstack(L_, n, "too many captures");
  for (int i = 0; i < n; ++i) push_capture(i, from, to);
  return n;
}

}  // namespace redouble
