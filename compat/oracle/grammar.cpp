// Implementation of grammar.h: walks the flat name-value arrays of RESP2.
#include "grammar.h"

#include <algorithm>
#include <map>

namespace redouble::oracle {
namespace {

const Reply* field(const Reply& pairs, std::string_view name) {
  for (size_t i = 0; i + 1 < pairs.items.size(); i += 2) {
    if (pairs.items[i].text == name) return &pairs.items[i + 1];
  }
  return nullptr;
}

std::string text_of(const Reply& pairs, std::string_view name) {
  const auto* found = field(pairs, name);
  return found ? found->text : "";
}

Argument read_argument(const Reply& pairs) {
  Argument argument;
  argument.name = text_of(pairs, "name");
  argument.type = text_of(pairs, "type");
  argument.token = text_of(pairs, "token");
  if (const auto* flags = field(pairs, "flags")) {
    for (const auto& flag : flags->items) {
      argument.optional |= flag.text == "optional";
      argument.multiple |= flag.text == "multiple";
      argument.repeats_token |= flag.text == "multiple_token";
    }
  }
  if (const auto* items = field(pairs, "arguments")) {
    for (const auto& item : items->items) argument.items.push_back(read_argument(item));
  }
  return argument;
}

void read_command(const std::string& name, const Reply& pairs, std::vector<Command>& commands) {
  if (const auto* subcommands = field(pairs, "subcommands")) {
    for (size_t i = 0; i + 1 < subcommands->items.size(); i += 2) {
      read_command(subcommands->items[i].text, subcommands->items[i + 1], commands);
    }
    return;
  }
  Command command;
  command.name = name;
  const auto bar = name.find('|');
  command.words.push_back(upper(name.substr(0, bar)));
  if (bar != std::string::npos) command.words.push_back(upper(name.substr(bar + 1)));
  command.group = text_of(pairs, "group");
  if (const auto* arguments = field(pairs, "arguments")) {
    for (const auto& item : arguments->items) command.arguments.push_back(read_argument(item));
  }
  commands.push_back(std::move(command));
}

struct Traits {
  std::set<std::string> flags;
  std::set<std::string> tips;
};

// COMMAND's rows: name first, flags third, tips eighth, subcommands tenth.
void read_traits(const Reply& rows, std::map<std::string, Traits>& all) {
  for (const auto& row : rows.items) {
    if (row.items.size() < 10) continue;
    auto& traits = all[row.items[0].text];
    for (const auto& flag : row.items[2].items) traits.flags.insert(flag.text);
    for (const auto& tip : row.items[7].items) traits.tips.insert(tip.text);
    read_traits(row.items[9], all);
  }
}

}  // namespace

std::vector<Command> read_grammar(Connection& connection) {
  const auto documents = connection.call({"COMMAND", "DOCS"});
  std::vector<Command> commands;
  for (size_t i = 0; i + 1 < documents.items.size(); i += 2) {
    read_command(documents.items[i].text, documents.items[i + 1], commands);
  }
  std::map<std::string, Traits> traits;
  read_traits(connection.call({"COMMAND"}), traits);
  for (auto& command : commands) {
    const auto& own = traits[command.name];
    command.tips = own.tips;
    command.blocks = own.flags.contains("blocking") || command.name == "wait";
  }
  std::sort(commands.begin(), commands.end(),
            [](const Command& a, const Command& b) { return a.name < b.name; });
  return commands;
}

std::set<std::string> read_command_names(Connection& connection) {
  std::set<std::string> names;
  for (const auto& name : connection.call({"COMMAND", "LIST"}).items) names.insert(lower(name.text));
  return names;
}

}  // namespace redouble::oracle
