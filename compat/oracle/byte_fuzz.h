// Requests spoiled byte by byte: both servers must answer with the same bytes and close at the same point.
// Covers what sequences of well-formed requests cannot reach; family `protocol` of the generated run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "process.h"
#include "random.h"

namespace redouble::oracle {

struct ByteDifference {
  std::string input;
  std::string ours;
  std::string theirs;
};

class ByteFuzz {
 public:
  // Both processes run and outlive this.
  ByteFuzz(Pair& pair, uint64_t seed) : pair_(pair), seed_(seed), random_(seed) {}

  // Plays the input with this number; a difference is returned shrunk.
  std::optional<ByteDifference> play(uint64_t number);

 private:
  std::string make();
  void spoil(std::string& bytes);
  std::optional<ByteDifference> send(const std::string& input);
  ByteDifference shrink(ByteDifference found);

  Pair& pair_;
  uint64_t seed_;
  Random random_;
};

}  // namespace redouble::oracle
