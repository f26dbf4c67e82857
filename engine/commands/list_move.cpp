// From list to list: LMOVE, RPOPLPUSH, and BLMOVE, BRPOPLPUSH, which wait for an element if need be.
#include <string>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/commands/list_words.h"
#include "engine/engine.h"
#include "engine/types/list.h"

namespace redouble {
namespace {

using End = ListValue::End;

struct Route {
  std::string_view from, to;
  End out = End::right;  // the end of `from` that the element leaves
  End in = End::left;    // the end of `to` where it arrives
};

void push(Call& c, Ref<List>& target, End end, std::string_view element) {
  if (!target)
    target.create(std::make_unique<ListValue>(c.engine.config.number(Setting::list_max_listpack_size)));
  target->push(end, element, c.engine.plain_element_bytes);
}

// Replicas do not wait: they are told of the command that does not.
void propagate_move(Call& c, const Route& route) {
  const auto word = [](End end) { return end == End::left ? "left" : "right"; };
  const Argv all = c.args.all();
  if (c.command.name == "BRPOPLPUSH")
    c.propagate({"RPOPLPUSH", route.from, route.to});
  else if (c.is_woken())
    c.propagate({"LMOVE", route.from, route.to, word(route.out), word(route.in)});
  else
    c.propagate({"LMOVE", route.from, route.to, all[3], all[4]});
}

// Moves and replies the element. REQUIRES: `source` is a list.
Outcome move_element(Call& c, Ref<List>& source, const Route& route) {
  auto target = c.db.write<List>(route.to);
  if (target.wrong_type()) return err::wrong_type;
  IntegerText scratch;
  const std::string_view element = (*source->at_end(route.out)).bytes(scratch);
  c.reply.bulk(element);
  if (target.entry() == source.entry()) {
    const std::string copy(element);
    source->pop(route.out);
    source->push(route.in, copy, c.engine.plain_element_bytes);
  } else {
    push(c, target, route.in, element);
    source->pop(route.out);
  }
  c.db.changed(target, route.in == End::left ? event::lpush : event::rpush, 0);
  // Counted with the pop; what a client had waited for, when it was pushed.
  c.db.changed(source, route.out == End::left ? event::lpop : event::rpop, c.is_woken() ? 0 : 1);
  if (c.command.is(kBlocking)) propagate_move(c, route);
  return done;
}

Outcome move(Call& c, const Route& route) {
  auto source = c.db.write<List>(route.from);
  if (source.wrong_type()) return err::wrong_type;
  if (source) return move_element(c, source, route);
  c.reply.null();
  return done;
}

Outcome move_or_wait(Call& c, const Route& route) {
  const Millis deadline = c.timeout_in_seconds();
  if (!c.args.ok()) return c.args.error();
  if (!c.may_block) return move(c, route);
  auto source = c.db.write<List>(route.from);
  if (source.wrong_type()) return err::wrong_type;
  if (source) return move_element(c, source, route);
  return c.park(Type::list, Argv(&route.from, 1), deadline);
}

Route next_route(Call& c) {
  Route route;
  route.from = c.args.next();
  route.to = c.args.next();
  return route;
}

// Takes LMOVE's two ends; false when they are something else.
bool take_ends(Call& c, Route& route) {
  return take_end(c.args, route.out) && take_end(c.args, route.in);
}

Outcome lmove(Call& c) {
  Route route = next_route(c);
  return take_ends(c, route) ? move(c, route) : Outcome(err::syntax);
}
Outcome rpoplpush(Call& c) {
  return move(c, next_route(c));
}
Outcome blmove(Call& c) {
  Route route = next_route(c);
  return take_ends(c, route) ? move_or_wait(c, route) : Outcome(err::syntax);
}
Outcome brpoplpush(Call& c) {
  return move_or_wait(c, next_route(c));
}

constexpr KeySpec kFrom = keys::at(1, kRW | kAccess | kDelete);
constexpr KeySpec kTo = keys::at(2, kRW | kInsert);

constexpr Command kCommands[] = {
    {.name = "LMOVE",
     .arity = 5,
     .flags = kWrite | kDenyOom,
     .categories = kCatList,
     .keys = {kFrom, kTo},
     .group = Group::list,
     .since = "6.2.0",
     .syntax = "source:key destination:key#1 wherefrom<LEFT|RIGHT> whereto<LEFT|RIGHT>",
     .summary = "Moves an element from an end of one list to an end of another.",
     .run = lmove},
    {.name = "RPOPLPUSH",
     .arity = 3,
     .flags = kWrite | kDenyOom,
     .categories = kCatList,
     .keys = {kFrom, kTo},
     .group = Group::list,
     .since = "1.2.0",
     .deprecated_since = "6.2.0",
     .replaced_by = "`LMOVE` with the `RIGHT` and `LEFT` arguments",
     .syntax = "source:key destination:key#1",
     .summary = "Moves the rightmost element of one list to the left end of another.",
     .run = rpoplpush},
    {.name = "BLMOVE",
     .arity = 6,
     .flags = kWrite | kDenyOom | kNoScript | kBlocking,
     .categories = kCatList,
     .keys = {kFrom, kTo},
     .group = Group::list,
     .since = "6.2.0",
     .syntax = "source:key destination:key#1 wherefrom<LEFT|RIGHT> whereto<LEFT|RIGHT> timeout:double",
     .summary = "Moves an element from list to list, or waits for it.",
     .run = blmove},
    {.name = "BRPOPLPUSH",
     .arity = 4,
     .flags = kWrite | kDenyOom | kNoScript | kBlocking,
     .categories = kCatList,
     .keys = {kFrom, kTo},
     .group = Group::list,
     .since = "2.2.0",
     .deprecated_since = "6.2.0",
     .replaced_by = "`BLMOVE` with the `RIGHT` and `LEFT` arguments",
     .syntax = "source:key destination:key#1 timeout:double",
     .summary = "Moves the rightmost element to the left end of another list, or waits for it.",
     .run = brpoplpush},
};

}  // namespace

Rows list_move_commands() {
  return kCommands;
}

}  // namespace redouble
