// What a script may do when memory is short or writes are paused, and what it may read: by its flags.
#include <catch2/catch.hpp>

#include <string>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

namespace {

const std::string kSet = "return redis.call('set','k',ARGV[1])";
const std::string kOom = "-OOM command not allowed when used memory > 'maxmemory'.";

}  // namespace

TEST_CASE("OOM: a script without flags fails at its first command that needs memory", "[scripting][oom]") {
  EngineFixture f;
  f.send("SET", "k", "v");
  f.send("CONFIG", "SET", "maxmemory", "1");
  CHECK(f.send("EVAL", kSet, "0", "x").starts_with(kOom + " script: "));
  CHECK(f.send("EVAL", "return redis.call('get','k')", "0") == "$1\r\nv\r\n");
  CHECK(f.send("EVAL", "return redis.pcall('set','k','x').err", "0").starts_with("$55\r\nOOM command"));
  f.send("CONFIG", "SET", "maxmemory", "0");
  CHECK(f.send("EVAL", kSet, "0", "x") == "+OK\r\n");
}

TEST_CASE("OOM: a script that has written is not stopped half way", "[scripting][oom]") {
  EngineFixture f;
  f.send("CONFIG", "SET", "maxmemory", "1");
  CHECK(f.send("EVAL", "redis.call('del','n') " + kSet, "0", "x") == "+OK\r\n");
  CHECK(f.send("EVAL", "redis.pcall('set','n','x') " + kSet, "0", "y").starts_with(kOom));
  CHECK(f.send("EVAL", "redis.call('publish','c','m') " + kSet, "0", "y").starts_with(kOom));
  CHECK(f.send("GET", "k") == "$1\r\nx\r\n");
}

TEST_CASE("OOM: a shebang is refused whole, but for allow-oom and no-writes", "[scripting][oom]") {
  EngineFixture f;
  f.send("CONFIG", "SET", "maxmemory", "1");
  CHECK(f.send("EVAL", "#!lua\nreturn 1", "0") == kOom + "\r\n");
  CHECK(f.send("EVAL", "#!lua flags=allow-oom\n" + kSet, "0", "x") == "+OK\r\n");
  CHECK(f.send("EVAL", "#!lua flags=no-writes\nreturn redis.call('get','k')", "0") == "$1\r\nx\r\n");
  f.send("CONFIG", "SET", "maxmemory", "0");
  f.send("FUNCTION", "LOAD",
         "#!lua name=l\nredis.register_function('f',function() return 1 end)\n"
         "redis.register_function{function_name='g',callback=function() return 2 end,flags={'allow-oom'}}");
  f.send("CONFIG", "SET", "maxmemory", "1");
  CHECK(f.send("FCALL", "f", "0") == kOom + "\r\n");
  CHECK(f.send("FCALL", "g", "0") == ":2\r\n");
}

TEST_CASE("OOM: inside EXEC a script's start is its own", "[scripting][oom]") {
  EngineFixture f;
  f.send("CONFIG", "SET", "maxmemory", "1");
  f.send("PING");
  f.send("CONFIG", "SET", "maxmemory", "0");
  f.send("MULTI");
  f.send("CONFIG", "SET", "maxmemory", "1");
  f.send("EVAL", "#!lua\nreturn 1", "0");
  CHECK(f.send("EXEC") ==
        "*2\r\n+OK\r\n-OOM allow-oom flag is not set on the script, can not run it when used memory > "
        "'maxmemory'\r\n");
}

TEST_CASE("EVAL_RO: what may be replicated is refused, PFCOUNT too", "[scripting]") {
  EngineFixture f;
  f.send("PFADD", "p", "a");
  CHECK(f.send("EVAL_RO", "return redis.call('pfcount','p')", "0").starts_with("-ERR Write commands"));
  CHECK(f.send("EVAL_RO", "return redis.call('publish','c','m')", "0").starts_with("-ERR Write commands"));
  CHECK(f.send("EVAL", "return redis.call('pfcount','p')", "0") == ":1\r\n");
}

TEST_CASE("EVAL: SORT of a set has an order", "[scripting]") {
  EngineFixture f;
  f.send("SADD", "s", "3", "1", "20", "10");
  CHECK(f.send("EVAL", "return redis.call('sort','s','by','nosort')", "0") ==
        "*4\r\n$1\r\n1\r\n$2\r\n10\r\n$2\r\n20\r\n$1\r\n3\r\n");
}

TEST_CASE("tonumber: reads what C reads", "[scripting]") {
  EngineFixture f;
  CHECK(f.send("EVAL",
               "local t={} for i,v in ipairs(ARGV) do t[i]=string.format('%.17g',tonumber(v) or 777) end "
               "return table.concat(t,' ')",
               "0", "0.1", "-5", ".5", "1.", "1-2", "0x10", " 7 ", "1e3", "", "18446744073709551615", "-",
               "1.2.3") ==
        "$77\r\n0.10000000000000001 -5 0.5 1 777 16 7 1000 777 1.8446744073709552e+19 777 777\r\n");
}
