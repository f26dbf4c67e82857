// Log lines in redis-server's form, which tools wait for: "PID:M DD Mon YYYY HH:MM:SS.mmm * text".
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "engine/config.h"

namespace redouble {

class LogFile {
 public:
  /// An empty path is the standard output. Throws std::runtime_error when the file cannot be opened.
  explicit LogFile(const std::string& path);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  /// Writes and flushes one line.
  void write(LogLevel level, std::string_view text);

 private:
  std::FILE* file_;
};

}  // namespace redouble
