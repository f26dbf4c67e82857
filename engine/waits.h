// Clients and callers that wait for something to be so (REDOUBLE WAIT, a gate, the end of REDOUBLE CLOCK
// ADVANCE): a condition that is looked at whenever something may have changed, and a limit in real time,
// since the server's own clock may stand still.
//
//   return c.engine.waits.begin(c, patience,
//                               [&engine = c.engine, n](Reply& reply) {
//                                 if (engine.blocked_clients() < n) return false;
//                                 reply.integer(n);
//                                 return true;
//                               },
//                               [] { return std::string("nobody is blocked"); });
//
// A condition only looks, at whatever outlives what it was made from. Who waits like this is not
// a blocked client for anybody else: not in INFO, for CLIENT UNBLOCK or for the recorder.
#pragma once

#include <functional>
#include <list>
#include <string>

#include "engine/args.h"
#include "engine/deadlines.h"
#include "engine/outcome.h"
#include "protocol/reply.h"

namespace redouble {

struct Call;
class Engine;
struct Session;

class Waits {
 public:
  /// Writes the reply and returns true if what is waited for is so; writes nothing otherwise.
  using Condition = std::function<bool(Reply&)>;
  /// How far it is from that, for the error of who waited too long: "0 of 1 clients are …".
  using Excuse = std::function<std::string()>;

  /// In milliseconds of real time. No more than the longest: a test that hangs helps nobody.
  static constexpr Millis kUsualPatience = 5'000, kLongestPatience = 600'000;

  /// Somebody who waits outside of the engine: `met` turns true when the condition holds.
  struct Watch {
    Condition condition;
    bool met = false;
  };

  explicit Waits(Engine& engine) : engine_(engine) {}

  /// The last argument, if there is one more, as a patience; the usual one otherwise. Errors go to `args`.
  static Millis read_patience(Call& c);

  /// Replies at once if the condition holds, or else lets the client wait. Where nothing can wait (in-process
  /// calls) that is too late already. `kNever`: as long as it takes.
  Outcome begin(Call& c, Millis patience, Condition condition, Excuse excuse = nullptr);
  /// REQUIRES: the watch outlives its stay.
  void add(Watch& watch);
  void remove(Watch& watch) { watches_.remove(&watch); }

  bool watched() const { return !watches_.empty(); }
  bool empty() const { return waiting_.empty() && watches_.empty(); }
  /// Looks at all conditions and lets go on whose holds.
  void look();
  /// The session does not wait any more.
  void forget(Session& session);

 private:
  struct Waiting {
    Session* session;
    Condition condition;
    Excuse excuse;
    Millis patience = 0, deadline = kNever;
    Deadlines::Id timer = 0;
  };

  void too_late(Session& session);
  static std::string lateness(const Waiting& waiting);

  Engine& engine_;
  std::list<Waiting> waiting_;
  std::list<Watch*> watches_;
  bool looking_ = false;
};

}  // namespace redouble
