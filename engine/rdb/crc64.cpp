#include "engine/rdb/crc64.h"

#include <array>
#include <bit>
#include <cstring>

namespace redouble {
namespace {

constexpr std::uint64_t kPolynomial = 0x95ac9329ac4bc9b5;  // ad93d23594c935a9 with its bits turned round

// kTables[n][b] is what byte b does to the sum n bytes later, so that eight bytes are taken at once.
using Tables = std::array<std::array<std::uint64_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint64_t byte = 0; byte < 256; ++byte) {
    std::uint64_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t n = 1; n < 8; ++n)
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint64_t before = tables[n - 1][byte];
      tables[n][byte] = tables[0][before & 0xff] ^ (before >> 8);
    }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

std::uint64_t crc64(std::string_view bytes, std::uint64_t crc) {
  static_assert(std::endian::native == std::endian::little);
  while (bytes.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    word ^= crc;
    crc = 0;
    for (std::size_t n = 0; n < 8; ++n) crc ^= kTables[7 - n][(word >> (8 * n)) & 0xff];
    bytes.remove_prefix(8);
  }
  for (const char c : bytes) crc = kTables[0][(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ (crc >> 8);
  return crc;
}

}  // namespace redouble
