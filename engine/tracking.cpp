#include "engine/tracking.h"

#include <algorithm>
#include <new>
#include <utility>

#include "engine/engine.h"
#include "engine/key_positions.h"

namespace redouble {
namespace {

constexpr std::string_view kChannel = "__redis__:invalidate";

}  // namespace

// The prefixes that it has stay, and what CLIENT CACHING said.
void Tracking::enable(Session& session, const TrackingMode& mode) {
  TrackingMode next = mode;
  next.on = true;
  next.caching = session.tracking.caching;
  next.prefixes.insert(session.tracking.prefixes.begin(), session.tracking.prefixes.end());
  if (mode.broadcast && mode.prefixes.empty()) next.prefixes.insert("");
  try {
    for (const std::string& prefix : next.prefixes)
      if (!session.tracking.prefixes.contains(prefix)) prefixes_[prefix].clients.push_back(&session);
  } catch (const std::bad_alloc&) {
    for (const std::string& prefix : next.prefixes)
      if (!session.tracking.prefixes.contains(prefix)) leave(prefix, session);
    throw;
  }
  if (!session.tracking.on) ++clients_;
  session.tracking = std::move(next);
  update_active();
}

void Tracking::disable(Session& session) {
  if (!session.tracking.on) return;
  for (const std::string& prefix : session.tracking.prefixes) leave(prefix, session);
  session.tracking = {};
  --clients_;
  update_active();
}

void Tracking::leave(const std::string& prefix, Session& session) {
  const auto at = prefixes_.find(prefix);
  if (at == prefixes_.end()) return;
  std::erase(at->second.clients, &session);
  if (at->second.clients.empty()) prefixes_.erase(at);
}

// --- Who read what ---------------------------------------------------------------------------------------

Tracking::Readers* Tracking::find(std::string_view key) {
  return readers_.find(hash_bytes(key, readers_.seed()), [&](const Readers& r) { return r.key == key; });
}

void Tracking::remember(const Session& session, const Command& command, Argv argv) {
  const TrackingMode& mode = session.tracking;
  if (mode.broadcast || (mode.opt_in && !mode.caching) || (mode.opt_out && mode.caching)) return;
  if (command.is(kPubsub) || session.internal) return;
  const auto positions = key_positions(command, argv);
  if (!positions) return;
  for (const KeyPosition& position : *positions) remember(argv[position.index], session.id);
  update_active();
}

void Tracking::remember(std::string_view key, std::uint64_t id) {
  Readers* readers = find(key);
  if (readers == nullptr) {
    readers_.ensure_table();
    readers = new Readers{nullptr, std::string(key), {}};
    readers_.insert(readers, hash_bytes(key, readers_.seed()));
    bytes_ += readers->bytes();
  }
  const std::size_t before = readers->bytes();
  const auto at = std::lower_bound(readers->ids.begin(), readers->ids.end(), id);
  if (at == readers->ids.end() || *at != id) {
    readers->ids.insert(at, id);
    ++items_;
  }
  bytes_ += readers->bytes() - before;
}

// Forgets them: they are told of the next change when they have read the key again.
void Tracking::tell_readers(std::string_view key) {
  const std::unique_ptr<Readers> readers(find(key));
  if (readers == nullptr) return;
  readers_.remove(readers.get(), hash_bytes(key, readers_.seed()));
  items_ -= readers->ids.size();
  bytes_ -= readers->bytes();
  for (const std::uint64_t id : readers->ids) {
    Session* session = engine_.session_by_id(id);
    // Who went over to broadcasting meanwhile does not get what it was owed before.
    if (session == nullptr || !session->tracking.on || session->tracking.broadcast) continue;
    const bool own = session == engine_.current();
    if (own && session->tracking.no_loop) continue;
    if (own && engine_.running())
      session->own_changes.emplace_back(readers->key);
    else
      tell_of(*session, readers->key);
  }
}

void Tracking::forget_readers() {
  readers_.for_each([](Readers& readers) { delete &readers; });
  readers_.release();
  items_ = bytes_ = 0;
}

// As far as Redis goes at once: a hundred keys, and a hundred more each time when that was not enough.
void Tracking::keep_to_limit() {
  const auto most = static_cast<std::size_t>(engine_.config.number(Setting::tracking_table_max_keys));
  if (most != 0) {
    for (std::size_t effort = 100 * (times_over_limit_ + 1); readers_.size() > most && effort > 0; --effort)
      tell_readers(
          std::string(readers_.random([&](std::uint64_t n) { return engine_.random.below(n); })->key));
    times_over_limit_ = readers_.size() > most ? times_over_limit_ + 1 : 0;
  }
  update_active();
}

// --- Changes ---------------------------------------------------------------------------------------------

void Tracking::changed(std::string_view key, const Session* author) {
  if (!prefixes_.empty()) note_for_broadcast(key, author);
  tell_readers(key);
  update_active();
}

void Tracking::note_for_broadcast(std::string_view key, const Session* author) {
  for (auto& [text, prefix] : prefixes_) {
    if (!key.starts_with(text)) continue;
    prefix.changed.insert_or_assign(std::string(key), author != nullptr ? author->id : 0);
    has_broadcasts_ = true;
  }
}

void Tracking::broadcast() {
  has_broadcasts_ = false;
  for (auto& [text, prefix] : prefixes_) {
    const auto changed = std::exchange(prefix.changed, {});
    if (changed.empty()) continue;
    for (Session* session : prefix.clients) {
      const auto is_told = [&](const auto& change) {
        return (!session->tracking.no_loop || change.second != session->id) &&
               may_be_told(*session, change.first);
      };
      const auto count = std::count_if(changed.begin(), changed.end(), is_told);
      if (count == 0) continue;
      tell(*session, [&](Reply& reply) {
        reply.array(static_cast<std::size_t>(count));
        for (const auto& change : changed)
          if (is_told(change)) reply.bulk(change.first);
      });
    }
  }
}

void Tracking::flushed() {
  for (const auto& session : engine_.sessions()) {
    if (!session->tracking.on) continue;
    if (session.get() == engine_.current())
      session->own_changes.emplace_back(std::nullopt);
    else
      tell_of_all(*session);
  }
  forget_readers();
  update_active();
}

void Tracking::deliver_own(Session& session) {
  for (const auto& key : std::exchange(session.own_changes, {}))
    if (key)
      tell_of(session, *key);
    else
      tell_of_all(session);
}

// --- Messages --------------------------------------------------------------------------------------------

// Rights may have changed since the key was read, a broadcast asks for no key's rights, and REDIRECT names
// somebody else: so the names are looked at when they go out.
bool Tracking::may_be_told(const Session& tracker, std::string_view key) const {
  if (!tracker.user->may_read(key)) return false;
  const std::uint64_t redirect = tracker.tracking.redirect;
  const Session* const receiver = redirect != 0 ? engine_.session_by_id(redirect) : nullptr;
  return receiver == nullptr || receiver->user->may_read(key);
}

// Begins a message where the tracker wants it, and lets `body` write the keys. On RESP2 only who was named by
// REDIRECT, and is subscribed to something, can get it: as a message of a channel.
template <class Body>
void Tracking::tell(Session& tracker, Body&& body) {
  TrackingMode& mode = tracker.tracking;
  Session* const receiver = mode.redirect != 0 ? engine_.session_by_id(mode.redirect) : &tracker;
  if (receiver == nullptr || !receiver->open()) {
    if (mode.redirect == 0) return;
    mode.broken = true;
    if (tracker.protocol() == 2 || !tracker.open()) return;
    Message sending(tracker);
    tracker.reply.push(2);
    tracker.reply.bulk("tracking-redir-broken");
    tracker.reply.integer(static_cast<std::int64_t>(mode.redirect));
    return sending.end();
  }
  // It would stand in the midst of the stream.
  if (receiver->is_replica()) return;
  if (receiver->protocol() <= 2 && (mode.redirect == 0 || !receiver->subscribed())) return;
  Message sending(*receiver);
  if (receiver->protocol() > 2) {
    receiver->reply.push(2);
    receiver->reply.bulk("invalidate");
  } else {
    receiver->reply.push(3);
    receiver->reply.bulk("message");
    receiver->reply.bulk(kChannel);
  }
  body(receiver->reply);
  sending.end();
}

void Tracking::tell_of(Session& tracker, std::string_view key) {
  if (!may_be_told(tracker, key)) return;
  tell(tracker, [&](Reply& reply) {
    reply.array(1);
    reply.bulk(key);
  });
}

// The null is one of the tracker's protocol, whatever the receiver's is: so it is in 7.0.15.
void Tracking::tell_of_all(Session& tracker) {
  tell(tracker, [&](RespWriter& reply) {
    const int protocol = reply.protocol();
    reply.set_protocol(tracker.protocol());
    reply.null();
    reply.set_protocol(protocol);
  });
}

}  // namespace redouble
