// Seeded changes of bytes, for tests that break what is right.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace redouble {

class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }

  /// One to three changes.
  std::string mutated(std::string bytes) {
    for (std::size_t n = 1 + below(3); n > 0; --n) mutate(bytes);
    return bytes;
  }

 private:
  void mutate(std::string& bytes) {
    if (bytes.empty()) return bytes.push_back(static_cast<char>(random_()));
    const std::size_t at = below(bytes.size());
    switch (below(6)) {
      case 0:
        bytes[at] = static_cast<char>(random_());
        break;
      case 1:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 2:
        bytes[at] = "\x00\x01\x7f\x80\xc0\xc3\xf0\xfe\xff"[below(9)];
        break;
      case 3:
        bytes.erase(at, 1 + below(4));
        break;
      case 4:
        bytes.insert(at, bytes.substr(below(bytes.size()), 1 + below(20)));
        break;
      default:
        bytes.resize(at);
    }
  }

  std::mt19937 random_;
};

}  // namespace redouble
