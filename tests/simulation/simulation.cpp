#include "tests/simulation/simulation.h"

#include "protocol/quoted.h"
#include "scripting/scripting.h"
#include "tests/support/engine_fixture.h"

namespace redouble {
namespace {

std::string quoted(std::string_view bytes) {
  std::string text;
  append_quoted(text, bytes);
  return text;
}

}  // namespace

Simulation::Simulation(std::uint64_t seed, bool is_quick)
    : is_quick_(is_quick),
      dice_(seed),
      engine_(clock_,
              EngineFixture::configured({{"notify-keyspace-events", "KEA"}, {"enable-debug-command", "yes"}}),
              host_, seed, scripting()),
      memory_at_start_(engine_.used_memory()) {
  for (std::size_t i = 0; i < kClients; ++i) clients_[i].name = std::string(1, static_cast<char>('a' + i));
}

void Simulation::run(std::size_t steps) {
  transcript_.reserve(steps);
  for (std::size_t i = 0; i < steps; ++i) {
    transcript_.emplace_back();
    step();
    deliver();
  }
}

void Simulation::step() {
  Client& client = clients_[dice_.below(kClients)];
  if (client.session == nullptr) return connect(client);
  switch (dice_.below(20)) {
    case 0:
      return leave(client, "leaves");
    case 1:
      return advance(static_cast<Micros>(dice_.below(2'000'000)));
    case 2:
      return advance(dice_.one_in(20) ? 86'400'000'000 : 0);
    default:
      return send(client);
  }
}

void Simulation::connect(Client& client) {
  client.session = &engine_.connect();
  client.session->address = "127.0.0.1:" + std::to_string(10'000 + client.session->id);
  last_id_ = client.session->id;
  tell(client.name + " connects");
}

void Simulation::leave(Client& client, std::string_view why) {
  tell(client.name + " ");
  tell(why);
  engine_.disconnect(*client.session);
  client.session = nullptr;
  client.input.clear();
  client.unsent.clear();
}

void Simulation::advance(Micros by) {
  clock_.advance(by);
  tell("time goes on by " + std::to_string(by));
  engine_.tick();
}

// A part of the request that is under way, or of a new one; often the whole.
void Simulation::send(Client& client) {
  if (client.unsent.empty())
    for (std::uint64_t n = dice_.one_in(6) ? 4 : 1; n > 0; --n)
      client.unsent += encoded(random_command(dice_, last_id_));
  const std::size_t n = dice_.one_in(5) ? dice_.below(client.unsent.size()) : client.unsent.size();
  tell(client.name + ": " + quoted(client.unsent.substr(0, n)));
  client.input += client.unsent.substr(0, n);
  client.unsent.erase(0, n);
  engine_.tick();
  process(client);
}

bool Simulation::may_process(const Client& client) const {
  const Session& session = *client.session;
  return !session.is_blocked() && !session.close_now && !session.close_after_reply && !engine_.asleep();
}

// As in a server what has come is parsed before the first of it is executed.
void Simulation::process(Client& client) {
  RequestParser parser;
  batch_.clear();
  for (std::string_view rest = client.input; !batch_.full(); rest.remove_prefix(parser.consumed())) {
    if (parser.parse(rest, {}, batch_.room()) != RequestParser::Status::request) break;
    batch_.add(parser.argv(), parser.consumed());
  }
  std::size_t i = 0, executed = 0;
  bool is_quiet = is_quick_ && engine_.is_quiet(*client.session);
  while (i < batch_.size() && may_process(client)) {
    batch_.to_fetch(i);
    std::size_t n =
        is_quiet ? engine_.execute_quietly(*client.session, batch_.fetched(i, batch_.size()), 64 * 1024) : 0;
    if (n == 0) {
      is_quiet = false;
      engine_.execute(*client.session, batch_.request(i));
      n = 1;
    }
    for (; n > 0; --n) executed += batch_.bytes(i++);
  }
  client.input.erase(0, executed);
  client.session->query_bytes = client.input.size();
}

// What the server does between two events: sends what the peers take, reads on for who was freed, closes.
void Simulation::deliver() {
  for (auto& client : clients_)
    if (client.session != nullptr && !client.session->out.empty()) engine_.wrote_to(*client.session);
  while (Session* session = engine_.next_dirty()) {
    for (auto& client : clients_) {
      if (client.session != session) continue;
      if (!client.input.empty()) process(client);
      Buffer& out = session->out;
      // A peer that takes a part only.
      const std::size_t n = dice_.one_in(8) && out.size() > 1 ? dice_.below(out.size()) : out.size();
      if (n > 0) tell("\n  " + client.name + " < " + quoted(out.view().substr(0, n)));
      session->bytes_out += n;
      out.consume(n);
      if (session->close_now || (session->close_after_reply && out.empty())) leave(client, "\n  is closed");
      break;
    }
  }
  for (int i = 0; i < 20 && !engine_.garbage.empty(); ++i) engine_.garbage.collect(100);
}

std::string Simulation::ask(Session& session, const std::vector<std::string>& words) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  engine_.tick();
  engine_.execute(session, views);
  std::string bytes(session.out.view());
  session.out.clear();
  return bytes;
}

std::string Simulation::fault_of_tables() const {
  if (!engine_.waiters.empty() || engine_.waiters.has_ready()) return "somebody waits for a key still";
  if (!engine_.watches.empty()) return "somebody watches a key still";
  if (!engine_.pubsub.empty() || !engine_.pubsub.shard_channels().empty()) return "somebody listens still";
  if (engine_.tracking.clients() != 0 || engine_.tracking.prefixes() != 0)
    return "somebody tracks keys still";
  if (engine_.blocked_clients() != 0) return "clients count as blocked that are gone";
  if (!engine_.monitors.empty()) return "somebody monitors still";
  if (!engine_.replication.replicas().empty()) return "somebody follows still";
  if (!engine_.sessions().empty()) return "sessions are left";
  return {};
}

std::string Simulation::end() {
  transcript_.emplace_back("the end ");
  engine_.tick();
  for (auto& client : clients_)
    if (client.session != nullptr) leave(client, "leaves");
  if (auto fault = fault_of_tables(); !fault.empty()) return fault;
  Session& session = engine_.connect();
  engine_.unpause();
  clock_.advance(100'000);  // past any DEBUG SLEEP
  const std::vector<std::vector<std::string>> orders = {
      {"CONFIG", "SET", "maxmemory", "0", "maxmemory-clients", "0"}, {"DEBUG", "SET-ACTIVE-EXPIRE", "1"}};
  for (const auto& order : orders)
    if (ask(session, order) != "+OK\r\n") return order[0] + " does not work";
  const std::string digest = ask(session, {"DEBUG", "DIGEST"});
  if (const auto reply = ask(session, {"DEBUG", "RELOAD"}); reply != "+OK\r\n")
    return "DEBUG RELOAD says " + reply;
  if (ask(session, {"DEBUG", "DIGEST"}) != digest) return "DEBUG RELOAD has changed the data";
  tell(digest);
  // What stays until it is asked to go: scripts, functions, the histograms of the commands that were called.
  for (const std::vector<std::string>& order : {std::vector<std::string>{"FLUSHALL"},
                                                {"SCRIPT", "FLUSH"},
                                                {"FUNCTION", "FLUSH"},
                                                {"CONFIG", "RESETSTAT"}})
    if (const auto reply = ask(session, order); reply != "+OK\r\n") return order[0] + " says " + reply;
  if (engine_.tracking.keys() != 0) return "keys that are gone are remembered";
  engine_.disconnect(session);
  engine_.reset_stats();
  if (const std::size_t used = engine_.used_memory(); used != memory_at_start_)
    return "used_memory was " + std::to_string(memory_at_start_) + " at the start and is " +
           std::to_string(used);
  return fault_of_tables();
}

}  // namespace redouble
