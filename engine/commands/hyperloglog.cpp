// HyperLogLogs: PFADD, PFCOUNT, PFMERGE, and PFDEBUG and PFSELFTEST. What they do to a string is in
// engine/types/hyperloglog.h; any string that looks like one is taken for one.
#include <memory>
#include <string>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "engine/types/hyperloglog.h"
#include "engine/types/string.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

// What a lookup found that must be a HyperLogLog if it is there.
Outcome check(const Ref<String>& text) {
  if (text.wrong_type()) return err::wrong_type;
  IntegerText scratch;
  if (text && !hll::is_hyperloglog(text->text(scratch))) return err::not_a_hyperloglog;
  return done;
}

// The bytes of a string that is known to be one, which cannot be an integer.
std::string_view bytes_of(const String& text) {
  IntegerText scratch;
  return text.text(scratch);
}

bool make_dense(String& text) {
  if (hll::form_of(bytes_of(text)) == hll::Form::dense) return true;
  const auto dense = hll::to_dense(bytes_of(text));
  if (dense) text.assign_raw(*dense);
  return dense.has_value();
}

// Raises a register in whatever form; one that has become too large for the sparse form becomes dense.
hll::Raised raise(Call& c, String& text, hll::Place place) {
  if (hll::form_of(bytes_of(text)) == hll::Form::dense)
    return hll::raise_dense(text.make_room(0), place) ? hll::Raised::yes : hll::Raised::no;
  char* const bytes = text.make_room(hll::kRoom);
  std::size_t size = text.size();
  const auto most = static_cast<std::size_t>(c.engine.config.number(Setting::hll_sparse_max_bytes));
  const hll::Raised raised = hll::raise_sparse(bytes, size, most, place);
  text.set_size(size);
  if (raised != hll::Raised::too_large) return raised;
  if (!make_dense(text)) return hll::Raised::corrupt;
  hll::raise_dense(text.make_room(0), place);
  return hll::Raised::yes;
}

Outcome pfadd(Call& c) {
  auto text = c.db.write<String>(c.args.next());
  if (const Outcome bad = check(text); bad.is_error()) return bad;
  std::uint64_t changes = text ? 0 : 1;
  if (text)
    text->make_room(0);
  else
    text->assign_raw(hll::empty());
  for (const auto element : c.args.rest()) {
    const hll::Raised raised = raise(c, text, hll::place_of(element));
    if (raised == hll::Raised::corrupt) return err::corrupt_hyperloglog;
    if (raised == hll::Raised::yes) ++changes;
  }
  if (changes > 0) {
    hll::invalidate_count(text->make_room(0));
    c.db.changed(text, event::pfadd, changes);
  }
  c.reply.integer(changes > 0 ? 1 : 0);
  return done;
}

// The registers of all that are there among `keys`, each the highest.
Outcome merge_all(Call& c, Argv keys, hll::Registers& registers, bool& any_dense) {
  for (const auto key : keys) {
    const auto text = c.db.read<String>(key);
    if (const Outcome bad = check(text); bad.is_error()) return bad;
    if (!text) continue;
    if (hll::form_of(bytes_of(text)) == hll::Form::dense) any_dense = true;
    if (!hll::merge(bytes_of(text), registers)) return err::corrupt_hyperloglog;
  }
  return done;
}

// The count of a single one is kept in it: this command that reads changes its key.
Outcome count_one(Call& c) {
  auto text = c.db.read<String>(c.args.next());
  if (const Outcome bad = check(text); bad.is_error()) return bad;
  if (!text) {
    c.reply.integer(0);
    return done;
  }
  char* const bytes = text->make_room(0);
  auto count = hll::cached_count(bytes_of(text));
  if (!count) {
    count = hll::count(bytes_of(text));
    if (!count) return err::corrupt_hyperloglog;
    hll::cache_count(bytes, *count);
    c.db.touched(text.key());
  }
  c.reply.integer(static_cast<std::int64_t>(*count));
  return done;
}

Outcome pfcount(Call& c) {
  if (c.args.left() == 1) return count_one(c);
  hll::Registers registers{};
  bool any_dense = false;
  if (const Outcome bad = merge_all(c, c.args.rest(), registers, any_dense); bad.is_error()) return bad;
  c.reply.integer(static_cast<std::int64_t>(hll::count(registers)));
  return done;
}

// The destination is one of the sources.
Outcome pfmerge(Call& c) {
  const auto destination = c.args.peek();
  hll::Registers registers{};
  bool any_dense = false;
  if (const Outcome bad = merge_all(c, c.args.rest(), registers, any_dense); bad.is_error()) return bad;
  auto text = c.db.write<String>(destination);
  if (text)
    text->make_room(0);
  else
    text->assign_raw(hll::empty());
  if (any_dense) {
    if (!make_dense(text)) return err::corrupt_hyperloglog;
    hll::assign_dense(text->make_room(0), registers);
  } else {
    for (std::size_t index = 0; index < hll::kRegisters; ++index)
      if (registers[index] != 0) static_cast<void>(raise(c, text, {index, registers[index]}));
  }
  hll::invalidate_count(text->make_room(0));
  c.db.changed(text, event::pfadd);
  c.reply.ok();
  return done;
}

// A change of the form alone is counted, but nobody is told.
Outcome make_dense_for_debug(Call& c, String& text) {
  if (hll::form_of(bytes_of(text)) == hll::Form::dense) return done;
  if (!make_dense(text)) return err::corrupt_hyperloglog;
  c.db.count_changes(1);
  return done;
}

Outcome pfdebug(Call& c) {
  const auto subcommand = c.args.next();
  auto text = c.db.write<String>(c.args.next());
  if (const Outcome bad = check(text); bad.is_error()) return bad;
  if (!text) return err::pfdebug_no_key;
  text->make_room(0);
  const bool sparse = hll::form_of(bytes_of(text)) == hll::Form::sparse;
  if (is_word(subcommand, "GETREG")) {
    if (const Outcome bad = make_dense_for_debug(c, text); bad.is_error()) return bad;
    c.reply.array(hll::kRegisters);
    for (std::size_t i = 0; i < hll::kRegisters; ++i) c.reply.integer(hll::dense_register(bytes_of(text), i));
  } else if (is_word(subcommand, "DECODE")) {
    if (!sparse) return err::hll_not_sparse;
    c.reply.bulk(hll::describe_runs(bytes_of(text)));
  } else if (is_word(subcommand, "ENCODING")) {
    c.reply.status(sparse ? "sparse" : "dense");
  } else if (is_word(subcommand, "TODENSE")) {
    if (const Outcome bad = make_dense_for_debug(c, text); bad.is_error()) return bad;
    c.reply.integer(sparse ? 1 : 0);
  } else {
    return c.fail("ERR Unknown PFDEBUG subcommand '{}'", until_nul(subcommand));
  }
  return done;
}

Outcome pfselftest(Call& c) {
  if (!hll::self_test()) return err::pfselftest_failed;
  c.reply.ok();
  return done;
}

constexpr KeySpec counted_keys() {
  KeySpec spec = keys::range(1, -1, 1, kRW | kAccess);
  spec.notes = "Written too: the count is kept in the key.";
  return spec;
}

constexpr Command kCommands[] = {
    {.name = "PFADD",
     .arity = -2,
     .flags = kWrite | kDenyOom | kFast,
     .categories = kCatHyperLogLog,
     .keys = {keys::at(1, kRW | kInsert)},
     .group = Group::hyperloglog,
     .since = "2.8.9",
     .syntax = "key [element...]",
     .summary = "Shows elements to a HyperLogLog.",
     .run = pfadd},
    {.name = "PFCOUNT",
     .arity = -2,
     .flags = kReadonly | kMayReplicate,
     .categories = kCatHyperLogLog,
     .keys = {counted_keys()},
     .group = Group::hyperloglog,
     .since = "2.8.9",
     .syntax = "key...",
     .summary = "Tells about how many different elements HyperLogLogs have seen together.",
     .run = pfcount},
    {.name = "PFDEBUG",
     .arity = 3,
     .flags = kWrite | kDenyOom | kAdmin,
     .categories = kCatHyperLogLog,
     .keys = {keys::at(2, kRW | kAccess)},
     .group = Group::hyperloglog,
     .since = "2.8.9",
     .system = true,
     .syntax = "subcommand key",
     .summary = "Shows how a HyperLogLog is kept.",
     .run = pfdebug},
    {.name = "PFMERGE",
     .arity = -2,
     .flags = kWrite | kDenyOom,
     .categories = kCatHyperLogLog,
     .keys = {keys::at(1, kRW | kAccess | kInsert), keys::range(2, -1, 1, kRO | kAccess)},
     .group = Group::hyperloglog,
     .since = "2.8.9",
     .syntax = "destkey:key sourcekey:key#1...",
     .summary = "Makes one HyperLogLog of several.",
     .run = pfmerge},
    {.name = "PFSELFTEST",
     .arity = 1,
     .flags = kAdmin,
     .categories = kCatHyperLogLog,
     .group = Group::hyperloglog,
     .since = "2.8.9",
     .system = true,
     .summary = "Tests the HyperLogLog's own parts against each other.",
     .run = pfselftest},
};

}  // namespace

Rows hyperloglog_commands() {
  return kCommands;
}

}  // namespace redouble
