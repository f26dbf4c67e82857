// One pass over the line; a word may change between quoted and plain pieces only at an opening quote.
#include "protocol/split_args.h"

#include <cstddef>

namespace redouble {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char unescape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case 'a':
      return '\a';
    default:
      return c;
  }
}

// Reads what stands in double quotes. REQUIRES: `at` is behind the opening quote. Leaves it behind the
// closing one; false when there is none or the word goes on directly behind it.
bool read_double_quoted(std::string_view line, size_t& at, std::string& word) {
  while (at < line.size() && line[at] != '"') {
    const size_t left = line.size() - at;
    if (line[at] == '\\' && left >= 4 && line[at + 1] == 'x' && hex_digit(line[at + 2]) >= 0 &&
        hex_digit(line[at + 3]) >= 0) {
      word += static_cast<char>(hex_digit(line[at + 2]) * 16 + hex_digit(line[at + 3]));
      at += 4;
    } else if (line[at] == '\\' && left >= 2) {
      word += unescape(line[at + 1]);
      at += 2;
    } else {
      word += line[at++];
    }
  }
  if (at == line.size()) return false;
  ++at;
  return at == line.size() || is_space(line[at]);
}

bool read_single_quoted(std::string_view line, size_t& at, std::string& word) {
  while (at < line.size() && line[at] != '\'') {
    if (line[at] == '\\' && at + 1 < line.size() && line[at + 1] == '\'') ++at;
    word += line[at++];
  }
  if (at == line.size()) return false;
  ++at;
  return at == line.size() || is_space(line[at]);
}

// Reads one word. REQUIRES: `at` is on its first character. False when its quotes are unbalanced.
bool read_word(std::string_view line, size_t& at, std::string& word) {
  while (at < line.size()) {
    const char c = line[at];
    // Vertical tabs and form feeds separate words only in front of one, as in Redis.
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') return true;
    ++at;
    if (c == '"') return read_double_quoted(line, at, word);
    if (c == '\'') return read_single_quoted(line, at, word);
    word += c;
  }
  return true;
}

}  // namespace

std::optional<std::vector<std::string>> split_args(std::string_view line) {
  line = line.substr(0, line.find('\0'));
  std::vector<std::string> words;
  size_t at = 0;
  while (true) {
    while (at < line.size() && is_space(line[at])) ++at;
    if (at == line.size()) return words;
    if (!read_word(line, at, words.emplace_back())) return std::nullopt;
  }
}

}  // namespace redouble
