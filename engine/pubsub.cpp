#include "engine/pubsub.h"

#include <algorithm>

#include "engine/engine.h"
#include "engine/glob.h"

namespace redouble {

std::vector<std::string>& Pubsub::names(Session& session, Space space) {
  switch (space) {
    case Space::channel:
      return session.channels;
    case Space::pattern:
      return session.patterns;
    case Space::shard:
      break;
  }
  return session.shard_channels;
}

bool Pubsub::subscribe(Session& session, Space space, std::string_view name) {
  auto& held = names(session, space);
  if (std::find(held.begin(), held.end(), name) != held.end()) return false;
  held.emplace_back(name);
  if (space == Space::pattern) {
    auto at =
        std::find_if(patterns_.begin(), patterns_.end(), [&](const Pattern& p) { return p.text == name; });
    if (at == patterns_.end()) at = patterns_.insert(patterns_.end(), {std::string(name), {}});
    at->subscribers.push_back(&session);
  } else {
    (space == Space::channel ? channels_ : shard_channels_)[std::string(name)].push_back(&session);
  }
  return true;
}

bool Pubsub::unsubscribe(Session& session, Space space, std::string_view name) {
  auto& held = names(session, space);
  const auto mine = std::find(held.begin(), held.end(), name);
  if (mine == held.end()) return false;
  if (space == Space::pattern) {
    const auto at =
        std::find_if(patterns_.begin(), patterns_.end(), [&](const Pattern& p) { return p.text == name; });
    std::erase(at->subscribers, &session);
    if (at->subscribers.empty()) patterns_.erase(at);
  } else {
    Channels& channels = space == Space::channel ? channels_ : shard_channels_;
    const auto at = channels.find(name);
    std::erase(at->second, &session);
    if (at->second.empty()) channels.erase(at);
  }
  held.erase(mine);
  return true;
}

void Pubsub::forget(Session& session) {
  for (const Space space : {Space::channel, Space::pattern, Space::shard})
    while (!names(session, space).empty()) {
      const std::string name = names(session, space).back();
      unsubscribe(session, space, name);
    }
}

void Pubsub::deliver(Session& session, std::string_view kind, std::string_view channel,
                     std::string_view message) {
  if (!session.open()) return;
  const Loud loud(session);
  session.reply.push(3);
  session.reply.bulk(kind);
  session.reply.bulk(channel);
  session.reply.bulk(message);
  session.engine.wrote_to(session);
}

std::size_t Pubsub::receivers(std::string_view channel) const {
  std::size_t count = 0;
  for (const Channels* channels : {&channels_, &shard_channels_})
    if (const auto at = channels->find(channel); at != channels->end()) count += at->second.size();
  for (const Pattern& pattern : patterns_)
    if (glob_match(pattern.text, channel, false)) count += pattern.subscribers.size();
  return count;
}

std::size_t Pubsub::publish(std::string_view channel, std::string_view message) {
  std::size_t receivers = 0;
  if (const auto at = channels_.find(channel); at != channels_.end()) {
    for (Session* session : at->second) deliver(*session, "message", channel, message);
    receivers += at->second.size();
  }
  for (const Pattern& pattern : patterns_) {
    if (!glob_match(pattern.text, channel, false)) continue;
    for (Session* session : pattern.subscribers) {
      if (!session->open()) continue;
      const Loud loud(*session);
      session->reply.push(4);
      session->reply.bulk("pmessage");
      session->reply.bulk(pattern.text);
      session->reply.bulk(channel);
      session->reply.bulk(message);
      session->engine.wrote_to(*session);
    }
    receivers += pattern.subscribers.size();
  }
  return receivers;
}

std::size_t Pubsub::publish_shard(std::string_view channel, std::string_view message) {
  const auto at = shard_channels_.find(channel);
  if (at == shard_channels_.end()) return 0;
  for (Session* session : at->second) deliver(*session, "smessage", channel, message);
  return at->second.size();
}

}  // namespace redouble
