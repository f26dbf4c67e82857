// What clients of the simulation say: lines with holes, which a seeded generator fills.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace redouble {

/// All chance of a simulation. The same numbers everywhere: no distribution of the standard library's.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t n) { return engine_() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

 private:
  std::mt19937_64 engine_;
};

/// The words of a random command. `clients` is about the highest client id there is.
std::vector<std::string> random_command(Dice& dice, std::uint64_t clients);

/// A request as clients send it.
std::string encoded(const std::vector<std::string>& words);

}  // namespace redouble
