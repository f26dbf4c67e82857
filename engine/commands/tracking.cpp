// CLIENT TRACKING and what belongs to it: CACHING, GETREDIR, TRACKINGINFO. Who is told what, and when, stands
// in engine/tracking.h.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

struct Wanted {
  TrackingMode mode = {};
  std::vector<std::string_view> prefixes = {};
};

Outcome read_redirect(Call& c, TrackingMode& mode) {
  if (mode.redirect != 0) return err::tracking_two_redirects;
  const auto id = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  const Session* target = c.engine.session_by_id(static_cast<std::uint64_t>(id));
  if (target == nullptr || !target->open()) return err::tracking_no_such_client;
  mode.redirect = target->id;
  return done;
}

Outcome read_options(Call& c, Wanted& wanted) {
  TrackingMode& mode = wanted.mode;
  while (c.args.more()) {
    if (c.args.left() > 1 && c.args.take("REDIRECT")) {
      if (const Outcome bad = read_redirect(c, mode); bad.is_error()) return bad;
    } else if (c.args.take("BCAST")) {
      mode.broadcast = true;
    } else if (c.args.take("OPTIN")) {
      mode.opt_in = true;
    } else if (c.args.take("OPTOUT")) {
      mode.opt_out = true;
    } else if (c.args.take("NOLOOP")) {
      mode.no_loop = true;
    } else if (c.args.left() > 1 && c.args.take("PREFIX")) {
      wanted.prefixes.push_back(c.args.next());
    } else {
      return err::syntax;
    }
  }
  return done;
}

// Two prefixes that would both tell of the same key.
bool overlap(std::string_view a, std::string_view b) {
  return a.starts_with(b) || b.starts_with(a);
}

Outcome check_prefixes(Call& c, const std::vector<std::string_view>& prefixes) {
  constexpr std::string_view kRule = "Prefixes for a single client must not overlap.";
  for (auto prefix = prefixes.begin(); prefix != prefixes.end(); ++prefix) {
    for (const std::string& existing : c.session.tracking.prefixes)
      if (overlap(*prefix, existing))
        return c.fail("ERR Prefix '{}' overlaps with an existing prefix '{}'. {}", until_nul(*prefix),
                      until_nul(existing), kRule);
    const auto other =
        std::find_if(prefix + 1, prefixes.end(), [&](auto next) { return overlap(*prefix, next); });
    if (other != prefixes.end())
      return c.fail("ERR Prefix '{}' overlaps with another provided prefix '{}'. {}", until_nul(*prefix),
                    until_nul(*other), kRule);
  }
  return done;
}

// Whether the options go together, and with what is on already.
Outcome check_options(Call& c, const Wanted& wanted) {
  const TrackingMode& mode = wanted.mode;
  const TrackingMode& before = c.session.tracking;
  if (!mode.broadcast && !wanted.prefixes.empty()) return err::tracking_prefix_without_bcast;
  if (before.on && before.broadcast != mode.broadcast) return err::tracking_switches_bcast;
  if (mode.broadcast && (mode.opt_in || mode.opt_out)) return err::tracking_bcast_with_opt;
  if (mode.opt_in && mode.opt_out) return err::tracking_optin_with_optout;
  if ((mode.opt_in && before.opt_out) || (mode.opt_out && before.opt_in)) return err::tracking_switches_opt;
  return mode.broadcast ? check_prefixes(c, wanted.prefixes) : Outcome(done);
}

Outcome client_tracking(Call& c) {
  const auto status = c.args.next();
  Wanted wanted;
  if (const Outcome bad = read_options(c, wanted); bad.is_error()) return bad;
  if (is_word(status, "ON")) {
    if (const Outcome bad = check_options(c, wanted); bad.is_error()) return bad;
    // Nobody reads what would be pushed to a caller of our own process.
    if (c.session.internal) return c.fail("ERR CLIENT TRACKING isn't allowed for a DENY BLOCKING client");
    wanted.mode.prefixes.insert(wanted.prefixes.begin(), wanted.prefixes.end());
    c.engine.tracking.enable(c.session, wanted.mode);
  } else if (is_word(status, "OFF")) {
    c.engine.tracking.disable(c.session);
  } else {
    return err::syntax;
  }
  c.reply.ok();
  return done;
}

Outcome client_caching(Call& c) {
  TrackingMode& mode = c.session.tracking;
  if (!mode.on) return err::caching_without_tracking;
  if (c.args.take("YES")) {
    if (!mode.opt_in) return err::caching_yes_without_optin;
  } else if (c.args.take("NO")) {
    if (!mode.opt_out) return err::caching_no_without_optout;
  } else {
    return err::syntax;
  }
  mode.caching = true;
  c.reply.ok();
  return done;
}

Outcome client_getredir(Call& c) {
  c.reply.integer(c.session.tracking.redirection());
  return done;
}

Outcome client_trackinginfo(Call& c) {
  const TrackingMode& mode = c.session.tracking;
  std::vector<std::string_view> flags{mode.on ? "on" : "off"};
  if (mode.broadcast) flags.push_back("bcast");
  if (mode.opt_in) flags.push_back("optin");
  if (mode.opt_in && mode.caching) flags.push_back("caching-yes");
  if (mode.opt_out) flags.push_back("optout");
  if (mode.opt_out && mode.caching) flags.push_back("caching-no");
  if (mode.no_loop) flags.push_back("noloop");
  if (mode.broken) flags.push_back("broken_redirect");
  c.reply.map(3);
  c.reply.bulk("flags");
  c.reply.set(flags.size());
  for (const auto flag : flags) c.reply.bulk(flag);
  c.reply.bulk("redirect");
  c.reply.integer(c.session.tracking.redirection());
  c.reply.bulk("prefixes");
  c.reply.array(mode.prefixes.size());
  for (const std::string& prefix : mode.prefixes) c.reply.bulk(prefix);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "CLIENT|CACHING",
     .arity = 3,
     .flags = kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "6.0.0",
     .syntax = "mode<YES|NO>",
     .summary = "Says whether the keys of the next command are to be tracked.",
     .run = client_caching},
    {.name = "CLIENT|GETREDIR",
     .arity = 2,
     .flags = kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "6.0.0",
     .summary = "Tells to which connection invalidations are redirected.",
     .run = client_getredir},
    {.name = "CLIENT|TRACKING",
     .arity = -3,
     .flags = kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "6.0.0",
     .syntax =
         "status<ON|OFF> [REDIRECT=client-id:int] [PREFIX=prefix*...] [BCAST] [OPTIN] [OPTOUT] [NOLOOP]",
     .summary = "Lets the connection be told when keys that it read change.",
     .run = client_tracking},
    {.name = "CLIENT|TRACKINGINFO",
     .arity = 2,
     .flags = kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "6.2.0",
     .summary = "Tells how the connection's keys are tracked.",
     .run = client_trackinginfo},
};

}  // namespace

Rows tracking_commands() {
  return kCommands;
}

}  // namespace redouble
