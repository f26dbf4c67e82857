#include "engine/pubsub.h"

#include <algorithm>
#include <new>

#include "engine/engine.h"
#include "engine/glob.h"

namespace redouble {

// A message on its way to subscribers. Its bytes are made once, for the first one of each protocol, and
// copied to the others.
class Pubsub::Post {
 public:
  Post(std::initializer_list<std::string_view> words, std::string_view channel)
      : words_(words), channel_(channel) {}

  void to(const Subscribers& subscribers) {
    for (Session* session : subscribers) {
      if (!session->open() || session->engine.interception.drops(*session, channel_)) continue;
      Message sending(*session);
      if (const std::string_view made = bytes_[session->protocol() == 3 ? 1 : 0]; !made.empty())
        session->messages().append(made);
      else
        write(*session, subscribers.size() > 1);
      sending.end();
    }
  }

 private:
  void write(Session& session, bool keep) {
    const Buffer& out = session.messages();
    const std::size_t mark = out.size();
    session.reply.push(words_.size());
    for (const auto word : words_) session.reply.bulk(word);
    // To copy what is long takes no longer than to write it once more.
    constexpr std::size_t kLong = 16 * 1024;
    if (!keep || out.size() - mark > kLong) return;
    const int kind = session.protocol() == 3 ? 1 : 0;
    try {
      kept_[kind].append(out.view().substr(mark));
      bytes_[kind] = kept_[kind].view();
    } catch (const std::bad_alloc&) {  // this one has its message; for the others it is written again
    }
  }

  std::initializer_list<std::string_view> words_;
  std::string_view channel_;
  Buffer kept_[2];
  std::string_view bytes_[2];
};

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
  try {
    if (space == Space::pattern) {
      auto at =
          std::find_if(patterns_.begin(), patterns_.end(), [&](const Pattern& p) { return p.text == name; });
      if (at == patterns_.end()) at = patterns_.insert(patterns_.end(), {std::string(name), {}});
      at->subscribers.push_back(&session);
    } else {
      (space == Space::channel ? channels_ : shard_channels_)[std::string(name)].push_back(&session);
    }
  } catch (const std::bad_alloc&) {
    unsubscribe(session, space, name);
    throw;
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
    if (at != patterns_.end()) std::erase(at->subscribers, &session);
    if (at != patterns_.end() && at->subscribers.empty()) patterns_.erase(at);
  } else {
    Channels& channels = space == Space::channel ? channels_ : shard_channels_;
    const auto at = channels.find(name);
    if (at != channels.end()) std::erase(at->second, &session);
    if (at != channels.end() && at->second.empty()) channels.erase(at);
  }
  held.erase(mine);
  return true;
}

void Pubsub::forget(Session& session) {
  for (const Space space : {Space::channel, Space::pattern, Space::shard})
    while (!names(session, space).empty()) {
      unsubscribe(session, space, names(session, space).back());
    }
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
    Post({"message", channel, message}, channel).to(at->second);
    receivers += at->second.size();
  }
  for (const Pattern& pattern : patterns_) {
    if (!glob_match(pattern.text, channel, false)) continue;
    Post({"pmessage", pattern.text, channel, message}, channel).to(pattern.subscribers);
    receivers += pattern.subscribers.size();
  }
  return receivers;
}

std::size_t Pubsub::publish_shard(std::string_view channel, std::string_view message) {
  const auto at = shard_channels_.find(channel);
  if (at == shard_channels_.end()) return 0;
  Post({"smessage", channel, message}, channel).to(at->second);
  return at->second.size();
}

}  // namespace redouble
