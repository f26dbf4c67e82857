// SmallBlocks against what is known of each block: its bytes stay, whatever others do.
#include "scripting/small_blocks.h"

#include <catch2/catch.hpp>

#include <cstdint>
#include <random>
#include <vector>

using redouble::SmallBlocks;

TEST_CASE("SmallBlocks: blocks keep their bytes and share none", "[scripting][random]") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  struct Block {
    unsigned char* bytes;
    std::size_t size;
    unsigned char mark;
  };
  SmallBlocks blocks;
  std::vector<Block> all;
  const auto size = [&] { return 1 + random() % (random() % 8 == 0 ? 2000 : 300); };
  const auto holds = [](const Block& block, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i)
      if (block.bytes[i] != block.mark) return false;
    return true;
  };
  const auto fill = [&](Block& block, std::size_t n) {
    block.size = n;
    block.mark = static_cast<unsigned char>(random());
    std::fill_n(block.bytes, n, block.mark);
  };
  // Past a megabyte, so that the piece is full for a while.
  for (int step = 0; step < 40'000; ++step) {
    if (all.empty() || random() % 5 < (step < 25'000 ? 3u : 1u)) {
      const std::size_t n = size();
      Block block{static_cast<unsigned char*>(blocks.resize(nullptr, 0, n)), n, 0};
      REQUIRE(reinterpret_cast<std::uintptr_t>(block.bytes) % 16 == 0);
      fill(block, n);
      all.push_back(block);
      continue;
    }
    std::swap(all[random() % all.size()], all.back());
    Block& block = all.back();
    REQUIRE(holds(block, block.size));
    if (random() % 2 == 0) {
      blocks.give_back(block.bytes, block.size);
      all.pop_back();
      continue;
    }
    const std::size_t n = size();
    block.bytes = static_cast<unsigned char*>(blocks.resize(block.bytes, block.size, n));
    REQUIRE(holds(block, std::min(block.size, n)));
    fill(block, n);
  }
  for (const Block& block : all) {
    REQUIRE(holds(block, block.size));
    blocks.give_back(block.bytes, block.size);
  }
}
