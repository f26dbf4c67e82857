// Makes a differing sequence small: fewer steps, fewer words, fewer connections, while the same command
// still differs. Bounded in plays; what it returns was seen to differ.
#pragma once

#include "player.h"
#include "sequence.h"

namespace redouble::oracle {

struct Shrunk {
  Sequence sequence;
  Difference difference;
};

// `difference` was found in `sequence`.
Shrunk shrink(Player& player, const Sequence& sequence, const Difference& difference);

}  // namespace redouble::oracle
