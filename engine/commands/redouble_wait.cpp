// REDOUBLE WAIT: until something is so, in place of sleeping and asking again.
#include "engine/commands/redouble.h"
#include "engine/engine.h"
#include "engine/wait_conditions.h"

namespace redouble {
namespace {

Outcome help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "REDOUBLE WAIT <subcommand> [<arg> ...]. Answers with the count as soon as it is so. Subcommands are:",
      "BLOCKED <key> <n> [<timeout>]",
      "    Until at least <n> clients are blocked on a key of the selected database (BLPOP, XREAD BLOCK "
      "...).",
      "CLIENTS <n> [<timeout>]",
      "    Until exactly <n> clients are connected, not counting this one.",
      "SUBSCRIBERS <channel> <n> [<timeout>]",
      "    Until at least <n> would get a message on a channel; patterns and shard channels count.",
      "COMMANDS <name> <n> [<timeout>]",
      "    Until a command ('get', 'client|list') was called <n> times since the start, RESET or CONFIG",
      "    RESETSTAT; by scripts and transactions too.",
      "IDLE [<timeout>]",
      "    Until every other client's requests are executed and all replies sent; answers OK. Requests that "
      "are",
      "    blocked on a key are none that are under way; those that CLIENT PAUSE holds back are.",
      "HELP",
      "    Prints this help.",
      "A timeout (250ms, 5s, 1m; 5s if none is given, 10m at most) is real time, also while the server's",
      "clock is frozen. What comes too late is answered with '-TIMEOUT after 5000 ms: ' and how far it got.",
  };
  return reply_power_help(c, kLines);
}

// How many are waited for.
std::int64_t read_number(Call& c, std::int64_t least) {
  constexpr std::int64_t kMost = 1'000'000'000'000;
  const std::string_view text = c.args.next();
  const auto number = parse_int64(text);
  if (number && *number >= least && *number <= kMost) return *number;
  c.args.fail(c.fail("ERR '{}' is no number of them: a whole number from {} on, such as 2",
                     text.substr(0, 128), least)
                  .error());
  return 0;
}

Outcome wait_for(Call& c, Millis patience, WaitFor what) {
  if (!c.args.finished()) return c.args.error();
  return c.engine.waits.begin(c, patience, std::move(what.condition), std::move(what.excuse));
}

Outcome wait_blocked(Call& c) {
  const auto key = c.args.next();
  const auto n = read_number(c, 1);
  const Millis patience = Waits::read_patience(c);
  return wait_for(c, patience, blocked_clients(c.engine, c.session.db, key, n));
}

Outcome wait_clients(Call& c) {
  const auto n = read_number(c, 0);
  const Millis patience = Waits::read_patience(c);
  return wait_for(c, patience, connected_clients(c.engine, &c.session, n));
}

Outcome wait_subscribers(Call& c) {
  const auto channel = c.args.next();
  const auto n = read_number(c, 1);
  const Millis patience = Waits::read_patience(c);
  return wait_for(c, patience, subscribers(c.engine, channel, n));
}

Outcome wait_commands(Call& c) {
  const auto name = c.args.next();
  const auto n = read_number(c, 1);
  const Millis patience = Waits::read_patience(c);
  if (!c.args.finished()) return c.args.error();
  auto what = calls(c.engine, name, n);
  if (!what)
    return c.fail("ERR there is no command '{}': write get, or client|list for a subcommand",
                  name.substr(0, 128));
  return wait_for(c, patience, std::move(*what));
}

Outcome wait_idle(Call& c) {
  const Millis patience = Waits::read_patience(c);
  return wait_for(c, patience, idleness(c.engine, &c.session));
}

}  // namespace

Outcome redouble_wait(Call& c) {
  constexpr Deed kDeeds[] = {
      {"BLOCKED", wait_blocked},   {"CLIENTS", wait_clients}, {"SUBSCRIBERS", wait_subscribers},
      {"COMMANDS", wait_commands}, {"IDLE", wait_idle},       {"HELP", help},
  };
  return run_deed(c, "WAIT", kDeeds);
}

}  // namespace redouble
