// The configuration against literal answers of redis-server 7.0.15.
#include "engine/config.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/engine/redis_defaults.h"

using namespace redouble;

namespace {

using Pairs = std::vector<Config::Pair>;

std::string set(Config& config, Pairs pairs, ConfigSetter setter = {}) {
  return config.set(pairs, setter).value_or("OK");
}

std::string set(Config& config, std::string_view name, std::string_view value) {
  return set(config, Pairs{{name, value}});
}

std::string failed(std::string name, std::string reason) {
  return "ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason;
}

std::vector<std::pair<std::string, std::string>> get(const Config& config,
                                                     std::vector<std::string_view> patterns) {
  return config.get(patterns);
}

std::string load(Config& config, std::string_view name, std::vector<std::string> arguments) {
  return config.load(find_setting(name)->setting, arguments).value_or("OK");
}

// Sets a value and tells what CONFIG GET shows afterwards, or why it was refused.
std::string shown(std::string_view name, std::string_view value) {
  Config config;
  const auto error = set(config, name, value);
  return error == "OK" ? config.value(find_setting(name)->setting) : error;
}

}  // namespace

TEST_CASE("CONFIG GET: all defaults are those of redis-server", "[config]") {
  const auto all = get(Config(), {"*"});
  REQUIRE(all.size() == std::size(kRedisDefaults));
  for (size_t i = 0; i < all.size(); ++i) {
    INFO(all[i].first);
    CHECK(all[i].first == kRedisDefaults[i].first);
    CHECK(all[i].second == kRedisDefaults[i].second);
  }
}

TEST_CASE("CONFIG GET: a name comes once, as it was spelled first", "[config]") {
  using Answer = std::vector<std::pair<std::string, std::string>>;
  CHECK(get(Config(), {"MAXMEMORY", "Maxmemory", "maxmemory"}) == Answer{{"MAXMEMORY", "0"}});
  CHECK(get(Config(), {"nosuch", "p?rt", "port"}) == Answer{{"port", "6379"}});
  CHECK(get(Config(), {"HASH-MAX-*-entries"}) ==
        Answer{{"hash-max-listpack-entries", "512"}, {"hash-max-ziplist-entries", "512"}});
  CHECK(get(Config(), {"slaveof"}) == Answer{{"slaveof", ""}});
  CHECK(get(Config(), {}).empty());
}

TEST_CASE("CONFIG GET: hidden parameters answer to their full name only", "[config]") {
  CHECK(get(Config(), {"watchdog-period"}).size() == 1);
  CHECK(get(Config(), {"watchdog-perio*"}).empty());
  CHECK(get(Config(), {"loading-process-events-interval-bytes"})[0].second == "2097152");
}

TEST_CASE("CONFIG SET: both names of a parameter set the same value", "[config]") {
  Config config;
  CHECK(set(config, "hash-max-ziplist-entries", "7") == "OK");
  CHECK(config.number(Setting::hash_max_listpack_entries) == 7);
  CHECK(set(config, Pairs{{"hash-max-ziplist-entries", "1"}, {"HASH-max-listpack-entries", "2"}}) == "OK");
  CHECK(config.number(Setting::hash_max_listpack_entries) == 2);
  CHECK(set(config, "LUA-time-limit", "x") ==
        failed("lua-time-limit", "argument couldn't be parsed into an integer"));
}

TEST_CASE("CONFIG SET: the first thing wrong with the names is reported", "[config]") {
  Config config;
  CHECK(set(config, Pairs{{"port", "1"}, {"Nosuch", "2"}, {"daemonize", "yes"}}) ==
        "ERR Unknown option or number of arguments for CONFIG SET - 'Nosuch'");
  CHECK(set(config, Pairs{{"DAEMONIZE", "yes"}, {"nosuch", "2"}}) ==
        failed("DAEMONIZE", "can't set immutable config"));
  CHECK(set(config, Pairs{{"maxmemory", "1gb"}, {"MAXMEMORY", "2gb"}}) ==
        failed("MAXMEMORY", "duplicate parameter"));
  CHECK(set(config, "dir", "/tmp") == failed("dir", "can't set protected config"));
  CHECK(set(config, Pairs{{"appendonly", "yes"}}, {.local = true, .loading = true}) ==
        "LOADING Redis is loading the dataset in memory");
  CHECK(config.number(Setting::maxmemory) == 0);
}

TEST_CASE("CONFIG SET: enable-protected-configs opens protected parameters", "[config]") {
  Config config;
  CHECK(load(config, "enable-protected-configs", {"local"}) == "OK");
  CHECK(set(config, Pairs{{"dbfilename", "x.rdb"}}, {.local = true}) == "OK");
  CHECK(set(config, Pairs{{"dbfilename", "y.rdb"}}, {.local = false}) ==
        failed("dbfilename", "can't set protected config"));
  CHECK(config.text(Setting::dbfilename) == "x.rdb");
  CHECK(set(config, "dbfilename", "a/b") ==
        failed("dbfilename", "dbfilename can't be a path, just a filename"));
}

TEST_CASE("CONFIG SET: a wrong value among several changes nothing", "[config]") {
  Config config;
  CHECK(set(config, Pairs{{"maxmemory", "5kb"}, {"requirepass", "x"}, {"hz", "x"}}) ==
        failed("hz", "argument couldn't be parsed into an integer"));
  CHECK(config.number(Setting::maxmemory) == 0);
  CHECK(config.text(Setting::requirepass).empty());
  CHECK(set(config, Pairs{{"maxmemory", "5kb"}, {"requirepass", "x"}, {"hz", "20"}}) == "OK");
  CHECK(config.number(Setting::maxmemory) == 5120);
  CHECK(config.text(Setting::requirepass) == "x");
}

TEST_CASE("CONFIG SET: a change that cannot be applied is taken back", "[config]") {
  Config config;
  std::vector<std::pair<Setting, std::string>> seen;
  config.on_change = [&](Setting setting) -> std::string {
    seen.emplace_back(setting, config.value(setting));
    return config.number(Setting::port) == 1 && setting == Setting::port ? "Unable to listen on this port."
                                                                         : "";
  };
  CHECK(set(config, Pairs{{"timeout", "5"}, {"hz", "10"}, {"port", "1"}, {"maxclients", "9"}}) ==
        failed("port", "Unable to listen on this port."));
  CHECK(config.number(Setting::timeout) == 0);
  CHECK(config.number(Setting::maxclients) == 10000);
  using Seen = std::vector<std::pair<Setting, std::string>>;
  CHECK(
      seen ==
      Seen{{Setting::timeout, "5"}, {Setting::port, "1"}, {Setting::timeout, "0"}, {Setting::port, "6379"}});
}

TEST_CASE("CONFIG SET: numbers keep to their bounds", "[config]") {
  CHECK(shown("port", "65536") == failed("port", "argument must be between 0 and 65535 inclusive"));
  CHECK(shown("timeout", "-1") == failed("timeout", "argument must be between 0 and 2147483647 inclusive"));
  CHECK(shown("maxclients", "0") ==
        failed("maxclients", "argument must be between 1 and 4294967295 inclusive"));
  CHECK(shown("list-max-listpack-size", "-3000000000") ==
        failed("list-max-listpack-size", "argument must be between -2147483648 and 2147483647 inclusive"));
  CHECK(shown("slowlog-max-len", "-1") ==
        failed("slowlog-max-len", "argument must be between 0 and 9223372036854775807 inclusive"));
  CHECK(shown("slowlog-log-slower-than", "-1") == "-1");
  CHECK(shown("timeout", "010") == failed("timeout", "argument couldn't be parsed into an integer"));
  CHECK(shown("hz", "10000") == "500");
  CHECK(shown("hz", "0") == "1");
  CHECK(shown("repl-backlog-size", "100") == "16384");
}

TEST_CASE("CONFIG SET: amounts of memory have units", "[config]") {
  CHECK(shown("maxmemory", "") == "0");
  CHECK(shown("maxmemory", "kb") == "0");
  CHECK(shown("maxmemory", "1K") == "1000");
  CHECK(shown("maxmemory", "1kB") == "1024");
  CHECK(shown("maxmemory", "2gb") == "2147483648");
  CHECK(shown("maxmemory", "1B") == "1");
  CHECK(shown("maxmemory", "18446744073709551616") == "18446744073709551615");
  CHECK(shown("maxmemory", "18446744073709551615gb") == "18446744072635809792");
  for (const auto* bad : {" 1", "1 ", "1.5gb", "1t", "+1", "-1", "0x10"}) {
    CHECK(shown("maxmemory", bad) == failed("maxmemory", "argument must be a memory value"));
  }
  CHECK(shown("proto-max-bulk-len", "1kb") ==
        failed("proto-max-bulk-len", "argument must be between 1048576 and 9223372036854775807 inclusive"));
}

TEST_CASE("CONFIG SET: most values end at a NUL byte, passwords do not", "[config]") {
  using namespace std::string_view_literals;
  CHECK(shown("stream-node-max-bytes", "5\0a"sv) == "5");
  CHECK(shown("replica-announce-ip", "ab\0c"sv) == "ab");
  CHECK(shown("loglevel", "debug\0x"sv) == "debug");
  CHECK(shown("masterauth", "ab\0c"sv) == "ab\0c"sv);
  CHECK(shown("timeout", "5\0"sv) == failed("timeout", "argument couldn't be parsed into an integer"));
}

TEST_CASE("CONFIG SET: maxmemory-clients is an amount or a percentage", "[config]") {
  CHECK(shown("maxmemory-clients", "5%") == "5%");
  CHECK(shown("maxmemory-clients", "0%") == "0");
  CHECK(shown("maxmemory-clients", "1mb") == "1048576");
  CHECK(shown("maxmemory-clients", "101%") ==
        failed("maxmemory-clients", "percentage argument must be less or equal to 100"));
  for (const auto* bad : {"%", "05%", "1.5%", "-5"}) {
    CHECK(shown("maxmemory-clients", bad) ==
          failed("maxmemory-clients", "argument must be a memory or percent value"));
  }
}

TEST_CASE("CONFIG SET: words are listed when none fits", "[config]") {
  CHECK(shown("appendonly", "YES") == "yes");
  CHECK(shown("appendonly", "1") == failed("appendonly", "argument must be 'yes' or 'no'"));
  CHECK(shown("loglevel", "Debug") == "debug");
  CHECK(shown("loglevel", "x") ==
        failed("loglevel", "argument(s) must be one of the following: debug, verbose, notice, warning"));
  CHECK(shown("maxmemory-policy", "lru") ==
        failed("maxmemory-policy",
               "argument(s) must be one of the following: volatile-lru, volatile-lfu, volatile-random, "
               "volatile-ttl, allkeys-lru, allkeys-lfu, allkeys-random, noeviction"));
  CHECK(shown("oom-score-adj", "relative") == "yes");
  CHECK(shown("activedefrag", "no") == "no");
  CHECK(
      shown("activedefrag", "yes") ==
      failed("activedefrag",
             "Active defragmentation cannot be enabled: it requires a Redis server compiled with a modified "
             "Jemalloc like the one shipped by default with the Redis source distribution"));
}

TEST_CASE("CONFIG SET: shutdown options combine", "[config]") {
  CHECK(shown("shutdown-on-sigint", "force nosave") == "nosave force");
  CHECK(shown("shutdown-on-sigint", "default now") == "now");
  CHECK(shown("shutdown-on-sigint", "default") == "default");
  CHECK(shown("shutdown-on-sigint", "save nosave") ==
        failed("shutdown-on-sigint", "shutdown options SAVE and NOSAVE can't be used simultaneously"));
  CHECK(shown("shutdown-on-sigterm", "") ==
        failed("shutdown-on-sigterm",
               "argument(s) must be one of the following: default, save, nosave, now, force"));
}

TEST_CASE("CONFIG SET: notify-keyspace-events is reported in one order", "[config]") {
  CHECK(shown("notify-keyspace-events", "KEA") == "AKE");
  CHECK(shown("notify-keyspace-events", "KEg$lshzxetdmn") == "AKEm");
  CHECK(shown("notify-keyspace-events", "nA") == "A");
  CHECK(shown("notify-keyspace-events", "mn") == "nm");
  CHECK(shown("notify-keyspace-events", "gKl") == "glK");
  CHECK(shown("notify-keyspace-events", "xeKE") == "xeKE");
  CHECK(shown("notify-keyspace-events", "tdn") == "tdn");
  CHECK(shown("notify-keyspace-events", "") == "");
  CHECK(shown("notify-keyspace-events", "Kq") ==
        failed("notify-keyspace-events", "Invalid event class character. Use 'Ag$lshzxeKEtmdn'."));
  Config config;
  set(config, "notify-keyspace-events", "Ex");
  CHECK(config.notify_flags() == (notify::kKeyevent | notify::kExpired));
}

TEST_CASE("CONFIG SET: save takes pairs", "[config]") {
  CHECK(shown("save", "10 0 20 5") == "10 0 20 5");
  CHECK(shown("save", "+10 0") == "10 0");
  CHECK(shown("save", "") == "");
  CHECK(shown("save", "99999999999999999999 3") == "9223372036854775807 3");
  CHECK(shown("save", "1 99999999999") == "1 1215752191");
  for (const auto* bad : {"1", "1 x", "0 1", " 10 0", "10  0", " ", "1 -1"}) {
    CHECK(shown("save", bad) == failed("save", "Invalid save parameters"));
  }
}

TEST_CASE("CONFIG SET: client-output-buffer-limit sets the classes it names", "[config]") {
  const std::string name = "client-output-buffer-limit";
  CHECK(shown(name, "normal 1kb 2mb 3") ==
        "normal 1024 2097152 3 slave 268435456 67108864 60 pubsub 33554432 8388608 60");
  CHECK(shown(name, "slave 1 2 3 replica 4 5 6") == "normal 0 0 0 slave 4 5 6 pubsub 33554432 8388608 60");
  CHECK(shown(name, "NORMAL 0 0 0 pubsub 32mb 8m 60") ==
        "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8000000 60");
  CHECK(shown(name, "") == "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60");
  CHECK(shown(name, "normal 1 2") ==
        failed(name, "Wrong number of arguments in buffer limit configuration."));
  CHECK(shown(name, "master 1 2 3") ==
        failed(name, "Invalid client class specified in buffer limit configuration."));
  for (const auto* bad : {"slave 1 2 -3", "slave -1 2 3", "slave 1 2 x"}) {
    CHECK(shown(name, bad) ==
          failed(name, "Error in hard, soft or soft_seconds setting in buffer limit configuration."));
  }
}

TEST_CASE("CONFIG SET: other parameters with a grammar of their own", "[config]") {
  CHECK(shown("latency-tracking-info-percentiles", "50.5 99.99999999 1e1 0x10") == "50.5 100 10 16");
  CHECK(shown("latency-tracking-info-percentiles", "") == "");
  CHECK(shown("latency-tracking-info-percentiles", "1 a") ==
        failed("latency-tracking-info-percentiles", "Invalid latency-tracking-info-percentiles parameters"));
  CHECK(shown("latency-tracking-info-percentiles", "1 101") ==
        failed("latency-tracking-info-percentiles",
               "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]"));
  CHECK(shown("oom-score-adj-values", "1 2 3") == "1 2 3");
  CHECK(shown("oom-score-adj-values", "1 2") == failed("oom-score-adj-values", "wrong number of arguments"));
  CHECK(shown("oom-score-adj-values", "1 2 9999") ==
        failed("oom-score-adj-values",
               "Invalid oom-score-adj-values, elements must be between -2000 and 2000."));
  CHECK(shown("bind", "127.0.0.1 -::1") == "127.0.0.1 -::1");
  CHECK(shown("bind", "") == "");
  CHECK(shown("bind", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17") ==
        failed("bind", "Too many bind addresses specified."));
  CHECK(shown("cluster-announce-hostname", "a b") ==
        failed("cluster-announce-hostname",
               "Hostnames may only contain alphanumeric characters, hyphens or dots"));
  CHECK(shown("cluster-announce-hostname", std::string(300, 'a')) ==
        failed("cluster-announce-hostname", "Hostnames must be less than 256 characters"));
}

TEST_CASE("CONFIG SET: a process title must be well formed and not blank", "[config]") {
  const std::string name = "proc-title-template";
  for (const auto* good : {"{config-file}", "{port}", "x{{", "{{", "}", "a {unixsocket}", "{{{port}}"}) {
    CHECK(shown(name, good) == good);
  }
  for (const auto* bad : {"", " ", "{title}", "{server-mode}", "{unixsocket}", "{", "{}", "{title} {foo}",
                          "{title} {unixsocket} ", "{x{}"}) {
    CHECK(shown(name, bad) == failed(name, "template format is invalid or contains unknown variables"));
  }
}

TEST_CASE("Config: a file may set what CONFIG SET may not", "[config]") {
  Config config;
  CHECK(load(config, "databases", {"4"}) == "OK");
  CHECK(config.number(Setting::databases) == 4);
  CHECK(load(config, "databases", {"0"}) == "argument must be between 1 and 1000000 inclusive");
  CHECK(load(config, "port", {"1", "2"}) == "wrong number of arguments");
  CHECK(load(config, "daemonize", {}) == "wrong number of arguments");
  CHECK(load(config, "unixsocketperm", {"700"}) == "OK");
  CHECK(config.number(Setting::unixsocketperm) == 0700);
  CHECK(config.value(Setting::unixsocketperm) == "700");
  CHECK(load(config, "unixsocketperm", {"8"}) == "argument couldn't be parsed as an octal number");
  CHECK(load(config, "unixsocketperm", {"1000"}) == "argument must be between 0 and 777 inclusive");
  CHECK(load(config, "unixsocketperm", {"-1"}) == "argument must be between 0 and 777 inclusive");
  CHECK(load(config, "unixsocketperm", {""}) == "OK");
  CHECK(config.value(Setting::unixsocketperm) == "0");
  CHECK(load(config, "appendfilename", {""}) == "appendfilename can't be empty");
  CHECK(load(config, "replicaof", {"a"}) == "wrong number of arguments");
  CHECK(load(config, "replicaof", {"a", "99999"}) == "Invalid master port");
  CHECK(load(config, "slaveof", {"localhost 1234"}) == "OK");
  CHECK(config.text(Setting::replicaof) == "localhost 1234");
  CHECK(load(config, "replicaof", {"No", "One"}) == "OK");
  CHECK(config.text(Setting::replicaof) == "");
}

TEST_CASE("Config: save lines of a file add up after replacing the defaults", "[config]") {
  const auto saves = [](std::vector<std::vector<std::string>> lines) {
    Config config;
    for (auto& line : lines) load(config, "save", line);
    return config.value(Setting::save);
  };
  CHECK(saves({{"900", "1"}, {""}}) == "");
  CHECK(saves({{""}, {"900", "1"}}) == "900 1");
  CHECK(saves({{"900 1"}, {"60 5"}}) == "900 1 60 5");
  CHECK(saves({{"900", "1"}, {""}, {"60", "2"}, {"3", "3"}}) == "60 2 3 3");
  CHECK(saves({{"900 1 60 5"}}) == "900 1 60 5");
}

TEST_CASE("Config: every row is found by its names and knows its bounds", "[config]") {
  std::set<std::string_view> names;
  for (const auto& row : setting_rows()) {
    INFO(row.name);
    CHECK(find_setting(row.name)->setting == row.setting);
    CHECK(names.insert(row.name).second);
    if (!row.alias.empty()) {
      CHECK(find_setting(row.alias)->setting == row.setting);
      CHECK(names.insert(row.alias).second);
    }
    // A default must pass the checks of its own row.
    Config config;
    const auto shown_default = config.value(row.setting);
    if (row.setting == Setting::replicaof) continue;
    CHECK(load(config, row.name, {shown_default}) == "OK");
    CHECK(config.value(row.setting) == shown_default);
  }
  CHECK(names.size() == setting_names().size());
  CHECK(find_setting("nosuch") == nullptr);
  CHECK(find_setting("") == nullptr);
  CHECK(find_setting(std::string(1000, 'x')) == nullptr);
}
