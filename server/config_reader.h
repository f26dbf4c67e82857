// Reads configuration text, line by line, into the options of a server. See options.h.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/options.h"

namespace redouble {

class ConfigReader {
 public:
  ConfigReader(const Surroundings& surroundings, StandaloneOptions& options)
      : surroundings_(surroundings), options_(options) {}

  // Each returns false when there was a mistake; then `failure` is the message about it.
  bool read_text(std::string_view text);
  // What only makes sense when all has been read.
  bool check_whole();
  const std::string& failure() const { return failure_; }

  // The text of a file, or of all that match a pattern; nothing when one cannot be opened.
  std::optional<std::vector<std::string>> open(const std::string& path);

 private:
  using Words = std::vector<std::string>;

  std::string read_line(std::string_view line);
  std::string read_setting(Setting setting, const Words& words);
  std::string read_other_directive(const Words& words);
  std::string declare_user(const Words& words);
  std::string rename_command(const Words& words);
  std::string include(const std::string& path);
  std::string enter_directory(const std::string& path);
  bool command_exists(const std::string& lower_name) const;
  void fail(std::string_view reason);
  void fail_at(int line_number, std::string_view line, std::string_view reason);

  const Surroundings& surroundings_;
  StandaloneOptions& options_;
  std::string failure_;
  int depth_ = 0;                                     // of files that include files
  int included_ = 0;                                  // files so far
  std::map<std::string, bool, std::less<>> renames_;  // names that came into being (true) or went (false)
};

}  // namespace redouble
