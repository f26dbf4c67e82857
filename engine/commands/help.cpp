#include "engine/commands/help.h"

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

}  // namespace redouble
