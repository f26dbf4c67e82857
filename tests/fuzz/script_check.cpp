// Runs bytes as Lua sources, and lets the same engine run a script that must not notice.
#include <vector>

#include "engine/engine.h"
#include "scripting/scripting.h"
#include "tests/fuzz/checks.h"

namespace redouble {
namespace {

using Words = std::vector<std::string_view>;

// Past busy-reply-threshold it ends whatever runs. On a manual clock instructions stand for time.
struct Impatient : Host {
  Engine* engine = nullptr;
  void serve_while_busy() override { engine->scripts()->abort(); }
};

class Server {
 public:
  Server() : engine_(clock_, configured(), host_, 1, scripting()), client_(engine_.connect()) {
    host_.engine = &engine_;
  }

  std::string run(const Words& words) {
    engine_.execute(client_, words);
    std::string reply(client_.out.view());
    client_.out.clear();
    return reply;
  }

 private:
  static Config configured() {
    Config config;
    static_cast<void>(config.load(Setting::busy_reply_threshold, std::vector<std::string>{"5"}));
    return config;
  }

  ManualClock clock_;
  Impatient host_;
  Engine engine_;
  Session& client_;
};

// What a script sees of what all scripts share.
constexpr std::string_view kLook =
    "local seen = {} "
    "for _, t in "
    "ipairs({'_G','string','table','math','redis','cjson','cmsgpack','struct','bit','coroutine'}) do "
    "  local n = 0 for k, v in pairs(_G[t]) do n = n + 1 end "
    "  seen[#seen + 1] = t .. n .. tostring(getmetatable(_G[t]) ~= nil) "
    "end "
    "seen[#seen + 1] = ('x'):rep(2) .. #KEYS .. #ARGV .. tostring(rawget(_G, 'x')) .. "
    "type(redis.call('ping')) "
    "return table.concat(seen, ' ')";

}  // namespace

std::string script_problem(std::string_view input) {
  static const std::string unspoilt = Server().run({"EVAL", kLook, "0"});
  if (!unspoilt.starts_with('$')) return "the script that looks is wrong: " + unspoilt;
  Server server;
  server.run({"SET", "k", "v"});
  if (server.run({"EVAL", input, "1", "k", "argument"}).empty()) return "EVAL without a reply";
  if (server.run({"EVAL", kLook, "0"}) != unspoilt)
    return "EVAL left something: " + server.run({"EVAL", kLook, "0"});
  const std::string library = "#!lua name=lib\n" + std::string(input);
  for (const Words& words : {Words{"FUNCTION", "LOAD", input}, Words{"FUNCTION", "LOAD", library},
                             Words{"FCALL", "f", "0"}, Words{"FUNCTION", "LIST", "WITHCODE"}})
    if (server.run(words).empty()) return std::string(words[0]) + " without a reply";
  const std::string dump = server.run({"FUNCTION", "DUMP"});
  const std::size_t start = dump.find("\r\n") + 2;
  const std::string payload = dump.substr(start, dump.size() - start - 2);
  const std::string restored = server.run({"FUNCTION", "RESTORE", payload, "FLUSH"});
  return restored == "+OK\r\n" ? std::string() : "what FUNCTION DUMP tells is refused: " + restored;
}

}  // namespace redouble
