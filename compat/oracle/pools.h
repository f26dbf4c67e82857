// Argument values for the generator: small pools, so that keys meet, types mix and numbers hit limits.
// No value makes a reply depend on the time that really passes, or makes a server allocate much.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "grammar.h"
#include "random.h"

namespace redouble::oracle {

class Pools {
 public:
  explicit Pools(Random& random) : random_(random) {}

  // A value for a leaf of the grammar of `command`.
  std::string value(const Command& command, const Argument& argument);

  std::string key(const std::string& group);
  std::string text();
  std::string integer();
  std::string database();
  // A limit of a range of a sorted set.
  enum class LimitKind { rank, score, lex };
  std::string ordered_limit(LimitKind kind);

 private:
  std::string far_seconds();
  std::string expiry(const std::string& name, bool absolute);
  std::string named_integer(const Command& command, const std::string& name);
  std::string named_text(const Command& command, const std::string& name);
  std::string member();
  std::string ordered_member();
  std::string coordinate(const std::string& name);
  std::optional<std::string> ordered_value(const Command& command, const Argument& argument);
  std::string field_value();
  std::string pattern(bool channels);
  std::string number();

  Random& random_;
};

}  // namespace redouble::oracle
