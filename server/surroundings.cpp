// The real machine behind Surroundings.
#include <glob.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "engine/command_table.h"
#include "scripting/scripting.h"
#include "server/options.h"

namespace redouble {
namespace {

// No streams of the standard library in the binary's start: they begin with a locale.
std::string rest_of(std::FILE* file) {
  std::string text;
  char buffer[4096];
  std::size_t n;
  while ((n = std::fread(buffer, 1, sizeof buffer, file)) > 0) text.append(buffer, n);
  return text;
}

Surroundings::File read_whole(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return {std::nullopt, std::strerror(errno)};
  std::string text = rest_of(file);
  const bool failed = std::ferror(file) != 0;
  const int error = errno;
  std::fclose(file);
  if (failed) return {std::nullopt, std::strerror(error)};
  return {std::move(text), {}};
}

std::vector<std::string> matching_files(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  return paths;
}

std::string working_directory() {
  std::error_code error;
  const auto path = std::filesystem::current_path(error);
  return error ? std::string() : path.string();
}

std::string enter_directory(const std::string& path) {
  return ::chdir(path.c_str()) == 0 ? std::string() : std::strerror(errno);
}

std::string check_log_file(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "a");
  if (file == nullptr) return std::strerror(errno);
  std::fclose(file);
  return {};
}

}  // namespace

Surroundings real_surroundings() {
  return {.read_file = read_whole,
          .expand = matching_files,
          .read_standard_input = [] { return rest_of(stdin); },
          .working_directory = working_directory,
          .enter_directory = enter_directory,
          .check_log_file = check_log_file,
          .is_command =
              [](std::string_view name) {
                const Command* command = scripting().commands.find(name);
                return command != nullptr && command->name.find('|') == std::string_view::npos;
              },
          .colours = ::isatty(STDOUT_FILENO) == 1};
}

}  // namespace redouble
