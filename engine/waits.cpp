#include "engine/waits.h"

#include <algorithm>
#include <utility>

#include "engine/call.h"
#include "engine/duration.h"
#include "engine/engine.h"
#include "engine/marked.h"
#include "protocol/value_builder.h"

namespace redouble {

Millis Waits::read_patience(Call& c) {
  if (!c.args.more()) return kUsualPatience;
  const std::string_view text = c.args.next();
  const auto duration = parse_duration(text);
  if (!duration)
    c.args.fail(c.fail_text(no_duration(text)).error());
  else if (*duration < 1000 || *duration > kLongestPatience * 1000)
    c.args.fail(c.fail("ERR a timeout of '{}' is not possible: 1ms to 10m of real time, such as 5s",
                       text.substr(0, 128))
                    .error());
  else
    return *duration / 1000;
  return kUsualPatience;
}

Outcome Waits::begin(Call& c, Millis patience, Condition condition, Excuse excuse) {
  if (condition(c.reply)) return done;
  Waiting waiting{&c.session, std::move(condition), std::move(excuse), patience};
  if (!c.may_block) {
    waiting.patience = 0;
    return c.fail_text(lateness(waiting));
  }
  if (patience != kNever) waiting.deadline = engine_.host().real_ms() + patience;
  Waiting& placed = waiting_.emplace_back(std::move(waiting));
  if (patience != kNever) {
    try {
      placed.timer =
          engine_.patience.add(placed.deadline, [this, &session = c.session] { too_late(session); });
    } catch (...) {
      waiting_.pop_back();
      throw;
    }
  }
  c.session.parked.why = Blocked::condition;
  return blocked;
}

void Waits::add(Watch& watch) {
  watches_.push_back(&watch);
  look();
}

void Waits::look() {
  if (looking_) return;
  const Marked looking(looking_);
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    Session& session = *at->session;
    const bool holds = at->condition(session.reply);
    ++at;
    if (!holds) continue;
    engine_.unblock(session);
    engine_.end_of_command(session);
  }
  for (Watch* watch : watches_)
    if (ValueBuilder unheard; !watch->met) watch->met = watch->condition(unheard);
}

void Waits::forget(Session& session) {
  const auto at = std::find_if(waiting_.begin(), waiting_.end(),
                               [&](const Waiting& waiting) { return waiting.session == &session; });
  if (at == waiting_.end()) return;
  if (at->timer != 0) engine_.patience.remove(at->deadline, at->timer);
  waiting_.erase(at);
}

void Waits::too_late(Session& session) {
  const auto at = std::find_if(waiting_.begin(), waiting_.end(),
                               [&](const Waiting& waiting) { return waiting.session == &session; });
  at->timer = 0;
  session.reply.error(lateness(*at));
  engine_.unblock(session);
  engine_.end_of_command(session);
}

std::string Waits::lateness(const Waiting& waiting) {
  return fmt::format("TIMEOUT after {} ms: {}", waiting.patience,
                     waiting.excuse ? waiting.excuse() : "it is not so");
}

}  // namespace redouble
