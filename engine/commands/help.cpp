#include "engine/commands/help.h"

#include <algorithm>

namespace redouble {

Outcome reply_help(Call& c, std::span<const std::string_view> lines) {
  const std::string_view container = c.command.name.substr(0, c.command.name.find('|'));
  c.reply.array(lines.size() + 3);
  c.reply.status(fmt::format("{} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", container));
  for (const auto line : lines) c.reply.status(line);
  c.reply.status("HELP");
  c.reply.status("    Prints this help.");
  return done;
}

Outcome wrong_subcommand(Call& c) {
  const std::string_view container = c.command.name.substr(0, c.command.name.find('|'));
  const std::string_view word = c.args.all()[1];
  return c.fail("ERR unknown subcommand or wrong number of arguments for '{}'. Try {} HELP.",
                word.substr(0, std::min<std::size_t>(128, word.find('\0'))), container);
}

}  // namespace redouble
