// Seeding spreads 64 bits over the state with splitmix64, so close seeds give unrelated sequences.
#include "engine/random.h"

#include <cassert>
#include <charconv>

namespace redouble {
std::optional<std::uint64_t> parse_seed(std::string_view text) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc() || end != text.data() + text.size() || seed == 0) return std::nullopt;
  return seed;
}

void Random::reseed(std::uint64_t seed) {
  for (auto& word : state_) {
    seed += 0x9e3779b97f4a7c15ULL;
    std::uint64_t mixed = seed;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    word = mixed ^ (mixed >> 31);
  }
}

std::uint64_t Random::below_again(Uint128 product, std::uint64_t n) {
  assert(n > 0);
  const std::uint64_t rest = (0 - n) % n;
  while (static_cast<std::uint64_t>(product) < rest) product = Uint128{next()} * n;
  return static_cast<std::uint64_t>(product >> 64);
}

void Random::fill(void* bytes, std::size_t size) {
  auto* out = static_cast<unsigned char*>(bytes);
  while (size > 0) {
    std::uint64_t word = next();
    for (int i = 0; i < 8 && size > 0; ++i, --size, word >>= 8) *out++ = static_cast<unsigned char>(word);
  }
}

std::string Random::hex(std::size_t digits) {
  std::string text(digits, '0');
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < digits; ++i, word >>= 4) {
    if (i % 16 == 0) word = next();
    text[i] = "0123456789abcdef"[word & 15];
  }
  return text;
}

}  // namespace redouble
