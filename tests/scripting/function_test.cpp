// FUNCTION and FCALL: libraries come and go whole.
#include <catch2/catch.hpp>

#include <string>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

namespace {

constexpr auto kCounter =
    "#!lua name=counter\nlocal n=0\nredis.register_function('count',function(keys,args) n=n+1 return "
    "{n,#keys,args[1]} end)\n"
    "redis.register_function{function_name='peek',callback=function() return n "
    "end,flags={'no-writes'},description='d'}";

}  // namespace

TEST_CASE("FCALL: passes keys and arguments; a library keeps its locals", "[function][scripting]") {
  EngineFixture f;
  CHECK(f.send("FUNCTION", "LOAD", kCounter) == "$7\r\ncounter\r\n");
  CHECK(f.send("FCALL", "count", "1", "k", "a") == "*3\r\n:1\r\n:1\r\n$1\r\na\r\n");
  CHECK(f.send("FCALL_RO", "PEEK", "0") == ":1\r\n");
  CHECK(f.send("FCALL_RO", "count", "0") ==
        "-ERR Can not execute a script with write flag using *_ro command.\r\n");
  CHECK(f.send("FCALL", "nosuch", "0") == "-ERR Function not found\r\n");
  CHECK(f.send("FUNCTION", "DELETE", "counter") == "+OK\r\n");
  CHECK(f.send("FCALL", "count", "0") == "-ERR Function not found\r\n");
}

TEST_CASE("FUNCTION LOAD: a failure leaves what was there", "[function][scripting]") {
  EngineFixture f;
  f.send("FUNCTION", "LOAD", kCounter);
  CHECK(f.send("FUNCTION", "LOAD", kCounter) == "-ERR Library 'counter' already exists\r\n");
  CHECK(f.send("FUNCTION", "LOAD", "REPLACE", "#!lua name=counter\nerror('x')") ==
        "-ERR Error registering functions: ERR user_function:2: Script attempted to access nonexistent "
        "global variable "
        "'error'\r\n");
  CHECK(f.send("FUNCTION", "LOAD", "#!lua name=other\nredis.register_function('Count',function() end)") ==
        "-ERR Function Count already exists\r\n");
  CHECK(f.send("FCALL", "count", "0").starts_with("*2\r\n:1\r\n"));
}

TEST_CASE("FUNCTION RESTORE: takes what DUMP gave, by policy", "[function][scripting]") {
  EngineFixture f;
  f.send("FUNCTION", "LOAD", kCounter);
  const std::string reply = f.send("FUNCTION", "DUMP");
  const std::string payload = reply.substr(reply.find("\r\n") + 2, reply.size() - reply.find("\r\n") - 4);
  CHECK(f.send("FUNCTION", "RESTORE", payload) == "-ERR Library counter already exists\r\n");
  CHECK(f.send("FUNCTION", "RESTORE", payload, "REPLACE") == "+OK\r\n");
  CHECK(f.send("FUNCTION", "FLUSH") == "+OK\r\n");
  CHECK(f.send("FUNCTION", "RESTORE", payload) == "+OK\r\n");
  CHECK(f.send("FCALL", "count", "0").starts_with("*2\r\n:1\r\n"));
  CHECK(f.send("FUNCTION", "RESTORE", "x") == "-ERR DUMP payload version or checksum are wrong\r\n");
}

TEST_CASE("FUNCTION: libraries survive a state that was spoilt", "[function][scripting][safety]") {
  EngineFixture f;
  f.send("FUNCTION", "LOAD", kCounter);
  f.send("FUNCTION", "LOAD",
         "#!lua name=hog\nredis.register_function('hog',function() local t={} for i=1,100 do "
         "t[i]=('x'):rep(4e8)..i end end)");
  CHECK(f.send("FCALL", "hog", "0") == "-ERR not enough memory\r\n");
  CHECK(f.send("FCALL", "count", "0").starts_with("*2\r\n:1\r\n"));
}
