#include "engine/commands/redouble_rules.h"

#include <memory>

namespace redouble {

Outcome add_rule(Call& c, Rule::Kind kind, std::string_view usage) {
  if (c.args.left() < 2) return c.fail("ERR too little: {}", usage);
  const std::string_view name = c.args.next();
  if (name.empty()) return c.fail("ERR a name has one byte at least: {}", usage);
  std::shared_ptr<Rule> made;
  Session* const owner = c.session.internal ? nullptr : &c.session;
  if (auto wrong = c.engine.interception.add(kind, name, c.args, owner, made); !wrong.empty())
    return c.fail_text(std::move(wrong));
  c.reply.ok();
  return done;
}

Outcome remove_rules(Call& c, Rule::Kind kind) {
  if (c.args.left() == 0) return c.fail("ERR REMOVE needs a name that LIST shows");
  std::int64_t removed = 0;
  while (c.args.more()) {
    const auto rule = c.engine.interception.find(kind, c.args.next());
    if (rule == nullptr) continue;
    c.engine.interception.remove(rule);
    ++removed;
  }
  c.reply.integer(removed);
  return done;
}

Outcome clear_rules(Call& c, Rule::Kind kind) {
  if (!c.args.finished()) return c.args.error();
  c.reply.integer(static_cast<std::int64_t>(c.engine.interception.clear(kind)));
  return done;
}

void reply_rule(Reply& reply, const Rule& rule) {
  reply.bulk("name");
  reply.bulk(rule.name);
  reply.bulk("rule");
  reply.bulk(rule.text);
  reply.bulk("seen");
  reply.integer(static_cast<std::int64_t>(rule.matcher.seen()));
  reply.bulk("hits");
  reply.integer(static_cast<std::int64_t>(rule.matcher.hits()));
}

}  // namespace redouble
