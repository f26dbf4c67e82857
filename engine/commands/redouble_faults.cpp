// REDOUBLE FAULT: rules that let commands, connections and messages go wrong. See engine/rule.h.
#include "engine/commands/redouble_rules.h"

namespace redouble {
namespace {

constexpr auto kFault = Rule::Kind::fault;

Outcome help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "REDOUBLE FAULT <subcommand> [<arg> ...]. Subcommands are:",
      "ADD <name> <matchers> <actions> [UNTIL DISCONNECT]",
      "    From now on this goes wrong, until the rule is removed, or its client leaves. As in",
      "      ADD lost COMMAND INCR KEY limit:* FIRST 1 LOSE",
      "      ADD slow CATEGORY read NAME worker-* DELAY 50ms 200ms",
      "      ADD down FROM 10s TO 20s ERROR LOADING",
      "      ADD away ON CONNECT NTH 2 REFUSE",
      "    Rules are asked in the order of their making, behind AUTH, ACL and the like. Their delays add up;",
      "    the first of ERROR, CLOSE, RESET and HANG ends the line; what happens to a reply goes together.",
      "    Calls from inside the test's program and REDOUBLE itself are never matched; what EXEC runs is not",
      "    matched again. Of what a script calls ERROR, EXPIRE and EVICT alone apply, and not where the rule",
      "    has counted the script itself.",
      "  Matchers (all have to hold; of one kind one is enough):",
      "    COMMAND <name>[|<subcommand>], CATEGORY <category>, KEY <pattern>, DB <number>, IN MULTI|SCRIPT;",
      "    NAME <pattern> (CLIENT SETNAME), ADDRESS <pattern>, USER <name>, ID <client id>, LIBRARY "
      "<pattern>;",
      "    ON CONNECT, or ON MESSAGE <channel pattern> (to a subscriber that matches), in place of a "
      "command;",
      "    NTH <n>, EVERY <n>, FIRST <n>, AFTER <n>, PROBABILITY <0 to 1>: of those that the others let "
      "through;",
      "    FROM <when>, TO <when>: a time, or a duration from now.",
      "  Actions:",
      "    ERROR LOADING|READONLY|OOM|BUSY|NOAUTH|NOSCRIPT|MISCONF|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED",
      "    ERROR \"<CODE> <text>\"   any error. In MULTI it lets EXEC fail, in a script redis.call raises "
      "it.",
      "    DELAY <time> [<time> [UNIFORM|EXPONENTIAL]]   before it is executed, in whole milliseconds of the",
      "                           server's clock; drawn between two times. EXPONENTIAL: mostly near the "
      "first.",
      "    CLOSE, RESET           the connection ends before it is executed; RESET: hard (TCP RST)",
      "    HANG                   not executed and never answered, nor is anything behind it",
      "    LOSE                   executed, then the connection ends without the reply",
      "    CUT <bytes> [RESET]    executed; the first bytes of the reply are sent, then the connection ends",
      "    MUTE                   executed, and not answered; the connection stays",
      "    CHUNK <bytes>          the reply is sent in pieces, one write each",
      "    DRIP <bytes> <time>    so many bytes of it each such time of the server's clock",
      "    CORRUPT [<bytes>]      so many bytes of it (1) are changed, as the server's seed has it",
      "    EXPIRE, EVICT          the keys of the command go just before it",
      "    REFUSE, STALL          ON CONNECT: closed at once; accepted, and never read or answered. Or "
      "DELAY.",
      "    DROP                   ON MESSAGE: it does not reach this subscriber",
      "LIST",
      "    Of each rule: name, rule, seen (how many the matchers that do not count let through), hits.",
      "REMOVE <name> [<name> ...]",
      "    Takes rules away; answers how many. A delay that has begun ends by itself.",
      "CLEAR",
      "    Takes all away; answers how many there were.",
      "HELP",
      "    Prints this help.",
  };
  return reply_power_help(c, kLines);
}

Outcome add(Call& c) {
  return add_rule(c, kFault,
                  "REDOUBLE FAULT ADD <name> <matchers> <actions>, as in ADD lost COMMAND INCR LOSE");
}

Outcome list(Call& c) {
  if (!c.args.finished()) return c.args.error();
  reply_rules(c, kFault, [&](const Rule& rule) {
    c.reply.map(4);
    reply_rule(c.reply, rule);
  });
  return done;
}

Outcome remove(Call& c) {
  return remove_rules(c, kFault);
}

Outcome clear(Call& c) {
  return clear_rules(c, kFault);
}

}  // namespace

Outcome redouble_faults(Call& c) {
  constexpr Deed kDeeds[] = {
      {"ADD", add}, {"LIST", list}, {"REMOVE", remove}, {"CLEAR", clear}, {"HELP", help},
  };
  return run_deed(c, "FAULT", kDeeds);
}

}  // namespace redouble
