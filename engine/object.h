// What every value but a string is: an object in an entry or behind its pointer. A type derives from it
// (engine/types/), says how it is encoded, copied, weighed and mixed into a digest, and is reached through a
// Collection. Invariant: an object belongs to exactly one entry, and only Keyspace frees it; but snapshots
// hold the tables of nested objects, and the others whole, together with the entries they were made of
// (Entry::shared). Whoever changes a value comes from Database::write<…> or calls Database::own before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

#include "engine/database.h"
#include "engine/entry.h"

namespace redouble {

class DigestSum;

class Object {
 public:
  Object() = default;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;

  virtual Encoding encoding() const = 0;
  /// Elements, fields or entries. Zero only between a command's first change and Database::changed, but in a
  /// stream, which may stay empty.
  virtual std::size_t size() const = 0;
  virtual std::unique_ptr<Object> clone() const = 0;
  /// The memory we use for it, but for what is nested in its entry: constant time.
  virtual std::size_t bytes() const = 0;
  /// The memory that redis-server 7.0.15 would use for the value behind its object header (objectComputeSize
  /// less 16), weighing at most `samples` members of a collection, all with 0.
  virtual std::size_t modelled_bytes(std::size_t samples) const = 0;
  /// All that redis-server would have allocated for the value and its object header, a multiple of eight:
  /// constant time.
  virtual std::size_t modelled_allocations() const = 0;
  /// Mixes the members as DEBUG DIGEST-VALUE does.
  virtual void digest(DigestSum& sum) const = 0;
  /// Frees up to `n` members of a value that nobody uses any more; true when only the shell is left. A value
  /// whose destructor is quick need not do anything.
  virtual bool dismantle(std::size_t n) {
    static_cast<void>(n);
    return true;
  }

  /// A hint: this member will be looked for soon. In steps, from 0 on, with other work in between: each reads
  /// what the one before has begun to fetch.
  /// False when there is nothing to fetch in a further one.
  static constexpr int kPrefetchSteps = 4;
  virtual bool prefetch(std::string_view member, int step) const {
    static_cast<void>(member);
    static_cast<void>(step);
    return false;
  }

  /// Whether reading leaves it as it is, to the bit. A table that is being resized goes on with that even
  /// when a random member is drawn.
  virtual bool settled() const { return true; }
  /// What comes before a change when a snapshot may hold the value too: makes it nobody else's. REQUIRES:
  /// nests().
  virtual void own() {}
  /// Puts an object at `place` that shares its table, or a copy of a small one. REQUIRES: nests().
  virtual Object* share_to(void* place) const {
    static_cast<void>(place);
    return nullptr;
  }
  /// How many hold it; nullptr when it nests.
  virtual Shares* shares() { return nullptr; }
  /// A copy that no command can tell from it, memory included; `clone` is what Redis's COPY makes. REQUIRES:
  /// it does not nest.
  virtual std::unique_ptr<Object> exact_copy() const { return clone(); }

  /// Whether it is small enough to live inside its entry (Entry::kNestedBytes) whatever it holds, and moves
  /// with it: a type of which there may be millions of small values.
  virtual bool nests() const { return false; }
  /// Moves it to a place of that size, leaving an empty one. REQUIRES: nests().
  virtual Object* move_to(void* place) {
    static_cast<void>(place);
    return nullptr;
  }
  /// The same to an allocation of its own.
  virtual std::unique_ptr<Object> move_out() { return nullptr; }

 protected:
  Object(const Object&) {}

 private:
  friend class Keyspace;
  // What Keyspace has counted for it, in units of eight bytes, modulo 2^32: all that is needed of it is how
  // far it is from what is to be counted, and no change makes a value 16 GB larger.
  std::uint32_t accounted_ = 0, modelled_ = 0;
};

/// An object that is nested in its entry: what Value has to say about it.
template <class Value>
class NestedObject : public Object {
 public:
  bool nests() const final { return true; }
  Object* move_to(void* place) final {
    static_assert(sizeof(Value) <= Entry::kNestedBytes);
    return new (place) Value(std::move(static_cast<Value&>(*this)));
  }
  std::unique_ptr<Object> move_out() final {
    return std::make_unique<Value>(std::move(static_cast<Value&>(*this)));
  }
  Object* share_to(void* place) const final {
    return new (place) Value(static_cast<const Value&>(*this).share());
  }
};

/// An object of its own allocation, which snapshots share whole.
class SharedObject : public Object {
 public:
  SharedObject() = default;
  Shares* shares() final { return &shares_; }

 protected:
  SharedObject(const SharedObject& other) : Object(other) {}

 private:
  Shares shares_;
};

inline const Object& object_of(const Entry& entry) {
  return *static_cast<const Object*>(entry.object_place());
}
inline Object& object_of(Entry& entry) {
  return *static_cast<Object*>(entry.object_place());
}

/// What OBJECT ENCODING says of a value of any type.
inline Encoding encoding_of(const Entry& entry) {
  return entry.kind() == Type::string ? entry.coding() : object_of(entry).encoding();
}

/// The lookup type of a value class V, for c.db.read<…> and write<…>: `using Hash = Collection<HashValue>;`
///
///   auto hash = c.db.write<Hash>(key);
///   if (hash.wrong_type()) return err::wrong_type;
///   if (!hash) hash.create(std::make_unique<HashValue>());
///   hash->set(field, value);                        // -> reaches the value
///   c.db.changed(hash, event::hset);                // deletes it if it was emptied
template <class V>
class Collection : public AnyRef {
 public:
  using Value = V;
  static constexpr Type kType = V::kType;

  explicit Collection(const AnyRef& any) : AnyRef(any) {}

  /// REQUIRES: the key exists.
  V& value() const { return static_cast<V&>(object_of(*entry_)); }
  /// REQUIRES: the key does not exist.
  V& create(std::unique_ptr<V> value) {
    entry_ = insert_object(V::kType, std::move(value));
    return this->value();
  }
};

}  // namespace redouble
