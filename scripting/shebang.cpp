#include "scripting/shebang.h"

#include <fmt/format.h>

#include "engine/args.h"
#include "protocol/split_args.h"

namespace redouble {
namespace {

// The first line's words; nothing when it does not end or its quotes do not.
std::optional<std::vector<std::string>> take_first_line(std::string_view& code) {
  const std::size_t end = code.substr(0, code.find('\0')).find('\n');
  if (end == code.npos) return std::nullopt;
  auto words = split_args(code.substr(0, end));
  code.remove_prefix(end);
  return words;
}

std::string read_flags(std::string_view list, ScriptFlags& flags) {
  if (list.empty()) return {};
  while (true) {
    const std::size_t comma = list.find(',');
    const std::string_view name = list.substr(0, comma);
    if (!flags.set(name)) return fmt::format("ERR Unexpected flag in script shebang: {}", name);
    if (comma == list.npos) return {};
    list.remove_prefix(comma + 1);
  }
}

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && is_word(text.substr(0, word.size()), word);
}

}  // namespace

std::string read_script_shebang(std::string_view& code, ScriptFlags& flags) {
  if (!code.starts_with("#!")) {
    flags.compatible = true;
    return {};
  }
  if (code.find('\n') == code.npos) return "ERR Invalid script shebang";
  const auto words = take_first_line(code);
  if (!words || words->empty()) return "ERR Invalid engine in script shebang";
  if (words->front() != "#!lua")
    return fmt::format("ERR Unexpected engine in script shebang: {}", words->front());
  for (std::size_t i = 1; i < words->size(); ++i) {
    const std::string& word = (*words)[i];
    if (!word.starts_with("flags=")) return fmt::format("ERR Unknown lua shebang option: {}", word);
    if (auto error = read_flags(std::string_view(word).substr(6), flags); !error.empty()) return error;
  }
  return {};
}

std::string read_library_shebang(std::string_view& code, LibraryShebang& shebang) {
  if (!code.starts_with("#!")) return "ERR Missing library metadata";
  const auto words = take_first_line(code);
  if (!words || words->empty()) return "ERR Invalid library metadata";
  shebang.engine = words->front().substr(2);
  bool named = false;
  for (std::size_t i = 1; i < words->size(); ++i) {
    const std::string& word = (*words)[i];
    if (!starts_with_word(word, "NAME=")) return fmt::format("ERR Invalid metadata value given: {}", word);
    if (named) return "ERR Invalid metadata value, name argument was given multiple times";
    named = true;
    shebang.name = word.substr(5);
  }
  return named ? "" : "ERR Library name was not given";
}

}  // namespace redouble
