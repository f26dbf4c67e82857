// What is counted and shown of calls: statistics by command and by error, latencies, the slow log, MONITOR.
#include <fmt/format.h>

#include <memory>
#include <new>
#include <string>
#include <vector>

#include "engine/command_table.h"
#include "engine/engine.h"
#include "protocol/quoted.h"

namespace redouble {

// The first call of its kind in a batch is counted by itself, and has made the histogram. Out of memory they
// are not in it.
void Engine::count(const Instants& instants) noexcept {
  if (instants.calls == 0) return;
  CommandStats& counters = stats_of(*instants.of);
  stats.commands_processed += instants.calls;
  counters.calls += instants.calls;
  try {
    if (config.flag(Setting::latency_tracking)) histogram_of(counters).record(0, instants.calls);
  } catch (const std::bad_alloc&) {
  }
}

LatencyHistogram& Engine::histogram_of(CommandStats& counters) {
  if (!counters.latency) [[unlikely]] {
    counters.latency = std::make_unique<LatencyHistogram>();
    ++stats.histograms;
  }
  return *counters.latency;
}

void Engine::note_slow(const Command& command, const Session& session, Argv argv, Micros took) {
  const std::int64_t slow = config.number(Setting::slowlog_log_slower_than);
  if (slow >= 0 && took >= slow && !command.is(kSkipSlowlog))
    slowlog.add(without_secrets(argv), now_, took, session.script_of != nullptr ? "?:0" : session.address,
                session.name, static_cast<std::size_t>(config.number(Setting::slowlog_max_len)));
  const std::int64_t spike = config.number(Setting::latency_monitor_threshold);
  if (spike > 0 && took / 1000 >= spike)
    latency.add(command.is(kFast) ? "fast-command" : "command", now_ / 1'000'000, took / 1000);
}

std::vector<std::string_view> Engine::without_secrets(Argv argv) const {
  std::vector<std::string_view> shown(argv.begin(), argv.end());
  for (const std::size_t secret : redacted_)
    if (secret < shown.size()) shown[secret] = "(redacted)";
  return shown;
}

void Engine::feed_monitors(const Session& session, Argv argv) {
  std::string line = fmt::format("{}.{:06} [{} {}{}]", now_ / 1'000'000, now_ % 1'000'000, session.db,
                                 session.over_unix_socket ? "unix:" : "",
                                 session.script_of != nullptr ? "lua" : session.address);
  for (const auto argument : without_secrets(argv)) append_quoted(line += ' ', argument);
  for (Session* monitor : monitors) {
    if (!monitor->open() || monitor->reply_mode == ReplyMode::off || monitor->reply_mode == ReplyMode::skip)
      continue;
    Message sending(*monitor);
    monitor->reply.status(line);
    sending.end();
  }
}

void Engine::reply_error(Reply& reply, std::string_view text) {
  count_error(text);
  reply.error(text);
}

void Engine::count_rejected(const Command* command, std::string_view error) {
  count_error(error);
  if (command != nullptr) ++stats_of(*command).rejected;
  errors_seen_ = stats.error_replies;
}

void Engine::count_error(std::string_view text) {
  ++stats.error_replies;
  // Codes are counted by name; a name past the limit of 128 (a script may make up any) is not.
  constexpr std::size_t kLongestCode = 30;
  const std::size_t space = text.find(' ');
  const std::string_view code = space <= kLongestCode ? text.substr(0, space) : "ERR";
  const auto at = stats.errors.find(code);
  if (at != stats.errors.end())
    ++at->second;
  else if (stats.errors.size() < 128)
    stats.errors.emplace(code, 1);
}

void Engine::make_command_stats() {
  stats.commands.resize(commands_.size());
}

}  // namespace redouble
