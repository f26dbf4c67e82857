// CONFIG: reading and changing parameters while the server runs. What a parameter is and how its values are
// checked stands in config_table.cpp and config_store.cpp.
#include "engine/config.h"

#include <vector>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/help.h"
#include "engine/config_rewrite.h"
#include "engine/engine.h"

namespace redouble {
namespace {

Outcome config_get(Call& c) {
  const auto found = c.engine.config.get(c.args.rest());
  c.reply.map(found.size());
  for (const auto& [name, value] : found) {
    c.reply.bulk(name);
    c.reply.bulk(value);
  }
  return done;
}

// Values that are secrets do not show up in the slow log, even when the call fails.
void redact_secrets(Call& c) {
  const Argv argv = c.args.all();
  for (std::size_t i = 2; i + 1 < argv.size(); i += 2) {
    const auto* name = find_setting(argv[i]);
    if (name != nullptr && setting_row(name->setting).has(kSensitive)) c.engine.redact(i + 1);
  }
}

Outcome config_set(Call& c) {
  if (c.args.left() % 2 != 0) return err::syntax;
  redact_secrets(c);
  std::vector<Config::Pair> pairs;
  pairs.reserve(c.args.left() / 2);
  while (c.args.more()) {
    const auto name = c.args.next();
    pairs.emplace_back(name, c.args.next());
  }
  const bool local = c.session.internal || c.engine.host().is_local(c.session);
  if (auto error = c.engine.config.set(pairs, {.local = local})) return c.fail_text(std::move(*error));
  c.reply.ok();
  return done;
}

Outcome config_resetstat(Call& c) {
  c.engine.reset_stats();
  c.reply.ok();
  return done;
}

Outcome config_rewrite(Call& c) {
  Host& host = c.engine.host();
  const std::string path = host.facts().config_file;
  if (path.empty()) return std::string_view("ERR The server is running without a config file");
  // A file that has been removed since the start is written anew. Users that have a file of their own stay
  // there.
  const std::string old_text = host.read_file(path).value_or("");
  std::vector<std::string> users;
  if (c.engine.config.text(Setting::aclfile).empty()) users = c.engine.acl.lines();
  const std::string reason = host.write_file(path, rewrite_config(old_text, c.engine.config, users));
  if (!reason.empty()) {
    host.log(LogLevel::warning, "CONFIG REWRITE failed: " + reason);
    return c.fail("ERR Rewriting config file: {}", reason);
  }
  host.log(LogLevel::warning, "CONFIG REWRITE executed with success.");
  c.reply.ok();
  return done;
}

Outcome config_help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "GET <pattern> [<pattern> ...]",
      "    Shows the parameters whose names match a glob pattern, with their values.",
      "SET <parameter> <value> [<parameter> <value> ...]",
      "    Changes parameters: all of them, or none if one value is refused.",
      "RESETSTAT",
      "    Sets the counters that INFO shows back to zero.",
      "REWRITE",
      "    Brings the configuration file up to date with the present values.",
  };
  return reply_help(c, kLines);
}

constexpr std::uint32_t kConfigFlags = kAdmin | kNoScript | kLoading | kStale;

constexpr Command kCommands[] = {
    {.name = "CONFIG",
     .arity = -2,
     .group = Group::server,
     .since = "2.0.0",
     .summary = "Reads and changes the server's parameters."},
    {.name = "CONFIG|GET",
     .arity = -3,
     .flags = kConfigFlags,
     .group = Group::server,
     .since = "2.0.0",
     .syntax = "parameter{parameter}...",
     .summary = "Shows parameters by glob patterns.",
     .run = config_get},
    {.name = "CONFIG|SET",
     .arity = -4,
     .flags = kConfigFlags,
     .group = Group::server,
     .since = "2.0.0",
     .tips = "request_policy:all_nodes,response_policy:all_succeeded",
     .syntax = "parameter_value{parameter value}...",
     .summary = "Changes one or several parameters, all or none.",
     .run = config_set},
    {.name = "CONFIG|RESETSTAT",
     .arity = 2,
     .flags = kConfigFlags,
     .group = Group::server,
     .since = "2.0.0",
     .summary = "Clears the statistics of INFO.",
     .run = config_resetstat},
    {.name = "CONFIG|REWRITE",
     .arity = 2,
     .flags = kConfigFlags,
     .group = Group::server,
     .since = "2.8.0",
     .summary = "Updates the configuration file with the present parameters.",
     .run = config_rewrite},
    {.name = "CONFIG|HELP",
     .arity = 2,
     .flags = kLoading | kStale,
     .group = Group::server,
     .since = "5.0.0",
     .summary = "Explains the subcommands.",
     .run = config_help},
};

}  // namespace

Rows config_commands() {
  return kCommands;
}

}  // namespace redouble
