// Commands about the connection itself: AUTH, ECHO, HELLO, PING, QUIT, RESET, SELECT, WAIT.
#include <optional>
#include <utility>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "protocol/quoted.h"

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

Outcome select(Call& c) {
  const Database* db = c.next_database();
  if (db == nullptr) return c.args.error();
  c.session.db = db->index();
  c.reply.ok();
  return done;
}

// --- Who is there ----------------------------------------------------------------------------------------

Outcome auth(Call& c) {
  if (c.args.left() > 2) return err::syntax;
  const bool named = c.args.left() == 2;
  for (std::size_t i = 1; i <= c.args.left(); ++i) c.engine.redact(i);
  if (!named && c.engine.acl.default_user().without_password()) return err::no_password_set;
  const auto user = named ? c.args.next() : "default";
  if (!c.engine.acl.log_in(c.session, user, c.args.next(), c.args.all()[0])) return err::wrong_password;
  c.reply.ok();
  return done;
}

void introduce(Call& c) {
  c.reply.map(7);
  c.reply.bulk("server");
  c.reply.bulk("redis");
  c.reply.bulk("version");
  c.reply.bulk("7.0.15");
  c.reply.bulk("proto");
  c.reply.integer(c.session.protocol());
  c.reply.bulk("id");
  c.reply.integer(static_cast<std::int64_t>(c.session.id));
  c.reply.bulk("mode");
  c.reply.bulk("standalone");
  c.reply.bulk("role");
  c.reply.bulk("master");
  c.reply.bulk("modules");
  c.reply.array(0);
}

// Each option takes effect as it is read, up to the first that fails: a name stays though a later password is
// wrong.
Outcome apply_hello_options(Call& c) {
  while (c.args.more()) {
    if (c.args.left() >= 3 && c.args.take("AUTH")) {
      const std::size_t user_at = c.args.all().size() - c.args.left();
      c.engine.redact(user_at);
      c.engine.redact(user_at + 1);
      const auto user = c.args.next();
      if (!c.engine.acl.log_in(c.session, user, c.args.next(), c.args.all()[0])) return err::wrong_password;
    } else if (c.args.left() >= 2 && c.args.take("SETNAME")) {
      if (!c.engine.rename(c.session, c.args.next())) return err::bad_client_name;
    } else {
      return c.fail("ERR Syntax error in HELLO option '{}'", until_nul(c.args.next()));
    }
  }
  return done;
}

Outcome hello(Call& c) {
  std::int64_t version = 0;
  if (c.args.more()) {
    version = c.args.integer(err::bad_protocol_version);
    if (!c.args.ok()) return c.args.error();
    if (version != 2 && version != 3) return err::no_protocol;
  }
  if (const Outcome bad = apply_hello_options(c); bad.is_error()) return bad;
  if (!c.session.authenticated && !c.session.internal) return err::hello_without_auth;
  if (version != 0) c.session.reply.set_protocol(static_cast<int>(version));
  introduce(c);
  return done;
}

// --- The end ---------------------------------------------------------------------------------------------

Outcome quit(Call& c) {
  c.reply.ok();
  c.session.close_after_reply = true;
  return done;
}

Outcome reset(Call& c) {
  c.engine.reset(c.session);
  c.reply.status("RESET");
  return done;
}

// Replicas are to have what this client has written, not what others wrote since.
Outcome wait(Call& c) {
  const auto replicas = c.args.integer();
  const auto timeout = c.args.integer(err::timeout_not_an_integer);
  if (!c.args.ok()) return c.args.error();
  if (timeout < 0) return err::timeout_negative;
  Millis until = kNever;
  // A moment past all numbers is never, as Redis has it.
  if (timeout > 0 && __builtin_add_overflow(timeout, c.engine.now_ms(), &until)) until = kNever;
  const std::int64_t have = c.engine.replication.acknowledged(c.session.written);
  if (have >= replicas || !c.may_block) {
    c.reply.integer(have);
    return done;
  }
  c.session.awaited = {c.session.written, replicas};
  c.engine.replication.want_acknowledgements();
  return c.engine.park(c.session, Blocked::wait, until, [](Engine& engine, Session& session) {
    session.reply.integer(engine.replication.acknowledged(session.awaited.offset));
  });
}

constexpr Command kCommands[] = {
    {.name = "AUTH",
     .arity = -2,
     .flags = kNoScript | kLoading | kStale | kFast | kNoAuth | kAllowBusy,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "1.0.0",
     .syntax = "[username@6.0.0] password",
     .summary = "Proves who the client is.",
     .run = auth},
    {.name = "ECHO",
     .arity = 2,
     .flags = kLoading | kStale | kFast,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "1.0.0",
     .syntax = "message",
     .summary = "Answers its argument.",
     .run = echo},
    {.name = "HELLO",
     .arity = -1,
     .flags = kNoScript | kLoading | kStale | kFast | kNoAuth | kAllowBusy,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "6.0.0",
     .syntax = "[arguments{protover:int [AUTH=username_password{username password}] [SETNAME=clientname]}]",
     .summary = "Chooses the protocol, and can authenticate and name the connection.",
     .run = hello},
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
    {.name = "QUIT",
     .arity = -1,
     .flags = kNoScript | kLoading | kStale | kFast | kNoAuth | kAllowBusy,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "1.0.0",
     .summary = "Closes the connection.",
     .run = quit},
    {.name = "RESET",
     .arity = 1,
     .flags = kNoScript | kLoading | kStale | kFast | kNoAuth | kAllowBusy,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "6.2.0",
     .summary = "Makes the connection as it was when it was new.",
     .run = reset},
    {.name = "SELECT",
     .arity = 2,
     .flags = kLoading | kStale | kFast,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "1.0.0",
     .syntax = "index:int",
     .summary = "Chooses the database.",
     .run = select},
    {.name = "WAIT",
     .arity = 3,
     .flags = kNoScript,
     .categories = kCatConnection,
     .group = Group::generic,
     .since = "3.0.0",
     .tips = "request_policy:all_shards,response_policy:agg_min",
     .syntax = "numreplicas:int timeout:int",
     .summary = "Waits until replicas have what was written.",
     .run = wait},
};

}  // namespace

Rows connection_commands() {
  return kCommands;
}

}  // namespace redouble
