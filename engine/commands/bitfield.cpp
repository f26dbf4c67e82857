// BITFIELD and BITFIELD_RO: integers of any width at any bit of a string. All operations are read first, then
// the string is made as long as the writes among them need, then they are done in order.
#include <algorithm>
#include <vector>

#include "engine/call.h"
#include "engine/commands/bit_offset.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "engine/types/bits.h"
#include "engine/types/string.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

enum class Overflow : std::uint8_t { wrap, saturate, fail };

struct Field {
  bool is_signed = false;
  unsigned width = 0;
  std::uint64_t offset = 0;

  std::uint64_t mask() const { return ~std::uint64_t{0} >> (64 - width); }
  std::int64_t max() const { return static_cast<std::int64_t>(mask() >> (is_signed ? 1 : 0)); }
  std::int64_t min() const { return is_signed ? -max() - 1 : 0; }
  /// The number that the lowest `width` bits of `bits` spell. Unsigned fields have 63 bits at most.
  std::int64_t number(std::uint64_t bits) const {
    const std::uint64_t sign = is_signed ? std::uint64_t{1} << (width - 1) : 0;
    return static_cast<std::int64_t>(((bits & mask()) ^ sign) - sign);
  }
};

struct Operation {
  enum class Kind : std::uint8_t { get, set, add } kind = Kind::get;
  Overflow overflow = Overflow::wrap;
  Field field = {};
  std::int64_t argument = 0;
};

struct Program {
  std::vector<Operation> operations = {};
  bool writes = false;
  std::uint64_t last_written_bit = 0;
};

// "i1" to "i64", "u1" to "u63".
bool read_type(std::string_view text, Field& field) {
  if (!text.starts_with('i') && !text.starts_with('u')) return false;
  field.is_signed = text[0] == 'i';
  const auto width = parse_int64(until_nul(text.substr(1)));
  if (!width || *width < 1 || *width > (field.is_signed ? 64 : 63)) return false;
  field.width = static_cast<unsigned>(*width);
  return true;
}

bool read_overflow(Call& c, Overflow& overflow) {
  if (c.args.take("WRAP"))
    overflow = Overflow::wrap;
  else if (c.args.take("SAT"))
    overflow = Overflow::saturate;
  else if (c.args.take("FAIL"))
    overflow = Overflow::fail;
  else
    return false;
  return true;
}

Outcome read_program(Call& c, Program& program) {
  Overflow overflow = Overflow::wrap;
  while (c.args.more()) {
    Operation operation;
    if (c.args.left() > 2 && c.args.take("GET")) {
      operation.kind = Operation::Kind::get;
    } else if (c.args.left() > 3 && c.args.take("SET")) {
      operation.kind = Operation::Kind::set;
    } else if (c.args.left() > 3 && c.args.take("INCRBY")) {
      operation.kind = Operation::Kind::add;
    } else if (c.args.left() > 1 && c.args.take("OVERFLOW")) {
      if (!read_overflow(c, overflow)) return err::bad_overflow;
      continue;
    } else {
      return err::syntax;
    }
    Field& field = operation.field;
    if (!read_type(c.args.next(), field)) return err::bad_bitfield_type;
    field.offset = read_bit_offset(c, c.args.next(), field.width);
    if (c.args.ok() && operation.kind != Operation::Kind::get) {
      operation.argument = c.args.integer();
      program.writes = true;
      program.last_written_bit = std::max(program.last_written_bit, field.offset + field.width - 1);
    }
    if (!c.args.ok()) return c.args.error();
    operation.overflow = overflow;
    program.operations.push_back(operation);
  }
  return done;
}

struct Result {
  std::int64_t value;
  bool overflowed;
};

// Whether a number counts as above the field's range. What is set in an unsigned field counts as unsigned,
// too. And Redis reckons the way from a number up to the limit in 64 bits: from far below, that comes around.
bool is_above(const Field& field, std::int64_t number, bool is_set) {
  if (number > field.max()) return true;
  if (!is_set) return false;
  return field.is_signed ? field.width < 64 && number < field.max() - INT64_MAX : number < 0;
}

// `base` + `more` in the field's range.
Result add(const Operation& operation, std::int64_t base, std::int64_t more) {
  const Field& field = operation.field;
  std::int64_t sum = 0;
  const bool past_all = __builtin_add_overflow(base, more, &sum);
  const bool above = past_all ? more > 0 : is_above(field, sum, operation.kind == Operation::Kind::set);
  const bool below = !above && (past_all || sum < field.min());
  if (!above && !below) return {sum, false};
  if (operation.overflow == Overflow::saturate) return {above ? field.max() : field.min(), true};
  const std::uint64_t wrapped = static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(more);
  return {field.number(wrapped), true};
}

enum class Written : std::uint8_t { refused, same, other };

Written write_field(Call& c, const Operation& operation, char* bytes, std::size_t size) {
  const Field& field = operation.field;
  const std::int64_t before = field.number(read_bits({bytes, size}, field.offset, field.width));
  const bool is_set = operation.kind == Operation::Kind::set;
  const Result after = add(operation, is_set ? 0 : before, operation.argument);
  if (after.overflowed && operation.overflow == Overflow::fail) {
    c.reply.null();
    return Written::refused;
  }
  c.reply.integer(is_set ? before : after.value);
  write_bits(bytes, field.offset, field.width, static_cast<std::uint64_t>(after.value));
  return after.value == before ? Written::same : Written::other;
}

void reply_fields(Call& c, const Program& program, std::string_view bytes) {
  c.reply.array(program.operations.size());
  for (const Operation& operation : program.operations) {
    const Field& field = operation.field;
    c.reply.integer(field.number(read_bits(bytes, field.offset, field.width)));
  }
}

Outcome read_only(Call& c, std::string_view key, const Program& program) {
  const auto text = c.db.read<String>(key);
  if (text.wrong_type()) return err::wrong_type;
  IntegerText scratch;
  reply_fields(c, program, text ? text->text(scratch) : std::string_view());
  return done;
}

Outcome bitfield(Call& c) {
  const auto key = c.args.next();
  Program program;
  if (const Outcome bad = read_program(c, program); bad.is_error()) return bad;
  if (!program.writes) return read_only(c, key, program);
  auto text = c.db.write<String>(key);
  if (text.wrong_type()) return err::wrong_type;
  const std::size_t needed = program.last_written_bit / 8 + 1;
  const bool grows = !text || text->size() < needed;
  char* const bytes = text->grow_to(needed);
  const std::size_t size = text->size();
  std::uint64_t changes = 0;
  c.reply.array(program.operations.size());
  for (const Operation& operation : program.operations) {
    const Field& field = operation.field;
    if (operation.kind == Operation::Kind::get) {
      c.reply.integer(field.number(read_bits({bytes, size}, field.offset, field.width)));
      continue;
    }
    // In a string that had to grow every write is a change.
    const Written written = write_field(c, operation, bytes, size);
    if (written == Written::other || (written == Written::same && grows)) ++changes;
  }
  if (changes > 0) c.db.changed(text, event::setbit, changes);
  return done;
}

Outcome bitfield_ro(Call& c) {
  const auto key = c.args.next();
  Program program;
  if (const Outcome bad = read_program(c, program); bad.is_error()) return bad;
  if (program.writes) return err::bitfield_ro_writes;
  return read_only(c, key, program);
}

constexpr KeySpec read_or_written() {
  KeySpec spec = keys::at(1, kRW | kAccess | kUpdate | kVariableFlags);
  spec.notes = "Only read when every operation is a GET.";
  return spec;
}

constexpr Command kCommands[] = {
    {.name = "BITFIELD",
     .arity = -2,
     .flags = kWrite | kDenyOom,
     .categories = kCatBitmap,
     .keys = {read_or_written()},
     .group = Group::bitmap,
     .since = "3.2.0",
     .syntax = "key [operation<GET=encoding_offset{encoding "
               "offset:int}|write{[OVERFLOW=wrap_sat_fail<WRAP|SAT|FAIL>] "
               "write_operation<SET=encoding_offset_value{encoding offset:int value:int}|"
               "INCRBY=encoding_offset_increment{encoding offset:int increment:int}>}>...]",
     .summary = "Reads, writes and adds to integers of any width within a string.",
     .run = bitfield},
    {.name = "BITFIELD_RO",
     .arity = -2,
     .flags = kReadonly | kFast,
     .categories = kCatBitmap,
     .keys = {keys::at(1, kRO | kAccess)},
     .group = Group::bitmap,
     .since = "6.0.0",
     .syntax = "key [GET=encoding_offset{encoding offset:int}*...]",
     .summary = "Reads integers of any width within a string.",
     .run = bitfield_ro},
};

}  // namespace

Rows bitfield_commands() {
  return kCommands;
}

}  // namespace redouble
