// Calls of all commands that read and change keys, made by chance from their rows: each is answered by one
// reply that can be read, a replica that is told the changes ends with the same data, and so does a saved
// file.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/rdb/file.h"
#include "protocol/reply_parser.h"
#include "protocol/request_parser.h"
#include "tests/support/engine_fixture.h"
#include "tests/support/random_calls.h"

namespace redouble {
namespace {

std::string shown(const RandomCalls::Words& words) {
  std::string text;
  for (const auto& word : words)
    text += (text.empty() ? "" : " ") + (word.empty() ? "\"\"" : word.substr(0, 40));
  return text;
}

// A server that is written to, and one that follows it.
struct Pair {
  explicit Pair(const EngineFixture::Settings& settings) : master(settings), replica(settings) {
    follower = &master.engine.connect();
    admin = &master.engine.connect();
    master.send_as(*follower, "SYNC");
    applier = &replica.engine.connect_internal();
  }

  std::string call(const RandomCalls::Words& words) {
    const std::vector<std::string_view> argv(words.begin(), words.end());
    master.engine.tick();
    master.engine.execute(master.client, argv);
    if (master.client.is_blocked())
      master.send_as(*admin, "CLIENT", "UNBLOCK", std::to_string(master.client.id));
    follow();
    return EngineFixture::received(master.client);
  }
  void follow() {
    const std::string bytes = EngineFixture::received(*follower);
    std::string_view left = bytes;
    RequestParser parser;
    while (!left.empty()) {
      REQUIRE(parser.parse(left, {}) == RequestParser::Status::request);
      apply(parser.argv());
      left.remove_prefix(parser.consumed());
    }
  }
  void apply(Argv argv) {
    std::vector<std::string_view> words(argv.begin(), argv.end());
    // A client may not give a LIMIT where nothing is left to chance; a replica takes it from its master.
    if (words[0] == "XADD" || words[0] == "XTRIM") {
      const auto limit = std::find(words.begin(), words.end(), "LIMIT");
      if (limit != words.end()) words.erase(limit, limit + 2);
    }
    replica.engine.tick();
    replica.engine.execute(*applier, words);
    CAPTURE(words);
    REQUIRE_FALSE(EngineFixture::received(*applier).starts_with("-"));
  }
  void advance_ms(std::int64_t ms) {
    master.clock.advance(ms * 1000);
    replica.clock.advance(ms * 1000);
    master.engine.tick();
    follow();
    replica.engine.tick();
  }

  EngineFixture master, replica;
  Session* follower;
  Session* admin;
  Session* applier;
};

void play(Pair& pair, std::uint64_t seed, int calls) {
  RandomCalls source(seed, pair.master.engine.now_ms());
  std::string recent;
  for (int i = 0; i < calls; ++i) {
    const auto words = source.next();
    recent += shown(words) + "\n";
    CAPTURE(seed, i, recent);
    ReplyParser parser;
    parser.feed(pair.call(words));
    REQUIRE(parser.next());
    REQUIRE(parser.idle());
    if (source.random().below(20) == 0)
      pair.advance_ms(static_cast<std::int64_t>(source.random().below(500)));
    if (i % 20 != 19) continue;
    REQUIRE(pair.master.send("DEBUG", "DIGEST") == pair.replica.send("DEBUG", "DIGEST"));
    recent.clear();
  }
}

}  // namespace

TEST_CASE("Any call: one reply, and a replica with the same data", "[random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4);
  EngineFixture::Settings settings = {{"enable-debug-command", "yes"}, {"proto-max-bulk-len", "1mb"}};
  if (seed % 2 == 0)
    settings.insert(settings.end(), {{"hash-max-listpack-entries", "3"},
                                     {"set-max-intset-entries", "3"},
                                     {"zset-max-listpack-entries", "3"},
                                     {"list-max-listpack-size", "3"},
                                     {"stream-node-max-entries", "4"},
                                     {"maxmemory-policy", "allkeys-lfu"}});
  Pair pair(settings);
  if (seed > 2) pair.master.send("HELLO", "3");
  play(pair, seed, 3000);
  const std::string digest = pair.master.send("DEBUG", "DIGEST");
  RdbFile file = read_rdb_file(pair.master.engine, write_rdb_file(pair.master.engine));
  CHECK(file.error == "");
  for (int i = 0; i < pair.replica.engine.databases(); ++i)
    pair.replica.engine.db(i).replace_keys(std::move(file.databases[static_cast<std::size_t>(i)]));
  CHECK(pair.replica.send("DEBUG", "DIGEST") == digest);
  pair.master.send("FLUSHALL", "SYNC");
  const auto& keys = pair.master.engine.db(0).keys();
  CHECK(keys.size() == 0);
  CHECK(keys.bytes() == keys.table_bytes());
}

}  // namespace redouble
