// What replicas are told. A command that changed something is told as it was called; one whose effect is
// another each time (random, relative to now, blocking …) says in its own file what is told instead:
//
//   if (c.propagates()) c.propagate({"SREM", key, member});
//
// Effects are gathered while the outermost command runs and written when it has ended: several of them as one
// transaction, so that a script or EXEC is one step for replicas too. While nobody follows all this is a null
// pointer in `Call`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "engine/arguments.h"

namespace redouble {

class Replication;
struct Call;

class Propagation {
 public:
  explicit Propagation(Replication& replication) : replication_(replication) {}

  /// An effect of what runs now, as a command in a database.
  void add(int db, Argv words);
  void add(int db, std::initializer_list<std::string_view> words) {
    add(db, Argv(words.begin(), words.size()));
  }
  /// A command has run: adds its own words, if they are what is to be told.
  void add_own(const Call& call, Argv argv, bool changed);

  bool empty() const { return effects_.empty(); }
  void clear();
  enum class As : std::uint8_t { one_step, single_steps };
  /// Writes what was gathered.
  void send(As as);

 private:
  struct Effect {
    int db;
    std::size_t end;  // in bytes_
  };

  void select(int db, std::string& text);

  Replication& replication_;
  std::string bytes_;
  std::vector<Effect> effects_;
};

/// Appends a command in RESP.
void append_request(std::string& bytes, Argv words);

}  // namespace redouble
