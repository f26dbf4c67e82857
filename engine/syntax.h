// The notation in which a command's row writes down its arguments, and the tree that COMMAND DOCS and
// COMPATIBILITY.md make of it:
//
//   name               a string; `key` is a key        TOKEN           a bare word; its name is in lower case
//   name:int           also double, time, pattern,     name!TOKEN      a bare word of another name ('' is the
//                      key, str                                        empty word)
//   name<a|b>          one of                          TOKEN=arg       the word, then the argument
//   name{a b}          a block                         [arg]           may be left out
//   arg...             repeated                        arg*...         repeated with its token
//   arg#1              key spec 1 (a key has 0, #- none)
//   arg~6.2.0          deprecated since                arg@6.2.0       there since
//
// Suffixes come in the order # ~ @ and then the dots.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redouble {

enum class ArgumentKind : std::uint8_t {
  string,
  integer,
  real,
  key,
  pattern,
  unix_time,
  token,
  one_of,
  block,
};

/// As COMMAND DOCS spells it: "pure-token", "unix-time" …
std::string_view name_of(ArgumentKind kind);

struct Argument {
  std::string name;
  ArgumentKind kind = ArgumentKind::string;
  std::optional<int> key_spec = {};
  std::optional<std::string> token = {};
  std::string_view since = {};
  std::string_view deprecated_since = {};
  bool optional = false;
  bool multiple = false;
  bool multiple_token = false;  ///< implies `multiple`
  std::vector<Argument> arguments = {};
};

/// Nothing when `syntax` is malformed. The views in the result point into `syntax`.
std::optional<std::vector<Argument>> parse_syntax(std::string_view syntax);

/// The arguments as a manual shows them: "key value [NX | XX] [EX seconds]".
std::string usage_of(const std::vector<Argument>& arguments);

}  // namespace redouble
