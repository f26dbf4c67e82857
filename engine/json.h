// JSON as it stands in a file of test data: small, strict (RFC 8259), bounded in depth and number. Numbers
// are kept as they are written, members in their order; a name that comes twice is a mistake.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace redouble {

struct JsonMember;

struct Json {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  std::string text;  // of a string; of a number or a word as it is written
  std::vector<Json> items;
  std::vector<JsonMember> members;
  std::size_t at = 0;  // its offset in the text

  bool is(Kind other) const { return kind == other; }
  /// A string or a number.
  bool is_text() const { return kind == Kind::string || kind == Kind::number; }
  /// nullptr when there is none of that name.
  const Json* member(std::string_view name) const;
};

struct JsonMember {
  std::string name;
  Json value;
};

inline const Json* Json::member(std::string_view name) const {
  for (const auto& [each, value] : members)
    if (each == name) return &value;
  return nullptr;
}

struct ParsedJson {
  Json value;
  std::string error;   // empty when all is well
  std::size_t at = 0;  // where the mistake is
};

ParsedJson parse_json(std::string_view text);

/// "line 3, column 17" of an offset in a text.
std::string place_in(std::string_view text, std::size_t offset);

}  // namespace redouble
