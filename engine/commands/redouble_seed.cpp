// REDOUBLE SEED: what all randomness comes from.
#include "engine/commands/redouble.h"
#include "engine/engine.h"

namespace redouble {
namespace {

Outcome help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "REDOUBLE SEED [<n>]",
      "    Without <n>: the seed, as --seed and Options::seed take it. The same seed, clock and commands "
      "give the",
      "    same bytes: SPOP, SRANDMEMBER, RANDOMKEY, eviction, ACL GENPASS, the order of SCAN.",
      "    With <n>, a whole number from 1 on: begins the random sequence anew with it. Keys stay as they "
      "are, and",
      "    so does the order in which SCAN and SMEMBERS show them, which is that of the start.",
      "REDOUBLE SEED HELP",
      "    Prints this help.",
  };
  return reply_power_help(c, kLines);
}

}  // namespace

Outcome redouble_seed(Call& c) {
  if (c.args.take("HELP")) return help(c);
  if (!c.args.more()) {
    c.reply.bulk(fmt::format("{}", c.engine.seed()));
    return done;
  }
  const std::string_view text = c.args.next();
  const auto seed = parse_seed(text);
  if (!seed)
    return c.fail("ERR '{}' is no seed: a whole number from 1 to 18446744073709551615", text.substr(0, 128));
  if (!c.args.finished()) return c.args.error();
  c.engine.reseed(*seed);
  c.reply.ok();
  return done;
}

}  // namespace redouble
