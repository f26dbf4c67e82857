#include "protocol/value_builder.h"

#include <string>
#include <utility>

#include "protocol/number.h"

namespace redouble {

void ValueBuilder::open(Value aggregate, std::size_t n, bool dropped) {
  if (n > 0)
    open_.push_back({std::move(aggregate), n, dropped});
  else if (!dropped)
    add(std::move(aggregate));
}

void ValueBuilder::add(Value value) {
  while (!open_.empty()) {
    Open& top = open_.back();
    top.value.items().push_back(std::move(value));
    if (--top.missing > 0) return;
    value = std::move(top.value);
    const bool dropped = top.dropped;
    open_.pop_back();
    if (dropped) return;
  }
  result_ = std::move(value);
  done_ = true;
}

}  // namespace redouble
