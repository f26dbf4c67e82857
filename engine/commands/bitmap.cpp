// Strings as bits: SETBIT, GETBIT, BITCOUNT, BITPOS, BITOP. The order of checks is that of 7.0.15, which
// reads BITCOUNT's and BITPOS's numbers only once the key was looked up.
#include <algorithm>
#include <bit>
#include <memory>
#include <optional>
#include <vector>

#include "engine/call.h"
#include "engine/commands/bit_offset.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "engine/types/bits.h"
#include "engine/types/string.h"

namespace redouble {

std::uint64_t read_bit_offset(Call& c, std::string_view text, unsigned unit) {
  const bool counted = unit > 0 && text.starts_with('#');
  const auto number = parse_int64(counted ? text.substr(1) : text);
  // Redis multiplies without looking: what overflows comes around.
  const auto offset = static_cast<std::uint64_t>(number.value_or(-1)) * (counted ? unit : 1);
  if (!number || static_cast<std::int64_t>(offset) < 0 ||
      offset / 8 >= static_cast<std::uint64_t>(c.engine.config.number(Setting::proto_max_bulk_len)))
    c.args.fail(err::bad_bit_offset);
  return offset;
}

namespace {

// A value that did not have the bit, or nothing at all, counts as changed whatever the bit was.
Outcome setbit(Call& c) {
  const auto key = c.args.next();
  const std::uint64_t offset = read_bit_offset(c, c.args.next());
  const auto value = c.args.integer(err::bad_bit);
  if (!c.args.ok()) return c.args.error();
  if (value != 0 && value != 1) return err::bad_bit;
  auto text = c.db.write<String>(key);
  if (text.wrong_type()) return err::wrong_type;
  const bool grows = !text || text->size() <= offset / 8;
  char* const bytes = text->grow_to(offset / 8 + 1);
  const bool before = read_bits({bytes, offset / 8 + 1}, offset, 1) != 0;
  if (grows || before != (value == 1)) {
    write_bits(bytes, offset, 1, static_cast<std::uint64_t>(value));
    c.db.changed(text, event::setbit);
  }
  c.reply.integer(before ? 1 : 0);
  return done;
}

Outcome getbit(Call& c) {
  const auto key = c.args.next();
  const std::uint64_t offset = read_bit_offset(c, c.args.next());
  if (!c.args.ok()) return c.args.error();
  const auto text = c.db.read<String>(key);
  if (text.wrong_type()) return err::wrong_type;
  IntegerText scratch;
  c.reply.integer(text && bit_at(text->text(scratch), offset) ? 1 : 0);
  return done;
}

// --- Ranges ----------------------------------------------------------------------------------------------

// The bits that a command looks at: those of `bytes`, but the first `head` and the last `tail` of them.
struct BitRange {
  std::string_view bytes;
  std::uint64_t first_byte = 0;
  unsigned head = 0, tail = 0;

  bool empty() const { return bytes.empty(); }
};

struct Limits {
  std::int64_t start = 0, end = -1;
  bool in_bits = false;
};

// Negative limits count from the end; what lies outside is cut off.
BitRange cut(std::string_view bytes, Limits limits) {
  const auto length = static_cast<std::int64_t>(bytes.size()) * (limits.in_bits ? 8 : 1);
  const auto from_end = [&](std::int64_t at) { return std::max<std::int64_t>(0, at < 0 ? length + at : at); };
  const std::int64_t start = from_end(limits.start);
  const std::int64_t end = std::min(from_end(limits.end), length - 1);
  if (start > end) return {};
  BitRange range;
  std::int64_t last = end;
  range.first_byte = static_cast<std::uint64_t>(start);
  if (limits.in_bits) {
    range.head = static_cast<unsigned>(start % 8);
    range.tail = static_cast<unsigned>(7 - end % 8);
    range.first_byte /= 8;
    last /= 8;
  }
  range.bytes = bytes.substr(range.first_byte, static_cast<std::size_t>(last) - range.first_byte + 1);
  return range;
}

// "BYTE" or "BIT", which may be left out.
bool read_unit(Call& c, Limits& limits) {
  if (!c.args.more()) return true;
  limits.in_bits = c.args.take("BIT");
  return limits.in_bits || c.args.take("BYTE");
}

std::uint64_t set_bits(std::uint64_t value) {
  return static_cast<std::uint64_t>(std::popcount(value));
}

Outcome bitcount(Call& c) {
  const auto text = c.db.read<String>(c.args.next());
  if (!text && !text.wrong_type()) {
    c.reply.integer(0);
    return done;
  }
  if (text.wrong_type()) return err::wrong_type;
  Limits limits;
  if (c.args.left() == 2 || c.args.left() == 3) {
    limits.start = c.args.integer();
    limits.end = c.args.integer();
    if (!c.args.ok()) return c.args.error();
    if (limits.start < 0 && limits.end < 0 && limits.start > limits.end) {
      c.reply.integer(0);
      return done;
    }
    if (!read_unit(c, limits)) return err::syntax;
  }
  if (!c.args.finished()) return c.args.error();
  IntegerText scratch;
  const BitRange range = cut(text->text(scratch), limits);
  std::uint64_t count = count_bits(range.bytes);
  if (!range.empty()) {
    const std::uint64_t size = range.bytes.size() * 8;
    if (range.head != 0) count -= set_bits(read_bits(range.bytes, 0, range.head));
    if (range.tail != 0) count -= set_bits(read_bits(range.bytes, size - range.tail, range.tail));
  }
  c.reply.integer(static_cast<std::int64_t>(count));
  return done;
}

// The first bit of a range that is `set`, counted from the start of its bytes; the end of the range when
// there is none.
std::uint64_t find_in(const BitRange& range, bool set) {
  const std::uint64_t end = range.bytes.size() * 8 - range.tail;
  std::uint64_t at = range.head;
  while (at < end && at % 8 != 0 && bit_at(range.bytes, at) != set) ++at;
  if (at < end && at % 8 == 0) at += find_bit(range.bytes.substr(at / 8), set);
  return std::min(at, end);
}

// Behind the end of a string there are zeros without end: a search for one that names no end finds them.
Outcome bitpos(Call& c) {
  const auto key = c.args.next();
  const auto bit = c.args.integer();
  if (!c.args.ok()) return c.args.error();
  if (bit != 0 && bit != 1) return err::bit_not_one_or_zero;
  const auto text = c.db.read<String>(key);
  if (text.wrong_type()) return err::wrong_type;
  if (!text) {
    c.reply.integer(bit == 1 ? -1 : 0);
    return done;
  }
  Limits limits;
  const bool ends = c.args.left() >= 2;
  if (c.args.left() > 3) return err::syntax;
  if (c.args.more()) limits.start = c.args.integer();
  // The unit is looked at before the end is.
  const auto end = ends ? c.args.peek() : std::string_view();
  if (ends) static_cast<void>(c.args.next());
  if (!c.args.ok()) return c.args.error();
  if (!read_unit(c, limits)) return err::syntax;
  if (ends) {
    const auto number = parse_int64(end);
    if (!number) return err::not_an_integer;
    limits.end = *number;
  }
  IntegerText scratch;
  const BitRange range = cut(text->text(scratch), limits);
  const std::uint64_t found = range.empty() ? 0 : find_in(range, bit == 1);
  const bool none = range.empty() || (found == range.bytes.size() * 8 - range.tail && (bit == 1 || ends));
  c.reply.integer(none ? -1 : static_cast<std::int64_t>(range.first_byte * 8 + found));
  return done;
}

// --- BITOP -----------------------------------------------------------------------------------------------

std::optional<BitOperation> read_operation(std::string_view word) {
  if (is_word(word, "AND")) return BitOperation::all;
  if (is_word(word, "OR")) return BitOperation::any;
  if (is_word(word, "XOR")) return BitOperation::odd;
  if (is_word(word, "NOT")) return BitOperation::inverse;
  return std::nullopt;
}

// An empty result deletes the destination.
Outcome bitop(Call& c) {
  const auto operation = read_operation(c.args.next());
  if (!operation) return err::syntax;
  const auto destination = c.args.next();
  const Argv keys = c.args.rest();
  if (*operation == BitOperation::inverse && keys.size() != 1) return err::bitop_not_of_one;
  std::vector<std::string_view> sources(keys.size());
  std::vector<IntegerText> scratch(keys.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto text = c.db.read<String>(keys[i]);
    if (text.wrong_type()) return err::wrong_type;
    if (text) sources[i] = text->text(scratch[i]);
    size = std::max(size, sources[i].size());
  }
  AnyRef target = c.db.write(destination);
  if (size > 0) {
    const auto result = std::make_unique_for_overwrite<char[]>(size);
    combine_bits(*operation, sources, result.get(), size);
    String text(target);
    text.assign_raw({result.get(), size});
    c.db.set_deadline(text, kNever);
    c.db.changed(text, event::set);
  } else if (target) {
    c.db.remove(target, event::del);
  }
  c.reply.integer(static_cast<std::int64_t>(size));
  return done;
}

constexpr Command kCommands[] = {
    {.name = "BITCOUNT",
     .arity = -2,
     .flags = kReadonly,
     .categories = kCatBitmap,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::bitmap,
     .since = "2.6.0",
     .syntax = "key [index{start:int end:int [index_unit<BYTE|BIT>@7.0.0]}]",
     .summary = "Counts the bits that are set in a string, or in a part of it.",
     .run = bitcount},
    {.name = "BITOP",
     .arity = -4,
     .flags = kWrite | kDenyOom,
     .categories = kCatBitmap,
     .keys = {keys::at(2, kOW | kUpdate), keys::range(3, -1, 1, kRO | kAccess)},
     .group = Group::bitmap,
     .since = "2.6.0",
     .syntax = "operation destkey:key key#1...",
     .summary = "Combines strings bit by bit (AND, OR, XOR, NOT) and keeps the result.",
     .run = bitop},
    {.name = "BITPOS",
     .arity = -3,
     .flags = kReadonly,
     .categories = kCatBitmap,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::bitmap,
     .since = "2.8.7",
     .syntax = "key bit:int [index{start:int [end_index{end:int [index_unit<BYTE|BIT>@7.0.0]}]}]",
     .summary = "Finds the first bit that is set, or clear.",
     .run = bitpos},
    {.name = "GETBIT",
     .arity = 3,
     .flags = kReadonly | kFast,
     .categories = kCatBitmap,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::bitmap,
     .since = "2.2.0",
     .syntax = "key offset:int",
     .summary = "Returns a bit of a string.",
     .run = getbit},
    {.name = "SETBIT",
     .arity = 4,
     .flags = kWrite | kDenyOom,
     .categories = kCatBitmap,
     .keys = {keys::at(1, kRW | kAccess | kUpdate)},
     .group = Group::bitmap,
     .since = "2.2.0",
     .syntax = "key offset:int value:int",
     .summary = "Sets or clears a bit of a string, and returns what it was.",
     .run = setbit},
};

}  // namespace

Rows bitmap_commands() {
  return kCommands;
}

}  // namespace redouble
