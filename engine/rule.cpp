#include "engine/rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "engine/duration.h"
#include "engine/engine.h"
#include "protocol/number.h"
#include "protocol/quoted.h"

namespace redouble {
namespace {

using End = FaultActions::End;

constexpr std::size_t kMostText = 4'096;
constexpr std::size_t kMostErrorText = 1'024;
constexpr std::int64_t kMostBytes = 512LL * 1024 * 1024;

std::string_view shown(std::string_view word) {
  return word.substr(0, 128);
}

struct Preset {
  std::string_view name, text;
};

// Redis's own texts. MOVED is made for each call.
constexpr Preset kPresets[] = {
    {"LOADING", "LOADING Redis is loading the dataset in memory"},
    {"READONLY", "READONLY You can't write against a read only replica."},
    {"OOM", err::oom},
    {"BUSY", err::busy_script},
    {"NOAUTH", err::no_auth},
    {"NOSCRIPT", err::no_script},
    {"MISCONF", err::cannot_persist},
    {"MASTERDOWN", "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."},
    {"CLUSTERDOWN", "CLUSTERDOWN The cluster is down"},
    {"TRYAGAIN", "TRYAGAIN Multiple keys request during rehashing of slot"},
    {"MOVED", ""},
};

// A word as it can be written again.
void append_word(std::string& text, std::string_view word) {
  if (!text.empty()) text += ' ';
  const bool is_plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return c > ' ' && c <= '~' && c != '"' && c != '\'' && c != '\\';
  });
  if (is_plain)
    text += word;
  else
    append_quoted(text, word);
}

bool is_code(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// A count of bytes; nothing, with an error, for anything else.
std::optional<std::size_t> read_bytes(std::string_view word, std::int64_t least, std::string& error) {
  const auto number = parse_int64(word);
  if (number && *number >= least && *number <= kMostBytes) return static_cast<std::size_t>(*number);
  error = fmt::format("ERR '{}' is no number of bytes: write {} or more", shown(word), least);
  return std::nullopt;
}

bool looks_like_number(std::string_view word) {
  return !word.empty() && ((word[0] >= '0' && word[0] <= '9') || word[0] == '-' || word[0] == '+');
}

std::optional<Micros> read_duration(std::string_view word, Micros least, std::string& error) {
  const auto duration = parse_duration(word);
  if (duration && *duration >= least) return duration;
  error = no_duration(word);
  return std::nullopt;
}

}  // namespace

// One function an action: it takes what stands behind its word. Each returns an error or nothing.
struct ActionWords {
  struct Row {
    std::string_view word, example;
    std::size_t arguments;  // that have to follow
    std::string (*read)(FaultActions&, Args&);
  };
  static const Row kRows[];

  template <End kEnd>
  static std::string end(FaultActions& actions, Args&) {
    actions.end = kEnd;
    return {};
  }
  template <bool FaultActions::*kFlag>
  static std::string flag(FaultActions& actions, Args&) {
    actions.*kFlag = true;
    return {};
  }
  static std::string lose(FaultActions& actions, Args&) {
    actions.shape.cut = 0;
    return {};
  }
  static std::string mute(FaultActions& actions, Args&) {
    actions.shape.mute = true;
    return {};
  }

  static std::string error(FaultActions& actions, Args& args) {
    std::string_view text = args.next();
    actions.end = End::error;
    const auto* preset = std::find_if(std::begin(kPresets), std::end(kPresets),
                                      [&](const Preset& each) { return is_word(text, each.name); });
    if (preset != std::end(kPresets)) {
      actions.error = preset->text;
      return {};
    }
    if (text.starts_with('-')) text.remove_prefix(1);
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos || !is_code(text.substr(0, space)))
      return fmt::format(
          "ERR there is no error '{}': write LOADING, READONLY, OOM, BUSY, NOAUTH, NOSCRIPT, MISCONF, "
          "MASTERDOWN, CLUSTERDOWN, TRYAGAIN or MOVED, or a whole text in one argument with its code first, "
          "as "
          "in \"ERR out of luck\"",
          shown(text));
    if (text.size() > kMostErrorText || text.find_first_of("\r\n") != std::string_view::npos)
      return fmt::format("ERR an error is one line of {} bytes at most", kMostErrorText);
    actions.error = text;
    return {};
  }

  static std::string delay(FaultActions& actions, Args& args) {
    std::string wrong;
    const auto least = read_duration(args.next(), 0, wrong);
    if (!least) return wrong;
    FaultActions::Delay delay{*least, *least};
    if (args.left() > 0 && looks_like_number(args.peek())) {
      const auto most = read_duration(args.next(), 0, wrong);
      if (!most) return wrong;
      if (*most < *least) return "ERR DELAY takes the shorter time first, as in DELAY 10ms 50ms";
      delay.most = *most;
      if (args.take("EXPONENTIAL"))
        delay.exponential = true;
      else
        static_cast<void>(args.take("UNIFORM"));
    }
    actions.delay = delay;
    return {};
  }

  static std::string cut(FaultActions& actions, Args& args) {
    std::string wrong;
    const auto bytes = read_bytes(args.next(), 0, wrong);
    if (!bytes) return wrong;
    actions.shape.cut = *bytes;
    actions.shape.reset = args.take("RESET");
    return {};
  }

  static std::string chunk(FaultActions& actions, Args& args) {
    std::string wrong;
    const auto bytes = read_bytes(args.next(), 1, wrong);
    if (bytes) actions.shape.chunk = *bytes;
    return wrong;
  }

  static std::string drip(FaultActions& actions, Args& args) {
    std::string wrong;
    const auto bytes = read_bytes(args.next(), 1, wrong);
    if (!bytes) return wrong;
    const auto every = read_duration(args.next(), 1, wrong);
    if (!every) return wrong;
    actions.shape.drip = *bytes;
    actions.shape.every = *every;
    return {};
  }

  static std::string corrupt(FaultActions& actions, Args& args) {
    std::string wrong;
    actions.shape.corrupt = 1;
    if (args.left() == 0 || !looks_like_number(args.peek())) return {};
    const auto bytes = read_bytes(args.next(), 1, wrong);
    if (bytes) actions.shape.corrupt = *bytes;
    return wrong;
  }
};

const ActionWords::Row ActionWords::kRows[] = {
    {"ERROR", "ERROR LOADING", 1, error},
    {"DELAY", "DELAY 100ms", 1, delay},
    {"CLOSE", "CLOSE", 0, end<End::close>},
    {"RESET", "RESET", 0, end<End::reset>},
    {"LOSE", "LOSE", 0, lose},
    {"CUT", "CUT 5", 1, cut},
    {"CHUNK", "CHUNK 5", 1, chunk},
    {"DRIP", "DRIP 1 10ms", 2, drip},
    {"HANG", "HANG", 0, end<End::hang>},
    {"MUTE", "MUTE", 0, mute},
    {"CORRUPT", "CORRUPT 3", 0, corrupt},
    {"REFUSE", "REFUSE", 0, end<End::refuse>},
    {"STALL", "STALL", 0, end<End::stall>},
    {"DROP", "DROP", 0, flag<&FaultActions::drop>},
    {"EXPIRE", "EXPIRE", 0, flag<&FaultActions::expire>},
    {"EVICT", "EVICT", 0, flag<&FaultActions::evict>},
};

namespace {

constexpr std::string_view kActionNames =
    "ERROR, DELAY, CLOSE, RESET, LOSE, CUT, CHUNK, DRIP, HANG, MUTE, CORRUPT, REFUSE, STALL, DROP, EXPIRE, "
    "EVICT";

std::string read_actions(FaultActions& actions, Args& args) {
  std::uint32_t given = 0;
  while (args.left() > 0 && !is_word(args.peek(), "UNTIL")) {
    const FaultActions before = actions;
    const auto* row = std::find_if(std::begin(ActionWords::kRows), std::end(ActionWords::kRows),
                                   [&](const auto& each) { return args.take(each.word); });
    if (row == std::end(ActionWords::kRows))
      return fmt::format(
          "ERR '{}' is neither a matcher nor an action. Matchers (COMMAND, KEY, NAME …) stand first, then "
          "actions: {}",
          shown(args.peek()), kActionNames);
    const auto bit = std::uint32_t{1} << (row - std::begin(ActionWords::kRows));
    if ((given & bit) != 0) return fmt::format("ERR {} stands there twice", row->word);
    given |= bit;
    if (args.left() < row->arguments)
      return fmt::format("ERR {} needs more, as in {}", row->word, row->example);
    if (auto wrong = row->read(actions, args); !wrong.empty()) return wrong;
    if (before.end != End::none && (actions.end != before.end || actions.error != before.error))
      return fmt::format(
          "ERR {} comes too late: one of ERROR, CLOSE, RESET, HANG, REFUSE and STALL ends the line. Make two "
          "rules of them, with FIRST or NTH",
          row->word);
  }
  return {};
}

// Whether the actions go together, and with what they are for.
std::string contradiction(const FaultActions& actions, const CallMatcher& matcher, const Engine& engine) {
  const ReplyShape& shape = actions.shape;
  const bool for_keys = actions.expire || actions.evict;
  const bool for_connections = actions.end == End::refuse || actions.end == End::stall;
  const bool for_calls = (actions.end != End::none && !for_connections) || shape.has_effect() || for_keys;
  if (!for_calls && !for_connections && !actions.drop && !actions.delay)
    return fmt::format("ERR a fault needs an action: {}", kActionNames);
  switch (matcher.subject()) {
    case CallMatcher::Subject::connection:
      if (for_calls || actions.drop) return "ERR ON CONNECT goes with REFUSE, STALL and DELAY alone";
      return {};
    case CallMatcher::Subject::message:
      if (for_calls || for_connections || actions.delay) return "ERR ON MESSAGE goes with DROP alone";
      return {};
    case CallMatcher::Subject::call:
      break;
  }
  if (for_connections) return "ERR REFUSE and STALL are for new connections: write ON CONNECT";
  if (actions.drop) return "ERR DROP is for messages: write ON MESSAGE <channel>";
  if (actions.end != End::none && actions.end != End::error && shape.has_effect())
    return "ERR behind CLOSE, RESET and HANG there is no reply that anything could happen to";
  const bool sends_some = (shape.cut != ReplyShape::kWhole && shape.cut != 0) || shape.corrupt != 0 ||
                          shape.chunk != 0 || shape.drip != 0;
  if ((shape.mute && (sends_some || shape.cut == 0)) || (shape.cut == 0 && sends_some))
    return "ERR LOSE, CUT 0 and MUTE leave nothing of a reply that anything else could happen to";
  if (actions.expire && actions.evict) return "ERR a key either expires or is evicted";
  if (for_keys)
    if (const Command* command = matcher.command_without_keys(engine); command != nullptr)
      return fmt::format("ERR {} has no keys that could expire or be evicted", command->name);
  if (matcher.only_in_scripts() &&
      ((actions.end != End::none && actions.end != End::error) || shape.has_effect() || actions.delay))
    return "ERR IN SCRIPT goes with ERROR, EXPIRE and EVICT alone: for the rest name the EVAL";
  return {};
}

std::string read_place(Rule& rule, Args& args) {
  if (!args.take("AT")) return {};
  if (args.take("ARRIVED"))
    rule.place = Rule::Place::arrived;
  else if (args.take("EXECUTED"))
    rule.place = Rule::Place::executed;
  else if (args.take("REPLY"))
    rule.place = Rule::Place::reply;
  else
    return fmt::format("ERR AT '{}' is not known: write AT ARRIVED, AT EXECUTED or AT REPLY",
                       shown(args.peek()));
  return {};
}

std::string read_gate(Rule& rule, Args& args) {
  if (auto wrong = read_place(rule, args); !wrong.empty()) return wrong;
  if (rule.matcher.subject() != CallMatcher::Subject::call)
    return "ERR a gate is for commands: leave ON out. What arrives otherwise is for REDOUBLE FAULT";
  if (rule.matcher.only_in_scripts())
    return "ERR nobody can reach this gate: what a script calls is not held. Name the EVAL instead";
  return {};
}

}  // namespace

std::string Rule::read(Args& args, const Engine& engine) {
  Args again = args;
  for (const auto word : again.rest()) {
    append_word(text, word);
    if (text.size() > kMostText) return fmt::format("ERR a rule may have {} bytes at most", kMostText);
  }
  if (auto wrong = matcher.read(args, engine); !wrong.empty()) return wrong;
  if (kind == Kind::gate) {
    if (auto wrong = read_gate(*this, args); !wrong.empty()) return wrong;
  } else {
    if (auto wrong = read_actions(actions, args); !wrong.empty()) return wrong;
    if (auto wrong = contradiction(actions, matcher, engine); !wrong.empty()) return wrong;
  }
  if (args.take("UNTIL")) {
    if (!args.take("DISCONNECT"))
      return fmt::format("ERR UNTIL '{}' is not known: write UNTIL DISCONNECT", shown(args.peek()));
    until_disconnect = true;
  }
  if (args.left() == 0) return {};
  return fmt::format("ERR '{}' does not belong here: a rule is <matchers> {} [UNTIL DISCONNECT]",
                     shown(args.peek()), kind == Kind::gate ? "[AT ARRIVED|EXECUTED|REPLY]" : "<actions>");
}

// EXPONENTIAL: most are near the shorter time; a fifth of the way is their mean, and the longer one the end.
Micros Rule::draw_delay() {
  const auto& [least, most, exponential] = *actions.delay;
  if (least == most) return least;
  const auto range = static_cast<double>(most - least);
  const double unit = chance.unit();
  const double drawn = exponential ? std::min(range, -std::log1p(-unit) * range / 5) : unit * range;
  return least + static_cast<Micros>(drawn);
}

void ReplyShape::add(const ReplyShape& other) {
  const auto lower = [](std::size_t a, std::size_t b) { return a == 0 || b == 0 ? a + b : std::min(a, b); };
  mute = mute || other.mute;
  reset = reset || other.reset;
  cut = std::min(cut, other.cut);
  corrupt += other.corrupt;
  chance ^= other.chance;
  chunk = lower(chunk, other.chunk);
  drip = lower(drip, other.drip);
  every = std::max(every, other.every);
}

// CRC16 (XMODEM) of the key, modulo 16,384.
unsigned key_slot(std::string_view key) {
  if (const std::size_t open = key.find('{'); open != std::string_view::npos) {
    const std::size_t close = key.find('}', open + 1);
    if (close != std::string_view::npos && close > open + 1) key = key.substr(open + 1, close - open - 1);
  }
  unsigned crc = 0;
  for (const char c : key) {
    crc ^= static_cast<unsigned>(static_cast<unsigned char>(c)) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
    crc &= 0xffff;
  }
  return crc % 16'384;
}

}  // namespace redouble
