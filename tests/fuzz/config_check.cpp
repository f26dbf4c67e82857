// Reads configuration files as the binary does when it starts, and has an engine rewrite what it read.
#include <optional>

#include "engine/command_table.h"
#include "engine/engine.h"
#include "protocol/reply_parser.h"
#include "scripting/scripting.h"
#include "server/options.h"
#include "tests/fuzz/acl_lines.h"
#include "tests/fuzz/checks.h"
#include "tests/fuzz/files.h"

namespace redouble {
namespace {

constexpr std::string_view kFile = "/etc/0.conf";

Startup start(FilesInMemory& machine) {
  std::string directory = "/etc";
  const Surroundings surroundings{
      .read_file = [&](const std::string& path) -> Surroundings::File {
        const bool absolute = path.starts_with('/');
        auto text = machine.read_file(absolute ? path : directory + '/' + path);
        return {std::move(text), "No such file or directory"};
      },
      .expand =
          [&](const std::string&) {
            std::vector<std::string> paths;
            for (const auto& [path, text] : machine.files) paths.push_back(path);
            return paths;
          },
      .read_standard_input = [] { return std::string(); },
      .working_directory = [&] { return directory; },
      .enter_directory = [](const std::string&) { return std::string(); },
      .check_log_file = [](const std::string&) { return std::string(); },
      .is_command = [](std::string_view name) { return scripting().commands.find(name) != nullptr; }};
  return read_command_line(std::vector<std::string>{std::string(kFile)}, surroundings);
}

// Every parameter with its value, and the users.
std::vector<std::string> told(const Engine& engine) {
  std::vector<std::string> lines;
  for (const SettingRow& row : setting_rows())
    lines.push_back(std::string(row.name) + ' ' + engine.config.value(row.setting));
  for (std::string& line : acl_lines(engine.acl)) lines.push_back(std::move(line));
  return lines;
}

// The first line of either that is another one.
std::string difference(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  for (std::size_t i = 0; i < before.size() && i < after.size(); ++i)
    if (before[i] != after[i]) return "'" + before[i] + "' became '" + after[i] + "'";
  return before.size() == after.size() ? std::string() : "the number of users is another one";
}

}  // namespace

std::string config_problem(std::string_view input) {
  FilesInMemory machine;
  for (int number = 0; !input.empty() || number == 0; ++number) {
    const std::size_t end = std::min(input.find('\f'), input.size());
    machine.files["/etc/" + std::to_string(number) + ".conf"] = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  const Startup first = start(machine);
  if (first.action != Startup::Action::serve)
    return first.text.empty() ? "a start that fails without a word" : std::string();

  ManualClock clock;
  machine.config_file = kFile;
  Engine engine(clock, first.options.config, machine, 1, scripting());
  for (const auto& [from, to] : first.options.renamed_commands) engine.rename_command(from, to);
  if (!engine.acl.load_configured().empty()) return {};
  Session& client = engine.connect_internal();
  const std::string_view rewrite[] = {"CONFIG", "REWRITE"};
  engine.execute(client, rewrite);
  const std::string reply(client.out.view());
  // CONFIG may have another name.
  if (reply != "+OK\r\n") return reply.starts_with('-') ? std::string() : "CONFIG REWRITE: " + reply;

  const Startup second = start(machine);
  if (second.action != Startup::Action::serve) return "what CONFIG REWRITE wrote is refused: " + second.text;
  Engine again(clock, second.options.config, machine, 1, scripting());
  if (const auto reason = again.acl.load_configured(); !reason.empty())
    return "the users that CONFIG REWRITE wrote are refused: " + reason;
  return difference(told(engine), told(again));
}

}  // namespace redouble
