// cjson.decode. As in cjson a NUL in the text is its end.
#include <strings.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "scripting/libraries/cjson.h"
#include "scripting/sandbox.h"
#include "scripting/vm.h"

namespace redouble::sandbox {
namespace {

enum class Token : std::uint8_t {
  object,
  object_end,
  array,
  array_end,
  text,
  number,
  boolean,
  null,
  colon,
  comma,
  end,
  error
};

// How error texts name tokens.
constexpr const char* kNames[] = {"T_OBJ_BEGIN", "T_OBJ_END", "T_ARR_BEGIN", "T_ARR_END",
                                  "T_STRING",    "T_NUMBER",  "T_BOOLEAN",   "T_NULL",
                                  "T_COLON",     "T_COMMA",   "T_END"};

class Decoder {
 public:
  Decoder(lua_State* L, const CjsonSettings& settings, const char* json)
      : L_(L), settings_(settings), begin_(json), at_(json) {}

  void document() {
    next();
    value();
    next();
    if (token_ != Token::end) expected("the end");
  }

 private:
  void next();
  void word();
  void read_text();
  void read_number();
  bool read_unicode();
  int hex4(const char* p) const;
  void append_utf8(std::uint32_t code);
  bool is_invalid_number() const;
  void value();
  void object();
  void array();
  void descend(int slots);
  void fail(const char* what) {
    token_ = Token::error;
    token_at_ = at_;
    error_ = what;
  }
  void expected(const char* what) {
    const char* found = token_ == Token::error ? error_ : kNames[static_cast<int>(token_)];
    luaL_error(L_, "Expected %s but found %s at character %d", what, found,
               static_cast<int>(token_at_ - begin_) + 1);
  }

  lua_State* L_;
  const CjsonSettings& settings_;
  const char* begin_;
  const char* at_;
  int depth_ = 0;
  Token token_ = Token::end;
  const char* token_at_ = nullptr;
  const char* error_ = nullptr;
  std::string text_;
  double number_ = 0;
  bool truth_ = false;
};

void Decoder::next() {
  while (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r') ++at_;
  token_at_ = at_;
  const auto single = [&](Token token) {
    token_ = token;
    ++at_;
  };
  switch (*at_) {
    case '{':
      return single(Token::object);
    case '}':
      return single(Token::object_end);
    case '[':
      return single(Token::array);
    case ']':
      return single(Token::array_end);
    case ',':
      return single(Token::comma);
    case ':':
      return single(Token::colon);
    case '\0':
      token_ = Token::end;
      return;
    case '"':
      return read_text();
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      if (settings_.decode_invalid_numbers == 0 && is_invalid_number()) return fail("invalid number");
      return read_number();
    default:
      return word();
  }
}

void Decoder::word() {
  const auto is = [&](const char* name, std::size_t size) {
    if (std::strncmp(at_, name, size) != 0) return false;
    at_ += size;
    return true;
  };
  if (std::strchr("+fiInNt", *at_) == nullptr) return fail("invalid token");
  if (is("true", 4) || is("false", 5)) {
    token_ = Token::boolean;
    truth_ = *token_at_ == 't';
  } else if (is("null", 4)) {
    token_ = Token::null;
  } else if (settings_.decode_invalid_numbers != 0 && is_invalid_number()) {
    read_number();
  } else {
    fail("invalid token");
  }
}

// Numbers that C reads and JSON does not know: signs, hexadecimal, leading zeros, inf, nan.
bool Decoder::is_invalid_number() const {
  const char* p = at_;
  if (*p == '+') return true;
  if (*p == '-') ++p;
  if (*p == '0') return (p[1] | 0x20) == 'x' || (p[1] >= '0' && p[1] <= '9');
  if (*p <= '9') return false;
  return ::strncasecmp(p, "inf", 3) == 0 || ::strncasecmp(p, "nan", 3) == 0;
}

void Decoder::read_number() {
  char* end = nullptr;
  number_ = std::strtod(at_, &end);
  if (end == at_) return fail("invalid number");
  token_ = Token::number;
  at_ = end;
}

int Decoder::hex4(const char* p) const {
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = p[i];
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;  // a NUL ends up here before anything behind it is read
    value = value * 16 + digit;
  }
  return value;
}

void Decoder::append_utf8(std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { text_ += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

// \uXXXX, or two of them that are a surrogate pair.
bool Decoder::read_unicode() {
  int code = hex4(at_ + 2);
  if (code < 0) return false;
  int size = 6;
  if ((code & 0xf800) == 0xd800) {
    if ((code & 0x400) != 0 || at_[6] != '\\' || at_[7] != 'u') return false;
    const int low = hex4(at_ + 8);
    if (low < 0 || (low & 0xfc00) != 0xdc00) return false;
    code = ((code & 0x3ff) << 10 | (low & 0x3ff)) + 0x10000;
    size = 12;
  }
  append_utf8(static_cast<std::uint32_t>(code));
  at_ += size;
  return true;
}

void Decoder::read_text() {
  constexpr std::string_view kEscapes = "\"\\/bfnrt", kMeaning = "\"\\/\b\f\n\r\t";
  text_.clear();
  for (++at_; *at_ != '"';) {
    char c = *at_;
    if (c == '\0') return fail("unexpected end of string");
    if (c == '\\') {
      const char escape = at_[1];
      if (escape == 'u') {
        if (!read_unicode()) return fail("invalid unicode escape code");
        continue;
      }
      const std::size_t which = escape == '\0' ? kEscapes.npos : kEscapes.find(escape);
      if (which == kEscapes.npos) return fail("invalid escape code");
      c = kMeaning[which];
      ++at_;
    }
    text_ += c;
    ++at_;
  }
  ++at_;
  token_ = Token::text;
}

void Decoder::descend(int slots) {
  if (++depth_ <= settings_.decode_max_depth && lua_checkstack(L_, slots)) return;
  luaL_error(L_, "Found too many nested data structures (%d) at character %d", depth_,
             static_cast<int>(at_ - begin_));
}

void Decoder::object() {
  descend(3);
  lua_newtable(L_);
  next();
  while (token_ != Token::object_end) {
    if (token_ != Token::text) expected("object key string");
    lua::push(L_, text_);
    next();
    if (token_ != Token::colon) expected("colon");
    next();
    value();
    lua_rawset(L_, -3);
    next();
    if (token_ == Token::object_end) break;
    if (token_ != Token::comma) expected("comma or object end");
    next();
    // Behind a comma there has to be a key.
    if (token_ == Token::object_end) expected("object key string");
  }
  --depth_;
}

void Decoder::array() {
  descend(2);
  lua_newtable(L_);
  next();
  for (int i = 1; token_ != Token::array_end || i > 1; ++i) {
    value();
    lua_rawseti(L_, -2, i);
    next();
    if (token_ == Token::array_end) break;
    if (token_ != Token::comma) expected("comma or array end");
    next();
  }
  --depth_;
}

void Decoder::value() {
  Vm::of(L_).count(L_, 1);
  switch (token_) {
    case Token::text:
      return lua::push(L_, text_);
    case Token::number:
      return lua_pushnumber(L_, number_);
    case Token::boolean:
      return lua_pushboolean(L_, truth_);
    case Token::null:
      return lua_pushlightuserdata(L_, nullptr);
    case Token::object:
      return object();
    case Token::array:
      return array();
    default:
      expected("value");
  }
}

}  // namespace

void decode_json(lua_State* L, const CjsonSettings& settings, std::string_view json) {
  if (json.size() >= 2 && (json[0] == '\0' || json[1] == '\0'))
    luaL_error(L, "JSON parser does not support UTF-16 or UTF-32");
  Decoder(L, settings, json.data()).document();
}

}  // namespace redouble::sandbox
