// SCRIPT: the cache of EVAL's scripts, and the one that runs.
#include "engine/commands/help.h"
#include "engine/engine.h"
#include "protocol/sha1.h"
#include "scripting/families.h"
#include "scripting/script_host.h"

namespace redouble {
namespace {

Outcome load(Call& c) {
  const std::string_view body = c.args.next();
  const std::string sha = sha1_hex(body);
  std::string error;
  if (ScriptHost::of(c.engine).load(sha, body, error) == nullptr) return c.fail_text(std::move(error));
  c.reply.bulk(sha);
  return done;
}

Outcome exists(Call& c) {
  const Argv names = c.args.rest();
  c.reply.array(names.size());
  for (const auto name : names) c.reply.integer(ScriptHost::of(c.engine).find(name) != nullptr ? 1 : 0);
  return done;
}

Outcome flush(Call& c) {
  if (c.args.left() > 1 || (c.args.left() == 1 && !c.args.take("ASYNC") && !c.args.take("SYNC")))
    return err::script_flush_mode;
  ScriptHost::of(c.engine).flush_scripts();
  c.reply.ok();
  return done;
}

Outcome kill(Call& c) {
  return ScriptHost::of(c.engine).kill(c, true);
}

// Redis's debugger is not here.
Outcome debug(Call& c) {
  if (c.args.take("NO")) {
    c.reply.ok();
    return done;
  }
  if (c.args.take("YES") || c.args.take("SYNC")) return err::no_debugger;
  return err::script_debug_mode;
}

Outcome help(Call& c) {
  constexpr std::string_view kLines[] = {
      "DEBUG (YES|SYNC|NO)",
      "    Turn the debugger for scripts on or off.",
      "EXISTS <sha1> [<sha1> ...]",
      "    Tell which scripts are in the cache.",
      "FLUSH [ASYNC|SYNC]",
      "    Forget all scripts. The mode makes no difference.",
      "KILL",
      "    End the script that is running, if it has written nothing.",
      "LOAD <script>",
      "    Put a script into the cache without running it.",
  };
  return reply_help(c, kLines);
}

constexpr Command kCommands[] = {
    {.name = "SCRIPT",
     .arity = -2,
     .group = Group::scripting,
     .since = "2.6.0",
     .summary = "A container for commands about scripts."},
    {.name = "SCRIPT|LOAD",
     .arity = 3,
     .flags = kNoScript | kStale,
     .categories = kCatScripting,
     .group = Group::scripting,
     .since = "2.6.0",
     .tips = "request_policy:all_nodes,response_policy:all_succeeded",
     .syntax = "script",
     .summary = "Puts a script into the cache.",
     .run = load},
    {.name = "SCRIPT|EXISTS",
     .arity = -3,
     .flags = kNoScript,
     .categories = kCatScripting,
     .group = Group::scripting,
     .since = "2.6.0",
     .tips = "request_policy:all_shards,response_policy:agg_logical_and",
     .syntax = "sha1...",
     .summary = "Tells which scripts are in the cache.",
     .run = exists},
    {.name = "SCRIPT|FLUSH",
     .arity = -2,
     .flags = kNoScript,
     .categories = kCatScripting,
     .group = Group::scripting,
     .since = "2.6.0",
     .tips = "request_policy:all_nodes,response_policy:all_succeeded",
     .syntax = "[async<ASYNC|SYNC>@6.2.0]",
     .summary = "Forgets all scripts.",
     .run = flush},
    {.name = "SCRIPT|KILL",
     .arity = 2,
     .flags = kNoScript | kAllowBusy,
     .categories = kCatScripting,
     .group = Group::scripting,
     .since = "2.6.0",
     .tips = "request_policy:all_shards,response_policy:one_succeeded",
     .summary = "Ends the running script, if it has written nothing.",
     .run = kill},
    {.name = "SCRIPT|DEBUG",
     .arity = 3,
     .flags = kNoScript,
     .categories = kCatScripting,
     .group = Group::scripting,
     .since = "3.2.0",
     .syntax = "mode<YES|SYNC|NO>",
     .summary = "Would turn the debugger on; only NO is accepted.",
     .run = debug},
    {.name = "SCRIPT|HELP",
     .arity = 2,
     .flags = kLoading | kStale,
     .categories = kCatScripting,
     .group = Group::scripting,
     .since = "5.0.0",
     .summary = "Explains the subcommands.",
     .run = help},
};

}  // namespace

Rows script_commands() {
  return kCommands;
}

}  // namespace redouble
