// INFO's text: one function a section, all listed in one table in the order of redis-server. Field names and
// their order are those of 7.0.15 (clients read them by name); what has no counterpart here keeps the value
// of a server that does not use it. redouble's own field stands last in the server section.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace redouble {

class Engine;

/// The wanted sections (any case; also all, everything, default), each once, in the order of the table;
/// those that INFO shows when none is named. Unknown names are passed over.
std::string info_text(Engine& engine, std::span<const std::string_view> sections);

/// "1023B", "1.50K", "2.00M": how INFO shows bytes to people.
std::string human_bytes(std::uint64_t bytes);

/// A percentile as the names of INFO latencystats spell it: 50 is "50", 99.9 is "99.9".
std::string percentile_name(double percent);

}  // namespace redouble
