// LCS: the longest common subsequence of two strings. Redis keeps a table of four bytes for each pair of
// positions and refuses what makes it larger than proto-max-bulk-len; so do we, though a bit a pair is
// enough.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "engine/call.h"
#include "engine/commands/families.h"
#include "engine/engine.h"
#include "engine/types/string.h"

namespace redouble {
namespace {

struct Options {
  bool length = false, indexes = false, with_lengths = false;
  std::int64_t shortest = 0;
};

// A common run: both ends included.
struct Run {
  std::size_t a_start, a_end, b_start, b_end;
};

// What the way back through the table of partial lengths needs of it: the last length, and one bit a cell,
// whether the way leads to the cell before in `a`. Redis keeps all lengths, 32 times as much.
class Table {
 public:
  Table(std::string_view a, std::string_view b, bool with_way) : width_(b.size()) {
    if (with_way) towards_a_.resize((a.size() * width_ + 63) / 64);
    std::vector<std::uint32_t> lengths(b.size() + 1);  // the row of the characters of `a` so far
    for (std::size_t i = 0; i < a.size(); ++i) {
      std::uint32_t corner = 0;  // the length one step back in both
      for (std::size_t j = 0; j < b.size(); ++j) {
        const std::uint32_t without_a = lengths[j + 1];
        if (a[i] == b[j])
          lengths[j + 1] = corner + 1;
        else if (without_a > lengths[j])
          mark(i, j);
        else
          lengths[j + 1] = lengths[j];
        corner = without_a;
      }
    }
    length_ = lengths.back();
  }

  std::uint32_t length() const { return length_; }
  /// For different characters a[i] and b[j]: whether leaving a[i] out is better than leaving b[j] out.
  bool towards_a(std::size_t i, std::size_t j) const {
    const std::size_t cell = i * width_ + j;
    return (towards_a_[cell / 64] >> (cell % 64) & 1) != 0;
  }

 private:
  void mark(std::size_t i, std::size_t j) {
    const std::size_t cell = i * width_ + j;
    if (!towards_a_.empty()) towards_a_[cell / 64] |= std::uint64_t{1} << (cell % 64);
  }

  std::size_t width_;
  std::vector<std::uint64_t> towards_a_;
  std::uint32_t length_ = 0;
};

// Walks the table back from its end, as Redis does: the last run comes first.
std::vector<Run> walk(const Table& table, std::string_view a, std::string_view b, std::string& common) {
  std::vector<Run> runs;
  std::size_t i = a.size(), j = b.size(), left = table.length();
  common.resize(left);
  while (left > 0 && i > 0 && j > 0) {
    if (a[i - 1] == b[j - 1]) {
      common[--left] = a[i - 1];
      if (!runs.empty() && runs.back().a_start == i && runs.back().b_start == j) {
        runs.back().a_start = i - 1;
        runs.back().b_start = j - 1;
      } else {
        runs.push_back({i - 1, i - 1, j - 1, j - 1});
      }
      --i;
      --j;
    } else if (table.towards_a(i - 1, j - 1)) {
      --i;
    } else {
      --j;
    }
  }
  return runs;
}

void reply_runs(Call& c, std::vector<Run> runs, const Options& options, std::size_t length) {
  std::erase_if(runs, [&](const Run& run) {
    return static_cast<std::int64_t>(run.a_end - run.a_start + 1) < options.shortest;
  });
  const auto range = [&](std::size_t start, std::size_t end) {
    c.reply.array(2);
    c.reply.integer(static_cast<std::int64_t>(start));
    c.reply.integer(static_cast<std::int64_t>(end));
  };
  c.reply.map(2);
  c.reply.bulk("matches");
  c.reply.array(runs.size());
  for (const Run& run : runs) {
    c.reply.array(options.with_lengths ? 3 : 2);
    range(run.a_start, run.a_end);
    range(run.b_start, run.b_end);
    if (options.with_lengths) c.reply.integer(static_cast<std::int64_t>(run.a_end - run.a_start + 1));
  }
  c.reply.bulk("len");
  c.reply.integer(static_cast<std::int64_t>(length));
}

// The keys are looked at before the options: a wrong type comes first.
Outcome lcs(Call& c) {
  const auto first = c.db.read<String>(c.args.next());
  const auto second = c.db.read<String>(c.args.next());
  if (first.wrong_type() || second.wrong_type()) return err::lcs_needs_strings;
  Options options;
  while (c.args.more()) {
    if (c.args.take("IDX")) {
      options.indexes = true;
    } else if (c.args.take("LEN")) {
      options.length = true;
    } else if (c.args.take("WITHMATCHLEN")) {
      options.with_lengths = true;
    } else if (is_word(c.args.peek(), "MINMATCHLEN") && c.args.left() > 1) {
      c.args.next();
      options.shortest = std::max<std::int64_t>(0, c.args.integer());
      if (!c.args.ok()) return c.args.error();
    } else {
      return err::syntax;
    }
  }
  if (options.indexes && options.length) return err::lcs_length_or_indexes;

  IntegerText scratch_a, scratch_b;
  const auto a = first ? first->text(scratch_a) : std::string_view();
  const auto b = second ? second->text(scratch_b) : std::string_view();
  constexpr std::size_t kMax = std::numeric_limits<std::uint32_t>::max();
  if (a.size() >= kMax - 1 || b.size() >= kMax - 1) return err::lcs_too_long;
  if (static_cast<double>(a.size() + 1) * static_cast<double>(b.size() + 1) * 4 >
      static_cast<double>(c.engine.config.number(Setting::proto_max_bulk_len)))
    return err::lcs_too_much_memory;
  const Table table(a, b, !options.length);
  if (options.length) {
    c.reply.integer(table.length());
    return done;
  }
  std::string common;
  const auto runs = walk(table, a, b, common);
  if (options.indexes)
    reply_runs(c, runs, options, table.length());
  else
    c.reply.bulk(common);
  return done;
}

constexpr Command kCommands[] = {
    {.name = "LCS",
     .arity = -3,
     .flags = kReadonly,
     .categories = kCatString,
     .keys = {keys::range(1, 1, 1, kRO | kAccess)},
     .group = Group::string,
     .since = "7.0.0",
     .syntax = "key1:key key2:key [LEN] [IDX] [MINMATCHLEN=len:int] [WITHMATCHLEN]",
     .summary = "Finds the longest common subsequence of two strings.",
     .run = lcs},
};

}  // namespace

Rows lcs_commands() {
  return kCommands;
}

}  // namespace redouble
