// CLIENT: what connections there are, and doing something to them. How one is described stands in
// client_line.cpp.
#include <optional>
#include <vector>

#include "engine/call.h"
#include "engine/commands/client_line.h"
#include "engine/commands/families.h"
#include "engine/commands/help.h"
#include "engine/engine.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

Outcome client_getname(Call& c) {
  if (c.session.name.empty())
    c.reply.null();
  else
    c.reply.bulk(c.session.name);
  return done;
}

Outcome client_setname(Call& c) {
  if (!Engine::rename(c.session, c.args.next())) return err::bad_client_name;
  c.reply.ok();
  return done;
}

Outcome client_id(Call& c) {
  c.reply.integer(static_cast<std::int64_t>(c.session.id));
  return done;
}

std::string line_of(const Call& c, const Session& session) {
  std::size_t bytes = 0;
  if (&session == &c.session)
    for (const auto argument : c.args.all()) bytes += argument.size();
  return describe(c.engine, session, bytes) + "\n";
}

Outcome client_info(Call& c) {
  c.reply.verbatim("txt", line_of(c, c.session));
  return done;
}

Outcome client_list(Call& c) {
  std::optional<ClientKind> kind;
  std::string text;
  const auto add = [&](const Session& session) { text += line_of(c, session); };
  if (c.args.left() == 2 && c.args.take("TYPE")) {
    const auto word = until_nul(c.args.next());
    kind = parse_client_kind(word);
    if (!kind) return c.fail("ERR Unknown client type '{}'", word);
  } else if (c.args.left() >= 2 && c.args.take("ID")) {
    while (c.args.more()) {
      const auto id = c.args.integer(err::bad_client_id);
      if (!c.args.ok()) return c.args.error();
      if (const Session* session = c.engine.session_by_id(static_cast<std::uint64_t>(id))) add(*session);
    }
    c.reply.verbatim("txt", text);
    return done;
  } else if (c.args.left() > 0) {
    return err::syntax;
  }
  for (const auto& session : c.engine.sessions())
    if (session->open() && (!kind || kind_of(*session) == *kind)) add(*session);
  c.reply.verbatim("txt", text);
  return done;
}

// --- KILL ------------------------------------------------------------------------------------------------

struct Filter {
  std::optional<std::uint64_t> id;
  std::optional<std::string_view> address, local_address;
  const AclUser* user = nullptr;
  std::optional<ClientKind> kind;
  bool skip_me = true;

  bool matches(const Session& session, const Session& me) const {
    return !(id && session.id != *id) && !(address && session.address != *address) &&
           !(local_address && session.local_address != *local_address) &&
           !(user != nullptr && session.user != user) && !(kind && kind_of(session) != *kind) &&
           !(skip_me && &session == &me);
  }
};

Outcome read_filter(Call& c, Filter& filter) {
  while (c.args.more()) {
    if (c.args.left() < 2) return err::syntax;
    if (c.args.take("ID")) {
      const auto id = c.args.integer(err::client_id_not_positive);
      if (!c.args.ok()) return c.args.error();
      if (id < 1) return err::client_id_not_positive;
      filter.id = static_cast<std::uint64_t>(id);
    } else if (c.args.take("TYPE")) {
      const auto word = until_nul(c.args.next());
      filter.kind = parse_client_kind(word);
      if (!filter.kind) return c.fail("ERR Unknown client type '{}'", word);
    } else if (c.args.take("ADDR")) {
      filter.address = until_nul(c.args.next());
    } else if (c.args.take("LADDR")) {
      filter.local_address = until_nul(c.args.next());
    } else if (c.args.take("USER")) {
      const auto name = c.args.next();
      filter.user = c.engine.acl.find(name);
      if (filter.user == nullptr) return c.fail("ERR No such user '{}'", until_nul(name));
    } else if (c.args.take("SKIPME")) {
      if (c.args.take("YES"))
        filter.skip_me = true;
      else if (c.args.take("NO"))
        filter.skip_me = false;
      else
        return err::syntax;
    } else {
      return err::syntax;
    }
  }
  return done;
}

Outcome client_kill(Call& c) {
  Filter filter;
  const bool old_form = c.args.left() == 1;
  if (old_form) {
    filter.address = until_nul(c.args.next());
    filter.skip_me = false;
  } else if (const Outcome bad = read_filter(c, filter); bad.is_error()) {
    return bad;
  }
  std::int64_t killed = 0;
  bool me = false;
  for (const auto& session : c.engine.sessions()) {
    if (session->close_now || !filter.matches(*session, c.session)) continue;
    ++killed;
    if (session.get() == &c.session)
      me = true;
    else
      c.engine.kill(*session);
  }
  if (old_form && killed == 0) return err::no_such_client;
  if (old_form)
    c.reply.ok();
  else
    c.reply.integer(killed);
  // Whoever closes itself still gets its answer.
  if (me) c.session.close_after_reply = true;
  return done;
}

// --- Flow ------------------------------------------------------------------------------------------------

Outcome client_pause(Call& c) {
  if (c.args.left() > 2) return c.wrong_subcommand();
  const auto text = c.args.next();
  Pause what = Pause::all;
  if (c.args.more()) {
    if (c.args.take("WRITE"))
      what = Pause::write;
    else if (!c.args.take("ALL"))
      return err::pause_mode;
  }
  const auto ms = parse_int64(text);
  Millis until = 0;
  if (!ms) return err::timeout_not_an_integer;
  if (*ms < 0) return err::timeout_negative;
  // Redis lets the sum overflow: such a pause is over before it begins.
  if (__builtin_add_overflow(*ms, c.engine.now_ms(), &until)) until = 0;
  c.engine.pause(what, until);
  c.reply.ok();
  return done;
}

Outcome client_unpause(Call& c) {
  c.reply.ok();
  c.engine.unpause();
  return done;
}

Outcome client_reply(Call& c) {
  if (c.args.take("ON")) {
    c.session.set_reply_mode(ReplyMode::on);
    c.reply.ok();
  } else if (c.args.take("OFF")) {
    c.session.set_reply_mode(ReplyMode::off);
  } else if (c.args.take("SKIP")) {
    if (c.session.reply_mode != ReplyMode::off) c.session.set_reply_mode(ReplyMode::skip_next);
  } else {
    return err::syntax;
  }
  return done;
}

Outcome client_unblock(Call& c) {
  if (c.args.left() > 2) return c.wrong_subcommand();
  const auto text = c.args.next();
  bool with_error = false;
  if (c.args.more()) {
    with_error = c.args.take("ERROR");
    if (!with_error && !c.args.take("TIMEOUT")) return err::unblock_reason;
  }
  const auto id = parse_int64(text);
  if (!id) return err::not_an_integer;
  Session* session = c.engine.session_by_id(static_cast<std::uint64_t>(*id));
  const bool blocked = session != nullptr && session->parked.may_be_freed();
  if (blocked) c.engine.free_waiting(*session, with_error);
  c.reply.integer(blocked ? 1 : 0);
  return done;
}

Outcome client_no_evict(Call& c) {
  if (c.args.take("ON"))
    c.session.no_evict = true;
  else if (c.args.take("OFF"))
    c.session.no_evict = false;
  else
    return err::syntax;
  c.reply.ok();
  return done;
}

Outcome client_help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "CACHING (YES|NO)",
      "    Whether the keys of the next command are tracked (OPTIN, OPTOUT).",
      "GETREDIR",
      "    The connection that is told in place of this one.",
      "GETNAME",
      "    The name of this connection.",
      "ID",
      "    The number of this connection.",
      "INFO",
      "    A line about this connection.",
      "KILL <ip:port>",
      "    Close the connection from that address.",
      "KILL <option> <value> [<option> <value> [...]]",
      "    Close all connections for which every option holds:",
      "    * ADDR (<ip:port>|<unixsocket>:0)",
      "    * LADDR (<ip:port>|<unixsocket>:0)",
      "    * ID <client id>",
      "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
      "    * USER <username>",
      "    * SKIPME (YES|NO): leave this connection open (default: yes)",
      "LIST [TYPE (NORMAL|MASTER|REPLICA|PUBSUB) | ID <id> [<id> ...]]",
      "    A line about each connection.",
      "UNPAUSE",
      "    End a pause.",
      "PAUSE <timeout> [WRITE|ALL]",
      "    Hold commands back for that many milliseconds.",
      "REPLY (ON|OFF|SKIP)",
      "    Whether this connection gets replies.",
      "SETNAME <name>",
      "    Name this connection.",
      "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
      "         [OPTIN] [OPTOUT] [NOLOOP]",
      "    Be told when keys that this connection read change.",
      "TRACKINGINFO",
      "    How the keys of this connection are tracked.",
      "UNBLOCK <clientid> [TIMEOUT|ERROR]",
      "    Let a blocked connection go on.",
      "NO-EVICT (ON|OFF)",
      "    Protect this connection from eviction.",
  };
  return reply_help(c, kLines);
}

constexpr Command kCommands[] = {
    {.name = "CLIENT",
     .arity = -2,
     .group = Group::connection,
     .since = "2.4.0",
     .summary = "A container for commands about connections."},
    {.name = "CLIENT|GETNAME",
     .arity = 2,
     .flags = kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "2.6.9",
     .summary = "Tells the name of the connection.",
     .run = client_getname},
    {.name = "CLIENT|HELP",
     .arity = 2,
     .flags = kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "5.0.0",
     .summary = "Lists the subcommands.",
     .run = client_help},
    {.name = "CLIENT|ID",
     .arity = 2,
     .flags = kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "5.0.0",
     .summary = "Tells the number of the connection.",
     .run = client_id},
    {.name = "CLIENT|INFO",
     .arity = 2,
     .flags = kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "6.2.0",
     .tips = "nondeterministic_output",
     .summary = "Describes the connection.",
     .run = client_info},
    {.name = "CLIENT|KILL",
     .arity = -3,
     .flags = kAdmin | kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "2.4.0",
     .syntax = "filter<ip:port~2.8.12|new-format<[ID=client-id:int@2.8.12]|[TYPE=normal_master_slave_pubsub<"
               "NORMAL|MASTER@3.2.0|SLAVE|REPLICA@5.0.0|PUBSUB>@2.8.12]|[USER=username]|[ADDR=ip:port]|["
               "LADDR=ip:port@6.2.0]|[SKIPME=yes/no]>...>",
     .summary = "Closes connections.",
     .run = client_kill},
    {.name = "CLIENT|LIST",
     .arity = -2,
     .flags = kAdmin | kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "2.4.0",
     .tips = "nondeterministic_output",
     .syntax = "[TYPE=normal_master_replica_pubsub<NORMAL|MASTER|REPLICA|PUBSUB>@5.0.0] "
               "[ID=id{client-id:int...}@6.2.0]",
     .summary = "Describes all connections, or some.",
     .run = client_list},
    {.name = "CLIENT|NO-EVICT",
     .arity = 3,
     .flags = kAdmin | kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "7.0.0",
     .syntax = "enabled<ON|OFF>",
     .summary = "Protects the connection from eviction.",
     .run = client_no_evict},
    {.name = "CLIENT|PAUSE",
     .arity = -3,
     .flags = kAdmin | kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "2.9.50",
     .syntax = "timeout:int [mode<WRITE|ALL>@6.2.0]",
     .summary = "Holds back all commands, or those that write, for a while.",
     .run = client_pause},
    {.name = "CLIENT|REPLY",
     .arity = 3,
     .flags = kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "3.2.0",
     .syntax = "on_off_skip<ON|OFF|SKIP>",
     .summary = "Turns replies to the connection on or off.",
     .run = client_reply},
    {.name = "CLIENT|SETNAME",
     .arity = 3,
     .flags = kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "2.6.9",
     .syntax = "connection-name",
     .summary = "Names the connection.",
     .run = client_setname},
    {.name = "CLIENT|UNBLOCK",
     .arity = -3,
     .flags = kAdmin | kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "5.0.0",
     .syntax = "client-id:int [timeout_error<TIMEOUT|ERROR>]",
     .summary = "Lets a blocked connection go on.",
     .run = client_unblock},
    {.name = "CLIENT|UNPAUSE",
     .arity = 2,
     .flags = kAdmin | kNoScript | kLoading | kStale,
     .categories = kCatConnection,
     .group = Group::connection,
     .since = "6.2.0",
     .summary = "Ends a pause.",
     .run = client_unpause},
};

}  // namespace

Rows client_commands() {
  return kCommands;
}

}  // namespace redouble
