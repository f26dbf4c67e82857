// One rule of a test: a fault (REDOUBLE FAULT) or a gate (REDOUBLE GATE), read from words.
//
//   <matchers> <actions> [UNTIL DISCONNECT]                     a fault; matchers as in call_matcher.h
//   <matchers> [AT ARRIVED|EXECUTED|REPLY] [UNTIL DISCONNECT]   a gate
//
// To add an action: a field in FaultActions, a row in rule.cpp, and its effect in interception.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/args.h"
#include "engine/call_matcher.h"
#include "engine/course.h"
#include "engine/random.h"

namespace redouble {

class Engine;
struct Session;

struct FaultActions {
  struct Delay {
    Micros least = 0, most = 0;
    bool exponential = false;
  };
  /// What ends the line: the command is not executed, the connection not served.
  enum class End : std::uint8_t { none, error, close, reset, hang, refuse, stall };

  End end = End::none;
  std::string error;  ///< of End::error; empty for MOVED, which names the slot of the call's key
  std::optional<Delay> delay;
  ReplyShape shape;
  bool drop = false;                   ///< the message
  bool expire = false, evict = false;  ///< the keys of the command, just before it
};

struct Rule {
  enum class Kind : std::uint8_t { fault, gate };
  /// Where a gate stands: before the command, behind it, or before its complete reply.
  enum class Place : std::uint8_t { arrived, executed, reply };

  Rule(Kind what, std::uint64_t seed) : kind(what), matcher(seed), chance(seed ^ 0x9e3779b97f4a7c15) {}

  /// Reads what stands behind the name. Returns an error reply's text that says what would have been right,
  /// or nothing.
  std::string read(Args& args, const Engine& engine);
  Micros draw_delay();
  /// Whether anything of it can happen to a command that a script calls.
  bool reaches_into_scripts() const {
    return actions.end == FaultActions::End::error || actions.expire || actions.evict;
  }

  const Kind kind;
  std::uint64_t id = 0;  // in the order of their making
  std::string name, text;
  CallMatcher matcher;
  Random chance;  // of its actions
  bool until_disconnect = false;
  Session* owner = nullptr;  // with whom it goes
  bool gone = false;         // removed, though somebody has it in hand yet
  FaultActions actions;
  Place place = Place::arrived;
  std::vector<Session*> standing;  // at the gate, in the order in which they came
};

/// The slot of a key in a cluster, as clients reckon it: by what stands in its first {}, if anything does.
unsigned key_slot(std::string_view key);

}  // namespace redouble
