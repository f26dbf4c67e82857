// The checksum at the end of DUMP payloads and RDB files: CRC-64 with the polynomial of Jones, reflected,
// starting from 0 ("123456789" gives e9c6d914c4b8d9ca).
#pragma once

#include <cstdint>
#include <string_view>

namespace redouble {

/// `crc` goes on from an earlier part.
std::uint64_t crc64(std::string_view bytes, std::uint64_t crc = 0);

}  // namespace redouble
