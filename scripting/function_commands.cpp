// FUNCTION: libraries of functions.
#include <algorithm>

#include "engine/commands/help.h"
#include "engine/engine.h"
#include "engine/glob.h"
#include "scripting/families.h"
#include "scripting/function_payload.h"
#include "scripting/script_host.h"

namespace redouble {
namespace {

FunctionLibraries& libraries(Call& c) {
  return ScriptHost::of(c.engine).functions();
}

Outcome load(Call& c) {
  bool replace = false;
  while (c.args.left() > 1) {
    const std::string_view option = c.args.next();
    if (!is_word(option, "REPLACE")) return c.fail("ERR Unknown option given: {}", option);
    replace = true;
  }
  auto loaded = libraries(c).load(c.args.next(), replace);
  if (!loaded.error.empty()) return c.fail_text(std::move(loaded.error));
  ++c.engine.changes;
  c.reply.bulk(loaded.name);
  return done;
}

Outcome remove(Call& c) {
  if (!libraries(c).remove(c.args.next())) return err::library_not_found;
  ++c.engine.changes;
  c.reply.ok();
  return done;
}

Outcome flush(Call& c) {
  if (c.args.left() > 1) return wrong_subcommand(c);
  if (c.args.left() == 1 && !c.args.take("ASYNC") && !c.args.take("SYNC")) return err::function_flush_mode;
  libraries(c).clear();
  ++c.engine.changes;
  c.reply.ok();
  return done;
}

Outcome kill(Call& c) {
  return ScriptHost::of(c.engine).kill(c, false);
}

void reply_function(Reply& reply, const ScriptFunction& function) {
  reply.map(3);
  reply.bulk("name");
  reply.bulk(function.name);
  reply.bulk("description");
  if (function.description)
    reply.bulk(*function.description);
  else
    reply.null();
  reply.bulk("flags");
  const auto flags = function.flags.names();
  reply.set(flags.size());
  for (const auto flag : flags) reply.status(flag);
}

void reply_library(Reply& reply, const FunctionLibrary& library, bool with_code) {
  reply.map(with_code ? 4 : 3);
  reply.bulk("library_name");
  reply.bulk(library.name);
  reply.bulk("engine");
  reply.bulk("LUA");
  reply.bulk("functions");
  reply.array(library.functions.size());
  for (const auto& function : library.functions) reply_function(reply, function);
  if (!with_code) return;
  reply.bulk("library_code");
  reply.bulk(library.code);
}

Outcome list(Call& c) {
  bool with_code = false;
  std::optional<std::string_view> pattern;
  while (c.args.more()) {
    if (!with_code && c.args.take("WITHCODE")) {
      with_code = true;
    } else if (!pattern && c.args.take("LIBRARYNAME")) {
      if (!c.args.more()) return err::library_name_missing;
      pattern = c.args.next();
    } else {
      return c.fail("ERR Unknown argument {}", c.args.next());
    }
  }
  std::vector<const FunctionLibrary*> shown;
  for (const auto& library : libraries(c).all())
    if (!pattern || glob_match(*pattern, library->name, true)) shown.push_back(library.get());
  c.reply.array(shown.size());
  for (const FunctionLibrary* library : shown) reply_library(c.reply, *library, with_code);
  return done;
}

void reply_running(Call& c) {
  const ScriptHost& host = ScriptHost::of(c.engine);
  const auto* running = host.running();
  if (running == nullptr) return c.reply.null();
  c.reply.map(3);
  c.reply.bulk("name");
  c.reply.bulk(running->plan->name);
  c.reply.bulk("command");
  const Argv argv = running->call->args.all();
  c.reply.array(argv.size());
  for (const auto word : argv) c.reply.bulk(word);
  c.reply.bulk("duration_ms");
  c.reply.integer(host.running_for() / 1000);
}

Outcome stats(Call& c) {
  const auto* running = ScriptHost::of(c.engine).running();
  if (running != nullptr && running->plan->is_eval) return err::busy_script;
  c.reply.map(2);
  c.reply.bulk("running_script");
  reply_running(c);
  c.reply.bulk("engines");
  c.reply.map(1);
  c.reply.bulk("LUA");
  c.reply.map(2);
  c.reply.bulk("libraries_count");
  c.reply.integer(static_cast<std::int64_t>(libraries(c).all().size()));
  c.reply.bulk("functions_count");
  c.reply.integer(static_cast<std::int64_t>(libraries(c).count()));
  return done;
}

Outcome dump(Call& c) {
  const bool compress = c.engine.config.flag(Setting::rdbcompression);
  c.reply.bulk(make_function_payload(libraries(c).codes(), compress ? &c.engine.compressor : nullptr));
  return done;
}

Outcome restore(Call& c) {
  if (c.args.left() > 2) return wrong_subcommand(c);
  const std::string_view payload = c.args.next();
  auto policy = FunctionLibraries::Policy::append;
  if (c.args.take("REPLACE"))
    policy = FunctionLibraries::Policy::replace;
  else if (c.args.take("FLUSH"))
    policy = FunctionLibraries::Policy::flush;
  else if (c.args.more() && !c.args.take("APPEND"))
    return err::restore_policy;
  std::vector<std::string> codes;
  if (const auto wrong = read_function_payload(payload, codes); !wrong.empty()) return wrong;
  std::string error = libraries(c).restore(codes, policy);
  if (!error.empty()) return c.fail_text(std::move(error));
  ++c.engine.changes;
  c.reply.ok();
  return done;
}

Outcome help(Call& c) {
  constexpr std::string_view kLines[] = {
      "LOAD [REPLACE] <FUNCTION CODE>",
      "    Load a library from its text, with REPLACE in place of one of its name.",
      "DELETE <LIBRARY NAME>",
      "    Delete a library.",
      "LIST [LIBRARYNAME PATTERN] [WITHCODE]",
      "    Show libraries with their functions, and with their text if asked for.",
      "STATS",
      "    Show the function that is running, and how many there are.",
      "KILL",
      "    End the function that is running, if it has written nothing.",
      "FLUSH [ASYNC|SYNC]",
      "    Delete all libraries. The mode makes no difference.",
      "DUMP",
      "    Return all libraries as one payload for RESTORE.",
      "RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]",
      "    Load the libraries of a payload. By default (APPEND) a collision is an error; REPLACE takes the",
      "    place of libraries of the same name, FLUSH of all.",
  };
  return reply_help(c, kLines);
}

constexpr Command row(std::string_view name, int arity, std::uint32_t flags, std::string_view tips,
                      std::string_view syntax, std::string_view summary, Outcome (*run)(Call&)) {
  Command command;
  command.name = name;
  command.arity = arity;
  command.flags = flags;
  command.categories = kCatScripting;
  command.group = Group::scripting;
  command.since = "7.0.0";
  command.tips = tips;
  command.syntax = syntax;
  command.summary = summary;
  command.run = run;
  return command;
}

constexpr std::string_view kAllSucceeded = "request_policy:all_shards,response_policy:all_succeeded";

constexpr Command kCommands[] = {
    {.name = "FUNCTION",
     .arity = -2,
     .group = Group::scripting,
     .since = "7.0.0",
     .summary = "A container for commands about functions."},
    row("FUNCTION|LOAD", -3, kWrite | kDenyOom | kNoScript, kAllSucceeded, "[REPLACE] function-code",
        "Loads a library of functions.", load),
    row("FUNCTION|DELETE", 3, kWrite | kNoScript, kAllSucceeded, "library-name", "Deletes a library.",
        remove),
    row("FUNCTION|FLUSH", -2, kWrite | kNoScript, kAllSucceeded, "[async<ASYNC|SYNC>]",
        "Deletes all libraries.", flush),
    row("FUNCTION|LIST", -2, kNoScript, "nondeterministic_output_order",
        "[LIBRARYNAME=library-name-pattern] [WITHCODE]", "Shows libraries and their functions.", list),
    row("FUNCTION|STATS", 2, kNoScript | kAllowBusy,
        "nondeterministic_output,request_policy:all_shards,response_policy:special", "",
        "Shows the running function and how many there are.", stats),
    row("FUNCTION|KILL", 2, kNoScript | kAllowBusy, "request_policy:all_shards,response_policy:one_succeeded",
        "", "Ends the running function, if it has written nothing.", kill),
    row("FUNCTION|DUMP", 2, kNoScript, "", "", "Returns all libraries as one payload.", dump),
    row("FUNCTION|RESTORE", -3, kWrite | kDenyOom | kNoScript, kAllSucceeded,
        "serialized-value [policy<FLUSH|APPEND|REPLACE>]", "Loads the libraries of a payload.", restore),
    row("FUNCTION|HELP", 2, kLoading | kStale, "", "", "Explains the subcommands.", help),
};

}  // namespace

Rows function_commands() {
  return kCommands;
}

}  // namespace redouble
