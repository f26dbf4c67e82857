// Transactions: MULTI, EXEC, DISCARD, WATCH, UNWATCH. Queueing itself is one of the gates in dispatch.cpp.
#include <algorithm>
#include <vector>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"

namespace redouble {
namespace {

Outcome multi(Call& c) {
  if (c.session.transaction.open) return err::nested_multi;
  c.reply.ok();
  c.session.transaction.open = true;
  return done;
}

Outcome discard(Call& c) {
  if (!c.session.transaction.open) return err::discard_without_multi;
  c.reply.ok();
  c.engine.end_transaction(c.session);
  return done;
}

bool expired(const Call& c, const WatchedKey& watched) {
  const Entry* entry = c.engine.db(watched.db).keys().find(watched.key);
  return entry != nullptr && entry->expires_at() <= c.engine.now_ms();
}

// A watched key that is due counts as changed, even where nothing has deleted it yet.
bool in_conflict(const Call& c) {
  const auto& watched = c.session.watched;
  return c.session.transaction.conflict ||
         std::any_of(watched.begin(), watched.end(),
                     [&](const WatchedKey& key) { return !key.existed_expired && expired(c, key); });
}

Outcome exec(Call& c) {
  Transaction& transaction = c.session.transaction;
  if (!transaction.open) return err::exec_without_multi;
  const bool conflict = in_conflict(c);
  if (transaction.spoilt || conflict) {
    const bool spoilt = transaction.spoilt;
    c.engine.end_transaction(c.session);
    if (spoilt) return err::exec_abort;
    c.reply.null_array();
    return done;
  }
  c.telling = Call::Telling::nothing;  // what is queued speaks for itself
  // Nobody else runs from here on: what is watched need not be any more.
  c.engine.watches.remove_all(c.session);
  // Whoever ends the transaction meanwhile (CLIENT KILL while a script of it is busy) leaves the queue alone:
  // the session has as many empty places, which CLIENT LIST and the memory of clients count.
  std::vector<QueuedCommand> queue(transaction.queue.size());
  queue.swap(transaction.queue);
  c.reply.array(queue.size());
  for (const QueuedCommand& queued : queue) {
    // Rights may have changed since it was queued.
    const AclVerdict verdict = c.engine.acl.check(c.session, *queued.command, queued.argv);
    if (verdict.denied()) {
      c.engine.acl.log_denied(c.session, *queued.command, queued.argv, verdict, AclContext::multi);
      c.engine.reply_error(c.reply, Acl::reason_at_exec(verdict));
      continue;
    }
    if (queued.expire || queued.evict) [[unlikely]]
      c.engine.interception.spend_keys(*queued.command, c.session, queued.argv, queued.expire, queued.evict);
    c.engine.run(*queued.command, c.session, queued.argv, c.reply, false);
    // Whoever has ended itself gets no further reply, though the rest is still done.
    if (c.session.close_after_reply) c.session.set_reply_mode(ReplyMode::off);
  }
  c.engine.end_transaction(c.session);
  return done;
}

Outcome watch(Call& c) {
  if (c.session.transaction.open) return err::watch_in_multi;
  for (const auto key : c.args.rest()) {
    const Entry* entry = c.db.keys().find(key);
    const bool due = entry != nullptr && entry->expires_at() <= c.engine.now_ms();
    c.engine.watches.add(c.session, c.session.db, key, due);
  }
  c.reply.ok();
  return done;
}

Outcome unwatch(Call& c) {
  c.engine.watches.remove_all(c.session);
  c.session.transaction.conflict = false;
  c.reply.ok();
  return done;
}

constexpr Command kCommands[] = {
    {.name = "MULTI",
     .arity = 1,
     .flags = kNoScript | kLoading | kStale | kFast | kAllowBusy,
     .categories = kCatTransaction,
     .group = Group::transactions,
     .since = "1.2.0",
     .summary = "Starts a transaction: commands are queued from here on.",
     .run = multi},
    {.name = "EXEC",
     .arity = 1,
     .flags = kNoScript | kLoading | kStale | kSkipSlowlog,
     .categories = kCatTransaction,
     .group = Group::transactions,
     .since = "1.2.0",
     .summary = "Runs the queued commands, unless a watched key changed.",
     .run = exec},
    {.name = "DISCARD",
     .arity = 1,
     .flags = kNoScript | kLoading | kStale | kFast | kAllowBusy,
     .categories = kCatTransaction,
     .group = Group::transactions,
     .since = "2.0.0",
     .summary = "Forgets the queued commands.",
     .run = discard},
    {.name = "WATCH",
     .arity = -2,
     .flags = kNoScript | kLoading | kStale | kFast | kAllowBusy,
     .categories = kCatTransaction,
     .keys = {keys::range(1, -1, 1, kRO)},
     .group = Group::transactions,
     .since = "2.2.0",
     .syntax = "key...",
     .summary = "Lets EXEC fail if one of the keys changes before it.",
     .run = watch},
    {.name = "UNWATCH",
     .arity = 1,
     .flags = kNoScript | kLoading | kStale | kFast | kAllowBusy,
     .categories = kCatTransaction,
     .group = Group::transactions,
     .since = "2.2.0",
     .summary = "Forgets all watched keys.",
     .run = unwatch},
};

}  // namespace

Rows transaction_commands() {
  return kCommands;
}

}  // namespace redouble
