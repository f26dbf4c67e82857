// REDOUBLE LOAD: test data from a file or from the call itself.
#include "engine/commands/redouble.h"
#include "engine/engine.h"
#include "engine/loading.h"

namespace redouble {
namespace {

Outcome help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "REDOUBLE LOAD <path> | JSON <text> | COMMANDS <text>. Adds test data; a key that is loaded replaces "
      "one of",
      "its name. Answers how many keys (or commands) there were.",
      "<path>",
      "    A file of the server's machine, by its ending: .json, .rdb, .redis or .txt (commands).",
      "JSON <text>",
      "    {\"visits\": 7, \"queue\": [\"a\", \"b\"], \"user:1\": {\"name\": \"ada\"},",
      "     \"board\": {\"type\": \"zset\", \"value\": {\"ada\": 10.5}, \"ttl\": \"5m\"}}",
      "    A string or number becomes a string, an array a list, an object a hash; with type (string, list, "
      "set,",
      "    hash, zset, stream), value and perhaps ttl anything. {\"databases\": {\"1\": {...}}} for several. "
      "All of",
      "    it is loaded or nothing.",
      "COMMANDS <text>",
      "    A command a line, with quotes as in redis-cli and comments behind '#'. Stops at the first error.",
      "HELP",
      "    Prints this help.",
  };
  return reply_power_help(c, kLines);
}

}  // namespace

Outcome redouble_load(Call& c) {
  if (c.args.left() == 1 && c.args.take("HELP")) return help(c);
  if (!c.args.more())
    return c.fail("ERR LOAD needs a path, or JSON <text>, or COMMANDS <text>. Try REDOUBLE LOAD HELP.");
  const bool text = c.args.left() >= 2;
  const bool json = text && c.args.take("JSON"), commands = text && !json && c.args.take("COMMANDS");
  const auto what = c.args.next();
  if (!c.args.finished())
    return c.fail(
        "ERR LOAD takes a path, or JSON or COMMANDS and one text behind it. Try REDOUBLE LOAD HELP.");
  const Loaded loaded = json       ? load_json(c.engine, what, "JSON")
                        : commands ? load_commands(c.engine, what, "COMMANDS")
                                   : load_file(c.engine, std::string(what));
  if (!loaded.error.empty()) return c.fail("ERR {}", loaded.error);
  c.reply.integer(static_cast<std::int64_t>(loaded.count));
  return done;
}

}  // namespace redouble
