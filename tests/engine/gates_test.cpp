// What stands in front of every command and behind it: names, the words of other protocols, the log of slow
// calls, MONITOR, delays. And what DEBUG and LATENCY tell that redis-server words in its own way.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/engine_fixture.h"

namespace redouble {
namespace {

const EngineFixture::Settings kDebug = {{"enable-debug-command", "yes"}};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// A host that keeps what is logged.
struct Logging : Host {
  void log(LogLevel, std::string_view text) override { lines.emplace_back(text); }
  bool is_local(const Session&) override { return local; }
  std::vector<std::string> lines;
  bool local = true;
};

struct Logged {
  explicit Logged(const EngineFixture::Settings& settings = {})
      : engine(clock, EngineFixture::configured(settings), host, 1, scripting()), client(engine.connect()) {}

  template <class... Words>
  std::string send(Words&&... words) {
    const std::vector<std::string_view> argv{std::string_view(words)...};
    engine.execute(client, argv);
    return EngineFixture::received(client);
  }

  ManualClock clock;
  Logging host;
  Engine engine;
  Session& client;
};

}  // namespace

TEST_CASE("rename-command: the new name is the command, the old one is unknown", "[rename-command]") {
  EngineFixture f;
  f.engine.rename_command("GET", "FETCH");
  f.engine.rename_command("KEYS", "");
  CHECK(f.send("SET", "k", "v") == "+OK\r\n");
  CHECK(f.send("GET", "k") == "-ERR unknown command 'GET', with args beginning with: 'k' \r\n");
  CHECK(f.send("KEYS", "k") == "-ERR unknown command 'KEYS', with args beginning with: 'k' \r\n");
  CHECK(f.send("FETCH", "k") == "$1\r\nv\r\n");
  CHECK(f.send("fetch") == "-ERR wrong number of arguments for 'get' command\r\n");
  CHECK(f.send("ACL", "DRYRUN", "default", "GET", "k") == "-ERR Command 'GET' not found\r\n");
  CHECK(f.send("ACL", "DRYRUN", "default", "fetch", "k") == "+OK\r\n");
  CHECK(f.send("ACL", "SETUSER", "b", "+get") == "+OK\r\n");
  CHECK(f.send("ACL", "SETUSER", "c", "+fetch") ==
        "-ERR Error in ACL SETUSER modifier '+fetch': Unknown command or category name in ACL\r\n");
  CHECK(f.send("EVAL", "return redis.call('fetch','k')", "0") == "$1\r\nv\r\n");
}

TEST_CASE("POST and Host: end the connection, with a line in the log", "[connection]") {
  const std::string word = GENERATE("POST", "host:");
  Logged f;
  CHECK(f.send(word, "/") == "");
  CHECK_FALSE(f.client.open());
  REQUIRE(f.host.lines.size() == 1);
  CHECK(contains(f.host.lines[0], "Possible SECURITY ATTACK detected"));
}

TEST_CASE("DEBUG and MODULE: enable-…-command says who may", "[debug]") {
  const std::string setting = GENERATE("no", "local", "yes");
  const bool local = GENERATE(true, false);
  Logged f({{"enable-debug-command", setting}, {"enable-module-command", setting}});
  f.host.local = local;
  const bool allowed = setting == "yes" || (setting == "local" && local);
  const std::string debug = f.send("DEBUG", "DIGEST");
  CHECK(contains(debug,
                 "-ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\"") ==
        !allowed);
  CHECK(contains(f.send("MODULE", "LOAD", "/x"), "-ERR MODULE command not allowed") == !allowed);
}

TEST_CASE("MONITOR: who called, in which database, from a script too", "[monitor]") {
  EngineFixture f;
  f.client.address = "127.0.0.1:5";
  auto& monitor = f.engine.connect();
  CHECK(f.send_as(monitor, "MONITOR") == "+OK\r\n");
  f.send("SELECT", "2");
  f.send("SET", "a\"b", "\x01\n");
  CHECK(EngineFixture::received(monitor) ==
        "+1893456000.000000 [2 127.0.0.1:5] \"SELECT\" \"2\"\r\n"
        "+1893456000.000000 [2 127.0.0.1:5] \"SET\" \"a\\\"b\" \"\\x01\\n\"\r\n");
  f.send("EVAL", "redis.call('GET','k')", "0");
  CHECK(contains(EngineFixture::received(monitor), "+1893456000.000000 [2 lua] \"GET\" \"k\"\r\n"));
  f.client.over_unix_socket = true;
  f.send("PING");
  CHECK(EngineFixture::received(monitor) == "+1893456000.000000 [2 unix:127.0.0.1:5] \"PING\"\r\n");
  // A secret is not shown, nor what administrates.
  f.send("CONFIG", "GET", "port");
  CHECK(EngineFixture::received(monitor) == "");
  CHECK(contains(f.send("CLIENT", "LIST"), " flags=O "));
}

TEST_CASE("LATENCY: delays are kept from the threshold on, told, drawn and forgotten", "[latency]") {
  EngineFixture f(
      EngineFixture::Settings{{"enable-debug-command", "yes"}, {"latency-monitor-threshold", "10"}});
  CHECK(f.send("LATENCY", "GRAPH", "command") == "-ERR No samples available for event 'command'\r\n");
  CHECK(contains(f.send("LATENCY", "DOCTOR"), "No delay has reached the threshold so far.\n"));
  f.engine.latency.add("command", 1'893'456'000 - 100'000, 10);
  f.engine.latency.add("command", 1'893'456'000 - 7'200, 20);
  f.engine.latency.add("command", 1'893'456'000 - 120, 30);
  f.engine.latency.add("command", 1'893'456'000 - 5, 20);
  CHECK(f.send("LATENCY", "LATEST") == "*1\r\n*4\r\n$7\r\ncommand\r\n:1893455995\r\n:20\r\n:30\r\n");
  CHECK(f.send("LATENCY", "HISTORY", "command") ==
        "*4\r\n*2\r\n:1893356000\r\n:10\r\n*2\r\n:1893448800\r\n:20\r\n*2\r\n:1893455880\r\n:30\r\n"
        "*2\r\n:1893455995\r\n:20\r\n");
  const std::string graph = f.send("LATENCY", "GRAPH", "command");
  CHECK(contains(graph, "command - high 30 ms, low 10 ms (all time high 30 ms)\n"));
  CHECK(contains(graph, "-\n  _ \n  # \n _#_\n_###\n\n1225\ndhms\n"));
  CHECK(contains(f.send("LATENCY", "DOCTOR"),
                 "command: 4 delays recorded, 20 ms in the mean, 30 ms at the worst.\n"));
  CHECK(f.send("LATENCY", "RESET", "nothing") == ":0\r\n");
  CHECK(f.send("LATENCY", "RESET") == ":1\r\n");
  CHECK(f.send("LATENCY", "LATEST") == "*0\r\n");
  CHECK(f.send("CONFIG", "SET", "latency-monitor-threshold", "0") == "+OK\r\n");
  CHECK(contains(f.send("LATENCY", "DOCTOR"), "Delays are not being watched"));
}

TEST_CASE("LATENCY HISTOGRAM: of all that was called, or of a container's parts", "[latency]") {
  EngineFixture f;
  f.send("SET", "k", "v");
  f.send("CONFIG", "GET", "port");
  f.send("CLIENT", "ID");
  CHECK(f.send("LATENCY", "HISTOGRAM", "set") ==
        "*2\r\n$3\r\nset\r\n*4\r\n$5\r\ncalls\r\n:1\r\n$14\r\nhistogram_usec\r\n*2\r\n:1\r\n:1\r\n");
  CHECK(contains(f.send("LATENCY", "HISTOGRAM", "config"), "$10\r\nconfig|get\r\n"));
  CHECK(f.send("LATENCY", "HISTOGRAM", "get", "nothing") == "*0\r\n");
  const std::string all = f.send("LATENCY", "HISTOGRAM");
  CHECK(contains(all, "$9\r\nclient|id\r\n"));
  CHECK(contains(all, "$17\r\nlatency|histogram\r\n"));
}

TEST_CASE("SLOWLOG: who called what, shortened, and from a script", "[slowlog]") {
  EngineFixture f(EngineFixture::Settings{{"slowlog-log-slower-than", "0"}});
  f.client.address = "127.0.0.1:5";
  f.send("SLOWLOG", "RESET");
  f.send("CLIENT", "SETNAME", "me");
  f.send("SET", "k", std::string(200, 'x'));
  const std::string told = f.send("SLOWLOG", "GET", "1");
  CHECK(contains(told, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$147\r\n" + std::string(128, 'x') +
                           "... (72 more bytes)\r\n" + "$11\r\n127.0.0.1:5\r\n$2\r\nme\r\n"));
  f.send("EVAL", "redis.call('GET','k')", "0");
  CHECK(contains(f.send("SLOWLOG", "GET", "-1"), "$3\r\nGET\r\n$1\r\nk\r\n$3\r\n?:0\r\n"));
  CHECK(f.send("CONFIG", "SET", "slowlog-log-slower-than", "-1") == "+OK\r\n");
  f.send("SLOWLOG", "RESET");
  CHECK(f.send("SLOWLOG", "LEN") == ":0\r\n");
}

TEST_CASE("DEBUG: what only tunes is taken, with the errors of redis-server", "[debug]") {
  EngineFixture f(kDebug);
  CHECK(f.send("DEBUG", "PAUSE-CRON", "0") == "+OK\r\n");
  CHECK(f.send("DEBUG", "SET-DISABLE-DENY-SCRIPTS", "0") == "+OK\r\n");
  CHECK(f.send("DEBUG", "REPLYBUFFER") ==
        "-ERR unknown subcommand or wrong number of arguments for 'REPLYBUFFER'. Try DEBUG HELP.\r\n");
  CHECK(f.send("DEBUG", "REPLYBUFFER", "RESIZING", "1") == "+OK\r\n");
  CHECK(f.send("DEBUG", "REPLYBUFFER", "PEAK-RESET-TIME", "never") == "+OK\r\n");
  CHECK(f.send("DEBUG", "REPLYBUFFER", "PEAK-RESET-TIME", "reset") == "+OK\r\n");
  CHECK(f.send("DEBUG", "REPLYBUFFER", "PEAK-RESET-TIME", "100") == "+OK\r\n");
  CHECK(f.send("DEBUG", "REPLYBUFFER", "PEAK-RESET-TIME", "x") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("DEBUG", "REPLYBUFFER", "x", "1") ==
        "-ERR unknown subcommand or wrong number of arguments for 'REPLYBUFFER'. Try DEBUG HELP.\r\n");
  CHECK(f.send("DEBUG", "RELOAD", "BOGUS") ==
        "-ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.\r\n");
  CHECK(f.send("DEBUG", "CHANGE-REPL-ID") == "+OK\r\n");
  CHECK(f.send("DEBUG", "LOG", "text") == "+OK\r\n");
  CHECK(contains(f.send("DEBUG", "HELP"), "HTSTATS"));
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("DEBUG", "SLEEP", "1") == "+QUEUED\r\n");
  CHECK(f.send("EXEC") == "*1\r\n+OK\r\n");
}

TEST_CASE("DEBUG HTSTATS: the tables of a database and of a value", "[debug]") {
  EngineFixture f(kDebug);
  CHECK(contains(f.send("DEBUG", "HTSTATS", "0"), "No stats available for empty dictionaries\n"));
  f.send("SET", "k", "v", "EX", "100");
  const std::string stats = f.send("DEBUG", "HTSTATS", "0");
  CHECK(contains(stats, " table size: 4\n"));
  CHECK(contains(stats, " number of elements: 1\n"));
  CHECK(contains(stats, "A heap of 1 deadlines\n"));
  f.send("CONFIG", "SET", "set-max-intset-entries", "0");
  f.send("CONFIG", "SET", "zset-max-listpack-entries", "0");
  f.send("CONFIG", "SET", "hash-max-listpack-entries", "0");
  f.send("SADD", "m", "a");
  f.send("HSET", "h", "a", "1");
  f.send("ZADD", "z", "1", "a");
  for (const auto* key : {"m", "h", "z"})
    CHECK(contains(f.send("DEBUG", "HTSTATS-KEY", key), " number of elements: 1\n"));
}

}  // namespace redouble
