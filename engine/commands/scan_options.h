// What SCAN, HSCAN, SSCAN and ZSCAN share: the cursor and the options behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/call.h"

namespace redouble {

struct ScanOptions {
  std::int64_t count = 10;
  std::string_view pattern = "*";
  std::optional<std::string_view> type;  // SCAN only

  bool matches(std::string_view text) const;
  /// How many steps of a table's walk one call may take: a sparse table must not make it long.
  std::int64_t most_steps() const { return count > INT64_MAX / 10 ? INT64_MAX : count * 10; }
};

/// A cursor is read the way C's strtoul does it: "", "+1" and "-1" are cursors, " 1" and "1 " are not.
std::optional<std::uint64_t> parse_cursor(std::string_view text);

/// Reads MATCH, COUNT and (with_type) TYPE to the end of the arguments.
Outcome read_scan_options(Call& c, ScanOptions& options, bool with_type);

}  // namespace redouble
