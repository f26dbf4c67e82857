// REDOUBLE LEAKS: what a test left behind.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/commands/redouble.h"
#include "engine/engine.h"
#include "engine/leaks.h"

namespace redouble {
namespace {

using Connection = LeakReport::Connection;

Outcome help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "REDOUBLE LEAKS [NAME <pattern>]. What a test left behind, a list for each kind:",
      "keys, key_count",
      "    db, key and type of those that were not loaded at the start: the first 1,000, and how many there "
      "are.",
      "connections",
      "    id, name (CLIENT SETNAME) and address of each that is open, but for the one that asks.",
      "subscriptions, blocked, transactions, watched",
      "    id and name of the connection, and its channels and patterns; the command that waits; the "
      "commands",
      "    that are queued; the keys that it watches.",
      "NAME <pattern>",
      "    Only connections of such a name, and no keys: REDOUBLE LEAKS NAME worker-*",
      "HELP",
      "    Prints this help.",
  };
  return reply_power_help(c, kLines);
}

// The next row of a list: a map of `n` members, which connection it is first.
void begin_row(Reply& reply, const Connection& connection, std::size_t n) {
  reply.map(n + 2);
  reply.bulk("id");
  reply.integer(static_cast<std::int64_t>(connection.id));
  reply.bulk("name");
  reply.bulk(connection.name);
}

void member(Reply& reply, std::string_view name, std::string_view value) {
  reply.bulk(name);
  reply.bulk(value);
}

void member(Reply& reply, std::string_view name, const std::vector<std::string>& values) {
  reply.bulk(name);
  reply.array(values.size());
  for (const auto& value : values) reply.bulk(value);
}

// A list of those connections for which `holds`, each told by `tell`.
template <class Holds, class Tell>
void list(Reply& reply, std::string_view kind, const LeakReport& report, Holds&& holds, Tell&& tell) {
  reply.bulk(kind);
  reply.array(
      static_cast<std::size_t>(std::count_if(report.connections.begin(), report.connections.end(), holds)));
  for (const Connection& connection : report.connections)
    if (holds(connection)) tell(connection);
}

void tell_keys(Reply& reply, const LeakReport& report) {
  reply.bulk("keys");
  reply.array(report.keys.size());
  for (const auto& key : report.keys) {
    reply.map(3);
    reply.bulk("db");
    reply.integer(key.db);
    member(reply, "key", key.name);
    member(reply, "type", key.type);
  }
  reply.bulk("key_count");
  reply.integer(static_cast<std::int64_t>(report.key_count));
}

void tell_connections(Reply& reply, const LeakReport& report) {
  const auto all = [](const Connection&) { return true; };
  list(reply, "connections", report, all, [&](const Connection& each) {
    begin_row(reply, each, 1);
    member(reply, "address", each.address);
  });
  const auto subscribed = [](const Connection& each) {
    return !each.channels.empty() || !each.patterns.empty() || !each.shard_channels.empty();
  };
  list(reply, "subscriptions", report, subscribed, [&](const Connection& each) {
    begin_row(reply, each, 3);
    member(reply, "channels", each.channels);
    member(reply, "patterns", each.patterns);
    member(reply, "shard_channels", each.shard_channels);
  });
  const auto blocked = [](const Connection& each) { return !each.blocked_by.empty(); };
  list(reply, "blocked", report, blocked, [&](const Connection& each) {
    begin_row(reply, each, 1);
    member(reply, "command", each.blocked_by);
  });
  const auto queueing = [](const Connection& each) { return each.in_transaction; };
  list(reply, "transactions", report, queueing, [&](const Connection& each) {
    begin_row(reply, each, 1);
    member(reply, "queued", each.queued);
  });
  const auto watching = [](const Connection& each) { return !each.watched.empty(); };
  list(reply, "watched", report, watching, [&](const Connection& each) {
    begin_row(reply, each, 1);
    reply.bulk("keys");
    reply.array(each.watched.size());
    for (const auto& key : each.watched) {
      reply.map(2);
      reply.bulk("db");
      reply.integer(key.db);
      member(reply, "key", key.key);
    }
  });
}

}  // namespace

Outcome redouble_leaks(Call& c) {
  if (c.args.take("HELP")) return help(c);
  const bool named = c.args.take("NAME");
  const std::string_view pattern = named ? c.args.next() : std::string_view();
  if (!c.args.finished())
    return c.fail("ERR LEAKS stands alone, or with NAME <pattern>, as in REDOUBLE LEAKS NAME worker-*");
  const LeakReport report = find_leaks(c.engine, &c.session, named ? &pattern : nullptr);
  c.reply.map(7);
  tell_keys(c.reply, report);
  tell_connections(c.reply, report);
  return done;
}

}  // namespace redouble
