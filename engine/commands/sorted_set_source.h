// An input of ZUNION and its kin: a sorted set, a set whose members count 1 each, or nothing for a missing
// key.
#pragma once

#include <optional>
#include <string_view>

#include "engine/database.h"
#include "engine/types/sorted_set.h"

namespace redouble {

class SortedSetSource {
 public:
  /// Nothing when the key holds a value of another type.
  static std::optional<SortedSetSource> read(Database& db, std::string_view key) {
    SortedSetSource source;
    const auto value = db.read(key);
    if (!value) return source;
    if (value.entry()->kind() != Type::sorted_set) return std::nullopt;
    source.sorted_ = static_cast<const SortedSetValue*>(&object_of(*value.entry()));
    return source;
  }

  std::size_t size() const { return sorted_ != nullptr ? sorted_->size() : 0; }
  std::optional<double> score(std::string_view member) const {
    return sorted_ != nullptr ? sorted_->score(member) : std::nullopt;
  }
  /// Calls `visit(member, score)` for each; one that returns a bool stops by false.
  template <class Visit>
  void visit(Visit&& visit) const {
    if (sorted_ != nullptr) sorted_->visit(sorted_->all(), visit);
  }

 private:
  const SortedSetValue* sorted_ = nullptr;
};

}  // namespace redouble
