// MODULE: there are none, and none can be loaded.
#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/help.h"
#include "engine/engine.h"

namespace redouble {
namespace {

Outcome list(Call& c) {
  c.reply.array(0);
  return done;
}

// Answers as a server does that finds no such file, and says in the log why.
Outcome load(Call& c) {
  c.engine.host().log(LogLevel::warning, "redouble cannot load modules: it has no module API");
  return err::module_not_loaded;
}

Outcome unload(Call&) {
  return err::no_such_module;
}

Outcome help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "LIST",
      "    The loaded modules: there are none.",
      "LOAD <path> [<arg> ...]",
      "    Fails: modules cannot be loaded.",
      "LOADEX <path> [[CONFIG NAME VALUE] [CONFIG NAME VALUE]] [ARGS ...]",
      "    Fails: modules cannot be loaded.",
      "UNLOAD <name>",
      "    Fails: there are no modules.",
  };
  return reply_help(c, kLines);
}

constexpr std::uint32_t kLoads = kAdmin | kNoScript | kNoAsyncLoading | kProtectedCommand;

constexpr Command kCommands[] = {
    {.name = "MODULE",
     .arity = -2,
     .group = Group::server,
     .since = "4.0.0",
     .summary = "Contains the commands about modules."},
    {.name = "MODULE|HELP",
     .arity = 2,
     .flags = kLoading | kStale,
     .group = Group::server,
     .since = "5.0.0",
     .summary = "Explains the subcommands.",
     .run = help},
    {.name = "MODULE|LIST",
     .arity = 2,
     .flags = kAdmin | kNoScript,
     .group = Group::server,
     .since = "4.0.0",
     .tips = "nondeterministic_output_order",
     .summary = "Lists the loaded modules: none.",
     .run = list},
    {.name = "MODULE|LOAD",
     .arity = -3,
     .flags = kLoads,
     .group = Group::server,
     .since = "4.0.0",
     .syntax = "path [arg...]",
     .summary = "Fails: modules cannot be loaded.",
     .run = load},
    {.name = "MODULE|LOADEX",
     .arity = -3,
     .flags = kLoads,
     .group = Group::server,
     .since = "7.0.0",
     .syntax = "path [CONFIG=configs{name value}*...] [ARGS=args{arg}...]",
     .summary = "Fails: modules cannot be loaded.",
     .run = load},
    {.name = "MODULE|UNLOAD",
     .arity = 3,
     .flags = kLoads,
     .group = Group::server,
     .since = "4.0.0",
     .syntax = "name",
     .summary = "Fails: there are no modules.",
     .run = unload},
};

}  // namespace

Rows module_commands() {
  return kCommands;
}

}  // namespace redouble
