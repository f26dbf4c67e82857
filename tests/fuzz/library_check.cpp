// Decodes bytes with the libraries of scripts; what comes out is encoded and decoded again.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/fuzz/checks.h"
#include "tests/support/engine_fixture.h"

namespace redouble {
namespace {

// Returns what is wrong, or nothing. Values that no encoder takes (NaN, an array with large holes) end in an
// error, which is right; below sixteen levels cmsgpack cuts off. Numbers are compared as their encoder writes
// them.
constexpr std::string_view kCommon =
    "local bytes, format = ARGV[1], ARGV[2] "
    "local function same(a, b, number, depth) "
    "  if type(a) ~= type(b) then return false end "
    "  if type(a) == 'number' then return a == b or string.format(number, a) == string.format(number, b) end "
    "  if type(a) ~= 'table' then return a == b end "
    "  if depth == 0 then return true end "
    "  for k in pairs(a) do if type(k) == 'table' then return true end end "  // never equal to another one
    "  for k, v in pairs(a) do if not same(v, b[k], number, depth - 1) then return false end end "
    "  for k, v in pairs(b) do if a[k] == nil then return false end end "
    "  return true "
    "end ";

constexpr std::array<std::string_view, 3> kScripts = {
    // JSON: numbers have fourteen digits.
    "local ok, value = pcall(cjson.decode, bytes) "
    "if not ok then return '' end "
    "local ok, again = pcall(cjson.encode, value) "
    "if not ok then return '' end "
    "local ok, decoded = pcall(cjson.decode, again) "
    "if not ok then return 'encoded, refused: ' .. tostring(decoded) end "
    "return same(value, decoded, '%.13g', 2000) and '' or 'another value: ' .. again",

    "local ok, values = pcall(function() return {cmsgpack.unpack(bytes)} end) "
    "if not ok then return '' end "
    "for i = 1, #values do "
    "  local ok, again = pcall(function() return cmsgpack.unpack(cmsgpack.pack(values[i])) end) "
    "  if not ok and again:find('index is nil') then return '' end "  // a key that is too deep
    "  if not ok then return 'encoded, refused: ' .. tostring(again) end "
    "  if not same(values[i], again, '%.17g', 15) then return 'another value' end "
    "end "
    "pcall(cmsgpack.unpack_one, bytes, #bytes - 1) "
    "pcall(cmsgpack.unpack_limit, bytes, 2, 1) "
    "return ''",

    // c0 takes its length from the number in front, which is not among the results.
    "local ok, values = pcall(function() return {struct.unpack(format, bytes)} end) "
    "pcall(struct.size, format) "
    "pcall(struct.pack, format, bytes, 1, -1, 0.5, 2^63, -2^63, 1/0, 0/0, bytes) "
    "pcall(struct.pack, format, 1, bytes, 2^64, bytes) "
    "if not ok or format:find('c', 1, true) then return '' end "
    "for i = 1, #values do if type(values[i]) == 'number' and math.abs(values[i]) >= 2^63 then return '' end "
    "end "
    "local ok, again = pcall(function() return {struct.unpack(format, struct.pack(format, unpack(values)))} "
    "end) "
    "if not ok then return 'packed, refused: ' .. tostring(again) end "
    "values[#values], again[#again] = nil, nil "  // the position behind the last byte
    "return same(values, again, '%.17g', 2) and '' or 'another value'",
};

}  // namespace

std::string library_problem(std::string_view input) {
  if (input.empty()) return {};
  const std::size_t which = static_cast<std::uint8_t>(input[0]) % kScripts.size();
  std::string_view bytes = input.substr(1);
  std::string_view format;
  if (which == 2) {  // up to a NUL
    format = bytes.substr(0, bytes.find('\0'));
    bytes.remove_prefix(std::min(bytes.size(), format.size() + 1));
  }
  const std::string script = std::string(kCommon) + std::string(kScripts[which]);
  EngineFixture f;
  const std::string reply = f.send("EVAL", script, "0", bytes, format);
  return reply == "$0\r\n\r\n" ? std::string() : reply;
}

}  // namespace redouble
