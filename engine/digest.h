// What DEBUG DIGEST computes: a fingerprint of values and of the whole data set that does not depend on the
// order of keys, and is equal to redis-server's for equal data.
#pragma once

#include "engine/database.h"
#include "protocol/sha1.h"

namespace redouble {

class Engine;

/// The fingerprint of one value with its deadline's presence; zero for a missing key.
Sha1Digest value_digest(const Entry* entry);
Sha1Digest dataset_digest(Engine& engine);

}  // namespace redouble
