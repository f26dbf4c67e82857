// The fingerprints of DEBUG DIGEST and DEBUG DIGEST-VALUE, equal to redis-server's: SHA-1 sums, mixed so that
// the order of keys does not matter. A new type adds how its members are mixed in value_digest.
#pragma once

#include "engine/database.h"
#include "protocol/sha1.h"

namespace redouble {

class Engine;

/// Of a value, its type and whether it has a time to live; all zeros for a missing key.
Sha1Digest value_digest(const AnyRef& ref);

/// Of all keys of all databases; all zeros when there are none.
Sha1Digest dataset_digest(Engine& engine);

}  // namespace redouble
