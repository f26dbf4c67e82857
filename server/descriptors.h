// How many clients the process may have open at once.
#pragma once

#include <cstdint>

namespace redouble {

/// Raises the limit on open files if needed and allowed. Returns how many clients fit: `wanted` or fewer.
std::int64_t allow_clients(std::int64_t wanted);

}  // namespace redouble
