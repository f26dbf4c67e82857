// Implementation of text.h. The quoting rules follow redis-cli, so that a case line can be pasted there.
#include "text.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace redouble::oracle {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::optional<char> hex_pair(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  unsigned value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + 2, value, 16);
  if (failed != std::errc{} || end != text.data() + 2) return std::nullopt;
  return static_cast<char>(static_cast<unsigned char>(value));
}

// Decodes the escape after a backslash at the front of `rest`; sets how many bytes it used.
char decode_escape(std::string_view rest, size_t& used) {
  used = 1;
  switch (rest[0]) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case '0':
      return '\0';
    case 'x':
      if (const auto byte = hex_pair(rest.substr(1))) {
        used = 3;
        return *byte;
      }
      return 'x';
    default:
      return rest[0];
  }
}

// Reads one quoted stretch that starts at `at` (on the quote); leaves `at` behind the closing quote.
bool read_quoted(std::string_view line, size_t& at, std::string& word) {
  const char quote = line[at++];
  while (at < line.size()) {
    if (line[at] == quote) {
      ++at;
      return at == line.size() || is_space(line[at]);
    }
    if (quote == '"' && line[at] == '\\' && at + 1 < line.size()) {
      size_t used = 0;
      word += decode_escape(line.substr(at + 1), used);
      at += 1 + used;
    } else if (quote == '\'' && line[at] == '\\' && at + 1 < line.size() && line[at + 1] == '\'') {
      word += '\'';
      at += 2;
    } else {
      word += line[at++];
    }
  }
  return false;
}

}  // namespace

std::optional<Argv> split_words(std::string_view line) {
  Argv words;
  size_t at = 0;
  while (true) {
    while (at < line.size() && is_space(line[at])) ++at;
    if (at == line.size()) return words;
    std::string word;
    while (at < line.size() && !is_space(line[at])) {
      if (line[at] == '"' || line[at] == '\'') {
        if (!read_quoted(line, at, word)) return std::nullopt;
        break;
      }
      word += line[at++];
    }
    words.push_back(std::move(word));
  }
}

std::string unescape(std::string_view text) {
  std::string bytes;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '\\' && at + 1 < text.size()) {
      size_t used = 0;
      bytes += decode_escape(text.substr(at + 1), used);
      at += 1 + used;
    } else {
      bytes += text[at++];
    }
  }
  return bytes;
}

std::string escape(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\' || c == '"') {
      text += '\\';
      text += c;
    } else if (c == '\n') {
      text += "\\n";
    } else if (c == '\r') {
      text += "\\r";
    } else if (byte < 32 || byte > 126) {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), "\\x%02x", byte);
      text += hex.data();
    } else {
      text += c;
    }
  }
  return text;
}

std::string quote_word(std::string_view word) {
  bool bare = !word.empty();
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 32 || byte > 126 || c == '"' || c == '\'' || c == '\\' || c == '{') bare = false;
  }
  if (bare) return std::string(word);
  return '"' + escape(word) + '"';
}

std::string join_words(const Argv& argv) {
  std::string line;
  for (const auto& word : argv) {
    if (!line.empty()) line += ' ';
    line += quote_word(word);
  }
  return line;
}

std::string frame(const Argv& argv) {
  std::string bytes = "*" + std::to_string(argv.size()) + "\r\n";
  for (const auto& word : argv) {
    bytes += "$" + std::to_string(word.size()) + "\r\n";
    bytes += word;
    bytes += "\r\n";
  }
  return bytes;
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<long long> to_integer(std::string_view text) {
  long long value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace redouble::oracle
