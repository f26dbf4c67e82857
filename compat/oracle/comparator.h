// When two replies count as the same: exact by default, looser by a rule that a case or the generator
// gives. Errors are always compared exactly, except under `any`.
#pragma once

#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "resp.h"

namespace redouble::oracle {

struct Rule {
  enum class Kind {
    exact,
    unordered,  // aggregates are multisets, at every depth
    type_only,  // the kind of the reply alone
    shape,      // the kinds at every depth, lengths included
    approx,     // numbers within `within`; both must be negative and equal, or both not negative
    times,      // exact but for what is a time in replies about streams: idle and delivery times are near
    nonempty,   // same kind, and neither is empty or null
    fields,     // texts of `name:value` lines: the same names in the same order
    lines,      // texts whose lines are a multiset
    rules,      // texts of ACL rules, at every depth: single commands in any order
    payload,    // DUMP: equal bytes, or the same size where a table has no order; streams hold times
    any,        // nothing is compared
  };
  Kind kind = Kind::exact;
  long long within = 0;
  std::vector<std::string> mask_texts;  // as written, for printing
  std::vector<std::string> omitted;     // names that are left out of maps and lists, with their values
  std::vector<std::regex> masks;        // every match is blanked in both replies first
};

// Adds one annotation (`unordered`, `approx 5`, `mask REGEX`, `without NAME`, ...); false when it is none.
bool add_annotation(Rule& rule, std::string_view text);

// The annotations of a rule, as a case file writes them.
std::vector<std::string> annotations(const Rule& rule);

// The reply as the rule's masks and omitted names leave it.
Reply blanked(const Reply& reply, const Rule& rule);

bool same(const Reply& ours, const Reply& theirs, const Rule& rule);

}  // namespace redouble::oracle
