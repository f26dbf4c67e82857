// Seeds of the simulation, each run twice, the second time as quickly as the server does it.
// REDOUBLE_SEEDS=1000 runs more of them, REDOUBLE_SEED=42 one alone (and REDOUBLE_STEPS=n as many steps).
#include <catch2/catch.hpp>

#include <cstdlib>
#include <memory>

#include "tests/simulation/simulation.h"

namespace redouble {
namespace {

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Other addresses for the second run than the first one had: what depends on them shows.
std::vector<std::unique_ptr<char[]>> ballast(std::uint64_t seed) {
  Dice dice(seed);
  std::vector<std::unique_ptr<char[]>> blocks;
  for (int i = 0; i < 3000; ++i) {
    auto block = std::make_unique<char[]>(1 + dice.below(600));
    if (dice.one_in(2)) blocks.push_back(std::move(block));
  }
  return blocks;
}

void check(std::uint64_t seed, std::size_t steps) {
  INFO("REDOUBLE_SEED=" << seed);
  Simulation first(seed);
  first.run(steps);
  CHECK(first.end() == "");
  const auto moved = ballast(seed);
  Simulation second(seed, true);
  second.run(steps);
  CHECK(second.end() == "");
  REQUIRE(first.transcript().size() == second.transcript().size());
  for (std::size_t i = 0; i < first.transcript().size(); ++i) {
    if (first.transcript()[i] == second.transcript()[i]) continue;
    INFO("step " << i << "\n" << first.transcript()[i] << "\n--- and again:\n" << second.transcript()[i]);
    FAIL("the same seed made another run");
  }
}

TEST_CASE("simulation: the same seed is the same run, and nothing is left behind", "[simulation]") {
  const std::size_t steps = number_from("REDOUBLE_STEPS", 1500);
  if (const std::uint64_t only = number_from("REDOUBLE_SEED", 0); only != 0) return check(only, steps);
  const std::uint64_t seeds = number_from("REDOUBLE_SEEDS", 12);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) check(seed, steps);
}

TEST_CASE("simulation: another seed is another run", "[simulation]") {
  Simulation one(1), two(2);
  one.run(100);
  two.run(100);
  CHECK(one.transcript() != two.transcript());
}

}  // namespace
}  // namespace redouble
