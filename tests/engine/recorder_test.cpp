// The recorder of events: what is told of commands, keys and clients, and in which order.
#include "engine/recorder.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "engine/command.h"
#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;
using redouble::Happening;
using Kind = redouble::Happening::Kind;

namespace {

struct Notes : redouble::Recorder::Listener {
  void happened(const Happening& h) override {
    constexpr std::string_view kNames[] = {"begun",   "executed",  "replied", "read",    "written", "expired",
                                           "evicted", "connected", "left",    "blocked", "woken"};
    std::string line(kNames[static_cast<std::size_t>(h.kind)]);
    if (h.command != nullptr) line += fmt::format(" {}", h.command->name);
    if (!h.key.empty() || !h.what.empty()) line += fmt::format(" {}:{} {}", h.db, h.key, h.what);
    if (h.kind == Kind::key_read) line += h.found ? "found" : "missing";
    if (h.failed) line += " failed";
    lines.push_back(line);
  }
  std::vector<std::string> taken() { return std::exchange(lines, {}); }

  std::vector<std::string> lines;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("Recorder: a command is told when it begins, has run, and is over", "[recorder]") {
  EngineFixture f;
  Notes notes;
  f.engine.recorder.add(notes, {Kind::command_begun, Kind::command_executed, Kind::command_replied});
  f.send("SET", "k", "v");
  CHECK(notes.taken() == Lines{"begun SET", "executed SET", "replied SET"});
  f.send("LPUSH", "k", "v");
  CHECK(notes.taken() == Lines{"begun LPUSH", "executed LPUSH failed", "replied LPUSH"});
  f.send("SET", "k");  // refused before it began
  CHECK(notes.taken() == Lines{"replied SET"});
  f.send("MULTI");
  f.send("GET", "k");
  notes.taken();
  f.send("EXEC");
  CHECK(notes.taken() == Lines{"begun EXEC", "begun GET", "executed GET", "executed EXEC", "replied EXEC"});
  f.engine.recorder.remove(notes);
  f.send("GET", "k");
  CHECK(notes.taken().empty());
}

TEST_CASE("Recorder: a blocked client's command is over when it is woken", "[recorder]") {
  EngineFixture f;
  Notes notes;
  auto& waiter = f.engine.connect();
  f.engine.recorder.add(notes, {Kind::command_replied, Kind::client_blocked, Kind::client_woken});
  f.send_as(waiter, "BLPOP", "jobs", "5");
  CHECK(notes.taken() == Lines{"blocked BLPOP"});
  f.send("RPUSH", "jobs", "1");
  CHECK(notes.taken() == Lines{"woken BLPOP", "replied BLPOP", "replied RPUSH"});
  f.send_as(waiter, "BLPOP", "jobs", "5");
  f.advance_ms(5'000);
  CHECK(notes.taken() == Lines{"blocked BLPOP", "woken BLPOP", "replied BLPOP"});
}

TEST_CASE("Recorder: keys are told when they are read, change, expire and are evicted", "[recorder]") {
  EngineFixture f(EngineFixture::Settings{{"maxmemory-policy", "allkeys-lru"}});
  Notes notes;
  f.engine.recorder.add(notes, {Kind::key_read, Kind::key_written, Kind::key_expired, Kind::key_evicted});
  f.send("GET", "k");
  f.send("SET", "k", "v", "EX", "10");
  f.send("GET", "k");
  CHECK(notes.taken() ==
        Lines{"read 0:k missing", "written 0:k set", "written 0:k expire", "read 0:k found"});
  f.advance_ms(10'000);
  CHECK(notes.taken() == Lines{"expired 0:k expired"});
  f.send("SET", "k", "v");
  f.send("CONFIG", "SET", "maxmemory", "1");
  CHECK(notes.taken() == Lines{"written 0:k set", "evicted 0:k evicted"});
  f.send("CONFIG", "SET", "maxmemory", "0");
  f.send("RPUSH", "l", "1");
  f.send("LPOP", "l");
  CHECK(notes.taken() == Lines{"written 0:l rpush", "written 0:l lpop", "written 0:l del"});
  f.send("FLUSHALL");
  CHECK(notes.taken().front() == "written 0: flush");
}

TEST_CASE("Recorder: clients are told when they come and go, to each listener what it asked for",
          "[recorder]") {
  EngineFixture f;
  Notes notes, others;
  f.engine.recorder.add(notes, {Kind::client_connected, Kind::client_left});
  f.engine.recorder.add(others, {Kind::key_written});
  auto& client = f.engine.connect();
  f.send_as(client, "SET", "k", "v");
  f.engine.disconnect(client);
  CHECK(notes.taken() == Lines{"connected", "left SET"});
  CHECK(others.taken() == Lines{"written 0:k set"});
  f.engine.recorder.remove(others);
  CHECK_FALSE(f.engine.recorder.wants(Kind::key_written));
  CHECK(f.engine.recorder.wants(Kind::client_left));
}
