// An input of ZUNION and its kin: a sorted set, a set whose members count 1 each, or nothing for a missing
// key.
#pragma once

#include <optional>
#include <string_view>
#include <type_traits>

#include "engine/database.h"
#include "engine/types/set.h"
#include "engine/types/sorted_set.h"

namespace redouble {

class SortedSetSource {
 public:
  /// Nothing when the key holds a value of another type.
  static std::optional<SortedSetSource> read(Database& db, std::string_view key) {
    SortedSetSource source;
    const auto value = db.read(key);
    if (!value) return source;
    if (value.entry()->kind() == Type::sorted_set)
      source.sorted_ = static_cast<const SortedSetValue*>(&object_of(*value.entry()));
    else if (value.entry()->kind() == Type::set)
      source.plain_ = static_cast<const SetValue*>(&object_of(*value.entry()));
    else
      return std::nullopt;
    return source;
  }

  std::size_t size() const {
    return sorted_ != nullptr ? sorted_->size() : plain_ != nullptr ? plain_->size() : 0;
  }
  std::optional<double> score(std::string_view member) const {
    if (sorted_ != nullptr) return sorted_->score(member);
    return plain_ != nullptr && plain_->contains(member) ? std::optional(1.0) : std::nullopt;
  }
  /// Calls `visit(member, score)` for each; one that returns a bool stops by false.
  template <class Visit>
  void visit(Visit&& visit) const {
    if (sorted_ != nullptr) sorted_->visit(sorted_->all(), visit);
    if (plain_ == nullptr) return;
    plain_->all_of([&](const SetValue::Item& member) {
      IntegerText scratch;
      const auto text = member.bytes(scratch);
      if constexpr (std::is_same_v<decltype(visit(text, 1.0)), bool>) {
        return visit(text, 1.0);
      } else {
        visit(text, 1.0);
        return true;
      }
    });
  }

 private:
  const SortedSetValue* sorted_ = nullptr;
  const SetValue* plain_ = nullptr;
};

}  // namespace redouble
