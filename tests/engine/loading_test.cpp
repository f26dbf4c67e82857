// Test data: JSON, commands and RDB, and what is said of mistakes in them.
#include "engine/loading.h"

#include <catch2/catch.hpp>

#include <string>

#include "engine/json.h"
#include "engine/rdb/file.h"
#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;
using redouble::parse_json;
using redouble::place_in;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string mistake(std::string_view json) {
  const auto parsed = parse_json(json);
  return parsed.error.empty() ? "" : place_in(json, parsed.at) + ": " + parsed.error;
}

std::string json_error(std::string_view json) {
  EngineFixture f;
  f.send("SET", "mine", "1");
  const std::string before = f.send("DEBUG", "DIGEST");
  const auto loaded = load_json(f.engine, json, "JSON");
  CHECK(f.send("DEBUG", "DIGEST") == before);
  return loaded.error;
}

}  // namespace

TEST_CASE("JSON: what it is, and where it is none", "[load][json]") {
  CHECK(parse_json(R"( {"a": [1, -2.5e3, "x", true, null], "b": {}} )").error.empty());
  CHECK(parse_json(R"("\u0041\n\"\\\/ \u00e9 \ud83d\ude00")").value.text ==
        "A\n\"\\/ \xc3\xa9 \xf0\x9f\x98\x80");
  CHECK(parse_json("1.50").value.text == "1.50");
  CHECK(mistake("") == "line 1, column 1: the text ends where a value should stand");
  CHECK(mistake("{\n  \"a\": 1,\n}") == "line 3, column 1: a name in double quotes should stand here");
  CHECK(mistake("{\"a\" 1}") == "line 1, column 6: ':' should stand here");
  CHECK(mistake("{\"a\": 1 \"b\": 2}") == "line 1, column 9: ',' or '}' should stand here");
  CHECK(mistake("[1,]") == "line 1, column 4: a value should stand here");
  CHECK(mistake("[1") == "line 1, column 3: ',' or ']' should stand here");
  CHECK(mistake("\"a") == "line 1, column 3: the text ends inside a string");
  CHECK(mistake("[01]") == "line 1, column 3: a number does not begin with 0");
  CHECK(mistake("-") == "line 1, column 2: a digit should stand here");
  CHECK(mistake("1.") == "line 1, column 3: a digit should stand here");
  CHECK(mistake("1e") == "line 1, column 3: a digit should stand here");
  CHECK(mistake("\"\\x\"") ==
        "line 1, column 3: an unknown escape: there are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
  CHECK(mistake("\"\\u12g4\"") == "line 1, column 6: four hexadecimal digits should stand here");
  CHECK(contains(mistake("\"\\ud800\""), "the first half of a pair"));
  CHECK(contains(mistake("\"\\udc00\""), "the second half of a pair"));
  CHECK(contains(mistake("\"a\nb\""), "a control character in a string"));
  CHECK(mistake("{\"a\": 1, \"a\": 2}") == "line 1, column 10: this name comes twice");
  CHECK(mistake("1 2") == "line 1, column 3: nothing may stand behind the value");
  CHECK(mistake("tru") == "line 1, column 1: a value should stand here");
  CHECK(contains(mistake(std::string(100'000, '[')), "nested more than 32 deep"));
  std::string many = "[0";
  for (int i = 1; i < 1'000'000; ++i) many += ",0";
  CHECK(contains(mistake(many + "]"), "more than 1,000,000 values"));
}

TEST_CASE("LOAD JSON: every type, deadlines, several databases", "[load]") {
  EngineFixture f;
  f.send("SET", "user:1", "replaced by a hash");
  f.send("SET", "mine", "stays");
  CHECK(f.send("REDOUBLE", "LOAD", "JSON", R"({
    "s": "text", "n": 7, "list": ["b", "a", 3], "user:1": {"name": "ada", "age": 36},
    "typed": {"type": "string", "value": "x", "ttl": "5m"},
    "set": {"type": "set", "value": ["a", 1], "ttl": 250},
    "zset": {"type": "zset", "value": {"ada": 10.5, "bob": "-inf"}},
    "l2": {"type": "list", "value": ["x"]},
    "h2": {"type": "hash", "value": {"type": "t", "value": "v"}},
    "stream": {"type": "stream", "value": [["1-1", {"f": "v"}], {"g": "w"}]}})") == ":10\r\n");
  CHECK(f.send("GET", "mine") == "$5\r\nstays\r\n");
  CHECK(f.send("GET", "s") == "$4\r\ntext\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "n") == "$3\r\nint\r\n");
  CHECK(f.send("LRANGE", "list", "0", "-1") == "*3\r\n$1\r\nb\r\n$1\r\na\r\n$1\r\n3\r\n");
  CHECK(f.send("HGETALL", "user:1") == "*4\r\n$4\r\nname\r\n$3\r\nada\r\n$3\r\nage\r\n$2\r\n36\r\n");
  CHECK(f.send("PTTL", "typed") == ":300000\r\n");
  CHECK(f.send("PTTL", "set") == ":250\r\n");
  CHECK(f.send("SCARD", "set") == ":2\r\n");
  CHECK(f.send("ZSCORE", "zset", "ada") == "$4\r\n10.5\r\n");
  CHECK(f.send("TYPE", "l2") == "+list\r\n");
  CHECK(f.send("HGET", "h2", "value") == "$1\r\nv\r\n");
  CHECK(f.send("XLEN", "stream") == ":2\r\n");
  CHECK(f.send("REDOUBLE", "LOAD", "JSON", R"({"databases": {"0": {"s": "new"}, "3": {"three": "3"}}})") ==
        ":2\r\n");
  CHECK(f.send("GET", "s") == "$3\r\nnew\r\n");
  f.send("SELECT", "3");
  CHECK(f.send("GET", "three") == "$1\r\n3\r\n");
  CHECK(f.send("REDOUBLE", "LOAD", "JSON", "{}") == ":0\r\n");
  f.send("SELECT", "0");
  // A hash of that name is one: it is not the only member.
  CHECK(f.send("REDOUBLE", "LOAD", "JSON", R"({"databases": {"0": "zero"}, "k": "v"})") == ":2\r\n");
  CHECK(f.send("HGET", "databases", "0") == "$4\r\nzero\r\n");
}

TEST_CASE("LOAD JSON: mistakes are told with their place, and nothing is loaded", "[load]") {
  CHECK(json_error("{\"a\": 1,\n \"b\": tru}") == "JSON, line 2, column 7: a value should stand here");
  CHECK(contains(json_error("[1]"), "the whole should be an object of keys"));
  CHECK(contains(json_error(R"({"a": 1, "b": true})"),
                 "line 1, column 15: a string or a number should stand here"));
  CHECK(contains(json_error(R"({"a": []})"), "Redis keeps no empty values"));
  CHECK(contains(json_error(R"({"a": {}})"), "Redis keeps no empty values"));
  CHECK(contains(json_error(R"({"a": [[1]]})"), "a string or a number should stand here"));
  CHECK(contains(json_error(R"({"a": {"type": "tree", "value": 1}})"),
                 "'tree' is no type: there are string, list"));
  CHECK(contains(json_error(R"({"a": {"type": "set", "value": {"x": 1}}})"), "an array should stand here"));
  CHECK(contains(json_error(R"({"a": {"type": "zset", "value": ["x"]}})"), "members with their scores"));
  CHECK(contains(json_error(R"({"a": {"type": "stream", "value": [["1-1"]]}})"),
                 "an entry should be an object"));
  CHECK(contains(json_error(R"({"a": {"type": "string", "value": 1, "tll": 5}})"), "but no 'tll'"));
  CHECK(contains(json_error(R"({"a": {"type": "string", "value": 1, "ttl": "5x"}})"),
                 "'ttl' should be a duration"));
  CHECK(contains(json_error(R"({"a": {"type": "string", "value": 1, "ttl": -5}})"),
                 "'ttl' should be a duration"));
  CHECK(contains(json_error(R"({"databases": {"16": {}}})"), "'16' is no database: there are 0 to 15"));
  CHECK(contains(json_error(R"({"databases": {"0": 5}})"), "a database should be an object of keys"));
  // What only the command finds out comes after others were loaded: these go again.
  CHECK(contains(json_error(R"({"a": 1, "mine": 2, "z": {"type": "zset", "value": {"m": "high"}}})"),
                 "ZADD was answered: ERR value is not a valid float"));
  CHECK(contains(json_error(R"({"s": {"type": "stream", "value": [["2-1", {"f": 1}], ["1-1", {"f": 1}]]}})"),
                 "XADD was answered: ERR The ID specified"));
}

TEST_CASE("LOAD COMMANDS: a line each, until the first error", "[load]") {
  EngineFixture f;
  CHECK(f.send(
            "REDOUBLE", "LOAD", "COMMANDS",
            "# the fixture\n\n  SET greeting \"hello\\nworld\"\r\nRPUSH list 'two words' b\nSELECT 2\nMULTI\n"
            "SET two 2\nEXEC") == ":6\r\n");
  CHECK(f.send("GET", "greeting") == "$11\r\nhello\nworld\r\n");
  CHECK(f.send("LINDEX", "list", "0") == "$9\r\ntwo words\r\n");
  CHECK(f.send("DBSIZE") == ":2\r\n");
  CHECK(f.send("REDOUBLE", "LOAD", "COMMANDS", "SET a 1\n\nLPUSH a x\nSET b 2") ==
        "-ERR COMMANDS, line 3: 'LPUSH a x' was answered: WRONGTYPE Operation against a key holding the "
        "wrong kind of "
        "value (1 commands before it were run)\r\n");
  CHECK(f.send("MGET", "a", "b") == "*2\r\n$1\r\n1\r\n$-1\r\n");
  CHECK(contains(f.send("REDOUBLE", "LOAD", "COMMANDS", "SET a \"1"),
                 "line 1: 'SET a \"1' has quotes that do not match"));
  CHECK(
      contains(f.send("REDOUBLE", "LOAD", "COMMANDS", "REDOUBLE LOAD COMMANDS PING"), "cannot load another"));
  CHECK(contains(f.send("REDOUBLE", "LOAD", "COMMANDS", "REDOUBLE RESET"), "cannot reset the server"));
  CHECK(f.send("REDOUBLE", "LOAD", "COMMANDS", "BLPOP nothing 0") == ":1\r\n");
  CHECK(f.send("CLIENT", "LIST").find("BLPOP") == std::string::npos);
}

TEST_CASE("LOAD: files by their endings", "[load]") {
  struct Files : redouble::Host {
    std::optional<std::string> read_file(const std::string& path) override {
      if (path == "a.json") return R"({"k": "json"})";
      if (path == "a.redis" || path == "a.txt") return "SET k commands\nNOSUCH";
      if (path == "a.rdb") return rdb;
      return std::nullopt;
    }
    std::string rdb;
  } files;
  redouble::ManualClock clock;
  redouble::Engine engine(clock, redouble::Config(), files, 1, redouble::scripting());
  EngineFixture other;
  other.send("SET", "k", "rdb");
  other.send("SET", "l", "rdb");
  files.rdb = write_rdb_file(other.engine);
  auto& client = engine.connect();
  const auto send = [&](std::vector<std::string_view> argv) {
    engine.execute(client, argv);
    return EngineFixture::received(client);
  };
  send({"SET", "mine", "1"});
  CHECK(send({"REDOUBLE", "LOAD", "a.json"}) == ":1\r\n");
  CHECK(send({"GET", "k"}) == "$4\r\njson\r\n");
  CHECK(send({"REDOUBLE", "LOAD", "a.rdb"}) == ":2\r\n");
  CHECK(send({"MGET", "k", "mine"}) == "*2\r\n$3\r\nrdb\r\n$1\r\n1\r\n");
  CHECK(contains(send({"REDOUBLE", "LOAD", "a.redis"}),
                 "-ERR a.redis, line 2: 'NOSUCH' was answered: ERR unknown"));
  CHECK(contains(send({"REDOUBLE", "LOAD", "a.txt"}), "-ERR a.txt, line 2"));
  CHECK(send({"GET", "k"}) == "$8\r\ncommands\r\n");
  CHECK(send({"REDOUBLE", "LOAD", "b.json"}) == "-ERR 'b.json': it cannot be read\r\n");
  CHECK(contains(send({"REDOUBLE", "LOAD", "a.csv"}),
                 "should end in .redis or .txt (commands), .json or .rdb"));
  files.rdb.resize(30);
  CHECK(contains(send({"REDOUBLE", "LOAD", "a.rdb"}), "-ERR a.rdb: byte "));
  CHECK(contains(send({"REDOUBLE", "LOAD"}), "-ERR LOAD needs a path"));
  CHECK(contains(send({"REDOUBLE", "LOAD", "JSON", "{}", "x"}), "-ERR LOAD takes a path"));
  CHECK(contains(send({"REDOUBLE", "LOAD", "HELP"}), "COMMANDS <text>"));
}
