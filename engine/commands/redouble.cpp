#include "engine/commands/redouble.h"

#include <algorithm>
#include <iterator>

#include "engine/engine.h"

namespace redouble {
namespace {

struct Power {
  std::string_view name, summary;
  Outcome (*run)(Call&);
};

constexpr Power kPowers[] = {
    {"SNAPSHOT", "    The data set as it was: save it, go back to it, copy a database.", redouble_snapshot},
    {"RESET", "    Everything as at the start.", redouble_reset},
    {"LOAD", "    Test data from commands, JSON or an RDB file.", redouble_load},
    {"LEAKS", "    What a test left behind: keys, connections, subscriptions, who waits.", redouble_leaks},
    {"EVICTIONS", "    Which keys went because of maxmemory, and which never may.", redouble_evictions},
};

Outcome help(Call& c) {
  c.reply.array(3 + 2 * std::size(kPowers));
  c.reply.status("REDOUBLE <power> [<arg> ...]. Powers are:");
  for (const Power& power : kPowers) {
    c.reply.status(fmt::format("{} HELP", power.name));
    c.reply.status(power.summary);
  }
  c.reply.status("HELP");
  c.reply.status("    Prints this help.");
  return done;
}

Outcome redouble_command(Call& c) {
  if (c.args.take("HELP")) return c.args.finished() ? help(c) : Outcome(c.args.error());
  const auto* power = std::find_if(std::begin(kPowers), std::end(kPowers),
                                   [&](const Power& each) { return c.args.take(each.name); });
  if (power != std::end(kPowers)) return power->run(c);
  return c.fail("ERR unknown power '{}'. Try REDOUBLE HELP.", c.args.peek().substr(0, 128));
}

constexpr Command kRow = {.name = "REDOUBLE", .arity = -2, .run = redouble_command};

}  // namespace

Outcome run_deed(Call& c, std::string_view power, std::span<const Deed> deeds) {
  for (const Deed& deed : deeds)
    if (c.args.take(deed.name)) return deed.run(c);
  return c.args.more() ? c.fail("ERR unknown subcommand '{}'. Try REDOUBLE {} HELP.",
                                c.args.peek().substr(0, 128), power)
                       : c.fail("ERR {} needs a subcommand. Try REDOUBLE {} HELP.", power, power);
}

Outcome reply_power_help(Call& c, std::span<const std::string_view> lines) {
  if (!c.args.finished()) return c.args.error();
  c.reply.array(lines.size());
  for (const auto line : lines) c.reply.status(line);
  return done;
}

bool is_reserved_command(std::string_view name) {
  return is_word(name, kRow.name);
}

const Command& reserved_command() {
  return kRow;
}

// Its own gates, in place of those of dispatch.cpp: AUTH, a local connection, rights, no MULTI. False where
// the setting turns it off for everybody: then it is an unknown command like any other.
bool Engine::serve_reserved(Session& session, Argv argv, Reply& reply) {
  const Permission allowed = config.permission(Setting::redouble_commands);
  if (allowed == Permission::no && !session.internal) return false;
  session.last_command = &kRow;
  // No error of it is counted, so none goes through reply_error.
  const auto refuse = [&](std::string_view error) {
    reply.error(error);
    return true;
  };
  if (needs_auth(session)) return refuse(err::no_auth);
  if (allowed == Permission::local && !session.internal && !host_.is_local(session))
    return refuse(
        "ERR REDOUBLE is for local connections. Start the server with redouble-commands set to \"any\" to "
        "use it from elsewhere.");
  if (!session.user->may_do_all())
    return refuse("NOPERM REDOUBLE is for users that may run all commands on all keys and channels");
  if (session.transaction.open) return refuse("ERR REDOUBLE is not queued: use it outside of MULTI");
  if (argv.size() < 2) return refuse("ERR wrong number of arguments for 'redouble' command");
  Call call{*this, session, db(session.db), Args(argv), reply, kRow, false};
  if (const Outcome outcome = kRow.run(call); outcome.is_error()) reply.error(outcome.error());
  return true;
}

}  // namespace redouble
