#include "engine/commands/command_docs.h"

#include <cassert>

#include "engine/call.h"
#include "engine/command_table.h"
#include "engine/engine.h"
#include "engine/syntax.h"

namespace redouble {
namespace {

constexpr std::string_view kGroupNames[] = {
    "generic", "string",       "list",       "set",    "sorted-set", "hash",
    "pubsub",  "transactions", "connection", "server", "scripting",  "hyperloglog",
    "cluster", "sentinel",     "geo",        "stream", "bitmap"};

void reply_field(Reply& reply, std::string_view name, std::string_view value) {
  reply.bulk(name);
  reply.bulk(value);
}

void reply_arguments(Reply& reply, const std::vector<Argument>& arguments);

void reply_argument(Reply& reply, const Argument& argument) {
  const bool flags = argument.optional || argument.multiple;
  reply.map(2 + (argument.key_spec ? 1 : 0) + (argument.token ? 1 : 0) + (argument.since.empty() ? 0 : 1) +
            (argument.deprecated_since.empty() ? 0 : 1) + (flags ? 1 : 0) +
            (argument.arguments.empty() ? 0 : 1));
  reply_field(reply, "name", argument.name);
  reply_field(reply, "type", name_of(argument.kind));
  if (argument.key_spec) {
    reply.bulk("key_spec_index");
    reply.integer(*argument.key_spec);
  }
  if (argument.token) reply_field(reply, "token", *argument.token);
  if (!argument.since.empty()) reply_field(reply, "since", argument.since);
  if (!argument.deprecated_since.empty()) reply_field(reply, "deprecated_since", argument.deprecated_since);
  if (flags) {
    reply.bulk("flags");
    reply.set((argument.optional ? 1 : 0) + (argument.multiple ? 1 : 0) + (argument.multiple_token ? 1 : 0));
    if (argument.optional) reply.status("optional");
    if (argument.multiple) reply.status("multiple");
    if (argument.multiple_token) reply.status("multiple_token");
  }
  if (!argument.arguments.empty()) reply_arguments(reply, argument.arguments);
}

void reply_arguments(Reply& reply, const std::vector<Argument>& arguments) {
  reply.bulk("arguments");
  reply.array(arguments.size());
  for (const Argument& argument : arguments) reply_argument(reply, argument);
}

void reply_docs(const CommandTable& table, Reply& reply, const Command& command) {
  const auto arguments = parse_syntax(command.syntax);
  assert(arguments && "a row's syntax is malformed");
  const auto subcommands = table.subcommands(command);
  const bool deprecated = !command.deprecated_since.empty();
  const bool has_arguments = arguments && !arguments->empty();

  reply.bulk(full_name(command));
  reply.map(3 + (deprecated || command.system ? 1 : 0) + (deprecated ? 1 : 0) +
            (command.replaced_by.empty() ? 0 : 1) + (has_arguments ? 1 : 0) + (subcommands.empty() ? 0 : 1));
  reply_field(reply, "summary", command.summary);
  reply_field(reply, "since", command.since);
  reply_field(reply, "group", kGroupNames[static_cast<std::size_t>(command.group)]);
  if (deprecated || command.system) {
    reply.bulk("doc_flags");
    reply.set((deprecated ? 1 : 0) + (command.system ? 1 : 0));
    if (deprecated) reply.status("deprecated");
    if (command.system) reply.status("syscmd");
  }
  if (deprecated) reply_field(reply, "deprecated_since", command.deprecated_since);
  if (!command.replaced_by.empty()) reply_field(reply, "replaced_by", command.replaced_by);
  if (has_arguments) reply_arguments(reply, *arguments);
  if (subcommands.empty()) return;
  reply.bulk("subcommands");
  reply.map(subcommands.size());
  for (const Command* sub : subcommands) reply_docs(table, reply, *sub);
}

}  // namespace

const Command* command_named(const Engine& engine, std::string_view name) {
  const std::size_t bar = name.find('|');
  if (bar == std::string_view::npos) return engine.command_of(Argv(&name, 1));
  const std::string_view words[] = {name.substr(0, bar), name.substr(bar + 1)};
  const Command* command = engine.command_of(words);
  return command != nullptr && command->is_subcommand() ? command : nullptr;
}

Outcome command_docs(Call& c) {
  const CommandTable& table = c.engine.commands();
  std::vector<const Command*> wanted;
  if (c.args.left() == 0)
    wanted.assign(table.commands().begin(), table.commands().end());
  else
    for (const auto name : c.args.rest())
      if (const Command* command = command_named(c.engine, name)) wanted.push_back(command);
  c.reply.map(wanted.size());
  for (const Command* command : wanted) reply_docs(table, c.reply, *command);
  return done;
}

}  // namespace redouble
