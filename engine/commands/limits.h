// What the settings say of the encodings of hashes and sets, for commands that add to them.
#pragma once

#include <cstdint>

#include "engine/call.h"
#include "engine/engine.h"
#include "engine/types/hash.h"
#include "engine/types/set.h"

namespace redouble {

inline HashValue::Limits hash_limits(const Call& c) {
  const Config& config = c.engine.config;
  return {static_cast<std::uint64_t>(config.number(Setting::hash_max_listpack_entries)),
          static_cast<std::uint64_t>(config.number(Setting::hash_max_listpack_value)), c.db.seed()};
}

inline SetValue::Limits set_limits(const Call& c) {
  return {static_cast<std::uint64_t>(c.engine.config.number(Setting::set_max_intset_entries)), c.db.seed()};
}

}  // namespace redouble
