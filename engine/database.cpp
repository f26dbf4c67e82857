#include "engine/database.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/object.h"

namespace redouble {

Database::Database(Engine& engine, int index, std::uint64_t seed)
    : engine_(engine),
      index_(index),
      keys_(std::make_unique<Keyspace>(seed, engine.garbage, engine.eviction_order, engine)) {}

// Deadlines are kept by the engine's clock; a lookup meets a due key only while active expiry is off.
[[gnu::always_inline]] inline void Database::find(AnyRef& ref) {
  ref.hash_ = keys_->hash(ref.key_);
  ref.entry_ = keys_->find_inline(ref.key_, ref.hash_);
  if (ref && ref.entry_->timed && ref.entry_->deadline().at <= engine_.now_ms()) [[unlikely]]
    remove(ref, event::expired);
}

AnyRef Database::find(std::string_view key) {
  AnyRef ref(this, key, 0, nullptr);
  find(ref);
  return ref;
}

void Database::tell_read(const AnyRef& ref) {
  if (engine_.recorder.wants(Recorder::Kind::key_read)) [[unlikely]]
    engine_.recorder.record({.kind = Recorder::Kind::key_read,
                             .at = engine_.now(),
                             .session = engine_.author(),
                             .db = index_,
                             .key = ref.key_,
                             .found = static_cast<bool>(ref)});
}

void Database::tell_written(const Event& what, std::string_view key) {
  const auto kind = what.kind == notify::kExpired   ? Recorder::Kind::key_expired
                    : what.kind == notify::kEvicted ? Recorder::Kind::key_evicted
                                                    : Recorder::Kind::key_written;
  // A key that is new is told by the event of what made it; one that is not there was told as read.
  if (what.kind == notify::kNewKey || what.kind == notify::kKeyMiss || !engine_.recorder.wants(kind)) return;
  engine_.recorder.record({.kind = kind,
                           .at = engine_.now(),
                           .session = kind == Recorder::Kind::key_written ? engine_.author() : nullptr,
                           .db = index_,
                           .key = key,
                           .what = what.name});
}

inline void Database::count(bool hit, std::string_view key) {
  if (hit) {
    ++engine_.stats.keyspace_hits;
  } else {
    ++engine_.stats.keyspace_misses;
    notify(event::keymiss, key);
  }
}

inline void Database::age(Entry& entry) {
  engine_.eviction_order.use(entry, engine_.aged(std::uint32_t{entry.lru}));
}

void Database::find_to_read(AnyRef& ref) {
  find(ref);
  if (engine_.recorder.active()) [[unlikely]]
    tell_read(ref);
  count(static_cast<bool>(ref), ref.key_);
  if (ref) age(*ref.entry_);
  // Drawing a random member moves a table on that is being resized.
  if (ref && ref.entry_->shared != 0 && ref.entry_->kind() != Type::string &&
      !object_of(*ref.entry_).settled()) [[unlikely]]
    keys_->own(*ref.entry_);
}

void Database::find_to_write(AnyRef& ref) {
  find(ref);
  if (ref) age(*ref.entry_);
}

AnyRef Database::locate(std::string_view key) {
  const std::uint64_t hash = keys_->hash(key);
  return {this, key, hash, keys_->find(key, hash)};
}

AnyRef Database::look(std::string_view key) {
  const AnyRef ref = find(key);
  if (engine_.recorder.active()) tell_read(ref);
  return ref;
}

AnyRef Database::look_counted(std::string_view key) {
  AnyRef ref = look(key);
  count(static_cast<bool>(ref), key);
  return ref;
}

AnyRef Database::look_untold(std::string_view key) {
  AnyRef ref = look(key);
  ++(ref ? engine_.stats.keyspace_hits : engine_.stats.keyspace_misses);
  return ref;
}

Entry* Database::adopt(Entry* entry) {
  engine_.eviction_order.use(*entry, engine_.aged(std::nullopt));
  appeared(*entry);
  return entry;
}

// Whether anybody watches a key, caches one (CLIENT TRACKING) or waits for one: else there is nothing to
// announce.
bool Database::is_observed() const {
  return !engine_.watches.empty() || engine_.tracking.active() || !engine_.waiters.empty();
}

// Whether anybody may be listening for such an event.
bool Database::is_told(const Event& what) const {
  return engine_.recorder.active() || (engine_.notify_flags() & what.kind) != 0;
}

void Database::announce(std::string_view key, bool wakes) {
  announce(key, engine_.author(), wakes);
}

// Whoever watches the key, waits for it or keeps a copy of it learns of the change.
void Database::announce(std::string_view key, const Session* author, bool wakes) {
  if (!engine_.watches.empty()) engine_.watches.changed(index_, key, keys_->find(key) != nullptr);
  if (engine_.tracking.active()) engine_.tracking.changed(key, author);
  // Whoever reads a stream waits for its next entry; for the rest it is keys that come to be (appeared).
  if (!wakes || engine_.waiters.empty()) return;
  const Entry* entry = keys_->find(key);
  if (entry != nullptr && entry->kind() == Type::stream)
    engine_.waiters.signal(index_, key, Type::stream);
  else
    engine_.waiters.signal_gone(index_, key);
}

// A key is there now that was not: as in Redis that alone wakes who waits for a list or a sorted set.
void Database::appeared(const Entry& entry) {
  if (is_told(event::created)) [[unlikely]]
    notify(event::created, entry.key());
  if (!engine_.waiters.empty()) engine_.waiters.signal(index_, entry.key(), entry.kind());
}

void Database::touched(std::string_view key, std::uint64_t n) {
  if (engine_.recorder.active()) [[unlikely]]
    tell_written({notify::kGeneric, ""}, key);
  engine_.changes += n;
  announce(key);
}

void Database::count_changes(std::uint64_t n) {
  engine_.changes += n;
}

void Database::account(const AnyRef& ref) {
  if (ref && ref.entry()->kind() != Type::string) keys_->account(*ref.entry());
}

[[gnu::always_inline]] inline void Database::tell_changed(std::string_view key, const Event& what,
                                                          std::uint64_t n) {
  engine_.changes += n;
  if (is_observed()) [[unlikely]]
    announce(key, what.wakes);
  if (is_told(what)) [[unlikely]]
    notify(what, key);
}

void Database::changed(std::string_view key, const Event& what, std::uint64_t n) {
  tell_changed(key, what, n);
}

void Database::changed(AnyRef& ref, const Event& what, std::uint64_t n) {
  const bool is_collection = ref && ref.entry_->kind() != Type::string;
  if (is_collection) keys_->account(*ref.entry_);
  tell_changed(ref.key(), what, n);
  if (is_collection && ref.entry_->kind() != Type::stream && object_of(*ref.entry_).size() == 0)
    drop(ref, event::del);
}

void Database::changed_unseen(const AnyRef& ref, const Event& what, std::uint64_t n) {
  account(ref);
  engine_.changes += n;
  notify(what, ref.key());
}

void Database::also_changed(std::string_view key, const Event& what) {
  announce(key);
  notify(what, key);
}

void Database::notify(const Event& what, std::string_view key) {
  if (engine_.recorder.active()) [[unlikely]]
    tell_written(what, key);
  const std::uint32_t flags = engine_.notify_flags();
  if ((flags & what.kind) == 0) return;
  if ((flags & notify::kKeyspace) != 0)
    engine_.pubsub.publish(fmt::format("__keyspace@{}__:{}", index_, key), what.name);
  if ((flags & notify::kKeyevent) != 0)
    engine_.pubsub.publish(fmt::format("__keyevent@{}__:{}", index_, what.name), key);
}

void Database::drop(AnyRef& ref, Event why) {
  // The key's bytes may be the entry's own, which are about to go.
  const std::string key(ref.entry_->key());
  keys_->erase(ref.entry_);
  ref.entry_ = nullptr;
  const bool expired = why.kind == notify::kExpired;
  // As in Redis, the event of a key that expired comes first; and nobody deleted it.
  if (expired) notify(why, key);
  announce(key, expired || why.kind == notify::kEvicted ? nullptr : engine_.author(), true);
  if (!expired) notify(why, key);
}

void Database::remove(AnyRef& ref, Event why) {
  if (why.kind == notify::kExpired) ++engine_.stats.expired_keys;
  if (why.kind == notify::kEvicted) ++engine_.stats.evicted_keys;
  if (why.kind == notify::kGeneric)
    ++engine_.changes;
  else if (engine_.replication.active())
    tell_deletion(ref, why);
  drop(ref, why);
}

// Replicas do not delete by themselves: what goes without a command is told them as one.
void Database::tell_deletion(const AnyRef& ref, Event why) {
  const bool lazy = engine_.config.flag(why.kind == notify::kExpired ? Setting::lazyfree_lazy_expire
                                                                     : Setting::lazyfree_lazy_eviction);
  engine_.propagation.add(index_, {lazy ? "UNLINK" : "DEL", ref.entry_->key()});
}

void Database::make_room(AnyRef& ref) {
  keys_->erase(ref.entry_);
  ref.entry_ = nullptr;
}

Entry* AnyRef::insert_object(Type type, std::unique_ptr<Object> object) {
  return db_->adopt(keys().insert_object(key_, hash_, type, std::move(object)));
}

AnyRef Database::put(std::string_view key, Type type, std::unique_ptr<Object> object, Millis at) {
  AnyRef ref = find(key);
  if (ref) {
    ref.entry_ = keys_->assign_object(ref.entry_, type, std::move(object));
    age(*ref.entry_);
  } else {
    ref.entry_ = ref.insert_object(type, std::move(object));
  }
  if (at != kNever || ref.entry_->has_ttl()) set_deadline(ref, at);
  return ref;
}

Watches::Seen Database::seen(std::string_view key) const {
  const Entry* entry = keys_->find(key);
  if (entry == nullptr) return Watches::Seen::missing;
  return entry->expires_at() <= engine_.now_ms() ? Watches::Seen::due : Watches::Seen::live;
}

void Database::flush() {
  restart(keys_->seed());
}

void Database::restart(std::uint64_t seed) {
  if (engine_.recorder.active()) [[unlikely]]
    tell_written({notify::kGeneric, "flush"}, {});
  auto fresh = std::make_unique<Keyspace>(seed, engine_.garbage, engine_.eviction_order, engine_);
  engine_.note_peak_memory();
  engine_.changes += keys_->size();
  engine_.watches.replaced(
      index_, [&](std::string_view key) { return seen(key); },
      [](std::string_view) { return Watches::Seen::missing; });
  announce_streams();
  leave_order();
  engine_.garbage.add(std::exchange(keys_, std::move(fresh)));
}

// All keys are about to go: at once where no other database has any.
void Database::leave_order() {
  EvictionOrder& order = engine_.eviction_order;
  if (!order.active() || keys_->size() == 0) return;
  bool alone = true;
  for (int i = 0; i < engine_.databases() && alone; ++i)
    alone = i == index_ || engine_.db(i).keys().size() == 0;
  if (alone)
    order.clear();
  else
    keys_->for_each([&](Entry& entry) { order.remove(entry); });
}

void Database::replace_keys(std::unique_ptr<Keyspace> fresh) {
  engine_.watches.replaced(
      index_, [&](std::string_view key) { return seen(key); },
      [](std::string_view) { return Watches::Seen::missing; });
  announce_streams();
  leave_order();
  engine_.garbage.add(std::exchange(keys_, std::move(fresh)));
  keys_->join(engine_.eviction_order);
}

void Database::take_in(Keyspace& fresh) {
  std::vector<Entry*> entries;
  entries.reserve(fresh.size());
  fresh.for_each([&](Entry& entry) { entries.push_back(&entry); });
  for (Entry* from : entries) {
    const std::uint64_t hash = keys_->hash(from->key());
    if (Entry* before = keys_->find(from->key(), hash)) keys_->erase(before);
    const Millis at = from->expires_at();
    Entry* entry = keys_->insert_moved(from->key(), hash, *from, fresh);
    if (at != kNever) entry = keys_->set_deadline(entry, at);
    engine_.eviction_order.use(*entry, entry->lru);
    if (!engine_.watches.empty()) engine_.watches.changed(index_, entry->key(), true);
  }
}

// All keys are about to go: who reads a stream for a group is to learn of it.
void Database::announce_streams() {
  for (const auto& key : engine_.waiters.awaited(index_))
    if (const Entry* entry = keys_->find(key); entry != nullptr && entry->kind() == Type::stream)
      engine_.waiters.signal(index_, key, Type::stream);
}

std::size_t Database::expire_due(Millis now) {
  std::size_t n = 0;
  for (; keys_->next_deadline() <= now; ++n) {
    Entry* entry = keys_->next_due();
    AnyRef ref(this, entry->key(), keys_->hash(entry->key()), entry);
    remove(ref, event::expired);
  }
  return n;
}

void Database::swap(Database& other) {
  for (Database* db : {this, &other}) {
    Database& twin = db == this ? other : *this;
    engine_.watches.replaced(
        db->index_, [&](std::string_view key) { return db->seen(key); },
        [&](std::string_view key) { return twin.seen(key); });
  }
  for (Database* db : {this, &other}) db->announce_streams();
  keys_->swap(*other.keys_);
  for (const Database* db : {this, &other})
    for (const auto& key : engine_.waiters.awaited(db->index_))
      if (const Entry* entry = db->keys_->find(key)) engine_.waiters.signal(db->index_, key, entry->kind());
}

void Database::put_right() {
  // One at a time, as the table may change with each; more than a few there never are.
  for (Entry* empty = nullptr;; empty = nullptr) {
    keys_->for_each([&](Entry& entry) {
      if (entry.kind() == Type::string) return;
      keys_->account(entry);
      if (entry.kind() != Type::stream && object_of(entry).size() == 0) empty = &entry;
    });
    if (empty == nullptr) return;
    keys_->erase(empty);
  }
}

void Database::wake_waiters() {
  if (engine_.waiters.empty()) return;
  for (const auto& key : engine_.waiters.awaited(index_))
    if (const Entry* entry = keys_->find(key))
      engine_.waiters.signal(index_, key, entry->kind());
    else
      engine_.waiters.signal_gone(index_, key);
}

void Database::move_value(AnyRef& from, Database& target, std::string_view to) {
  const Millis at = from.entry_->expires_at();
  AnyRef old = target.find(to);
  if (old) target.keys_->erase(old.entry_);
  Entry* entry = target.keys_->insert_moved(to, old.hash_, *from.entry_, *keys_);
  if (at != kNever) entry = target.keys_->set_deadline(entry, at);
  keys_->erase(from.entry_);
  from.entry_ = nullptr;
  target.appeared(*entry);
}

void Database::copy_value(const AnyRef& from, Database& target, std::string_view to) {
  const Millis at = from.entry_->expires_at();
  if (AnyRef old = target.find(to)) target.keys_->erase(old.entry_);
  Entry* entry = target.adopt(target.keys_->insert_copy(to, target.keys_->hash(to), *from.entry_));
  if (at != kNever) target.keys_->set_deadline(entry, at);
}

}  // namespace redouble
