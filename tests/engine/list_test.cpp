// The list commands that do not wait: replies, errors and events as observed on redis-server 7.0.15.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using namespace redouble;

TEST_CASE("LPUSH: elements are put in one after the other", "[lpush][list]") {
  EngineFixture f;
  CHECK(f.send("LPUSH", "l", "a", "b") == ":2\r\n");
  CHECK(f.send("RPUSH", "l", "1") == ":3\r\n");
  CHECK(f.send("LRANGE", "l", "0", "-1") == "*3\r\n$1\r\nb\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "l") == "$9\r\nquicklist\r\n");
  CHECK(f.send("LPUSHX", "nokey", "a") == ":0\r\n");
  f.send("SET", "s", "v");
  CHECK(f.send("RPUSH", "s", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
}

TEST_CASE("LPOP: with a count it replies an array, the last element takes the key", "[lpop][list]") {
  EngineFixture f;
  CHECK(f.send("LPOP", "l") == "$-1\r\n");
  CHECK(f.send("LPOP", "l", "2") == "*-1\r\n");
  f.send("RPUSH", "l", "1", "2", "3");
  CHECK(f.send("LPOP", "l", "0") == "*0\r\n");
  CHECK(f.send("RPOP", "l", "2") == "*2\r\n$1\r\n3\r\n$1\r\n2\r\n");
  CHECK(f.send("LPOP", "l", "-1") == "-ERR value is out of range, must be positive\r\n");
  CHECK(f.send("LPOP", "l", "1", "2") == "-ERR wrong number of arguments for 'lpop' command\r\n");
  CHECK(f.send("LPOP", "l") == "$1\r\n1\r\n");
  CHECK(f.send("EXISTS", "l") == ":0\r\n");
}

TEST_CASE("LPOS: a rank without an opposite is met by the first match", "[lpos][list]") {
  EngineFixture f;
  f.send("RPUSH", "l", "a", "b", "a");
  CHECK(f.send("LPOS", "l", "a", "RANK", "-1") == ":2\r\n");
  CHECK(f.send("LPOS", "l", "a", "RANK", "-9223372036854775808") == ":2\r\n");
  CHECK(f.send("LPOS", "l", "a", "RANK", "-9223372036854775808", "COUNT", "1") == "*2\r\n:2\r\n:0\r\n");
  CHECK(f.send("LPOS", "l", "a", "COUNT", "0", "MAXLEN", "2") == "*1\r\n:0\r\n");
  CHECK(f.send("LPOS", "l", "a", "RANK", "0") ==
        "-ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative "
        "to start from the end of the list\r\n");
}

TEST_CASE("LMPOP: the first list of several is popped", "[lmpop][list]") {
  EngineFixture f;
  f.send("RPUSH", "m", "1", "2", "3");
  CHECK(f.send("LMPOP", "2", "l", "m", "RIGHT", "COUNT", "2") ==
        "*2\r\n$1\r\nm\r\n*2\r\n$1\r\n3\r\n$1\r\n2\r\n");
  CHECK(f.send("LMPOP", "1", "l", "LEFT") == "*-1\r\n");
  CHECK(f.send("LMPOP", "0", "l", "LEFT") == "-ERR numkeys should be greater than 0\r\n");
  CHECK(f.send("LMPOP", "9223372036854775807", "l", "LEFT") == "-ERR syntax error\r\n");
}

TEST_CASE("LMOVE: a list may be its own destination", "[lmove][list]") {
  EngineFixture f;
  f.send("RPUSH", "l", "1", "2", "3");
  CHECK(f.send("LMOVE", "l", "l", "LEFT", "RIGHT") == "$1\r\n1\r\n");
  CHECK(f.send("RPOPLPUSH", "l", "l") == "$1\r\n1\r\n");
  CHECK(f.send("LRANGE", "l", "0", "-1") == "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n");
  f.send("RPUSH", "one", "x");
  CHECK(f.send("LMOVE", "one", "one", "LEFT", "LEFT") == "$1\r\nx\r\n");
  CHECK(f.send("LLEN", "one") == ":1\r\n");
}

TEST_CASE("LRANGE: indexes at the limits", "[lrange][list]") {
  EngineFixture f;
  f.send("RPUSH", "l", "a", "b");
  CHECK(f.send("LRANGE", "l", "-9223372036854775808", "9223372036854775807") ==
        "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("LRANGE", "l", "9223372036854775807", "-9223372036854775808") == "*0\r\n");
  CHECK(f.send("LTRIM", "l", "9223372036854775807", "9223372036854775807") == "+OK\r\n");
  CHECK(f.send("EXISTS", "l") == ":0\r\n");
}

TEST_CASE("lists: changes to save are counted as in Redis", "[list]") {
  EngineFixture f;
  f.send("RPUSH", "l", "a", "b", "c", "d", "e", "f", "a");
  CHECK(f.engine.changes == 7);
  f.send("LMOVE", "l", "m", "LEFT", "LEFT");
  CHECK(f.engine.changes == 8);
  f.send("LMPOP", "1", "l", "LEFT", "COUNT", "2");
  CHECK(f.engine.changes == 10);
  f.send("LREM", "l", "0", "a");
  CHECK(f.engine.changes == 11);
  f.send("LTRIM", "l", "1", "1");
  CHECK(f.engine.changes == 13);
  f.send("LREM", "l", "0", "nothing");
  CHECK(f.engine.changes == 13);
}

TEST_CASE("lists: their memory is accounted for", "[list][memory]") {
  EngineFixture f;
  f.send("SET", "other", "v");
  const auto before = f.engine.db(0).keys().bytes();
  for (int i = 0; i < 1000; ++i) f.send("RPUSH", "l", std::string(100, 'x'));
  CHECK(f.engine.db(0).keys().bytes() > before + 100'000);
  f.send("DEL", "l");
  CHECK(f.engine.db(0).keys().bytes() == before);
}

TEST_CASE("DEBUG QUICKLIST-PACKED-THRESHOLD: large elements get their own node", "[debug][list]") {
  EngineFixture f(EngineFixture::Settings{{"enable-debug-command", "yes"}});
  CHECK(f.send("DEBUG", "QUICKLIST-PACKED-THRESHOLD", "5b") == "+OK\r\n");
  f.send("RPUSH", "l", "a", "1234567", "b");
  CHECK(f.send("DEBUG", "OBJECT", "l").find("ql_nodes:3") != std::string::npos);
  CHECK(f.send("LPOS", "l", "1234567") == ":1\r\n");
  CHECK(f.send("DEBUG", "QUICKLIST-PACKED-THRESHOLD", "4gb") ==
        "-ERR argument must be a memory value bigger than 1 and smaller than 4gb\r\n");
}
