// REDOUBLE EVICTIONS: which keys went because of maxmemory, when, why, at which memory; and the assertion
// that some never may.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/commands/redouble.h"
#include "engine/engine.h"
#include "engine/glob.h"

namespace redouble {
namespace {

Outcome help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "REDOUBLE EVICTIONS <subcommand> [<arg> ...]. Subcommands are:",
      "LIST [MATCH <pattern>] [COUNT <n>]",
      "    What went, oldest first, the latest <n>; the latest 10,000 are kept. Of each: key, db, at (Unix "
      "time in",
      "    ms), policy, why, command (that room was made for), used_memory (before it went) and maxmemory.",
      "    A name past 1,024 bytes is cut, and ends with '...'.",
      "COUNT [MATCH <pattern>]",
      "    How many went since the start or the last RESET; with a pattern, of those that are kept.",
      "RESET",
      "    Forgets what went. Patterns that are forbidden stay so.",
      "FORBID <pattern> [<pattern> ...]",
      "    From now on no key that matches may be evicted. It is evicted all the same, and told by:",
      "CHECK",
      "    OK when no forbidden key went, or else an error that names the first.",
      "VIOLATIONS",
      "    What went though it was forbidden, as LIST has it, with the pattern.",
      "FORBIDDEN",
      "    The patterns.",
      "ALLOW <pattern> [<pattern> ...]",
      "    Takes patterns back; answers how many stood.",
      "HELP",
      "    Prints this help.",
  };
  return reply_power_help(c, kLines);
}

void reply_eviction(Reply& reply, const Eviction& eviction, const std::string* pattern = nullptr) {
  const auto number = [&](std::string_view name, std::int64_t value) {
    reply.bulk(name);
    reply.integer(value);
  };
  const auto text = [&](std::string_view name, std::string_view value) {
    reply.bulk(name);
    reply.bulk(value);
  };
  reply.map(pattern != nullptr ? 9 : 8);
  text("key", eviction.key);
  number("db", eviction.db);
  number("at", eviction.at / 1000);
  text("policy", eviction.policy_name());
  text("why", eviction.why());
  text("command", eviction.command_name());
  number("used_memory", static_cast<std::int64_t>(eviction.used_memory));
  number("maxmemory", static_cast<std::int64_t>(eviction.maxmemory));
  if (pattern != nullptr) text("pattern", *pattern);
}

Outcome list(Call& c) {
  std::string_view pattern = "*";
  std::int64_t count = static_cast<std::int64_t>(EvictionLog::kMost);
  while (c.args.more()) {
    if (c.args.take("MATCH"))
      pattern = c.args.next();
    else if (c.args.take("COUNT"))
      count = c.args.integer_in(0, static_cast<std::int64_t>(EvictionLog::kMost));
    else
      return err::syntax;
  }
  if (!c.args.finished()) return c.args.error();
  std::vector<const Eviction*> matching;
  const auto& kept = c.engine.evictions.kept();
  for (auto at = kept.rbegin(); at != kept.rend() && static_cast<std::int64_t>(matching.size()) < count; ++at)
    if (glob_match(pattern, at->key, false)) matching.push_back(&*at);
  c.reply.array(matching.size());
  for (auto at = matching.rbegin(); at != matching.rend(); ++at) reply_eviction(c.reply, **at);
  return done;
}

Outcome count(Call& c) {
  const bool some = c.args.take("MATCH");
  const std::string_view pattern = some ? c.args.next() : std::string_view();
  if (!c.args.finished()) return c.args.error();
  const auto& kept = c.engine.evictions.kept();
  const auto matches = [&](const Eviction& eviction) { return glob_match(pattern, eviction.key, false); };
  c.reply.integer(some ? std::count_if(kept.begin(), kept.end(), matches)
                       : static_cast<std::int64_t>(c.engine.evictions.count()));
  return done;
}

Outcome reset(Call& c) {
  if (!c.args.finished()) return c.args.error();
  c.engine.evictions.forget();
  c.reply.ok();
  return done;
}

Outcome forbid(Call& c) {
  if (c.args.left() == 0) return c.fail("ERR FORBID needs a pattern, such as 'queue:*'");
  for (std::size_t i = 0; i < c.args.left(); ++i)
    if (c.args.peek(i).size() > EvictionLog::kMostPattern)
      return c.fail("ERR a pattern may have {} bytes at most", EvictionLog::kMostPattern);
  while (c.args.more())
    if (c.engine.evictions.forbid(c.args.next(), true) == 0)
      return c.fail("ERR {} patterns are forbidden already: ALLOW some", EvictionLog::kMostFromClients);
  c.reply.ok();
  return done;
}

Outcome allow(Call& c) {
  if (c.args.left() == 0) return c.fail("ERR ALLOW needs a pattern that FORBID was given");
  std::int64_t stood = 0;
  while (c.args.more()) {
    const std::string_view pattern = c.args.next();
    for (const auto& assertion : c.engine.evictions.assertions()) {
      if (!assertion.from_client || assertion.pattern != pattern) continue;
      c.engine.evictions.allow(assertion.id);
      ++stood;
      break;
    }
  }
  c.reply.integer(stood);
  return done;
}

Outcome forbidden(Call& c) {
  if (!c.args.finished()) return c.args.error();
  const auto& assertions = c.engine.evictions.assertions();
  c.reply.array(assertions.size());
  for (const auto& assertion : assertions) c.reply.bulk(assertion.pattern);
  return done;
}

Outcome violations(Call& c) {
  if (!c.args.finished()) return c.args.error();
  std::size_t n = 0;
  for (const auto& assertion : c.engine.evictions.assertions()) n += assertion.violations.size();
  c.reply.array(n);
  for (const auto& assertion : c.engine.evictions.assertions())
    for (const Eviction& eviction : assertion.violations)
      reply_eviction(c.reply, eviction, &assertion.pattern);
  return done;
}

Outcome check(Call& c) {
  if (!c.args.finished()) return c.args.error();
  std::uint64_t count = 0;
  std::string first;
  for (const auto& assertion : c.engine.evictions.assertions()) {
    count += assertion.count;
    if (first.empty() && !assertion.violations.empty())
      first = fmt::format("{} matches '{}'", assertion.violations.front().describe(), assertion.pattern);
  }
  if (count != 0)
    return c.fail("EVICTED {} that never may go; the first: {}",
                  count == 1 ? "a key" : fmt::format("{} keys", count), first);
  c.reply.ok();
  return done;
}

}  // namespace

Outcome redouble_evictions(Call& c) {
  constexpr Deed kDeeds[] = {
      {"LIST", list},   {"COUNT", count},         {"RESET", reset},           {"FORBID", forbid},
      {"ALLOW", allow}, {"FORBIDDEN", forbidden}, {"VIOLATIONS", violations}, {"CHECK", check},
      {"HELP", help},
  };
  return run_deed(c, "EVICTIONS", kDeeds);
}

}  // namespace redouble
