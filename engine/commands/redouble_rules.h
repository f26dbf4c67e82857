// What REDOUBLE FAULT and REDOUBLE GATE have in common: making, showing and removing rules.
#pragma once

#include <string_view>

#include "engine/commands/redouble.h"
#include "engine/engine.h"

namespace redouble {

/// ADD <name> <rule>; `usage` is told who leaves the name out.
Outcome add_rule(Call& c, Rule::Kind kind, std::string_view usage);
/// REMOVE <name> …
Outcome remove_rules(Call& c, Rule::Kind kind);
/// CLEAR
Outcome clear_rules(Call& c, Rule::Kind kind);
/// The four fields that every rule shows: name, rule, seen, hits.
void reply_rule(Reply& reply, const Rule& rule);
/// LIST: an array, each rule of a kind written by `show(const Rule&)`.
template <class Show>
void reply_rules(Call& c, Rule::Kind kind, Show&& show) {
  std::size_t n = 0;
  for (const auto& rule : c.engine.interception.rules()) n += rule->kind == kind ? 1 : 0;
  c.reply.array(n);
  for (const auto& rule : c.engine.interception.rules())
    if (rule->kind == kind) show(*rule);
}

}  // namespace redouble
