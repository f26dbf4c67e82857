// Plays a generated sequence on both servers, in lock-step, and finds the first difference.
// Every play starts from empty databases and new connections, so that any sequence can be played again.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connection.h"
#include "process.h"
#include "sequence.h"

namespace redouble::oracle {

struct Difference {
  size_t step = 0;      // the step in which it showed, or the number of steps for the state afterwards
  std::string command;  // upper case first word of that step; empty for the state
  std::string what;     // `reply`, `messages on connection b`, `state`
  std::string ours;
  std::string theirs;
};

class Player {
 public:
  // Both processes run and outlive the player; a process that ends in a play is started again.
  explicit Player(Pair& pair);

  std::optional<Difference> play(const Sequence& sequence);

 private:
  struct Side {
    Process* process = nullptr;
    std::unique_ptr<Connection> admin;
    std::vector<Connection> connections;
  };

  void prepare(Side& side);
  static void remove_users(Side& side);
  bool reset(Side& side, const Sequence& sequence);
  std::optional<Difference> play_batch(const Sequence& sequence, size_t first, size_t last);
  std::optional<Difference> compare_replies(const Sequence& sequence, size_t first, size_t last);
  std::optional<Difference> compare_streams(const Sequence& sequence, size_t first, size_t last);
  void collect(size_t connection, std::vector<Reply>& ours, std::vector<Reply>& theirs);
  bool agree(const Step& step, const Reply& ours, const Reply& theirs);

  Pair& pair_;
  Side ours_;
  Side theirs_;
  std::vector<std::vector<Rule>> queued_;  // by connection: the rules of commands inside MULTI
};

}  // namespace redouble::oracle
