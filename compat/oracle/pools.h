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

  // To be called before each sequence: ids of streams start anew.
  void begin_sequence();

  std::string key(const std::string& group);
  std::string stream_id();
  std::string text();
  std::string integer();
  std::string database();
  // A limit of a range of a sorted set.
  enum class LimitKind { rank, score, lex };
  std::string ordered_limit(LimitKind kind);

 private:
  std::string far_seconds();
  std::string timeout();
  std::string expiry(const std::string& name, bool absolute);
  std::string named_integer(const Command& command, const std::string& name);
  std::string named_text(const Command& command, const std::string& name);
  std::string member();
  std::string ordered_member();
  std::string coordinate(const std::string& name);
  std::optional<std::string> ordered_value(const Command& command, const Argument& argument);
  std::string field_value();
  std::string pattern(const Command& command);
  std::string acl_rule(int depth = 0);
  std::string sort_pattern();
  std::string sorted_group();
  std::string user(const Command& command);
  std::string number();
  std::optional<std::string> stream_value(const Command& command, const Argument& argument);
  std::string stream_bound();
  std::string new_stream_id();
  std::string hyperloglog();

  Random& random_;
  uint64_t first_ms_ = 0;  // of the sequence's ids
  uint64_t last_ms_ = 0;
};

}  // namespace redouble::oracle
