// Who listens to which channel, and publishing. Channels, patterns and shard channels are three separate
// spaces. A message is written into the subscriber's buffer at once, in the order of publishing; subscribers
// of one channel get it in the order in which they subscribed, patterns after channels.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/session.h"
#include "protocol/hash.h"

namespace redouble {

class Pubsub {
 public:
  enum class Space : std::uint8_t { channel, pattern, shard };
  using Subscribers = std::vector<Session*>;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return hash_bytes(text, 0); }
  };
  using Channels = std::unordered_map<std::string, Subscribers, TextHash, std::equal_to<>>;

  /// False if the session was subscribed already.
  bool subscribe(Session& session, Space space, std::string_view name);
  /// False if the session was not subscribed.
  bool unsubscribe(Session& session, Space space, std::string_view name);
  /// Forgets the session without telling it.
  void forget(Session& session);

  /// Delivers to channels and patterns; returns how many got it.
  std::size_t publish(std::string_view channel, std::string_view message);
  std::size_t publish_shard(std::string_view channel, std::string_view message);

  /// How many would get a message on this channel: what PUBLISH and SPUBLISH would answer together.
  std::size_t receivers(std::string_view channel) const;

  const Channels& channels() const { return channels_; }
  const Channels& shard_channels() const { return shard_channels_; }
  std::size_t patterns() const { return patterns_.size(); }
  bool empty() const { return channels_.empty() && patterns_.empty(); }

  /// The names that a session holds in a space.
  static std::vector<std::string>& names(Session& session, Space space);

 private:
  class Post;

  Channels channels_;
  Channels shard_channels_;
  // Patterns in the order in which they were first subscribed to: the order of delivery.
  struct Pattern {
    std::string text;
    Subscribers subscribers;
  };
  std::vector<Pattern> patterns_;
};

}  // namespace redouble
