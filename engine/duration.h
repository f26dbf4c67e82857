// Durations and points in time as tests write them: `250ms`, `61s`, `5m`, `2h`; `2031-01-01T00:00:00Z`. Plain
// numbers are milliseconds. To add a unit: a row in duration.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/clock.h"

namespace redouble {

/// The longest duration there is: 1,000 years.
inline constexpr Micros kLongestDuration = Micros{1000} * 365 * 86'400 * 1'000'000;

/// `<number><unit>` with the units us, ms, s, m, h and d (a fraction is allowed: `1.5s`), or a number of
/// milliseconds; negative ones too. Nothing for any other text, and beyond the
/// longest duration.
std::optional<Micros> parse_duration(std::string_view text);

/// `2031-01-01T00:00:00Z` (the fraction of a second and the Z may be left out: it is UTC either way),
/// `2031-01-01`, or Unix milliseconds. Nothing for any other text, and outside of the years 1970 to 9999.
std::optional<Micros> parse_time(std::string_view text);

/// `2031-01-01T00:00:00.000Z`.
std::string format_time(Micros time);

/// The error for a text that is no duration: what would have been right.
std::string no_duration(std::string_view text);
/// The same for a point in time.
std::string no_time(std::string_view text);

}  // namespace redouble
