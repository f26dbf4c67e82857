// What is played while memory runs out: each scenario a handful of commands of several clients.
#pragma once

#include <string_view>
#include <vector>

#include "tests/support/engine_fixture.h"

namespace redouble {

/// A line is what one client (a to d) sends, or `wait MS`, or `leave a`. `~` is a long text, `''` an empty
/// one.
struct Scenario {
  std::string_view name;
  std::vector<std::string_view> before;  // while nothing fails
  std::vector<std::string_view> lines;
  EngineFixture::Settings settings = {};
};

const std::vector<Scenario>& scenarios();

}  // namespace redouble
