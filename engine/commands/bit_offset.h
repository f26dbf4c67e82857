// The offset of SETBIT, GETBIT and BITFIELD.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/call.h"

namespace redouble {

/// The bit that `text` names; errors go to `c.args`. With a `unit` it may also be "#n": n units of so many
/// bits.
std::uint64_t read_bit_offset(Call& c, std::string_view text, unsigned unit = 0);

}  // namespace redouble
