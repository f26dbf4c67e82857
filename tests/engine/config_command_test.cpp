// CONFIG as a client sees it; literal bytes are those of redis-server 7.0.15.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::Config;
using redouble::EngineFixture;
using redouble::Host;
using redouble::HostFacts;
using redouble::ManualClock;
using redouble::Session;
using redouble::Setting;

namespace {

// A machine with one file on it.
struct FileHost : Host {
  HostFacts facts() override {
    HostFacts known;
    known.config_file = "/etc/redouble.conf";
    return known;
  }
  std::optional<std::string> read_file(const std::string&) override { return file; }
  std::string write_file(const std::string& path, std::string_view content) override {
    if (!failure.empty()) return failure;
    written_to = path;
    file = content;
    return {};
  }
  std::string setting_changed(Setting setting) override {
    return setting == Setting::port ? "Unable to listen on this port. Check server logs." : "";
  }
  bool is_local(const Session&) override { return local; }

  std::optional<std::string> file;
  std::string written_to;
  std::string failure;
  bool local = true;
};

struct FileFixture {
  explicit FileFixture(Config config = {}) : engine(clock, std::move(config), host, 1) {}
  template <class... Words>
  std::string send(Words&&... words) {
    const std::vector<std::string_view> argv{std::string_view(words)...};
    engine.tick();
    engine.execute(client, argv);
    return EngineFixture::received(client);
  }
  ManualClock clock;
  FileHost host;
  redouble::Engine engine;
  Session& client = engine.connect();
};

}  // namespace

TEST_CASE("CONFIG GET: answers pairs, a map on RESP3", "[config]") {
  EngineFixture f;
  CHECK(f.send("CONFIG", "GET", "maxmemory") == "*2\r\n$9\r\nmaxmemory\r\n$1\r\n0\r\n");
  CHECK(f.send("config", "get", "nosuch") == "*0\r\n");
  CHECK(f.send("CONFIG", "GET", "hz", "PORT", "h?") ==
        "*4\r\n$2\r\nhz\r\n$2\r\n10\r\n$4\r\nPORT\r\n$4\r\n6379\r\n");
  CHECK(f.send("CONFIG", "GET") == "-ERR wrong number of arguments for 'config|get' command\r\n");
  f.client.reply.set_protocol(3);
  CHECK(f.send("CONFIG", "GET", "hz") == "%1\r\n$2\r\nhz\r\n$2\r\n10\r\n");
}

TEST_CASE("CONFIG SET: sets all parameters or none", "[config]") {
  EngineFixture f;
  CHECK(
      f.send("CONFIG", "SET", "hz", "20", "timeout", "x") ==
      "-ERR CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into an "
      "integer\r\n");
  CHECK(f.send("CONFIG", "GET", "hz") == "*2\r\n$2\r\nhz\r\n$2\r\n10\r\n");
  CHECK(f.send("CONFIG", "SET", "hz", "20", "timeout", "5") == "+OK\r\n");
  CHECK(f.send("CONFIG", "GET", "hz") == "*2\r\n$2\r\nhz\r\n$2\r\n20\r\n");
  CHECK(f.send("CONFIG", "SET", "a", "1", "b") == "-ERR syntax error\r\n");
  CHECK(f.send("CONFIG", "SET", "a") == "-ERR wrong number of arguments for 'config|set' command\r\n");
  CHECK(f.send("CONFIG", "SET", "nosuch", "1") ==
        "-ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'\r\n");
}

TEST_CASE("CONFIG SET: what the host cannot do is taken back", "[config]") {
  FileFixture f;
  CHECK(f.send("CONFIG", "SET", "timeout", "7", "port", "1") ==
        "-ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check "
        "server logs.\r\n");
  CHECK(f.engine.config.number(Setting::port) == 6379);
  CHECK(f.engine.config.number(Setting::timeout) == 0);
}

TEST_CASE("CONFIG SET: enable-protected-configs local looks at where the client is", "[config]") {
  Config config;
  REQUIRE_FALSE(config.load(Setting::enable_protected_configs, std::vector<std::string>{"local"}));
  FileFixture f(config);
  CHECK(f.send("CONFIG", "SET", "dbfilename", "x") == "+OK\r\n");
  f.host.local = false;
  CHECK(
      f.send("CONFIG", "SET", "dbfilename", "y") ==
      "-ERR CONFIG SET failed (possibly related to argument 'dbfilename') - can't set protected config\r\n");
}

TEST_CASE("CONFIG SET: secrets stay out of the slow log", "[config]") {
  EngineFixture f(std::vector<Config::Pair>{{"slowlog-log-slower-than", "0"}});
  f.send("CONFIG", "SET", "requirepass", "secret", "hz", "11", "masterauth", "other");
  REQUIRE_FALSE(f.engine.slowlog.lines().empty());
  CHECK(f.engine.slowlog.lines().front().argv == std::vector<std::string>{"CONFIG", "SET", "requirepass",
                                                                          "(redacted)", "hz", "11",
                                                                          "masterauth", "(redacted)"});
  f.send("CONFIG", "GET", "requirepass");
  CHECK(f.engine.slowlog.lines().front().argv == std::vector<std::string>{"CONFIG", "GET", "requirepass"});
}

TEST_CASE("CONFIG RESETSTAT: clears the counters", "[config]") {
  EngineFixture f;
  f.send("GET", "missing");
  f.send("NOSUCH");
  CHECK(f.engine.stats.keyspace_misses == 1);
  CHECK(f.engine.stats.errors.size() == 1);
  CHECK(f.send("CONFIG", "RESETSTAT") == "+OK\r\n");
  CHECK(f.engine.stats.keyspace_misses == 0);
  CHECK(f.engine.stats.errors.empty());
  CHECK(f.send("CONFIG", "RESETSTAT", "x") ==
        "-ERR wrong number of arguments for 'config|resetstat' command\r\n");
}

TEST_CASE("CONFIG REWRITE: needs a file", "[config]") {
  EngineFixture f;
  CHECK(f.send("CONFIG", "REWRITE") == "-ERR The server is running without a config file\r\n");
}

TEST_CASE("CONFIG REWRITE: writes what has changed", "[config]") {
  FileFixture f;
  f.host.file = "# mine\nhz 10\n";
  CHECK(f.send("CONFIG", "SET", "hz", "20", "save", "") == "+OK\r\n");
  CHECK(f.send("CONFIG", "REWRITE") == "+OK\r\n");
  CHECK(f.host.written_to == "/etc/redouble.conf");
  CHECK(f.host.file ==
        "# mine\nhz 20\n\n# Generated by CONFIG REWRITE\nlatency-tracking-info-percentiles 50 99 99.9\nsave "
        "\"\"\nuser default on nopass ~* &* +@all\n");
  f.host.failure = "Permission denied";
  CHECK(f.send("CONFIG", "REWRITE") == "-ERR Rewriting config file: Permission denied\r\n");
}

TEST_CASE("CONFIG HELP: starts and ends as every HELP does", "[config]") {
  EngineFixture f;
  const std::string help = f.send("CONFIG", "HELP");
  CHECK(help.starts_with("*11\r\n+CONFIG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:\r\n+GET "));
  CHECK(help.ends_with("+HELP\r\n+    Prints this help.\r\n"));
  CHECK(f.send("CONFIG", "FOO") == "-ERR unknown subcommand 'FOO'. Try CONFIG HELP.\r\n");
  CHECK(f.send("CONFIG") == "-ERR wrong number of arguments for 'config' command\r\n");
}
