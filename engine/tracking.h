// Client-side caching: who is told of which change (CLIENT TRACKING). A tracking client is told once of each
// key that it read, when that key changes; a broadcast client of every change of a key that begins with one
// of its prefixes. Keys are names here: the same in all databases.
//
// When: at once; a client's own changes behind its reply, a transaction's behind EXEC's; broadcasts when the
// server has done all it can do for now (Engine::next_dirty), each key once. Costs one test of a flag when
// nobody tracks.
//
// No user sees the name of a key here that it may not read: neither who tracks nor to whom it is redirected.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/arguments.h"
#include "engine/hash_table.h"
#include "engine/session.h"
#include "protocol/hash.h"

namespace redouble {

class Engine;
struct Command;

class Tracking {
 public:
  Tracking(Engine& engine, std::uint64_t seed) : engine_(engine), readers_(seed) {}
  Tracking(const Tracking&) = delete;
  Tracking& operator=(const Tracking&) = delete;
  ~Tracking() { forget_readers(); }

  /// False when no change needs to be told of.
  bool active() const { return active_; }

  /// Turns it on, or gives it other options and more prefixes. REQUIRES: they go together with each other and
  /// with what is on.
  void enable(Session& session, const TrackingMode& mode);
  void disable(Session& session);

  /// `session` ran this command, which reads only: its keys are remembered.
  void remember(const Session& session, const Command& command, Argv argv);
  /// A key was changed by `author` (nullptr: by nobody, it expired or was evicted).
  void changed(std::string_view key, const Session* author);
  /// All keys of a database are gone: everybody is told to forget everything.
  void flushed();

  /// Forgets keys past tracking-table-max-keys, telling their readers. Before each command.
  void keep_to_limit();
  /// The outermost command of a client has ended: tells it of its own changes.
  void deliver_own(Session& session);
  bool has_broadcasts() const { return has_broadcasts_; }
  void broadcast();

  std::size_t clients() const { return clients_; }
  std::size_t keys() const { return readers_.size(); }
  std::size_t items() const { return items_; }
  std::size_t prefixes() const { return prefixes_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  // The clients that read a key, by id, in order; some of them may be gone.
  struct Readers {
    Readers* next = nullptr;
    std::string key;
    std::vector<std::uint64_t> ids;
    std::size_t bytes() const {
      return sizeof(Readers) + key.capacity() + ids.capacity() * sizeof(std::uint64_t);
    }
  };
  struct Links {
    static Readers*& next(Readers& readers) { return readers.next; }
    static std::uint64_t hash(const Readers& readers, std::uint64_t seed) {
      return hash_bytes(readers.key, seed);
    }
  };
  struct Prefix {
    std::vector<Session*> clients;
    // What changed since the last broadcast, with the id of the client that changed it last; 0 for nobody.
    std::map<std::string, std::uint64_t, std::less<>> changed;
  };

  Readers* find(std::string_view key);
  void remember(std::string_view key, std::uint64_t id);
  void tell_readers(std::string_view key);
  void forget_readers();
  void leave(const std::string& prefix, Session& session);
  void note_for_broadcast(std::string_view key, const Session* author);
  void update_active() { active_ = !readers_.empty() || !prefixes_.empty(); }
  template <class Body>
  void tell(Session& tracker, Body&& body);
  bool may_be_told(const Session& tracker, std::string_view key) const;
  void tell_of(Session& tracker, std::string_view key);
  void tell_of_all(Session& tracker);

  Engine& engine_;
  bool active_ = false;
  bool has_broadcasts_ = false;
  std::size_t clients_ = 0;
  std::size_t items_ = 0;
  std::size_t bytes_ = 0;
  std::size_t times_over_limit_ = 0;
  HashTable<Readers, Links> readers_;
  std::map<std::string, Prefix, std::less<>> prefixes_;
};

}  // namespace redouble
