// INFO. The text itself is made in engine/info.cpp.
#include "engine/info.h"

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"

namespace redouble {
namespace {

Outcome info(Call& c) {
  c.reply.verbatim("txt", info_text(c.engine, c.args.rest()));
  return done;
}

constexpr Command kCommands[] = {
    {.name = "INFO",
     .arity = -1,
     .flags = kLoading | kStale,
     .categories = kCatDangerous,
     .group = Group::server,
     .since = "1.0.0",
     .tips = "nondeterministic_output,request_policy:all_shards,response_policy:special",
     .syntax = "[section...]",
     .summary = "Reports on the server, all of it or by section.",
     .run = info},
};

}  // namespace

Rows info_commands() {
  return kCommands;
}

}  // namespace redouble
