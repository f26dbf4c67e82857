// The fingerprints of DEBUG DIGEST and DEBUG DIGEST-VALUE, equal to redis-server's: SHA-1 sums, mixed so that
// the order of keys does not matter. A new type adds how its members are mixed in value_digest.
#pragma once

#include "engine/database.h"
#include "protocol/sha1.h"

namespace redouble {

class Engine;

/// A sum that members are mixed into.
class DigestSum {
 public:
  /// Commutes: for things without an order.
  void add_unordered(std::string_view bytes);
  /// The same of a sum, a member of several parts.
  void add_unordered(const DigestSum& part);
  /// Does not commute: for things in order.
  void add_ordered(std::string_view bytes);
  const Sha1Digest& value() const { return sum_; }

 private:
  Sha1Digest sum_{};
};

/// Of a value, its type and whether it has a time to live; all zeros for a missing key.
Sha1Digest value_digest(const AnyRef& ref);

/// Of all keys of all databases; all zeros when there are none.
Sha1Digest dataset_digest(Engine& engine);

}  // namespace redouble
