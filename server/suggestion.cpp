// Optimal string alignment, three rows at a time.
#include "server/suggestion.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "engine/config.h"

namespace redouble {

std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before_last(to.size() + 1), last(to.size() + 1), row(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[to.size()];
}

std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known) {
  const std::size_t furthest = std::clamp<std::size_t>(word.size() / 3, 1, 4);
  std::string_view nearest;
  std::size_t least = furthest + 1;
  for (const auto candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string_view nearest_setting(std::string_view name, std::span<const std::string_view> other) {
  std::vector<std::string_view> known(other.begin(), other.end());
  for (const auto& setting : setting_names())
    if (!setting_row(setting.setting).has(kHidden)) known.push_back(setting.name);
  return nearest_word(name, known);
}

}  // namespace redouble
