// How the binary is started. Messages are those of redis-server 7.0.15, asked with the same arguments.
#include "server/options.h"

#include <catch2/catch.hpp>
#include <map>

using namespace redouble;
using Action = Startup::Action;

namespace {

// A machine made of strings.
struct Machine {
  std::map<std::string, std::string> files;
  std::string input;
  std::string directory = "/home/me";

  Surroundings surroundings() {
    return {.read_file = [this](const std::string& path) -> Surroundings::File {
              const auto found = files.find(path);
              if (found == files.end()) return {std::nullopt, "No such file or directory"};
              return {found->second, {}};
            },
            .expand =
                [this](const std::string& pattern) {
                  std::vector<std::string> found;
                  const auto prefix = pattern.substr(0, pattern.find('*'));
                  for (const auto& [path, text] : files)
                    if (path.starts_with(prefix)) found.push_back(path);
                  return found;
                },
            .read_standard_input = [this] { return input; },
            .working_directory = [this] { return directory; },
            .enter_directory = [this](const std::string& path) -> std::string {
              if (path == "/nonexist") return "No such file or directory";
              directory = path.starts_with('/') ? path : directory + '/' + path;
              return {};
            },
            .check_log_file = [](const std::string& path) -> std::string {
              return path.starts_with("/nonexist") ? "No such file or directory" : "";
            },
            .is_command = [](std::string_view name) { return name == "get" || name == "set"; }};
  }

  Startup start(std::vector<std::string> arguments) { return read_command_line(arguments, surroundings()); }
  // The value that CONFIG GET would show, or the message of a failed start.
  std::string shown(Setting setting, std::vector<std::string> arguments) {
    const auto startup = start(std::move(arguments));
    return startup.action == Action::serve ? startup.options.config.value(setting) : startup.text;
  }
};

std::string shown(Setting setting, std::vector<std::string> arguments) {
  return Machine().shown(setting, std::move(arguments));
}

std::string failure(std::vector<std::string> arguments) {
  const auto startup = Machine().start(std::move(arguments));
  CHECK(startup.action == Action::fail);
  return startup.text;
}

std::string file_failure(std::string text, std::vector<std::string> arguments = {}) {
  Machine machine;
  machine.files["/home/me/redis.conf"] = std::move(text);
  arguments.insert(arguments.begin(), "redis.conf");
  const auto startup = machine.start(std::move(arguments));
  CHECK(startup.action == Action::fail);
  return startup.text;
}

std::string at_line(int number, const std::string& line, const std::string& reason) {
  return "\n*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\nReading the configuration file, at line " +
         std::to_string(number) + "\n>>> '" + line + "'\n" + reason + "\n";
}

const std::string kNotAnInteger = "argument couldn't be parsed into an integer";
const std::string kBadDirective = "Bad directive or wrong number of arguments";

}  // namespace

TEST_CASE("options: without arguments all is as Redis has it", "[options]") {
  const auto startup = Machine().start({});
  CHECK(startup.action == Action::serve);
  CHECK_FALSE(startup.options.configured);
  CHECK(startup.options.config_file.empty());
  CHECK(startup.options.config.number(Setting::port) == 6379);
  CHECK(startup.options.config.text(Setting::dir) == "/home/me");
  CHECK_FALSE(startup.options.any_port);
}

TEST_CASE("options: names with their values", "[options]") {
  CHECK(shown(Setting::port, {"--port", "7000"}) == "7000");
  CHECK(shown(Setting::port, {"--PORT", "7000", "--port", "7001"}) == "7001");
  CHECK(shown(Setting::requirepass, {"--requirepass", "a b\"c"}) == "a b\"c");
  CHECK(shown(Setting::requirepass, {"--requirepass", ""}) == "");
  CHECK(shown(Setting::save, {"--save", "900", "1", "60", "5"}) == "900 1 60 5");
  CHECK(shown(Setting::save, {"--save", "900 1", "--save", "60 5"}) == "900 1 60 5");
  CHECK(shown(Setting::save, {"--save", ""}) == "");
  CHECK(shown(Setting::masterauth, {"--masterauth", "--port"}) == "--port");
  CHECK(shown(Setting::replicaof, {"--slaveof", "localhost", "1234"}) == "localhost 1234");
}

TEST_CASE("options: name and value glued into one word", "[options]") {
  CHECK(shown(Setting::port, {"--port 7000"}) == "7000");
  CHECK(shown(Setting::requirepass, {"--requirepass secret", "--port", "1"}) == "secret");
  CHECK(shown(Setting::save, {"--save 900 1", "--hz", "20"}) == "900 1");
  CHECK(shown(Setting::requirepass, {"--requirepass 'a b'"}) == "a b");
  CHECK(failure({"--port 0 --hz x"}) == at_line(2, "port 0 --hz x", "wrong number of arguments"));
  CHECK(failure({"--port \"0"}) == at_line(2, "port \"0", "Unbalanced quotes in configuration line"));
}

TEST_CASE("options: --save without a value means none", "[options]") {
  CHECK(shown(Setting::save, {"--save"}) == "");
  CHECK(shown(Setting::save, {"--save", "--port", "1"}) == "");
  CHECK(shown(Setting::port, {"--save", "--port", "1"}) == "1");
  CHECK(failure({"--hz", "--save"}) == at_line(2, "hz \"--save\"", kNotAnInteger));
}

TEST_CASE("options: mistakes on the command line", "[options]") {
  CHECK(failure({"--port", "0", "foo"}) == at_line(2, "port \"0\" \"foo\"", "wrong number of arguments"));
  CHECK(failure({"--port", "0", "--hz"}) == at_line(3, "hz", "wrong number of arguments"));
  CHECK(failure({"--port", " 1"}) == at_line(2, "port \" 1\"", kNotAnInteger));
  CHECK(failure({"--hz", "x\ny z"}) == at_line(2, "hz \"x\\ny z\"", kNotAnInteger));
  CHECK(failure({"--hz", "1", "-", "--hz", "x"}) ==
        at_line(2, "hz \"1\" \"-\"", "wrong number of arguments"));
  CHECK(failure({"-p", "1"}) == at_line(2, "\"-p\" \"1\"", kBadDirective));
  CHECK(failure({"--save", "1", "--hz", "5"}) == at_line(2, "save \"1\"", "Invalid save parameters"));
  CHECK(failure({"--dir", "/nonexist"}) == at_line(2, "dir \"/nonexist\"", "No such file or directory"));
  CHECK(failure({"--maxmemory-policy", "lru"}) ==
        at_line(2, "maxmemory-policy \"lru\"",
                "argument(s) must be one of the following: volatile-lru, volatile-lfu, volatile-random, "
                "volatile-ttl, allkeys-lru, allkeys-lfu, allkeys-random, noeviction"));
  CHECK(failure({"--logfile", "/nonexist/x"}) ==
        "\n*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\nCan't open the log file: No such file or "
        "directory\n");
  CHECK(
      failure({"--cluster-enabled", "yes", "--replicaof", "a 1"}) ==
      "\n*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\nreplicaof directive not allowed in cluster mode\n");
}

TEST_CASE("options: a mistyped name gets a suggestion", "[options]") {
  CHECK(failure({"--maxmemroy", "5"}) ==
        at_line(2, "maxmemroy \"5\"", kBadDirective + "\nDid you mean 'maxmemory'?"));
  CHECK(failure({"--prot", "5"}) == at_line(2, "prot \"5\"", kBadDirective + "\nDid you mean 'port'?"));
  CHECK(failure({"--port=5"}) == at_line(2, "port=5", kBadDirective + "\nDid you mean 'port 5'?"));
  CHECK(failure({"--anounce", "json"}) ==
        at_line(2, "anounce \"json\"", kBadDirective + "\nDid you mean 'announce'?"));
  CHECK(failure({"--nosuchthing", "1"}) == at_line(2, "nosuchthing \"1\"", kBadDirective));
}

TEST_CASE("options: a file, then the flags", "[options]") {
  Machine machine;
  machine.files["/home/me/redis.conf"] = "# mine\n\nport 7000\r\n  HZ\t20 \nmaxmemory 1gb\nsave 900 1";
  const auto startup = machine.start({"redis.conf", "--port", "7001"});
  REQUIRE(startup.action == Action::serve);
  CHECK(startup.options.config_file == "/home/me/redis.conf");
  CHECK(startup.options.configured);
  CHECK(startup.options.config.number(Setting::port) == 7001);
  CHECK(startup.options.config.number(Setting::hz) == 20);
  CHECK(startup.options.config.number(Setting::maxmemory) == 1 << 30);
  CHECK(startup.options.config.value(Setting::save) == "900 1");
  CHECK(machine.start({"./x/../redis.conf"}).options.config_file == "/home/me/redis.conf");
  CHECK(machine.start({"/home/me/redis.conf"}).action == Action::serve);
  CHECK(failure({"nosuch.conf"}) ==
        "Fatal error, can't open config file '/home/me/nosuch.conf': No such file or directory\n");
}

TEST_CASE("options: mistakes in a file", "[options]") {
  CHECK(file_failure("#x\n\nhz  \"x\" # c\n") == at_line(3, "hz  \"x\" # c", "wrong number of arguments"));
  CHECK(file_failure("port 0\r\nhz x\r\n") == at_line(2, "hz x", kNotAnInteger));
  CHECK(file_failure("hz 5\nport 0", {"--hz", "x"}) == at_line(3, "hz \"x\"", kNotAnInteger));
  CHECK(file_failure("hz 5\nport 0\n", {"--hz", "x"}) == at_line(4, "hz \"x\"", kNotAnInteger));
  CHECK(file_failure("hz \"x\n") == at_line(1, "hz \"x", "Unbalanced quotes in configuration line"));
  CHECK(file_failure("\"\" x\n") == at_line(1, "\"\" x", kBadDirective));
  CHECK(file_failure("user\n") == at_line(1, "user", kBadDirective));
  CHECK(file_failure("loadmodule\n") == at_line(1, "loadmodule", kBadDirective));
  CHECK(file_failure("foo.bar\n") == at_line(1, "foo.bar", "Module config specified without value"));
  CHECK(file_failure("sentinel a b\n") ==
        at_line(1, "sentinel a b", "sentinel directive while not in sentinel mode"));
  CHECK(file_failure("list-max-ziplist-entries 1 2") ==
        at_line(1, "list-max-ziplist-entries 1 2", kBadDirective));
}

TEST_CASE("options: old directives without an effect pass", "[options]") {
  Machine machine;
  machine.files["/f"] =
      "list-max-ziplist-entries 512\nlist-max-ziplist-value 64\nlua-replicate-commands no\n";
  CHECK(machine.start({"/f"}).action == Action::serve);
}

TEST_CASE("options: standard input", "[options]") {
  Machine machine;
  machine.input = "maxmemory 128mb\nport 1\n";
  CHECK(machine.shown(Setting::maxmemory, {"-"}) == "134217728");
  CHECK(machine.shown(Setting::port, {"-", "--port", "2"}) == "2");
  CHECK(machine.shown(Setting::port, {"--port", "2", "-"}) == "2");
  machine.files["/f"] = "port 3\nhz 30\n";
  CHECK(machine.shown(Setting::port, {"/f", "-"}) == "1");
  CHECK(machine.shown(Setting::hz, {"/f", "--timeout", "1", "-"}) == "30");
  machine.input = "port x";
  CHECK(machine.shown(Setting::port, {"-"}) == at_line(1, "port x", kNotAnInteger));
}

TEST_CASE("options: included files", "[options]") {
  Machine machine;
  machine.files = {{"/f", "hz 20\ninclude /g\ntimeout 3\n"}, {"/g", "hz 30\ntimeout 4\n"}};
  CHECK(machine.shown(Setting::hz, {"/f"}) == "30");
  CHECK(machine.shown(Setting::timeout, {"/f"}) == "3");
  CHECK(machine.shown(Setting::timeout, {"--include", "/g"}) == "4");
  machine.files["/g"] = "\nhz q\n";
  CHECK(machine.shown(Setting::hz, {"/f"}) == at_line(2, "hz q", kNotAnInteger));
  machine.files["/f"] = "include /conf.d/*.conf\n";
  CHECK(machine.shown(Setting::hz, {"/f"}) == "10");
  machine.files["/conf.d/1.conf"] = "hz 40";
  machine.files["/conf.d/2.conf"] = "timeout 9";
  CHECK(machine.shown(Setting::hz, {"/f"}) == "40");
  CHECK(machine.shown(Setting::timeout, {"/f"}) == "9");
  machine.files["/f"] = "include /nosuch\n";
  CHECK(machine.shown(Setting::hz, {"/f"}) ==
        "Fatal error, can't open config file '/nosuch': No such file or directory\n");
  machine.files["/f"] = "include /f\n";
  CHECK(machine.shown(Setting::hz, {"/f"}) ==
        at_line(1, "include /f", "files include one another more than 16 deep: does one include itself?"));
}

TEST_CASE("options: dir is entered at once", "[options]") {
  Machine machine;
  const auto startup = machine.start({"--dir", "data"});
  CHECK(startup.options.config.text(Setting::dir) == "/home/me/data");
  CHECK(machine.directory == "/home/me/data");
}

TEST_CASE("options: rename-command is checked and collected", "[options]") {
  using Renamed = std::vector<std::pair<std::string, std::string>>;
  Machine machine;
  machine.files["/f"] = "rename-command GET fetch\nrename-command set \"\"\nrename-command fetch get2\n";
  CHECK(machine.start({"/f"}).options.renamed_commands ==
        Renamed{{"GET", "fetch"}, {"set", ""}, {"fetch", "get2"}});
  CHECK(failure({"--rename-command", "get"}) == at_line(2, "rename-command \"get\"", kBadDirective));
  CHECK(failure({"--rename-command", "nosuch", "x"}) ==
        at_line(2, "rename-command \"nosuch\" \"x\"", "No such command in rename-command"));
  CHECK(failure({"--rename-command", "get", "SET"}) ==
        at_line(2, "rename-command \"get\" \"SET\"", "Target command name already exists"));
  CHECK(file_failure("rename-command get \"\"\nrename-command GET x") ==
        at_line(2, "rename-command GET x", "No such command in rename-command"));
  CHECK(file_failure("rename-command get foo\nrename-command set FOO") ==
        at_line(2, "rename-command set FOO", "Target command name already exists"));
}

TEST_CASE("options: what redouble cannot do is refused", "[options]") {
  CHECK(file_failure("loadmodule /x.so") ==
        at_line(1, "loadmodule /x.so", "modules are not supported by redouble"));
  CHECK(file_failure("search.timeout 5") ==
        at_line(1, "search.timeout 5", "modules are not supported by redouble"));
  CHECK(failure({"--sentinel"}) == at_line(2, "sentinel", "redouble has no sentinel mode"));
  CHECK(failure({"--test-memory", "5"}) ==
        "redouble does not test memory; redis-server --test-memory does.\n");
  CHECK(failure({"--check-system"}) == "redouble does not check the system; it runs where it starts.\n");
}

TEST_CASE("options: what has no effect is remembered", "[options]") {
  const auto given = Machine().start({"--appendonly", "yes", "--port", "1", "--appendonly", "no"});
  CHECK(given.options.without_effect == std::vector<Setting>{Setting::appendonly});
}

TEST_CASE("options: a port that the kernel chooses", "[options]") {
  CHECK(Machine().start({"--port", "auto"}).options.any_port);
  CHECK(Machine().start({"--port AUTO"}).options.any_port);
  CHECK_FALSE(Machine().start({"--port", "auto", "--port", "7000"}).options.any_port);
  const auto none = Machine().start({"--port", "0"});
  CHECK_FALSE(none.options.any_port);
  CHECK(none.options.config.number(Setting::port) == 0);
}

TEST_CASE("options: flags for programs that start it", "[options]") {
  const auto startup = Machine().start(
      {"--announce", "json", "--port", "1", "--port-file", "/p", "--exit-with-parent", "--hz", "20"});
  REQUIRE(startup.action == Action::serve);
  CHECK(startup.options.announce_json);
  CHECK(startup.options.port_file == "/p");
  CHECK(startup.options.exit_with_parent);
  CHECK(startup.options.config.number(Setting::hz) == 20);
  CHECK(Machine().start({"--announce json"}).options.announce_json);
  CHECK_FALSE(Machine().start({"--exit-with-parent", "no"}).options.exit_with_parent);
  CHECK(failure({"--announce", "xml"}) == "redouble: --announce knows 'json' only, not 'xml'\n");
  CHECK(failure({"--port-file"}) == "redouble: --port-file needs a value\n");
  CHECK(failure({"--exit-with-parent", "maybe"}) ==
        "redouble: --exit-with-parent is 'yes' or 'no', not 'maybe'\n");
  // The value of another flag is a value, whatever it looks like.
  CHECK(shown(Setting::masterauth, {"--masterauth", "--announce"}) == "--announce");
}

TEST_CASE("options: test data and the leak report", "[options]") {
  const auto startup = Machine().start({"--load", "data.json", "--leak-report", "--hz", "20"});
  REQUIRE(startup.action == Action::serve);
  CHECK(startup.options.load == "/home/me/data.json");
  CHECK(startup.options.leak_report);
  CHECK_FALSE(startup.options.leaks_fail);
  CHECK(startup.options.config.number(Setting::hz) == 20);
  CHECK(Machine().start({"--load", "/data.rdb"}).options.load == "/data.rdb");
  CHECK(Machine().start({"--leak-report", "fail"}).options.leaks_fail);
  CHECK(Machine().start({"--leak-report fail"}).options.leaks_fail);
  CHECK(failure({"--leak-report loud"}) ==
        "redouble: --leak-report stands alone or with 'fail', not 'loud'\n");
  CHECK(failure({"--load"}) == "redouble: --load needs a value\n");
}

TEST_CASE("options: questions that are answered without a server", "[options]") {
  const auto version = Machine().start({"--version"});
  CHECK(version.action == Action::print);
  CHECK(version.text.starts_with("Redis server v=7.0.15 sha=00000000:0 malloc="));
  CHECK(version.text.find("redouble=") != std::string::npos);
  CHECK(Machine().start({"-v"}).text == version.text);
  const auto help = Machine().start({"--port", "1", "--help"});
  CHECK(help.action == Action::print);
  CHECK(help.text.find("--announce json") != std::string::npos);
  CHECK(help.text.find('\x1b') == std::string::npos);
  CHECK(help_text(true).find("\x1b[1m") != std::string::npos);
  CHECK(Machine().start({"-h"}).text == help.text);
  const auto probe = Machine().start({"--ping", "redis://127.0.0.1:1"});
  CHECK(probe.action == Action::ping);
  CHECK(probe.text == "redis://127.0.0.1:1");
}
