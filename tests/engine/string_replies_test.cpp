// The string family by literal bytes: options and their order, limits, odd arguments, as redis-server 7.0.15
// answers.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

using namespace std::string_view_literals;
TEST_CASE("SET: its options exclude each other and may come in any order", "[set][string]") {
  EngineFixture f;
  CHECK(f.send("SET", "k", "v", "NX", "XX") == "-ERR syntax error\r\n");
  CHECK(f.send("SET", "k", "v", "EX", "10", "PX", "10") == "-ERR syntax error\r\n");
  CHECK(f.send("SET", "k", "v", "EX", "10", "KEEPTTL") == "-ERR syntax error\r\n");
  CHECK(f.send("SET", "k", "v", "KEEPTTL", "EXAT", "10") == "-ERR syntax error\r\n");
  CHECK(f.send("SET", "k", "v", "PXAT", "10", "PX", "10") == "-ERR syntax error\r\n");
  CHECK(f.send("SET", "k", "v", "EX") == "-ERR syntax error\r\n");
  CHECK(f.send("SET", "k", "v", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("SET", "k", "v", "GET", "NX") == "$-1\r\n");
  CHECK(f.send("GET", "k") == "$1\r\nv\r\n");
  CHECK(f.send("SET", "k", "w", "NX", "GET") == "$1\r\nv\r\n");
  CHECK(f.send("SET", "k", "w", "XX", "GET") == "$1\r\nv\r\n");
  CHECK(f.send("SET", "missing", "w", "XX", "GET") == "$-1\r\n");
  CHECK(f.send("SET", "missing", "w", "XX") == "$-1\r\n");
  CHECK(f.send("SET", "k", "x", "EX", "100", "XX") == "+OK\r\n");
  CHECK(f.send("TTL", "k") == ":100\r\n");
  CHECK(f.send("SET", "k", "y", "KEEPTTL") == "+OK\r\n");
  CHECK(f.send("TTL", "k") == ":100\r\n");
  CHECK(f.send("SET", "k", "z", "PX", "100000") == "+OK\r\n");
  CHECK(f.send("TTL", "k") == ":100\r\n");
  CHECK(f.send("SET", "k", "z") == "+OK\r\n");
  CHECK(f.send("TTL", "k") == ":-1\r\n");
  CHECK(f.send("SET", "k", "z", "GET", "EX", "100") == "$1\r\nz\r\n");
  CHECK(f.send("TTL", "k") == ":100\r\n");
}

TEST_CASE("SET: bad times", "[set][string]") {
  EngineFixture f;
  CHECK(f.send("SET", "k", "v", "EX", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SET", "k", "v", "EX", "0") == "-ERR invalid expire time in 'set' command\r\n");
  CHECK(f.send("SET", "k", "v", "EX", "-1") == "-ERR invalid expire time in 'set' command\r\n");
  CHECK(f.send("SET", "k", "v", "PX", "0") == "-ERR invalid expire time in 'set' command\r\n");
  CHECK(f.send("SET", "k", "v", "EX", "9223372036854775807") ==
        "-ERR invalid expire time in 'set' command\r\n");
  CHECK(f.send("SET", "k", "v", "PX", "9223372036854775807") ==
        "-ERR invalid expire time in 'set' command\r\n");
  CHECK(f.send("SET", "k", "v", "EXAT", "0") == "-ERR invalid expire time in 'set' command\r\n");
  CHECK(f.send("SET", "k", "v", "PXAT", "-5") == "-ERR invalid expire time in 'set' command\r\n");
  CHECK(f.send("SET", "k", "v", "EXAT", "9223372036854775807") ==
        "-ERR invalid expire time in 'set' command\r\n");
  CHECK(f.send("EXISTS", "k") == ":0\r\n");
  CHECK(f.send("SET", "k", "v", "EXAT", "1") == "+OK\r\n");
  CHECK(f.send("GET", "k") == "$-1\r\n");
  CHECK(f.send("SETEX", "k", "0", "v") == "-ERR invalid expire time in 'setex' command\r\n");
  CHECK(f.send("SETEX", "k", "x", "v") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("PSETEX", "k", "-1", "v") == "-ERR invalid expire time in 'psetex' command\r\n");
  CHECK(f.send("PSETEX", "k", "100000", "v") == "+OK\r\n");
  CHECK(f.send("TTL", "k") == ":100\r\n");
  CHECK(f.send("SETEX", "k", "100", "v") == "+OK\r\n");
  CHECK(f.send("TTL", "k") == ":100\r\n");
}

TEST_CASE("SET: GET wants a string that was there", "[set][string]") {
  EngineFixture f;
  CHECK(f.send("RPUSH", "l", "1") == ":1\r\n");
  CHECK(f.send("SET", "l", "v", "GET") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("TYPE", "l") == "+list\r\n");
  CHECK(f.send("SET", "l", "v") == "+OK\r\n");
  CHECK(f.send("GET", "l") == "$1\r\nv\r\n");
  CHECK(f.send("GETSET", "l", "w") == "$1\r\nv\r\n");
  CHECK(f.send("RPUSH", "l2", "1") == ":1\r\n");
  CHECK(f.send("GETSET", "l2", "v") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("GETSET", "nothing", "v") == "$-1\r\n");
  CHECK(f.send("GET", "nothing") == "$1\r\nv\r\n");
}

TEST_CASE("GETEX: every option and every refusal", "[getex][string]") {
  EngineFixture f;
  CHECK(f.send("GETEX", "k", "EX", "10") == "$-1\r\n");
  CHECK(f.send("SET", "k", "v") == "+OK\r\n");
  CHECK(f.send("GETEX", "k") == "$1\r\nv\r\n");
  CHECK(f.send("TTL", "k") == ":-1\r\n");
  CHECK(f.send("GETEX", "k", "EX", "100") == "$1\r\nv\r\n");
  CHECK(f.send("TTL", "k") == ":100\r\n");
  CHECK(f.send("GETEX", "k", "PERSIST") == "$1\r\nv\r\n");
  CHECK(f.send("TTL", "k") == ":-1\r\n");
  CHECK(f.send("GETEX", "k", "PX", "100000") == "$1\r\nv\r\n");
  CHECK(f.send("TTL", "k") == ":100\r\n");
  CHECK(f.send("GETEX", "k", "PERSIST", "EX", "10") == "-ERR syntax error\r\n");
  CHECK(f.send("GETEX", "k", "EX", "10", "PERSIST") == "-ERR syntax error\r\n");
  CHECK(f.send("GETEX", "k", "EX", "0") == "-ERR invalid expire time in 'getex' command\r\n");
  CHECK(f.send("GETEX", "k", "EX", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("GETEX", "k", "EX") == "-ERR syntax error\r\n");
  CHECK(f.send("GETEX", "k", "KEEPTTL") == "-ERR syntax error\r\n");
  CHECK(f.send("GETEX", "k", "NX") == "-ERR syntax error\r\n");
  CHECK(f.send("GETEX", "k", "EXAT", "99999999999") == "$1\r\nv\r\n");
  CHECK(f.send("GETEX", "k", "PXAT", "99999999999999") == "$1\r\nv\r\n");
  CHECK(f.send("GETEX", "k", "EXAT", "1") == "$1\r\nv\r\n");
  CHECK(f.send("EXISTS", "k") == ":0\r\n");
  CHECK(f.send("RPUSH", "l", "1") == ":1\r\n");
  CHECK(f.send("GETEX", "l") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("GETEX", "l", "EX", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("GETDEL", "l") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SET", "d", "5") == "+OK\r\n");
  CHECK(f.send("GETDEL", "d") == "$1\r\n5\r\n");
  CHECK(f.send("GETDEL", "d") == "$-1\r\n");
}

TEST_CASE("MSETNX: all or nothing", "[msetnx][string]") {
  EngineFixture f;
  CHECK(f.send("MSETNX", "a", "1", "b", "2") == ":1\r\n");
  CHECK(f.send("MSETNX", "b", "3", "c", "4") == ":0\r\n");
  CHECK(f.send("MGET", "a", "b", "c") == "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$-1\r\n");
  CHECK(f.send("MSETNX", "c") == "-ERR wrong number of arguments for 'msetnx' command\r\n");
  CHECK(f.send("MSET", "a") == "-ERR wrong number of arguments for 'mset' command\r\n");
  CHECK(f.send("MSET", "a", "1", "a", "2") == "+OK\r\n");
  CHECK(f.send("GET", "a") == "$1\r\n2\r\n");
  CHECK(f.send("RPUSH", "l", "1") == ":1\r\n");
  CHECK(f.send("MGET", "l", "a", "missing") == "*3\r\n$-1\r\n$1\r\n2\r\n$-1\r\n");
  CHECK(f.send("MSETNX", "l", "1") == ":0\r\n");
}

TEST_CASE("INCRBY: limits, notation and types", "[incrby][string]") {
  EngineFixture f;
  CHECK(f.send("INCR", "n") == ":1\r\n");
  CHECK(f.send("INCRBY", "n", "10") == ":11\r\n");
  CHECK(f.send("DECR", "n") == ":10\r\n");
  CHECK(f.send("DECRBY", "n", "3") == ":7\r\n");
  CHECK(f.send("INCRBY", "n", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("INCRBY", "n", "9223372036854775808") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SET", "n", "9223372036854775807") == "+OK\r\n");
  CHECK(f.send("INCR", "n") == "-ERR increment or decrement would overflow\r\n");
  CHECK(f.send("DECRBY", "n", "-9223372036854775808") == "-ERR decrement would overflow\r\n");
  CHECK(f.send("DECRBY", "n", "-1") == "-ERR increment or decrement would overflow\r\n");
  CHECK(f.send("SET", "n", "-9223372036854775808") == "+OK\r\n");
  CHECK(f.send("DECR", "n") == "-ERR increment or decrement would overflow\r\n");
  CHECK(f.send("INCRBY", "n", "-1") == "-ERR increment or decrement would overflow\r\n");
  CHECK(f.send("SET", "n", "1.5") == "+OK\r\n");
  CHECK(f.send("INCR", "n") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SET", "n", " 1") == "+OK\r\n");
  CHECK(f.send("INCR", "n") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SET", "n", "01") == "+OK\r\n");
  CHECK(f.send("INCR", "n") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SET", "n", "") == "+OK\r\n");
  CHECK(f.send("INCR", "n") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SET", "n", "-0") == "+OK\r\n");
  CHECK(f.send("INCR", "n") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("RPUSH", "l", "1") == ":1\r\n");
  CHECK(f.send("INCR", "l") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("DECRBY", "l", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("INCRBYFLOAT", "l", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
}

TEST_CASE("INCRBYFLOAT: how sums are written and what is refused", "[incrbyfloat][string]") {
  EngineFixture f;
  CHECK(f.send("INCRBYFLOAT", "f", "10.5") == "$4\r\n10.5\r\n");
  CHECK(f.send("INCRBYFLOAT", "f", "0.1") == "$4\r\n10.6\r\n");
  CHECK(f.send("INCRBYFLOAT", "f", "-5e3") == "$23\r\n-4989.39999999999999991\r\n");
  CHECK(f.send("INCRBYFLOAT", "f", "abc") == "-ERR value is not a valid float\r\n");
  CHECK(f.send("INCRBYFLOAT", "f", "inf") == "-ERR increment would produce NaN or Infinity\r\n");
  CHECK(f.send("INCRBYFLOAT", "f", "nan") == "-ERR value is not a valid float\r\n");
  CHECK(f.send("INCRBYFLOAT", "f", "1e400") ==
        "$401\r\n10000000000000000000281880683947586514586453433629052038625910693539685534008629862039363994"
        "8483241605220940539273176162002958227772592557340238289765933406610177974474345461739178624481166749"
        "7172377894382439159333804747067502624668440135923751360383034373548550524495596497902182503828009106"
        "8414947402456898653040951017512658092615827588920183472511643316591362664138176309734806343732497430"
        "221946880\r\n");
  CHECK(f.send("SET", "f", "1e308") == "+OK\r\n");
  CHECK(f.send("INCRBYFLOAT", "f", "1e308") ==
        "$309\r\n19999999999999999999337175931169129132112019969483113441559409598984346973767612374420025384"
        "3777078640893494450108026446304269499187921167194841628860392837535918200039206381557326219209014213"
        "3358783067915778778291210871261225367298032372604341731785068897632475826017115146362848490209054565"
        "10092687857156096\r\n");
  CHECK(f.send("SET", "f", "abc") == "+OK\r\n");
  CHECK(f.send("INCRBYFLOAT", "f", "1") == "-ERR value is not a valid float\r\n");
  CHECK(f.send("SET", "f", "3.0") == "+OK\r\n");
  CHECK(f.send("INCRBYFLOAT", "f", "0") == "$1\r\n3\r\n");
  CHECK(f.send("SET", "f", "5") == "+OK\r\n");
  CHECK(f.send("INCRBYFLOAT", "f", "1e17") == "$18\r\n100000000000000005\r\n");
  CHECK(f.send("INCRBYFLOAT", "f", "-100000000000000005") == "$1\r\n0\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "f") == "$6\r\nembstr\r\n");
  CHECK(f.send("SET", "f", "0.1") == "+OK\r\n");
  CHECK(f.send("INCRBYFLOAT", "f", "0.2") == "$3\r\n0.3\r\n");
}

TEST_CASE("APPEND and SETRANGE: growth and its limits", "[append][string]") {
  EngineFixture f;
  CHECK(f.send("APPEND", "k", "ab") == ":2\r\n");
  CHECK(f.send("APPEND", "k", "") == ":2\r\n");
  CHECK(f.send("APPEND", "k", "cd") == ":4\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "k") == "$3\r\nraw\r\n");
  CHECK(f.send("STRLEN", "k") == ":4\r\n");
  CHECK(f.send("STRLEN", "missing") == ":0\r\n");
  CHECK(f.send("SETRANGE", "k", "1", "XY") == ":4\r\n");
  CHECK(f.send("GET", "k") == "$4\r\naXYd\r\n");
  CHECK(f.send("SETRANGE", "k", "6", "z") == ":7\r\n");
  CHECK(f.send("GET", "k") == "$7\r\naXYd\x00\x00z\r\n"sv);
  CHECK(f.send("SETRANGE", "k", "0", "") == ":7\r\n");
  CHECK(f.send("SETRANGE", "missing", "5", "") == ":0\r\n");
  CHECK(f.send("EXISTS", "missing") == ":0\r\n");
  CHECK(f.send("SETRANGE", "k", "-1", "x") == "-ERR offset is out of range\r\n");
  CHECK(f.send("SETRANGE", "k", "abc", "x") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SETRANGE", "k", "536870912", "x") ==
        "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n");
  CHECK(f.send("SETRANGE", "missing", "536870911", "xy") ==
        "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n");
  CHECK(f.send("SETRANGE", "k", "9223372036854775807", "x") ==
        "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n");
  CHECK(f.send("RPUSH", "l", "1") == ":1\r\n");
  CHECK(f.send("APPEND", "l", "x") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SETRANGE", "l", "0", "x") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SETRANGE", "l", "0", "") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("STRLEN", "l") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SET", "n", "12") == "+OK\r\n");
  CHECK(f.send("APPEND", "n", "3") == ":3\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "n") == "$3\r\nraw\r\n");
  CHECK(f.send("SET", "n", "12") == "+OK\r\n");
  CHECK(f.send("SETRANGE", "n", "0", "9") == ":2\r\n");
  CHECK(f.send("GET", "n") == "$2\r\n92\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "n") == "$3\r\nraw\r\n");
}

TEST_CASE("GETRANGE: ends that lie outside", "[getrange][string]") {
  EngineFixture f;
  CHECK(f.send("SET", "k", "Hello World") == "+OK\r\n");
  CHECK(f.send("GETRANGE", "k", "0", "4") == "$5\r\nHello\r\n");
  CHECK(f.send("GETRANGE", "k", "-5", "-1") == "$5\r\nWorld\r\n");
  CHECK(f.send("GETRANGE", "k", "0", "-1") == "$11\r\nHello World\r\n");
  CHECK(f.send("GETRANGE", "k", "5", "2") == "$0\r\n\r\n");
  CHECK(f.send("GETRANGE", "k", "-1", "-5") == "$0\r\n\r\n");
  CHECK(f.send("GETRANGE", "k", "-100", "3") == "$4\r\nHell\r\n");
  CHECK(f.send("GETRANGE", "k", "6", "100") == "$5\r\nWorld\r\n");
  CHECK(f.send("GETRANGE", "k", "100", "200") == "$0\r\n\r\n");
  CHECK(f.send("GETRANGE", "k", "-100", "-50") == "$1\r\nH\r\n");
  CHECK(f.send("GETRANGE", "k", "a", "1") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("GETRANGE", "k", "0", "b") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SUBSTR", "k", "1", "2") == "$2\r\nel\r\n");
  CHECK(f.send("GETRANGE", "missing", "0", "-1") == "$0\r\n\r\n");
  CHECK(f.send("SET", "n", "1234") == "+OK\r\n");
  CHECK(f.send("GETRANGE", "n", "1", "2") == "$2\r\n23\r\n");
  CHECK(f.send("SET", "e", "") == "+OK\r\n");
  CHECK(f.send("GETRANGE", "e", "0", "-1") == "$0\r\n\r\n");
  CHECK(f.send("GETRANGE", "k", "9223372036854775807", "-9223372036854775808") == "$0\r\n\r\n");
  CHECK(f.send("RPUSH", "l", "1") == ":1\r\n");
  CHECK(f.send("GETRANGE", "l", "0", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
}

TEST_CASE("LCS: its four answers and its refusals", "[lcs][string]") {
  EngineFixture f;
  CHECK(f.send("MSET", "a", "ohmytext", "b", "mynewtext") == "+OK\r\n");
  CHECK(f.send("LCS", "a", "b") == "$6\r\nmytext\r\n");
  CHECK(f.send("LCS", "a", "b", "LEN") == ":6\r\n");
  CHECK(f.send("LCS", "a", "b", "IDX") ==
        "*4\r\n$7\r\nmatches\r\n*2\r\n*2\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n*2\r\n*2\r\n:2\r\n:3\r\n*"
        "2\r\n:0\r\n:1\r\n$3\r\nlen\r\n:6\r\n");
  CHECK(f.send("LCS", "a", "b", "IDX", "MINMATCHLEN", "4") ==
        "*4\r\n$7\r\nmatches\r\n*1\r\n*2\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n$3\r\nlen\r\n:6\r\n");
  CHECK(f.send("LCS", "a", "b", "IDX", "MINMATCHLEN", "4", "WITHMATCHLEN") ==
        "*4\r\n$7\r\nmatches\r\n*1\r\n*3\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n:4\r\n$3\r\nlen\r\n:6\r\n");
  CHECK(f.send("LCS", "a", "b", "IDX", "MINMATCHLEN", "100") ==
        "*4\r\n$7\r\nmatches\r\n*0\r\n$3\r\nlen\r\n:6\r\n");
  CHECK(f.send("LCS", "a", "b", "IDX", "MINMATCHLEN", "-5", "WITHMATCHLEN") ==
        "*4\r\n$7\r\nmatches\r\n*2\r\n*3\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n:4\r\n*3\r\n*2\r\n:2\r\n:"
        "3\r\n*2\r\n:0\r\n:1\r\n:2\r\n$3\r\nlen\r\n:6\r\n");
  CHECK(f.send("LCS", "a", "b", "IDX", "LEN") ==
        "-ERR If you want both the length and indexes, please just use IDX.\r\n");
  CHECK(f.send("LCS", "a", "b", "MINMATCHLEN") == "-ERR syntax error\r\n");
  CHECK(f.send("LCS", "a", "b", "MINMATCHLEN", "x") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("LCS", "a", "b", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("LCS", "a", "missing") == "$0\r\n\r\n");
  CHECK(f.send("LCS", "a", "missing", "IDX") == "*4\r\n$7\r\nmatches\r\n*0\r\n$3\r\nlen\r\n:0\r\n");
  CHECK(f.send("LCS", "missing", "missing", "LEN") == ":0\r\n");
  CHECK(f.send("LCS", "a", "a") == "$8\r\nohmytext\r\n");
  CHECK(f.send("LCS", "a", "a", "IDX", "WITHMATCHLEN") ==
        "*4\r\n$7\r\nmatches\r\n*1\r\n*3\r\n*2\r\n:0\r\n:7\r\n*2\r\n:0\r\n:7\r\n:8\r\n$3\r\nlen\r\n:8\r\n");
  CHECK(f.send("RPUSH", "l", "1") == ":1\r\n");
  CHECK(f.send("LCS", "a", "l") == "-ERR The specified keys must contain string values\r\n");
  CHECK(f.send("LCS", "l", "a") == "-ERR The specified keys must contain string values\r\n");
  CHECK(f.send("SET", "x", "abcdefghij") == "+OK\r\n");
  CHECK(f.send("SET", "y", "zzabczzefgzzij") == "+OK\r\n");
  CHECK(f.send("LCS", "x", "y", "IDX", "WITHMATCHLEN") ==
        "*4\r\n$7\r\nmatches\r\n*3\r\n*3\r\n*2\r\n:8\r\n:9\r\n*2\r\n:12\r\n:13\r\n:2\r\n*3\r\n*2\r\n:4\r\n:"
        "6\r\n*2\r\n:7\r\n:9\r\n:3\r\n*3\r\n*2\r\n:0\r\n:2\r\n*2\r\n:2\r\n:4\r\n:3\r\n$3\r\nlen\r\n:8\r\n");
  CHECK(f.send("SET", "e", "") == "+OK\r\n");
  CHECK(f.send("LCS", "x", "e") == "$0\r\n\r\n");
  CHECK(f.send("LCS", "e", "x", "IDX") == "*4\r\n$7\r\nmatches\r\n*0\r\n$3\r\nlen\r\n:0\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("LCS", "a", "b", "IDX", "WITHMATCHLEN") ==
        "%2\r\n$7\r\nmatches\r\n*2\r\n*3\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n:4\r\n*3\r\n*2\r\n:2\r\n:"
        "3\r\n*2\r\n:0\r\n:1\r\n:2\r\n$3\r\nlen\r\n:6\r\n");
  CHECK(f.send("LCS", "a", "missing", "IDX") == "%2\r\n$7\r\nmatches\r\n*0\r\n$3\r\nlen\r\n:0\r\n");
}

TEST_CASE("OBJECT ENCODING: of a string follows how it was made", "[object][string]") {
  EngineFixture f;
  CHECK(f.send("SET", "k", "1") == "+OK\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "k") == "$3\r\nint\r\n");
  CHECK(f.send("SET", "k", std::string(44, 'a')) == "+OK\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "k") == "$6\r\nembstr\r\n");
  CHECK(f.send("SET", "k", std::string(45, 'a')) == "+OK\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "k") == "$3\r\nraw\r\n");
  CHECK(f.send("SET", "k", "9223372036854775808") == "+OK\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "k") == "$6\r\nembstr\r\n");
  CHECK(f.send("SET", "k", "-9223372036854775808") == "+OK\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "k") == "$3\r\nint\r\n");
  CHECK(f.send("SET", "k", "12345678901234567890123") == "+OK\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "k") == "$6\r\nembstr\r\n");
  CHECK(f.send("SET", "k", "+1") == "+OK\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "k") == "$6\r\nembstr\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "missing") == "$-1\r\n");
  CHECK(f.send("OBJECT", "REFCOUNT", "k") == ":1\r\n");
  CHECK(f.send("OBJECT", "REFCOUNT", "missing") == "$-1\r\n");
  CHECK(f.send("OBJECT", "IDLETIME", "k") == ":0\r\n");
  CHECK(f.send("OBJECT", "IDLETIME", "missing") == "$-1\r\n");
  CHECK(f.send("OBJECT", "FREQ", "k") ==
        "-ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when "
        "switching between policies at runtime LRU and LFU data will take some time to adjust.\r\n");
  CHECK(f.send("OBJECT", "FREQ", "missing") == "$-1\r\n");
  CHECK(f.send("OBJECT", "BOGUS", "k") == "-ERR unknown subcommand 'BOGUS'. Try OBJECT HELP.\r\n");
  CHECK(f.send("OBJECT", "ENCODING") == "-ERR wrong number of arguments for 'object|encoding' command\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "a", "b") ==
        "-ERR wrong number of arguments for 'object|encoding' command\r\n");
}
