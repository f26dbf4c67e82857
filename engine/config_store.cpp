// Config: the checks of each kind of parameter, and storing what passed them. Texts are those of Redis.
#include <algorithm>
#include <cmath>

#include "engine/config.h"
#include "engine/config_values.h"
#include "protocol/number.h"

namespace redouble {
namespace {

constexpr int64_t kLowestHz = 1;
constexpr int64_t kHighestHz = 500;
constexpr int64_t kLowestBacklog = 16 * 1024;
constexpr size_t kMaxBindAddresses = 16;
constexpr size_t kMaxHostname = 256;
constexpr int64_t kShutdownSave = 1;
constexpr int64_t kShutdownNosave = 2;

// Redis keeps most values as C strings; passwords may hold any byte.
std::string_view until_nul(std::string_view text) {
  return text.substr(0, text.find('\0'));
}

std::string between(const std::string& lowest, const std::string& highest) {
  return "argument must be between " + lowest + " and " + highest + " inclusive";
}

std::string unknown_word(const SettingRow& row) {
  std::string reason = "argument(s) must be one of the following: ";
  for (const auto& word : row.words) {
    if (&word != row.words.data()) reason += ", ";
    reason += word.name;
  }
  return reason;
}

const SettingWord* find_word(const SettingRow& row, std::string_view name) {
  for (const auto& word : row.words) {
    if (equal_ignoring_case(word.name, name)) return &word;
  }
  return nullptr;
}

std::optional<int64_t> read_number(SettingUnit unit, std::string_view word) {
  switch (unit) {
    case SettingUnit::plain:
      return parse_int64(word);
    case SettingUnit::memory_or_percent:
      if (word.size() > 1 && word.back() == '%') {
        const auto percent = parse_int64(word.substr(0, word.size() - 1));
        if (percent && *percent >= 0) return -*percent;
      }
      [[fallthrough]];
    case SettingUnit::memory: {
      const auto bytes = parse_memory(word);
      return bytes ? std::optional(static_cast<int64_t>(*bytes)) : std::nullopt;
    }
    case SettingUnit::octal: {
      const auto number = parse_c_integer(word, 8);
      return number && !number->overflowed ? std::optional(number->value) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::string not_a_number(SettingUnit unit) {
  switch (unit) {
    case SettingUnit::plain:
      break;
    case SettingUnit::memory:
      return "argument must be a memory value";
    case SettingUnit::memory_or_percent:
      return "argument must be a memory or percent value";
    case SettingUnit::octal:
      return "argument couldn't be parsed as an octal number";
  }
  return "argument couldn't be parsed into an integer";
}

std::optional<std::string> check_bounds(const SettingRow& row, int64_t number) {
  if (row.unit == SettingUnit::memory_or_percent && number < 0) {
    if (number >= row.lowest) return std::nullopt;
    return "percentage argument must be less or equal to " + std::to_string(-row.lowest);
  }
  if (number >= row.lowest && number <= row.highest) return std::nullopt;
  // The one octal parameter is a file mode of three digits.
  if (row.unit == SettingUnit::octal) return between("0", "777");
  return between(std::to_string(row.lowest), std::to_string(row.highest));
}

std::optional<std::string> check_file_name(std::string_view parameter, std::string_view name,
                                           bool may_be_empty, std::string_view what) {
  if (name.empty() && !may_be_empty) return std::string(parameter) + " can't be empty";
  if (name.find_first_of("/\\") == std::string_view::npos) return std::nullopt;
  return std::string(parameter) + " can't be a path, just a " + std::string(what);
}

std::optional<std::string> check_hostname(std::string_view name) {
  if (name.size() >= kMaxHostname) return "Hostnames must be less than 256 characters";
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  if (std::ranges::all_of(name, allowed)) return std::nullopt;
  return "Hostnames may only contain alphanumeric characters, hyphens or dots";
}

}  // namespace

Config::Stored Config::store(const SettingRow& row, Words words, bool loading_file) {
  switch (row.kind) {
    case SettingKind::boolean:
      return store_boolean(row, until_nul(words[0]));
    case SettingKind::integer:
      return store_integer(row, row.unit == SettingUnit::plain ? words[0] : until_nul(words[0]));
    case SettingKind::choice:
    case SettingKind::choices:
      return store_choice(row, words);
    case SettingKind::text: {
      const auto text = row.has(kSensitive) ? words[0] : until_nul(words[0]);
      if (auto reason = check_text(row.setting, text)) return {.refused = reason};
      return store_text(row, text);
    }
    case SettingKind::special:
      break;
  }
  return store_special(row, words, loading_file);
}

Config::Stored Config::store_number(const SettingRow& row, int64_t number) {
  auto& present = state_.numbers[static_cast<size_t>(row.setting)];
  const bool changed = present != number;
  present = number;
  return {.changed = changed};
}

Config::Stored Config::store_text(const SettingRow& row, std::string_view text) {
  if (this->text(row.setting) == text) return {};
  assign_text(row.setting, std::string(text));
  return {.changed = true};
}

void Config::assign_text(Setting setting, std::string text) {
  const auto is_same = [&](const auto& entry) { return entry.first == setting; };
  std::erase_if(state_.texts, is_same);
  if (text != setting_row(setting).default_text) state_.texts.emplace_back(setting, std::move(text));
}

Config::Stored Config::store_boolean(const SettingRow& row, std::string_view word) {
  const bool yes = equal_ignoring_case(word, "yes");
  if (!yes && !equal_ignoring_case(word, "no")) return {.refused = "argument must be 'yes' or 'no'"};
  if (yes && row.setting == Setting::activedefrag) {
    return {.refused =
                "Active defragmentation cannot be enabled: it requires a Redis server compiled with a "
                "modified Jemalloc like the one shipped by default with the Redis source distribution"};
  }
  return store_number(row, yes ? 1 : 0);
}

Config::Stored Config::store_integer(const SettingRow& row, std::string_view word) {
  auto number = read_number(row.unit, word);
  if (!number) return {.refused = not_a_number(row.unit)};
  if (auto reason = check_bounds(row, *number)) return {.refused = reason};
  // Some numbers are accepted whatever they are, and brought into the range that makes sense.
  if (row.setting == Setting::hz) number = std::clamp(*number, kLowestHz, kHighestHz);
  if (row.setting == Setting::repl_backlog_size) number = std::max(*number, kLowestBacklog);
  return store_number(row, *number);
}

Config::Stored Config::store_choice(const SettingRow& row, Words words) {
  int64_t value = 0;
  for (const auto name : words) {
    const auto* word = find_word(row, until_nul(name));
    if (word == nullptr) return {.refused = unknown_word(row)};
    value |= word->value;
  }
  if (words.empty()) return {.refused = unknown_word(row)};
  if (row.kind == SettingKind::choices && (value & kShutdownSave) != 0 && (value & kShutdownNosave) != 0) {
    return {.refused = "shutdown options SAVE and NOSAVE can't be used simultaneously"};
  }
  return store_number(row, value);
}

std::optional<std::string> Config::check_text(Setting setting, std::string_view text) const {
  switch (setting) {
    case Setting::dbfilename:
      return check_file_name("dbfilename", text, true, "filename");
    case Setting::appendfilename:
      return check_file_name("appendfilename", text, false, "filename");
    case Setting::appenddirname:
      return check_file_name("appenddirname", text, false, "dirname");
    case Setting::cluster_announce_hostname:
      return check_hostname(text);
    case Setting::proc_title_template:
      if (title_template_is_valid(text)) return std::nullopt;
      return "template format is invalid or contains unknown variables";
    default:
      return std::nullopt;
  }
}

// A template must be well formed and must not come out blank with the values of this moment.
bool Config::title_template_is_valid(std::string_view text) const {
  const auto variable = [&](std::string_view name) -> std::optional<std::string> {
    if (name == "title") return "";
    if (name == "listen-addr") return "address";
    if (name == "server-mode") return flag(Setting::cluster_enabled) ? "[cluster]" : "";
    if (name == "port") return value(Setting::port);
    if (name == "tls-port") return value(Setting::tls_port);
    if (name == "unixsocket") return value(Setting::unixsocket);
    if (name == "config-file") return "file";
    return std::nullopt;
  };
  const auto title = expand_title_template(text, variable);
  return title && title->find_first_not_of(' ') != std::string::npos;
}

Config::Stored Config::store_special(const SettingRow& row, Words words, bool loading_file) {
  switch (row.setting) {
    case Setting::save:
      return store_save(words, loading_file);
    case Setting::client_output_buffer_limit:
      return store_output_limits(words);
    case Setting::oom_score_adj_values:
      return store_oom_score_adj_values(words);
    case Setting::latency_tracking_info_percentiles:
      return store_percentiles(words);
    case Setting::replicaof:
      return store_replicaof(row, words);
    case Setting::notify_keyspace_events: {
      const auto flags = parse_notify_flags(words[0]);
      if (!flags) return {.refused = "Invalid event class character. Use 'Ag$lshzxeKEtmdn'."};
      return store_number(row, *flags);
    }
    case Setting::bind: {
      if (words.size() > kMaxBindAddresses) return {.refused = "Too many bind addresses specified."};
      std::string joined;
      for (const auto address : words) joined.append(joined.empty() ? "" : " ").append(address);
      return store_text(row, joined);
    }
    default:
      return store_text(row, words[0]);  // dir
  }
}

Config::Stored Config::store_save(Words words, bool loading_file) {
  if (words.size() == 1 && words[0].empty()) words = {};
  if (words.size() % 2 != 0) return {.refused = "Invalid save parameters"};
  std::vector<SavePoint> points;
  if (loading_file && save_line_seen_ && !words.empty()) points = state_.save_points;
  for (size_t i = 0; i < words.size(); i += 2) {
    const auto seconds = parse_c_integer(words[i], 10);
    const auto changes = parse_c_integer(words[i + 1], 10);
    if (!seconds || !changes || seconds->value < 1 || changes->value < 0) {
      return {.refused = "Invalid save parameters"};
    }
    // Redis keeps the changes in 32 bits.
    points.push_back({seconds->value, static_cast<int32_t>(changes->value)});
  }
  if (loading_file) save_line_seen_ = true;
  const bool changed = points != state_.save_points;
  state_.save_points = std::move(points);
  return {.changed = changed};
}

Config::Stored Config::store_output_limits(Words words) {
  if (words.size() % 4 != 0) {
    return {.refused = "Wrong number of arguments in buffer limit configuration."};
  }
  auto limits = state_.output_limits;
  for (size_t i = 0; i < words.size(); i += 4) {
    size_t client_class = 0;
    if (equal_ignoring_case(words[i], "slave") || equal_ignoring_case(words[i], "replica")) {
      client_class = static_cast<size_t>(ClientClass::replica);
    } else if (equal_ignoring_case(words[i], "pubsub")) {
      client_class = static_cast<size_t>(ClientClass::pubsub);
    } else if (!equal_ignoring_case(words[i], "normal")) {
      return {.refused = "Invalid client class specified in buffer limit configuration."};
    }
    const auto hard = parse_memory(words[i + 1]);
    const auto soft = parse_memory(words[i + 2]);
    const auto seconds = parse_c_integer(words[i + 3], 10);
    // Redis keeps the seconds in 32 bits.
    if (!hard || !soft || !seconds || static_cast<int32_t>(seconds->value) < 0) {
      return {.refused = "Error in hard, soft or soft_seconds setting in buffer limit configuration."};
    }
    limits[client_class] = {*hard, *soft, static_cast<int32_t>(seconds->value)};
  }
  const bool changed = limits != state_.output_limits;
  state_.output_limits = limits;
  return {.changed = changed};
}

Config::Stored Config::store_oom_score_adj_values(Words words) {
  std::array<int64_t, 3> scores{};
  if (words.size() != scores.size()) return {.refused = "wrong number of arguments"};
  for (size_t i = 0; i < scores.size(); ++i) {
    const auto score = parse_c_integer(words[i], 10);
    if (!score || score->value < -2000 || score->value > 2000) {
      return {.refused = "Invalid oom-score-adj-values, elements must be between -2000 and 2000."};
    }
    scores[i] = score->value;
  }
  const bool changed = scores != state_.oom_score_adj_values;
  state_.oom_score_adj_values = scores;
  return {.changed = changed};
}

Config::Stored Config::store_percentiles(Words words) {
  if (words.size() == 1 && words[0].empty()) words = {};
  std::vector<double> percentiles;
  for (const auto word : words) {
    const auto percentile = parse_double(word);
    if (!percentile) return {.refused = "Invalid latency-tracking-info-percentiles parameters"};
    if (*percentile > 100.0 || *percentile < 0.0) {
      return {.refused = "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]"};
    }
    percentiles.push_back(*percentile);
  }
  const bool changed = percentiles != state_.percentiles;
  state_.percentiles = std::move(percentiles);
  return {.changed = changed};
}

Config::Stored Config::store_replicaof(const SettingRow& row, Words words) {
  if (words.size() != 2) return {.refused = "wrong number of arguments"};
  if (equal_ignoring_case(words[0], "no") && equal_ignoring_case(words[1], "one")) return store_text(row, "");
  const auto port = parse_c_integer(words[1], 10);
  if (!port || port->value < 0 || port->value > 65535) return {.refused = "Invalid master port"};
  return store_text(row, std::string(words[0]) + ' ' + std::to_string(port->value));
}

}  // namespace redouble
