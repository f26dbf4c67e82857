// Commands about the connection itself: PING, ECHO, SELECT, AUTH, HELLO, QUIT, RESET.
#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"

namespace redouble {
namespace {

// On RESP2 a subscribed client gets its PONG in the form of a message.
Outcome ping(Call& c) {
  if (c.args.left() > 1) return c.wrong_arity();
  const auto message = c.args.peek();
  if (c.session.subscribed() && c.reply.protocol() == 2) {
    c.reply.array(2);
    c.reply.bulk("pong");
    c.reply.bulk(message);
  } else if (c.args.left() == 0) {
    c.reply.status("PONG");
  } else {
    c.reply.bulk(message);
  }
  return done;
}

Outcome echo(Call& c) {
  c.reply.bulk(c.args.next());
  return done;
}

constexpr Command kCommands[] = {
    {.name = "PING",
     .arity = -1,
     .flags = kFast,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "1.0.0",
     .tips = "request_policy:all_shards,response_policy:all_succeeded",
     .syntax = "[message]",
     .summary = "Answers PONG, or the message.",
     .run = ping},
    {.name = "ECHO",
     .arity = 2,
     .flags = kFast,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "1.0.0",
     .syntax = "message",
     .summary = "Answers its argument.",
     .run = echo},
};

}  // namespace

Rows connection_commands() {
  return kCommands;
}

}  // namespace redouble
