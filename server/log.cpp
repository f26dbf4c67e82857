// See log.h: one line a call, flushed at once.
#include "server/log.h"

#include <fmt/format.h>

#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <stdexcept>

namespace redouble {

LogFile::LogFile(const std::string& path) : file_(path.empty() ? stdout : std::fopen(path.c_str(), "a")) {
  if (file_ == nullptr)
    throw std::runtime_error(fmt::format("Can't open the log file: {} ({})", path, std::strerror(errno)));
}

LogFile::~LogFile() {
  if (file_ != stdout) std::fclose(file_);
}

void LogFile::write(LogLevel level, std::string_view text) {
  constexpr char kMarks[] = {'.', '-', '*', '#'};
  timeval now{};
  ::gettimeofday(&now, nullptr);
  std::tm local{};
  ::localtime_r(&now.tv_sec, &local);
  char date[64];
  std::strftime(date, sizeof date, "%d %b %Y %H:%M:%S", &local);
  const std::string line = fmt::format("{}:M {}.{:03} {} {}\n", ::getpid(), date, now.tv_usec / 1000,
                                       kMarks[static_cast<std::size_t>(level)], text);
  std::fwrite(line.data(), 1, line.size(), file_);
  std::fflush(file_);
}

}  // namespace redouble
