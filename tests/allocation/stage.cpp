#include "tests/allocation/stage.h"

#include <new>

#include "engine/memory_model.h"
#include "protocol/reply_parser.h"

namespace redouble {
namespace {

constexpr std::size_t kMaxWords = 80;
const std::string kLong(200, 'l');

// The words of a line, without memory.
struct Words {
  std::array<std::string_view, kMaxWords> words;
  std::size_t n = 0;

  explicit Words(std::string_view line) {
    while (!line.empty()) {
      const std::size_t space = line.find('\1');
      const std::string_view word = line.substr(0, space);
      words[n++] = word == "~" ? std::string_view(kLong) : word == "''" ? std::string_view() : word;
      line = space == line.npos ? std::string_view() : line.substr(space + 1);
    }
  }
  Argv argv() const { return {words.data(), n}; }
};

EngineFixture::Settings with_debug(EngineFixture::Settings settings) {
  settings.push_back({"enable-debug-command", "yes"});
  return settings;
}

// Whole replies and nothing else.
bool is_well_formed(std::string_view bytes) {
  ReplyParser parser;
  parser.feed(bytes);
  while (parser.next()) continue;
  return !parser.failed() && parser.idle();
}

}  // namespace

Stage::Stage(const EngineFixture::Settings& settings)
    : engine_(clock_, EngineFixture::configured(with_debug(settings)), host_, 1, scripting()) {
  transcript_.reserve(std::size_t{1} << 20);
  for (auto& sent : sent_) sent.reserve(std::size_t{1} << 18);
}

void Stage::connect(std::size_t client) {
  if (clients_[client] == nullptr) clients_[client] = &engine_.connect();
}

void Stage::leave(std::size_t client) {
  if (clients_[client] == nullptr) return;
  engine_.disconnect(*clients_[client]);
  clients_[client] = nullptr;
  sent_[client].clear();
}

void Stage::leave_all() {
  for (std::size_t i = 0; i < kClients; ++i) leave(i);
}

// What a server does between commands: sends what there is, closes who is to be closed.
void Stage::collect() {
  while (engine_.next_dirty() != nullptr) continue;
  for (std::size_t i = 0; i < kClients; ++i) {
    if (clients_[i] == nullptr) continue;
    Session& session = *clients_[i];
    if (!session.out.empty()) {
      transcript_ += static_cast<char>('a' + i);
      transcript_ += session.out.view();
      sent_[i] += session.out.view();
      session.bytes_out += session.out.size();
      session.out.clear();
    }
    if (session.close_now || session.close_after_reply) {
      transcript_ += static_cast<char>('A' + i);
      leave(i);
    }
  }
}

void Stage::run(std::size_t client, std::string_view line) {
  const Words words(line);
  try {
    connect(client);
  } catch (const std::bad_alloc&) {
    return;
  }
  if (clients_[client]->is_blocked()) return;
  engine_.tick();
  engine_.execute(*clients_[client], words.argv());
  collect();
}

void Stage::wait(std::int64_t ms) {
  clock_.advance(ms * 1000);
  engine_.tick();
  collect();
}

std::string Stage::take_transcript() {
  std::string taken = transcript_;
  transcript_.clear();
  return taken;
}

std::string Stage::ask(Session& session, std::vector<std::string> words) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  engine_.execute(session, views);
  std::string bytes(session.out.view());
  session.out.clear();
  return bytes;
}

std::string Stage::fault() {
  engine_.tick();
  for (std::size_t i = 0; i < kClients; ++i)
    if (clients_[i] != nullptr && !clients_[i]->is_replica() && !is_well_formed(sent_[i]))
      return "client " + std::to_string(i) + " was sent no whole replies: " + sent_[i];
  leave_all();
  Session& session = engine_.connect();
  if (ask(session, {"CONFIG", "SET", "maxmemory", "0"}) != "+OK\r\n") return "CONFIG SET does not work";
  if (ask(session, {"CLIENT", "UNPAUSE"}) != "+OK\r\n") return "CLIENT UNPAUSE does not work";
  for (const char* const rules : {"FAULT", "GATE"})
    if (ask(session, {"REDOUBLE", rules, "CLEAR"})[0] != ':') return "rules cannot be cleared";
  if (ask(session, {"PING"}) != "+PONG\r\n") return "PING does not work";
  const std::string digest = ask(session, {"DEBUG", "DIGEST"});
  if (digest.size() != 43 || digest[0] != '+') return "DEBUG DIGEST says " + digest;
  const std::string reloaded = ask(session, {"DEBUG", "RELOAD"});
  if (reloaded != "+OK\r\n") return "DEBUG RELOAD says " + reloaded;
  if (const auto again = ask(session, {"DEBUG", "DIGEST"}); again != digest)
    return "DEBUG DIGEST was " + digest + ", and is " + again + " after a reload";
  std::string wrong = fault_of_books();
  if (ask(session, {"FLUSHALL"}) != "+OK\r\n") return "FLUSHALL does not work";
  if (ask(session, {"FUNCTION", "FLUSH"}) != "+OK\r\n") return "FUNCTION FLUSH does not work";
  engine_.disconnect(session);
  if (!engine_.waiters.empty() || engine_.waiters.has_ready()) return "somebody waits for a key still";
  if (!engine_.watches.empty()) return "somebody watches a key still";
  if (!engine_.pubsub.empty() || !engine_.pubsub.shard_channels().empty()) return "somebody listens still";
  if (engine_.tracking.clients() != 0 || engine_.tracking.prefixes() != 0)
    return "somebody tracks keys still";
  if (engine_.blocked_clients() != 0) return "clients are counted as blocked that are gone";
  return wrong;
}

// Nothing may be left of the memory accounted for when all keys have been deleted one by one.
std::string Stage::fault_of_books() {
  Session& session = engine_.connect();
  for (int i = 0; i < engine_.databases(); ++i) {
    ask(session, {"SELECT", std::to_string(i)});
    Keyspace& keys = engine_.db(i).keys();
    std::vector<std::string> names;
    for (const Entry* entry : keys.entries()) names.emplace_back(entry->key());
    for (const auto& name : names)
      if (ask(session, {"DEL", name}) != ":1\r\n") return "a key cannot be deleted: " + name;
    if (keys.size() != 0 || keys.timed() != 0) return "keys that are not there are counted";
    if (keys.bytes() != keys.table_bytes()) return "bytes of keys that are gone are counted";
    if (keys.modelled_bytes() !=
        memory_model::table_bytes(keys.buckets(keys.rehashing() ? 1 : 0)) + memory_model::expires_bytes(0))
      return "memory of keys that are gone is counted";
    if (engine_.eviction_order.first() != nullptr && i + 1 == engine_.databases())
      return "keys that are gone stand in the order of eviction";
  }
  engine_.disconnect(session);
  return {};
}

}  // namespace redouble
