// The configuration: every parameter of Redis 7.0.15 with its type, checks, default and present value.
//
// One row per parameter (config_table.cpp) tells all about it; Config holds the values and is what CONFIG
// GET, CONFIG SET, CONFIG REWRITE, configuration files and command lines speak to. It is pure: it opens
// nothing and applies nothing; whoever must act on a change (listen on another port, say) sets `on_change`.
// To add a parameter: an enumerator in setting.h and a row in the table, both in the order of names.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/setting.h"

namespace redouble {

enum class SettingKind : uint8_t {
  boolean,
  integer,
  choice,   // one word of a list
  choices,  // several words of a list, kept as bits
  text,
  special,  // has a grammar of its own
};

enum class SettingUnit : uint8_t { plain, memory, memory_or_percent, octal };

// Whether the parameter changes what redouble does. The others are checked, kept, reported and rewritten
// alike.
enum class Effect : uint8_t { full, none };

enum SettingFlag : uint16_t {
  kImmutable = 1 << 0,      // only a file or the command line may set it
  kSensitive = 1 << 1,      // its value is kept out of the slow log and MONITOR
  kHidden = 1 << 2,         // CONFIG GET shows it by its full name only
  kProtected = 1 << 3,      // CONFIG SET needs enable-protected-configs
  kDenyLoading = 1 << 4,    // not while a data set is being loaded
  kMultiArgument = 1 << 5,  // takes several words
  kUnreadable = 1 << 7,     // CONFIG GET does not show it at all
  kEmptyIsUnset = 1 << 6,   // an empty text is the absence of a value: CONFIG REWRITE drops the line
};

struct SettingWord {
  std::string_view name;
  int64_t value;
};

struct SettingRow {
  Setting setting;
  SettingKind kind;
  std::string_view name;
  std::string_view alias = {};
  uint16_t flags = 0;
  Effect effect = Effect::full;
  SettingUnit unit = SettingUnit::plain;
  int64_t default_number = 0;  // booleans, integers, choices
  int64_t lowest = 0;
  int64_t highest = 0;
  std::string_view default_text = {};  // texts, and specials that are kept as text
  std::span<const SettingWord> words = {};

  constexpr bool has(SettingFlag flag) const { return (flags & flag) != 0; }
};

// All rows, in the order of the enumeration and of the names.
std::span<const SettingRow> setting_rows();
const SettingRow& setting_row(Setting setting);

struct SettingName {
  std::string_view name;
  Setting setting;
  bool is_alias;
};

// Every name a parameter can be called by, aliases and hidden ones included, sorted.
std::span<const SettingName> setting_names();
// In any case; null when there is none.
const SettingName* find_setting(std::string_view name);

// The classes of keyspace notifications, as bits of notify-keyspace-events.
namespace notify {
inline constexpr uint32_t kKeyspace = 1 << 0;   // K
inline constexpr uint32_t kKeyevent = 1 << 1;   // E
inline constexpr uint32_t kGeneric = 1 << 2;    // g
inline constexpr uint32_t kString = 1 << 3;     // $
inline constexpr uint32_t kList = 1 << 4;       // l
inline constexpr uint32_t kSet = 1 << 5;        // s
inline constexpr uint32_t kHash = 1 << 6;       // h
inline constexpr uint32_t kSortedSet = 1 << 7;  // z
inline constexpr uint32_t kExpired = 1 << 8;    // x
inline constexpr uint32_t kEvicted = 1 << 9;    // e
inline constexpr uint32_t kStream = 1 << 10;    // t
inline constexpr uint32_t kKeyMiss = 1 << 11;   // m
inline constexpr uint32_t kModule = 1 << 12;    // d
inline constexpr uint32_t kNewKey = 1 << 13;    // n
inline constexpr uint32_t kAll =                // A
    kGeneric | kString | kList | kSet | kHash | kSortedSet | kExpired | kEvicted | kStream | kModule;
}  // namespace notify

// The letters of notify-keyspace-events; nothing when one is unknown.
std::optional<uint32_t> parse_notify_flags(std::string_view letters);
std::string format_notify_flags(uint32_t flags);

// Number with an optional unit (k kb m mb g gb b, in any case), modulo 2^64 as in Redis.
std::optional<uint64_t> parse_memory(std::string_view text);

enum class EvictionPolicy : uint8_t {
  volatile_lru,
  volatile_lfu,
  volatile_random,
  volatile_ttl,
  allkeys_lru,
  allkeys_lfu,
  allkeys_random,
  noeviction,
};

enum class LogLevel : uint8_t { debug, verbose, notice, warning };

// enable-debug-command, enable-protected-configs, enable-module-command.
enum class Permission : uint8_t { no, yes, local };

enum class ClientClass : uint8_t { normal, replica, pubsub };
inline constexpr size_t kClientClassCount = 3;

struct OutputLimit {
  uint64_t hard_bytes = 0;
  uint64_t soft_bytes = 0;
  int64_t soft_seconds = 0;
  bool operator==(const OutputLimit&) const = default;
};
inline constexpr std::array<OutputLimit, kClientClassCount> kDefaultOutputLimits = {
    {{0, 0, 0}, {256 << 20, 64 << 20, 60}, {32 << 20, 8 << 20, 60}}};

struct SavePoint {
  int64_t seconds;
  int64_t changes;
  bool operator==(const SavePoint&) const = default;
};

// Who asks for a CONFIG SET.
struct ConfigSetter {
  bool local = true;     // connected over loopback or a unix socket
  bool loading = false;  // a data set is being loaded
};

class Config {
 public:
  using Pair = std::pair<std::string_view, std::string_view>;

  Config();  // all defaults; costs one small copy

  // Booleans (0 or 1), integers, choices (their value) and notify-keyspace-events. A limit of 64 unsigned
  // bits (maxmemory) is to be cast; maxmemory-clients is negative when it is a percentage.
  int64_t number(Setting setting) const { return state_.numbers[static_cast<size_t>(setting)]; }
  bool flag(Setting setting) const { return number(setting) != 0; }
  // Texts, and of specials: bind, dir, replicaof. Valid until the parameter changes.
  std::string_view text(Setting setting) const;
  // Name of the chosen word.
  std::string_view word(Setting setting) const;

  EvictionPolicy eviction_policy() const {
    return static_cast<EvictionPolicy>(number(Setting::maxmemory_policy));
  }
  LogLevel log_level() const { return static_cast<LogLevel>(number(Setting::loglevel)); }
  Permission permission(Setting setting) const { return static_cast<Permission>(number(setting)); }
  uint32_t notify_flags() const { return static_cast<uint32_t>(number(Setting::notify_keyspace_events)); }
  const OutputLimit& output_limit(ClientClass client_class) const {
    return state_.output_limits[static_cast<size_t>(client_class)];
  }
  std::span<const SavePoint> save_points() const { return state_.save_points; }
  std::span<const double> latency_percentiles() const { return state_.percentiles; }
  std::span<const int64_t, 3> oom_score_adj_values() const { return state_.oom_score_adj_values; }
  std::vector<std::string_view> bind_addresses() const;

  // `user` lines: the name and its rules. Kept as they are; Acl checks and applies them.
  void declare_user(std::vector<std::string> words) { users_.push_back(std::move(words)); }
  std::span<const std::vector<std::string>> users() const { return users_; }

  // The value as CONFIG GET shows it.
  std::string value(Setting setting) const;

  // CONFIG GET: names and values, each name once, in the order of names. A name without glob characters is
  // answered as it was spelled.
  std::vector<std::pair<std::string, std::string>> get(std::span<const std::string_view> patterns) const;

  // CONFIG SET: all of them or none. Returns the error line, code first, or nothing when done.
  std::optional<std::string> set(std::span<const Pair> pairs, ConfigSetter setter = {});

  // One directive of a configuration file or command line, where immutable parameters may be set too and
  // several `save` lines add up. Returns the reason it was refused, or nothing. Does not call `on_change`.
  std::optional<std::string> load(Setting setting, std::span<const std::string> arguments);

  // Stores a text without any check, for an owner that knows better (the absolute form of `dir`).
  void assign_text(Setting setting, std::string text);
  // The same for a number (the port that the kernel chose).
  void assign_number(Setting setting, int64_t number) {
    state_.numbers[static_cast<size_t>(setting)] = number;
  }

  // Called after CONFIG SET stored all values, once for each changed one. A returned reason takes everything
  // back: the old values are restored and the hook is called again for those it had already seen.
  std::function<std::string(Setting)> on_change;

 private:
  struct State {
    std::array<int64_t, kSettingCount> numbers;
    std::array<OutputLimit, kClientClassCount> output_limits;
    std::array<int64_t, 3> oom_score_adj_values;
    std::vector<std::pair<Setting, std::string>> texts;  // only those that differ from their default
    std::vector<SavePoint> save_points;
    std::vector<double> percentiles;
  };
  // What storing a value came to: a reason when it was refused.
  struct Stored {
    bool changed = false;
    std::optional<std::string> refused = {};
  };
  using Words = std::span<const std::string_view>;

  Stored store(const SettingRow& row, Words words, bool loading_file);
  Stored store_number(const SettingRow& row, int64_t number);
  Stored store_text(const SettingRow& row, std::string_view text);
  Stored store_boolean(const SettingRow& row, std::string_view word);
  Stored store_integer(const SettingRow& row, std::string_view word);
  Stored store_choice(const SettingRow& row, Words words);
  Stored store_special(const SettingRow& row, Words words, bool loading_file);
  Stored store_save(Words words, bool loading_file);
  Stored store_output_limits(Words words);
  Stored store_oom_score_adj_values(Words words);
  Stored store_percentiles(Words words);
  Stored store_replicaof(const SettingRow& row, Words words);
  std::optional<std::string> refuse_pairs(std::span<const Pair> pairs, ConfigSetter setter,
                                          std::vector<const SettingName*>& names) const;
  std::optional<std::string> apply_changes(std::span<const SettingName* const> changed, const State& before);
  std::optional<std::string> check_text(Setting setting, std::string_view text) const;
  bool title_template_is_valid(std::string_view text) const;

  State state_;
  std::vector<std::vector<std::string>> users_;
  bool save_line_seen_ = false;  // the first `save` of a file replaces the defaults, later ones add
};

// What a bare `redouble` would report: the defaults, for comparing.
const Config& default_config();

}  // namespace redouble
