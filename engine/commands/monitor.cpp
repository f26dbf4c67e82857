// MONITOR: a session that is shown every command as it is executed. The showing is Engine::feed_monitors.
#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"

namespace redouble {
namespace {

Outcome monitor(Call& c) {
  if (!c.may_block) return err::monitor_not_here;
  // Redis gives no answer to a second MONITOR, nor to a replica's.
  if (c.session.monitor || c.session.is_replica()) return done;
  c.session.monitor = true;
  c.engine.monitors.push_back(&c.session);
  c.reply.ok();
  return done;
}

constexpr Command kCommands[] = {
    {.name = "MONITOR",
     .arity = 1,
     .flags = kAdmin | kNoScript | kLoading | kStale,
     .group = Group::server,
     .since = "1.0.0",
     .summary = "Shows every command that the server executes.",
     .run = monitor},
};

}  // namespace

Rows monitor_commands() {
  return kCommands;
}

}  // namespace redouble
