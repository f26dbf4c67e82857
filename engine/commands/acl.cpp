// ACL: users, what they may do, and what they were denied. The rules themselves are applied in engine/acl*.
#include "engine/acl.h"

#include <algorithm>

#include "engine/call.h"
#include "engine/command_table.h"
#include "engine/commands/families.h"
#include "engine/commands/help.h"
#include "engine/engine.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

// --- Users -----------------------------------------------------------------------------------------------

Outcome setuser(Call& c) {
  // Names may be as telling as passwords: all of it is kept out of the slow log.
  for (std::size_t i = 2; i < c.args.all().size(); ++i) c.engine.redact(i);
  const auto name = c.args.next();
  std::string fault = c.engine.acl.set_user(c.session, name, c.args.rest());
  if (!fault.empty()) return c.fail_text(std::move(fault));
  c.reply.ok();
  return done;
}

Outcome deluser(Call& c) {
  const Argv names = c.args.rest();
  if (std::find(names.begin(), names.end(), "default") != names.end()) return err::default_user_stays;
  std::int64_t removed = 0;
  for (const auto name : names) removed += c.engine.acl.remove(c.session, name) ? 1 : 0;
  c.reply.integer(removed);
  return done;
}

void reply_selector(Reply& reply, const AclSelector& selector) {
  reply.bulk("commands");
  reply.bulk(selector.describe_commands());
  reply.bulk("keys");
  reply.bulk(selector.describe_keys());
  reply.bulk("channels");
  reply.bulk(selector.describe_channels());
}

Outcome getuser(Call& c) {
  const AclUser* user = c.engine.acl.find(c.args.next());
  if (user == nullptr) {
    c.reply.null();
    return done;
  }
  c.reply.map(6);
  c.reply.bulk("flags");
  const auto flags = user->flags();
  c.reply.set(flags.size());
  for (const auto flag : flags) c.reply.bulk(flag);
  c.reply.bulk("passwords");
  c.reply.array(user->passwords().size());
  for (const auto& password : user->passwords()) c.reply.bulk(password);
  const auto& selectors = user->selectors();
  reply_selector(c.reply, selectors.front());
  c.reply.bulk("selectors");
  c.reply.array(selectors.size() - 1);
  for (std::size_t i = 1; i < selectors.size(); ++i) {
    c.reply.map(3);
    reply_selector(c.reply, selectors[i]);
  }
  return done;
}

Outcome list(Call& c) {
  const auto lines = c.engine.acl.lines();
  c.reply.array(lines.size());
  for (const auto& line : lines) c.reply.bulk(line);
  return done;
}

Outcome users(Call& c) {
  c.reply.array(c.engine.acl.users().size());
  for (const auto& [name, user] : c.engine.acl.users()) c.reply.bulk(name);
  return done;
}

Outcome whoami(Call& c) {
  c.reply.bulk(c.session.user->name());
  return done;
}

// --- Commands --------------------------------------------------------------------------------------------

Outcome cat(Call& c) {
  constexpr std::size_t kMostShown = 128;
  if (c.args.left() > 1) return wrong_subcommand(c);
  if (c.args.left() == 0) {
    c.reply.array(category_names().size());
    for (const auto name : category_names()) c.reply.bulk(name.substr(1));
    return done;
  }
  const auto name = c.args.next();
  const std::uint32_t category = category_by_name(until_nul(name));
  if (category == 0) return c.fail("ERR Unknown category '{}'", until_nul(name.substr(0, kMostShown)));
  const CommandTable& table = c.engine.commands();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < table.size(); ++i)
    if ((categories_of(table[i]) & category) != 0) names.push_back(full_name(table[i]));
  c.reply.array(names.size());
  for (const auto& each : names) c.reply.bulk(each);
  return done;
}

std::string told(const Command& command, AclVerdict verdict, Argv argv) {
  if (verdict.why == AclVerdict::Why::command)
    return fmt::format("This user has no permissions to run the '{}' command", full_name(command));
  return fmt::format("This user has no permissions to access the '{}' {}", until_nul(argv[verdict.at]),
                     verdict.why == AclVerdict::Why::key ? "key" : "channel");
}

Outcome dryrun(Call& c) {
  const auto name = c.args.next();
  const AclUser* user = c.engine.acl.find(name);
  if (user == nullptr) return c.fail("ERR User '{}' not found", until_nul(name));
  const Argv argv = c.args.rest();
  const Command* command = c.engine.command_of(argv);
  if (command == nullptr) return c.fail("ERR Command '{}' not found", until_nul(argv[0]));
  const auto count = static_cast<int>(argv.size());
  if (command->arity > 0 ? count != command->arity : count < -command->arity)
    return c.fail("ERR wrong number of arguments for '{}' command", full_name(*command));
  const AclVerdict verdict = user->check(*command, argv);
  if (verdict.denied())
    c.reply.bulk(told(*command, verdict, argv));
  else
    c.reply.ok();
  return done;
}

// --- The log ---------------------------------------------------------------------------------------------

void reply_entry(Call& c, const AclLogEntry& entry) {
  c.reply.map(7);
  c.reply.bulk("count");
  c.reply.integer(static_cast<std::int64_t>(entry.count));
  c.reply.bulk("reason");
  c.reply.bulk(name_of(entry.why));
  c.reply.bulk("context");
  c.reply.bulk(name_of(entry.context));
  c.reply.bulk("object");
  c.reply.bulk(entry.object);
  c.reply.bulk("username");
  c.reply.bulk(entry.user);
  c.reply.bulk("age-seconds");
  const Millis age = (c.engine.now() - entry.at) / 1000;
  c.reply.real(static_cast<double>(age) / 1000);
  c.reply.bulk("client-info");
  c.reply.bulk(entry.client);
}

Outcome log(Call& c) {
  if (c.args.left() > 1) return wrong_subcommand(c);
  std::int64_t count = 10;
  if (c.args.left() == 1) {
    if (c.args.take("RESET")) {
      c.engine.acl.log.clear();
      c.reply.ok();
      return done;
    }
    count = c.args.integer();
    if (!c.args.ok()) return c.args.error();
  }
  const auto& entries = c.engine.acl.log.entries();
  const auto shown = std::min(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)), entries.size());
  c.reply.array(shown);
  for (std::size_t i = 0; i < shown; ++i) reply_entry(c, entries[i]);
  return done;
}

// --- Passwords and files ---------------------------------------------------------------------------------

Outcome genpass(Call& c) {
  constexpr std::int64_t kMostBits = 4096;
  if (c.args.left() > 1) return wrong_subcommand(c);
  std::int64_t bits = 256;
  if (c.args.left() == 1) {
    bits = c.args.integer();
    if (!c.args.ok()) return c.args.error();
    if (bits <= 0 || bits > kMostBits) return err::genpass_bits;
  }
  c.reply.bulk(c.engine.random.hex(static_cast<std::size_t>((bits + 3) / 4)));
  return done;
}

bool has_file(const Call& c) {
  return !c.engine.config.text(Setting::aclfile).empty();
}

Outcome load(Call& c) {
  if (!has_file(c)) return err::no_acl_file;
  std::string errors = c.engine.acl.load_file(&c.session);
  if (!errors.empty()) return c.fail_text("ERR " + errors);
  c.reply.ok();
  return done;
}

Outcome save(Call& c) {
  if (!has_file(c)) return err::no_acl_file;
  if (const std::string reason = c.engine.acl.save_file(); !reason.empty()) {
    c.engine.host().log(LogLevel::warning, fmt::format("Writing the ACL file failed: {}", reason));
    return err::acl_save_failed;
  }
  c.reply.ok();
  return done;
}

Outcome help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "CAT [<category>]",
      "    The categories, or the commands of one.",
      "DELUSER <username> [<username> ...]",
      "    Remove users and close their connections.",
      "DRYRUN <username> <command> [<arg> ...]",
      "    Tell whether the user might run the command, without running it.",
      "GETUSER <username>",
      "    What the user may do, in parts.",
      "GENPASS [<bits>]",
      "    Make up a password of that many random bits (default: 256).",
      "LIST",
      "    What all users may do, as lines of a configuration file.",
      "LOAD",
      "    Replace the users by those of the ACL file.",
      "LOG [<count> | RESET]",
      "    What was denied lately, or forget it.",
      "SAVE",
      "    Write the users to the ACL file.",
      "SETUSER <username> <attribute> [<attribute> ...]",
      "    Make or change a user.",
      "USERS",
      "    The names of all users.",
      "WHOAMI",
      "    The name of this connection's user.",
  };
  return reply_help(c, kLines);
}

constexpr std::uint32_t kOpen = kNoScript | kLoading | kStale;
constexpr std::uint32_t kForAdmins = kAdmin | kOpen;

constexpr Command kCommands[] = {
    {.name = "ACL",
     .arity = -2,
     .group = Group::server,
     .since = "6.0.0",
     .summary = "A container for commands about users and their rights."},
    {.name = "ACL|CAT",
     .arity = -2,
     .flags = kOpen,
     .group = Group::server,
     .since = "6.0.0",
     .syntax = "[categoryname]",
     .summary = "Lists the categories of commands, or the commands of one.",
     .run = cat},
    {.name = "ACL|DELUSER",
     .arity = -3,
     .flags = kForAdmins,
     .group = Group::server,
     .since = "6.0.0",
     .syntax = "username...",
     .summary = "Removes users and closes their connections.",
     .run = deluser},
    {.name = "ACL|DRYRUN",
     .arity = -4,
     .flags = kForAdmins,
     .group = Group::server,
     .since = "7.0.0",
     .syntax = "username command [arg...]",
     .summary = "Tells whether a user might run a command.",
     .run = dryrun},
    {.name = "ACL|GENPASS",
     .arity = -2,
     .flags = kOpen,
     .group = Group::server,
     .since = "6.0.0",
     .syntax = "[bits:int]",
     .summary = "Makes up a password.",
     .run = genpass},
    {.name = "ACL|GETUSER",
     .arity = 3,
     .flags = kForAdmins,
     .group = Group::server,
     .since = "6.0.0",
     .syntax = "username",
     .summary = "Tells what a user may do.",
     .run = getuser},
    {.name = "ACL|HELP",
     .arity = 2,
     .flags = kLoading | kStale,
     .group = Group::server,
     .since = "6.0.0",
     .summary = "Explains the subcommands.",
     .run = help},
    {.name = "ACL|LIST",
     .arity = 2,
     .flags = kForAdmins,
     .group = Group::server,
     .since = "6.0.0",
     .summary = "Tells what all users may do, as lines of a configuration file.",
     .run = list},
    {.name = "ACL|LOAD",
     .arity = 2,
     .flags = kForAdmins,
     .group = Group::server,
     .since = "6.0.0",
     .summary = "Replaces the users by those of the ACL file.",
     .run = load},
    {.name = "ACL|LOG",
     .arity = -2,
     .flags = kForAdmins,
     .group = Group::server,
     .since = "6.0.0",
     .syntax = "[operation<count:int|RESET>]",
     .summary = "Lists what was denied lately, or forgets it.",
     .run = log},
    {.name = "ACL|SAVE",
     .arity = 2,
     .flags = kForAdmins,
     .group = Group::server,
     .since = "6.0.0",
     .summary = "Writes the users to the ACL file.",
     .run = save},
    {.name = "ACL|SETUSER",
     .arity = -3,
     .flags = kForAdmins,
     .group = Group::server,
     .since = "6.0.0",
     .syntax = "username [rule...]",
     .summary = "Makes or changes a user.",
     .run = setuser},
    {.name = "ACL|USERS",
     .arity = 2,
     .flags = kForAdmins,
     .group = Group::server,
     .since = "6.0.0",
     .summary = "Lists the names of all users.",
     .run = users},
    {.name = "ACL|WHOAMI",
     .arity = 2,
     .flags = kOpen,
     .group = Group::server,
     .since = "6.0.0",
     .summary = "Tells the name of the connection's user.",
     .run = whoami},
};

}  // namespace

Rows acl_commands() {
  return kCommands;
}

}  // namespace redouble
