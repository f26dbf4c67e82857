// Many clients of one engine on a manual clock, and a seeded scheduler that decides who does what next: a
// command or a part of one, reading a part of what was sent, waiting, leaving at any point. The same seed is
// the same run, byte by byte.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "server/request_batch.h"
#include "tests/simulation/vocabulary.h"

namespace redouble {

class Simulation {
 public:
  /// With `is_quick` requests go the way of Engine::execute_quietly where they may, as in a server.
  explicit Simulation(std::uint64_t seed, bool is_quick = false);

  /// What is told of one step: what was done, and all bytes that anybody was sent.
  const std::vector<std::string>& transcript() const { return transcript_; }
  void run(std::size_t steps);
  /// Everybody leaves; what is wrong then, or nothing.
  std::string end();

 private:
  static constexpr std::size_t kClients = 9;

  /// A connection as the server keeps it: bytes that came, bytes that are to go.
  struct Client {
    Session* session = nullptr;
    std::string input;   // come and not executed yet
    std::string unsent;  // of a request that is under way
    std::string name;
  };

  void step();
  void connect(Client& client);
  void leave(Client& client, std::string_view why);
  void send(Client& client);
  void process(Client& client);
  void deliver();
  bool may_process(const Client& client) const;
  void advance(Micros by);
  std::string ask(Session& session, const std::vector<std::string>& words);
  std::string fault_of_tables() const;
  void tell(std::string_view text) { transcript_.back() += text; }

  const bool is_quick_;
  Dice dice_;
  ManualClock clock_;
  Host host_;
  Engine engine_;
  std::size_t memory_at_start_;
  std::uint64_t last_id_ = 0;
  std::array<Client, kClients> clients_;
  RequestBatch batch_;
  std::vector<std::string> transcript_;
};

}  // namespace redouble
