// An engine on a manual clock with one or more clients, for tests without sockets:
//
//   EngineFixture f;
//   CHECK(f.send("SET", "k", "v") == "+OK\r\n");
//   f.clock.advance(60'000'000);
//   f.engine.tick();
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "scripting/scripting.h"

namespace redouble {

struct EngineFixture {
  using Settings = std::vector<Config::Pair>;

  explicit EngineFixture(Settings settings = {}, std::uint64_t seed = 1)
      : engine(clock, configured(settings), host, seed, scripting()), client(engine.connect()) {}

  static Config configured(const std::vector<Config::Pair>& settings) {
    Config config;
    for (const auto& [name, value] : settings) {
      const std::string word(value);
      static_cast<void>(config.load(find_setting(name)->setting, std::vector<std::string>{word}));
    }
    return config;
  }

  /// Runs one command as `session` and takes what it has been sent so far.
  template <class... Words>
  std::string send_as(Session& session, Words&&... words) {
    const std::vector<std::string_view> argv{std::string_view(words)...};
    engine.tick();
    engine.execute(session, argv);
    return received(session);
  }
  template <class... Words>
  std::string send(Words&&... words) {
    return send_as(client, std::forward<Words>(words)...);
  }
  /// What `session` has been sent since the last look.
  static std::string received(Session& session) {
    std::string bytes(session.out.view());
    session.out.clear();
    return bytes;
  }
  /// Moves the clock and lets everything due happen.
  void advance_ms(std::int64_t ms) {
    const Micros target = clock.now() + ms * 1000;
    engine.advance_to(target);
  }

  ManualClock clock;
  Host host;
  Engine engine;
  Session& client;
};

}  // namespace redouble
