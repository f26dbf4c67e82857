// Lists, sets and hashes by literal bytes: options, counts, ends and refusals, as redis-server 7.0.15
// answers.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

TEST_CASE("LPUSH, RPUSH and their X forms: what they make and refuse", "[list]") {
  EngineFixture f;
  CHECK(f.send("LPUSHX", "l", "a") == ":0\r\n");
  CHECK(f.send("RPUSHX", "l", "a") == ":0\r\n");
  CHECK(f.send("EXISTS", "l") == ":0\r\n");
  CHECK(f.send("LPUSH", "l", "a", "b") == ":2\r\n");
  CHECK(f.send("RPUSH", "l", "c", "d") == ":4\r\n");
  CHECK(f.send("LPUSHX", "l", "x") == ":5\r\n");
  CHECK(f.send("RPUSHX", "l", "y", "z") == ":7\r\n");
  CHECK(f.send("LRANGE", "l", "0", "-1") ==
        "*7\r\n$1\r\nx\r\n$1\r\nb\r\n$1\r\na\r\n$1\r\nc\r\n$1\r\nd\r\n$1\r\ny\r\n$1\r\nz\r\n");
  CHECK(f.send("LLEN", "l") == ":7\r\n");
  CHECK(f.send("LLEN", "missing") == ":0\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("LPUSH", "s", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("LPUSHX", "s", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("LLEN", "s") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("LRANGE", "s", "0", "-1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("LRANGE", "missing", "0", "-1") == "*0\r\n");
  CHECK(f.send("LRANGE", "l", "a", "1") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("LRANGE", "l", "0", "b") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("LRANGE", "l", "5", "1") == "*0\r\n");
  CHECK(f.send("LRANGE", "l", "-100", "1") == "*2\r\n$1\r\nx\r\n$1\r\nb\r\n");
  CHECK(f.send("LRANGE", "l", "2", "100") == "*5\r\n$1\r\na\r\n$1\r\nc\r\n$1\r\nd\r\n$1\r\ny\r\n$1\r\nz\r\n");
  CHECK(f.send("LRANGE", "l", "100", "200") == "*0\r\n");
  CHECK(f.send("LRANGE", "l", "-3", "-2") == "*2\r\n$1\r\nd\r\n$1\r\ny\r\n");
}

TEST_CASE("LPOP and RPOP: counts", "[list]") {
  EngineFixture f;
  CHECK(f.send("LPOP", "l") == "$-1\r\n");
  CHECK(f.send("LPOP", "l", "1") == "*-1\r\n");
  CHECK(f.send("RPOP", "l", "0") == "*-1\r\n");
  CHECK(f.send("LPOP", "l", "-1") == "-ERR value is out of range, must be positive\r\n");
  CHECK(f.send("LPOP", "l", "abc") == "-ERR value is out of range, must be positive\r\n");
  CHECK(f.send("LPOP", "l", "1", "2") == "-ERR wrong number of arguments for 'lpop' command\r\n");
  CHECK(f.send("RPUSH", "l", "1", "2", "3", "4", "5") == ":5\r\n");
  CHECK(f.send("LPOP", "l", "0") == "*0\r\n");
  CHECK(f.send("LPOP", "l", "-1") == "-ERR value is out of range, must be positive\r\n");
  CHECK(f.send("LPOP", "l", "abc") == "-ERR value is out of range, must be positive\r\n");
  CHECK(f.send("LPOP", "l", "2") == "*2\r\n$1\r\n1\r\n$1\r\n2\r\n");
  CHECK(f.send("RPOP", "l", "2") == "*2\r\n$1\r\n5\r\n$1\r\n4\r\n");
  CHECK(f.send("RPOP", "l", "100") == "*1\r\n$1\r\n3\r\n");
  CHECK(f.send("EXISTS", "l") == ":0\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("LPOP", "s") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("RPOP", "s", "1") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("LPOP", "l", "1") == "_\r\n");
  CHECK(f.send("LPOP", "l") == "_\r\n");
  CHECK(f.send("RPUSH", "l", "1") == ":1\r\n");
  CHECK(f.send("LPOP", "l", "0") == "*0\r\n");
}

TEST_CASE("LINDEX, LSET and LTRIM: places inside and outside", "[list]") {
  EngineFixture f;
  CHECK(f.send("RPUSH", "l", "a", "b", "c") == ":3\r\n");
  CHECK(f.send("LINDEX", "l", "0") == "$1\r\na\r\n");
  CHECK(f.send("LINDEX", "l", "-1") == "$1\r\nc\r\n");
  CHECK(f.send("LINDEX", "l", "3") == "$-1\r\n");
  CHECK(f.send("LINDEX", "l", "-4") == "$-1\r\n");
  CHECK(f.send("LINDEX", "l", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("LINDEX", "missing", "0") == "$-1\r\n");
  CHECK(f.send("LINDEX", "missing", "abc") == "$-1\r\n");
  CHECK(f.send("LSET", "l", "0", "x") == "+OK\r\n");
  CHECK(f.send("LSET", "l", "-1", "z") == "+OK\r\n");
  CHECK(f.send("LSET", "l", "3", "y") == "-ERR index out of range\r\n");
  CHECK(f.send("LSET", "l", "-4", "y") == "-ERR index out of range\r\n");
  CHECK(f.send("LSET", "l", "abc", "y") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("LSET", "missing", "0", "y") == "-ERR no such key\r\n");
  CHECK(f.send("LRANGE", "l", "0", "-1") == "*3\r\n$1\r\nx\r\n$1\r\nb\r\n$1\r\nz\r\n");
  CHECK(f.send("LTRIM", "l", "1", "1") == "+OK\r\n");
  CHECK(f.send("LRANGE", "l", "0", "-1") == "*1\r\n$1\r\nb\r\n");
  CHECK(f.send("LTRIM", "l", "5", "1") == "+OK\r\n");
  CHECK(f.send("EXISTS", "l") == ":0\r\n");
  CHECK(f.send("LTRIM", "missing", "0", "1") == "+OK\r\n");
  CHECK(f.send("LTRIM", "l", "a", "1") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("LINDEX", "s", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("LSET", "s", "0", "v") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("LTRIM", "s", "0", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
}

TEST_CASE("LINSERT and LREM: pivots and directions", "[list]") {
  EngineFixture f;
  CHECK(f.send("RPUSH", "l", "a", "b", "a", "c", "a") == ":5\r\n");
  CHECK(f.send("LINSERT", "l", "BEFORE", "b", "x") == ":6\r\n");
  CHECK(f.send("LINSERT", "l", "after", "b", "y") == ":7\r\n");
  CHECK(f.send("LINSERT", "l", "BEFORE", "zz", "x") == ":-1\r\n");
  CHECK(f.send("LINSERT", "l", "MIDDLE", "b", "x") == "-ERR syntax error\r\n");
  CHECK(f.send("LINSERT", "missing", "BEFORE", "a", "x") == ":0\r\n");
  CHECK(f.send("LRANGE", "l", "0", "-1") ==
        "*7\r\n$1\r\na\r\n$1\r\nx\r\n$1\r\nb\r\n$1\r\ny\r\n$1\r\na\r\n$1\r\nc\r\n$1\r\na\r\n");
  CHECK(f.send("LREM", "l", "1", "a") == ":1\r\n");
  CHECK(f.send("LREM", "l", "-1", "a") == ":1\r\n");
  CHECK(f.send("LRANGE", "l", "0", "-1") == "*5\r\n$1\r\nx\r\n$1\r\nb\r\n$1\r\ny\r\n$1\r\na\r\n$1\r\nc\r\n");
  CHECK(f.send("LREM", "l", "0", "a") == ":1\r\n");
  CHECK(f.send("LREM", "l", "0", "zz") == ":0\r\n");
  CHECK(f.send("LREM", "l", "abc", "a") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("LREM", "missing", "0", "a") == ":0\r\n");
  CHECK(f.send("LREM", "l", "0", "x") == ":1\r\n");
  CHECK(f.send("LREM", "l", "0", "b") == ":1\r\n");
  CHECK(f.send("LREM", "l", "0", "y") == ":1\r\n");
  CHECK(f.send("LREM", "l", "0", "c") == ":1\r\n");
  CHECK(f.send("EXISTS", "l") == ":0\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("LINSERT", "s", "BEFORE", "a", "b") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("LREM", "s", "0", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
}

TEST_CASE("LPOS: RANK, COUNT, MAXLEN", "[lpos][list]") {
  EngineFixture f;
  CHECK(f.send("RPUSH", "l", "a", "b", "c", "1", "2", "3", "c", "c") == ":8\r\n");
  CHECK(f.send("LPOS", "l", "c") == ":2\r\n");
  CHECK(f.send("LPOS", "l", "c", "RANK", "2") == ":6\r\n");
  CHECK(f.send("LPOS", "l", "c", "RANK", "-1") == ":7\r\n");
  CHECK(f.send("LPOS", "l", "c", "RANK", "4") == "$-1\r\n");
  CHECK(f.send("LPOS", "l", "c", "COUNT", "0") == "*3\r\n:2\r\n:6\r\n:7\r\n");
  CHECK(f.send("LPOS", "l", "c", "COUNT", "2") == "*2\r\n:2\r\n:6\r\n");
  CHECK(f.send("LPOS", "l", "c", "RANK", "-1", "COUNT", "2") == "*2\r\n:7\r\n:6\r\n");
  CHECK(f.send("LPOS", "l", "c", "RANK", "2", "COUNT", "0") == "*2\r\n:6\r\n:7\r\n");
  CHECK(f.send("LPOS", "l", "c", "COUNT", "0", "MAXLEN", "6") == "*1\r\n:2\r\n");
  CHECK(f.send("LPOS", "l", "c", "RANK", "-1", "COUNT", "0", "MAXLEN", "1") == "*1\r\n:7\r\n");
  CHECK(f.send("LPOS", "l", "zz") == "$-1\r\n");
  CHECK(f.send("LPOS", "l", "zz", "COUNT", "0") == "*0\r\n");
  CHECK(f.send("LPOS", "l", "c", "RANK", "0") ==
        "-ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative "
        "to start from the end of the list\r\n");
  CHECK(f.send("LPOS", "l", "c", "RANK", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("LPOS", "l", "c", "RANK", "-9223372036854775808") == ":7\r\n");
  CHECK(f.send("LPOS", "l", "c", "COUNT", "-1") == "-ERR COUNT can't be negative\r\n");
  CHECK(f.send("LPOS", "l", "c", "COUNT", "abc") == "-ERR COUNT can't be negative\r\n");
  CHECK(f.send("LPOS", "l", "c", "MAXLEN", "-1") == "-ERR MAXLEN can't be negative\r\n");
  CHECK(f.send("LPOS", "l", "c", "MAXLEN", "abc") == "-ERR MAXLEN can't be negative\r\n");
  CHECK(f.send("LPOS", "l", "c", "BOGUS", "1") == "-ERR syntax error\r\n");
  CHECK(f.send("LPOS", "l", "c", "RANK") == "-ERR syntax error\r\n");
  CHECK(f.send("LPOS", "missing", "c") == "$-1\r\n");
  CHECK(f.send("LPOS", "missing", "c", "COUNT", "1") == "*0\r\n");
  CHECK(f.send("LPOS", "l", "1") == ":3\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("LPOS", "s", "v") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
}

TEST_CASE("LMOVE and RPOPLPUSH: all directions", "[lmove][list]") {
  EngineFixture f;
  CHECK(f.send("RPUSH", "a", "1", "2", "3") == ":3\r\n");
  CHECK(f.send("LMOVE", "a", "b", "LEFT", "RIGHT") == "$1\r\n1\r\n");
  CHECK(f.send("LMOVE", "a", "b", "RIGHT", "LEFT") == "$1\r\n3\r\n");
  CHECK(f.send("LMOVE", "a", "a", "LEFT", "RIGHT") == "$1\r\n2\r\n");
  CHECK(f.send("LRANGE", "b", "0", "-1") == "*2\r\n$1\r\n3\r\n$1\r\n1\r\n");
  CHECK(f.send("LMOVE", "b", "b", "LEFT", "RIGHT") == "$1\r\n3\r\n");
  CHECK(f.send("LRANGE", "b", "0", "-1") == "*2\r\n$1\r\n1\r\n$1\r\n3\r\n");
  CHECK(f.send("LMOVE", "missing", "b", "LEFT", "RIGHT") == "$-1\r\n");
  CHECK(f.send("LMOVE", "a", "b", "UP", "LEFT") == "-ERR syntax error\r\n");
  CHECK(f.send("LMOVE", "a", "b", "LEFT", "DOWN") == "-ERR syntax error\r\n");
  CHECK(f.send("RPOPLPUSH", "a", "b") == "$1\r\n2\r\n");
  CHECK(f.send("EXISTS", "a") == ":0\r\n");
  CHECK(f.send("RPOPLPUSH", "a", "b") == "$-1\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("RPOPLPUSH", "s", "b") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("RPOPLPUSH", "b", "s") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("LMOVE", "b", "s", "LEFT", "LEFT") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("RPOPLPUSH", "missing", "s") == "$-1\r\n");
  CHECK(f.send("BLMOVE", "b", "c", "LEFT", "RIGHT", "0") == "$1\r\n2\r\n");
  CHECK(f.send("BLMOVE", "b", "c", "LEFT", "RIGHT", "abc") ==
        "-ERR timeout is not a float or out of range\r\n");
  CHECK(f.send("BLMOVE", "b", "c", "LEFT", "RIGHT", "-1") == "-ERR timeout is negative\r\n");
  CHECK(f.send("BLMOVE", "b", "c", "LEFT", "NOWHERE", "0") == "-ERR syntax error\r\n");
  CHECK(f.send("BLMOVE", "s", "c", "LEFT", "RIGHT", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("BRPOPLPUSH", "b", "c", "0") == "$1\r\n3\r\n");
  CHECK(f.send("BRPOPLPUSH", "b", "c", "-1") == "-ERR timeout is negative\r\n");
  CHECK(f.send("BRPOPLPUSH", "b", "s", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("LRANGE", "c", "0", "-1") == "*2\r\n$1\r\n3\r\n$1\r\n2\r\n");
}

TEST_CASE("LMPOP and BLMPOP: counts, keys and words", "[lmpop][list]") {
  EngineFixture f;
  CHECK(f.send("RPUSH", "l", "1", "2", "3", "4") == ":4\r\n");
  CHECK(f.send("LMPOP", "2", "missing", "l", "LEFT") == "*2\r\n$1\r\nl\r\n*1\r\n$1\r\n1\r\n");
  CHECK(f.send("LMPOP", "1", "l", "RIGHT", "COUNT", "2") == "*2\r\n$1\r\nl\r\n*2\r\n$1\r\n4\r\n$1\r\n3\r\n");
  CHECK(f.send("LMPOP", "1", "l", "LEFT", "COUNT", "0") == "-ERR count should be greater than 0\r\n");
  CHECK(f.send("LMPOP", "1", "l", "LEFT", "COUNT", "-1") == "-ERR count should be greater than 0\r\n");
  CHECK(f.send("LMPOP", "1", "l", "LEFT", "COUNT", "abc") == "-ERR count should be greater than 0\r\n");
  CHECK(f.send("LMPOP", "1", "l", "LEFT", "COUNT", "1", "COUNT", "1") == "-ERR syntax error\r\n");
  CHECK(f.send("LMPOP", "1", "l", "LEFT", "COUNT") == "-ERR syntax error\r\n");
  CHECK(f.send("LMPOP", "1", "l", "UP") == "-ERR syntax error\r\n");
  CHECK(f.send("LMPOP", "0", "l", "LEFT") == "-ERR numkeys should be greater than 0\r\n");
  CHECK(f.send("LMPOP", "-1", "l", "LEFT") == "-ERR numkeys should be greater than 0\r\n");
  CHECK(f.send("LMPOP", "abc", "l", "LEFT") == "-ERR numkeys should be greater than 0\r\n");
  CHECK(f.send("LMPOP", "2", "l", "LEFT") == "-ERR syntax error\r\n");
  CHECK(f.send("LMPOP", "1", "l") == "-ERR wrong number of arguments for 'lmpop' command\r\n");
  CHECK(f.send("LMPOP", "1", "l", "LEFT", "BOGUS", "1") == "-ERR syntax error\r\n");
  CHECK(f.send("LMPOP", "1", "missing", "LEFT") == "*-1\r\n");
  CHECK(f.send("BLMPOP", "0", "1", "l", "LEFT", "COUNT", "10") == "*2\r\n$1\r\nl\r\n*1\r\n$1\r\n2\r\n");
  CHECK(f.send("EXISTS", "l") == ":0\r\n");
  CHECK(f.send("BLMPOP", "abc", "1", "l", "LEFT") == "-ERR timeout is not a float or out of range\r\n");
  CHECK(f.send("BLMPOP", "-1", "1", "l", "LEFT") == "-ERR timeout is negative\r\n");
  CHECK(f.send("BLMPOP", "0", "0", "l", "LEFT") == "-ERR numkeys should be greater than 0\r\n");
  CHECK(f.send("BLMPOP", "0", "1", "l", "UP") == "-ERR syntax error\r\n");
  CHECK(f.send("BLMPOP", "0", "1", "l", "LEFT", "COUNT", "0") == "-ERR count should be greater than 0\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("LMPOP", "1", "s", "LEFT") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("BLMPOP", "0", "1", "s", "LEFT") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("BLPOP", "s", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("BLPOP", "l", "abc") == "-ERR timeout is not a float or out of range\r\n");
  CHECK(f.send("BLPOP", "l", "-1") == "-ERR timeout is negative\r\n");
  CHECK(f.send("BLPOP", "l", "1e400") == "-ERR timeout is negative\r\n");
  CHECK(f.send("BRPOP", "l", "inf") == "-ERR timeout is negative\r\n");
  CHECK(f.send("RPUSH", "l", "x", "y") == ":2\r\n");
  CHECK(f.send("BLPOP", "missing", "l", "0") == "*2\r\n$1\r\nl\r\n$1\r\nx\r\n");
  CHECK(f.send("BRPOP", "l", "0") == "*2\r\n$1\r\nl\r\n$1\r\ny\r\n");
}

TEST_CASE("SADD, SREM and SMOVE: encodings and counts", "[set]") {
  EngineFixture f;
  CHECK(f.send("SADD", "s", "1", "2", "3") == ":3\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "s") == "$6\r\nintset\r\n");
  CHECK(f.send("SADD", "s", "3", "4") == ":1\r\n");
  CHECK(f.send("SADD", "s", "a") == ":1\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "s") == "$9\r\nhashtable\r\n");
  CHECK(f.send("SREM", "s", "a", "b", "1") == ":2\r\n");
  CHECK(f.send("SCARD", "s") == ":3\r\n");
  CHECK(f.send("SISMEMBER", "s", "2") == ":1\r\n");
  CHECK(f.send("SISMEMBER", "s", "zz") == ":0\r\n");
  CHECK(f.send("SISMEMBER", "missing", "a") == ":0\r\n");
  CHECK(f.send("SMISMEMBER", "s", "2", "zz") == "*2\r\n:1\r\n:0\r\n");
  CHECK(f.send("SMISMEMBER", "missing", "a", "b") == "*2\r\n:0\r\n:0\r\n");
  CHECK(f.send("SREM", "s", "2", "3", "4") == ":3\r\n");
  CHECK(f.send("EXISTS", "s") == ":0\r\n");
  CHECK(f.send("SREM", "s", "a") == ":0\r\n");
  CHECK(f.send("SCARD", "missing") == ":0\r\n");
  CHECK(f.send("SADD", "a", "1", "2") == ":2\r\n");
  CHECK(f.send("SADD", "b", "2") == ":1\r\n");
  CHECK(f.send("SMOVE", "a", "b", "1") == ":1\r\n");
  CHECK(f.send("SMOVE", "a", "b", "1") == ":0\r\n");
  CHECK(f.send("SMOVE", "a", "b", "2") == ":1\r\n");
  CHECK(f.send("EXISTS", "a") == ":0\r\n");
  CHECK(f.send("SMOVE", "missing", "b", "x") == ":0\r\n");
  CHECK(f.send("SADD", "b", "x") == ":1\r\n");
  CHECK(f.send("SMOVE", "b", "b", "x") == ":1\r\n");
  CHECK(f.send("SMOVE", "b", "b", "nothing") == ":0\r\n");
  CHECK(f.send("SMOVE", "b", "new", "x") == ":1\r\n");
  CHECK(f.send("SMEMBERS", "new") == "*1\r\n$1\r\nx\r\n");
  CHECK(f.send("SET", "str", "v") == "+OK\r\n");
  CHECK(f.send("SADD", "str", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SREM", "str", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SCARD", "str") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SISMEMBER", "str", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SMISMEMBER", "str", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SMEMBERS", "str") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SMOVE", "b", "str", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SMOVE", "str", "b", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SMOVE", "missing", "str", "1") == ":0\r\n");
  CHECK(f.send("SPOP", "str") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SRANDMEMBER", "str") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SMEMBERS", "missing") == "*0\r\n");
}

TEST_CASE("SPOP and SRANDMEMBER: counts", "[set]") {
  EngineFixture f;
  CHECK(f.send("SPOP", "s") == "$-1\r\n");
  CHECK(f.send("SPOP", "s", "1") == "*0\r\n");
  CHECK(f.send("SPOP", "s", "-1") == "-ERR value is out of range, must be positive\r\n");
  CHECK(f.send("SPOP", "s", "abc") == "-ERR value is out of range, must be positive\r\n");
  CHECK(f.send("SPOP", "s", "1", "2") == "-ERR syntax error\r\n");
  CHECK(f.send("SRANDMEMBER", "s") == "$-1\r\n");
  CHECK(f.send("SRANDMEMBER", "s", "1") == "*0\r\n");
  CHECK(f.send("SRANDMEMBER", "s", "-9223372036854775807") == "*0\r\n");
  CHECK(f.send("SRANDMEMBER", "s", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SRANDMEMBER", "s", "1", "2") == "-ERR syntax error\r\n");
  CHECK(f.send("SADD", "s", "a") == ":1\r\n");
  CHECK(f.send("SPOP", "s", "0") == "*0\r\n");
  CHECK(f.send("SRANDMEMBER", "s", "0") == "*0\r\n");
  CHECK(f.send("SRANDMEMBER", "s") == "$1\r\na\r\n");
  CHECK(f.send("SRANDMEMBER", "s", "5") == "*1\r\n$1\r\na\r\n");
  CHECK(f.send("SRANDMEMBER", "s", "-3") == "*3\r\n$1\r\na\r\n$1\r\na\r\n$1\r\na\r\n");
  CHECK(f.send("SPOP", "s", "5") == "*1\r\n$1\r\na\r\n");
  CHECK(f.send("EXISTS", "s") == ":0\r\n");
  CHECK(f.send("SADD", "s", "1") == ":1\r\n");
  CHECK(f.send("SPOP", "s") == "$1\r\n1\r\n");
  CHECK(f.send("EXISTS", "s") == ":0\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("SPOP", "s", "1") == "~0\r\n");
  CHECK(f.send("SADD", "s", "1") == ":1\r\n");
  CHECK(f.send("SRANDMEMBER", "s", "2") == "*1\r\n$1\r\n1\r\n");
  CHECK(f.send("SRANDMEMBER", "s", "-2") == "*2\r\n$1\r\n1\r\n$1\r\n1\r\n");
  CHECK(f.send("SPOP", "s", "2") == "~1\r\n$1\r\n1\r\n");
}

TEST_CASE("SINTER, SUNION, SDIFF and their stores", "[set]") {
  EngineFixture f;
  CHECK(f.send("SADD", "a", "1", "2", "3") == ":3\r\n");
  CHECK(f.send("SADD", "b", "2", "3", "4") == ":3\r\n");
  CHECK(f.send("SADD", "c", "3") == ":1\r\n");
  CHECK(f.send("SINTER", "a", "b") == "*2\r\n$1\r\n2\r\n$1\r\n3\r\n");
  CHECK(f.send("SINTER", "a", "b", "c") == "*1\r\n$1\r\n3\r\n");
  CHECK(f.send("SINTER", "a", "missing") == "*0\r\n");
  CHECK(f.send("SINTER", "missing") == "*0\r\n");
  CHECK(f.send("SUNION", "a", "b") == "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n");
  CHECK(f.send("SUNION", "missing") == "*0\r\n");
  CHECK(f.send("SDIFF", "a", "b") == "*1\r\n$1\r\n1\r\n");
  CHECK(f.send("SDIFF", "a", "b", "c", "missing") == "*1\r\n$1\r\n1\r\n");
  CHECK(f.send("SDIFF", "missing", "a") == "*0\r\n");
  CHECK(f.send("SDIFF", "a", "a") == "*0\r\n");
  CHECK(f.send("SINTERSTORE", "d", "a", "b") == ":2\r\n");
  CHECK(f.send("SMEMBERS", "d") == "*2\r\n$1\r\n2\r\n$1\r\n3\r\n");
  CHECK(f.send("SINTERSTORE", "d", "a", "missing") == ":0\r\n");
  CHECK(f.send("EXISTS", "d") == ":0\r\n");
  CHECK(f.send("SUNIONSTORE", "d", "a", "b") == ":4\r\n");
  CHECK(f.send("SCARD", "d") == ":4\r\n");
  CHECK(f.send("SUNIONSTORE", "d", "missing") == ":0\r\n");
  CHECK(f.send("SDIFFSTORE", "d", "a", "b") == ":1\r\n");
  CHECK(f.send("SMEMBERS", "d") == "*1\r\n$1\r\n1\r\n");
  CHECK(f.send("SDIFFSTORE", "d", "a", "a") == ":0\r\n");
  CHECK(f.send("EXISTS", "d") == ":0\r\n");
  CHECK(f.send("SADD", "t", "x") == ":1\r\n");
  CHECK(f.send("SINTER", "t", "a") == "*0\r\n");
  CHECK(f.send("SUNIONSTORE", "d", "t", "c") == ":2\r\n");
  CHECK(f.send("SCARD", "d") == ":2\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "d") == "$9\r\nhashtable\r\n");
  CHECK(f.send("SINTERCARD", "2", "a", "b") == ":2\r\n");
  CHECK(f.send("SINTERCARD", "2", "a", "b", "LIMIT", "1") == ":1\r\n");
  CHECK(f.send("SINTERCARD", "2", "a", "b", "LIMIT", "0") == ":2\r\n");
  CHECK(f.send("SINTERCARD", "2", "a", "b", "LIMIT", "-1") == "-ERR LIMIT can't be negative\r\n");
  CHECK(f.send("SINTERCARD", "2", "a", "b", "LIMIT", "abc") == "-ERR LIMIT can't be negative\r\n");
  CHECK(f.send("SINTERCARD", "2", "a", "b", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("SINTERCARD", "2", "a", "b", "LIMIT") == "-ERR syntax error\r\n");
  CHECK(f.send("SINTERCARD", "0", "a") == "-ERR numkeys should be greater than 0\r\n");
  CHECK(f.send("SINTERCARD", "abc", "a") == "-ERR numkeys should be greater than 0\r\n");
  CHECK(f.send("SINTERCARD", "3", "a", "b") ==
        "-ERR Number of keys can't be greater than number of args\r\n");
  CHECK(f.send("SINTERCARD", "2", "a", "missing") == ":0\r\n");
  CHECK(f.send("SET", "str", "v") == "+OK\r\n");
  CHECK(f.send("SINTER", "str") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SINTER", "a", "str") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SINTER", "missing", "str") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SUNION", "a", "str") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SDIFF", "a", "str") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SDIFF", "str", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SINTERSTORE", "d", "a", "str") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SINTERCARD", "1", "str") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SUNIONSTORE", "str", "a") == ":3\r\n");
  CHECK(f.send("TYPE", "str") == "+set\r\n");
}

TEST_CASE("HSET and its kin: new fields, old ones, refusals", "[hash]") {
  EngineFixture f;
  CHECK(f.send("HSET", "h", "a", "1", "b", "2") == ":2\r\n");
  CHECK(f.send("HSET", "h", "a", "3", "c", "4") == ":1\r\n");
  CHECK(f.send("HSET", "h", "a") == "-ERR wrong number of arguments for 'hset' command\r\n");
  CHECK(f.send("HSET", "h", "a", "1", "b") == "-ERR wrong number of arguments for 'hset' command\r\n");
  CHECK(f.send("HMSET", "h", "a", "1") == "+OK\r\n");
  CHECK(f.send("HMSET", "h", "a") == "-ERR wrong number of arguments for 'hmset' command\r\n");
  CHECK(f.send("HSETNX", "h", "a", "9") == ":0\r\n");
  CHECK(f.send("HSETNX", "h", "d", "9") == ":1\r\n");
  CHECK(f.send("HGET", "h", "a") == "$1\r\n1\r\n");
  CHECK(f.send("HGET", "h", "zz") == "$-1\r\n");
  CHECK(f.send("HGET", "missing", "a") == "$-1\r\n");
  CHECK(f.send("HMGET", "h", "a", "zz") == "*2\r\n$1\r\n1\r\n$-1\r\n");
  CHECK(f.send("HMGET", "missing", "a", "b") == "*2\r\n$-1\r\n$-1\r\n");
  CHECK(f.send("HGETALL", "h") ==
        "*8\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\nc\r\n$1\r\n4\r\n$1\r\nd\r\n$1\r\n9\r\n");
  CHECK(f.send("HGETALL", "missing") == "*0\r\n");
  CHECK(f.send("HKEYS", "h") == "*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n");
  CHECK(f.send("HVALS", "h") == "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n4\r\n$1\r\n9\r\n");
  CHECK(f.send("HKEYS", "missing") == "*0\r\n");
  CHECK(f.send("HLEN", "h") == ":4\r\n");
  CHECK(f.send("HLEN", "missing") == ":0\r\n");
  CHECK(f.send("HEXISTS", "h", "a") == ":1\r\n");
  CHECK(f.send("HEXISTS", "h", "zz") == ":0\r\n");
  CHECK(f.send("HEXISTS", "missing", "a") == ":0\r\n");
  CHECK(f.send("HSTRLEN", "h", "a") == ":1\r\n");
  CHECK(f.send("HSTRLEN", "h", "zz") == ":0\r\n");
  CHECK(f.send("HSTRLEN", "missing", "a") == ":0\r\n");
  CHECK(f.send("HDEL", "h", "a", "zz") == ":1\r\n");
  CHECK(f.send("HDEL", "h", "b", "c", "d") == ":3\r\n");
  CHECK(f.send("EXISTS", "h") == ":0\r\n");
  CHECK(f.send("HDEL", "missing", "a") == ":0\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("HSET", "s", "a", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HSETNX", "s", "a", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HMSET", "s", "a", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HGET", "s", "a") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HMGET", "s", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HGETALL", "s") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HKEYS", "s") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HVALS", "s") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HLEN", "s") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HEXISTS", "s", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HSTRLEN", "s", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HDEL", "s", "a") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HINCRBY", "s", "a", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HINCRBYFLOAT", "s", "a", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HRANDFIELD", "s") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HSCAN", "s", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("HSET", "h", "f", "v") == ":1\r\n");
  CHECK(f.send("HGETALL", "h") == "%1\r\n$1\r\nf\r\n$1\r\nv\r\n");
  CHECK(f.send("HGETALL", "missing") == "%0\r\n");
  CHECK(f.send("HVALS", "h") == "*1\r\n$1\r\nv\r\n");
}

TEST_CASE("HINCRBY and HINCRBYFLOAT: limits", "[hash]") {
  EngineFixture f;
  CHECK(f.send("HINCRBY", "h", "n", "5") == ":5\r\n");
  CHECK(f.send("HINCRBY", "h", "n", "-7") == ":-2\r\n");
  CHECK(f.send("HINCRBY", "h", "n", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("HSET", "h", "t", "text", "big", "9223372036854775807") == ":2\r\n");
  CHECK(f.send("HINCRBY", "h", "t", "1") == "-ERR hash value is not an integer\r\n");
  CHECK(f.send("HINCRBY", "h", "big", "1") == "-ERR increment or decrement would overflow\r\n");
  CHECK(f.send("HSET", "h", "small", "-9223372036854775808") == ":1\r\n");
  CHECK(f.send("HINCRBY", "h", "small", "-1") == "-ERR increment or decrement would overflow\r\n");
  CHECK(f.send("HINCRBY", "missing", "n", "9223372036854775807") == ":9223372036854775807\r\n");
  CHECK(f.send("HINCRBYFLOAT", "h", "f", "1.5") == "$3\r\n1.5\r\n");
  CHECK(f.send("HINCRBYFLOAT", "h", "f", "1e2") == "$5\r\n101.5\r\n");
  CHECK(f.send("HINCRBYFLOAT", "h", "f", "abc") == "-ERR value is not a valid float\r\n");
  CHECK(f.send("HINCRBYFLOAT", "h", "f", "inf") == "-ERR value is NaN or Infinity\r\n");
  CHECK(f.send("HINCRBYFLOAT", "h", "f", "nan") == "-ERR value is not a valid float\r\n");
  CHECK(f.send("HINCRBYFLOAT", "h", "t", "1") == "-ERR hash value is not a float\r\n");
  CHECK(f.send("HINCRBYFLOAT", "h", "n", "0.5") == "$4\r\n-1.5\r\n");
  CHECK(f.send("HSET", "h", "huge", "1e4900") == ":1\r\n");
  CHECK(
      f.send("HINCRBYFLOAT", "h", "huge", "1") ==
      "$4901\r\n100000000000000000002708312230690349833224052504078834346502930111959028517260692666637048230"
      "414374897655201843766090626319971729765251179632020313912652522792711197087872698264530532442630109549"
      "129842736280196919130242615101228133188193853826983121366159061148351354364472807590931218045387490935"
      "930967150336231085015126034696883068553581691802388371635128003615577299166097675723780877126495909902"
      "479233742826339471026068806070433075629449530819183550315434973800271862658869400009022028602967197463"
      "980126881829804282202449930132940824361207087494829502385835258094836304011876250359661206802659650567"
      "866176246063987902366800491980400341950657151370854446585517805253310195469184699955519312761482572080"
      "479702840420595377369017651259376039167277822106875560385309101650382998482652792335482865443482342801"
      "545877390859444282105890147577937366066315975231014810320888482059656248277607763361589359794524314002"
      "443575149260630989130103550443177966380769341050735632338583912575890190136462629316287947355057647111"
      "088565611192544631519843618778618820046304429723908484879583579178075456701368334212923379389029311286"
      "386996015804122917416008806233549005183152461084266176543129004016414959261473645240454289630182591200"
      "574019087358223489767381636349719510715487188747217311279465814538495924567014916238565628036285599497"
      "236493491668884212847699052761266207598941300449276447201387520841811835583254242213093566548778954711"
      "633721122784159793843766802019309395771984693609426401362800013936338891483689127845928572536790651156"
      "184721483511507878883282891696900630100211914227950790472211403392549466062537498185758854079775888444"
      "518306635752468713312357556380082275500658967283696421824354930077523691855699312544373220921962817907"
      "078445538421941800259027487429330768616490865438859612697367766323925013940918384858952407145253573823"
      "848733994146335416209309233074165707437420756438833918763109580759409985573826485055208965115587885226"
      "774453455112406581351429640282227888764449360534584421929291565334894907337572527922691473242328379737"
      "396430908523008687037407295838014450772162091496534584696605157436893236842602956298545594095307060870"
      "397506421786236892553632163491468601982681381011940409602294892199042638682530687578982576819839451907"
      "594697546439533559153604700750696252355362322662219852740143212566818745528402265116534684566273868361"
      "460640280523251242059850044328669692159629900374576027104298177006629276014371540945261309319363704125"
      "592775129543526908667388673739382491147471395192495459318806593271282662311169392196897003517840025298"
      "267505925987901751541005546610016067658227181318892914686508281007582655667597441346214499847364272258"
      "631922040641860333431409838623713258383681350233064164940590695888300919626215847587544298023636416943"
      "680102708406086295669759876682046839368574433996997648445207805615784339667691231286807666753972942872"
      "019850432610318031627872612657513588188267160616660825719678199868371370527508463011236193719286066916"
      "786169956541349011494927225747024994619057884118692213564790598702879596058672338334720925179141906809"
      "470606964896245458600635183723159228561689808246141482736625197373238197777325580142168245885279594913"
      "851700941789475252421784152262567254611571822468808675893407728003047921107885664474662930921581384003"
      "950729114103689170603748380178682003976896397305836815761717676338115866650889936516794601457549097578"
      "905329423919798362140648664569177147076571576101649257502509463877402424847669830852345415301684820395"
      "813946416649808062227494112874521812750160935760825922220707178083076380203450993589198835885505461509"
      "442443773367592842795410339065860781804024975272228687688301824830333940416256885455008512598774611538"
      "878683158183931461086893832255176926531299425504132104728730288984598001187854507900417184206801359847"
      "651992484444933900133130832052346600926424167009902829803553087005800387704758687923428053612864451456"
      "596148162238935900033917094683141205188616000211702577553792389670853917118547527592495253773028135298"
      "405566315903922235989614934474805789300370437580494193066066314056627605207631392651010580925826419831"
      "250810981343093764403877594495896516881097415880926429607388979497471571321217205535961262051641426436"
      "441668989765107456413733909427384182109285933511623871034309722437967253289084018145083721513211807496"
      "392673952789642893241520398827805325610653506029060153153064455898648607959013571280930834475689835845"
      "791849456112104462337569019001580859906425911782967213265389744605395555069797947978230708108432086217"
      "134763779632408473684293543722127232658767439906910370146716836295909075482355827087389127370874842532"
      "825987593970846704144140471956027276735614286138656432085771988513977140957180090146798065497158947229"
      "765733489703157617307078835099906185890777007500964162371428641176460739074789794941408428328217107759"
      "915202650066155868439585510978709442590231934194956788626761834746430104077432547436359522462253411168"
      "46746313424896\r\n");
  CHECK(f.send("HSET", "h", "sp", " 1") == ":1\r\n");
  CHECK(f.send("HINCRBYFLOAT", "h", "sp", "1") == "-ERR hash value is not a float\r\n");
  CHECK(f.send("HINCRBY", "h", "sp", "1") == "-ERR hash value is not an integer\r\n");
  CHECK(f.send("HSTRLEN", "h", "n") == ":4\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "h") == "$9\r\nhashtable\r\n");
  CHECK(f.send("HSET", "h", "l", std::string(65, 'x')) == ":1\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "h") == "$9\r\nhashtable\r\n");
  CHECK(f.send("HGET", "h", "n") == "$4\r\n-1.5\r\n");
  CHECK(f.send("HSTRLEN", "h", "l") == ":65\r\n");
  CHECK(f.send("HINCRBY", "h", "n2", "1") == ":1\r\n");
  CHECK(f.send("HINCRBYFLOAT", "h", "f", "1") == "$5\r\n102.5\r\n");
  CHECK(f.send("HEXISTS", "h", "l") == ":1\r\n");
  CHECK(f.send("HSETNX", "h", "l", "x") == ":0\r\n");
  CHECK(f.send("HDEL", "h", "l") == ":1\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "h") == "$9\r\nhashtable\r\n");
}

TEST_CASE("HRANDFIELD: counts and WITHVALUES", "[hash]") {
  EngineFixture f;
  CHECK(f.send("HRANDFIELD", "h") == "$-1\r\n");
  CHECK(f.send("HRANDFIELD", "h", "1") == "*0\r\n");
  CHECK(f.send("HRANDFIELD", "h", "1", "WITHVALUES") == "*0\r\n");
  CHECK(f.send("HRANDFIELD", "h", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("HSET", "h", "f", "v") == ":1\r\n");
  CHECK(f.send("HRANDFIELD", "h") == "$1\r\nf\r\n");
  CHECK(f.send("HRANDFIELD", "h", "0") == "*0\r\n");
  CHECK(f.send("HRANDFIELD", "h", "5") == "*1\r\n$1\r\nf\r\n");
  CHECK(f.send("HRANDFIELD", "h", "5", "WITHVALUES") == "*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
  CHECK(f.send("HRANDFIELD", "h", "-3") == "*3\r\n$1\r\nf\r\n$1\r\nf\r\n$1\r\nf\r\n");
  CHECK(f.send("HRANDFIELD", "h", "-2", "WITHVALUES") ==
        "*4\r\n$1\r\nf\r\n$1\r\nv\r\n$1\r\nf\r\n$1\r\nv\r\n");
  CHECK(f.send("HRANDFIELD", "h", "1", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("HRANDFIELD", "h", "1", "WITHVALUES", "x") == "-ERR syntax error\r\n");
  CHECK(f.send("HRANDFIELD", "h", "abc", "WITHVALUES") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("HRANDFIELD", "h", "-9223372036854775808") ==
        "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n");
  CHECK(f.send("HRANDFIELD", "h", "-9223372036854775808", "WITHVALUES") ==
        "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n");
  CHECK(f.send("HRANDFIELD", "h", "4611686018427387904", "WITHVALUES") == "-ERR value is out of range\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("HRANDFIELD", "h", "5", "WITHVALUES") == "*1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
  CHECK(f.send("HRANDFIELD", "h", "-2", "WITHVALUES") ==
        "*2\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
  CHECK(f.send("HRANDFIELD", "h", "-2") == "*2\r\n$1\r\nf\r\n$1\r\nf\r\n");
  CHECK(f.send("HRANDFIELD", "missing", "1") == "*0\r\n");
  CHECK(f.send("HRANDFIELD", "missing") == "_\r\n");
}
