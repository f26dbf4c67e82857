// COMMAND and its subcommands: what the server tells about its commands, all of it out of the table's rows.
// COMMAND DOCS is in command_docs.cpp.
#include <algorithm>
#include <bit>

#include "engine/call.h"
#include "engine/command_table.h"
#include "engine/commands/command_docs.h"
#include "engine/commands/families.h"
#include "engine/commands/help.h"
#include "engine/engine.h"
#include "engine/glob.h"
#include "engine/key_positions.h"

namespace redouble {
namespace {

// By bit number of CommandFlag; what has no name here is not shown.
constexpr std::string_view kFlagNames[] = {"write",
                                           "readonly",
                                           "denyoom",
                                           "admin",
                                           "pubsub",
                                           "noscript",
                                           "blocking",
                                           "loading",
                                           "stale",
                                           "skip_monitor",
                                           "skip_slowlog",
                                           "asking",
                                           "fast",
                                           "no_auth",
                                           "",
                                           "no_mandatory_keys",
                                           "",
                                           "no_async_loading",
                                           "no_multi",
                                           "movablekeys",
                                           "allow_busy"};

constexpr std::string_view kKeyFlagNames[] = {
    "RO",     "RW",     "OW",      "RM",         "access",        "update",
    "insert", "delete", "not_key", "incomplete", "variable_flags"};

// A set of the names of the bits that are set, in the order of the bits.
void reply_names(Reply& reply, std::uint32_t bits, std::span<const std::string_view> names) {
  const auto shown = [&](std::size_t bit) { return (bits >> bit & 1u) != 0 && !names[bit].empty(); };
  std::size_t count = 0;
  for (std::size_t bit = 0; bit < names.size(); ++bit) count += shown(bit) ? 1 : 0;
  reply.set(count);
  for (std::size_t bit = 0; bit < names.size(); ++bit)
    if (shown(bit)) reply.status(names[bit]);
}

void reply_number(Reply& reply, std::string_view name, int number) {
  reply.bulk(name);
  reply.integer(number);
}

void reply_begin(Reply& reply, const KeySpec& spec) {
  reply.bulk("begin_search");
  reply.map(2);
  reply.bulk("type");
  switch (spec.begin) {
    case KeySpec::Begin::index:
      reply.bulk("index");
      reply.bulk("spec");
      reply.map(1);
      return reply_number(reply, "index", spec.index);
    case KeySpec::Begin::keyword:
      reply.bulk("keyword");
      reply.bulk("spec");
      reply.map(2);
      reply.bulk("keyword");
      reply.bulk(spec.keyword);
      return reply_number(reply, "startfrom", spec.index);
    default:
      reply.bulk("unknown");
      reply.bulk("spec");
      reply.map(0);
  }
}

void reply_find(Reply& reply, const KeySpec& spec) {
  reply.bulk("find_keys");
  reply.map(2);
  reply.bulk("type");
  switch (spec.find) {
    case KeySpec::Find::range:
      reply.bulk("range");
      reply.bulk("spec");
      reply.map(3);
      reply_number(reply, "lastkey", spec.last);
      reply_number(reply, "keystep", spec.step);
      return reply_number(reply, "limit", spec.limit);
    case KeySpec::Find::keynum:
      reply.bulk("keynum");
      reply.bulk("spec");
      reply.map(3);
      reply_number(reply, "keynumidx", spec.count_at);
      reply_number(reply, "firstkey", spec.first);
      return reply_number(reply, "keystep", spec.step);
    default:
      reply.bulk("unknown");
      reply.bulk("spec");
      reply.map(0);
  }
}

void reply_key_specs(Reply& reply, const Command& command) {
  const auto there = [](const KeySpec& spec) { return spec.begin != KeySpec::Begin::none; };
  reply.set(static_cast<std::size_t>(std::count_if(std::begin(command.keys), std::end(command.keys), there)));
  for (const KeySpec& spec : command.keys) {
    if (!there(spec)) continue;
    reply.map(spec.notes.empty() ? 3 : 4);
    if (!spec.notes.empty()) {
      reply.bulk("notes");
      reply.bulk(spec.notes);
    }
    reply.bulk("flags");
    reply_names(reply, spec.flags, kKeyFlagNames);
    reply_begin(reply, spec);
    reply_find(reply, spec);
  }
}

void reply_tips(Reply& reply, std::string_view tips) {
  reply.set(tips.empty() ? 0 : static_cast<std::size_t>(std::count(tips.begin(), tips.end(), ',')) + 1);
  while (!tips.empty()) {
    const std::size_t comma = std::min(tips.find(','), tips.size());
    reply.bulk(tips.substr(0, comma));
    tips.remove_prefix(std::min(comma + 1, tips.size()));
  }
}

void reply_info(const CommandTable& table, Reply& reply, const Command* command) {
  if (command == nullptr) return reply.null();
  const KeyRange range = legacy_key_range(*command);
  reply.array(10);
  reply.bulk(full_name(*command));
  reply.integer(command->arity);
  reply_names(reply, command->flags, kFlagNames);
  reply.integer(range.first);
  reply.integer(range.last);
  reply.integer(range.step);
  reply_names(reply, categories_of(*command), category_names());
  reply_tips(reply, command->tips);
  reply_key_specs(reply, *command);
  const auto subcommands = table.subcommands(*command);
  // An empty list of subcommands is a set on RESP3, one with commands in it is not: so in Redis.
  if (subcommands.empty()) return reply.set(0);
  reply.array(subcommands.size());
  for (const Command* sub : subcommands) reply_info(table, reply, sub);
}

// COMMAND and COMMAND INFO: the named commands, or all.
Outcome info(Call& c) {
  const CommandTable& table = c.engine.commands();
  if (c.args.left() == 0) {
    const auto all = named_commands(c.engine);
    c.reply.array(all.size());
    for (const Command* command : all) reply_info(table, c.reply, command);
    return done;
  }
  const Argv names = c.args.rest();
  c.reply.array(names.size());
  for (const auto name : names) reply_info(table, c.reply, c.engine.find_command(name));
  return done;
}

Outcome count(Call& c) {
  c.reply.integer(static_cast<std::int64_t>(named_commands(c.engine).size()));
  return done;
}

Outcome list(Call& c) {
  enum class Filter { none, module, category, pattern } filter = Filter::none;
  std::string_view value;
  if (c.args.left() > 0) {
    if (c.args.left() != 3 || !c.args.take("FILTERBY")) return err::syntax;
    if (c.args.take("MODULE"))
      filter = Filter::module;
    else if (c.args.take("ACLCAT"))
      filter = Filter::category;
    else if (c.args.take("PATTERN"))
      filter = Filter::pattern;
    else
      return err::syntax;
    value = c.args.next();
  }
  const std::uint32_t category = category_by_name(value);
  const CommandTable& table = c.engine.commands();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Command& command = table[i];
    if (filter == Filter::module) break;
    if (!c.engine.has_name(command)) continue;
    if (filter == Filter::category && (categories_of(command) & category) == 0) continue;
    std::string name = full_name(command);
    if (filter == Filter::pattern && !glob_match(value, name, true)) continue;
    names.push_back(std::move(name));
  }
  c.reply.array(names.size());
  for (const std::string& name : names) c.reply.bulk(name);
  return done;
}

Outcome keys_of(Call& c, bool with_flags) {
  const Argv argv = c.args.rest();
  const Command* command = c.engine.command_of(argv);
  if (command == nullptr) return err::invalid_command_specified;
  if (!has_keys(*command)) return err::no_key_arguments;
  const int given = static_cast<int>(argv.size());
  if (command->arity > 0 ? given != command->arity : given < -command->arity)
    return err::invalid_number_of_arguments;
  const auto keys = key_positions(*command, argv);
  if (!keys || keys->empty()) {
    if (!command->is(kNoMandatoryKeys)) return err::invalid_arguments_specified;
    c.reply.array(0);
    return done;
  }
  c.reply.array(keys->size());
  for (const KeyPosition& key : *keys) {
    if (with_flags) c.reply.array(2);
    c.reply.bulk(argv[key.index]);
    if (with_flags) reply_names(c.reply, key.flags, kKeyFlagNames);
  }
  return done;
}

Outcome getkeys(Call& c) {
  return keys_of(c, false);
}

Outcome getkeysandflags(Call& c) {
  return keys_of(c, true);
}

Outcome help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "(no subcommand)",
      "    The same as COMMAND INFO without names.",
      "COUNT",
      "    How many commands there are, subcommands not counted.",
      "LIST [FILTERBY <MODULE module|ACLCAT category|PATTERN pattern>]",
      "    The names of all commands and subcommands, or of those that the filter lets through.",
      "INFO [<command-name> ...]",
      "    Arity, flags, key positions and categories of the named commands, or of all.",
      "DOCS [<command-name> ...]",
      "    Purpose and arguments of the named commands, or of all.",
      "GETKEYS <full-command>",
      "    The keys that a call names.",
      "GETKEYSANDFLAGS <full-command>",
      "    The keys that a call names, each with what the call does to it.",
  };
  return reply_help(c, kLines);
}

constexpr Command kCommands[] = {
    {.name = "COMMAND",
     .arity = -1,
     .flags = kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::server,
     .since = "2.8.13",
     .tips = "nondeterministic_output_order",
     .summary = "Describes commands: arity, flags, keys, categories.",
     .run = info},
    {.name = "COMMAND|COUNT",
     .arity = 2,
     .flags = kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::server,
     .since = "2.8.13",
     .summary = "Counts the commands.",
     .run = count},
    {.name = "COMMAND|DOCS",
     .arity = -2,
     .flags = kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::server,
     .since = "7.0.0",
     .tips = "nondeterministic_output_order",
     .syntax = "[command-name...]",
     .summary = "Explains commands: purpose, group, arguments.",
     .run = command_docs},
    {.name = "COMMAND|GETKEYS",
     .arity = -4,
     .flags = kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::server,
     .since = "2.8.13",
     .summary = "Finds the keys in a call.",
     .run = getkeys},
    {.name = "COMMAND|GETKEYSANDFLAGS",
     .arity = -4,
     .flags = kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::server,
     .since = "7.0.0",
     .summary = "Finds the keys in a call and what it does to each.",
     .run = getkeysandflags},
    {.name = "COMMAND|HELP",
     .arity = 2,
     .flags = kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::server,
     .since = "5.0.0",
     .summary = "Explains the subcommands.",
     .run = help},
    {.name = "COMMAND|INFO",
     .arity = -2,
     .flags = kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::server,
     .since = "2.8.13",
     .tips = "nondeterministic_output_order",
     .syntax = "[command-name...]",
     .summary = "Describes some commands, or all.",
     .run = info},
    {.name = "COMMAND|LIST",
     .arity = -2,
     .flags = kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::server,
     .since = "7.0.0",
     .tips = "nondeterministic_output_order",
     .syntax = "[FILTERBY=filterby<MODULE=module-name|ACLCAT=category|PATTERN=pattern:pattern>]",
     .summary = "Lists the names of commands, filtered if wished.",
     .run = list},
};

}  // namespace

Rows command_commands() {
  return kCommands;
}

}  // namespace redouble
