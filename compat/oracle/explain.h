// Shows where two replies differ, for people: short ones whole, long ones at the place.
#pragma once

#include <string>

#include "comparator.h"
#include "resp.h"

namespace redouble::oracle {

struct Explanation {
  std::string ours;
  std::string theirs;
};

// The replies were found to differ under `rule`.
Explanation explain(const Reply& ours, const Reply& theirs, const Rule& rule);

}  // namespace redouble::oracle
