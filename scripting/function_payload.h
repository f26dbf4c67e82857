// What FUNCTION DUMP answers and FUNCTION RESTORE takes: each library's text behind an opcode of the RDB
// format, two bytes of version, eight of CRC-64.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/rdb/lzf.h"

namespace redouble {

/// `compressor` is null where nothing is to be compressed.
std::string make_function_payload(const std::vector<std::string>& codes, LzfCompressor* compressor);
/// The reason of a failure, or nothing.
std::string_view read_function_payload(std::string_view payload, std::vector<std::string>& codes);

}  // namespace redouble
