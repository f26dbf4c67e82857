// Config: reading, CONFIG GET and CONFIG SET. How a value is checked and stored is in config_store.cpp.
#include "engine/config.h"

#include <algorithm>

#include "engine/config_values.h"
#include "engine/glob.h"

namespace redouble {
namespace {

const std::array<int64_t, kSettingCount>& default_numbers() {
  static const auto numbers = [] {
    std::array<int64_t, kSettingCount> result{};
    for (const auto& row : setting_rows()) result[static_cast<size_t>(row.setting)] = row.default_number;
    return result;
  }();
  return numbers;
}

// %f without its trailing zeros.
std::string format_percentile(double percentile) {
  std::string text = std::to_string(percentile);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

template <typename Items, typename Format>
std::string join(const Items& items, Format format) {
  std::string joined;
  for (const auto& item : items) {
    if (!joined.empty()) joined += ' ';
    joined += format(item);
  }
  return joined;
}

std::string format_number(const SettingRow& row, int64_t number) {
  switch (row.unit) {
    case SettingUnit::plain:
      return std::to_string(number);
    case SettingUnit::memory:
      return std::to_string(static_cast<uint64_t>(number));
    case SettingUnit::memory_or_percent:
      return number < 0 ? std::to_string(-number) + '%' : std::to_string(number);
    case SettingUnit::octal: {
      std::string digits;
      for (auto left = static_cast<uint64_t>(number); left != 0; left >>= 3) {
        digits.insert(digits.begin(), static_cast<char>('0' + (left & 7)));
      }
      return digits.empty() ? "0" : digits;
    }
  }
  return {};
}

std::string format_choices(const SettingRow& row, int64_t bits) {
  std::string joined;
  for (const auto& word : row.words) {
    const bool chosen = word.value == 0 ? bits == 0 : (bits & word.value) != 0;
    if (!chosen) continue;
    if (!joined.empty()) joined += ' ';
    joined += word.name;
  }
  return joined;
}

std::string format_output_limits(const Config& config) {
  static constexpr std::array<std::string_view, kClientClassCount> kNames = {"normal", "slave", "pubsub"};
  std::string joined;
  for (size_t i = 0; i < kClientClassCount; ++i) {
    const auto& limit = config.output_limit(static_cast<ClientClass>(i));
    if (i > 0) joined += ' ';
    joined.append(kNames[i]).append(" ").append(std::to_string(limit.hard_bytes));
    joined.append(" ").append(std::to_string(limit.soft_bytes));
    joined.append(" ").append(std::to_string(limit.soft_seconds));
  }
  return joined;
}

std::string set_failed(std::string_view name, std::string_view reason) {
  std::string error = "ERR CONFIG SET failed (possibly related to argument '";
  return error.append(name).append("') - ").append(reason);
}

bool is_glob(std::string_view pattern) {
  return pattern.find_first_of("[*?") != std::string_view::npos;
}

}  // namespace

Config::Config()
    : state_{.numbers = default_numbers(),
             .output_limits = kDefaultOutputLimits,
             .oom_score_adj_values = {0, 200, 800},
             .texts = {},
             .save_points = {{3600, 1}, {300, 100}, {60, 10000}},
             .percentiles = {50.0, 99.0, 99.9}} {}

std::string_view Config::text(Setting setting) const {
  const auto found = std::ranges::find(state_.texts, setting, &std::pair<Setting, std::string>::first);
  return found != state_.texts.end() ? std::string_view(found->second) : setting_row(setting).default_text;
}

std::string_view Config::word(Setting setting) const {
  const auto& words = setting_row(setting).words;
  const auto found = std::ranges::find(words, number(setting), &SettingWord::value);
  return found != words.end() ? found->name : std::string_view{};
}

std::vector<std::string_view> Config::bind_addresses() const {
  return split_words(text(Setting::bind));
}

std::string Config::value(Setting setting) const {
  const auto& row = setting_row(setting);
  switch (row.kind) {
    case SettingKind::boolean:
      return flag(setting) ? "yes" : "no";
    case SettingKind::integer:
      return format_number(row, number(setting));
    case SettingKind::choice:
      return std::string(word(setting));
    case SettingKind::choices:
      return format_choices(row, number(setting));
    case SettingKind::text:
      return std::string(text(setting));
    case SettingKind::special:
      break;
  }
  switch (setting) {
    case Setting::save:
      return join(state_.save_points, [](const SavePoint& point) {
        return std::to_string(point.seconds) + ' ' + std::to_string(point.changes);
      });
    case Setting::client_output_buffer_limit:
      return format_output_limits(*this);
    case Setting::oom_score_adj_values:
      return join(state_.oom_score_adj_values, [](int64_t score) { return std::to_string(score); });
    case Setting::latency_tracking_info_percentiles:
      return join(state_.percentiles, format_percentile);
    case Setting::notify_keyspace_events:
      return format_notify_flags(notify_flags());
    default:
      return std::string(text(setting));
  }
}

std::vector<std::pair<std::string, std::string>> Config::get(
    std::span<const std::string_view> patterns) const {
  const auto names = setting_names();
  std::vector<std::string> spelled(names.size());  // how each name is to be answered; empty: not at all
  for (const auto pattern : patterns) {
    if (!is_glob(pattern)) {
      const auto* found = find_setting(pattern);
      if (found == nullptr || setting_row(found->setting).has(kUnreadable)) continue;
      auto& spelling = spelled[static_cast<size_t>(found - names.data())];
      if (spelling.empty()) spelling = pattern;
      continue;
    }
    for (size_t i = 0; i < names.size(); ++i) {
      if (!spelled[i].empty() || setting_row(names[i].setting).has(kHidden)) continue;
      if (glob_match(pattern, names[i].name, true)) spelled[i] = names[i].name;
    }
  }
  std::vector<std::pair<std::string, std::string>> result;
  for (size_t i = 0; i < names.size(); ++i) {
    if (!spelled[i].empty()) result.emplace_back(std::move(spelled[i]), value(names[i].setting));
  }
  return result;
}

// Whether the names may be set at all, by this client and together. Fills in what they name.
std::optional<std::string> Config::refuse_pairs(std::span<const Pair> pairs, ConfigSetter setter,
                                                std::vector<const SettingName*>& names) const {
  const auto allowed = [&](Permission permission) {
    return permission == Permission::yes || (permission == Permission::local && setter.local);
  };
  for (const auto& [name, value] : pairs) {
    const auto* found = find_setting(name);
    if (found == nullptr) {
      std::string error = "ERR Unknown option or number of arguments for CONFIG SET - '";
      return error.append(name).append("'");
    }
    const auto& row = setting_row(found->setting);
    if (row.has(kImmutable)) return set_failed(name, "can't set immutable config");
    if (row.has(kProtected) && !allowed(permission(Setting::enable_protected_configs))) {
      return set_failed(name, "can't set protected config");
    }
    if (row.has(kDenyLoading) && setter.loading) {
      return "LOADING Redis is loading the dataset in memory";
    }
    // A name and its alias may stand side by side, as in Redis.
    if (std::ranges::find(names, found) != names.end()) return set_failed(name, "duplicate parameter");
    names.push_back(found);
  }
  return std::nullopt;
}

std::optional<std::string> Config::apply_changes(std::span<const SettingName* const> changed,
                                                 const State& before) {
  if (!on_change) return std::nullopt;
  for (size_t i = 0; i < changed.size(); ++i) {
    const std::string reason = on_change(changed[i]->setting);
    if (reason.empty()) continue;
    state_ = before;
    for (size_t j = 0; j <= i; ++j) on_change(changed[j]->setting);
    return set_failed(changed[i]->name, reason);
  }
  return std::nullopt;
}

std::optional<std::string> Config::set(std::span<const Pair> pairs, ConfigSetter setter) {
  std::vector<const SettingName*> names;
  if (auto error = refuse_pairs(pairs, setter, names)) return error;
  const State before = state_;
  std::vector<const SettingName*> changed;
  for (size_t i = 0; i < pairs.size(); ++i) {
    const auto& row = setting_row(names[i]->setting);
    const auto value = pairs[i].second;
    const Words whole(&value, 1);
    const auto stored =
        row.has(kMultiArgument) ? store(row, split_words(value), false) : store(row, whole, false);
    if (stored.refused) {
      state_ = before;
      return set_failed(names[i]->name, *stored.refused);
    }
    if (stored.changed) changed.push_back(names[i]);
  }
  return apply_changes(changed, before);
}

std::optional<std::string> Config::load(Setting setting, std::span<const std::string> arguments) {
  const auto& row = setting_row(setting);
  std::vector<std::string_view> words(arguments.begin(), arguments.end());
  if (!row.has(kMultiArgument) && words.size() != 1) return "wrong number of arguments";
  if (row.has(kMultiArgument) && words.size() == 1) words = split_words(words[0]);
  return store(row, words, true).refused;
}

const Config& default_config() {
  static const Config config;
  return config;
}

}  // namespace redouble
