// One numbered database: lookups that know about expiry, and the one door for change.
//
//   auto text = c.db.write<String>(key);        a lookup: text.wrong_type(), if (!text), text->…
//   c.db.changed(text, event::set);             after every mutation: events, WATCH, statistics
//
// A Ref is good until the next mutation of the same key through another Ref, and never longer than the
// command. Nothing else in the engine touches a Keyspace.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "engine/entry.h"
#include "engine/events.h"
#include "engine/keyspace.h"
#include "engine/watches.h"

namespace redouble {

class Engine;
class Database;
class Object;
struct Session;

/// The result of a lookup, of any type: found, missing, or (for a typed lookup) of the wrong type.
class AnyRef {
 public:
  explicit operator bool() const { return entry_ != nullptr; }
  std::string_view key() const { return key_; }
  Database& db() const { return *db_; }
  Entry* entry() const { return entry_; }

 protected:
  friend class Database;
  AnyRef(Database* db, std::string_view key, std::uint64_t hash, Entry* entry)
      : db_(db), key_(key), hash_(hash), entry_(entry) {}

  Keyspace& keys() const;
  /// Puts a new object under the key, which must not be there, and announces it.
  Entry* insert_object(Type type, std::unique_ptr<Object> object);

  Database* db_;
  std::string_view key_;
  std::uint64_t hash_;
  Entry* entry_;
};

/// A lookup of type T. T is one of the value types of engine/types/: a class over AnyRef with `kType`.
template <class T>
class Ref : public T {
 public:
  bool wrong_type() const { return wrong_; }
  /// A string's own operations, or the value behind a Collection.
  auto operator->() const {
    if constexpr (requires { typename T::Value; })
      return &this->value();
    else
      return this;
  }
  auto operator->() {
    if constexpr (requires { typename T::Value; })
      return &this->value();
    else
      return this;
  }

 private:
  friend class Database;
  explicit Ref(const AnyRef& any) : T(any) {}

  void check_type() {
    wrong_ = this->entry_ != nullptr && this->entry_->kind() != T::kType;
    if (wrong_) this->entry_ = nullptr;
  }

  bool wrong_ = false;
};

class Database {
 public:
  Database(Engine& engine, int index, std::uint64_t seed);

  int index() const { return index_; }
  Keyspace& keys() { return *keys_; }
  const Keyspace& keys() const { return *keys_; }
  Engine& engine() { return engine_; }
  /// What the hash tables of its keys, and of the values in them, are seeded with.
  std::uint64_t seed() const { return keys_->seed(); }

  /// For reading: counts a hit or a miss, refreshes the key's age.
  AnyRef read(std::string_view key) { return read_over<AnyRef>(key); }
  /// For writing: refreshes the key's age.
  AnyRef write(std::string_view key) { return write_over<AnyRef>(key); }
  /// Without a trace: neither age nor statistics (TTL, TYPE, OBJECT, EXISTS …).
  AnyRef look(std::string_view key);
  /// `look`, counting a hit or a miss.
  AnyRef look_counted(std::string_view key);
  /// The same without telling of a miss (OBJECT).
  AnyRef look_untold(std::string_view key);
  template <class T>
  Ref<T> read(std::string_view key) {
    auto ref = read_over<Ref<T>>(key);
    ref.check_type();
    return ref;
  }
  template <class T>
  Ref<T> write(std::string_view key) {
    auto ref = write_over<Ref<T>>(key);
    ref.check_type();
    own(ref);
    return ref;
  }
  template <class T>
  Ref<T> look(std::string_view key) {
    Ref<T> ref(look(key));
    ref.check_type();
    return ref;
  }
  /// For who replaces what is there: a T whatever the key holds.
  template <class T>
  T read_over(std::string_view key) {
    T ref(AnyRef(this, key, 0, nullptr));
    find_to_read(ref);
    return ref;
  }
  template <class T>
  T write_over(std::string_view key) {
    T ref(AnyRef(this, key, 0, nullptr));
    find_to_write(ref);
    return ref;
  }

  /// What comes before a change of a value that was not looked up by `write<T>`: a snapshot may hold it too.
  void own(const AnyRef& ref) {
    if (ref && ref.entry_->shared != 0 && ref.entry_->kind() != Type::string) [[unlikely]]
      keys_->own(*ref.entry_);
  }

  /// The key, due or not, without any trace; and the lookup that found nothing. For eviction.
  AnyRef locate(std::string_view key);
  AnyRef nothing() { return {this, {}, 0, nullptr}; }

  /// The door: call it once after a mutation of `ref`'s value; `n` is what it adds to the changes to save. A
  /// collection that is empty now is deleted, with its own event ("del"), and the ref is empty then. Wakes
  /// the clients that wait for the key.
  void changed(AnyRef& ref, const Event& what, std::uint64_t n = 1);
  /// The same where the key may be gone; empties nothing.
  void changed(std::string_view key, const Event& what, std::uint64_t n = 1);
  /// Another key of the same change (the new name behind RENAME's old one): not counted again.
  void also_changed(std::string_view key, const Event& what);
  /// A further event of the same change ("expire" behind "set").
  void notify(const Event& what, std::string_view key);
  /// Marks a change without an event (SET KEEPTTL's second half, SWAPDB).
  void touched(std::string_view key, std::uint64_t n = 1);
  /// A change that redis-server hides from WATCH and from who waits for the key (a stream's groups): counted
  /// and told, no more.
  void changed_unseen(const AnyRef& ref, const Event& what, std::uint64_t n = 1);
  /// Counts changes that the door did not see.
  void count_changes(std::uint64_t n);
  /// Brings the memory accounted for a collection up to date; `changed` does it.
  void account(const AnyRef& ref);

  /// Puts an object under a key, replacing whatever is there, with a deadline (kNever: none), without an
  /// event but "new".
  AnyRef put(std::string_view key, Type type, std::unique_ptr<Object> object, Millis at = kNever);
  /// Takes in an entry that was just inserted: gives it its age and announces it ("new").
  Entry* adopt(Entry* entry);
  /// Deletes; `why` is del, expired, evicted, … Only a client's own deletion counts as a change to save.
  void remove(AnyRef& ref, Event why);
  /// Deletes without a word, for a new value that is put in its place.
  void make_room(AnyRef& ref);
  /// Replaces all keys; those who watch an old one learn of it. The new ones stand in no order of eviction.
  void replace_keys(std::unique_ptr<Keyspace> fresh);
  /// Moves all keys of `fresh` here; they win over those of the same name.
  void take_in(Keyspace& fresh);
  /// Sets or takes (kNever) the deadline, without an event.
  void set_deadline(AnyRef& ref, Millis at) { ref.entry_ = keys_->set_deadline(ref.entry_, at); }
  /// Deletes every key without events, as FLUSHDB does; watched keys that existed count as changed.
  void flush();
  /// The same; tables are seeded with that from then on.
  void restart(std::uint64_t seed);
  /// Deletes the keys that are due, nearest first, each with its event. Returns how many.
  std::size_t expire_due(Millis now);
  void swap(Database& other);

  /// After a command that ran out of memory: no empty values, and the memory accounted for is what is used.
  void put_right();
  /// Lets all who wait for a key look whether it is there.
  void wake_waiters();

  /// Renames: the value and deadline of `from` move to `to`, which is replaced.
  void move_value(AnyRef& from, Database& target, std::string_view to);
  /// Copies value and deadline to another key, which is replaced.
  void copy_value(const AnyRef& from, Database& target, std::string_view to);

 private:
  friend class AnyRef;
  // A lookup is filled in where it stands: it was written in pieces just now, and copying it as a whole would
  // wait for them. This, `count`, `age` and `tell_changed` are in line in database.cpp, and for it alone.
  void find(AnyRef& ref);
  void find_to_read(AnyRef& ref);
  void find_to_write(AnyRef& ref);
  AnyRef find(std::string_view key);
  Watches::Seen seen(std::string_view key) const;
  bool is_observed() const;
  bool is_told(const Event& what) const;
  void count(bool hit, std::string_view key);
  void tell_read(const AnyRef& ref);
  void tell_written(const Event& what, std::string_view key);
  void tell_changed(std::string_view key, const Event& what, std::uint64_t n);
  void announce(std::string_view key, bool wakes = true);
  void announce(std::string_view key, const Session* author, bool wakes);
  void announce_streams();
  void leave_order();
  void appeared(const Entry& entry);
  void drop(AnyRef& ref, Event why);
  void tell_deletion(const AnyRef& ref, Event why);
  void age(Entry& entry);

  Engine& engine_;
  int index_;
  std::unique_ptr<Keyspace> keys_;
};

inline Keyspace& AnyRef::keys() const {
  return db_->keys();
}

}  // namespace redouble
