#include "engine/interception.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <utility>

#include "engine/command.h"
#include "engine/duration.h"
#include "engine/engine.h"
#include "engine/events.h"
#include "engine/key_positions.h"
#include "engine/session.h"

namespace redouble {

using End = FaultActions::End;
using Place = Rule::Place;

namespace {

// The call goes on, or, without memory to say so, its connection ends: nobody is to wait for ever.
void resume(Engine& engine, Session& session) {
  try {
    engine.resume(session);
  } catch (const std::bad_alloc&) {
    session.close_now = true;
    engine.wrote_to(session);
  }
}

Course& course_of(Session& session) {
  if (session.course == nullptr) {
    session.course = std::make_unique<Course>();
    session.set_reply_mode(session.reply_mode);
  }
  return *session.course;
}

void end_pacing(Engine& engine, Session& session) {
  if (session.pacing->timer != 0) engine.deadlines.remove(session.pacing->timer_at, session.pacing->timer);
  session.pacing.reset();
}

// The first moment, in milliseconds, that is not before `time`.
Millis not_before(Micros time) {
  return (time + 999) / 1000;
}

// What time is counted from: in whole milliseconds, as the timeouts of commands are, so that a clock that is
// moved by a delay's length ends it.
Micros start(const Engine& engine) {
  return engine.now_ms() * 1000;
}

// Each byte is as likely as any other; none stays as it was.
void corrupt(Buffer& reply, std::size_t bytes, std::uint64_t seed) {
  Random random(seed);
  for (std::size_t i = 0; i < reply.size() && bytes > 0; ++i) {
    if (random.below(reply.size() - i) >= bytes) continue;
    reply.data()[i] = static_cast<char>(reply.data()[i] ^ static_cast<char>(1 + random.below(255)));
    --bytes;
  }
}

}  // namespace

// --- Rules -----------------------------------------------------------------------------------------------

std::size_t& Interception::counter_of(const Rule& rule) {
  switch (rule.matcher.subject()) {
    case CallMatcher::Subject::connection:
      return for_connections_;
    case CallMatcher::Subject::message:
      return for_messages_;
    case CallMatcher::Subject::call:
      break;
  }
  return for_calls_;
}

std::string Interception::add(Rule::Kind kind, std::string_view name, Args& args, Session* owner,
                              std::shared_ptr<Rule>& made) {
  const std::string_view what = kind == Rule::Kind::gate ? "gate" : "fault";
  if (rules_.size() >= kMostRules)
    return fmt::format("ERR there are {} rules already: REMOVE some", kMostRules);
  if (name.size() > kLongestName) return fmt::format("ERR a name may have {} bytes at most", kLongestName);
  if (!name.empty() && find(kind, name) != nullptr)
    return fmt::format("ERR there is a {0} '{1}' already: take another name, or REDOUBLE {2} REMOVE {1}",
                       what, name, kind == Rule::Kind::gate ? "GATE" : "FAULT");
  auto rule = std::make_shared<Rule>(kind, engine_.seed() ^ (++made_ * 0x9e3779b97f4a7c15));
  if (auto wrong = rule->read(args, engine_); !wrong.empty()) return wrong;
  if (rule->until_disconnect && owner == nullptr)
    return "ERR UNTIL DISCONNECT is for clients: in a program the rule goes with its scope";
  if (rule->until_disconnect) rule->owner = owner;
  rule->id = ++last_id_;
  rule->name = name.empty() ? fmt::format("#{}", rule->id) : std::string(name);
  rules_.push_back(rule);
  ++counter_of(*rule);
  made = std::move(rule);
  return {};
}

std::shared_ptr<Rule> Interception::find(Rule::Kind kind, std::string_view name) const {
  const auto at = std::find_if(rules_.begin(), rules_.end(),
                               [&](const auto& rule) { return rule->kind == kind && rule->name == name; });
  return at == rules_.end() ? nullptr : *at;
}

void Interception::remove(const std::shared_ptr<Rule>& rule) {
  if (std::exchange(rule->gone, true)) return;
  --counter_of(*rule);
  std::erase(rules_, rule);
  release(*rule);
}

std::size_t Interception::clear(Rule::Kind kind) {
  std::size_t n = 0;
  for (const auto& rule : Rules(rules_)) {
    if (rule->kind != kind) continue;
    remove(rule);
    ++n;
  }
  return n;
}

void Interception::reset() {
  clear(Rule::Kind::fault);
  clear(Rule::Kind::gate);
  made_ = 0;
  for (const auto& session : engine_.sessions()) {
    if (session->course == nullptr || session->course->timer == 0) continue;
    engine_.deadlines.remove(session->course->timer_at, std::exchange(session->course->timer, 0));
    if (session->parked.argv.view().empty())
      welcome(*session, End::none);
    else
      resume(engine_, *session);
  }
  for (const auto& session : engine_.sessions()) {
    if (session->pacing == nullptr) continue;
    end_pacing(engine_, *session);
    engine_.wrote_to(*session);
  }
}

// --- Calls -----------------------------------------------------------------------------------------------

Interception::Verdict Interception::ask(const Command& command, Session& session, Argv argv) {
  if (session.internal) return {true};
  if (session.course != nullptr && session.course->ended_by != nullptr) return end(command, session, argv);
  const std::uint64_t asked = session.course != nullptr ? session.course->asked : 0;
  for (const auto& rule : rules_) {
    if (rule->id <= asked) continue;
    const std::uint64_t seen = rule->matcher.seen();
    const bool hit = rule->matcher.hits_call(engine_, session, command, argv);
    if (command.is(kRunsScript) && rule->matcher.seen() != seen) course_of(session).seen.push_back(rule->id);
    if (!hit) continue;
    Course& course = course_of(session);
    course.asked = rule->id;
    if (rule->kind == Rule::Kind::gate) {
      if (rule->place == Place::arrived) {
        session.parked.argv = OwnedArgv(argv);
        stand(session, rule);
        return {false};
      }
      // Who has executed comes by these gates before the reply is complete.
      const auto at = std::find_if(course.gates.begin(), course.gates.end(), [&](const auto& gate) {
        return rule->place == Place::executed && gate->place == Place::reply;
      });
      course.gates.insert(at, rule);
      continue;
    }
    const FaultActions& actions = rule->actions;
    ReplyShape shape = actions.shape;
    if (shape.corrupt != 0) shape.chance = rule->chance.next();
    course.shape.add(shape);
    course.expire = course.expire || actions.expire;
    course.evict = course.evict || actions.evict;
    if (actions.end != End::none) course.ended_by = rule;
    if (const Micros by = actions.delay ? rule->draw_delay() : 0; by > 0) {
      session.parked.argv = OwnedArgv(argv);
      delay(session, by);
      return {false};
    }
    if (course.ended_by != nullptr) return end(command, session, argv);
  }
  // What is queued has its keys taken when it runs.
  if (session.course != nullptr && !session.transaction.open)
    spend_keys(command, session, argv, session.course->expire, session.course->evict);
  if (session.course != nullptr) session.course->running = true;
  return {true};
}

std::string_view Interception::error_of(const Rule& rule, const Command& command, Argv argv) {
  if (!rule.actions.error.empty()) return rule.actions.error;
  const auto keys = key_positions(command, argv);
  const unsigned slot = keys && !keys->empty() ? key_slot(argv[keys->front().index]) : 0;
  return engine_.scratch_error() = fmt::format("MOVED {} 127.0.0.1:6379", slot);
}

// The call is not executed. An error may be kept back or spoilt like any reply; of the rest there is none.
Interception::Verdict Interception::end(const Command& command, Session& session, Argv argv) {
  Course& course = *session.course;
  const std::shared_ptr<Rule> rule = std::exchange(course.ended_by, nullptr);
  std::erase_if(course.gates, [&](const auto& gate) {
    return gate->place == Place::executed || rule->actions.end != End::error;
  });
  switch (rule->actions.end) {
    case End::error:
      return {false, error_of(*rule, command, argv)};
    case End::hang:
      session.course.reset();
      session.set_reply_mode(session.reply_mode);
      static_cast<void>(engine_.park(session, Blocked::hung, kNever, nullptr));
      break;
    case End::reset:
      session.reset_on_close = true;
      [[fallthrough]];
    default:
      course.shape = {};
      session.close_after_reply = true;
  }
  return {false};
}

// Only what can happen to a command by itself: the client's connection is the script's business. Rules that
// counted the script do not count what it calls as well.
std::string_view Interception::ask_in_script(const Command& command, const Session& caller, Argv argv) {
  const Session* client = caller.script_of;
  if (client == nullptr || client->internal) return {};
  for (const auto& rule : rules_) {
    if (rule->kind != Rule::Kind::fault || !rule->reaches_into_scripts()) continue;
    if (client->course != nullptr) {
      const auto& seen = client->course->seen;
      if (std::find(seen.begin(), seen.end(), rule->id) != seen.end()) continue;
    }
    if (!rule->matcher.hits_call(engine_, caller, command, argv)) continue;
    spend_keys(command, caller, argv, rule->actions.expire, rule->actions.evict);
    if (rule->actions.end == End::error) return error_of(*rule, command, argv);
  }
  return {};
}

void Interception::spend_keys(const Command& command, const Session& session, Argv argv, bool expire,
                              bool evict) {
  if (!expire && !evict) return;
  const auto keys = key_positions(command, argv);
  if (!keys) return;
  Database& db = engine_.db(session.db);
  for (const KeyPosition& key : *keys)
    if (AnyRef ref = db.locate(argv[key.index]); ref) db.remove(ref, evict ? event::evicted : event::expired);
}

void Interception::delay(Session& session, Micros by) {
  Course& course = *session.course;
  static_cast<void>(engine_.park(session, Blocked::delayed, kNever, nullptr));
  course.timer_at = not_before(start(engine_) + by);
  course.timer = engine_.deadlines.add(course.timer_at, [this, &session] {
    session.course->timer = 0;
    resume(engine_, session);
    engine_.run_released();
  });
}

// --- Gates -----------------------------------------------------------------------------------------------

void Interception::stand(Session& session, const std::shared_ptr<Rule>& gate) {
  gate->standing.push_back(&session);
  session.course->gate = gate;
  if (!session.is_blocked()) static_cast<void>(engine_.park(session, Blocked::gate, kNever, nullptr));
}

void Interception::go_to_next_gate(Session& session) {
  auto& gates = session.course->gates;
  while (!gates.empty() &&
         (gates.front()->gone || gates.front()->place == Place::executed || session.course->over)) {
    const std::shared_ptr<Rule> gate = gates.front();
    gates.erase(gates.begin());
    if (!gate->gone) return stand(session, gate);
  }
}

void Interception::executed(Session& session) {
  session.course->running = false;
  const Blocked why = session.parked.why;
  if (is_held(why) || why == Blocked::paused) return;  // not yet, or it has ended meanwhile
  // Who does not wait for anything stands there when its reply is complete, which is now.
  if (session.is_blocked()) go_to_next_gate(session);
}

bool Interception::over(Session& session) {
  Course& course = *session.course;
  course.over = true;
  if (course.gate != nullptr)  // it came there before, and waited for something of its own
    static_cast<void>(engine_.park(session, Blocked::gate, kNever, nullptr));
  else
    go_to_next_gate(session);
  if (course.gate != nullptr) return false;
  deliver(session);
  return true;
}

std::size_t Interception::release(Rule& gate, std::size_t most) {
  std::size_t n = 0;
  for (; n < most && !gate.standing.empty(); ++n) {
    Session& session = *gate.standing.front();
    gate.standing.erase(gate.standing.begin());
    Course& course = *session.course;
    course.gate = nullptr;
    if (gate.place == Place::arrived) {
      resume(engine_, session);
    } else if (course.over) {
      engine_.unblock(session);
      engine_.end_of_command(session);
    } else {
      go_to_next_gate(session);
    }
  }
  return n;
}

std::size_t Interception::cut(Rule& gate, std::size_t most) {
  std::size_t n = 0;
  for (; n < most && !gate.standing.empty(); ++n) engine_.kill(*gate.standing.front());
  return n;
}

// --- Replies ---------------------------------------------------------------------------------------------

void Interception::deliver(Session& session) {
  const std::unique_ptr<Course> course = std::move(session.course);
  session.set_reply_mode(session.reply_mode);
  const ReplyShape& shape = course->shape;
  Buffer& reply = course->reply;
  if (shape.corrupt != 0) corrupt(reply, shape.corrupt, shape.chance);
  const std::size_t size = shape.mute ? 0 : std::min(reply.size(), shape.cut);
  const std::uint64_t begin = session.bytes_out + session.out.size();
  session.out.append(reply.view().substr(0, size));
  if (shape.cut != ReplyShape::kWhole) {
    session.close_after_reply = true;
    session.reset_on_close = session.reset_on_close || shape.reset;
  }
  if ((shape.chunk == 0 && shape.drip == 0) || size == 0) return;
  if (session.pacing == nullptr) session.pacing = std::make_unique<Pacing>();
  session.pacing->paces.push_back(
      {.begin = begin, .end = begin + size, .chunk = shape.chunk, .drip = shape.drip, .every = shape.every});
  sent(session);
}

void Interception::sent(Session& session) {
  Pacing& pacing = *session.pacing;
  while (!pacing.paces.empty() && pacing.paces.front().end <= session.bytes_out) pacing.paces.pop_front();
  if (pacing.paces.empty()) return session.pacing.reset();
  Pace& pace = pacing.paces.front();
  if (pace.drip == 0 || pace.allowed != 0 || session.bytes_out < pace.begin) return;
  pace.since = start(engine_);
  drip(session);
}

// Allows as much of the first reply as has its time, and comes back for the next piece.
void Interception::drip(Session& session) {
  Pacing& pacing = *session.pacing;
  Pace& pace = pacing.paces.front();
  const auto passed = static_cast<std::uint64_t>(std::max<Micros>(0, start(engine_) - pace.since));
  const std::uint64_t pieces = passed / static_cast<std::uint64_t>(pace.every) + 1;
  const std::uint64_t needed = (pace.end - pace.begin + pace.drip - 1) / pace.drip;
  pace.allowed = pieces >= needed ? pace.end : pace.begin + pieces * pace.drip;
  if (pieces >= needed) return;
  pacing.timer_at = not_before(pace.since + static_cast<Micros>(pieces) * pace.every);
  pacing.timer = engine_.deadlines.add(pacing.timer_at, [this, &session] {
    session.pacing->timer = 0;
    try {
      drip(session);
    } catch (const std::bad_alloc&) {
      session.close_now = true;
    }
    engine_.wrote_to(session);
  });
}

// --- Connections and messages ----------------------------------------------------------------------------

Interception::Greeting Interception::greet(Session& session) {
  if (for_connections_ == 0) return Greeting::welcome;
  Micros by = 0;
  End how = End::none;
  for (const auto& rule : rules_) {
    if (!rule->matcher.hits_connection(engine_, session)) continue;
    if (rule->actions.delay) by = std::min(by + rule->draw_delay(), kLongestDuration);
    how = rule->actions.end;
    if (how != End::none) break;
  }
  if (by == 0 && how == End::none) return Greeting::welcome;
  if (by == 0 && how == End::refuse) return Greeting::refused;
  if (by == 0) {
    static_cast<void>(engine_.park(session, Blocked::stalled, kNever, nullptr));
    return Greeting::welcome;
  }
  static_cast<void>(engine_.park(session, Blocked::delayed, kNever, nullptr));
  Course& course = course_of(session);
  course.timer_at = not_before(start(engine_) + by);
  course.timer = engine_.deadlines.add(course.timer_at, [this, &session, how] {
    session.course->timer = 0;
    welcome(session, how);
  });
  return Greeting::later;
}

// Behind its delay.
void Interception::welcome(Session& session, End how) {
  session.course.reset();
  session.set_reply_mode(session.reply_mode);
  engine_.unblock(session);
  if (how == End::refuse) engine_.kill(session);
  if (how == End::stall) static_cast<void>(engine_.park(session, Blocked::stalled, kNever, nullptr));
}

bool Interception::drops_message(const Session& session, std::string_view channel) {
  return std::any_of(rules_.begin(), rules_.end(),
                     [&](const auto& rule) { return rule->matcher.hits_message(engine_, session, channel); });
}

void Interception::forget(Session& session) {
  if (session.course != nullptr) {
    if (session.course->gate != nullptr) std::erase(session.course->gate->standing, &session);
    if (session.course->timer != 0) engine_.deadlines.remove(session.course->timer_at, session.course->timer);
    session.course.reset();
    session.set_reply_mode(session.reply_mode);
  }
  if (session.pacing != nullptr) end_pacing(engine_, session);
  for (std::size_t i = rules_.size(); i-- > 0;)
    if (rules_[i]->owner == &session) remove(std::shared_ptr<Rule>(rules_[i]));
}

}  // namespace redouble
