// Reads the way redis-server is started: [FILE | -] [--name value ...] ..., with include and standard input,
// and redouble's own flags. Later settings win over earlier ones.
//
// Nothing here touches the machine: files, the working directory and standard input are asked of
// Surroundings. A mistake ends in Redis's message for it, with the line, and a suggestion where there is a
// likely one.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/standalone.h"

namespace redouble {

struct Surroundings {
  struct File {
    std::optional<std::string> text;
    std::string failure;  // why there is no text
  };
  std::function<File(const std::string& path)> read_file;
  std::function<std::vector<std::string>(const std::string& pattern)> expand;  // files that match, sorted
  std::function<std::string()> read_standard_input;
  std::function<std::string()> working_directory;
  // These two return the reason of a failure, or nothing.
  std::function<std::string(const std::string& path)> enter_directory;
  std::function<std::string(const std::string& path)> check_log_file;
  std::function<bool(std::string_view name)> is_command;
  bool colours = false;  // standard output is a terminal
};

// The machine this process runs on. `dir` changes the process's working directory.
Surroundings real_surroundings();

struct Startup {
  enum class Action { serve, print, fail, ping };
  Action action = Action::serve;
  std::string text;  // print: for standard output; fail: for standard error; ping: the URL
  StandaloneOptions options;
};

// `arguments` without the program's own name.
Startup read_command_line(std::span<const std::string> arguments, const Surroundings& surroundings);

// What --help and --version print.
std::string help_text(bool colours);
std::string version_text();

}  // namespace redouble
