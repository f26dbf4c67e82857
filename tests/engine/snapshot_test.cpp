// Snapshots: what comes back is exactly what was there, large values are shared, and REDOUBLE SNAPSHOT.
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "engine/object.h"
#include "engine/types/set.h"
#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;
using redouble::Entry;
using Words = std::vector<std::string>;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string run(EngineFixture& f, const Words& words) {
  const std::vector<std::string_view> argv(words.begin(), words.end());
  f.engine.execute(f.client, argv);
  return EngineFixture::received(f.client);
}

// Commands at random on few keys of all types, the same for the same seed.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}

  Words next() {
    switch (below(12)) {
      case 0:
      case 1:
        return string();
      case 2:
      case 3:
        return hash();
      case 4:
      case 5:
        return set();
      case 6:
      case 7:
        return sorted_set();
      case 8:
        return list();
      case 9:
        return stream();
      default:
        return any();
    }
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_.below(n); }
  std::string key(const char* type) { return type + std::to_string(below(6)); }
  std::string any_key() {
    static const char* const kTypes[] = {"string", "hash", "set", "zset", "list", "stream"};
    return key(kTypes[below(6)]);
  }
  std::string member() { return "m" + std::to_string(below(60)); }
  std::string text() {
    static constexpr std::size_t kSizes[] = {0, 3, 40, 60, 150, 3000};
    return std::string(kSizes[below(6)], static_cast<char>('a' + below(26)));
  }

  Words string() {
    const auto k = key("string");
    switch (below(8)) {
      case 0:
        return {"SET", k, text()};
      case 1:
        return {"SET", k, std::to_string(below(20000))};
      case 2:
        return {"APPEND", k, text()};
      case 3:
        return {"SETRANGE", k, std::to_string(below(300)), text()};
      case 4:
        return {"INCR", k};
      case 5:
        return {"SETBIT", k, std::to_string(below(4000)), "1"};
      case 6:
        return {"PFADD", "hll", member()};
      default:
        return {"PFCOUNT", "hll"};
    }
  }
  Words hash() {
    const auto k = key("hash");
    switch (below(5)) {
      case 0:
        return {"HDEL", k, member(), member()};
      case 1:
        return {"HRANDFIELD", k, "-3"};
      case 2:
        return {"HINCRBY", k, "n", "7"};
      default:
        return {"HSET", k, member(), text(), member(), member()};
    }
  }
  Words set() {
    const auto k = key("set");
    switch (below(7)) {
      case 0:
        return {"SREM", k, member(), std::to_string(below(30))};
      case 1:
        return {"SPOP", k};
      case 2:
        return {"SRANDMEMBER", k, "-4"};
      case 3:
        return {"SUNIONSTORE", k, key("set"), key("set")};
      case 4:
        return {"SADD", k, std::to_string(below(30))};
      case 5:
        return {"SMOVE", k, key("set"), member()};
      default:
        return {"SADD", k, member(), member(), member()};
    }
  }
  Words sorted_set() {
    const auto k = key("zset");
    switch (below(5)) {
      case 0:
        return {"ZREM", k, member(), member()};
      case 1:
        return {"ZPOPMIN", k};
      case 2:
        return {"ZINCRBY", k, "2.5", member()};
      case 3:
        return {"ZREMRANGEBYRANK", k, "1", "2"};
      default:
        return {"ZADD", k, std::to_string(below(9)), member(), std::to_string(below(9)), member()};
    }
  }
  Words list() {
    const auto k = key("list");
    switch (below(6)) {
      case 0:
        return {"LPOP", k};
      case 1:
        return {"LMOVE", k, key("list"), "LEFT", "RIGHT"};
      case 2:
        return {"LINSERT", k, "BEFORE", member(), text()};
      case 3:
        return {"LTRIM", k, "1", "-2"};
      case 4:
        return {"LPUSH", k, member(), text()};
      default:
        return {"RPUSH", k, member(), text(), member()};
    }
  }
  Words stream() {
    const auto k = key("stream");
    switch (below(9)) {
      case 0:
        return {"XGROUP", "CREATE", k, "g", "0", "MKSTREAM"};
      case 1:
        return {"XREADGROUP", "GROUP", "g", member().substr(0, 2), "COUNT", "3", "STREAMS", k, ">"};
      case 2:
        return {"XACK", k, "g", std::to_string(1 + below(200)) + "-0"};
      case 3:
        return {"XCLAIM", k, "g", "m9", "0", std::to_string(1 + below(200)) + "-0"};
      case 4:
        return {"XAUTOCLAIM", k, "g", "m8", "0", "0", "COUNT", "2"};
      case 5:
        return {"XTRIM", k, "MAXLEN", "20"};
      case 6:
        return {"XDEL", k, std::to_string(1 + below(200)) + "-0"};
      default:
        return {"XADD", k, std::to_string(++id_) + "-0", "field", text()};
    }
  }
  Words any() {
    const auto k = any_key();
    switch (below(12)) {
      case 0:
        return {"DEL", k};
      case 1:
        return {"PEXPIRE", k, std::to_string(1000 + below(100000))};
      case 2:
        return {"PERSIST", k};
      case 3:
        return {"RENAME", k, any_key() + "x"};
      case 4:
        return {"COPY", k, any_key() + "y", "REPLACE"};
      case 5:
        return {"MOVE", k, "1"};
      case 6:
        return {"SELECT", std::to_string(below(2))};
      case 7:
        return {"SET", "k" + std::to_string(below(300)), "v"};
      case 8:
        return {"DEL", "k" + std::to_string(below(300)), "k" + std::to_string(below(300))};
      case 9:
        return {"RANDOMKEY"};
      case 10:
        return {"OBJECT", "ENCODING", k};
      default:
        return {"GET", "k" + std::to_string(below(300))};
    }
  }

  redouble::Random random_;
  int id_ = 0;
};

const EngineFixture::Settings& small_limits() {
  static const EngineFixture::Settings settings{{"hash-max-listpack-entries", "6"},
                                                {"zset-max-listpack-entries", "6"},
                                                {"set-max-intset-entries", "8"},
                                                {"list-max-listpack-size", "5"},
                                                {"stream-node-max-entries", "7"}};
  return settings;
}

// All that a client can see of the data, and of their memory.
std::string all_of(EngineFixture& f) {
  std::string seen = f.send("DEBUG", "DIGEST");
  f.send("SELECT", "0");
  for (const char* db : {"0", "1"}) {
    f.send("SELECT", db);
    std::string cursor = "0";
    do {
      const std::string reply = f.send("SCAN", cursor, "COUNT", "7");
      const auto begin = reply.find("\r\n", 4) + 2;
      cursor = reply.substr(begin, reply.find("\r\n", begin) - begin);
      seen += reply;
    } while (cursor != "0");
    f.engine.db(db[0] - '0').keys().for_each([&](const Entry& entry) {
      const std::string key(entry.key());
      seen += key + ' ' + std::string(name_of(encoding_of(entry))) + ' ' + std::to_string(entry.lru) + ' ' +
              std::to_string(entry.expires_at()) + f.send("MEMORY", "USAGE", key, "SAMPLES", "0");
      if (entry.kind() == redouble::Type::set) seen += f.send("SSCAN", key, "0");
      if (entry.kind() == redouble::Type::hash) seen += f.send("HSCAN", key, "0");
      if (entry.kind() == redouble::Type::sorted_set) seen += f.send("ZSCAN", key, "0");
      if (entry.kind() == redouble::Type::stream) seen += f.send("XINFO", "STREAM", key, "FULL");
    });
    seen += std::to_string(f.engine.db(db[0] - '0').keys().modelled_bytes()) + '\n';
  }
  for (const Entry* entry : f.engine.eviction_order.entries()) seen += std::string(entry->key()) + ' ';
  f.send("SELECT", "0");
  return seen;
}

}  // namespace

TEST_CASE("snapshot: after restore all is as in a twin that ran the first part only", "[snapshot]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4, 5, 6);
  const char* const policy = GENERATE("noeviction", "allkeys-lru", "volatile-lfu");
  auto settings = small_limits();
  settings.emplace_back("maxmemory-policy", policy);
  const auto first_part = [&](EngineFixture& f) {
    Chance chance(seed);
    for (int i = 0; i < 3000; ++i) run(f, chance.next());
  };
  EngineFixture f(settings);
  first_part(f);
  const auto snapshot = f.engine.snapshot();
  Chance other(seed + 100);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 500; ++i) run(f, other.next());
    if (round == 1) run(f, {"FLUSHALL"});
    run(f, {"SELECT", "0"});
    CHECK(f.engine.restore(*snapshot).empty());
    EngineFixture twin(settings);
    first_part(twin);
    run(twin, {"SELECT", "0"});
    // From the same place in the random sequence on.
    f.engine.random.reseed(seed);
    twin.engine.random.reseed(seed);
    REQUIRE(all_of(f) == all_of(twin));
    Chance left(seed + 7), right(seed + 7);
    for (int i = 0; i < 500; ++i) {
      const Words words = left.next();
      INFO(words[0] << ' ' << (words.size() > 1 ? words[1] : ""));
      REQUIRE(run(f, words) == run(twin, right.next()));
    }
    REQUIRE(all_of(f) == all_of(twin));
  }
}

TEST_CASE("snapshot: a large value is shared until somebody changes it", "[snapshot]") {
  EngineFixture f;
  for (int i = 0; i < 2000; ++i) {
    const std::string n = std::to_string(i);
    f.send("SADD", "set", "m" + n);
    f.send("HSET", "hash", "m" + n, n);
    f.send("ZADD", "zset", n, "m" + n);
    f.send("RPUSH", "list", n);
    f.send("XADD", "stream", n + "-1", "f", n);
  }
  f.send("SET", "string", std::string(5000, 's'));
  // Where the value's own memory is.
  const auto place = [](const redouble::Keyspace& keys, const char* key) -> const void* {
    const Entry& entry = *const_cast<redouble::Keyspace&>(keys).find(key);
    if (entry.kind() == redouble::Type::string) return entry.bytes;
    if (entry.kind() == redouble::Type::set)
      return &static_cast<const redouble::SetValue&>(object_of(entry)).nodes();
    return entry.nested ? *reinterpret_cast<void* const*>(static_cast<const char*>(entry.object_place()) +
                                                          sizeof(redouble::Object))
                        : entry.object;
  };
  const auto& keys = [&]() -> const redouble::Keyspace& { return f.engine.db(0).keys(); };
  const auto snapshot = f.engine.snapshot();
  const redouble::Keyspace& kept = *snapshot->parts[0].keys;
  f.send("SET", "other", "1");
  const std::vector<std::pair<const char*, Words>> changes = {
      {"set", {"SADD", "set", "new"}},          {"hash", {"HSET", "hash", "m1", "new"}},
      {"zset", {"ZINCRBY", "zset", "1", "m1"}}, {"list", {"LSET", "list", "0", "new"}},
      {"stream", {"XDEL", "stream", "5-1"}},    {"string", {"SETRANGE", "string", "0", "n"}}};
  for (int round = 0; round < 2; ++round) {
    for (const auto& [key, change] : changes) {
      INFO(key);
      CHECK(place(keys(), key) == place(kept, key));
      run(f, {"EXPIRE", key, "100"});  // of the entry alone
      CHECK(place(keys(), key) == place(kept, key));
      run(f, change);
      CHECK(place(keys(), key) != place(kept, key));
    }
    CHECK(f.engine.restore(*snapshot).empty());
  }
  CHECK(f.send("SISMEMBER", "set", "new") == ":0\r\n");
  CHECK(f.send("HGET", "hash", "m1") == "$1\r\n1\r\n");
  CHECK(f.send("ZSCORE", "zset", "m1") == "$1\r\n1\r\n");
  CHECK(f.send("LINDEX", "list", "0") == "$1\r\n0\r\n");
  CHECK(f.send("XLEN", "stream") == ":2000\r\n");
  CHECK(f.send("GETRANGE", "string", "0", "1") == "$2\r\nss\r\n");
  CHECK(f.send("TTL", "set") == ":-1\r\n");
  CHECK(f.send("EXISTS", "other") == ":0\r\n");
}

TEST_CASE("snapshot: what holds a value frees it, whoever is the last", "[snapshot]") {
  const bool engine_goes_first = GENERATE(true, false);
  auto f = std::make_unique<EngineFixture>();
  for (int i = 0; i < 1000; ++i) f->send("SADD", "set", "m" + std::to_string(i));
  f->send("RPUSH", "list", "a");
  auto snapshot = f->engine.snapshot();
  if (engine_goes_first)
    f.reset();
  else
    snapshot.reset();
  EngineFixture other;
  if (snapshot != nullptr) {
    CHECK(other.engine.restore(*snapshot).empty());
    snapshot.reset();
    CHECK(other.send("SCARD", "set") == ":1000\r\n");
    CHECK(other.send("UNLINK", "set", "list") == ":2\r\n");
  } else {
    CHECK(f->send("SADD", "set", "new") == ":1\r\n");
    CHECK(f->send("SCARD", "set") == ":1001\r\n");
  }
}

TEST_CASE("snapshot: deadlines go on, watched keys that were there have changed", "[snapshot]") {
  EngineFixture f;
  f.send("SET", "k", "v", "PX", "1000");
  f.send("SET", "old", "v");
  const auto snapshot = f.engine.snapshot();
  f.advance_ms(400);
  auto& watcher = f.engine.connect();
  f.send_as(watcher, "WATCH", "old");
  auto& other = f.engine.connect();
  f.send_as(other, "WATCH", "nothing");
  CHECK(f.engine.restore(*snapshot).empty());
  CHECK(f.send("PTTL", "k") == ":600\r\n");
  f.send_as(watcher, "MULTI");
  CHECK(f.send_as(watcher, "EXEC") == "*-1\r\n");
  f.send_as(other, "MULTI");
  CHECK(f.send_as(other, "EXEC") == "*0\r\n");
  f.advance_ms(600);
  CHECK(f.send("EXISTS", "k") == ":0\r\n");
}

TEST_CASE("snapshot: a key that comes back wakes who waits for it", "[snapshot][blocking]") {
  EngineFixture f;
  f.send("RPUSH", "jobs", "1");
  f.send("REDOUBLE", "SNAPSHOT", "SAVE", "full");
  f.send("DEL", "jobs");
  auto& worker = f.engine.connect();
  CHECK(f.send_as(worker, "BLPOP", "jobs", "0").empty());
  CHECK(f.send("REDOUBLE", "SNAPSHOT", "RESTORE", "full") == "+OK\r\n");
  CHECK(f.received(worker) == "*2\r\n$4\r\njobs\r\n$1\r\n1\r\n");
  CHECK(f.send_as(worker, "BLPOP", "jobs", "0").empty());
  CHECK(f.engine.restore(*f.engine.snapshots.at("full")).empty());  // as the program around it does
  CHECK(f.received(worker) == "*2\r\n$4\r\njobs\r\n$1\r\n1\r\n");
}

TEST_CASE("snapshot: ages are read as what they were under another policy", "[snapshot][eviction]") {
  EngineFixture lru(EngineFixture::Settings{{"maxmemory-policy", "allkeys-lru"}});
  lru.clock.advance(1'000'000'000'000);
  lru.engine.tick();
  lru.send("SET", "k", "v");
  lru.advance_ms(600'000);
  const auto snapshot = lru.engine.snapshot();
  EngineFixture lfu(EngineFixture::Settings{{"maxmemory-policy", "allkeys-lfu"}, {"lfu-decay-time", "0"}});
  lfu.clock.advance(1'000'600'000'000);
  lfu.engine.tick();
  CHECK(lfu.engine.restore(*snapshot).empty());
  CHECK(lfu.send("OBJECT", "FREQ", "k") == ":5\r\n");
  EngineFixture one(EngineFixture::Settings{{"maxmemory-policy", "allkeys-lfu"}, {"lfu-decay-time", "0"}});
  one.clock.advance(1'000'600'000'000);
  one.engine.tick();
  one.send("SET", "before", "v");
  CHECK(one.engine.restore(*snapshot, 0).empty());
  CHECK(one.send("OBJECT", "FREQ", "k") == ":5\r\n");
}

TEST_CASE("snapshot: functions come back with a whole server", "[snapshot][functions]") {
  EngineFixture f;
  const char* const kLibrary = "#!lua name=lib\nredis.register_function('one', function() return 1 end)";
  f.send("FUNCTION", "LOAD", kLibrary);
  CHECK(f.send("REDOUBLE", "SNAPSHOT", "SAVE", "s") == "+OK\r\n");
  f.send("FUNCTION", "FLUSH");
  CHECK(f.send("REDOUBLE", "SNAPSHOT", "RESTORE", "s", "DB", "0") == "+OK\r\n");
  CHECK(contains(f.send("FCALL", "one", "0"), "-ERR Function not found"));
  CHECK(f.send("REDOUBLE", "SNAPSHOT", "RESTORE", "s") == "+OK\r\n");
  CHECK(f.send("FCALL", "one", "0") == ":1\r\n");
}

TEST_CASE("REDOUBLE SNAPSHOT: save, restore, list, drop, fork", "[snapshot][redouble]") {
  EngineFixture f;
  f.send("SET", "k", "1");
  CHECK(f.send("REDOUBLE", "SNAPSHOT", "SAVE", "all") == "+OK\r\n");
  f.send("SELECT", "3");
  f.send("SET", "three", "3");
  CHECK(f.send("redouble", "snapshot", "save", "only", "db", "3") == "+OK\r\n");
  f.send("FLUSHALL");
  CHECK(f.send("REDOUBLE", "SNAPSHOT", "RESTORE", "only") == "+OK\r\n");
  CHECK(f.send("GET", "three") == "$1\r\n3\r\n");
  CHECK(f.send("REDOUBLE", "SNAPSHOT", "FORK", "3", "5") == "+OK\r\n");
  CHECK(f.send("REDOUBLE", "SNAPSHOT", "RESTORE", "all") == "+OK\r\n");
  CHECK(f.send("DBSIZE") == ":0\r\n");
  CHECK(f.send("REDOUBLE", "SNAPSHOT", "RESTORE", "only", "DB", "7") == "+OK\r\n");
  f.send("SELECT", "7");
  CHECK(f.send("GET", "three") == "$1\r\n3\r\n");
  const std::string list = f.send("REDOUBLE", "SNAPSHOT", "LIST");
  CHECK(list.starts_with(
      "*2\r\n*8\r\n$4\r\nname\r\n$3\r\nall\r\n$3\r\ndbs\r\n$3\r\nall\r\n$4\r\nkeys\r\n:1\r\n"));
  CHECK(contains(list, "$4\r\nname\r\n$4\r\nonly\r\n$3\r\ndbs\r\n*1\r\n:3\r\n$4\r\nkeys\r\n:1\r\n"));
  CHECK(contains(f.send("REDOUBLE", "SNAPSHOT", "RESTORE", "nosuch"),
                 "-ERR no snapshot is named 'nosuch'. There are: all, only\r\n"));
  CHECK(f.send("REDOUBLE", "SNAPSHOT", "DROP", "all", "nosuch", "only") == ":2\r\n");
  CHECK(contains(f.send("REDOUBLE", "SNAPSHOT", "RESTORE", "all"), "there are none"));
  CHECK(contains(f.send("REDOUBLE", "SNAPSHOT", "FORK", "0", "99"),
                 "-ERR '99' is no database: there are 0 to 15"));
  CHECK(contains(f.send("REDOUBLE", "SNAPSHOT", "FORK", "0", "0"), "-ERR a database is its own copy"));
  CHECK(contains(f.send("REDOUBLE", "SNAPSHOT", "SAVE", "s", "DB", "x"), "-ERR 'x' is no database"));
  CHECK(contains(f.send("REDOUBLE", "SNAPSHOT", "SAVE", "s", "3"), "only DB <n> may stand"));
  CHECK(contains(f.send("REDOUBLE", "SNAPSHOT", "SAVE", std::string(129, 'n')), "1 to 128 bytes"));
  CHECK(contains(f.send("REDOUBLE", "SNAPSHOT", "HELP"), "RESTORE <name>"));
}

TEST_CASE("REDOUBLE SNAPSHOT: there are 1,000 at most", "[snapshot][redouble]") {
  EngineFixture f;
  for (int i = 0; i < 1000; ++i) f.send("REDOUBLE", "SNAPSHOT", "SAVE", std::to_string(i), "DB", "0");
  CHECK(contains(f.send("REDOUBLE", "SNAPSHOT", "SAVE", "more"), "-ERR there are 1000 snapshots already"));
  CHECK(f.send("REDOUBLE", "SNAPSHOT", "SAVE", "7") == "+OK\r\n");
}

TEST_CASE("REDOUBLE SNAPSHOT: as an RDB file and back", "[snapshot][redouble][rdb]") {
  EngineFixture f;
  f.send("RPUSH", "list", "a", "b");
  f.send("SET", "k", "v", "PX", "5000");
  f.send("REDOUBLE", "SNAPSHOT", "SAVE", "s");
  const std::string reply = f.send("REDOUBLE", "SNAPSHOT", "EXPORT", "s");
  const auto begin = reply.find("\r\n") + 2;
  const std::string rdb = reply.substr(begin, reply.size() - begin - 2);
  REQUIRE(rdb.starts_with("REDIS0010"));
  EngineFixture other;
  other.send("SET", "mine", "1");
  CHECK(other.send("REDOUBLE", "SNAPSHOT", "IMPORT", "s", rdb) == "+OK\r\n");
  CHECK(other.send("DBSIZE") == ":1\r\n");
  CHECK(other.send("REDOUBLE", "SNAPSHOT", "RESTORE", "s") == "+OK\r\n");
  CHECK(other.send("DEBUG", "DIGEST") == f.send("DEBUG", "DIGEST"));
  CHECK(other.send("PTTL", "k") == ":5000\r\n");
  CHECK(contains(other.send("REDOUBLE", "SNAPSHOT", "IMPORT", "s", rdb.substr(0, 40)),
                 "-ERR the RDB file cannot be read"));
}

TEST_CASE("snapshot: a server with fewer databases refuses what it has no place for", "[snapshot]") {
  EngineFixture f, small(EngineFixture::Settings{{"databases", "2"}});
  f.send("SELECT", "9");
  f.send("SET", "k", "v");
  small.send("SET", "mine", "1");
  CHECK(small.engine.restore(*f.engine.snapshot()) ==
        "the snapshot has keys in database 9, and there are only 2 (setting 'databases')");
  CHECK(small.send("GET", "mine") == "$1\r\n1\r\n");
  CHECK(small.engine.restore(*f.engine.snapshot(9), 1).empty());
  small.send("SELECT", "1");
  CHECK(small.send("GET", "k") == "$1\r\nv\r\n");
}
