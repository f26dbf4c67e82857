#include "server/rules.h"

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "protocol/split_args.h"
#include "server/core.h"

namespace redouble {
namespace {

// Without a call of a client around it, who was let go on runs here. A rule goes whatever happens then.
void remove_rule(Core& core, const std::shared_ptr<Rule>& rule) noexcept {
  try {
    core.with_engine([&](Engine& engine) {
      engine.interception.remove(rule);
      engine.run_released();
    });
  } catch (const std::bad_alloc&) {  // what was to run has been answered so
  }
}

}  // namespace

std::shared_ptr<Rule> make_rule(Core& core, Rule::Kind kind, std::string_view text) {
  const auto words = split_args(text);
  if (!words) throw std::invalid_argument(fmt::format("ERR unbalanced quotes in '{}'", text));
  const std::vector<std::string_view> views(words->begin(), words->end());
  std::shared_ptr<Rule> rule;
  const std::string wrong = core.with_engine([&](Engine& engine) {
    Args args(views, 0);
    return engine.interception.add(kind, {}, args, nullptr, rule);
  });
  if (!wrong.empty()) throw std::invalid_argument(wrong);
  return rule;
}

// --- Faults ----------------------------------------------------------------------------------------------

Fault::Fault(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Fault::Fault(Fault&& other) noexcept = default;

Fault& Fault::operator=(Fault&& other) noexcept {
  if (this == &other) return *this;
  if (impl_ != nullptr) remove();
  impl_ = std::move(other.impl_);
  return *this;
}

Fault::~Fault() {
  if (impl_ != nullptr) remove();
}

std::uint64_t Fault::seen() const {
  const auto guard = impl_->core.locked();
  return impl_->rule->matcher.seen();
}

std::uint64_t Fault::hits() const {
  const auto guard = impl_->core.locked();
  return impl_->rule->matcher.hits();
}

void Fault::remove() {
  remove_rule(impl_->core, impl_->rule);
}

// --- Gates -----------------------------------------------------------------------------------------------

Gate::Gate(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Gate::Gate(Gate&& other) noexcept = default;

Gate& Gate::operator=(Gate&& other) noexcept {
  if (this == &other) return *this;
  if (impl_ != nullptr) remove_rule(impl_->core, impl_->rule);
  impl_ = std::move(other.impl_);
  return *this;
}

Gate::~Gate() {
  if (impl_ != nullptr) remove_rule(impl_->core, impl_->rule);
}

bool Gate::wait(std::size_t n, std::chrono::milliseconds timeout) const {
  return impl_->core.await([rule = impl_->rule, n](Reply&) { return rule->standing.size() >= n; }, timeout);
}

std::size_t Gate::standing() const {
  const auto guard = impl_->core.locked();
  return impl_->rule->standing.size();
}

std::size_t Gate::release(std::size_t n) {
  return impl_->core.with_engine([&](Engine& engine) {
    const std::size_t released = engine.interception.release(*impl_->rule, n);
    engine.run_released();
    return released;
  });
}

std::size_t Gate::cut(std::size_t n) {
  return impl_->core.with_engine([&](Engine& engine) { return engine.interception.cut(*impl_->rule, n); });
}

}  // namespace redouble
