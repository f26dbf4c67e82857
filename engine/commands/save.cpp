// Saving the data set: SAVE, BGSAVE, LASTSAVE, BGREWRITEAOF. A save is over when its command is: nothing runs
// in the background, and there is no file of commands (AOF).
#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "engine/rdb/persistence.h"

namespace redouble {
namespace {

Outcome save(Call& c) {
  if (!save_dataset(c.engine).empty()) return err::not_saved;
  c.reply.ok();
  return done;
}

// A failure is told later, by INFO, as it would be by a process in the background.
Outcome bgsave(Call& c) {
  if (c.args.left() > 1 || (c.args.left() == 1 && !c.args.take("SCHEDULE"))) return err::syntax;
  c.engine.host().log(LogLevel::notice, "Background saving started");
  const bool saved = save_dataset(c.engine, true).empty();
  c.engine.host().log(saved ? LogLevel::notice : LogLevel::warning,
                      saved ? "Background saving terminated with success" : "Background saving error");
  c.reply.status("Background saving started");
  return done;
}

Outcome bgrewriteaof(Call& c) {
  c.reply.status("Background append only file rewriting started");
  return done;
}

Outcome lastsave(Call& c) {
  c.reply.integer(c.engine.last_save / 1'000'000);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "SAVE",
     .arity = 1,
     .flags = kAdmin | kNoScript | kNoAsyncLoading | kNoMulti,
     .group = Group::server,
     .since = "1.0.0",
     .summary = "Saves the data set to its file.",
     .run = save},
    {.name = "BGSAVE",
     .arity = -1,
     .flags = kAdmin | kNoScript | kNoAsyncLoading,
     .group = Group::server,
     .since = "1.0.0",
     .syntax = "[SCHEDULE@3.2.2]",
     .summary = "Saves the data set to its file; what goes wrong is told by INFO.",
     .run = bgsave},
    {.name = "BGREWRITEAOF",
     .arity = 1,
     .flags = kAdmin | kNoScript | kNoAsyncLoading,
     .group = Group::server,
     .since = "1.0.0",
     .summary = "Does nothing: there is no file of commands to rewrite.",
     .run = bgrewriteaof},
    {.name = "LASTSAVE",
     .arity = 1,
     .flags = kLoading | kStale | kFast,
     .categories = kCatAdmin | kCatDangerous,
     .group = Group::server,
     .since = "1.0.0",
     .tips = "nondeterministic_output",
     .summary = "Answers when the data set was last saved, in Unix seconds.",
     .run = lastsave},
};

}  // namespace

Rows save_commands() {
  return kCommands;
}

}  // namespace redouble
