// The id of a stream's entry: milliseconds and a sequence number, spelled "1526919030474-55", and the ways in
// which commands let clients write one. Facts of streamParseIDOrReply and its kin in Redis 7.0: at most 127
// bytes are read, a NUL byte ends the text, numbers are read as parse_uint64 does.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/number.h"

namespace redouble {

struct StreamId {
  std::uint64_t ms = 0;
  std::uint64_t seq = 0;

  auto operator<=>(const StreamId&) const = default;
  bool is_zero() const { return ms == 0 && seq == 0; }
  /// The id right behind this one; 0-0 behind the last.
  StreamId next() const {
    if (seq != UINT64_MAX) return {ms, seq + 1};
    return ms != UINT64_MAX ? StreamId{ms + 1, 0} : StreamId{};
  }
  /// The id right before this one; the last before 0-0.
  StreamId previous() const {
    if (seq != 0) return {ms, seq - 1};
    return ms != 0 ? StreamId{ms - 1, UINT64_MAX} : StreamId{UINT64_MAX, UINT64_MAX};
  }
};

inline constexpr StreamId kFirstStreamId{0, 0};
inline constexpr StreamId kLastStreamId{UINT64_MAX, UINT64_MAX};

using StreamIdText = NumberText<2 * kMaxInt64Chars + 1>;
StreamIdText format_stream_id(StreamId id);

/// "5-3", or "5" with `missing_seq` for its sequence number.
std::optional<StreamId> parse_exact_stream_id(std::string_view text, std::uint64_t missing_seq = 0);
/// The same, or "-" and "+" for the first and the last id there can be.
std::optional<StreamId> parse_stream_id(std::string_view text, std::uint64_t missing_seq = 0);

/// One end of an interval: an id, or "(" and an exact id, which does not belong to it.
struct StreamBound {
  StreamId id;
  bool exclusive = false;
};
std::optional<StreamBound> parse_stream_bound(std::string_view text, std::uint64_t missing_seq);

/// The id of an entry to be: exact, or "5-*" with the next free sequence number.
struct NewStreamId {
  StreamId id;
  bool any_seq = false;
};
std::optional<NewStreamId> parse_new_stream_id(std::string_view text);

}  // namespace redouble
