#include "engine/key_positions.h"

#include <catch2/catch.hpp>
#include <string_view>
#include <vector>

using redouble::Command;
using redouble::key_positions;
using redouble::legacy_key_range;
namespace keys = redouble::keys;

namespace {

constexpr Command kCounted{.name = "UNION", .keys = {keys::counted(1, 0, 1, 1, redouble::kRO)}};
constexpr Command kWorded{.name = "MIGRATE", .keys = {keys::after("KEYS", -2, -1, 1, redouble::kRW)}};
constexpr Command kHalf{.name = "XREAD", .keys = {keys::after("STREAMS", 1, -1, 1, redouble::kRO, 2)}};

// The found positions as text: "1 3", or "-" where there is no answer.
std::string found(const Command& command, std::vector<std::string_view> argv) {
  const auto keys = key_positions(command, argv);
  if (!keys) return "-";
  std::string text;
  for (const auto& key : *keys) text += (text.empty() ? "" : " ") + std::to_string(key.index);
  return text;
}

}  // namespace

TEST_CASE("key positions: a count among the arguments", "[keys]") {
  CHECK(found(kCounted, {"UNION", "2", "a", "b"}) == "2 3");
  CHECK(found(kCounted, {"UNION", "1", "a", "b"}) == "2");
}

TEST_CASE("key positions: a count beyond the arguments is no answer, and costs nothing", "[keys]") {
  CHECK(found(kCounted, {"UNION", "3", "a", "b"}) == "-");
  CHECK(found(kCounted, {"UNION", "2147483647", "a"}) == "-");
  CHECK(found(kCounted, {"UNION", "9223372036854775807", "a"}) == "-");
  CHECK(found(kCounted, {"UNION", "-1", "a"}) == "-");
  CHECK(found(kCounted, {"UNION", "0", "a"}) == "-");
  CHECK(found(kCounted, {"UNION", "x", "a"}) == "-");
  CHECK(found(kCounted, {"UNION"}) == "-");
}

TEST_CASE("key positions: behind a word, searched from either end", "[keys]") {
  CHECK(found(kWorded, {"MIGRATE", "h", "keys", "a", "b"}) == "3 4");
  CHECK(found(kWorded, {"MIGRATE", "h", "p", "a", "b"}) == "");
  CHECK(found(kHalf, {"XREAD", "STREAMS", "a", "b", "1", "2"}) == "2 3");
}

TEST_CASE("key positions: the three numbers of old", "[keys]") {
  constexpr Command kTwo{.name = "LMOVE", .keys = {keys::at(1, redouble::kRW), keys::at(2, redouble::kRW)}};
  CHECK(legacy_key_range(kTwo).first == 1);
  CHECK(legacy_key_range(kTwo).last == 2);
  CHECK(legacy_key_range(kTwo).step == 1);
  CHECK(legacy_key_range(kCounted).first == 0);
}
