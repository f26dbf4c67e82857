// Implementation of explain.h: walks down to the first difference while the replies are too long to show.
#include "explain.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "text.h"

namespace redouble::oracle {
namespace {

constexpr size_t kShort = 500;
constexpr size_t kBefore = 40;

std::string cut(const std::string& text) {
  return text.size() <= kShort ? text : text.substr(0, kShort) + "...";
}

// What one has and the other has not: positive counts are ours.
Explanation explain_balance(const std::map<std::string, int>& balance) {
  Explanation found{"has besides:", "has besides:"};
  for (const auto& [name, left] : balance) {
    if (left > 0) found.ours += " " + name;
    if (left < 0) found.theirs += " " + name;
  }
  return {found.ours.substr(0, 4 * kShort), found.theirs.substr(0, 4 * kShort)};
}

Explanation explain_lines(const Reply& ours, const Reply& theirs, bool names) {
  std::map<std::string, int> balance;
  const auto count = [&](const std::string& text, int by) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      balance[escape(line.substr(0, names ? line.find(':') : line.npos))] += by;
    }
  };
  count(ours.text, 1);
  count(theirs.text, -1);
  return explain_balance(balance);
}

// What one unordered reply has and the other has not.
Explanation explain_sets(const Reply& ours, const Reply& theirs) {
  const size_t width = ours.kind == Reply::Kind::map ? 2 : 1;
  std::map<std::string, int> balance;
  const auto count = [&](const Reply& reply, int by) {
    for (size_t i = 0; i + width <= reply.items.size(); i += width) {
      auto name = describe(reply.items[i]);
      if (width == 2) name += " => " + describe(reply.items[i + 1]);
      balance[name] += by;
    }
  };
  count(ours, 1);
  count(theirs, -1);
  return explain_balance(balance);
}

Explanation explain_texts(const std::string& ours, const std::string& theirs) {
  const auto limit = std::min(ours.size(), theirs.size());
  size_t at = 0;
  while (at < limit && ours[at] == theirs[at]) ++at;
  const auto from = at < kBefore ? 0 : at - kBefore;
  const auto where = "at byte " + std::to_string(at) + ": ...";
  return {where + cut(ours.substr(from)), where + cut(theirs.substr(from))};
}

}  // namespace

Explanation explain(const Reply& ours, const Reply& theirs, const Rule& rule) {
  const auto our_text = describe(ours);
  const auto their_text = describe(theirs);
  if (our_text.size() <= kShort && their_text.size() <= kShort) return {our_text, their_text};
  if (rule.kind == Rule::Kind::fields) return explain_lines(ours, theirs, true);
  if (rule.kind == Rule::Kind::lines) return explain_lines(ours, theirs, false);
  if (ours.is_aggregate() && ours.kind == theirs.kind) {
    if (rule.kind == Rule::Kind::unordered) return explain_sets(ours, theirs);
    for (size_t i = 0; i < std::min(ours.items.size(), theirs.items.size()); ++i) {
      if (same(ours.items[i], theirs.items[i], rule)) continue;
      const auto inner = explain(ours.items[i], theirs.items[i], rule);
      const auto where = "item " + std::to_string(i) + ": ";
      return {where + inner.ours, where + inner.theirs};
    }
    return {std::to_string(ours.items.size()) + " items", std::to_string(theirs.items.size()) + " items"};
  }
  return explain_texts(our_text, their_text);
}

}  // namespace redouble::oracle
