// REDOUBLE CLOCK: the server's clock in the hands of a test.
#include <cmath>

#include "engine/commands/redouble.h"
#include "engine/duration.h"
#include "engine/engine.h"

namespace redouble {
namespace {

using Mode = AdjustableClock::Mode;

Outcome help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "REDOUBLE CLOCK <subcommand> [<arg> ...]. One clock for all that has to do with time: TTLs, timeouts, "
      "TIME,",
      "stream IDs, idle times, LRU and LFU, CLIENT PAUSE, scripts, the durations in SLOWLOG and LATENCY.",
      "Subcommands are:",
      "FREEZE",
      "    Stops time where it is. Only ADVANCE and SET move it then.",
      "RESUME",
      "    Lets it run at its normal pace from where it is; ends FREEZE, SCALE and AUTO.",
      "ADVANCE <duration>",
      "    Moves it: 250ms, 61s, 5m, 2h, 1d, or plain milliseconds; -5s moves it back. Everything that comes "
      "due",
      "    on the way happens, in order. Answers with the Unix time in ms, after every reply and message "
      "that this",
      "    caused has been handed to its socket.",
      "SET <time>",
      "    The same to a point in time: 2031-01-01T00:00:00Z (UTC), or Unix milliseconds. Set back, keys and",
      "    timeouts live longer, as where a machine's clock is set back.",
      "SCALE <factor>",
      "    Lets it run faster (60 makes a minute of each second) or slower, from 0.001 to 1000000; 1 is "
      "normal.",
      "AUTO [ON|OFF]",
      "    Time stands still, but jumps to the next thing due when a client waits for time to pass (a "
      "timeout,",
      "    CLIENT PAUSE) and nothing else has come in for a millisecond. OFF: as RESUME.",
      "STATUS",
      "    mode (running, frozen, auto), now, now_ms, scale, ahead_ms (of the system's clock), next_due_ms "
      "(-1 if",
      "    nothing is due) and waiting (clients that wait for a timeout).",
      "HELP",
      "    Prints this help.",
  };
  return reply_power_help(c, kLines);
}

// Who else has something due waits with the rest of the server.
Outcome set_pace(Call& c, AdjustableClock::Pace pace) {
  if (!c.args.finished()) return c.args.error();
  c.engine.clock().set_pace(pace);
  c.reply.ok();
  return done;
}

Outcome freeze(Call& c) {
  return set_pace(c, {Mode::frozen, 1});
}

Outcome resume(Call& c) {
  return set_pace(c, {Mode::running, 1});
}

Outcome scale(Call& c) {
  const std::string_view text = c.args.next();
  const auto factor = parse_double(text);
  if (!factor || !(*factor >= AdjustableClock::kLeastScale && *factor <= AdjustableClock::kMostScale))
    return c.fail("ERR '{}' is no factor: a number from 0.001 to 1000000, such as 60 for a minute a second",
                  text.substr(0, 128));
  return set_pace(c, {Mode::running, *factor});
}

Outcome automatic(Call& c) {
  if (c.args.take("OFF")) {
    const bool is_on = c.engine.clock().automatic();
    return set_pace(c, is_on ? AdjustableClock::Pace{} : c.engine.clock().pace());
  }
  if (!c.args.take("ON") && c.args.more())
    return c.fail("ERR AUTO is ON or OFF, not '{}'", c.args.peek().substr(0, 128));
  return set_pace(c, {Mode::automatic, 1});
}

// Answers last: what else this brings about comes first, on whichever connection.
Outcome move(Call& c, Micros time) {
  if (time < 0 || time > AdjustableClock::kEnd)
    return c.fail("ERR that would be outside of the years 1970 to 9999: it is {} now",
                  format_time(c.engine.clock().now()));
  if (c.engine.busy())
    return c.fail("BUSY a script is running, and time stands still for it: SCRIPT KILL or FUNCTION KILL");
  c.engine.move_clock(time);
  const auto answer = [now = time / 1000](Reply& reply) {
    reply.integer(now);
    return true;
  };
  // A direct call hands out everything before it returns.
  if (!c.may_block) {
    answer(c.reply);
    return done;
  }
  return c.engine.waits.begin(c, kNever, [&engine = c.engine, answer](Reply& reply) {
    return engine.host().all_served() && answer(reply);
  });
}

Outcome advance(Call& c) {
  const std::string_view text = c.args.next();
  const auto by = parse_duration(text);
  if (!c.args.finished()) return c.args.error();
  return by ? move(c, c.engine.clock().now() + *by) : Outcome(c.fail_text(no_duration(text)));
}

Outcome set(Call& c) {
  const std::string_view text = c.args.next();
  const auto time = parse_time(text);
  if (!c.args.finished()) return c.args.error();
  return time ? move(c, *time) : Outcome(c.fail_text(no_time(text)));
}

Outcome status(Call& c) {
  if (!c.args.finished()) return c.args.error();
  Engine& engine = c.engine;
  AdjustableClock& clock = engine.clock();
  const auto number = [&](std::string_view name, std::int64_t value) {
    c.reply.bulk(name);
    c.reply.integer(value);
  };
  const Micros now = clock.now();
  const Millis next = engine.next_deadline();
  constexpr std::string_view kModes[] = {"running", "frozen", "auto"};
  c.reply.map(7);
  c.reply.bulk("mode");
  c.reply.bulk(kModes[static_cast<std::size_t>(clock.pace().mode)]);
  c.reply.bulk("now");
  c.reply.bulk(format_time(now));
  number("now_ms", now / 1000);
  c.reply.bulk("scale");
  c.reply.real(clock.pace().scale);
  number("ahead_ms", clock.ahead() / 1000);
  number("next_due_ms", next == kNever ? -1 : next);
  number("waiting", static_cast<std::int64_t>(engine.awaiting_time()));
  return done;
}

}  // namespace

Outcome redouble_clock(Call& c) {
  constexpr Deed kDeeds[] = {
      {"FREEZE", freeze}, {"RESUME", resume},  {"ADVANCE", advance}, {"SET", set},
      {"SCALE", scale},   {"AUTO", automatic}, {"STATUS", status},   {"HELP", help},
  };
  return run_deed(c, "CLOCK", kDeeds);
}

}  // namespace redouble
