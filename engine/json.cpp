#include "engine/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace redouble {
namespace {

constexpr int kDeepest = 32;
// A value takes a hundred times the memory of its text "0,".
constexpr std::size_t kMostValues = 1'000'000;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
  if (point < 0x80) return byte(point);
  if (point < 0x800) {
    byte(0xc0 | point >> 6);
  } else if (point < 0x10000) {
    byte(0xe0 | point >> 12);
    byte(0x80 | (point >> 6 & 0x3f));
  } else {
    byte(0xf0 | point >> 18);
    byte(0x80 | (point >> 12 & 0x3f));
    byte(0x80 | (point >> 6 & 0x3f));
  }
  byte(0x80 | (point & 0x3f));
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  ParsedJson parse() {
    ParsedJson parsed;
    value(parsed.value, 0);
    skip_space();
    if (ok() && at_ < text_.size()) fail("nothing may stand behind the value");
    parsed.error = std::move(error_);
    parsed.at = at_;
    return parsed;
  }

 private:
  bool ok() const { return error_.empty(); }
  void fail(std::string_view what) {
    if (ok()) error_ = what;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  void value(Json& out, int depth);
  void array(Json& out, int depth);
  void object(Json& out, int depth);
  void number(Json& out);
  void word(Json& out);
  void string(std::string& out);
  void escape(std::string& out);
  std::uint32_t four_digits();
  bool digits();

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
  std::string error_;
};

void Parser::value(Json& out, int depth) {
  skip_space();
  out.at = at_;
  if (++values_ > kMostValues)
    return fail("more than 1,000,000 values: a file of commands or an RDB file holds as many as you like");
  if (depth > kDeepest) return fail(fmt::format("nested more than {} deep", kDeepest));
  const char c = peek();
  if (c == '{') {
    object(out, depth);
  } else if (c == '[') {
    array(out, depth);
  } else if (c == '"') {
    out.kind = Json::Kind::string;
    string(out.text);
  } else if (c == '-' || is_digit(c)) {
    number(out);
  } else {
    word(out);
  }
}

void Parser::array(Json& out, int depth) {
  out.kind = Json::Kind::array;
  take('[');
  skip_space();
  if (take(']')) return;
  while (ok()) {
    value(out.items.emplace_back(), depth + 1);
    skip_space();
    if (!ok() || take(']')) return;
    if (!take(',')) fail("',' or ']' should stand here");
  }
}

void Parser::object(Json& out, int depth) {
  out.kind = Json::Kind::object;
  take('{');
  skip_space();
  if (take('}')) return;
  std::unordered_set<std::string> names;
  while (ok()) {
    skip_space();
    if (peek() != '"') return fail("a name in double quotes should stand here");
    const std::size_t begin = at_;
    std::string name;
    string(name);
    if (ok() && !names.insert(name).second) {
      at_ = begin;
      return fail("this name comes twice");
    }
    skip_space();
    if (ok() && !take(':')) fail("':' should stand here");
    if (!ok()) return;
    out.members.push_back({std::move(name), {}});
    value(out.members.back().value, depth + 1);
    skip_space();
    if (!ok() || take('}')) return;
    if (!take(',')) fail("',' or '}' should stand here");
  }
}

bool Parser::digits() {
  if (!is_digit(peek())) return false;
  while (is_digit(peek())) ++at_;
  return true;
}

void Parser::number(Json& out) {
  out.kind = Json::Kind::number;
  const std::size_t begin = at_;
  take('-');
  const bool zero = take('0');
  if (!zero && !digits()) return fail("a digit should stand here");
  if (zero && is_digit(peek())) return fail("a number does not begin with 0");
  if (take('.') && !digits()) return fail("a digit should stand here");
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    if (!digits()) return fail("a digit should stand here");
  }
  out.text = text_.substr(begin, at_ - begin);
}

void Parser::word(Json& out) {
  for (const std::string_view each : {"true", "false", "null"})
    if (text_.substr(at_).starts_with(each)) {
      out.kind = each == "null" ? Json::Kind::null : Json::Kind::boolean;
      out.text = each;
      at_ += each.size();
      return;
    }
  fail(at_ == text_.size() ? "the text ends where a value should stand" : "a value should stand here");
}

void Parser::string(std::string& out) {
  take('"');
  while (ok()) {
    const std::size_t run = at_;
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
           static_cast<unsigned char>(text_[at_]) >= 0x20)
      ++at_;
    out.append(text_, run, at_ - run);
    if (take('"')) return;
    if (at_ >= text_.size()) return fail("the text ends inside a string");
    if (!take('\\')) return fail("a control character in a string is written as \\n, \\t or \\u00XX");
    escape(out);
  }
}

void Parser::escape(std::string& out) {
  constexpr std::string_view kLetters = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
  if (const auto i = kLetters.find(peek()); at_ < text_.size() && i != std::string_view::npos) {
    ++at_;
    out += kMeant[i];
    return;
  }
  if (!take('u')) return fail("an unknown escape: there are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
  std::uint32_t point = four_digits();
  if (point >= 0xdc00 && point < 0xe000) return fail("the second half of a pair of \\u stands alone");
  if (point >= 0xd800 && point < 0xdc00) {
    if (!take('\\') || !take('u')) return fail("the first half of a pair of \\u stands alone");
    const std::uint32_t low = four_digits();
    if (low < 0xdc00 || low > 0xdfff) return fail("the first half of a pair of \\u stands alone");
    point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
  }
  if (ok()) append_utf8(out, point);
}

std::uint32_t Parser::four_digits() {
  std::uint32_t number = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const char c = peek();
    const char lower = static_cast<char>(c | 0x20);
    if (is_digit(c))
      number = number << 4 | static_cast<std::uint32_t>(c - '0');
    else if (lower >= 'a' && lower <= 'f')
      number = number << 4 | static_cast<std::uint32_t>(lower - 'a' + 10);
    else {
      fail("four hexadecimal digits should stand here");
      return 0;
    }
  }
  return number;
}

}  // namespace

ParsedJson parse_json(std::string_view text) {
  return Parser(text).parse();
}

std::string place_in(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return fmt::format("line {}, column {}", lines + 1, offset - start + 1);
}

}  // namespace redouble
