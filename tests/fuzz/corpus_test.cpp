// Every check of checks.h on its corpus, and on seeded changes of it: what libFuzzer does, as far as a test
// has time for it.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/checks.h"
#include "tests/fuzz/mutator.h"

namespace {

struct Seed {
  std::string name;
  std::string bytes;
};

std::vector<Seed> corpus_of(std::string_view check) {
  std::vector<Seed> seeds;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(REDOUBLE_FUZZ_CORPUS) / check)) {
    std::ifstream file(entry.path(), std::ios::binary);
    seeds.push_back({entry.path().filename().string(), {std::istreambuf_iterator<char>(file), {}}});
  }
  std::sort(seeds.begin(), seeds.end(), [](const Seed& a, const Seed& b) { return a.name < b.name; });
  return seeds;
}

std::string in_hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  return text;
}

}  // namespace

TEST_CASE("hostile bytes: every check holds on its corpus and near it", "[fuzz]") {
  for (const redouble::Check& check : redouble::checks()) {
    const auto seeds = corpus_of(check.name);
    REQUIRE(!seeds.empty());
    std::uint32_t number = 0;
    for (const Seed& seed : seeds) {
      INFO(check.name << " of " << seed.name);
      CHECK(check.problem(seed.bytes).empty());
      redouble::Mutator mutator(++number);
      for (int i = 0; i < check.changes; ++i) {
        const std::string changed = mutator.mutated(seed.bytes);
        const std::string problem = check.problem(changed);
        if (!problem.empty()) FAIL(problem << ": " << in_hex(changed));
      }
    }
  }
}
