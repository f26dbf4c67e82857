// Engine::is_quiet and execute_quietly: the quick way of a pipeline's requests shows nobody anything else
// than `execute`, and is closed whenever there is something to look after.
#include <algorithm>
#include <catch2/catch.hpp>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/command_table.h"
#include "protocol/ascii.h"
#include "tests/support/engine_fixture.h"
#include "tests/support/random_calls.h"

namespace redouble {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t kEnough = 64 * 1024;

// A server with a client, another one that may be in its way, one that listens, and one that ends waiting.
struct Pair {
  explicit Pair(bool quickly)
      : is_quick(quickly), f(EngineFixture::Settings{{"enable-debug-command", "yes"}}) {
    f.send("CONFIG", "SET", "notify-keyspace-events", "KEA");
    f.send("CONFIG", "SET", "slowlog-log-slower-than", "0");
    f.send_as(listener, "HELLO", "3");
    f.send_as(listener, "PSUBSCRIBE", "*");
  }

  // What is sent to all of them. As in a server the client's requests come in batches of some, before which
  // time is looked at and the gates are asked.
  std::string call(Session& session, const Words& words) {
    const std::vector<std::string_view> argv(words.begin(), words.end());
    const Argv request = argv;
    if (&session != &f.client || left-- == 0) {
      f.engine.tick();
      is_quiet = is_quick && f.engine.is_quiet(f.client);
      left = 7;
    }
    if (session.is_blocked()) return "waits";
    is_quiet = is_quiet && &session == &f.client && f.engine.execute_quietly(session, {&request, 1}, 1) == 1;
    if (is_quiet)
      ++quick;
    else
      f.engine.execute(session, argv);
    if (f.client.is_blocked()) f.send_as(third, "CLIENT", "UNBLOCK", std::to_string(f.client.id));
    return f.received(f.client) + f.received(other) + f.received(listener);
  }
  // Requests of the client that come together, as far as they go the quick way.
  std::string call_together(const std::vector<Words>& requests) {
    std::vector<std::vector<std::string_view>> words;
    for (const Words& each : requests) words.emplace_back(each.begin(), each.end());
    const std::vector<Argv> all(words.begin(), words.end());
    f.engine.tick();
    std::size_t i = 0;
    while (i < all.size()) {
      const bool is_open = is_quick && f.engine.is_quiet(f.client);
      std::size_t n = is_open ? f.engine.execute_quietly(f.client, std::span(all).subspan(i), kEnough) : 0;
      quick += n;
      if (n == 0) {
        f.engine.execute(f.client, all[i]);
        if (f.client.is_blocked()) f.send_as(third, "CLIENT", "UNBLOCK", std::to_string(f.client.id));
        n = 1;
      }
      i += n;
    }
    return f.received(f.client) + f.received(other) + f.received(listener);
  }
  std::string send(std::string_view request, Session& session) {
    Words words;
    for (std::size_t at = 0; at < request.size();) {
      const std::size_t end = std::min(request.find(' ', at), request.size());
      words.emplace_back(request.substr(at, end - at));
      at = end + 1;
    }
    return call(session, words);
  }

  bool is_quick, is_quiet = false;
  int left = 0;
  std::size_t quick = 0;
  EngineFixture f;
  Session& other = f.engine.connect();
  Session& listener = f.engine.connect();
  Session& third = f.engine.connect();
};

// What ends the quiet, or does not, and what brings it back; sent by the client itself, or by the other.
struct Disturbance {
  bool by_other;
  const char* begin;
  const char* end;
};
constexpr Disturbance kDisturbances[] = {
    {true, "MONITOR", "RESET"},
    {true, "CONFIG SET maxmemory 100mb", "CONFIG SET maxmemory 0"},
    {true, "CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"},
    {true, "CONFIG SET maxmemory-clients 1gb", "CONFIG SET maxmemory-clients 0"},
    {true, "CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0"},
    {true, "CLIENT PAUSE 100000 WRITE", "CLIENT UNPAUSE"},
    {true, "CLIENT TRACKING ON BCAST", "CLIENT TRACKING OFF"},
    {true, "REDOUBLE FAULT ADD down COMMAND GET ERROR LOADING", "REDOUBLE FAULT CLEAR"},
    {true, "ACL SETUSER default -@write", "ACL SETUSER default +@all"},
    {false, "HELLO 3", "HELLO 2"},
    {false, "MULTI", "EXEC"},
    {false, "CLIENT TRACKING ON", "CLIENT TRACKING OFF"},
    {false, "CLIENT REPLY OFF", "CLIENT REPLY ON"},
    {false, "SUBSCRIBE news", "UNSUBSCRIBE news"},
};

}  // namespace

TEST_CASE("The quick way: the same replies, messages and statistics", "[quiet][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4);
  Pair quick(true), plain(false);
  RandomCalls source(seed, quick.f.engine.now_ms());
  const auto both = [&](bool by_other, std::string_view request) {
    CAPTURE(request);
    REQUIRE(quick.send(request, by_other ? quick.other : quick.f.client) ==
            plain.send(request, by_other ? plain.other : plain.f.client));
  };
  for (int i = 0; i < 4000; ++i) {
    const auto chance = source.random().below(60);
    if (chance < std::size(kDisturbances)) {
      const Disturbance& each = kDisturbances[chance];
      both(each.by_other, each.begin);
      for (int n = 0; n < 3; ++n) both(false, "SET key value");
      both(each.by_other, each.end);
    }
    if (chance == 21) both(false, "PUBLISH news message");
    if (chance == 22) both(false, "MIGRATE host 1 nokey 0 100 COPY AUTH secret");
    if (chance == 23) both(false, "SLOWLOG GET 20");
    if (chance == 20) both(true, "BLPOP k1 k2 k3 0.2");
    if (chance > 50)
      for (Pair* pair : {&quick, &plain}) pair->f.clock.advance(static_cast<Micros>(chance) * 1000);
    const Words words = source.next();
    CAPTURE(seed, i, words);
    REQUIRE(quick.call(quick.f.client, words) == plain.call(plain.f.client, words));
  }
  CHECK(quick.quick > 1500);
  for (const char* what : {"stats", "commandstats", "errorstats", "latencystats", "keyspace", "memory"})
    both(false, std::string("INFO ") + what);
  both(false, "DEBUG DIGEST");
  both(false, "SLOWLOG GET 200");
}

TEST_CASE("The quick way: many requests that come together", "[quiet][random]") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  Pair quick(true), plain(false);
  for (Pair* pair : {&quick, &plain}) pair->send("CONFIG SET slowlog-log-slower-than 10000", pair->f.client);
  RandomCalls source(seed, quick.f.engine.now_ms());
  std::size_t requests = 0;
  for (int i = 0; i < 250; ++i) {
    std::vector<Words> together(1 + source.random().below(40));
    for (Words& each : together)
      // Many of one kind in a row, too.
      each = source.random().below(3) > 0 && &each != &together.front() ? *(&each - 1) : source.next();
    for (Pair* pair : {&quick, &plain}) {
      if (i % 3 == 0) pair->send("BLPOP k1 k2 k3 0.2", pair->other);
      pair->f.clock.advance(500);
    }
    if (i % 10 == 0) together.insert(together.end(), {{"FLUSHALL"}, {"FLUSHALL"}});
    requests += together.size();
    CAPTURE(seed, i);
    REQUIRE(quick.call_together(together) == plain.call_together(together));
  }
  CHECK(quick.quick > requests / 2);
  for (const char* what : {"stats", "commandstats", "errorstats", "latencystats", "keyspace", "memory"}) {
    const std::string request = std::string("INFO ") + what;
    CHECK(quick.send(request, quick.f.client) == plain.send(request, plain.f.client));
  }
  CHECK(quick.send("DEBUG DIGEST", quick.f.client) == plain.send("DEBUG DIGEST", plain.f.client));
}

// FLUSHALL looks at the memory in use before it empties the data, and each kind of command that was called
// has a histogram there: that of the call before it, too.
TEST_CASE("The quick way: the memory's peak inside a batch", "[quiet]") {
  Pair quick(true), plain(false);
  const auto peak_of = [](Pair& pair) {
    pair.send("CONFIG SET slowlog-log-slower-than 10000", pair.f.client);
    pair.send("CONFIG RESETSTAT", pair.f.client);
    pair.call_together({{"INCR", "k"}, {"SETRANGE", "k", "60000", "x"}, {"FLUSHALL"}});
    const std::string info = pair.send("INFO memory", pair.f.client);
    const std::size_t at = info.find("used_memory_peak:");
    REQUIRE(at != std::string::npos);
    return info.substr(at, info.find('\r', at) - at);
  };
  CHECK(peak_of(quick) == peak_of(plain));
  CHECK(quick.quick == 3);
}

TEST_CASE("The quick way: closed while there is something to look after", "[quiet]") {
  Pair pair(true);
  REQUIRE(pair.f.engine.is_quiet(pair.f.client));
  for (const Disturbance& each : kDisturbances) {
    INFO(each.begin);
    Session& by = each.by_other ? pair.other : pair.f.client;
    CHECK(pair.send(each.begin, by).substr(0, 1) != "-");
    CHECK(pair.f.engine.is_quiet(pair.f.client) == (std::string_view(each.begin) == "HELLO 3"));
    pair.send(each.end, by);
    CHECK(pair.f.engine.is_quiet(pair.f.client));
  }
  struct : Recorder::Listener {
    void happened(const Happening&) override {}
  } listener;
  pair.f.engine.recorder.add(listener, {Recorder::Kind::command_executed});
  CHECK_FALSE(pair.f.engine.is_quiet(pair.f.client));
  pair.f.engine.recorder.remove(listener);
  CHECK(pair.f.engine.is_quiet(pair.f.client));
  pair.send("SYNC", pair.other);
  CHECK_FALSE(pair.f.engine.is_quiet(pair.f.client));
  pair.f.engine.disconnect(pair.other);
  pair.f.engine.rename_command("GET", "TAKE");
  CHECK_FALSE(pair.f.engine.is_quiet(pair.f.client));
}

TEST_CASE("The quick way: only for plain commands, and nothing else happens", "[quiet]") {
  EngineFixture f;
  const auto goes = [&](std::vector<std::string_view> argv) {
    const Argv request = argv;
    const bool went = f.engine.execute_quietly(f.client, {&request, 1}, 1) == 1;
    CHECK(f.received(f.client).empty() != went);
    return went;
  };
  CHECK(goes({"set", "k", "v"}));
  CHECK(goes({"INCR", "k"}));  // an error of its own
  CHECK(goes({"FLUSHALL"}));
  CHECK(goes({"PUBLISH", "c", "m"}));
  CHECK_FALSE(goes({}));
  CHECK_FALSE(goes({"NOSUCH"}));
  CHECK_FALSE(goes({"GET"}));
  CHECK_FALSE(goes({"PING"}));
  CHECK_FALSE(goes({"MULTI"}));
  CHECK_FALSE(goes({"CONFIG", "GET", "*"}));
  CHECK_FALSE(goes({"OBJECT", "ENCODING", "k"}));
  CHECK_FALSE(goes({"OBJECT|ENCODING", "OBJECT", "k"}));
  CHECK_FALSE(goes({"SUBSCRIBE", "c"}));
  CHECK_FALSE(goes({"BLPOP", "k", "0"}));
  CHECK_FALSE(goes({"XREAD", "STREAMS", "k", "0"}));
  CHECK_FALSE(goes({"EVAL", "return 1", "0"}));
  CHECK_FALSE(goes({"FCALL_RO", "f", "0"}));
  CHECK(f.engine.stats.commands_processed == 4);
  CHECK(f.engine.stats.error_replies == 1);
}

// Whoever adds a command sees here whether it goes that way, and whether it may.
TEST_CASE("The quick way: whose it is", "[quiet]") {
  const std::string expected =
      "get set setnx setex psetex getset getdel getex mget mset msetnx strlen append getrange "
      "substr setrange lcs incr decr incrby decrby incrbyfloat bitcount bitop bitpos getbit "
      "setbit bitfield bitfield_ro pfadd pfcount pfmerge copy del exists move rename renamenx "
      "touch type unlink dbsize swapdb flushdb flushall expire pexpire expireat pexpireat ttl "
      "pttl expiretime pexpiretime persist scan keys randomkey lpush rpush lpushx rpushx llen "
      "lindex lrange lpos lset linsert lrem ltrim lmove rpoplpush lpop rpop lmpop hset hsetnx "
      "hmset hget hmget hgetall hkeys hvals hlen hstrlen hexists hdel hincrby hincrbyfloat "
      "hrandfield hscan sadd srem sismember smismember scard smove spop srandmember sscan sinter "
      "smembers sinterstore sintercard sunion sunionstore sdiff sdiffstore zadd zincrby zrem "
      "zcard zscore zmscore zrank zrevrank zrandmember zscan zrange zrevrange zrangebyscore "
      "zrevrangebyscore zrangebylex zrevrangebylex zrangestore zcount zlexcount zremrangebyrank "
      "zremrangebyscore zremrangebylex zpopmin zpopmax zmpop zunion zinter zdiff zunionstore "
      "zinterstore zdiffstore zintercard geoadd geodist geohash geopos geosearch geosearchstore "
      "georadius georadius_ro georadiusbymember georadiusbymember_ro xadd xtrim xdel xlen xrange "
      "xrevrange xsetid xack xpending xclaim xautoclaim publish spublish lolwut dump restore "
      "restore-asking migrate sort sort_ro ";
  std::string names;
  for (const Command* command : CommandTable::standard().commands())
    if (command->plain) names += to_lower(command->name) + " ";
  CHECK(names == expected);
}

}  // namespace redouble
