// SHA-1 (FIPS 180-4): names scripts (EVALSHA) and makes data set digests (DEBUG DIGEST). Not for secrets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace redouble {

using Sha1Digest = std::array<std::uint8_t, 20>;

class Sha1 {
 public:
  void update(std::string_view bytes);

  // The digest of all bytes given so far. Ends this object's work: use a new one for the next text.
  Sha1Digest finish();

 private:
  void absorb_block(const unsigned char* block);

  std::uint32_t state_[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  std::uint64_t total_ = 0;
  unsigned char pending_[64];
};

Sha1Digest sha1(std::string_view bytes);

// 40 lowercase hexadecimal digits.
std::string sha1_hex(std::string_view bytes);
std::string to_hex(const Sha1Digest& digest);

}  // namespace redouble
