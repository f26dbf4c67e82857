#include "engine/slowlog.h"

#include <fmt/format.h>

namespace redouble {
namespace {

constexpr std::size_t kMaxArguments = 32;
constexpr std::size_t kMaxArgumentBytes = 128;

}  // namespace

void SlowLog::add(Argv argv, Micros now, std::int64_t microseconds, std::string_view address,
                  std::string_view client_name, std::size_t longest) {
  Line line{next_id_++, now / 1'000'000, microseconds, {}, std::string(address), std::string(client_name)};
  for (std::size_t i = 0; i < argv.size(); ++i) {
    if (argv.size() > kMaxArguments && i == kMaxArguments - 1) {
      line.argv.push_back(fmt::format("... ({} more arguments)", argv.size() - kMaxArguments + 1));
      break;
    }
    std::string text(argv[i].substr(0, kMaxArgumentBytes));
    if (argv[i].size() > kMaxArgumentBytes)
      text += fmt::format("... ({} more bytes)", argv[i].size() - kMaxArgumentBytes);
    line.argv.push_back(std::move(text));
  }
  lines_.push_front(std::move(line));
  while (lines_.size() > longest) lines_.pop_back();
}

}  // namespace redouble
