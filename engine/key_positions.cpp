#include "engine/key_positions.h"

#include <algorithm>

#include "engine/args.h"

namespace redouble {
namespace {

bool names_keys(const KeySpec& spec) {
  return spec.begin != KeySpec::Begin::none && (spec.flags & kNotKey) == 0;
}

// Where a spec's search begins: an index that may lie beyond the arguments, or 0 when its keyword is not
// among them. Like Redis, the very last argument is not taken for the keyword: nothing could follow it.
int begin_of(const KeySpec& spec, Argv argv, int argc) {
  if (spec.begin == KeySpec::Begin::index) return spec.index;
  const int start = spec.index > 0 ? spec.index : argc + spec.index;
  const int end = spec.index > 0 ? argc - 1 : 1;
  const int step = start <= end ? 1 : -1;
  for (int i = start; i != end && i >= 1 && i < argc; i += step)
    if (is_word(argv[static_cast<std::size_t>(i)], spec.keyword)) return i + 1;
  return 0;
}

struct Span {
  std::int64_t first, last;
};

std::optional<Span> span_of(const KeySpec& spec, Argv argv, int argc, std::int64_t first) {
  if (spec.find == KeySpec::Find::range) {
    if (spec.last >= 0) return Span{first, first + spec.last};
    if (spec.limit <= 1) return Span{first, argc + spec.last};
    return Span{first, first + (argc - first) / spec.limit + spec.last};
  }
  const std::int64_t at = first + spec.count_at;
  if (spec.find != KeySpec::Find::keynum || at >= argc) return std::nullopt;
  const auto count = parse_int64(argv[static_cast<std::size_t>(at)]);
  // More keys than arguments: refused before the multiplication below could overflow.
  if (!count || *count < 0 || *count > argc) return std::nullopt;
  first += spec.first;
  return Span{first, first + (*count - 1) * spec.step};
}

// SET reads its key only with GET; a BITFIELD of nothing but GETs does not write.
std::uint16_t flags_of(const Command& command, const KeySpec& spec, Argv argv) {
  if ((spec.flags & kVariableFlags) == 0) return spec.flags;
  const Argv options = argv.subspan(std::min<std::size_t>(argv.size(), command.name == "SET" ? 3 : 2));
  const auto has = [&](std::string_view word) {
    return std::any_of(options.begin(), options.end(), [&](auto option) { return is_word(option, word); });
  };
  if (command.name == "SET") return has("GET") ? kRW | kAccess | kUpdate : kOW | kUpdate;
  if (command.name == "BITFIELD")
    return has("SET") || has("INCRBY") ? kRW | kAccess | kUpdate : kRO | kAccess;
  return spec.flags;
}

// MIGRATE's keys stand behind KEYS, if its third argument is empty; behind a key there they are an error.
std::optional<std::vector<KeyPosition>> migrated_keys(const KeySpec& spec, Argv argv) {
  std::vector<KeyPosition> found;
  for (std::size_t i = 6; i < argv.size(); ++i) {
    if (is_word(argv[i], "KEYS")) {
      if (!argv[3].empty()) return std::nullopt;
      while (++i < argv.size()) found.push_back({i, spec.flags});
      return found;
    }
    i += is_word(argv[i], "AUTH") ? 1 : is_word(argv[i], "AUTH2") ? 2 : 0;
  }
  return std::vector<KeyPosition>{{3, spec.flags}};
}

// SORT: its STORE may stand anywhere, the last one counts, and words that belong to another option do not.
std::vector<KeyPosition> sort_positions(const Command& command, Argv argv) {
  std::vector<KeyPosition> found = {{1, kRO | kAccess}};
  if (command.name != "SORT") return found;
  std::size_t store = 0;
  for (std::size_t i = 2; i < argv.size(); ++i) {
    if (is_word(argv[i], "LIMIT"))
      i += 2;
    else if (is_word(argv[i], "GET") || is_word(argv[i], "BY"))
      ++i;
    else if (is_word(argv[i], "STORE") && i + 1 < argv.size())
      store = i + 1;
  }
  if (store != 0) found.push_back({store, kOW | kUpdate});
  return found;
}

}  // namespace

bool has_keys(const Command& command) {
  return std::any_of(std::begin(command.keys), std::end(command.keys), names_keys);
}

std::optional<std::vector<KeyPosition>> key_positions(const Command& command, Argv argv) {
  if (command.name == "SORT" || command.name == "SORT_RO") return sort_positions(command, argv);
  if (const KeySpec& more = command.keys[1]; more.keyword == "KEYS" && (more.flags & kIncomplete) != 0)
    return migrated_keys(command.keys[0], argv);
  std::vector<KeyPosition> found;
  const int argc = static_cast<int>(std::min<std::size_t>(argv.size(), INT32_MAX));
  for (const KeySpec& spec : command.keys) {
    if (!names_keys(spec)) continue;
    if (spec.begin == KeySpec::Begin::unknown || spec.find == KeySpec::Find::unknown) return std::nullopt;
    const int begin = begin_of(spec, argv, argc);
    if (begin == 0) continue;
    const auto span = span_of(spec, argv, argc, begin);
    if (!span || span->first >= argc || span->last >= argc || span->last < span->first) return std::nullopt;
    const std::uint16_t flags = flags_of(command, spec, argv);
    for (std::int64_t i = span->first; i <= span->last; i += spec.step)
      found.push_back({static_cast<std::size_t>(i), flags});
  }
  return found;
}

KeyRange legacy_key_range(const Command& command) {
  const auto is_range = [](const KeySpec& spec) {
    return spec.begin == KeySpec::Begin::index && spec.find == KeySpec::Find::range;
  };
  const auto last_of = [](const KeySpec& spec) {
    return spec.last >= 0 ? spec.last + spec.index : spec.last;
  };
  const auto count = std::count_if(std::begin(command.keys), std::end(command.keys),
                                   [](const KeySpec& spec) { return spec.begin != KeySpec::Begin::none; });
  const KeySpec& first = command.keys[0];
  if (count == 1 && is_range(first)) return {first.index, last_of(first), first.step};
  KeyRange range;
  for (const KeySpec& spec : command.keys) {
    if (spec.begin == KeySpec::Begin::none || !is_range(spec)) continue;
    // Only specs that follow one another without a gap make one range.
    if (spec.step != 1 || (range.step != 0 && range.last != spec.index - 1)) break;
    if (range.step == 0) range.first = spec.index;
    range.first = std::min(range.first, spec.index);
    // As unsigned numbers: -1, the last argument, is behind every position.
    range.last =
        static_cast<int>(std::max(static_cast<unsigned>(range.last), static_cast<unsigned>(last_of(spec))));
    range.step = 1;
  }
  return range;
}

}  // namespace redouble
