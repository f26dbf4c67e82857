// SLOWLOG and LATENCY. MEMORY is in memory.cpp.
#include <algorithm>

#include "engine/call.h"
#include "engine/command_table.h"
#include "engine/commands/command_docs.h"
#include "engine/commands/families.h"
#include "engine/commands/help.h"
#include "engine/engine.h"

namespace redouble {
namespace {

Outcome slowlog_get(Call& c) {
  if (c.args.left() > 1) return wrong_subcommand(c);
  std::int64_t wanted = 10;
  if (c.args.more()) {
    const auto number = parse_int64(c.args.next());
    if (!number || *number < -1) return err::slowlog_count;
    wanted = *number;
  }
  const auto& lines = c.engine.slowlog.lines();
  const std::size_t count =
      wanted == -1 ? lines.size() : std::min(lines.size(), static_cast<std::size_t>(wanted));
  c.reply.array(count);
  for (std::size_t i = 0; i < count; ++i) {
    const SlowLog::Line& line = lines[i];
    c.reply.array(6);
    c.reply.integer(line.id);
    c.reply.integer(line.seconds);
    c.reply.integer(line.microseconds);
    c.reply.array(line.argv.size());
    for (const std::string& argument : line.argv) c.reply.bulk(argument);
    c.reply.bulk(line.address);
    c.reply.bulk(line.client_name);
  }
  return done;
}

Outcome slowlog_len(Call& c) {
  c.reply.integer(static_cast<std::int64_t>(c.engine.slowlog.lines().size()));
  return done;
}

Outcome slowlog_reset(Call& c) {
  c.engine.slowlog.reset();
  c.reply.ok();
  return done;
}

Outcome slowlog_help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "GET [<count>]",
      "    The latest slow calls, 10 unless told otherwise, all with -1. Of each:",
      "    id, Unix time, microseconds, arguments, the client's address, its name.",
      "LEN",
      "    How many slow calls are kept.",
      "RESET",
      "    Forgets them.",
  };
  return reply_help(c, kLines);
}

Outcome latency_latest(Call& c) {
  const auto& spikes = c.engine.latency.spikes();
  c.reply.array(spikes.size());
  for (const auto& [event, spike] : spikes) {
    c.reply.array(4);
    c.reply.bulk(event);
    c.reply.integer(spike.samples.back().seconds);
    c.reply.integer(spike.samples.back().milliseconds);
    c.reply.integer(spike.highest);
  }
  return done;
}

Outcome latency_history(Call& c) {
  const auto& spikes = c.engine.latency.spikes();
  const auto at = spikes.find(c.args.next());
  if (at == spikes.end()) {
    c.reply.array(0);
    return done;
  }
  c.reply.array(at->second.samples.size());
  for (const auto& sample : at->second.samples) {
    c.reply.array(2);
    c.reply.integer(sample.seconds);
    c.reply.integer(sample.milliseconds);
  }
  return done;
}

Outcome latency_reset(Call& c) {
  std::size_t count = 0;
  if (c.args.left() == 0)
    count = c.engine.latency.reset();
  else
    for (const auto event : c.args.rest()) count += c.engine.latency.reset(event) ? 1 : 0;
  c.reply.integer(static_cast<std::int64_t>(count));
  return done;
}

// "7s", "12m", "3h", "2d": how long ago, in the largest unit that is not zero.
std::string age(std::int64_t seconds) {
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return fmt::format("{}m", seconds / 60);
  if (seconds < 86400) return fmt::format("{}h", seconds / 3600);
  return fmt::format("{}d", seconds / 86400);
}

// A column for each sample, four rows high, with the sample's age read downwards below it.
std::string drawn(const std::deque<LatencyMonitor::Sample>& samples, std::int64_t now, std::int64_t low,
                  std::int64_t high) {
  constexpr int kRows = 4;
  std::vector<std::string> ages;
  std::size_t longest = 0;
  for (const auto& sample : samples) {
    ages.push_back(age(now - sample.seconds));
    longest = std::max(longest, ages.back().size());
  }
  std::string text;
  for (int row = kRows; row >= 1; --row) {
    for (const auto& sample : samples) {
      const auto height = high == low ? 1 : 1 + (sample.milliseconds - low) * (kRows - 1) / (high - low);
      text += height == row ? '_' : height > row ? '#' : ' ';
    }
    text += '\n';
  }
  for (std::size_t row = 0; row < longest; ++row) {
    text += '\n';
    for (const std::string& label : ages) text += row < label.size() ? label[row] : ' ';
  }
  return text + "\n";
}

Outcome latency_graph(Call& c) {
  const auto event = c.args.next();
  const auto& spikes = c.engine.latency.spikes();
  const auto at = spikes.find(event);
  if (at == spikes.end()) return c.fail("ERR No samples available for event '{}'", event);
  const auto& samples = at->second.samples;
  const auto shorter = [](const auto& a, const auto& b) { return a.milliseconds < b.milliseconds; };
  const auto [low, high] = std::minmax_element(samples.begin(), samples.end(), shorter);
  c.reply.verbatim(
      "txt", fmt::format("{} - high {} ms, low {} ms (all time high {} ms)\n{:-<80}\n{}", at->first,
                         high->milliseconds, low->milliseconds, at->second.highest, "",
                         drawn(samples, c.engine.now() / 1'000'000, low->milliseconds, high->milliseconds)));
  return done;
}

Outcome latency_doctor(Call& c) {
  const auto& spikes = c.engine.latency.spikes();
  std::string text;
  if (c.engine.config.number(Setting::latency_monitor_threshold) == 0 && spikes.empty())
    text = "Delays are not being watched: set latency-monitor-threshold to some milliseconds to begin.\n";
  else if (spikes.empty())
    text = "No delay has reached the threshold so far.\n";
  for (const auto& [event, spike] : spikes) {
    std::int64_t sum = 0;
    for (const auto& sample : spike.samples) sum += sample.milliseconds;
    text += fmt::format("{}: {} delays recorded, {} ms in the mean, {} ms at the worst.\n", event,
                        spike.samples.size(), sum / static_cast<std::int64_t>(spike.samples.size()),
                        spike.highest);
  }
  if (!spikes.empty()) text += "SLOWLOG GET names the calls that took long.\n";
  c.reply.verbatim("txt", text);
  return done;
}

// Of all commands, or of the named ones; a container stands for its subcommands.
Outcome latency_histogram(Call& c) {
  const CommandTable& table = c.engine.commands();
  std::vector<const Command*> shown;
  const auto take = [&](const Command& command) {
    const auto& latency = c.engine.stats_of(command).latency;
    if (latency && latency->count() > 0) shown.push_back(&command);
  };
  if (c.args.left() == 0) {
    for (std::size_t i = 0; i < table.size(); ++i) take(table[i]);
  } else {
    for (const auto name : c.args.rest()) {
      const Command* command = c.engine.find_command(name);
      if (command == nullptr) continue;
      take(*command);
      for (const Command* sub : table.subcommands(*command)) take(*sub);
    }
  }
  c.reply.map(shown.size());
  for (const Command* command : shown) {
    const LatencyHistogram& latency = *c.engine.stats_of(*command).latency;
    c.reply.bulk(full_name(*command));
    c.reply.map(2);
    c.reply.bulk("calls");
    c.reply.integer(static_cast<std::int64_t>(latency.count()));
    c.reply.bulk("histogram_usec");
    const auto steps = latency.steps();
    c.reply.map(steps.size());
    for (const LatencyStep& step : steps) {
      c.reply.integer(step.micros);
      c.reply.integer(static_cast<std::int64_t>(step.calls));
    }
  }
  return done;
}

Outcome latency_help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "DOCTOR",
      "    The recorded delays in words.",
      "GRAPH <event>",
      "    The recorded delays of an event as a drawing.",
      "HISTOGRAM [<command> ...]",
      "    How many calls of the commands, or of all, took at most so many microseconds.",
      "HISTORY <event>",
      "    The recorded delays of an event: Unix time and milliseconds of each.",
      "LATEST",
      "    The last and the longest delay of each event.",
      "RESET [<event> ...]",
      "    Forgets the delays of the events, or of all.",
  };
  return reply_help(c, kLines);
}

constexpr Command kCommands[] = {
    {.name = "SLOWLOG",
     .arity = -2,
     .group = Group::server,
     .since = "2.2.12",
     .summary = "Contains the commands about calls that took long."},
    {.name = "SLOWLOG|GET",
     .arity = -2,
     .flags = kAdmin | kLoading | kStale,
     .group = Group::server,
     .since = "2.2.12",
     .tips = "request_policy:all_nodes,nondeterministic_output",
     .syntax = "[count:int]",
     .summary = "Lists the latest slow calls.",
     .run = slowlog_get},
    {.name = "SLOWLOG|HELP",
     .arity = 2,
     .flags = kLoading | kStale,
     .group = Group::server,
     .since = "6.2.0",
     .summary = "Explains the subcommands.",
     .run = slowlog_help},
    {.name = "SLOWLOG|LEN",
     .arity = 2,
     .flags = kAdmin | kLoading | kStale,
     .group = Group::server,
     .since = "2.2.12",
     .tips = "request_policy:all_nodes,response_policy:agg_sum,nondeterministic_output",
     .summary = "Counts the slow calls that are kept.",
     .run = slowlog_len},
    {.name = "SLOWLOG|RESET",
     .arity = 2,
     .flags = kAdmin | kLoading | kStale,
     .group = Group::server,
     .since = "2.2.12",
     .tips = "request_policy:all_nodes,response_policy:all_succeeded",
     .summary = "Forgets all slow calls.",
     .run = slowlog_reset},
    {.name = "LATENCY",
     .arity = -2,
     .group = Group::server,
     .since = "2.8.13",
     .summary = "Contains the commands about delays and call times."},
    {.name = "LATENCY|DOCTOR",
     .arity = 2,
     .flags = kAdmin | kNoScript | kLoading | kStale,
     .group = Group::server,
     .since = "2.8.13",
     .tips = "nondeterministic_output,request_policy:all_nodes,response_policy:special",
     .summary = "Puts the recorded delays into words.",
     .run = latency_doctor},
    {.name = "LATENCY|GRAPH",
     .arity = 3,
     .flags = kAdmin | kNoScript | kLoading | kStale,
     .group = Group::server,
     .since = "2.8.13",
     .tips = "nondeterministic_output,request_policy:all_nodes,response_policy:special",
     .syntax = "event",
     .summary = "Draws the recorded delays of one event.",
     .run = latency_graph},
    {.name = "LATENCY|HELP",
     .arity = 2,
     .flags = kLoading | kStale,
     .group = Group::server,
     .since = "2.8.13",
     .summary = "Explains the subcommands.",
     .run = latency_help},
    {.name = "LATENCY|HISTOGRAM",
     .arity = -2,
     .flags = kAdmin | kNoScript | kLoading | kStale,
     .group = Group::server,
     .since = "7.0.0",
     .tips = "nondeterministic_output,request_policy:all_nodes,response_policy:special",
     .syntax = "[command...]",
     .summary = "Shows how the call times of commands are distributed.",
     .run = latency_histogram},
    {.name = "LATENCY|HISTORY",
     .arity = 3,
     .flags = kAdmin | kNoScript | kLoading | kStale,
     .group = Group::server,
     .since = "2.8.13",
     .tips = "nondeterministic_output,request_policy:all_nodes,response_policy:special",
     .syntax = "event",
     .summary = "Lists the recorded delays of one event.",
     .run = latency_history},
    {.name = "LATENCY|LATEST",
     .arity = 2,
     .flags = kAdmin | kNoScript | kLoading | kStale,
     .group = Group::server,
     .since = "2.8.13",
     .tips = "nondeterministic_output,request_policy:all_nodes,response_policy:special",
     .summary = "Shows the latest and the longest delay of every event.",
     .run = latency_latest},
    {.name = "LATENCY|RESET",
     .arity = -2,
     .flags = kAdmin | kNoScript | kLoading | kStale,
     .group = Group::server,
     .since = "2.8.13",
     .tips = "request_policy:all_nodes,response_policy:all_succeeded",
     .syntax = "[event...]",
     .summary = "Forgets the recorded delays of some events, or of all.",
     .run = latency_reset},
};

}  // namespace

Rows diagnostics_commands() {
  return kCommands;
}

}  // namespace redouble
