#include "engine/syntax.h"

#include <charconv>
#include <utility>

namespace redouble {
namespace {

constexpr std::string_view kKindNames[] = {"string",    "integer",    "double", "key",  "pattern",
                                           "unix-time", "pure-token", "oneof",  "block"};

constexpr std::pair<std::string_view, ArgumentKind> kKindWords[] = {
    {"str", ArgumentKind::string},      {"int", ArgumentKind::integer}, {"double", ArgumentKind::real},
    {"pattern", ArgumentKind::pattern}, {"key", ArgumentKind::key},     {"time", ArgumentKind::unix_time},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_word_char(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '-' || c == '/';
}

bool is_token(std::string_view word) {
  for (const char c : word)
    if (is_lower(c)) return false;
  return true;
}

std::string lower(std::string_view word) {
  std::string text(word);
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  /// Arguments up to `end`, which is taken; '\0' is the end of the text.
  bool list(std::vector<Argument>& out, char separator, char end) {
    do {
      if (!argument(out.emplace_back())) return false;
    } while (take(separator));
    return end == '\0' ? at_ == text_.size() : take(end);
  }

 private:
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  std::string_view word() {
    const std::size_t begin = at_;
    // The one name with a colon in it, of CLIENT KILL.
    if (take("ip:port")) return text_.substr(begin, at_ - begin);
    while (at_ < text_.size() && is_word_char(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  // Digits with single dots between them: "3.0.6" of "3.0.6...".
  std::string_view version() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (is_digit(text_[at_]) ||
            (text_[at_] == '.' && at_ > begin && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))))
      ++at_;
    return text_.substr(begin, at_ - begin);
  }

  bool argument(Argument& argument) {
    if (take('[')) {
      argument.optional = true;
      return body(argument) && take(']');
    }
    return body(argument);
  }

  bool body(Argument& argument) {
    std::string_view name = word();
    if (name.empty()) return false;
    if (take('=')) {
      if (!is_token(name)) return false;
      argument.token = std::string(name);
      name = word();
      if (name.empty() || is_token(name)) return false;
    }
    argument.name = std::string(name);
    if (take('!')) return odd_token(argument) && suffixes(argument);
    if (take('<')) {
      argument.kind = ArgumentKind::one_of;
      return list(argument.arguments, '|', '>') && suffixes(argument);
    }
    if (take('{')) {
      argument.kind = ArgumentKind::block;
      return list(argument.arguments, ' ', '}') && suffixes(argument);
    }
    if (is_token(name)) {
      argument.kind = ArgumentKind::token;
      argument.name = lower(name);
      argument.token = std::string(name);
      return suffixes(argument);
    }
    if (name == "key") argument.kind = ArgumentKind::key;
    if (take(':') && !kind(argument)) return false;
    if (argument.kind == ArgumentKind::key) argument.key_spec = 0;
    return suffixes(argument);
  }

  // The word behind '!': anything for its first character ("=", "~", "$"), or '' for the empty word.
  bool odd_token(Argument& argument) {
    if (argument.token || at_ >= text_.size()) return false;
    argument.kind = ArgumentKind::token;
    if (take("''")) {
      argument.token = std::string();
      return true;
    }
    argument.token = std::string(1, text_[at_++]);
    *argument.token += word();
    return true;
  }

  bool kind(Argument& argument) {
    const std::string_view type = word();
    for (const auto& [spelling, meant] : kKindWords) {
      if (spelling != type) continue;
      argument.kind = meant;
      return true;
    }
    return false;
  }

  bool suffixes(Argument& argument) {
    if (take('#')) {
      if (take('-')) {
        argument.key_spec = std::nullopt;
      } else {
        const std::string_view digits = word();
        int spec = 0;
        if (std::from_chars(digits.data(), digits.data() + digits.size(), spec).ec != std::errc())
          return false;
        argument.key_spec = spec;
      }
    }
    if (take('~') && (argument.deprecated_since = version()).empty()) return false;
    if (take('@') && (argument.since = version()).empty()) return false;
    argument.multiple_token = take("*...");
    argument.multiple = argument.multiple_token || take("...");
    return !argument.multiple_token || argument.token.has_value();
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string joined(const std::vector<Argument>& arguments, std::string_view separator);

// What stands behind the token, without repetition and brackets.
std::string value_of(const Argument& argument) {
  if (argument.kind == ArgumentKind::one_of) return joined(argument.arguments, " | ");
  if (argument.kind == ArgumentKind::block) return joined(argument.arguments, " ");
  return argument.name;
}

std::string usage_of(const Argument& argument) {
  std::string text;
  if (argument.kind == ArgumentKind::token) {
    text = argument.token->empty() ? "\"\"" : *argument.token;
  } else {
    const std::string value = value_of(argument);
    const bool grouped =
        argument.kind == ArgumentKind::one_of && (argument.token || argument.multiple || !argument.optional);
    const std::string once = grouped ? "<" + value + ">" : value;
    const std::string with_token = argument.token ? *argument.token + " " + once : once;
    text = with_token;
    if (argument.multiple) text += " [" + (argument.multiple_token ? with_token : once) + " ...]";
  }
  return argument.optional ? "[" + text + "]" : text;
}

std::string joined(const std::vector<Argument>& arguments, std::string_view separator) {
  std::string text;
  for (const Argument& argument : arguments) {
    if (!text.empty()) text += separator;
    text += usage_of(argument);
  }
  return text;
}

}  // namespace

std::string_view name_of(ArgumentKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}

std::optional<std::vector<Argument>> parse_syntax(std::string_view syntax) {
  std::vector<Argument> arguments;
  if (syntax.empty()) return arguments;
  if (!Parser(syntax).list(arguments, ' ', '\0')) return std::nullopt;
  return arguments;
}

std::string usage_of(const std::vector<Argument>& arguments) {
  return joined(arguments, " ");
}

}  // namespace redouble
