// Behind redouble/fault.h and redouble/gate.h: a rule of a core's engine.
#pragma once

#include <memory>
#include <string_view>

#include "engine/rule.h"
#include "redouble/fault.h"
#include "redouble/gate.h"

namespace redouble {

class Core;

/// Makes a rule without a name. Throws std::invalid_argument with the text of the error.
std::shared_ptr<Rule> make_rule(Core& core, Rule::Kind kind, std::string_view text);

struct Fault::Impl {
  Core& core;
  std::shared_ptr<Rule> rule;
};

struct Gate::Impl {
  Core& core;
  std::shared_ptr<Rule> rule;
};

}  // namespace redouble
