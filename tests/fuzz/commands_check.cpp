// Sends made commands to a whole engine from several clients.
#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "protocol/reply_parser.h"
#include "scripting/scripting.h"
#include "tests/fuzz/checks.h"
#include "tests/fuzz/command_maker.h"

namespace redouble {
namespace {

using Words = CommandMaker::Words;

constexpr std::size_t kMaxCommands = 64;

// Ends a script that runs too long.
struct Impatient : Host {
  Engine* engine = nullptr;
  void serve_while_busy() override { engine->scripts()->abort(); }
};

Config configured() {
  Config config;
  const auto load = [&](Setting setting, const char* value) {
    static_cast<void>(config.load(setting, std::vector<std::string>{value}));
  };
  load(Setting::enable_debug_command, "yes");
  load(Setting::enable_protected_configs, "yes");
  load(Setting::busy_reply_threshold, "5");
  // Strings as large as they may be, within an input's time.
  load(Setting::proto_max_bulk_len, "1mb");
  return config;
}

std::string shown(const Words& words) {
  std::string text;
  for (const auto& word : words) {
    text += text.empty() ? "" : " ";
    for (const char c : word.substr(0, 80))
      text +=
          c > ' ' && c < '\x7f' ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    if (word.empty()) text += "''";
  }
  return text;
}

class Run {
 public:
  Run() : engine_(clock_, configured(), host_, 1, scripting()), inside_(engine_.connect_internal()) {
    host_.engine = &engine_;
    clients_ = {};
    for (const Words& words : commands_that_fill()) static_cast<void>(ask(words));
  }

  /// One command of the client with this number. Returns what is wrong with the replies.
  std::string send(std::size_t number, const Words& words) {
    Client& client = clients_[number];
    if (client.session != nullptr && gone(*client.session)) leave(client);
    if (client.session == nullptr) client = {.session = &engine_.connect(), .parser = {}};
    Session& session = *client.session;
    const std::vector<std::string_view> argv(words.begin(), words.end());
    engine_.tick();
    engine_.execute(session, argv);
    while (engine_.next_dirty() != nullptr) continue;
    for (Client& each : clients_)
      if (auto problem = take_replies(each); !problem.empty()) return problem;
    return {};
  }

  void advance(Micros by) { engine_.advance_to(clock_.now() + by); }

  /// What must hold in the end.
  std::string problem() {
    for (Client& client : clients_) leave(client);
    static_cast<void>(ask({"CLIENT", "UNPAUSE"}));  // paused, keys that are due stay
    advance(1'000'000);
    for (const char* limit : {"maxmemory", "maxmemory-clients"})
      static_cast<void>(ask({"CONFIG", "SET", limit, "0"}));
    static_cast<void>(ask({"CONFIG", "SET", "rdbcompression", "yes"}));
    const std::string digest = ask({"DEBUG", "DIGEST"});
    if (const auto reply = ask({"DEBUG", "RELOAD"}); reply != "+OK\r\n") return "DEBUG RELOAD: " + reply;
    if (ask({"DEBUG", "DIGEST"}) != digest) return "DEBUG RELOAD changed the data";
    if (const auto reply = ask({"FLUSHALL", "SYNC"}); reply != "+OK\r\n") return "FLUSHALL: " + reply;
    if (ask({"DBSIZE"}) != ":0\r\n") return "FLUSHALL left keys";
    return {};
  }

 private:
  struct Client {
    Session* session = nullptr;
    ReplyParser parser;
  };

  static bool gone(const Session& session) {
    return session.close_now || session.close_after_reply || session.is_blocked();
  }

  void leave(Client& client) {
    if (client.session == nullptr) return;
    engine_.disconnect(*client.session);
    client.session = nullptr;
  }

  // Whole replies, whatever they hold. A replica gets a stream of another kind.
  static std::string take_replies(Client& client) {
    if (client.session == nullptr) return {};
    Session& session = *client.session;
    const bool silent = session.is_replica();
    const std::string bytes(session.out.view());
    session.out.clear();
    if (silent) return {};
    client.parser.feed(bytes);
    while (client.parser.next()) continue;
    if (client.parser.failed()) return "not a reply: " + client.parser.error();
    return client.parser.idle() ? std::string() : "half a reply: " + bytes.substr(0, 200);
  }

  std::string ask(const Words& words) {
    const std::vector<std::string_view> argv(words.begin(), words.end());
    engine_.execute(inside_, argv);
    while (engine_.next_dirty() != nullptr) continue;
    std::string reply(inside_.out.view());
    inside_.out.clear();
    return reply;
  }

  ManualClock clock_;
  Impatient host_;
  Engine engine_;
  Session& inside_;
  std::array<Client, 3> clients_;
};

}  // namespace

std::string commands_problem(std::string_view input) {
  if (input.empty()) return {};
  const CommandMaker maker(scripting().commands, static_cast<std::uint8_t>(input[0]));
  Choices choices(input.substr(1));
  Run run;
  std::string said;  // what was sent so far, a line each
  for (std::size_t i = 0; choices.any() && i < kMaxCommands; ++i) {
    const std::size_t client = choices.below(8);  // mostly the first
    const Words words = maker.make(choices);
    if (words[0].empty() && words.size() == 1) continue;
    said += fmt::format("{}> {}\n", client < 3 ? client : 0, shown(words));
    if (auto problem = run.send(client < 3 ? client : 0, words); !problem.empty())
      return problem + "\n" + said;
    if (choices.below(8) == 7) run.advance(Micros{1} << choices.below(40));
  }
  const auto problem = run.problem();
  return problem.empty() ? problem : problem + "\n" + said;
}

}  // namespace redouble
