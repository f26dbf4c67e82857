// The loop for long texts: three independent lanes keep the multiplier busy.
#include "protocol/hash.h"

namespace redouble::hash_detail {

std::uint64_t absorb_long(const char*& at, std::size_t& left, std::uint64_t state) {
  if (left > 48) {
    std::uint64_t second = state ^ kSecret[1];
    std::uint64_t third = state ^ kSecret[3];
    do {
      state = fold(read8(at) ^ kSecret[2], read8(at + 8) ^ state);
      second = fold(read8(at + 16) ^ kSecret[0], read8(at + 24) ^ second);
      third = fold(read8(at + 32) ^ kSecret[1], read8(at + 40) ^ third);
      at += 48;
      left -= 48;
    } while (left > 48);
    state ^= second ^ (third << 32 | third >> 32);
  }
  while (left > 16) {
    state = fold(read8(at) ^ kSecret[2], read8(at + 8) ^ state);
    at += 16;
    left -= 16;
  }
  return state;
}

}  // namespace redouble::hash_detail
