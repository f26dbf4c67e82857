// Scripts that run past busy-reply-threshold: others are answered BUSY, and SCRIPT KILL ends them whatever
// they do.
#include <catch2/catch.hpp>

#include <functional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "scripting/scripting.h"
#include "tests/support/engine_fixture.h"

using namespace redouble;

namespace {

// Another client sends its commands as soon as the host is asked to serve.
class Visitor final : public Host {
 public:
  void serve_while_busy() override {
    ++visits;
    if (const auto words = std::exchange(next, {}); !words.empty()) replies.push_back(send(words));
  }
  void busy_ended() override { ++ended; }

  std::string send(const std::vector<std::string_view>& words) {
    session->engine.tick();
    session->engine.execute(*session, words);
    return EngineFixture::received(*session);
  }

  Session* session = nullptr;
  std::vector<std::string_view> next;
  std::vector<std::string> replies;
  int visits = 0, ended = 0;
};

struct BusyFixture {
  BusyFixture()
      : engine(clock, EngineFixture::configured({{"busy-reply-threshold", "1"}}), host, 1, scripting()),
        client(engine.connect()) {
    host.session = &engine.connect();
  }
  std::string run(std::string_view script) {
    const std::vector<std::string_view> words{"EVAL", script, "0"};
    engine.tick();
    engine.execute(client, words);
    return EngineFixture::received(client);
  }

  ManualClock clock;
  Visitor host;
  Engine engine;
  Session& client;
};

}  // namespace

TEST_CASE("SCRIPT KILL: ends every kind of endless loop", "[scripting][kill]") {
  BusyFixture f;
  for (const std::string script : {
           "while true do end",
           "while true do pcall(function() while true do end end) end",
           "while true do pcall(error,'x') end",
           "local function g() while true do pcall(g) end end g()",
           "while true do coroutine.wrap(function() while true do end end)() end",
           "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
           "xpcall(function() error('x') end, function() while true do end end)",
           "while true do xpcall(function() while true do end end, function(e) return e end) end",
           "string.find(('a'):rep(40), ('a?'):rep(40)..('a'):rep(40)..'b')",
           "string.find(('a'):rep(30000)..'b', '.-.-.-.-c')",
           "table.insert({}, -2^31, 1)",
           "table.sort({1,2,3,4}, function() while true do end end)",
           "load(function() while true do end end)",
           "while true do load(function() error('x') end) end",
           "string.gsub('aaaa', 'a', function() while true do end end)",
           "while true do redis.pcall('GET','k') end",
           "while true do local t = setmetatable({}, {__index=function() while true do end end}) return t.x "
           "end",
       }) {
    INFO(script);
    f.host.next = {"SCRIPT", "KILL"};
    f.host.replies.clear();
    const std::string reply = f.run(script);
    INFO(reply);
    CHECK(f.host.replies == std::vector<std::string>{"+OK\r\n"});
    CHECK(reply.starts_with("-ERR Script killed by user with SCRIPT KILL... script: "));
    CHECK(f.run("return 1") == ":1\r\n");
  }
}

TEST_CASE("BUSY: is the answer to all but a few commands", "[scripting][kill]") {
  BusyFixture f;
  const std::string script = "local n=0 while n < 3e6 do n=n+1 end return n";
  f.host.next = {"PING"};
  CHECK(f.run(script) == ":3000000\r\n");
  CHECK(f.host.replies.back() ==
        "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n");
  CHECK(f.host.ended == 1);
  f.host.next = {"MULTI"};
  f.run(script);
  CHECK(f.host.replies.back() == "+OK\r\n");
  CHECK(f.host.send({"DISCARD"}) == "+OK\r\n");
  f.host.next = {"FUNCTION", "KILL"};
  f.run(script);
  CHECK(f.host.replies.back() ==
        "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n");
  CHECK(f.host.send({"SCRIPT", "KILL"}) == "-NOTBUSY No scripts in execution right now.\r\n");
}

TEST_CASE("SCRIPT KILL: is refused once the script has written", "[scripting][kill]") {
  BusyFixture f;
  f.host.next = {"SCRIPT", "KILL"};
  CHECK(f.run("redis.call('SET','k',1) local n=0 while n < 3e6 do n=n+1 end return n") == ":3000000\r\n");
  CHECK(f.host.replies.back().starts_with("-UNKILLABLE Sorry the script already executed write commands"));
}

TEST_CASE("abort: ends a script whatever it has written, and time stands still meanwhile",
          "[scripting][kill]") {
  class Stopper final : public Host {
   public:
    void serve_while_busy() override {
      engine->advance_to(engine->now() + 60'000'000);
      engine->scripts()->abort();
    }
    Engine* engine = nullptr;
  } host;
  ManualClock clock;
  Engine engine(clock, EngineFixture::configured({{"busy-reply-threshold", "1"}}), host, 1, scripting());
  host.engine = &engine;
  Session& client = engine.connect();
  const Micros before = engine.now();
  const std::vector<std::string_view> words{"EVAL", "redis.call('SET','k',1) while true do end", "0"};
  engine.execute(client, words);
  CHECK(EngineFixture::received(client).starts_with("-ERR The script was ended because the server stops"));
  CHECK(engine.now() == before);
}

TEST_CASE("FUNCTION LOAD: endless code is given up", "[scripting][kill][function]") {
  EngineFixture f;
  CHECK(f.send("FUNCTION", "LOAD", "#!lua name=x\nwhile true do end") ==
        "-ERR Error registering functions: ERR FUNCTION LOAD timeout\r\n");
  CHECK(f.send("FUNCTION", "LIST") == "*0\r\n");
}
