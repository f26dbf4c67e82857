// A line is a parameter, one of a few other directives, or a mistake. Reasons are Redis's where it has one.
#include "server/config_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "engine/acl.h"
#include "engine/config_values.h"
#include "protocol/split_args.h"
#include "server/suggestion.h"

namespace redouble {
namespace {

// Deep enough for any real tree of files; Redis follows a file that includes itself until its stack is full.
constexpr int kMaxIncludeDepth = 16;
// Within that depth, files that include one another several times would still be read without end.
constexpr int kMaxIncluded = 10'000;

constexpr std::string_view kBadDirective = "Bad directive or wrong number of arguments";
// Old directives without an effect that Redis still lets pass, with their one argument.
constexpr std::array<std::string_view, 3> kDeprecated = {"list-max-ziplist-entries", "list-max-ziplist-value",
                                                         "lua-replicate-commands"};

std::string_view trim(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_deprecated(std::string_view name) {
  return std::find(kDeprecated.begin(), kDeprecated.end(), name) != kDeprecated.end();
}

// What the directive was most likely meant to be, as a line of its own.
std::string suggestion(const std::string& directive) {
  const bool known_itself = directive == "include" || directive == "rename-command" || directive == "user" ||
                            directive == "loadmodule" || is_deprecated(directive);
  if (known_itself) return {};  // with a wrong number of arguments
  if (const std::size_t equals = directive.find('='); equals != std::string::npos) {
    const auto name = directive.substr(0, equals);
    if (find_setting(name) != nullptr)
      return fmt::format("\nDid you mean '{} {}'?", name, directive.substr(equals + 1));
  }
  static constexpr std::string_view kOther[] = {
      "include",     "rename-command", "announce",  "compatibility", "exit-with-parent",
      "help",        "ping",           "port-file", "tls",           "tls-names",
      "tls-present", "tls-write-to",   "version"};
  const auto nearest = nearest_setting(directive, kOther);
  return nearest.empty() ? "" : fmt::format("\nDid you mean '{}'?", nearest);
}

bool is_pattern(std::string_view path) {
  return path.find_first_of("*?[") != std::string_view::npos;
}

}  // namespace

bool ConfigReader::read_text(std::string_view text) {
  for (int number = 1;; ++number) {
    const std::size_t end = text.find('\n');
    const auto line = trim(text.substr(0, end));
    const std::string reason = read_line(line);
    if (!failure_.empty()) return false;  // of a file that this line includes
    if (!reason.empty()) {
      fail_at(number, line, reason);
      return false;
    }
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

bool ConfigReader::check_whole() {
  const Config& config = options_.config;
  if (const std::string log(config.text(Setting::logfile)); !log.empty())
    if (const auto reason = surroundings_.check_log_file(log); !reason.empty())
      fail("Can't open the log file: " + reason);
  if (config.flag(Setting::cluster_enabled) && !config.text(Setting::replicaof).empty())
    fail("replicaof directive not allowed in cluster mode");
  return failure_.empty();
}

std::string ConfigReader::read_line(std::string_view line) {
  if (line.empty() || line[0] == '#') return {};
  auto words = split_args(line);
  if (!words) return "Unbalanced quotes in configuration line";
  if (words->empty()) return {};
  words->front() = to_lower(words->front());
  if (const auto* name = find_setting(words->front())) return read_setting(name->setting, *words);
  return read_other_directive(*words);
}

std::string ConfigReader::read_setting(Setting setting, const Words& words) {
  Config& config = options_.config;
  bool* const any = setting == Setting::port       ? &options_.any_port
                    : setting == Setting::tls_port ? &options_.any_tls_port
                                                   : nullptr;
  if (any != nullptr) {
    *any = words.size() == 2 && equal_ignoring_case(words[1], "auto");
    if (*any) return {};
  }
  const Words arguments(words.begin() + 1, words.end());
  if (const auto reason = config.load(setting, arguments)) return *reason;
  if (setting == Setting::dir) return enter_directory(arguments[0]);
  if (setting_row(setting).effect == Effect::none) {
    auto& given = options_.without_effect;
    if (std::find(given.begin(), given.end(), setting) == given.end()) given.push_back(setting);
  }
  return {};
}

std::string ConfigReader::read_other_directive(const Words& words) {
  const std::string& name = words[0];
  if (is_deprecated(name) && words.size() == 2) return {};
  if (name == "include" && words.size() == 2) return include(words[1]);
  if (name == "rename-command" && words.size() == 3) return rename_command(words);
  if (name == "user" && words.size() >= 2) return declare_user(words);
  if (name == "loadmodule" && words.size() >= 2) return "modules are not supported by redouble";
  if (name.find('.') != std::string::npos && name.find('=') == std::string::npos)
    return words.size() == 2 ? "modules are not supported by redouble"
                             : "Module config specified without value";
  if (name == "sentinel")
    return words.size() == 1 ? "redouble has no sentinel mode"
                             : "sentinel directive while not in sentinel mode";
  return std::string(kBadDirective) + suggestion(name);
}

std::string ConfigReader::declare_user(const Words& words) {
  Words declaration(words.begin() + 1, words.end());
  std::string reason = check_user_declaration(options_.config.users(), declaration);
  if (reason.empty()) options_.config.declare_user(std::move(declaration));
  return reason;
}

std::string ConfigReader::rename_command(const Words& words) {
  const std::string from = to_lower(words[1]);
  const std::string to = to_lower(words[2]);
  if (!command_exists(from)) return "No such command in rename-command";
  renames_[from] = false;
  if (!to.empty()) {
    if (command_exists(to)) return "Target command name already exists";
    renames_[to] = true;
  }
  options_.renamed_commands.emplace_back(words[1], words[2]);
  return {};
}

bool ConfigReader::command_exists(const std::string& lower_name) const {
  const auto renamed = renames_.find(lower_name);
  return renamed != renames_.end() ? renamed->second : surroundings_.is_command(lower_name);
}

std::string ConfigReader::include(const std::string& path) {
  if (depth_ == kMaxIncludeDepth)
    return fmt::format("files include one another more than {} deep: does one include itself?",
                       kMaxIncludeDepth);
  const auto texts = open(path);
  if (!texts) return {};
  ++depth_;
  std::string reason;
  for (const auto& text : *texts) {
    if (++included_ > kMaxIncluded)
      reason = fmt::format("more than {} files are included: do they include one another?", kMaxIncluded);
    if (!reason.empty() || !read_text(text)) break;
  }
  --depth_;
  return reason;
}

std::optional<std::vector<std::string>> ConfigReader::open(const std::string& path) {
  std::vector<std::string> paths = {path};
  if (is_pattern(path)) paths = surroundings_.expand(path);
  std::vector<std::string> texts;
  for (const auto& each : paths) {
    auto file = surroundings_.read_file(each);
    if (!file.text) {
      failure_ = fmt::format("Fatal error, can't open config file '{}': {}\n", each, file.failure);
      return std::nullopt;
    }
    texts.push_back(std::move(*file.text));
  }
  return texts;
}

// Relative paths that follow (include, log, socket) start there, as in Redis.
std::string ConfigReader::enter_directory(const std::string& path) {
  if (auto reason = surroundings_.enter_directory(path); !reason.empty()) return reason;
  options_.config.assign_text(Setting::dir, surroundings_.working_directory());
  return {};
}

void ConfigReader::fail(std::string_view reason) {
  failure_ = fmt::format("\n*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\n{}\n", reason);
}

void ConfigReader::fail_at(int line_number, std::string_view line, std::string_view reason) {
  fail(fmt::format("Reading the configuration file, at line {}\n>>> '{}'\n{}", line_number, line, reason));
}

}  // namespace redouble
