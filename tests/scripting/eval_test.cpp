// EVAL and its kin: conversions both ways, errors, the cache.
#include <catch2/catch.hpp>

#include "protocol/sha1.h"
#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

TEST_CASE("EVAL: numbers lose their fraction, arrays end at nil", "[eval][scripting]") {
  EngineFixture f;
  CHECK(f.send("EVAL", "return 7/2", "0") == ":3\r\n");
  CHECK(f.send("EVAL", "return {1,'a',{true,false},nil,5}", "0") ==
        "*3\r\n:1\r\n$1\r\na\r\n*2\r\n:1\r\n$-1\r\n");
  CHECK(f.send("EVAL", "return {ok='x\\r\\ny'}", "0") == "+x  y\r\n");
  CHECK(f.send("EVAL", "return {err='E x'}", "0") == "-E x\r\n");
  CHECK(f.send("EVAL", "return {KEYS[1],ARGV[1],#ARGV}", "1", "k", "a") ==
        "*3\r\n$1\r\nk\r\n$1\r\na\r\n:1\r\n");
}

TEST_CASE("EVAL: RESP3 types pass through redis.setresp(3)", "[eval][scripting]") {
  EngineFixture f;
  f.send("HELLO", "3");
  CHECK(f.send("EVAL", "redis.setresp(3) return {double=1.5}", "0") == ",1.5\r\n");
  CHECK(f.send("EVAL", "redis.setresp(3) return {map={a=1}}", "0") == "%1\r\n$1\r\na\r\n:1\r\n");
  CHECK(f.send("EVAL", "redis.setresp(3) return false", "0") == "#f\r\n");
  CHECK(f.send("EVAL", "redis.setresp(3) return redis.call('GET','x') == nil", "0") == "#t\r\n");
  CHECK(f.send("EVAL", "return redis.call('GET','x') == false", "0") == ":1\r\n");
}

TEST_CASE("EVAL: errors name the script and the line", "[eval][scripting]") {
  EngineFixture f;
  CHECK(f.send("EVAL", "return redis.call('get')", "0") ==
        "-ERR Wrong number of args calling Redis command from script script: " +
            redouble::sha1_hex("return redis.call('get')") + ", on @user_script:1.\r\n");
  CHECK(f.send("EVAL", "error('x')", "0") ==
        "-ERR user_script:1: x script: " + redouble::sha1_hex("error('x')") + ", on @user_script:1.\r\n");
  CHECK(f.send("EVAL", "if", "0") ==
        "-ERR Error compiling script (new function): user_script:1: unexpected symbol near '<eof>'\r\n");
  CHECK(f.send("EVAL", "return {pcall(redis.call,'get')}", "0") ==
        "*2\r\n$-1\r\n$58\r\nERR Wrong number of args calling Redis command from script\r\n");
}

TEST_CASE("EVALSHA: finds what EVAL or SCRIPT LOAD left, in any case", "[eval][scripting]") {
  EngineFixture f;
  constexpr auto kSha = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
  CHECK(f.send("EVALSHA", kSha, "0") == "-NOSCRIPT No matching script. Please use EVAL.\r\n");
  CHECK(f.send("SCRIPT", "LOAD", "return 1") == std::string("$40\r\n") + kSha + "\r\n");
  CHECK(f.send("EVALSHA", "E0E1F9FABFC9D4800C877A703B823AC0578FF8DB", "0") == ":1\r\n");
  CHECK(f.send("SCRIPT", "FLUSH") == "+OK\r\n");
  CHECK(f.send("SCRIPT", "EXISTS", kSha) == "*1\r\n:0\r\n");
}

TEST_CASE("EVAL: SELECT ends with the script, events and time do not move in it", "[eval][scripting]") {
  EngineFixture f;
  CHECK(f.send("EVAL", "redis.call('SELECT',3) redis.call('SET','k','v') return redis.call('GET','k')",
               "0") == "$1\r\nv\r\n");
  CHECK(f.send("GET", "k") == "$-1\r\n");
  CHECK(f.send("EVAL", "local a=redis.call('TIME') local b=redis.call('TIME') return a[2]==b[2]", "0") ==
        ":1\r\n");
}

TEST_CASE("EVAL: read-only scripts refuse writes", "[eval][scripting]") {
  EngineFixture f;
  CHECK(f.send("EVAL_RO", "return redis.pcall('SET','k',1)", "0") ==
        "-ERR Write commands are not allowed from read-only scripts.\r\n");
  CHECK(f.send("EVAL", "#!lua flags=no-writes\nreturn redis.pcall('SET','k',1)", "0") ==
        "-ERR Write commands are not allowed from read-only scripts.\r\n");
  CHECK(f.send("EVAL_RO", "#!lua\nreturn 1", "0") ==
        "-ERR Can not execute a script with write flag using *_ro command.\r\n");
}

TEST_CASE("EVAL: a transaction runs scripts, and waiting commands do not wait in them", "[eval][scripting]") {
  EngineFixture f;
  f.send("MULTI");
  f.send("EVAL", "return redis.call('INCR','n')", "0");
  CHECK(f.send("EXEC") == "*1\r\n:1\r\n");
}

TEST_CASE("INFO: tells of scripts and functions", "[eval][scripting][info]") {
  EngineFixture f;
  CHECK(f.send("INFO", "memory").find("number_of_cached_scripts:0\r\n") != std::string::npos);
  CHECK(f.send("INFO", "memory").find("used_memory_vm_eval:0\r\n") != std::string::npos);
  f.send("EVAL", "return 1", "0");
  CHECK(f.send("INFO", "memory").find("number_of_cached_scripts:1\r\n") != std::string::npos);
  CHECK(f.send("INFO", "memory").find("used_memory_vm_eval:0\r\n") == std::string::npos);
}
