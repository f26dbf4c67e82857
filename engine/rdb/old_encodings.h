// Packed encodings that Redis no longer makes but still reads: ziplists and zipmaps. Read, they become the
// listpack with the same items. Everything in them is checked.
#pragma once

#include <optional>
#include <string_view>

#include "engine/types/listpack.h"

namespace redouble {

/// Nothing when any of it is inconsistent.
std::optional<Listpack> listpack_of_ziplist(std::string_view bytes);

/// Field, value, field, value …; nothing when any of it is inconsistent, or it is empty.
std::optional<Listpack> listpack_of_zipmap(std::string_view bytes);

}  // namespace redouble
