// A data set at one moment: the keys of all databases or of one, with deadlines, ages and their order of
// eviction, and the functions. It belongs to no engine, never changes, and any thread may read it; what is
// large in a value is shared with the databases that it was taken of or given to, until one of them changes
// it. Engine::snapshot takes one, Engine::restore gives it back.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "engine/clock.h"
#include "engine/eviction_order.h"
#include "engine/keyspace.h"

namespace redouble {

struct Dataset {
  struct Part {
    int db;
    std::unique_ptr<const Keyspace> keys;
  };

  std::vector<Part> parts;  // of a whole server: all its databases, in order
  bool whole = true;
  std::vector<std::string> functions;  // of a whole server
  Micros taken_at = 0;
  bool ages_count_frequency = false;
  EvictionOrder::Kind order_kind;
  std::vector<const Entry*> order;  // of its own entries, the next to go first

  std::size_t keys() const {
    std::size_t n = 0;
    for (const Part& part : parts) n += part.keys->size();
    return n;
  }
  const Part* part_of(int db) const {
    for (const Part& part : parts)
      if (part.db == db) return &part;
    return nullptr;
  }
};

}  // namespace redouble
