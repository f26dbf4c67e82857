#include "engine/commands/redouble.h"

#include <algorithm>
#include <iterator>

#include "engine/engine.h"

namespace redouble {
namespace {

// In a time that does not tell where they differ.
bool same_secret(std::string_view given, std::string_view secret) {
  unsigned difference = given.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i)
    difference |=
        static_cast<unsigned char>(given[i]) ^ static_cast<unsigned char>(secret[i % secret.size()]);
  return difference == 0;
}

struct Power {
  std::string_view name, summary;
  Outcome (*run)(Call&);
};

// Who has not given the password may do this and ask for help.
Outcome redouble_auth(Call& c) {
  const std::string_view password = c.engine.config.text(Setting::redouble_password);
  if (c.args.left() != 1) return c.fail("ERR AUTH takes the password and nothing else");
  const std::string_view given = c.args.next();
  if (password.empty()) return c.fail("ERR REDOUBLE has no password: it can be used without AUTH");
  if (!same_secret(given, password)) return c.fail("WRONGPASS that is not the password of REDOUBLE");
  c.session.may_use_powers = true;
  c.reply.ok();
  return done;
}

constexpr Power kPowers[] = {
    {"CLOCK", "    Stops time, moves it, lets it run faster or by itself.", redouble_clock},
    {"EVICTIONS", "    Which keys went because of maxmemory, and which never may.", redouble_evictions},
    {"FAULT",
     "    Errors, delays, lost replies, broken connections: for the commands and clients that you name.",
     redouble_faults},
    {"GATE", "    Places where commands stop until you let them go on.", redouble_gates},
    {"LEAKS", "    What a test left behind: keys, connections, subscriptions, who waits.", redouble_leaks},
    {"LOAD", "    Test data from commands, JSON or an RDB file.", redouble_load},
    {"RESET", "    Everything as at the start.", redouble_reset},
    {"SEED", "    Which seed decides all that is random; another one.", redouble_seed},
    {"SNAPSHOT", "    The data set as it was: save it, go back to it, copy a database.", redouble_snapshot},
    {"WAIT", "    Until clients are blocked, connected or subscribed, or nothing is under way.",
     redouble_wait},
};

Outcome help(Call& c) {
  c.reply.array(5 + 2 * std::size(kPowers));
  c.reply.status("REDOUBLE <power> [<arg> ...]. Powers are:");
  c.reply.status("AUTH <password>");
  c.reply.status("    Comes first on each connection where the setting redouble-password names one.");
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
  if (c.args.take("AUTH")) return redouble_auth(c);
  const auto* power = std::find_if(std::begin(kPowers), std::end(kPowers),
                                   [&](const Power& each) { return c.args.take(each.name); });
  if (power != std::end(kPowers)) return power->run(c);
  return c.fail("ERR unknown power '{}'. Try REDOUBLE HELP.", c.args.peek().substr(0, 128));
}

bool asks_for_help(Argv argv) {
  return argv.size() <= 3 && is_word(argv.back(), "HELP");
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
  if (!config.text(Setting::redouble_password).empty() && !session.may_use_powers && !session.internal &&
      !is_word(argv[1], "AUTH") && !asks_for_help(argv))
    return refuse("NOAUTH REDOUBLE needs its password first: REDOUBLE AUTH <password>");
  Call call{*this, session, db(session.db), Args(argv), reply, kRow, !session.internal};
  if (const Outcome outcome = kRow.run(call); outcome.is_error()) reply.error(outcome.error());
  return true;
}

}  // namespace redouble
