// REDOUBLE GATE: places where commands stop until the test lets them go on. See engine/rule.h.
#include <memory>

#include "engine/commands/redouble_rules.h"

namespace redouble {
namespace {

constexpr auto kGate = Rule::Kind::gate;

Outcome help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "REDOUBLE GATE <subcommand> [<arg> ...]. Subcommands are:",
      "ADD <name> <matchers> [AT ARRIVED|EXECUTED|REPLY] [UNTIL DISCONNECT]",
      "    From now on who comes with a command that matches stands there until the gate lets it go on. As "
      "in",
      "      ADD fill COMMAND SET KEY cache:* NTH 1",
      "      ADD taken COMMAND BLPOP AT EXECUTED",
      "    ARRIVED (the default): before it is executed. EXECUTED: as soon as it has run, also if it waits "
      "for",
      "    a key then; its reply is kept back. REPLY: when its reply is complete, which is kept back.",
      "    Matchers are those of REDOUBLE FAULT HELP. Gates and faults are asked in the order of their "
      "making.",
      "    What a script calls and what EXEC runs does not stop; name the EVAL or the EXEC.",
      "WAIT <name> [<n> [<timeout>]]",
      "    Answers how many stand there as soon as these are <n> (1) or more; -TIMEOUT after 5s of real "
      "time,",
      "    or after a timeout of your own.",
      "RELEASE <name> [<n>]",
      "    Lets all, or the first <n>, go on; answers how many did. The gate stays for others.",
      "CUT <name> [<n>]",
      "    Disconnects all, or the first <n>; answers how many.",
      "LIST",
      "    Of each gate: name, rule, seen, hits, standing (how many stand there now).",
      "REMOVE <name> [<name> ...]",
      "    Takes gates away, and lets go on who stands there; answers how many gates.",
      "CLEAR",
      "    Takes all away; answers how many there were.",
      "HELP",
      "    Prints this help.",
  };
  return reply_power_help(c, kLines);
}

Outcome add(Call& c) {
  return add_rule(c, kGate, "REDOUBLE GATE ADD <name> <matchers>, as in ADD fill COMMAND SET KEY cache:*");
}

Outcome list(Call& c) {
  if (!c.args.finished()) return c.args.error();
  reply_rules(c, kGate, [&](const Rule& rule) {
    c.reply.map(5);
    reply_rule(c.reply, rule);
    c.reply.bulk("standing");
    c.reply.integer(static_cast<std::int64_t>(rule.standing.size()));
  });
  return done;
}

std::size_t read_number(Call& c) {
  return static_cast<std::size_t>(c.args.at_least(1, "ERR the number of clients is 1 or more"));
}

// The gate that the next argument names; null, with an error in `args`, when there is none.
std::shared_ptr<Rule> next_gate(Call& c) {
  const std::string_view name = c.args.next();
  if (!c.args.ok()) return nullptr;
  auto gate = c.engine.interception.find(kGate, name);
  if (gate == nullptr)
    c.args.fail(
        c.fail("ERR there is no gate '{}': REDOUBLE GATE LIST shows them", name.substr(0, 128)).error());
  return gate;
}

Outcome wait(Call& c) {
  const auto gate = next_gate(c);
  std::size_t n = 1;
  if (c.args.more()) n = read_number(c);
  const Millis patience = Waits::read_patience(c);
  if (!c.args.finished()) return c.args.error();
  return c.engine.waits.begin(
      c, patience,
      [gate, n](Reply& reply) {
        if (gate->standing.size() < n && !gate->gone) return false;
        if (gate->gone)
          reply.error("ERR the gate was removed before they came");
        else
          reply.integer(static_cast<std::int64_t>(gate->standing.size()));
        return true;
      },
      [gate, n] {
        return fmt::format("{} of {} clients stand at gate '{}'", gate->standing.size(), n, gate->name);
      });
}

// What RELEASE and CUT do, to all or to so many.
Outcome let_some(Call& c, std::size_t (Interception::*deed)(Rule&, std::size_t)) {
  const auto gate = next_gate(c);
  std::size_t most = Interception::kAll;
  if (c.args.more()) most = read_number(c);
  if (!c.args.finished()) return c.args.error();
  c.reply.integer(static_cast<std::int64_t>((c.engine.interception.*deed)(*gate, most)));
  return done;
}

Outcome release(Call& c) {
  return let_some(c, &Interception::release);
}

Outcome cut(Call& c) {
  return let_some(c, &Interception::cut);
}

Outcome remove(Call& c) {
  return remove_rules(c, kGate);
}

Outcome clear(Call& c) {
  return clear_rules(c, kGate);
}

}  // namespace

Outcome redouble_gates(Call& c) {
  constexpr Deed kDeeds[] = {
      {"ADD", add}, {"LIST", list},     {"WAIT", wait},   {"RELEASE", release},
      {"CUT", cut}, {"REMOVE", remove}, {"CLEAR", clear}, {"HELP", help},
  };
  return run_deed(c, "GATE", kDeeds);
}

}  // namespace redouble
