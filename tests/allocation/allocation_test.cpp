// Out of memory anywhere: for each scenario the first allocation fails, then the second, and so on until none
// is left to fail; once with memory again right behind it, once with none until the scenario is over. After
// each the server answers, its data and books are in order, the scenario works as if nothing had happened,
// and nothing leaks.
#include <redouble/server.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/types/score_tree.h"
#include "protocol/reply_parser.h"
#include "protocol/value_builder.h"
#include "tests/allocation/failing_allocator.h"
#include "tests/allocation/scenarios.h"
#include "tests/allocation/stage.h"

namespace redouble {
namespace {

using failing_allocator::How;

// Early ones one by one, later ones with growing steps; REDOUBLE_EVERY_ALLOCATION=1 takes no steps.
std::uint64_t following(std::uint64_t n) {
  static const bool every = std::getenv("REDOUBLE_EVERY_ALLOCATION") != nullptr;
  return every || n < 300 ? n + 1 : n + 1 + n / 100;
}

// Words are parted by '\1' from here on, so that those of scripts can hold spaces, which are written '#'.
std::vector<std::string> prepared(const std::vector<std::string_view>& lines) {
  std::vector<std::string> all;
  for (const auto line : lines) {
    std::string text(line);
    std::replace(text.begin(), text.end(), ' ', '\1');
    if (text.find("EVAL") != text.npos || text.find("LOAD") != text.npos)
      for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '#' && text.substr(i, 2) != "#!") text[i] = ' ';
    all.push_back(std::move(text));
  }
  return all;
}

void play(Stage& stage, const std::vector<std::string>& lines) {
  for (const std::string& text : lines) {
    const std::string_view line(text);
    if (line.starts_with("wait"))
      stage.wait(std::atoi(text.c_str() + 5));
    else if (line.starts_with("leave"))
      stage.leave(static_cast<std::size_t>(line[6] - 'a'));
    else
      stage.run(static_cast<std::size_t>(line[0] - 'a'), line.substr(2));
  }
}

struct Played {
  std::string first, again, fault;
  bool failed = false;
};

Played play(const Scenario& scenario, std::uint64_t n, How how) {
  const auto before = prepared(scenario.before), lines = prepared(scenario.lines);
  Played played;
  Stage stage(scenario.settings);
  play(stage, before);
  stage.take_transcript();
  if (n > 0) failing_allocator::arm(n, how);
  play(stage, lines);
  played.failed = failing_allocator::disarm();
  played.first = stage.take_transcript();
  played.fault = stage.fault();
  if (!played.fault.empty()) return played;
  play(stage, before);
  stage.take_transcript();
  play(stage, lines);
  played.again = stage.take_transcript();
  if (n > 0 || played.fault.empty()) played.fault = stage.fault();
  return played;
}

void check(const Scenario& scenario, How how) {
  const Played whole = play(scenario, 0, how);
  REQUIRE(whole.fault == "");
  INFO(whole.first);
  REQUIRE(whole.first.find("-OOM The server") == std::string::npos);
  std::uint64_t n = 1;
  for (;; n = following(n)) {
    const std::int64_t before = failing_allocator::live();
    bool failed = false;
    {
      const Played played = play(scenario, n, how);
      failed = played.failed;
      if (!played.fault.empty() || played.again.find("-OOM The server") != std::string::npos) {
        CAPTURE(n, played.first, played.again);
        CHECK(played.fault == "");
        FAIL("the scenario does not work any more");
      }
    }
    if (const std::int64_t leaked = failing_allocator::live() - before; leaked != 0) {
      CAPTURE(n);
      REQUIRE(leaked == 0);
    }
    if (!failed) break;
  }
  REQUIRE(n > 10);
}

TEST_CASE("a failing allocation: no crash, no leak, and a server in order", "[allocation]") {
  const char* const only = std::getenv("REDOUBLE_SCENARIO");
  for (const Scenario& scenario : scenarios()) {
    if (only != nullptr && scenario.name != only) continue;
    DYNAMIC_SECTION(scenario.name << ", once") {
      check(scenario, How::once);
    }
    DYNAMIC_SECTION(scenario.name << ", and all behind it") {
      check(scenario, How::from_then);
    }
  }
}

// --- Without an engine that answers ----------------------------------------------------------------------

// Calls `body` until no allocation of it fails any more.
template <class Body>
void exhaust(Body&& body) {
  body();  // what is made once for all has to be there
  for (std::uint64_t n = 1;; n = following(n)) {
    const std::int64_t before = failing_allocator::live();
    bool threw = false;
    failing_allocator::arm(n, How::once);
    try {
      body();
    } catch (const std::bad_alloc&) {
      threw = true;
    }
    const bool failed = failing_allocator::disarm();
    if (failing_allocator::live() != before) {
      CAPTURE(n);
      REQUIRE(failing_allocator::live() == before);
    }
    static_cast<void>(threw);
    if (!failed) return;
  }
}

TEST_CASE("a failing allocation: an engine is made, or is not", "[allocation]") {
  exhaust([] {
    ManualClock clock;
    Host host;
    Engine engine(clock, Config(), host, 1, scripting());
    engine.disconnect(engine.connect());
  });
}

TEST_CASE("a failing allocation: a caller's own reply, with an exception", "[allocation]") {
  exhaust([] {
    ManualClock clock;
    Host host;
    Engine engine(clock, Config(), host, 1, scripting());
    Session& caller = engine.connect_internal();
    const std::vector<std::vector<std::string_view>> calls = {
        {"RPUSH", "l", "a", "b", "c"}, {"LRANGE", "l", "0", "-1"}, {"HSET", "h", "f", "v"}, {"HGETALL", "h"}};
    for (const auto& call : calls) {
      ValueBuilder reply;
      engine.execute(caller, call, reply);
      REQUIRE(reply.complete());
    }
  });
}

TEST_CASE("a failing allocation: a server starts, or says why it does not", "[allocation]") {
  exhaust([] {
    try {
      Server server;
      const Value pong = server.call({"PING"});  // throws std::bad_alloc where it is its own
      REQUIRE(pong.text() == "PONG");
    } catch (const StartError&) {
    }
  });
}

TEST_CASE("a failing allocation: replies are parsed, or are not", "[allocation]") {
  exhaust([] {
    ReplyParser parser;
    parser.feed("*3\r\n$3\r\nabc\r\n%1\r\n+k\r\n:1\r\n~2\r\n,1.5\r\n#t\r\n|1\r\n+a\r\n+b\r\n$5\r\nhel");
    while (parser.next()) continue;
    parser.feed("lo\r\n>2\r\n+x\r\n(12345678901234567890\r\n");
    while (parser.next()) continue;
  });
}

std::vector<std::pair<double, std::string>> contents(const ScoreTree& tree) {
  std::vector<std::pair<double, std::string>> pairs;
  tree.walk(0, tree.size(), false, [&](const ScoreTree::Member& member) {
    pairs.emplace_back(member.score, member.bytes());
    return true;
  });
  return pairs;
}

// Members one behind the other fill every page, so that new ones in between split leaves, branches, the root.
TEST_CASE("a failing allocation: a large sorted set is as it was", "[allocation]") {
  ScoreTree tree(1);
  std::size_t refused = 0;
  const auto change = [&](auto&& act, std::uint64_t step = 1) {
    const auto before = contents(tree);
    for (std::uint64_t n = 1; n < 100 * step; n += step) {
      failing_allocator::arm(n, How::from_then);
      try {
        act();
      } catch (const std::bad_alloc&) {
        failing_allocator::disarm();
        ++refused;
        tree.check();
        REQUIRE(contents(tree) == before);
        continue;
      }
      failing_allocator::disarm();
      return tree.check();
    }
    FAIL("never succeeds");
  };
  for (int i = 0; i < 64 * 32 * 2; ++i) tree.append(std::to_string(100000 + i), i);
  for (int i = 0; i < 100; ++i) {
    const std::string bytes = "new" + std::to_string(i);
    change([&] { tree.insert(bytes, tree.hash(bytes), i * 37 + 0.5); });
  }
  REQUIRE(refused > 150);  // a member each, and more for pages
  for (int i = 0; i < 600; ++i)
    change([&] { tree.set_score(tree.find(std::to_string(100000 + i)), 1000.25 + i * 131 % 3000); });
  REQUIRE(refused > 200);
  std::unique_ptr<ScoreTree> copy, clone;
  change([&] { copy = tree.copy(); }, 997);
  change([&] { clone = tree.clone(); }, 997);
  REQUIRE(contents(*copy) == contents(tree));
  REQUIRE(contents(*clone) == contents(tree));
  failing_allocator::arm(1, How::from_then);
  while (tree.size() > 100) tree.erase(50, std::min<std::size_t>(tree.size() - 50, 90));
  tree.erase(0, tree.size());
  failing_allocator::disarm();
  tree.check();
}

}  // namespace
}  // namespace redouble
