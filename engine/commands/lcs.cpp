// LCS: the longest common subsequence of two strings. The table of partial lengths is what it costs: four
// bytes for each pair of positions, refused past what Redis would refuse.
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

class Table {
 public:
  Table(std::string_view a, std::string_view b) : width_(b.size() + 1), cells_((a.size() + 1) * width_) {
    for (std::size_t i = 1; i <= a.size(); ++i)
      for (std::size_t j = 1; j <= b.size(); ++j)
        at(i, j) = a[i - 1] == b[j - 1] ? at(i - 1, j - 1) + 1 : std::max(at(i - 1, j), at(i, j - 1));
  }
  std::uint32_t& at(std::size_t i, std::size_t j) { return cells_[i * width_ + j]; }

 private:
  std::size_t width_;
  std::vector<std::uint32_t> cells_;
};

// Walks the table back from its end, as Redis does: the last run comes first.
std::vector<Run> walk(Table& table, std::string_view a, std::string_view b, std::string& common) {
  std::vector<Run> runs;
  std::size_t i = a.size(), j = b.size(), left = table.at(i, j);
  common.resize(left);
  bool open = false;
  while (left > 0 && i > 0 && j > 0) {
    if (a[i - 1] == b[j - 1]) {
      common[--left] = a[i - 1];
      if (open && runs.back().a_start == i && runs.back().b_start == j) {
        runs.back().a_start = i - 1;
        runs.back().b_start = j - 1;
      } else {
        runs.push_back({i - 1, i - 1, j - 1, j - 1});
        open = true;
      }
      --i;
      --j;
    } else if (table.at(i - 1, j) > table.at(i, j - 1)) {
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
  Table table(a, b);
  if (options.length) {
    c.reply.integer(table.at(a.size(), b.size()));
    return done;
  }
  std::string common;
  const auto runs = walk(table, a, b, common);
  if (options.indexes)
    reply_runs(c, runs, options, table.at(a.size(), b.size()));
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
