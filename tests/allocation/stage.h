// What a scenario plays on: an engine, clients that come back when they were closed, and a look at whether
// all is in order afterwards.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "tests/support/engine_fixture.h"

namespace redouble {

/// Takes no memory of its own while a scenario runs: what it needs is there before.
class Stage {
 public:
  static constexpr std::size_t kClients = 4;

  explicit Stage(const EngineFixture::Settings& settings);

  /// Runs a command, given as words with '\\1' in between (`~` is a long text), as one of the
  /// clients, and keeps what everybody was sent. Out of memory at worst: never throws.
  void run(std::size_t client, std::string_view line);
  void wait(std::int64_t ms);
  /// Ends a client; it is a new one when it is needed again.
  void leave(std::size_t client);
  void leave_all();

  /// All that was sent since the last call, in order.
  std::string take_transcript();
  /// Whether the server is as a server should be: everybody is answered, data and books agree. Says what is
  /// wrong.
  std::string fault();
  Engine& engine() { return engine_; }

 private:
  void connect(std::size_t client);
  void collect();
  std::string ask(Session& session, std::vector<std::string> words);
  std::string fault_of_books();

  ManualClock clock_;
  Host host_;
  Engine engine_;
  std::array<Session*, kClients> clients_{};
  std::string transcript_;
  std::array<std::string, kClients> sent_;
};

}  // namespace redouble
