// The allocator of small blocks against a model: blocks do not overlap, keep their bytes, and go back.
#include "server/small_memory.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

namespace redouble {
namespace {

constexpr std::size_t kMegabyte = 1024 * 1024;

struct Held {
  unsigned char* at;
  std::size_t bytes;
  unsigned char mark;

  bool whole() const {
    return std::all_of(at, at + bytes, [this](unsigned char byte) { return byte == mark; });
  }
};

}  // namespace

TEST_CASE("Small memory: blocks keep their bytes, whatever comes and goes beside them", "[memory]") {
  SmallMemory memory;
  REQUIRE(memory.reserve(64 * kMegabyte));
  std::mt19937 random(7);
  std::vector<Held> held;
  for (int step = 0; step < 200'000; ++step) {
    if (held.empty() || random() % 100 < (step / 50'000 % 2 == 0 ? 70u : 30u)) {
      const std::size_t bytes = random() % (SmallMemory::kLargest + 1);
      auto* at = static_cast<unsigned char*>(memory.allocate(bytes));
      REQUIRE(at != nullptr);
      REQUIRE(memory.owns(at));
      REQUIRE(reinterpret_cast<std::uintptr_t>(at) % 16 == 0);
      REQUIRE(memory.size_of(at) >= bytes);
      REQUIRE(memory.size_of(at) < bytes + 16 + (bytes == 0 ? 1 : 0));
      held.push_back({at, bytes, static_cast<unsigned char>(step)});
      std::memset(at, held.back().mark, bytes);
    } else {
      std::swap(held[random() % held.size()], held.back());
      REQUIRE(held.back().whole());
      memory.free(held.back().at);
      held.pop_back();
    }
  }
  for (const Held& block : held) {
    REQUIRE(block.whole());
    memory.free(block.at);
  }
  // One run for each of the 64 sizes may stay.
  CHECK(memory.runs_in_use() <= 64);
}

TEST_CASE("Small memory: what is empty is told of once, goes back, and serves again", "[memory]") {
  static int told = 0;
  SmallMemory memory;
  REQUIRE(memory.reserve(64 * kMegabyte));
  memory.on_surplus([] { ++told; });
  told = 0;
  std::vector<void*> blocks;
  for (std::size_t i = 0; i < 32 * kMegabyte / 64; ++i) blocks.push_back(memory.allocate(64));
  CHECK(memory.runs_in_use() == 512);
  for (void* block : blocks) memory.free(block);
  CHECK(told == 1);
  CHECK(memory.runs_in_use() == 1);
  CHECK(memory.runs_kept() == 511);
  CHECK_FALSE(memory.give_back(400));
  CHECK(memory.runs_kept() == 111);
  CHECK(memory.give_back(400));
  CHECK(memory.runs_kept() == SmallMemory::kMostKept);
  // Another size, and of zeros: the system has had the memory.
  blocks.clear();
  for (std::size_t i = 0; i < 32 * kMegabyte / 1024; ++i) {
    blocks.push_back(memory.allocate(1024));
    REQUIRE(blocks.back() != nullptr);
    std::memset(blocks.back(), 1, 1024);
  }
  CHECK(memory.runs_in_use() == 513);
  CHECK(memory.runs_kept() == 0);
}

TEST_CASE("Small memory: past its reserve it has nothing, and before", "[memory]") {
  SmallMemory memory;
  CHECK(memory.allocate(16) == nullptr);
  int elsewhere = 0;
  CHECK_FALSE(memory.owns(&elsewhere));
  CHECK_FALSE(memory.owns(nullptr));
  REQUIRE(memory.reserve(2 * SmallMemory::kRunBytes));
  std::vector<void*> blocks;
  while (void* block = memory.allocate(1000)) blocks.push_back(block);
  CHECK(blocks.size() == 2 * (SmallMemory::kRunBytes / 1008));
  CHECK(memory.allocate(16) == nullptr);
  CHECK_FALSE(memory.owns(&elsewhere));
  memory.free(blocks.front());
  CHECK(memory.allocate(1000) == blocks.front());
}

}  // namespace redouble
