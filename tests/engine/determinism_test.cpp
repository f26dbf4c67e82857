// One seed decides all that is random: the same seed and the same commands give the same bytes, another seed
// gives others.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "engine/random.h"
#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;
using redouble::Random;

namespace {

using Request = std::vector<std::string>;
using Stream = std::vector<Request>;

// Everything that these commands answer on a server with that seed.
std::string answers(const Stream& stream, std::uint64_t seed, const EngineFixture::Settings& settings = {}) {
  EngineFixture f(settings, seed);
  std::string bytes;
  for (const Request& request : stream) {
    const std::vector<std::string_view> argv(request.begin(), request.end());
    f.engine.tick();
    f.engine.execute(f.client, argv);
    bytes += f.received(f.client);
    f.clock.advance(700'000);
  }
  return bytes;
}

void decided_by_the_seed(const Stream& stream, const EngineFixture::Settings& settings = {}) {
  const std::string once = answers(stream, 7, settings);
  CHECK((once == answers(stream, 7, settings)));
  CHECK((once != answers(stream, 8, settings)));
}

// A key of each type, with more members than a compact encoding takes, and their number.
Stream filled() {
  Stream stream;
  for (int i = 0; i < 600; ++i) {
    const std::string n = std::to_string(i), member = "member:" + n;
    stream.push_back({"SADD", "set", member});
    stream.push_back({"HSET", "hash", member, n});
    stream.push_back({"ZADD", "zset", n, member});
    stream.push_back({"SET", "key:" + n, n});
  }
  return stream;
}

Stream filled_and(const Stream& more) {
  Stream stream = filled();
  stream.insert(stream.end(), more.begin(), more.end());
  return stream;
}

// Some of everything, chosen by a sequence that is always the same.
Stream mixed() {
  Random choice(99);
  const auto number = [&](std::uint64_t n) { return std::to_string(choice.below(n)); };
  Stream stream = {{"CONFIG", "SET", "maxmemory-policy", "allkeys-lfu"},
                   {"CONFIG", "SET", "maxmemory", "1100000"}};
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = "k" + number(300), set = "s" + number(20), hash = "h" + number(20);
    switch (choice.below(20)) {
      case 0:
        stream.push_back({"SET", key, number(1'000'000)});
        break;
      case 1:
        stream.push_back({"SET", key, "v", "PX", std::to_string(1 + choice.below(9'000))});
        break;
      case 2:
        stream.push_back({"GET", key});
        break;
      case 3:
        stream.push_back({"SADD", set, number(2'000), "m" + number(2'000)});
        break;
      case 4:
        stream.push_back({"SPOP", set});
        break;
      case 5:
        stream.push_back({"SPOP", set, number(4)});
        break;
      case 6:
        stream.push_back({"SRANDMEMBER", set, "-5"});
        break;
      case 7:
        stream.push_back({"RANDOMKEY"});
        break;
      case 8:
        stream.push_back({"SCAN", "0", "COUNT", "20"});
        break;
      case 9:
        stream.push_back({"HSET", hash, "f" + number(1'000), number(1'000)});
        break;
      case 10:
        stream.push_back({"HRANDFIELD", hash, "3", "WITHVALUES"});
        break;
      case 11:
        stream.push_back({"HGETALL", hash});
        break;
      case 12:
        stream.push_back({"ZADD", "z" + set, number(50), number(1'000)});
        break;
      case 13:
        stream.push_back({"ZRANDMEMBER", "z" + set, "4"});
        break;
      case 14:
        stream.push_back({"OBJECT", "FREQ", key});
        break;
      case 15:
        stream.push_back({"ACL", "GENPASS"});
        break;
      case 16:
        stream.push_back({"XADD", "stream", "MAXLEN", "~", "50", "*", "n", number(9)});
        break;
      case 17:
        stream.push_back({"SSCAN", set, "0"});
        break;
      case 18:
        stream.push_back(
            {"EVAL", "return {redis.call('SRANDMEMBER', KEYS[1]), math.random(1000)}", "1", set});
        break;
      default:
        stream.push_back({"DEL", key});
        break;
    }
  }
  stream.push_back({"KEYS", "*"});
  stream.push_back({"INFO", "stats"});
  return stream;
}

}  // namespace

TEST_CASE("Seed: a long mixed stream of commands answers the same bytes", "[seed]") {
  decided_by_the_seed(mixed());
}

TEST_CASE("Seed: decides each thing that is random", "[seed]") {
  SECTION("SPOP") {
    decided_by_the_seed(filled_and({{"SPOP", "set", "5"}, {"SPOP", "set"}}));
  }
  SECTION("SRANDMEMBER") {
    decided_by_the_seed(filled_and({{"SRANDMEMBER", "set", "-9"}}));
  }
  SECTION("HRANDFIELD") {
    decided_by_the_seed(filled_and({{"HRANDFIELD", "hash", "9"}}));
  }
  SECTION("ZRANDMEMBER") {
    decided_by_the_seed(filled_and({{"ZRANDMEMBER", "zset", "9"}}));
  }
  SECTION("RANDOMKEY") {
    decided_by_the_seed(filled_and({{"RANDOMKEY"}, {"RANDOMKEY"}}));
  }
  SECTION("the order of SCAN") {
    decided_by_the_seed(filled_and({{"SCAN", "0", "COUNT", "30"}}));
  }
  SECTION("the order of KEYS") {
    decided_by_the_seed(filled_and({{"KEYS", "*"}}));
  }
  SECTION("the order of a hash") {
    decided_by_the_seed(filled_and({{"HGETALL", "hash"}}));
  }
  SECTION("the order of a set") {
    decided_by_the_seed(filled_and({{"SMEMBERS", "set"}}));
  }
  SECTION("the order of SSCAN") {
    decided_by_the_seed(filled_and({{"SSCAN", "set", "0"}}));
  }
  SECTION("ACL GENPASS") {
    decided_by_the_seed({{"ACL", "GENPASS"}});
  }
  SECTION("the run id and the replication id") {
    decided_by_the_seed({{"INFO", "server"}});
    decided_by_the_seed({{"INFO", "replication"}});
  }
  SECTION("eviction") {
    // What is left of the small keys.
    Request which = {"MGET"};
    for (int i = 0; i < 600; ++i) which.push_back("key:" + std::to_string(i));
    Stream stream = filled();
    for (int bytes = 1'230'000; bytes > 1'100'000; bytes -= 10'000) {
      stream.push_back({"CONFIG", "SET", "maxmemory", std::to_string(bytes)});
      stream.push_back(which);
    }
    decided_by_the_seed(stream, {{"maxmemory-policy", "allkeys-random"}});
    decided_by_the_seed(stream, {{"maxmemory-policy", "allkeys-lru"}, {"redouble-eviction", "sampled"}});
  }
  SECTION("counters of LFU") {
    Stream stream{{"SET", "k", "v"}};
    for (int i = 0; i < 300; ++i) stream.push_back({"GET", "k"});
    for (int i = 0; i < 40; ++i) {
      stream.push_back({"GET", "k"});
      stream.push_back({"OBJECT", "FREQ", "k"});
    }
    decided_by_the_seed(stream, {{"maxmemory-policy", "allkeys-lfu"}, {"lfu-log-factor", "1"}});
  }
}

TEST_CASE("REDOUBLE SEED: tells the seed, and begins the sequence anew", "[seed]") {
  EngineFixture f({}, 18446744073709551615u);
  CHECK(f.send("REDOUBLE", "SEED") == "$20\r\n18446744073709551615\r\n");
  for (int i = 0; i < 100; ++i) f.send("SADD", "s", std::to_string(i));
  const auto draw = [&] { return f.send("SRANDMEMBER", "s", "-20"); };
  const std::string untouched = draw();
  CHECK(f.send("REDOUBLE", "SEED", "42") == "+OK\r\n");
  CHECK(f.send("REDOUBLE", "SEED") == "$2\r\n42\r\n");
  const std::string first = draw(), second = draw();
  CHECK(first != second);
  f.send("REDOUBLE", "SEED", "42");
  CHECK(draw() == first);
  CHECK(draw() == second);
  f.send("REDOUBLE", "SEED", "43");
  CHECK(draw() != first);
  for (const auto* wrong : {"0", "-1", "x", "", "1.5", "18446744073709551616", " 1"})
    CHECK(f.send("REDOUBLE", "SEED", wrong) ==
          "-ERR '" + std::string(wrong) + "' is no seed: a whole number from 1 to 18446744073709551615\r\n");
  CHECK(f.send("REDOUBLE", "SEED", "1", "2") == "-ERR syntax error\r\n");
  CHECK(f.send("REDOUBLE", "SEED", "HELP").find("REDOUBLE SEED [<n>]") != std::string::npos);
  CHECK(f.send("REDOUBLE", "SEED") == "$2\r\n43\r\n");
}

TEST_CASE("Seed: a reset of the engine begins the sequence of the start anew", "[seed]") {
  EngineFixture f({}, 5);
  const std::string first = f.send("ACL", "GENPASS");
  f.send("REDOUBLE", "SEED", "42");
  f.send("ACL", "GENPASS");
  f.engine.reset(redouble::Config());
  CHECK(f.send("REDOUBLE", "SEED") == "$1\r\n5\r\n");
  CHECK(f.send("ACL", "GENPASS") == first);
}
