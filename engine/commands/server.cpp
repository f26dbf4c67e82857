// Commands about the server itself: TIME, ROLE, SHUTDOWN, LOLWUT.
#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "engine/rdb/persistence.h"

namespace redouble {
namespace {

Outcome time(Call& c) {
  const Micros now = c.engine.now();
  c.reply.array(2);
  c.reply.bulk(format_int64(now / 1'000'000));
  c.reply.bulk(format_int64(now % 1'000'000));
  return done;
}

// Always a master: how much it has written, and who follows with how much of it.
Outcome role(Call& c) {
  const Replication& stream = c.engine.replication;
  c.reply.array(3);
  c.reply.bulk("master");
  c.reply.integer(static_cast<std::int64_t>(stream.offset()));
  c.reply.array(stream.replicas().size());
  for (const Session* session : stream.replicas()) {
    c.reply.array(3);
    c.reply.bulk(stream.address_of(*session));
    c.reply.bulk(format_int64(session->replica->port));
    c.reply.bulk(format_uint64(session->replica->acknowledged));
  }
  return done;
}

// NOW has nothing to hurry: nobody waits for replicas. The client gets no reply.
Outcome shutdown(Call& c) {
  bool save = false, nosave = false, now = false, force = false, abort = false;
  while (c.args.more()) {
    if (c.args.take("NOSAVE"))
      nosave = true;
    else if (c.args.take("SAVE"))
      save = true;
    else if (c.args.take("NOW"))
      now = true;
    else if (c.args.take("FORCE"))
      force = true;
    else if (c.args.take("ABORT"))
      abort = true;
    else
      return err::syntax;
  }
  if ((abort && (save || nosave || now || force)) || (save && nosave)) return err::syntax;
  if (abort) return err::no_shutdown;
  if (c.engine.busy() && !nosave) return c.engine.busy_error();
  const LastSave last = save ? LastSave::yes : nosave ? LastSave::no : LastSave::as_configured;
  if (!prepare_shutdown(c.engine, last, force)) return err::shutdown_failed;
  if (c.session.internal)
    c.reply.ok();  // a caller in this process waits for an answer
  else
    c.engine.kill(c.session);
  c.engine.host().shutdown();
  return done;
}

constexpr std::string_view kOneRoom =
    "        ______\n"
    "       /\\    /\\\n"
    "      /  \\__/  \\\n"
    "     /___/  \\___\\\n"
    "     \\   \\__/   /\n"
    "      \\  /  \\  /\n"
    "       \\/____\\/\n\n";
constexpr std::string_view kTwoRooms =
    "      _____________   _____________\n"
    "     |  _________  |_|  _________  |\n"
    "     | |  _____  |     |  _____  | |\n"
    "     | | |     | |  =  | |     | | |\n"
    "     | | |_____| |     | |_____| | |\n"
    "     | |_________|  _  |_________| |\n"
    "     |_____________| |_____________|\n\n";

// Redis draws with version 5 and 6, to sizes that may follow; other versions only tell the server's.
Outcome lolwut(Call& c) {
  std::int64_t version = 0;
  if (c.args.left() >= 2 && c.args.take("VERSION")) version = c.args.integer();
  for (int sizes = 0; (version == 5 || version == 6) && sizes < 3 && c.args.more(); ++sizes) c.args.integer();
  if (!c.args.ok()) return c.args.error();
  std::string text;
  if (version == 5) text += kOneRoom;
  if (version == 6) text += kTwoRooms;
  text += "Redis ver. 7.0.15\n";
  c.reply.verbatim("txt", text);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "TIME",
     .arity = 1,
     .flags = kLoading | kStale | kFast,
     .group = Group::server,
     .since = "2.6.0",
     .tips = "nondeterministic_output",
     .summary = "Answers the time: Unix seconds and microseconds.",
     .run = time},
    {.name = "ROLE",
     .arity = 1,
     .flags = kNoScript | kLoading | kStale | kFast,
     .categories = kCatAdmin | kCatDangerous,
     .group = Group::server,
     .since = "2.8.12",
     .summary = "Answers the server's part in replication.",
     .run = role},
    {.name = "SHUTDOWN",
     .arity = -1,
     .flags = kAdmin | kNoScript | kLoading | kStale | kNoMulti | kAllowBusy,
     .group = Group::server,
     .since = "1.0.0",
     .syntax = "[nosave_save<NOSAVE|SAVE>] [NOW@7.0.0] [FORCE@7.0.0] [ABORT@7.0.0]",
     .summary = "Stops the server.",
     .run = shutdown},
    {.name = "LOLWUT",
     .arity = -1,
     .flags = kReadonly | kFast,
     .group = Group::server,
     .since = "5.0.0",
     .syntax = "[VERSION=version:int]",
     .summary = "Draws a small picture and tells the version.",
     .run = lolwut},
};

}  // namespace

Rows server_commands() {
  return kCommands;
}

}  // namespace redouble
