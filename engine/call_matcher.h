// Which calls, connections or messages a rule of a test is for: the matchers of REDOUBLE FAULT and REDOUBLE
// GATE, read from words and asked with each call.
//
//   COMMAND GET  COMMAND CLIENT|KILL  CATEGORY write  KEY user:*  NAME worker-*  ADDRESS 127.0.0.1:*
//   USER alice  ID 7  LIBRARY ioredis*  DB 3  IN MULTI|SCRIPT
//   ON CONNECT  ON MESSAGE news.*                                    in place of a command
//   NTH 3  EVERY 2  FIRST 5  AFTER 10  PROBABILITY 0.25  FROM 10s  TO 2031-01-01T00:00:00Z
//
// All have to hold; of matchers of one kind one is enough. The counting ones count what the others let
// through (`seen`); what passes these too is a hit. To add a matcher: a row in call_matcher.cpp.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/args.h"
#include "engine/clock.h"
#include "engine/random.h"

namespace redouble {

class Engine;
struct Command;
struct Session;

class CallMatcher {
 public:
  enum class Subject : std::uint8_t { call, connection, message };

  /// `seed` decides PROBABILITY.
  explicit CallMatcher(std::uint64_t seed) : chance_(seed) {}

  /// Takes the matchers at the front of `args` and stops at the first other word. Returns an error reply's
  /// text that says what would have been right, or nothing.
  std::string read(Args& args, const Engine& engine);

  Subject subject() const { return subject_; }
  bool only_in_scripts() const { return inside_ == Inside::script; }
  /// One of the commands that it names which has no keys; nullptr when there is none.
  const Command* command_without_keys(const Engine& engine) const;

  /// Whether it is for this call, which is counted then. A script's call is its client's.
  bool hits_call(const Engine& engine, const Session& session, const Command& command,
                 std::span<const std::string_view> argv);
  bool hits_connection(const Engine& engine, const Session& session);
  /// A message to `session`, which has subscribed to the channel.
  bool hits_message(const Engine& engine, const Session& session, std::string_view channel);

  /// How many passed all but the counting matchers, and how many those too.
  std::uint64_t seen() const { return seen_; }
  std::uint64_t hits() const { return hits_; }

 private:
  friend struct MatcherWords;
  enum class Inside : std::uint8_t { anywhere, transaction, script };

  bool fits_client(const Engine& engine, const Session& session) const;
  bool fits_command(const Command& command) const;
  bool fits_keys(const Command& command, std::span<const std::string_view> argv) const;
  bool count_in();
  std::string contradiction(const Engine& engine) const;

  Subject subject_ = Subject::call;
  std::vector<const Command*> commands_;
  std::uint32_t categories_ = 0;
  std::vector<std::string> keys_, names_, addresses_, users_, libraries_, channels_;
  std::vector<std::uint64_t> ids_;
  std::vector<int> databases_;
  Inside inside_ = Inside::anywhere;
  std::vector<std::uint64_t> nths_;
  std::uint64_t every_ = 1, first_ = std::numeric_limits<std::uint64_t>::max(), after_ = 0;
  double probability_ = 1;
  Micros from_ = std::numeric_limits<Micros>::min(), to_ = std::numeric_limits<Micros>::max();
  Random chance_;
  std::uint64_t seen_ = 0, hits_ = 0;
};

}  // namespace redouble
