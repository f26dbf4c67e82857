// Subscribing, publishing, and what PUBSUB tells. Confirmations are messages of their own: one for each name.
#include <vector>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/help.h"
#include "engine/engine.h"
#include "engine/glob.h"

namespace redouble {
namespace {

using Space = Pubsub::Space;

// Channels and patterns are counted together, shard channels by themselves.
std::int64_t subscriptions(const Session& session, Space space) {
  return static_cast<std::int64_t>(space == Space::shard ? session.shard_channels.size()
                                                         : session.channels.size() + session.patterns.size());
}

template <Space space>
constexpr std::string_view kSubscribed = space == Space::channel   ? "subscribe"
                                         : space == Space::pattern ? "psubscribe"
                                                                   : "ssubscribe";
template <Space space>
constexpr std::string_view kUnsubscribed = space == Space::channel   ? "unsubscribe"
                                           : space == Space::pattern ? "punsubscribe"
                                                                     : "sunsubscribe";

template <Space space>
Outcome subscribe(Call& c) {
  // Redis lets a transaction subscribe to channels and patterns, which it did from the beginning.
  const bool refused = space == Space::shard ? !c.may_block : c.session.internal;
  if (refused) return c.fail("ERR {} isn't allowed for a DENY BLOCKING client", c.command.name);
  const Loud loud(c.session);
  for (const auto name : c.args.rest()) {
    c.engine.pubsub.subscribe(c.session, space, name);
    c.reply.push(3);
    c.reply.bulk(kSubscribed<space>);
    c.reply.bulk(name);
    c.reply.integer(subscriptions(c.session, space));
  }
  return done;
}

template <Space space>
Outcome unsubscribe(Call& c) {
  const Loud loud(c.session);
  const auto leave = [&](std::string_view name) {
    c.engine.pubsub.unsubscribe(c.session, space, name);
    c.reply.push(3);
    c.reply.bulk(kUnsubscribed<space>);
    c.reply.bulk(name);
    c.reply.integer(subscriptions(c.session, space));
  };
  if (c.args.left() > 0) {
    for (const auto name : c.args.rest()) leave(name);
    return done;
  }
  const std::vector<std::string> all = Pubsub::names(c.session, space);
  for (const auto& name : all) leave(name);
  if (all.empty()) {
    c.reply.push(3);
    c.reply.bulk(kUnsubscribed<space>);
    c.reply.null();
    c.reply.integer(subscriptions(c.session, space));
  }
  return done;
}

Outcome publish(Call& c) {
  const auto channel = c.args.next();
  c.reply.integer(static_cast<std::int64_t>(c.engine.pubsub.publish(channel, c.args.next())));
  c.telling = Call::Telling::always;
  return done;
}

Outcome spublish(Call& c) {
  const auto channel = c.args.next();
  c.reply.integer(static_cast<std::int64_t>(c.engine.pubsub.publish_shard(channel, c.args.next())));
  c.telling = Call::Telling::always;
  return done;
}

template <Space space>
const Pubsub::Channels& channels(const Call& c) {
  return space == Space::shard ? c.engine.pubsub.shard_channels() : c.engine.pubsub.channels();
}

template <Space space>
Outcome list_channels(Call& c) {
  if (c.args.left() > 1) return c.wrong_subcommand();
  // Without a pattern all are listed; "*" does not match the channel without a name.
  const bool all = c.args.left() == 0;
  const auto pattern = all ? "" : c.args.next();
  std::vector<std::string_view> found;
  for (const auto& [name, subscribers] : channels<space>(c))
    if (all || glob_match(pattern, name, false)) found.push_back(name);
  c.reply.array(found.size());
  for (const auto name : found) c.reply.bulk(name);
  return done;
}

template <Space space>
Outcome count_listeners(Call& c) {
  const Argv names = c.args.rest();
  c.reply.array(names.size() * 2);
  for (const auto name : names) {
    const auto at = channels<space>(c).find(name);
    c.reply.bulk(name);
    c.reply.integer(at == channels<space>(c).end() ? 0 : static_cast<std::int64_t>(at->second.size()));
  }
  return done;
}

Outcome pubsub_numpat(Call& c) {
  c.reply.integer(static_cast<std::int64_t>(c.engine.pubsub.patterns()));
  return done;
}

Outcome pubsub_help(Call& c) {
  static constexpr std::string_view kLines[] = {
      "CHANNELS [<pattern>]",
      "    The channels that have listeners; all, or those that match.",
      "NUMPAT",
      "    How many patterns are listened to.",
      "NUMSUB [<channel> ...]",
      "    How many listen to each channel, patterns not counted.",
      "SHARDCHANNELS [<pattern>]",
      "    The shard channels that have listeners.",
      "SHARDNUMSUB [<shardchannel> ...]",
      "    How many listen to each shard channel.",
  };
  return reply_help(c, kLines);
}

constexpr Command kCommands[] = {
    {.name = "SUBSCRIBE",
     .arity = -2,
     .flags = kPubsub | kNoScript | kLoading | kStale,
     .channels = Channels::subscribe,
     .group = Group::pubsub,
     .since = "2.0.0",
     .syntax = "channel...",
     .summary = "Listens to channels.",
     .run = subscribe<Space::channel>},
    {.name = "UNSUBSCRIBE",
     .arity = -1,
     .flags = kPubsub | kNoScript | kLoading | kStale,
     .group = Group::pubsub,
     .since = "2.0.0",
     .syntax = "[channel...]",
     .summary = "Stops listening to channels, or to all of them.",
     .run = unsubscribe<Space::channel>},
    {.name = "PSUBSCRIBE",
     .arity = -2,
     .flags = kPubsub | kNoScript | kLoading | kStale,
     .channels = Channels::subscribe_pattern,
     .group = Group::pubsub,
     .since = "2.0.0",
     .syntax = "pattern{pattern:pattern}...",
     .summary = "Listens to all channels that match glob patterns.",
     .run = subscribe<Space::pattern>},
    {.name = "PUNSUBSCRIBE",
     .arity = -1,
     .flags = kPubsub | kNoScript | kLoading | kStale,
     .group = Group::pubsub,
     .since = "2.0.0",
     .syntax = "[pattern:pattern...]",
     .summary = "Stops listening to patterns, or to all of them.",
     .run = unsubscribe<Space::pattern>},
    {.name = "SSUBSCRIBE",
     .arity = -2,
     .flags = kPubsub | kNoScript | kLoading | kStale,
     .keys = {keys::range(1, -1, 1, kNotKey)},
     .channels = Channels::subscribe,
     .group = Group::pubsub,
     .since = "7.0.0",
     .syntax = "shardchannel...",
     .summary = "Listens to shard channels.",
     .run = subscribe<Space::shard>},
    {.name = "SUNSUBSCRIBE",
     .arity = -1,
     .flags = kPubsub | kNoScript | kLoading | kStale,
     .keys = {keys::range(1, -1, 1, kNotKey)},
     .group = Group::pubsub,
     .since = "7.0.0",
     .syntax = "[shardchannel...]",
     .summary = "Stops listening to shard channels, or to all of them.",
     .run = unsubscribe<Space::shard>},
    {.name = "PUBLISH",
     .arity = 3,
     .flags = kPubsub | kLoading | kStale | kFast | kMayReplicate,
     .channels = Channels::publish,
     .group = Group::pubsub,
     .since = "2.0.0",
     .syntax = "channel message",
     .summary = "Sends a message to a channel.",
     .run = publish},
    {.name = "SPUBLISH",
     .arity = 3,
     .flags = kPubsub | kLoading | kStale | kFast | kMayReplicate,
     .keys = {keys::at(1, kNotKey)},
     .channels = Channels::publish,
     .group = Group::pubsub,
     .since = "7.0.0",
     .syntax = "shardchannel message",
     .summary = "Sends a message to a shard channel.",
     .run = spublish},
    {.name = "PUBSUB",
     .arity = -2,
     .group = Group::pubsub,
     .since = "2.8.0",
     .summary = "A container for commands about subscriptions."},
    {.name = "PUBSUB|CHANNELS",
     .arity = -2,
     .flags = kPubsub | kLoading | kStale,
     .group = Group::pubsub,
     .since = "2.8.0",
     .syntax = "[pattern:pattern]",
     .summary = "Lists the channels that have listeners.",
     .run = list_channels<Space::channel>},
    {.name = "PUBSUB|HELP",
     .arity = 2,
     .flags = kLoading | kStale,
     .group = Group::pubsub,
     .since = "6.2.0",
     .summary = "Lists the subcommands.",
     .run = pubsub_help},
    {.name = "PUBSUB|NUMPAT",
     .arity = 2,
     .flags = kPubsub | kLoading | kStale,
     .group = Group::pubsub,
     .since = "2.8.0",
     .summary = "Counts the patterns that are listened to.",
     .run = pubsub_numpat},
    {.name = "PUBSUB|NUMSUB",
     .arity = -2,
     .flags = kPubsub | kLoading | kStale,
     .group = Group::pubsub,
     .since = "2.8.0",
     .syntax = "[channel...]",
     .summary = "Counts the listeners of channels.",
     .run = count_listeners<Space::channel>},
    {.name = "PUBSUB|SHARDCHANNELS",
     .arity = -2,
     .flags = kPubsub | kLoading | kStale,
     .group = Group::pubsub,
     .since = "7.0.0",
     .syntax = "[pattern:pattern]",
     .summary = "Lists the shard channels that have listeners.",
     .run = list_channels<Space::shard>},
    {.name = "PUBSUB|SHARDNUMSUB",
     .arity = -2,
     .flags = kPubsub | kLoading | kStale,
     .group = Group::pubsub,
     .since = "7.0.0",
     .syntax = "[shardchannel...]",
     .summary = "Counts the listeners of shard channels.",
     .run = count_listeners<Space::shard>},
};

}  // namespace

Rows pubsub_commands() {
  return kCommands;
}

}  // namespace redouble
