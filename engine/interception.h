// The faults and gates of a test, in the order of their making, and what they do to calls, connections and
// messages. Asked by the dispatcher behind its own gates, by scripts for what they call, by the server for
// new connections, and by pub/sub for each message to a subscriber; none of them pays for more than one test
// of a number while there is no rule for it.
//
// A call meets the rules one by one. A delay or a gate holds its client (Blocked::delayed, Blocked::gate),
// and when that is over the call begins anew and goes on behind the rule that held it. What is to happen to
// the reply is gathered in the session's Course, which also takes the reply itself; `over` puts it into the
// output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/arguments.h"
#include "engine/rule.h"

namespace redouble {

class Engine;
struct Command;
struct Session;

class Interception {
 public:
  using Rules = std::vector<std::shared_ptr<Rule>>;
  static constexpr std::size_t kMostRules = 1'000, kLongestName = 128;
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

  explicit Interception(Engine& engine) : engine_(engine) {}

  // --- Rules ---------------------------------------------------------------------------------------------

  /// Makes a rule of `args` for `owner` (nullptr: nobody, and UNTIL DISCONNECT is a mistake). Without a name
  /// it gets one. Returns an error reply's text, or nothing and the rule in `made`.
  std::string add(Rule::Kind kind, std::string_view name, Args& args, Session* owner,
                  std::shared_ptr<Rule>& made);
  std::shared_ptr<Rule> find(Rule::Kind kind, std::string_view name) const;
  const Rules& rules() const { return rules_; }
  /// Takes a rule away, if it is there yet; who stands at a gate goes on. What has begun (a delay, a drip)
  /// ends by itself. To be followed by Engine::run_released, if no command is under way.
  void remove(const std::shared_ptr<Rule>& rule);
  /// All of a kind; returns how many there were.
  std::size_t clear(Rule::Kind kind);
  /// Everything as new; delays end.
  void reset();

  // --- Gates ---------------------------------------------------------------------------------------------

  /// Lets the first `most` go on; returns how many did. To be followed by Engine::run_released.
  std::size_t release(Rule& gate, std::size_t most = kAll);
  /// Disconnects the first `most`; returns how many there were.
  std::size_t cut(Rule& gate, std::size_t most = kAll);

  // --- Who asks ------------------------------------------------------------------------------------------

  /// Whether `ask` is to be asked.
  bool active() const { return for_calls_ != 0; }
  struct Verdict {
    bool goes_on;
    std::string_view error = {};  // that the call is to be rejected with
  };
  /// A call of a client that passed the dispatcher's gates.
  Verdict ask(const Command& command, Session& session, Argv argv);
  /// A command of a script; returns the error that it fails with, or nothing.
  std::string_view ask_in_script(const Command& command, const Session& caller, Argv argv);
  /// The command has run or was queued, or its client waits. REQUIRES: session.course.
  void executed(Session& session);
  /// Its reply is complete: false while a gate keeps it back. REQUIRES: session.course.
  bool over(Session& session);
  /// The keys of a command that EXEC is about to run go first, if a rule said so when it was queued.
  void spend_keys(const Command& command, const Session& session, Argv argv, bool expire, bool evict);

  enum class Greeting : std::uint8_t { welcome, refused, later };
  /// A new connection: `refused` is closed at once; `later` is served when it is not blocked any more.
  Greeting greet(Session& session);

  /// Whether a message on a channel does not reach this subscriber.
  bool drops(const Session& session, std::string_view channel) {
    return for_messages_ != 0 && drops_message(session, channel);
  }

  /// Bytes of a session were sent that has a pacing.
  void sent(Session& session);

  /// The session goes, or is taken out of everything.
  void forget(Session& session);

 private:
  std::size_t& counter_of(const Rule& rule);
  bool drops_message(const Session& session, std::string_view channel);
  Verdict end(const Command& command, Session& session, Argv argv);
  void delay(Session& session, Micros by);
  void stand(Session& session, const std::shared_ptr<Rule>& gate);
  void go_to_next_gate(Session& session);
  void deliver(Session& session);
  void drip(Session& session);
  void welcome(Session& session, FaultActions::End how);
  std::string_view error_of(const Rule& rule, const Command& command, Argv argv);

  Engine& engine_;
  Rules rules_;
  std::size_t for_calls_ = 0, for_connections_ = 0, for_messages_ = 0;
  std::uint64_t last_id_ = 0;
  std::uint64_t made_ = 0;  // since the start or the last reset: seeds them
};

}  // namespace redouble
