// One row tells all about a command; everything else (dispatch, COMMAND, COMMAND DOCS, ACL categories,
// COMPATIBILITY.md, the fuzzer's grammar) is read from rows. A row stands in the file of its family, below
// its function, and that file's rows are listed in command_table.cpp. Facts were observed on redis-server
// 7.0.15; sentences are our own.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/outcome.h"

namespace redouble {

struct Call;

/// What COMMAND INFO calls flags, in its order.
enum CommandFlag : std::uint32_t {
  kWrite = 1u << 0,
  kReadonly = 1u << 1,
  kDenyOom = 1u << 2,
  kAdmin = 1u << 3,
  kPubsub = 1u << 4,
  kNoScript = 1u << 5,
  kBlocking = 1u << 6,
  kLoading = 1u << 7,
  kStale = 1u << 8,
  kSkipMonitor = 1u << 9,
  kSkipSlowlog = 1u << 10,
  kAsking = 1u << 11,
  kFast = 1u << 12,
  kNoAuth = 1u << 13,
  kMayReplicate = 1u << 14,
  kNoMandatoryKeys = 1u << 15,
  kProtectedCommand = 1u << 16,
  kNoAsyncLoading = 1u << 17,
  kNoMulti = 1u << 18,
  kMovableKeys = 1u << 19,
  kAllowBusy = 1u << 20,
  // Not shown by COMMAND:
  kSentinel = 1u << 21,     ///< hidden from COMMAND and unknown to clients
  kTouchesKeys = 1u << 22,  ///< names keys without reading or writing them
  kRunsScript = 1u << 23,   ///< writes and needs memory as its script says: see Engine::flags_of
};

/// ACL categories that the flags do not imply, in the order of COMMAND INFO.
enum Category : std::uint32_t {
  kCatKeyspace = 1u << 0,
  kCatRead = 1u << 1,
  kCatWrite = 1u << 2,
  kCatSet = 1u << 3,
  kCatSortedSet = 1u << 4,
  kCatList = 1u << 5,
  kCatHash = 1u << 6,
  kCatString = 1u << 7,
  kCatBitmap = 1u << 8,
  kCatHyperLogLog = 1u << 9,
  kCatGeo = 1u << 10,
  kCatStream = 1u << 11,
  kCatPubsub = 1u << 12,
  kCatAdmin = 1u << 13,
  kCatFast = 1u << 14,
  kCatSlow = 1u << 15,
  kCatBlocking = 1u << 16,
  kCatDangerous = 1u << 17,
  kCatConnection = 1u << 18,
  kCatTransaction = 1u << 19,
  kCatScripting = 1u << 20,
};

/// What a command does with its keys, in the order of COMMAND INFO.
enum KeyFlag : std::uint16_t {
  kRO = 1u << 0,
  kRW = 1u << 1,
  kOW = 1u << 2,
  kRM = 1u << 3,
  kAccess = 1u << 4,
  kUpdate = 1u << 5,
  kInsert = 1u << 6,
  kDelete = 1u << 7,
  kNotKey = 1u << 8,
  kIncomplete = 1u << 9,
  kVariableFlags = 1u << 10,
};

/// Where keys stand among the arguments (argument 0 is the command's name).
struct KeySpec {
  enum class Begin : std::uint8_t { none, index, keyword, unknown };
  enum class Find : std::uint8_t { none, range, keynum, unknown };

  Begin begin = Begin::none;
  Find find = Find::none;
  std::uint16_t flags = 0;
  int index = 0;  ///< index: the position; keyword: where the search starts (negative: from the end)
  std::string_view keyword = {};  ///< keyword: the word before the keys
  int last = 0;                   ///< range: relative to the first; negative: from the end. keynum: unused
  int step = 1;
  int limit = 0;     ///< range with last -1: only the first 1/limit of the rest
  int count_at = 0;  ///< keynum: where the count stands, relative to `index`
  int first = 0;     ///< keynum: where the keys start, relative to `index`
  std::string_view notes = {};
};

namespace keys {
constexpr KeySpec range(int first, int last, int step, int flags, int limit = 0) {
  return {.begin = KeySpec::Begin::index,
          .find = KeySpec::Find::range,
          .flags = static_cast<std::uint16_t>(flags),
          .index = first,
          .last = last,
          .step = step,
          .limit = limit};
}
/// One key at a fixed position.
constexpr KeySpec at(int index, int flags) {
  return range(index, 0, 1, flags);
}
/// A count at `index`, the keys `first` behind it.
constexpr KeySpec counted(int index, int count_at, int first, int step, int flags) {
  return {.begin = KeySpec::Begin::index,
          .find = KeySpec::Find::keynum,
          .flags = static_cast<std::uint16_t>(flags),
          .index = index,
          .step = step,
          .count_at = count_at,
          .first = first};
}
/// Keys behind a word that is looked for from `start` on.
constexpr KeySpec after(std::string_view word, int start, int last, int step, int flags, int limit = 0) {
  return {.begin = KeySpec::Begin::keyword,
          .find = KeySpec::Find::range,
          .flags = static_cast<std::uint16_t>(flags),
          .index = start,
          .keyword = word,
          .last = last,
          .step = step,
          .limit = limit};
}
/// Keys that only the command itself can find (SORT's GET patterns).
constexpr KeySpec unknown(int flags) {
  return {.begin = KeySpec::Begin::unknown,
          .find = KeySpec::Find::unknown,
          .flags = static_cast<std::uint16_t>(flags)};
}
}  // namespace keys

/// What a command does with the channels among its arguments: the first, or for subscriptions all.
enum class Channels : std::uint8_t { none, publish, subscribe, subscribe_pattern };

/// The groups of COMMAND DOCS.
enum class Group : std::uint8_t {
  generic,
  string,
  list,
  set,
  sorted_set,
  hash,
  pubsub,
  transactions,
  connection,
  server,
  scripting,
  hyperloglog,
  cluster,
  sentinel,
  geo,
  stream,
  bitmap,
};

struct Command {
  std::string_view name;         ///< upper case; a subcommand is "PARENT|SUB"
  int arity = 0;                 ///< with the name; negative: at least
  std::uint32_t flags = 0;       ///< CommandFlag
  std::uint32_t categories = 0;  ///< Category, beyond what the flags imply
  KeySpec keys[4] = {};
  Channels channels = Channels::none;  ///< leaving channels is always allowed and does not count
  Group group = Group::generic;
  std::string_view since = {};
  std::string_view deprecated_since = {};
  std::string_view replaced_by = {};
  bool system = false;           ///< "syscmd" among the doc_flags
  std::string_view tips = {};    ///< separated by commas
  std::string_view syntax = {};  ///< in the notation of syntax.h
  std::string_view summary = {};
  Outcome (*run)(Call&) = nullptr;  ///< nullptr: a container of subcommands only

  // Set by the table:
  std::uint16_t number = 0;  ///< rows are numbered from 0
  bool has_subcommands = false;
  bool plain = false;      ///< works on keys or publishes, and that is all: see Engine::is_quiet
  std::uint8_t words = 1;  ///< of its name: 2 for "CLIENT|ID"

  bool is(std::uint32_t flag) const { return (flags & flag) != 0; }
  bool is_subcommand() const { return words > 1; }
  /// Whether its arity allows as many words.
  bool takes(std::size_t count) const {
    return arity > 0 ? count == static_cast<std::size_t>(arity) : count >= static_cast<std::size_t>(-arity);
  }
};

/// All ACL categories of a command: its own and those that its flags imply.
std::uint32_t categories_of(const Command& command);
/// "@keyspace" …, by the bit numbers of Category.
std::span<const std::string_view> category_names();
/// The bit of a category that is named without its @, in any case; 0 when there is none.
std::uint32_t category_by_name(std::string_view name);

}  // namespace redouble
