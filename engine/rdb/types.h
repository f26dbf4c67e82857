// The pairs of functions behind value.h, one file a type. A reader of a type returns null for a collection
// without members, or after an error, which `in` keeps.
#pragma once

#include "engine/rdb/value.h"

namespace redouble::rdb {}  // namespace redouble::rdb
