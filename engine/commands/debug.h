// What DEBUG knows of values.
#pragma once

#include "engine/call.h"

namespace redouble {

/// The bytes a string takes in a dump, uncompressed.
std::size_t serialized_length(const Entry& entry);

}  // namespace redouble
