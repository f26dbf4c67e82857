// Implementation of case_runner.h. Every line is sent to both servers before either reply is read.
#include "case_runner.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <regex>
#include <set>
#include <thread>

#include "explain.h"

namespace redouble::oracle {
namespace {

constexpr int kShownPerCase = 3;
constexpr int kMostRepeats = 500;
constexpr auto kBetweenRepeats = std::chrono::milliseconds(20);
constexpr auto kNoReplyWait = std::chrono::milliseconds(10);
constexpr auto kLeftoverWait = std::chrono::milliseconds(300);

bool sends(const Case& written, std::string_view command) {
  return std::any_of(written.lines.begin(), written.lines.end(), [&](const CaseLine& line) {
    return (!line.argv.empty() && upper(line.argv[0]) == command) ||
           upper(line.bytes).find(command) != std::string::npos;
  });
}

// {1000*ab} stands for a thousand times `ab`. By hand: std::regex recurses once for each byte it matches.
std::string repeated(const std::string& text) {
  std::string result;
  size_t at = 0;
  while (at < text.size()) {
    const auto open = text.find('{', at);
    const auto star = text.find('*', open);
    const auto close = text.find('}', star);
    if (open == text.npos || star == text.npos || close == text.npos) break;
    const auto times = to_integer(std::string_view(text).substr(open + 1, star - open - 1));
    result += text.substr(at, open - at);
    for (long long i = 0; times && i < *times; ++i) result += text.substr(star + 1, close - star - 1);
    if (!times) result += text.substr(open, close + 1 - open);
    at = close + 1;
  }
  return result + text.substr(at);
}

// The reply itself, or for an aggregate its first item: a SCAN cursor, the first of a list.
std::string first_text(const Reply& reply) {
  return reply.is_aggregate() && !reply.items.empty() ? reply.items[0].text : reply.text;
}

bool holds(const Reply& reply, const std::string& text) {
  return reply.text.find(text) != reply.text.npos;
}

}  // namespace

CaseRunner::CaseRunner(Pair& pair) : pair_(pair) {
  ours_.process = pair_.ours.get();
  theirs_.process = pair_.theirs.get();
  open(ours_);
  open(theirs_);
}

void CaseRunner::open(Side& side) {
  side.admin = std::make_unique<Connection>(side.process->port());
  side.config = read_config(side);
}

std::map<std::string, std::string> CaseRunner::read_config(Side& side) {
  const auto reply = side.admin->call({"CONFIG", "GET", "*"});
  std::map<std::string, std::string> config;
  for (size_t i = 0; i + 1 < reply.items.size(); i += 2)
    config[reply.items[i].text] = reply.items[i + 1].text;
  return config;
}

// The answers do not matter: what a server does not know, it cannot have changed.
void CaseRunner::reset(Side& side, const Case& written) {
  side.connections.clear();
  side.last.clear();
  if (!side.process->alive()) {
    std::printf("%s ended; the last of its output:\n%s\n", side.process->name().c_str(),
                side.process->log_tail().c_str());
    side.process->restart();
    open(side);
    return;
  }
  if (sends(written, "ACL")) reset_users(side);
  if (sends(written, "CONFIG")) {
    for (const auto& [name, value] : read_config(side)) {
      const auto before = side.config.find(name);
      if (before != side.config.end() && before->second != value) {
        side.admin->call({"CONFIG", "SET", name, before->second});
      }
    }
  }
  static const std::vector<Argv> kResets = {
      {"CLIENT", "UNPAUSE"},
      {"FLUSHALL"},
      {"DEBUG", "SET-ACTIVE-EXPIRE", "1"},
      {"DEBUG", "QUICKLIST-PACKED-THRESHOLD", "0"},
      {"SLOWLOG", "RESET"},
      {"LATENCY", "RESET"},
      {"CONFIG", "RESETSTAT"},
  };
  std::string bytes;
  for (const auto& command : kResets) bytes += frame(command);
  side.admin->send(bytes);
  for (size_t i = 0; i < kResets.size(); ++i) {
    if (side.admin->read().is_end()) {
      std::printf("%s does not answer between cases\n", side.process->name().c_str());
      side.process->restart();
      open(side);
      return;
    }
  }
}

// A case may have taken the rights of the default user, whom this connection is.
void CaseRunner::reset_users(Side& side) {
  const auto reply =
      side.admin->call({"ACL", "SETUSER", "default", "on", "nopass", "~*", "&*", "+@all", "clearselectors"});
  if (reply.is_error() || reply.is_end()) {
    side.process->restart();
    return open(side);
  }
  Argv others{"ACL", "DELUSER"};
  for (const auto& user : side.admin->call({"ACL", "USERS"}).items)
    if (user.text != "default") others.push_back(user.text);
  if (others.size() > 2) side.admin->call(others);
  side.admin->call({"ACL", "LOG", "RESET"});
}

Connection& CaseRunner::connection(Side& side, const std::string& name) {
  const auto found = side.connections.find(name);
  if (found != side.connections.end()) return found->second;
  auto& opened = side.connections.try_emplace(name, side.process->port()).first->second;
  opened.set_resp(resp_);
  return opened;
}

// Fills in what differs between the servers by nature: {id:x} and {addr:x} of connection x, and {last},
// the last reply of the line's own connection.
Argv CaseRunner::expand(Side& side, const CaseLine& line) {
  static const std::regex kPlace(R"(^(.*)\{(id|addr|last)(?::([a-z0-9]+))?\}(.*)$)");
  Argv argv = line.argv;
  for (auto& word : argv) {
    std::smatch match;
    if (!std::regex_match(word, match, kPlace)) {
      word = repeated(word);
      continue;
    }
    const std::string kind = match[2];
    const std::string name = match[3].matched ? match[3].str() : line.connection;
    std::string value;
    if (kind == "last") {
      value = first_text(side.last[name]);
    } else if (kind == "addr") {
      // An answer shows that the server knows the connection.
      if (!side.connections.contains(name)) connection(side, name).call({"PING"});
      value = connection(side, name).local_address();
    } else {
      value = connection(side, name).call({"CLIENT", "ID"}).text;
    }
    word = match[1].str() + value + match[4].str();
  }
  return argv;
}

void CaseRunner::start(Side& side, const CaseLine& line) {
  switch (line.action) {
    case CaseLine::Action::command: {
      const auto argv = expand(side, line);
      connection(side, line.connection).send(frame(argv));
      break;
    }
    case CaseLine::Action::raw:
      connection(side, line.connection).send(repeated(line.bytes));
      break;
    case CaseLine::Action::hangup:
      side.connections.erase(line.connection);
      break;
    case CaseLine::Action::read:
    case CaseLine::Action::sleep:
      break;
  }
}

Reply CaseRunner::finish(Side& side, const CaseLine& line) {
  auto reply = connection(side, line.connection).read();
  for (int times = 0; times < kMostRepeats && !reply.is_end() && !holds(reply, line.until); ++times) {
    std::this_thread::sleep_for(kBetweenRepeats);
    reply = connection(side, line.connection).call(expand(side, line));
  }
  side.last[line.connection] = reply;
  return reply;
}

void CaseRunner::report(const Case& written, const std::string& where, const std::string& ours,
                        const std::string& theirs) {
  if (differences_++ == 0) {
    std::printf("FAIL %s:%d (RESP%d) %s\n", written.file.c_str(), written.number, resp_,
                written.title.c_str());
  }
  if (differences_ > kShownPerCase) return;
  std::printf("  %s\n    %-9s %s\n    %-9s %s\n", where.c_str(), pair_.ours->name().c_str(), ours.c_str(),
              pair_.theirs->name().c_str(), theirs.c_str());
}

bool CaseRunner::play_line(const Case& written, const CaseLine& line) {
  if (line.action == CaseLine::Action::sleep) {
    std::this_thread::sleep_for(std::chrono::milliseconds(line.milliseconds));
    return true;
  }
  start(theirs_, line);
  start(ours_, line);
  const bool answered =
      line.action == CaseLine::Action::read || (line.action == CaseLine::Action::command && !line.no_reply);
  // It may be waiting by now (BLPOP): others are to come after it.
  if (line.action == CaseLine::Action::command && line.no_reply) std::this_thread::sleep_for(kNoReplyWait);
  if (!answered) return true;
  const auto theirs = finish(theirs_, line);
  const auto ours = finish(ours_, line);
  // A case that waits for what neither server sends is wrong itself.
  const bool came =
      theirs.kind != Reply::Kind::silence && holds(theirs, line.until) && holds(ours, line.until);
  if (!came || !same(ours, theirs, line.rule)) {
    const auto [our_text, their_text] =
        explain(blanked(ours, line.rule), blanked(theirs, line.rule), line.rule);
    report(written, "line " + std::to_string(line.number) + ": " + show(line), our_text, their_text);
  }
  return ours.is_end() == theirs.is_end() && ours.kind != Reply::Kind::silence;
}

// What is still on its way when the lines are done must agree too.
bool CaseRunner::compare_leftovers(const Case& written) {
  std::set<std::string> names;
  for (const auto& [name, open] : theirs_.connections) names.insert(name);
  for (const auto& name : names) {
    if (!ours_.connections.contains(name)) continue;
    Reply ours{Reply::Kind::array, {}, connection(ours_, name).drain("oracle-end", 0, kLeftoverWait)};
    Reply theirs{Reply::Kind::array, {}, connection(theirs_, name).drain("oracle-end", 0, kLeftoverWait)};
    if (ours == theirs) continue;
    report(written, "left over on connection " + name, describe(ours), describe(theirs));
    return false;
  }
  return true;
}

bool CaseRunner::play_once(const Case& written) {
  differences_ = 0;
  bool going = true;
  for (const auto& line : written.lines) {
    going = play_line(written, line);
    if (!going) break;
  }
  if (going && differences_ == 0) compare_leftovers(written);
  reset(theirs_, written);
  reset(ours_, written);
  return differences_ == 0;
}

// Whether our server does not list one of the commands.
bool CaseRunner::lacks(const Argv& needs) {
  if (needs.empty()) return false;
  Argv question{"COMMAND", "INFO"};
  question.insert(question.end(), needs.begin(), needs.end());
  const auto rows = ours_.admin->call(question);
  return std::any_of(rows.items.begin(), rows.items.end(),
                     [](const Reply& row) { return row.items.empty(); });
}

void CaseRunner::run(const Case& written, int only_resp) {
  const bool skip = lacks(written.needs);
  for (const int version : written.resp_versions) {
    if (only_resp != 0 && only_resp != version) continue;
    resp_ = version;
    if (skip) {
      ++skipped_;
    } else if (play_once(written)) {
      ++passed_;
    } else {
      ++failed_;
    }
  }
}

}  // namespace redouble::oracle
