// Streams by literal bytes: IDs, trimming, groups, claims and refusals, as redis-server 7.0.15 answers.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

TEST_CASE("XADD: IDs", "[stream]") {
  EngineFixture f;
  CHECK(f.send("XADD", "x", "1-1", "f", "v") == "$3\r\n1-1\r\n");
  CHECK(f.send("XADD", "x", "1-1", "f", "v") ==
        "-ERR The ID specified in XADD is equal or smaller than the target stream top item\r\n");
  CHECK(f.send("XADD", "x", "1-0", "f", "v") ==
        "-ERR The ID specified in XADD is equal or smaller than the target stream top item\r\n");
  CHECK(f.send("XADD", "x", "1-*", "f", "v") == "$3\r\n1-2\r\n");
  CHECK(f.send("XADD", "x", "1-2", "f", "v") ==
        "-ERR The ID specified in XADD is equal or smaller than the target stream top item\r\n");
  CHECK(f.send("XADD", "x", "2", "f", "v") == "$3\r\n2-0\r\n");
  CHECK(f.send("XADD", "x", "0-0", "f", "v") == "-ERR The ID specified in XADD must be greater than 0-0\r\n");
  CHECK(f.send("XADD", "y", "0-0", "f", "v") == "-ERR The ID specified in XADD must be greater than 0-0\r\n");
  CHECK(f.send("XADD", "y", "0-*", "f", "v") == "$3\r\n0-1\r\n");
  CHECK(f.send("XADD", "x", "abc", "f", "v") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XADD", "x", "1-abc", "f", "v") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XADD", "x", "5-1-1", "f", "v") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XADD", "x", "3-1", "f") == "-ERR wrong number of arguments for 'xadd' command\r\n");
  CHECK(f.send("XADD", "x", "3-1") == "-ERR wrong number of arguments for 'xadd' command\r\n");
  CHECK(f.send("XADD", "x", "NOMKSTREAM", "3-1", "f", "v") == "$3\r\n3-1\r\n");
  CHECK(f.send("XADD", "missing", "NOMKSTREAM", "3-1", "f", "v") == "$-1\r\n");
  CHECK(f.send("XADD", "x", "18446744073709551615-18446744073709551615", "f", "v") ==
        "$41\r\n18446744073709551615-18446744073709551615\r\n");
  CHECK(f.send("XADD", "x", "*", "f", "v") ==
        "-ERR The stream has exhausted the last possible ID, unable to add more items\r\n");
  CHECK(f.send("XADD", "x", "18446744073709551615-*", "f", "v") ==
        "-ERR The stream has exhausted the last possible ID, unable to add more items\r\n");
  CHECK(f.send("XADD", "x", "18446744073709551616-1", "f", "v") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XLEN", "x") == ":5\r\n");
  CHECK(f.send("XLEN", "missing") == ":0\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("XADD", "s", "*", "f", "v") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("XLEN", "s") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
}

TEST_CASE("XADD and XTRIM: trimming", "[stream]") {
  EngineFixture f;
  CHECK(f.send("XADD", "x", "1-1", "a", "1") == "$3\r\n1-1\r\n");
  CHECK(f.send("XADD", "x", "2-1", "a", "2") == "$3\r\n2-1\r\n");
  CHECK(f.send("XADD", "x", "3-1", "a", "3") == "$3\r\n3-1\r\n");
  CHECK(f.send("XADD", "x", "MAXLEN", "2", "4-1", "a", "4") == "$3\r\n4-1\r\n");
  CHECK(f.send("XADD", "x", "MAXLEN", "=", "2", "5-1", "a", "5") == "$3\r\n5-1\r\n");
  CHECK(f.send("XADD", "x", "MINID", "5", "6-1", "a", "6") == "$3\r\n6-1\r\n");
  CHECK(f.send("XADD", "x", "MAXLEN", "~", "1", "7-1", "a", "7") == "$3\r\n7-1\r\n");
  CHECK(f.send("XADD", "x", "MAXLEN", "~", "1", "LIMIT", "10", "8-1", "a", "8") == "$3\r\n8-1\r\n");
  CHECK(f.send("XADD", "x", "MAXLEN", "1", "LIMIT", "10", "9-1", "a", "9") ==
        "-ERR syntax error, LIMIT cannot be used without the special ~ option\r\n");
  CHECK(f.send("XADD", "x", "MAXLEN", "=", "1", "LIMIT", "10", "9-1", "a", "9") ==
        "-ERR syntax error, LIMIT cannot be used without the special ~ option\r\n");
  CHECK(f.send("XADD", "x", "MAXLEN", "-1", "9-1", "a", "9") == "-ERR The MAXLEN argument must be >= 0.\r\n");
  CHECK(f.send("XADD", "x", "MAXLEN", "abc", "9-1", "a", "9") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("XADD", "x", "MAXLEN", "~", "1", "LIMIT", "-1", "9-1", "a", "9") ==
        "-ERR The LIMIT argument must be >= 0.\r\n");
  CHECK(f.send("XADD", "x", "MAXLEN", "~", "1", "LIMIT", "abc", "9-1", "a", "9") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("XADD", "x", "LIMIT", "1", "9-1", "a", "9") ==
        "-ERR syntax error, LIMIT cannot be used without specifying a trimming strategy\r\n");
  CHECK(f.send("XADD", "x", "MAXLEN", "1", "MINID", "1", "9-1", "a", "9") ==
        "-ERR syntax error, MAXLEN and MINID options at the same time are not compatible\r\n");
  CHECK(f.send("XADD", "x", "MINID", "abc", "9-1", "a", "9") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XADD", "x", "MAXLEN") == "-ERR wrong number of arguments for 'xadd' command\r\n");
  CHECK(f.send("XLEN", "x") == ":4\r\n");
  CHECK(f.send("XTRIM", "x", "MAXLEN", "2") == ":2\r\n");
  CHECK(f.send("XTRIM", "x", "MAXLEN", "~", "0") == ":2\r\n");
  CHECK(f.send("XTRIM", "x", "MINID", "8") == ":0\r\n");
  CHECK(f.send("XTRIM", "x", "MINID", "=", "8-1") == ":0\r\n");
  CHECK(f.send("XTRIM", "x", "MAXLEN") == "-ERR wrong number of arguments for 'xtrim' command\r\n");
  CHECK(f.send("XTRIM", "x", "MAXLEN", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("XTRIM", "x", "MAXLEN", "-1") == "-ERR The MAXLEN argument must be >= 0.\r\n");
  CHECK(f.send("XTRIM", "x", "BOGUS", "1") == "-ERR syntax error\r\n");
  CHECK(f.send("XTRIM", "x", "MAXLEN", "1", "LIMIT", "1") ==
        "-ERR syntax error, LIMIT cannot be used without the special ~ option\r\n");
  CHECK(f.send("XTRIM", "x", "MAXLEN", "~", "1", "LIMIT", "1") == ":0\r\n");
  CHECK(f.send("XTRIM", "x", "MAXLEN", "1", "MAXLEN", "1") ==
        "-ERR syntax error, MAXLEN and MINID options at the same time are not compatible\r\n");
  CHECK(f.send("XTRIM", "x", "MAXLEN", "1", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("XTRIM", "missing", "MAXLEN", "1") == ":0\r\n");
  CHECK(f.send("XTRIM", "x", "MAXLEN", "0") == ":0\r\n");
  CHECK(f.send("XLEN", "x") == ":0\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("XTRIM", "s", "MAXLEN", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
}

TEST_CASE("XRANGE, XREVRANGE and XDEL: ends", "[stream]") {
  EngineFixture f;
  CHECK(f.send("XADD", "x", "1-1", "a", "1") == "$3\r\n1-1\r\n");
  CHECK(f.send("XADD", "x", "1-2", "a", "2") == "$3\r\n1-2\r\n");
  CHECK(f.send("XADD", "x", "2-1", "a", "3", "b", "4") == "$3\r\n2-1\r\n");
  CHECK(f.send("XRANGE", "x", "-", "+") ==
        "*3\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\n1-2\r\n*2\r\n$1\r\na\r\n$"
        "1\r\n2\r\n*2\r\n$3\r\n2-1\r\n*4\r\n$1\r\na\r\n$1\r\n3\r\n$1\r\nb\r\n$1\r\n4\r\n");
  CHECK(
      f.send("XRANGE", "x", "1", "1") ==
      "*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\n1-2\r\n*2\r\n$1\r\na\r\n$1\r\n2\r\n");
  CHECK(f.send("XRANGE", "x", "1-2", "1-2") == "*1\r\n*2\r\n$3\r\n1-2\r\n*2\r\n$1\r\na\r\n$1\r\n2\r\n");
  CHECK(f.send("XRANGE", "x", "(1-1", "+") ==
        "*2\r\n*2\r\n$3\r\n1-2\r\n*2\r\n$1\r\na\r\n$1\r\n2\r\n*2\r\n$3\r\n2-1\r\n*4\r\n$1\r\na\r\n$"
        "1\r\n3\r\n$1\r\nb\r\n$1\r\n4\r\n");
  CHECK(
      f.send("XRANGE", "x", "-", "(2-1") ==
      "*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\n1-2\r\n*2\r\n$1\r\na\r\n$1\r\n2\r\n");
  CHECK(f.send("XRANGE", "x", "2", "1") == "*0\r\n");
  CHECK(f.send("XRANGE", "x", "-", "+", "COUNT", "1") ==
        "*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("XRANGE", "x", "-", "+", "COUNT", "0") == "*-1\r\n");
  CHECK(f.send("XRANGE", "x", "-", "+", "COUNT", "-1") == "*-1\r\n");
  CHECK(f.send("XRANGE", "x", "-", "+", "COUNT", "abc") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("XRANGE", "x", "-", "+", "COUNT") == "-ERR syntax error\r\n");
  CHECK(f.send("XRANGE", "x", "-", "+", "BOGUS", "1") == "-ERR syntax error\r\n");
  CHECK(f.send("XRANGE", "x", "abc", "+") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XRANGE", "x", "-", "abc") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XRANGE", "x", "(-", "+") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XRANGE", "x", "(18446744073709551615-18446744073709551615", "+") ==
        "-ERR invalid start ID for the interval\r\n");
  CHECK(f.send("XRANGE", "x", "-", "(0-0") == "-ERR invalid end ID for the interval\r\n");
  CHECK(f.send("XREVRANGE", "x", "+", "-") ==
        "*3\r\n*2\r\n$3\r\n2-1\r\n*4\r\n$1\r\na\r\n$1\r\n3\r\n$1\r\nb\r\n$1\r\n4\r\n*2\r\n$3\r\n1-2\r\n*"
        "2\r\n$1\r\na\r\n$1\r\n2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("XREVRANGE", "x", "+", "-", "COUNT", "2") ==
        "*2\r\n*2\r\n$3\r\n2-1\r\n*4\r\n$1\r\na\r\n$1\r\n3\r\n$1\r\nb\r\n$1\r\n4\r\n*2\r\n$3\r\n1-2\r\n*"
        "2\r\n$1\r\na\r\n$1\r\n2\r\n");
  CHECK(
      f.send("XREVRANGE", "x", "1", "-") ==
      "*2\r\n*2\r\n$3\r\n1-2\r\n*2\r\n$1\r\na\r\n$1\r\n2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("XREVRANGE", "x", "+", "(1-2") ==
        "*1\r\n*2\r\n$3\r\n2-1\r\n*4\r\n$1\r\na\r\n$1\r\n3\r\n$1\r\nb\r\n$1\r\n4\r\n");
  CHECK(f.send("XREVRANGE", "x", "-", "+") == "*0\r\n");
  CHECK(f.send("XRANGE", "missing", "-", "+") == "*0\r\n");
  CHECK(f.send("XDEL", "x", "1-2", "9-9") == ":1\r\n");
  CHECK(f.send("XDEL", "x", "abc") == "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XDEL", "x") == "-ERR wrong number of arguments for 'xdel' command\r\n");
  CHECK(f.send("XDEL", "missing", "1-1") == ":0\r\n");
  CHECK(f.send("XRANGE", "x", "-", "+") ==
        "*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\n2-1\r\n*4\r\n$1\r\na\r\n$"
        "1\r\n3\r\n$1\r\nb\r\n$1\r\n4\r\n");
  CHECK(f.send("XDEL", "x", "1-1", "2-1") == ":2\r\n");
  CHECK(f.send("EXISTS", "x") == ":1\r\n");
  CHECK(f.send("XLEN", "x") == ":0\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("XRANGE", "s", "-", "+") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("XREVRANGE", "s", "+", "-") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("XDEL", "s", "1-1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
}

TEST_CASE("XREAD: places, counts and refusals", "[stream]") {
  EngineFixture f;
  CHECK(f.send("XADD", "x", "1-1", "a", "1") == "$3\r\n1-1\r\n");
  CHECK(f.send("XADD", "x", "2-1", "a", "2") == "$3\r\n2-1\r\n");
  CHECK(f.send("XADD", "y", "3-1", "b", "1") == "$3\r\n3-1\r\n");
  CHECK(f.send("XREAD", "STREAMS", "x", "0") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\n2-1\r\n*"
        "2\r\n$1\r\na\r\n$1\r\n2\r\n");
  CHECK(f.send("XREAD", "STREAMS", "x", "y", "0", "0") ==
        "*2\r\n*2\r\n$1\r\nx\r\n*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\n2-1\r\n*"
        "2\r\n$1\r\na\r\n$1\r\n2\r\n*2\r\n$1\r\ny\r\n*1\r\n*2\r\n$3\r\n3-1\r\n*2\r\n$1\r\nb\r\n$1\r\n1\r\n");
  CHECK(f.send("XREAD", "COUNT", "1", "STREAMS", "x", "y", "0", "3") ==
        "*2\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$1\r\ny\r\n*1\r\n*"
        "2\r\n$3\r\n3-1\r\n*2\r\n$1\r\nb\r\n$1\r\n1\r\n");
  CHECK(f.send("XREAD", "STREAMS", "x", "2-1") == "*-1\r\n");
  CHECK(f.send("XREAD", "STREAMS", "x", "$") == "*-1\r\n");
  CHECK(f.send("XREAD", "STREAMS", "x", ">") ==
        "-ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> "
        "option.\r\n");
  CHECK(f.send("XREAD", "STREAMS", "x") == "-ERR wrong number of arguments for 'xread' command\r\n");
  CHECK(f.send("XREAD", "STREAMS", "x", "y", "0") ==
        "-ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.\r\n");
  CHECK(f.send("XREAD", "COUNT", "abc", "STREAMS", "x", "0") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("XREAD", "COUNT", "-1", "STREAMS", "x", "0") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\n2-1\r\n*"
        "2\r\n$1\r\na\r\n$1\r\n2\r\n");
  CHECK(f.send("XREAD", "COUNT", "0", "STREAMS", "x", "0") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\n2-1\r\n*"
        "2\r\n$1\r\na\r\n$1\r\n2\r\n");
  CHECK(f.send("XREAD", "BLOCK", "abc", "STREAMS", "x", "0") ==
        "-ERR timeout is not an integer or out of range\r\n");
  CHECK(f.send("XREAD", "BLOCK", "-1", "STREAMS", "x", "0") == "-ERR timeout is negative\r\n");
  CHECK(f.send("XREAD", "BLOCK", "0", "STREAMS", "x", "0") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\n2-1\r\n*"
        "2\r\n$1\r\na\r\n$1\r\n2\r\n");
  CHECK(f.send("XREAD", "BLOCK", "1000000", "COUNT", "1", "STREAMS", "missing", "x", "0", "1") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("XREAD", "BOGUS", "STREAMS", "x", "0") == "-ERR syntax error\r\n");
  CHECK(f.send("XREAD", "GROUP", "g", "c", "STREAMS", "x", "0") ==
        "-ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.\r\n");
  CHECK(f.send("XREAD", "NOACK", "STREAMS", "x", "0") ==
        "-ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.\r\n");
  CHECK(f.send("XREAD", "STREAMS", "x", "abc") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XREAD", "STREAMS", "missing", "0") == "*-1\r\n");
  CHECK(f.send("XREAD", "STREAMS", "x", "+") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XREAD", "COUNT") == "-ERR wrong number of arguments for 'xread' command\r\n");
  CHECK(f.send("XREAD", "COUNT", "1") == "-ERR wrong number of arguments for 'xread' command\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("XREAD", "STREAMS", "s", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("XREAD", "STREAMS", "x", "y", "0", "0") ==
        "%2\r\n$1\r\nx\r\n*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\n2-1\r\n*2\r\n$"
        "1\r\na\r\n$1\r\n2\r\n$1\r\ny\r\n*1\r\n*2\r\n$3\r\n3-1\r\n*2\r\n$1\r\nb\r\n$1\r\n1\r\n");
  CHECK(f.send("XREAD", "STREAMS", "missing", "0") == "_\r\n");
  CHECK(
      f.send("XRANGE", "x", "-", "+") ==
      "*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\n2-1\r\n*2\r\n$1\r\na\r\n$1\r\n2\r\n");
}

TEST_CASE("XGROUP: making, moving and dropping groups", "[stream]") {
  EngineFixture f;
  CHECK(f.send("XGROUP", "CREATE", "x", "g", "0") ==
        "-ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the "
        "MKSTREAM option to create an empty stream automatically.\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "g", "0", "MKSTREAM") == "+OK\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "g", "0") == "-BUSYGROUP Consumer Group name already exists\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "h", "$", "ENTRIESREAD", "5") == "+OK\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "i", "abc") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "i", "0", "ENTRIESREAD", "-2") ==
        "-ERR value for ENTRIESREAD must be positive or -1\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "i", "0", "ENTRIESREAD", "abc") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "i", "0", "BOGUS") ==
        "-ERR unknown subcommand or wrong number of arguments for 'CREATE'. Try XGROUP HELP.\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "i", "0", "ENTRIESREAD") ==
        "-ERR unknown subcommand or wrong number of arguments for 'CREATE'. Try XGROUP HELP.\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x") == "-ERR wrong number of arguments for 'xgroup|create' command\r\n");
  CHECK(f.send("XGROUP", "SETID", "x", "g", "$") == "+OK\r\n");
  CHECK(f.send("XGROUP", "SETID", "x", "g", "0", "ENTRIESREAD", "3") == "+OK\r\n");
  CHECK(f.send("XGROUP", "SETID", "x", "nobody", "0") ==
        "-NOGROUP No such consumer group 'nobody' for key name 'x'\r\n");
  CHECK(f.send("XGROUP", "SETID", "missing", "g", "0") ==
        "-ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the "
        "MKSTREAM option to create an empty stream automatically.\r\n");
  CHECK(f.send("XGROUP", "SETID", "x", "g", "abc") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XGROUP", "SETID", "x", "g", "0", "BOGUS", "1") ==
        "-ERR unknown subcommand or wrong number of arguments for 'SETID'. Try XGROUP HELP.\r\n");
  CHECK(f.send("XGROUP", "CREATECONSUMER", "x", "g", "c") == ":1\r\n");
  CHECK(f.send("XGROUP", "CREATECONSUMER", "x", "g", "c") == ":0\r\n");
  CHECK(f.send("XGROUP", "CREATECONSUMER", "x", "nobody", "c") ==
        "-NOGROUP No such consumer group 'nobody' for key name 'x'\r\n");
  CHECK(f.send("XGROUP", "CREATECONSUMER", "missing", "g", "c") ==
        "-ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the "
        "MKSTREAM option to create an empty stream automatically.\r\n");
  CHECK(f.send("XGROUP", "DELCONSUMER", "x", "g", "c") == ":0\r\n");
  CHECK(f.send("XGROUP", "DELCONSUMER", "x", "g", "c") == ":0\r\n");
  CHECK(f.send("XGROUP", "DELCONSUMER", "x", "nobody", "c") ==
        "-NOGROUP No such consumer group 'nobody' for key name 'x'\r\n");
  CHECK(f.send("XGROUP", "DELCONSUMER", "missing", "g", "c") ==
        "-ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the "
        "MKSTREAM option to create an empty stream automatically.\r\n");
  CHECK(f.send("XGROUP", "DESTROY", "x", "h") == ":1\r\n");
  CHECK(f.send("XGROUP", "DESTROY", "x", "h") == ":0\r\n");
  CHECK(f.send("XGROUP", "DESTROY", "missing", "h") ==
        "-ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the "
        "MKSTREAM option to create an empty stream automatically.\r\n");
  CHECK(f.send("XGROUP", "BOGUS", "x", "g") == "-ERR unknown subcommand 'BOGUS'. Try XGROUP HELP.\r\n");
  CHECK(f.send("XGROUP") == "-ERR wrong number of arguments for 'xgroup' command\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("XGROUP", "CREATE", "s", "g", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("XGROUP", "DESTROY", "s", "g") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("XGROUP", "SETID", "s", "g", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
}

TEST_CASE("XREADGROUP and XACK: what is new and what is pending", "[stream]") {
  EngineFixture f;
  CHECK(f.send("XADD", "x", "1-1", "a", "1") == "$3\r\n1-1\r\n");
  CHECK(f.send("XADD", "x", "2-1", "a", "2") == "$3\r\n2-1\r\n");
  CHECK(f.send("XADD", "x", "3-1", "a", "3") == "$3\r\n3-1\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", ">") ==
        "-NOGROUP No such key 'x' or consumer group 'g' in XREADGROUP with GROUP option\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "g", "0") == "+OK\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "COUNT", "1", "STREAMS", "x", ">") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", "0") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "d", "COUNT", "1", "STREAMS", "x", ">") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n2-1\r\n*2\r\n$1\r\na\r\n$1\r\n2\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", "1-1") == "*1\r\n*2\r\n$1\r\nx\r\n*0\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "NOACK", "STREAMS", "x", ">") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n3-1\r\n*2\r\n$1\r\na\r\n$1\r\n3\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", ">") == "*-1\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", "$") ==
        "-ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this "
        "consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return "
        "an empty result set.\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", "abc") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "COUNT", "abc", "STREAMS", "x", ">") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "BLOCK", "-1", "STREAMS", "x", ">") ==
        "-ERR timeout is negative\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "STREAMS", "x", ">") ==
        "-ERR wrong number of arguments for 'xreadgroup' command\r\n");
  CHECK(f.send("XREADGROUP", "STREAMS", "x", ">") ==
        "-ERR wrong number of arguments for 'xreadgroup' command\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x") ==
        "-ERR wrong number of arguments for 'xreadgroup' command\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "missing", ">") ==
        "-NOGROUP No such key 'missing' or consumer group 'g' in XREADGROUP with GROUP option\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "nobody", "c", "STREAMS", "x", ">") ==
        "-NOGROUP No such key 'x' or consumer group 'nobody' in XREADGROUP with GROUP option\r\n");
  CHECK(
      f.send("XPENDING", "x", "g") ==
      "*4\r\n:2\r\n$3\r\n1-1\r\n$3\r\n2-1\r\n*2\r\n*2\r\n$1\r\nc\r\n$1\r\n1\r\n*2\r\n$1\r\nd\r\n$1\r\n1\r\n");
  CHECK(f.send("XPENDING", "x", "g", "-", "+", "10") ==
        "*2\r\n*4\r\n$3\r\n1-1\r\n$1\r\nc\r\n:0\r\n:2\r\n*4\r\n$3\r\n2-1\r\n$1\r\nd\r\n:0\r\n:1\r\n");
  CHECK(f.send("XACK", "x", "g", "1-1", "9-9") == ":1\r\n");
  CHECK(f.send("XACK", "x", "g", "1-1") == ":0\r\n");
  CHECK(f.send("XACK", "x", "nobody", "1-1") == ":0\r\n");
  CHECK(f.send("XACK", "missing", "g", "1-1") == ":0\r\n");
  CHECK(f.send("XACK", "x", "g", "abc") == "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XDEL", "x", "2-1") == ":1\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "d", "STREAMS", "x", "0") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n2-1\r\n*-1\r\n");
  CHECK(f.send("XPENDING", "x", "g") ==
        "*4\r\n:1\r\n$3\r\n2-1\r\n$3\r\n2-1\r\n*1\r\n*2\r\n$1\r\nd\r\n$1\r\n1\r\n");
  CHECK(f.send("XPENDING", "x", "nobody") == "-NOGROUP No such key 'x' or consumer group 'nobody'\r\n");
  CHECK(f.send("XPENDING", "missing", "g") == "-NOGROUP No such key 'missing' or consumer group 'g'\r\n");
  CHECK(f.send("XPENDING", "x", "g", "-", "+") == "-ERR syntax error\r\n");
  CHECK(f.send("XPENDING", "x", "g", "-", "+", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("XPENDING", "x", "g", "a", "b", "10") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XPENDING", "x", "g", "IDLE", "100", "-", "+", "10") == "*0\r\n");
  CHECK(f.send("XPENDING", "x", "g", "IDLE", "abc", "-", "+", "10") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("XPENDING", "x", "g", "-", "+", "10", "nobody") == "*0\r\n");
  CHECK(f.send("XPENDING", "x", "g", "(2-1", "+", "10") == "*0\r\n");
  CHECK(f.send("XPENDING", "x", "g", "-", "+", "10", "d", "x") ==
        "*1\r\n*4\r\n$3\r\n2-1\r\n$1\r\nd\r\n:0\r\n:1\r\n");
  CHECK(f.send("XPENDING", "x", "g", "-", "+", "0") == "*0\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("XACK", "s", "g", "1-1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("XPENDING", "s", "g") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("XADD", "x", "4-1", "a", "4") == "$3\r\n4-1\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", ">") ==
        "%1\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n4-1\r\n*2\r\n$1\r\na\r\n$1\r\n4\r\n");
  CHECK(f.send("XPENDING", "missing", "g") == "-NOGROUP No such key 'missing' or consumer group 'g'\r\n");
}

TEST_CASE("XCLAIM and XAUTOCLAIM: options and what is gone", "[stream]") {
  EngineFixture f;
  CHECK(f.send("XADD", "x", "1-1", "a", "1") == "$3\r\n1-1\r\n");
  CHECK(f.send("XADD", "x", "2-1", "a", "2") == "$3\r\n2-1\r\n");
  CHECK(f.send("XADD", "x", "3-1", "a", "3") == "$3\r\n3-1\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "g", "0") == "+OK\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", ">") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*3\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\n2-1\r\n*"
        "2\r\n$1\r\na\r\n$1\r\n2\r\n*2\r\n$3\r\n3-1\r\n*2\r\n$1\r\na\r\n$1\r\n3\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "1-1") ==
        "*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "1-1", "JUSTID") == "*1\r\n$3\r\n1-1\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "100000", "1-1") == "*0\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "9-9") == "*0\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "3-1", "FORCE", "JUSTID", "RETRYCOUNT", "5") ==
        "*1\r\n$3\r\n3-1\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "1-1", "IDLE", "1000", "JUSTID") == "*1\r\n$3\r\n1-1\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "1-1", "TIME", "1000", "JUSTID") == "*1\r\n$3\r\n1-1\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "1-1", "LASTID", "2-1", "JUSTID") == "*1\r\n$3\r\n1-1\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "abc", "1-1") ==
        "-ERR Invalid min-idle-time argument for XCLAIM\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "abc") == "-ERR Unrecognized XCLAIM option 'abc'\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "1-1", "IDLE", "abc") ==
        "-ERR Invalid IDLE option argument for XCLAIM\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "1-1", "TIME", "abc") ==
        "-ERR Invalid TIME option argument for XCLAIM\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "1-1", "RETRYCOUNT", "abc") ==
        "-ERR Invalid RETRYCOUNT option argument for XCLAIM\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "1-1", "RETRYCOUNT", "-1") ==
        "*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "1-1", "LASTID", "abc") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "1-1", "IDLE") == "-ERR Unrecognized XCLAIM option 'IDLE'\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "1-1", "BOGUS") ==
        "-ERR Unrecognized XCLAIM option 'BOGUS'\r\n");
  CHECK(f.send("XCLAIM", "x", "nobody", "d", "0", "1-1") ==
        "-NOGROUP No such key 'x' or consumer group 'nobody'\r\n");
  CHECK(f.send("XCLAIM", "missing", "g", "d", "0", "1-1") ==
        "-NOGROUP No such key 'missing' or consumer group 'g'\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "-5", "1-1", "JUSTID") == "*1\r\n$3\r\n1-1\r\n");
  CHECK(f.send("XDEL", "x", "2-1") == ":1\r\n");
  CHECK(f.send("XCLAIM", "x", "g", "d", "0", "2-1") == "*0\r\n");
  CHECK(f.send("XPENDING", "x", "g") ==
        "*4\r\n:2\r\n$3\r\n1-1\r\n$3\r\n3-1\r\n*1\r\n*2\r\n$1\r\nd\r\n$1\r\n2\r\n");
  CHECK(f.send("XAUTOCLAIM", "x", "g", "e", "0", "0") ==
        "*3\r\n$3\r\n0-0\r\n*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\n3-1\r\n*2\r\n$"
        "1\r\na\r\n$1\r\n3\r\n*0\r\n");
  CHECK(f.send("XAUTOCLAIM", "x", "g", "e", "0", "0", "COUNT", "1") ==
        "*3\r\n$3\r\n3-1\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*0\r\n");
  CHECK(f.send("XAUTOCLAIM", "x", "g", "e", "0", "0", "COUNT", "1", "JUSTID") ==
        "*3\r\n$3\r\n3-1\r\n*1\r\n$3\r\n1-1\r\n*0\r\n");
  CHECK(f.send("XAUTOCLAIM", "x", "g", "e", "100000", "0") == "*3\r\n$3\r\n0-0\r\n*0\r\n*0\r\n");
  CHECK(f.send("XAUTOCLAIM", "x", "g", "e", "0", "9-9") == "*3\r\n$3\r\n0-0\r\n*0\r\n*0\r\n");
  CHECK(f.send("XAUTOCLAIM", "x", "g", "e", "0", "(1-1", "JUSTID") ==
        "*3\r\n$3\r\n0-0\r\n*1\r\n$3\r\n3-1\r\n*0\r\n");
  CHECK(f.send("XAUTOCLAIM", "x", "g", "e", "abc", "0") ==
        "-ERR Invalid min-idle-time argument for XAUTOCLAIM\r\n");
  CHECK(f.send("XAUTOCLAIM", "x", "g", "e", "0", "abc") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XAUTOCLAIM", "x", "g", "e", "0", "0", "COUNT", "0") == "-ERR COUNT must be > 0\r\n");
  CHECK(f.send("XAUTOCLAIM", "x", "g", "e", "0", "0", "COUNT", "abc") == "-ERR COUNT must be > 0\r\n");
  CHECK(f.send("XAUTOCLAIM", "x", "g", "e", "0", "0", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("XAUTOCLAIM", "x", "g", "e", "0", "0", "COUNT") == "-ERR syntax error\r\n");
  CHECK(f.send("XAUTOCLAIM", "x", "nobody", "e", "0", "0") ==
        "-NOGROUP No such key 'x' or consumer group 'nobody'\r\n");
  CHECK(f.send("XAUTOCLAIM", "missing", "g", "e", "0", "0") ==
        "-NOGROUP No such key 'missing' or consumer group 'g'\r\n");
  CHECK(f.send("XDEL", "x", "3-1") == ":1\r\n");
  CHECK(f.send("XAUTOCLAIM", "x", "g", "e", "0", "0", "JUSTID") ==
        "*3\r\n$3\r\n0-0\r\n*1\r\n$3\r\n1-1\r\n*1\r\n$3\r\n3-1\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("XCLAIM", "s", "g", "d", "0", "1-1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("XAUTOCLAIM", "s", "g", "d", "0", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("XADD", "w", "1-1", "a", "1") == "$3\r\n1-1\r\n");
  CHECK(f.send("XGROUP", "CREATE", "w", "g", "0") == "+OK\r\n");
  CHECK(f.send("XCLAIM", "w", "g", "c", "0", "1-1", "FORCE") ==
        "*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("XPENDING", "w", "g", "-", "+", "1") == "*1\r\n*4\r\n$3\r\n1-1\r\n$1\r\nc\r\n:0\r\n:2\r\n");
}

TEST_CASE("XINFO and XSETID", "[stream]") {
  EngineFixture f;
  CHECK(f.send("XADD", "x", "1-1", "a", "1") == "$3\r\n1-1\r\n");
  CHECK(f.send("XADD", "x", "2-1", "a", "2") == "$3\r\n2-1\r\n");
  CHECK(f.send("XINFO", "STREAM", "x") ==
        "*20\r\n$6\r\nlength\r\n:2\r\n$15\r\nradix-tree-keys\r\n:1\r\n$16\r\nradix-tree-nodes\r\n:2\r\n$"
        "17\r\nlast-generated-id\r\n$3\r\n2-1\r\n$20\r\nmax-deleted-entry-id\r\n$3\r\n0-0\r\n$13\r\nentries-"
        "added\r\n:2\r\n$23\r\nrecorded-first-entry-id\r\n$3\r\n1-1\r\n$6\r\ngroups\r\n:0\r\n$11\r\nfirst-"
        "entry\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n$10\r\nlast-entry\r\n*2\r\n$3\r\n2-1\r\n*"
        "2\r\n$1\r\na\r\n$1\r\n2\r\n");
  CHECK(f.send("XINFO", "STREAM", "missing") == "-ERR no such key\r\n");
  CHECK(f.send("XINFO", "GROUPS", "x") == "*0\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "g", "0") == "+OK\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "COUNT", "1", "STREAMS", "x", ">") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("XINFO", "GROUPS", "x") ==
        "*1\r\n*12\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:1\r\n$7\r\npending\r\n:1\r\n$17\r\nlast-"
        "delivered-id\r\n$3\r\n1-1\r\n$12\r\nentries-read\r\n:1\r\n$3\r\nlag\r\n:1\r\n");
  CHECK(f.send("XINFO", "GROUPS", "missing") == "-ERR no such key\r\n");
  CHECK(f.send("XINFO", "CONSUMERS", "x", "nobody") ==
        "-NOGROUP No such consumer group 'nobody' for key name 'x'\r\n");
  CHECK(f.send("XINFO", "CONSUMERS", "missing", "g") == "-ERR no such key\r\n");
  CHECK(f.send("XINFO", "STREAM", "x", "FULL", "COUNT") ==
        "-ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP.\r\n");
  CHECK(f.send("XINFO", "STREAM", "x", "FULL", "COUNT", "abc") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("XINFO", "STREAM", "x", "BOGUS") ==
        "-ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP.\r\n");
  CHECK(f.send("XINFO", "STREAM", "x", "FULL", "BOGUS", "1") ==
        "-ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP.\r\n");
  CHECK(f.send("XINFO", "BOGUS", "x") == "-ERR unknown subcommand 'BOGUS'. Try XINFO HELP.\r\n");
  CHECK(f.send("XINFO") == "-ERR wrong number of arguments for 'xinfo' command\r\n");
  CHECK(f.send("XINFO", "STREAM") == "-ERR wrong number of arguments for 'xinfo|stream' command\r\n");
  CHECK(f.send("XSETID", "x", "3-1") == "+OK\r\n");
  CHECK(f.send("XSETID", "x", "1-0") ==
        "-ERR The ID specified in XSETID is smaller than the target stream top item\r\n");
  CHECK(f.send("XSETID", "x", "5-1", "ENTRIESADDED", "10", "MAXDELETEDID", "1-1") == "+OK\r\n");
  CHECK(f.send("XSETID", "x", "5-1", "ENTRIESADDED", "1", "MAXDELETEDID", "1-1") ==
        "-ERR The entries_added specified in XSETID is smaller than the target stream length\r\n");
  CHECK(f.send("XSETID", "x", "5-1", "ENTRIESADDED", "10", "MAXDELETEDID", "9-1") ==
        "-ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id\r\n");
  CHECK(f.send("XSETID", "x", "5-1", "ENTRIESADDED", "-1") == "-ERR entries_added must be positive\r\n");
  CHECK(f.send("XSETID", "x", "5-1", "ENTRIESADDED", "abc") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("XSETID", "x", "5-1", "MAXDELETEDID", "abc") ==
        "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XSETID", "x", "5-1", "BOGUS", "1") == "-ERR syntax error\r\n");
  CHECK(f.send("XSETID", "x", "abc") == "-ERR Invalid stream ID specified as stream command argument\r\n");
  CHECK(f.send("XSETID", "missing", "1-1") == "-ERR no such key\r\n");
  CHECK(f.send("XINFO", "STREAM", "x") ==
        "*20\r\n$6\r\nlength\r\n:2\r\n$15\r\nradix-tree-keys\r\n:1\r\n$16\r\nradix-tree-nodes\r\n:2\r\n$"
        "17\r\nlast-generated-id\r\n$3\r\n5-1\r\n$20\r\nmax-deleted-entry-id\r\n$3\r\n1-1\r\n$13\r\nentries-"
        "added\r\n:10\r\n$23\r\nrecorded-first-entry-id\r\n$3\r\n1-1\r\n$6\r\ngroups\r\n:1\r\n$11\r\nfirst-"
        "entry\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n$10\r\nlast-entry\r\n*2\r\n$3\r\n2-1\r\n*"
        "2\r\n$1\r\na\r\n$1\r\n2\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("XINFO", "STREAM", "s") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("XSETID", "s", "1-1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("XINFO", "STREAM", "x") ==
        "%10\r\n$6\r\nlength\r\n:2\r\n$15\r\nradix-tree-keys\r\n:1\r\n$16\r\nradix-tree-nodes\r\n:2\r\n$"
        "17\r\nlast-generated-id\r\n$3\r\n5-1\r\n$20\r\nmax-deleted-entry-id\r\n$3\r\n1-1\r\n$13\r\nentries-"
        "added\r\n:10\r\n$23\r\nrecorded-first-entry-id\r\n$3\r\n1-1\r\n$6\r\ngroups\r\n:1\r\n$11\r\nfirst-"
        "entry\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n$10\r\nlast-entry\r\n*2\r\n$3\r\n2-1\r\n*"
        "2\r\n$1\r\na\r\n$1\r\n2\r\n");
  CHECK(f.send("XINFO", "GROUPS", "x") ==
        "*1\r\n%6\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:1\r\n$7\r\npending\r\n:1\r\n$17\r\nlast-"
        "delivered-id\r\n$3\r\n1-1\r\n$12\r\nentries-read\r\n:1\r\n$3\r\nlag\r\n_\r\n");
}
