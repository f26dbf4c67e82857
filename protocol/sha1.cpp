// Straight from FIPS 180-4, section 6.1, with the message schedule in a ring of 16 words.
#include "protocol/sha1.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace redouble {

void Sha1::absorb_block(const unsigned char* block) {
  std::uint32_t words[16];
  for (int i = 0; i < 16; ++i) {
    const unsigned char* at = block + i * 4;
    words[i] = std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
  }
  std::uint32_t a = state_[0], b = state_[1], c = state_[2], d = state_[3], e = state_[4];
  for (int t = 0; t < 80; ++t) {
    std::uint32_t word = words[t & 15];
    if (t >= 16) {
      word = std::rotl(words[(t + 13) & 15] ^ words[(t + 8) & 15] ^ words[(t + 2) & 15] ^ word, 1);
      words[t & 15] = word;
    }
    std::uint32_t choice = b ^ c ^ d;
    std::uint32_t constant = t < 40 ? 0x6ed9eba1 : 0xca62c1d6;
    if (t < 20) {
      choice = d ^ (b & (c ^ d));
      constant = 0x5a827999;
    } else if (t >= 40 && t < 60) {
      choice = (b & c) | (d & (b | c));
      constant = 0x8f1bbcdc;
    }
    const std::uint32_t next = std::rotl(a, 5) + choice + e + constant + word;
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  state_[0] += a;
  state_[1] += b;
  state_[2] += c;
  state_[3] += d;
  state_[4] += e;
}

void Sha1::update(std::string_view bytes) {
  std::size_t filled = total_ % 64;
  total_ += bytes.size();
  while (!bytes.empty()) {
    if (filled == 0 && bytes.size() >= 64) {
      absorb_block(reinterpret_cast<const unsigned char*>(bytes.data()));
      bytes.remove_prefix(64);
      continue;
    }
    const std::size_t taken = std::min(bytes.size(), 64 - filled);
    std::memcpy(pending_ + filled, bytes.data(), taken);
    bytes.remove_prefix(taken);
    filled += taken;
    if (filled == 64) {
      absorb_block(pending_);
      filled = 0;
    }
  }
}

Sha1Digest Sha1::finish() {
  const std::uint64_t bits = total_ * 8;
  char padding[72] = {'\x80'};
  const std::size_t zeros = (119 - total_ % 64) % 64;
  for (int i = 0; i < 8; ++i)
    padding[1 + zeros + static_cast<std::size_t>(i)] = static_cast<char>(bits >> (56 - 8 * i));
  update({padding, zeros + 9});
  Sha1Digest digest;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
  }
  return digest;
}

Sha1Digest sha1(std::string_view bytes) {
  Sha1 hash;
  hash.update(bytes);
  return hash.finish();
}

std::string to_hex(const Sha1Digest& digest) {
  std::string text;
  text.reserve(digest.size() * 2);
  for (const std::uint8_t byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

std::string sha1_hex(std::string_view bytes) {
  return to_hex(sha1(bytes));
}

}  // namespace redouble
