// Sorted sets and places by literal bytes: options, ranges, algebra and refusals, as redis-server 7.0.15
// answers.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

TEST_CASE("ZADD: its options, their order and what excludes what", "[zadd][zset]") {
  EngineFixture f;
  CHECK(f.send("ZADD", "z", "1", "a", "2", "b") == ":2\r\n");
  CHECK(f.send("ZADD", "z", "NX", "5", "a", "3", "c") == ":1\r\n");
  CHECK(f.send("ZADD", "z", "XX", "5", "a", "9", "new") == ":0\r\n");
  CHECK(f.send("ZADD", "z", "XX", "CH", "6", "a", "9", "new") == ":1\r\n");
  CHECK(f.send("ZADD", "z", "GT", "1", "a") == ":0\r\n");
  CHECK(f.send("ZADD", "z", "GT", "CH", "10", "a") == ":1\r\n");
  CHECK(f.send("ZADD", "z", "LT", "20", "a") == ":0\r\n");
  CHECK(f.send("ZADD", "z", "LT", "CH", "2", "a") == ":1\r\n");
  CHECK(f.send("ZADD", "z", "INCR", "1.5", "a") == "$3\r\n3.5\r\n");
  CHECK(f.send("ZADD", "z", "NX", "INCR", "1", "a") == "$-1\r\n");
  CHECK(f.send("ZADD", "z", "XX", "INCR", "1", "nobody") == "$-1\r\n");
  CHECK(f.send("ZADD", "z", "GT", "INCR", "-1", "a") == "$-1\r\n");
  CHECK(f.send("ZADD", "z", "LT", "INCR", "-1", "a") == "$3\r\n2.5\r\n");
  CHECK(f.send("ZADD", "z", "XX", "GT", "CH", "100", "a") == ":1\r\n");
  CHECK(f.send("ZADD", "z", "NX", "XX", "1", "a") ==
        "-ERR XX and NX options at the same time are not compatible\r\n");
  CHECK(f.send("ZADD", "z", "NX", "GT", "1", "a") ==
        "-ERR GT, LT, and/or NX options at the same time are not compatible\r\n");
  CHECK(f.send("ZADD", "z", "GT", "LT", "1", "a") ==
        "-ERR GT, LT, and/or NX options at the same time are not compatible\r\n");
  CHECK(f.send("ZADD", "z", "INCR", "1", "a", "2", "b") ==
        "-ERR INCR option supports a single increment-element pair\r\n");
  CHECK(f.send("ZADD", "z", "1") == "-ERR wrong number of arguments for 'zadd' command\r\n");
  CHECK(f.send("ZADD", "z", "abc", "a") == "-ERR value is not a valid float\r\n");
  CHECK(f.send("ZADD", "z", "1", "a", "abc", "b") == "-ERR value is not a valid float\r\n");
  CHECK(f.send("ZADD", "z", "nan", "a") == "-ERR value is not a valid float\r\n");
  CHECK(f.send("ZADD", "z", "NX", "1") == "-ERR syntax error\r\n");
  CHECK(f.send("ZADD", "z", "inf", "p", "-inf", "n") == ":2\r\n");
  CHECK(f.send("ZADD", "z", "INCR", "-inf", "p") == "-ERR resulting score is not a number (NaN)\r\n");
  CHECK(f.send("ZSCORE", "z", "p") == "$3\r\ninf\r\n");
  CHECK(f.send("ZSCORE", "z", "n") == "$4\r\n-inf\r\n");
  CHECK(f.send("ZSCORE", "z", "nobody") == "$-1\r\n");
  CHECK(f.send("ZSCORE", "missing", "a") == "$-1\r\n");
  CHECK(f.send("ZMSCORE", "z", "a", "nobody") == "*2\r\n$3\r\n100\r\n$-1\r\n");
  CHECK(f.send("ZMSCORE", "missing", "a", "b") == "*2\r\n$-1\r\n$-1\r\n");
  CHECK(f.send("ZADD", "missing", "XX", "1", "a") == ":0\r\n");
  CHECK(f.send("EXISTS", "missing") == ":0\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("ZADD", "s", "1", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZADD", "s", "XX", "1", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZSCORE", "s", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZMSCORE", "s", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZCARD", "s") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZCARD", "z") == ":5\r\n");
  CHECK(f.send("ZCARD", "missing") == ":0\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("ZSCORE", "z", "a") == ",100\r\n");
  CHECK(f.send("ZSCORE", "z", "p") == ",inf\r\n");
  CHECK(f.send("ZADD", "z", "INCR", "1", "a") == ",101\r\n");
  CHECK(f.send("ZMSCORE", "z", "a", "nobody") == "*2\r\n,101\r\n_\r\n");
  CHECK(f.send("ZINCRBY", "z", "1", "a") == ",102\r\n");
}

TEST_CASE("ZINCRBY, ZREM and ZRANK", "[zset]") {
  EngineFixture f;
  CHECK(f.send("ZINCRBY", "z", "1", "a") == "$1\r\n1\r\n");
  CHECK(f.send("ZINCRBY", "z", "-2.5", "a") == "$4\r\n-1.5\r\n");
  CHECK(f.send("ZINCRBY", "z", "abc", "a") == "-ERR value is not a valid float\r\n");
  CHECK(f.send("ZINCRBY", "z", "nan", "a") == "-ERR value is not a valid float\r\n");
  CHECK(f.send("ZINCRBY", "z", "inf", "a") == "$3\r\ninf\r\n");
  CHECK(f.send("ZINCRBY", "z", "-inf", "a") == "-ERR resulting score is not a number (NaN)\r\n");
  CHECK(f.send("ZADD", "z", "1", "b", "2", "c") == ":2\r\n");
  CHECK(f.send("ZRANK", "z", "a") == ":2\r\n");
  CHECK(f.send("ZRANK", "z", "b") == ":0\r\n");
  CHECK(f.send("ZREVRANK", "z", "b") == ":2\r\n");
  CHECK(f.send("ZRANK", "z", "nobody") == "$-1\r\n");
  CHECK(f.send("ZREVRANK", "missing", "a") == "$-1\r\n");
  CHECK(f.send("ZREM", "z", "a", "nobody") == ":1\r\n");
  CHECK(f.send("ZREM", "z", "b", "c") == ":2\r\n");
  CHECK(f.send("EXISTS", "z") == ":0\r\n");
  CHECK(f.send("ZREM", "z", "a") == ":0\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("ZINCRBY", "s", "1", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZREM", "s", "a") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZRANK", "s", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZREVRANK", "s", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZCOUNT", "s", "0", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZLEXCOUNT", "s", "-", "+") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZREMRANGEBYRANK", "s", "0", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZPOPMIN", "s") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZRANDMEMBER", "s") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZRANGE", "s", "0", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZRANGESTORE", "d", "s", "0", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
}

TEST_CASE("ZRANGE: by rank, score and lex, forward and back", "[zrange][zset]") {
  EngineFixture f;
  CHECK(f.send("ZADD", "z", "1", "a", "2", "b", "3", "c", "3", "d") == ":4\r\n");
  CHECK(f.send("ZRANGE", "z", "0", "-1") == "*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n");
  CHECK(f.send("ZRANGE", "z", "1", "2", "WITHSCORES") ==
        "*4\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\nc\r\n$1\r\n3\r\n");
  CHECK(f.send("ZRANGE", "z", "0", "1", "REV") == "*2\r\n$1\r\nd\r\n$1\r\nc\r\n");
  CHECK(f.send("ZRANGE", "z", "-2", "-1", "REV", "WITHSCORES") ==
        "*4\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("ZRANGE", "z", "5", "10") == "*0\r\n");
  CHECK(f.send("ZRANGE", "z", "3", "1") == "*0\r\n");
  CHECK(f.send("ZRANGE", "z", "-100", "100") == "*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n");
  CHECK(f.send("ZRANGE", "z", "1", "3", "BYSCORE") == "*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n");
  CHECK(f.send("ZRANGE", "z", "(1", "3", "BYSCORE", "WITHSCORES") ==
        "*6\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\nc\r\n$1\r\n3\r\n$1\r\nd\r\n$1\r\n3\r\n");
  CHECK(f.send("ZRANGE", "z", "(1", "(3", "BYSCORE") == "*1\r\n$1\r\nb\r\n");
  CHECK(f.send("ZRANGE", "z", "3", "1", "BYSCORE", "REV") ==
        "*4\r\n$1\r\nd\r\n$1\r\nc\r\n$1\r\nb\r\n$1\r\na\r\n");
  CHECK(f.send("ZRANGE", "z", "+inf", "-inf", "BYSCORE", "REV", "LIMIT", "1", "2") ==
        "*2\r\n$1\r\nc\r\n$1\r\nb\r\n");
  CHECK(f.send("ZRANGE", "z", "-inf", "+inf", "BYSCORE", "LIMIT", "1", "2") ==
        "*2\r\n$1\r\nb\r\n$1\r\nc\r\n");
  CHECK(f.send("ZRANGE", "z", "-inf", "+inf", "BYSCORE", "LIMIT", "1", "-1") ==
        "*3\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n");
  CHECK(f.send("ZRANGE", "z", "-inf", "+inf", "BYSCORE", "LIMIT", "-1", "2") == "*0\r\n");
  CHECK(f.send("ZRANGE", "z", "-inf", "+inf", "BYSCORE", "LIMIT", "10", "2") == "*0\r\n");
  CHECK(f.send("ZRANGE", "z", "5", "9", "BYSCORE") == "*0\r\n");
  CHECK(f.send("ZRANGE", "z", "[a", "[c", "BYLEX") == "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n");
  CHECK(f.send("ZRANGE", "z", "-", "+", "BYLEX", "LIMIT", "1", "2") == "*2\r\n$1\r\nb\r\n$1\r\nc\r\n");
  CHECK(f.send("ZRANGE", "z", "(a", "(d", "BYLEX") == "*2\r\n$1\r\nb\r\n$1\r\nc\r\n");
  CHECK(f.send("ZRANGE", "z", "+", "-", "BYLEX", "REV") ==
        "*4\r\n$1\r\nd\r\n$1\r\nc\r\n$1\r\nb\r\n$1\r\na\r\n");
  CHECK(f.send("ZRANGE", "z", "+", "-", "BYLEX") == "*0\r\n");
  CHECK(f.send("ZRANGE", "z", "a", "b", "BYLEX") == "-ERR min or max not valid string range item\r\n");
  CHECK(f.send("ZRANGE", "z", "[a", "[b", "BYLEX", "WITHSCORES") ==
        "-ERR syntax error, WITHSCORES not supported in combination with BYLEX\r\n");
  CHECK(f.send("ZRANGE", "z", "0", "1", "LIMIT", "0", "1") ==
        "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX\r\n");
  CHECK(f.send("ZRANGE", "z", "0", "1", "BYSCORE", "BYLEX") == "-ERR syntax error\r\n");
  CHECK(f.send("ZRANGE", "z", "0", "1", "BYSCORE", "LIMIT", "a", "1") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("ZRANGE", "z", "0", "1", "BYSCORE", "LIMIT", "1") == "-ERR syntax error\r\n");
  CHECK(f.send("ZRANGE", "z", "a", "b") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("ZRANGE", "z", "a", "b", "BYSCORE") == "-ERR min or max is not a float\r\n");
  CHECK(f.send("ZRANGE", "z", "nan", "1", "BYSCORE") == "-ERR min or max is not a float\r\n");
  CHECK(f.send("ZRANGE", "z", "(abc", "1", "BYSCORE") == "-ERR min or max is not a float\r\n");
  CHECK(f.send("ZRANGE", "z", "0", "1", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("ZRANGE", "missing", "0", "-1") == "*0\r\n");
  CHECK(f.send("ZRANGE", "missing", "a", "b") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("ZREVRANGE", "z", "0", "1", "WITHSCORES") ==
        "*4\r\n$1\r\nd\r\n$1\r\n3\r\n$1\r\nc\r\n$1\r\n3\r\n");
  CHECK(f.send("ZREVRANGE", "z", "0", "1", "BYSCORE") == "-ERR syntax error\r\n");
  CHECK(f.send("ZRANGEBYSCORE", "z", "(1", "3", "WITHSCORES", "LIMIT", "0", "2") ==
        "*4\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\nc\r\n$1\r\n3\r\n");
  CHECK(f.send("ZRANGEBYSCORE", "z", "-inf", "+inf", "LIMIT", "0") == "-ERR syntax error\r\n");
  CHECK(f.send("ZRANGEBYSCORE", "z", "a", "b") == "-ERR min or max is not a float\r\n");
  CHECK(f.send("ZREVRANGEBYSCORE", "z", "3", "(1") == "*3\r\n$1\r\nd\r\n$1\r\nc\r\n$1\r\nb\r\n");
  CHECK(f.send("ZREVRANGEBYSCORE", "z", "3", "1", "LIMIT", "1", "1") == "*1\r\n$1\r\nc\r\n");
  CHECK(f.send("ZRANGEBYLEX", "z", "[b", "+") == "*3\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n");
  CHECK(f.send("ZRANGEBYLEX", "z", "[b", "+", "LIMIT", "0", "1") == "*1\r\n$1\r\nb\r\n");
  CHECK(f.send("ZRANGEBYLEX", "z", "b", "+") == "-ERR min or max not valid string range item\r\n");
  CHECK(f.send("ZREVRANGEBYLEX", "z", "+", "[c") == "*2\r\n$1\r\nd\r\n$1\r\nc\r\n");
  CHECK(f.send("ZCOUNT", "z", "1", "(3") == ":2\r\n");
  CHECK(f.send("ZCOUNT", "z", "-inf", "+inf") == ":4\r\n");
  CHECK(f.send("ZCOUNT", "z", "5", "1") == ":0\r\n");
  CHECK(f.send("ZCOUNT", "z", "a", "b") == "-ERR min or max is not a float\r\n");
  CHECK(f.send("ZCOUNT", "missing", "0", "1") == ":0\r\n");
  CHECK(f.send("ZLEXCOUNT", "z", "-", "+") == ":4\r\n");
  CHECK(f.send("ZLEXCOUNT", "z", "[b", "(d") == ":2\r\n");
  CHECK(f.send("ZLEXCOUNT", "z", "b", "d") == "-ERR min or max not valid string range item\r\n");
  CHECK(f.send("ZLEXCOUNT", "z", "+", "-") == ":0\r\n");
  CHECK(f.send("ZLEXCOUNT", "missing", "-", "+") == ":0\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("ZRANGE", "z", "0", "1", "WITHSCORES") ==
        "*2\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$1\r\nb\r\n,2\r\n");
  CHECK(f.send("ZRANGE", "z", "1", "2", "BYSCORE", "WITHSCORES") ==
        "*2\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$1\r\nb\r\n,2\r\n");
  CHECK(f.send("ZRANGEBYSCORE", "z", "3", "3", "WITHSCORES") ==
        "*2\r\n*2\r\n$1\r\nc\r\n,3\r\n*2\r\n$1\r\nd\r\n,3\r\n");
}

TEST_CASE("ZRANGESTORE and ZREMRANGE: what is kept and what goes", "[zset]") {
  EngineFixture f;
  CHECK(f.send("ZADD", "z", "1", "a", "2", "b", "3", "c", "4", "d", "5", "e") == ":5\r\n");
  CHECK(f.send("ZRANGESTORE", "d", "z", "1", "2") == ":2\r\n");
  CHECK(f.send("ZRANGE", "d", "0", "-1", "WITHSCORES") ==
        "*4\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\nc\r\n$1\r\n3\r\n");
  CHECK(f.send("ZRANGESTORE", "d", "z", "2", "4", "BYSCORE", "LIMIT", "1", "1") == ":1\r\n");
  CHECK(f.send("ZRANGE", "d", "0", "-1") == "*1\r\n$1\r\nc\r\n");
  CHECK(f.send("ZRANGESTORE", "d", "z", "[a", "[b", "BYLEX") == ":2\r\n");
  CHECK(f.send("ZRANGESTORE", "d", "z", "4", "2", "BYSCORE", "REV") == ":3\r\n");
  CHECK(f.send("ZRANGE", "d", "0", "-1", "WITHSCORES") ==
        "*6\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\nc\r\n$1\r\n3\r\n$1\r\nd\r\n$1\r\n4\r\n");
  CHECK(f.send("ZRANGESTORE", "d", "z", "10", "20") == ":0\r\n");
  CHECK(f.send("EXISTS", "d") == ":0\r\n");
  CHECK(f.send("ZRANGESTORE", "d", "missing", "0", "-1") == ":0\r\n");
  CHECK(f.send("ZRANGESTORE", "d", "z", "0", "-1", "WITHSCORES") == "-ERR syntax error\r\n");
  CHECK(f.send("ZRANGESTORE", "d", "z", "a", "b") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("ZREMRANGEBYRANK", "z", "0", "0") == ":1\r\n");
  CHECK(f.send("ZREMRANGEBYRANK", "z", "-1", "-1") == ":1\r\n");
  CHECK(f.send("ZREMRANGEBYRANK", "z", "5", "9") == ":0\r\n");
  CHECK(f.send("ZREMRANGEBYRANK", "z", "a", "b") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("ZREMRANGEBYSCORE", "z", "2", "2") == ":1\r\n");
  CHECK(f.send("ZREMRANGEBYSCORE", "z", "(9", "10") == ":0\r\n");
  CHECK(f.send("ZREMRANGEBYSCORE", "z", "a", "b") == "-ERR min or max is not a float\r\n");
  CHECK(f.send("ZREMRANGEBYLEX", "z", "[c", "[c") == ":1\r\n");
  CHECK(f.send("ZREMRANGEBYLEX", "z", "c", "c") == "-ERR min or max not valid string range item\r\n");
  CHECK(f.send("ZREMRANGEBYRANK", "missing", "0", "-1") == ":0\r\n");
  CHECK(f.send("ZREMRANGEBYSCORE", "missing", "0", "1") == ":0\r\n");
  CHECK(f.send("ZRANGE", "z", "0", "-1") == "*1\r\n$1\r\nd\r\n");
  CHECK(f.send("ZREMRANGEBYSCORE", "z", "-inf", "+inf") == ":1\r\n");
  CHECK(f.send("EXISTS", "z") == ":0\r\n");
}

TEST_CASE("ZPOPMIN, ZMPOP and the blocking forms", "[zset]") {
  EngineFixture f;
  CHECK(f.send("ZPOPMIN", "z") == "*0\r\n");
  CHECK(f.send("ZADD", "z", "1", "a", "2", "b", "3", "c", "4", "d", "5", "e", "6", "f") == ":6\r\n");
  CHECK(f.send("ZPOPMIN", "z") == "*2\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("ZPOPMAX", "z", "2") == "*4\r\n$1\r\nf\r\n$1\r\n6\r\n$1\r\ne\r\n$1\r\n5\r\n");
  CHECK(f.send("ZPOPMIN", "z", "0") == "*0\r\n");
  CHECK(f.send("ZPOPMIN", "z", "-1") == "-ERR value is out of range, must be positive\r\n");
  CHECK(f.send("ZPOPMIN", "z", "abc") == "-ERR value is out of range, must be positive\r\n");
  CHECK(f.send("ZPOPMIN", "z", "1", "2") == "-ERR syntax error\r\n");
  CHECK(f.send("ZMPOP", "1", "z", "MIN") == "*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\nb\r\n$1\r\n2\r\n");
  CHECK(f.send("ZMPOP", "2", "missing", "z", "MAX", "COUNT", "10") ==
        "*2\r\n$1\r\nz\r\n*2\r\n*2\r\n$1\r\nd\r\n$1\r\n4\r\n*2\r\n$1\r\nc\r\n$1\r\n3\r\n");
  CHECK(f.send("EXISTS", "z") == ":0\r\n");
  CHECK(f.send("ZMPOP", "1", "z", "MIN") == "*-1\r\n");
  CHECK(f.send("ZMPOP", "0", "z", "MIN") == "-ERR numkeys should be greater than 0\r\n");
  CHECK(f.send("ZMPOP", "abc", "z", "MIN") == "-ERR numkeys should be greater than 0\r\n");
  CHECK(f.send("ZMPOP", "1", "z", "UP") == "-ERR syntax error\r\n");
  CHECK(f.send("ZMPOP", "1", "z", "MIN", "COUNT", "0") == "-ERR count should be greater than 0\r\n");
  CHECK(f.send("ZMPOP", "1", "z", "MIN", "COUNT", "1", "COUNT", "2") == "-ERR syntax error\r\n");
  CHECK(f.send("ZMPOP", "1", "z", "MIN", "BOGUS", "1") == "-ERR syntax error\r\n");
  CHECK(f.send("ZMPOP", "3", "z", "MIN") == "-ERR syntax error\r\n");
  CHECK(f.send("ZADD", "z", "1", "a", "2", "b", "3", "c") == ":3\r\n");
  CHECK(f.send("BZPOPMIN", "missing", "z", "0") == "*3\r\n$1\r\nz\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("BZPOPMAX", "z", "0") == "*3\r\n$1\r\nz\r\n$1\r\nc\r\n$1\r\n3\r\n");
  CHECK(f.send("BZMPOP", "0", "1", "z", "MIN", "COUNT", "5") ==
        "*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\nb\r\n$1\r\n2\r\n");
  CHECK(f.send("BZMPOP", "abc", "1", "z", "MIN") == "-ERR timeout is not a float or out of range\r\n");
  CHECK(f.send("BZMPOP", "-1", "1", "z", "MIN") == "-ERR timeout is negative\r\n");
  CHECK(f.send("BZMPOP", "0", "0", "z", "MIN") == "-ERR numkeys should be greater than 0\r\n");
  CHECK(f.send("BZPOPMIN", "z", "abc") == "-ERR timeout is not a float or out of range\r\n");
  CHECK(f.send("BZPOPMIN", "z", "-1") == "-ERR timeout is negative\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("ZPOPMAX", "s", "1") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZMPOP", "1", "s", "MIN") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("BZPOPMIN", "s", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("BZMPOP", "0", "1", "s", "MIN") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("ZADD", "z", "1", "a", "2", "b", "3", "c", "4", "d") == ":4\r\n");
  CHECK(f.send("ZPOPMIN", "z") == "*2\r\n$1\r\na\r\n,1\r\n");
  CHECK(f.send("ZPOPMIN", "z", "1") == "*1\r\n*2\r\n$1\r\nb\r\n,2\r\n");
  CHECK(f.send("ZPOPMIN", "z", "0") == "*0\r\n");
  CHECK(f.send("ZMPOP", "1", "z", "MIN") == "*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\nc\r\n,3\r\n");
  CHECK(f.send("BZPOPMIN", "z", "0") == "*3\r\n$1\r\nz\r\n$1\r\nd\r\n,4\r\n");
  CHECK(f.send("ZMPOP", "1", "z", "MIN") == "_\r\n");
  CHECK(f.send("ZPOPMIN", "z", "5") == "*0\r\n");
}

TEST_CASE("ZRANDMEMBER: counts and WITHSCORES", "[zset]") {
  EngineFixture f;
  CHECK(f.send("ZRANDMEMBER", "z") == "$-1\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "1") == "*0\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "1", "WITHSCORES") == "*0\r\n");
  CHECK(f.send("ZADD", "z", "1.5", "a") == ":1\r\n");
  CHECK(f.send("ZRANDMEMBER", "z") == "$1\r\na\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "0") == "*0\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "3") == "*1\r\n$1\r\na\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "3", "WITHSCORES") == "*2\r\n$1\r\na\r\n$3\r\n1.5\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "-2") == "*2\r\n$1\r\na\r\n$1\r\na\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "-2", "WITHSCORES") ==
        "*4\r\n$1\r\na\r\n$3\r\n1.5\r\n$1\r\na\r\n$3\r\n1.5\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "1", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "1", "WITHSCORES", "x") == "-ERR syntax error\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "-9223372036854775808") ==
        "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "-9223372036854775808", "WITHSCORES") ==
        "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "4611686018427387904", "WITHSCORES") == "-ERR value is out of range\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("ZRANDMEMBER", "z", "-2", "WITHSCORES") ==
        "*2\r\n*2\r\n$1\r\na\r\n,1.5\r\n*2\r\n$1\r\na\r\n,1.5\r\n");
  CHECK(f.send("ZRANDMEMBER", "z", "2", "WITHSCORES") == "*1\r\n*2\r\n$1\r\na\r\n,1.5\r\n");
}

TEST_CASE("ZUNION, ZINTER, ZDIFF: weights, aggregates, plain sets", "[zset]") {
  EngineFixture f;
  CHECK(f.send("ZADD", "a", "1", "x", "2", "y") == ":2\r\n");
  CHECK(f.send("ZADD", "b", "10", "y", "20", "z") == ":2\r\n");
  CHECK(f.send("SADD", "s", "y") == ":1\r\n");
  CHECK(f.send("ZUNION", "2", "a", "b") == "*3\r\n$1\r\nx\r\n$1\r\ny\r\n$1\r\nz\r\n");
  CHECK(f.send("ZUNION", "2", "a", "b", "WITHSCORES") ==
        "*6\r\n$1\r\nx\r\n$1\r\n1\r\n$1\r\ny\r\n$2\r\n12\r\n$1\r\nz\r\n$2\r\n20\r\n");
  CHECK(f.send("ZUNION", "2", "a", "b", "WEIGHTS", "2", "3", "WITHSCORES") ==
        "*6\r\n$1\r\nx\r\n$1\r\n2\r\n$1\r\ny\r\n$2\r\n34\r\n$1\r\nz\r\n$2\r\n60\r\n");
  CHECK(f.send("ZUNION", "2", "a", "b", "AGGREGATE", "MIN", "WITHSCORES") ==
        "*6\r\n$1\r\nx\r\n$1\r\n1\r\n$1\r\ny\r\n$1\r\n2\r\n$1\r\nz\r\n$2\r\n20\r\n");
  CHECK(f.send("ZUNION", "2", "a", "b", "AGGREGATE", "MAX", "WITHSCORES") ==
        "*6\r\n$1\r\nx\r\n$1\r\n1\r\n$1\r\ny\r\n$2\r\n10\r\n$1\r\nz\r\n$2\r\n20\r\n");
  CHECK(f.send("ZUNION", "2", "a", "b", "WEIGHTS", "2") == "-ERR syntax error\r\n");
  CHECK(f.send("ZUNION", "2", "a", "b", "WEIGHTS", "2", "abc") == "-ERR weight value is not a float\r\n");
  CHECK(f.send("ZUNION", "2", "a", "b", "WEIGHTS", "2", "nan") == "-ERR weight value is not a float\r\n");
  CHECK(f.send("ZUNION", "2", "a", "b", "AGGREGATE", "AVG") == "-ERR syntax error\r\n");
  CHECK(f.send("ZUNION", "2", "a", "b", "AGGREGATE") == "-ERR syntax error\r\n");
  CHECK(f.send("ZUNION", "2", "a", "b", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("ZUNION", "0", "a") == "-ERR at least 1 input key is needed for 'zunion' command\r\n");
  CHECK(f.send("ZUNION", "abc", "a") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("ZUNION", "3", "a", "b") == "-ERR syntax error\r\n");
  CHECK(f.send("ZUNION", "2", "a", "s", "WITHSCORES") ==
        "*4\r\n$1\r\nx\r\n$1\r\n1\r\n$1\r\ny\r\n$1\r\n3\r\n");
  CHECK(f.send("ZINTER", "2", "a", "b", "WITHSCORES") == "*2\r\n$1\r\ny\r\n$2\r\n12\r\n");
  CHECK(f.send("ZINTER", "2", "a", "s", "WEIGHTS", "3", "5", "WITHSCORES") ==
        "*2\r\n$1\r\ny\r\n$2\r\n11\r\n");
  CHECK(f.send("ZINTER", "2", "a", "missing") == "*0\r\n");
  CHECK(f.send("ZINTER", "2", "a", "b", "AGGREGATE", "MIN", "WITHSCORES") == "*2\r\n$1\r\ny\r\n$1\r\n2\r\n");
  CHECK(f.send("ZINTER", "2", "a", "b", "AGGREGATE", "MAX", "WITHSCORES") == "*2\r\n$1\r\ny\r\n$2\r\n10\r\n");
  CHECK(f.send("ZDIFF", "2", "a", "b") == "*1\r\n$1\r\nx\r\n");
  CHECK(f.send("ZDIFF", "2", "a", "b", "WITHSCORES") == "*2\r\n$1\r\nx\r\n$1\r\n1\r\n");
  CHECK(f.send("ZDIFF", "2", "a", "s") == "*1\r\n$1\r\nx\r\n");
  CHECK(f.send("ZDIFF", "2", "a", "missing", "WITHSCORES") ==
        "*4\r\n$1\r\nx\r\n$1\r\n1\r\n$1\r\ny\r\n$1\r\n2\r\n");
  CHECK(f.send("ZDIFF", "2", "missing", "a") == "*0\r\n");
  CHECK(f.send("ZDIFF", "2", "a", "a") == "*0\r\n");
  CHECK(f.send("ZDIFF", "2", "a", "b", "WEIGHTS", "1", "2") == "-ERR syntax error\r\n");
  CHECK(f.send("ZDIFF", "0", "a") == "-ERR at least 1 input key is needed for 'zdiff' command\r\n");
  CHECK(f.send("ZUNIONSTORE", "d", "2", "a", "b") == ":3\r\n");
  CHECK(f.send("ZRANGE", "d", "0", "-1", "WITHSCORES") ==
        "*6\r\n$1\r\nx\r\n$1\r\n1\r\n$1\r\ny\r\n$2\r\n12\r\n$1\r\nz\r\n$2\r\n20\r\n");
  CHECK(f.send("ZUNIONSTORE", "d", "2", "a", "b", "WITHSCORES") == "-ERR syntax error\r\n");
  CHECK(f.send("ZINTERSTORE", "d", "2", "a", "b", "WEIGHTS", "-1", "0.5") == ":1\r\n");
  CHECK(f.send("ZRANGE", "d", "0", "-1", "WITHSCORES") == "*2\r\n$1\r\ny\r\n$1\r\n3\r\n");
  CHECK(f.send("ZINTERSTORE", "d", "2", "a", "missing") == ":0\r\n");
  CHECK(f.send("EXISTS", "d") == ":0\r\n");
  CHECK(f.send("ZDIFFSTORE", "d", "2", "a", "b") == ":1\r\n");
  CHECK(f.send("ZRANGE", "d", "0", "-1", "WITHSCORES") == "*2\r\n$1\r\nx\r\n$1\r\n1\r\n");
  CHECK(f.send("ZDIFFSTORE", "d", "1", "missing") == ":0\r\n");
  CHECK(f.send("ZDIFFSTORE", "d", "0", "a") ==
        "-ERR at least 1 input key is needed for 'zdiffstore' command\r\n");
  CHECK(f.send("ZUNIONSTORE", "d", "0", "a") ==
        "-ERR at least 1 input key is needed for 'zunionstore' command\r\n");
  CHECK(f.send("ZINTERCARD", "2", "a", "b") == ":1\r\n");
  CHECK(f.send("ZINTERCARD", "2", "a", "b", "LIMIT", "1") == ":1\r\n");
  CHECK(f.send("ZINTERCARD", "2", "a", "b", "LIMIT", "0") == ":1\r\n");
  CHECK(f.send("ZINTERCARD", "2", "a", "b", "LIMIT", "-1") == "-ERR LIMIT can't be negative\r\n");
  CHECK(f.send("ZINTERCARD", "2", "a", "b", "LIMIT", "abc") == "-ERR LIMIT can't be negative\r\n");
  CHECK(f.send("ZINTERCARD", "2", "a", "b", "WITHSCORES") == "-ERR syntax error\r\n");
  CHECK(f.send("ZINTERCARD", "0", "a") == "-ERR at least 1 input key is needed for 'zintercard' command\r\n");
  CHECK(f.send("ZINTERCARD", "2", "a", "missing") == ":0\r\n");
  CHECK(f.send("SET", "str", "v") == "+OK\r\n");
  CHECK(f.send("ZUNION", "2", "a", "str") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZINTER", "2", "str", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZDIFF", "2", "a", "str") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZUNIONSTORE", "d", "1", "str") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZINTERCARD", "1", "str") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZADD", "i1", "inf", "m") == ":1\r\n");
  CHECK(f.send("ZADD", "i2", "-inf", "m") == ":1\r\n");
  CHECK(f.send("ZUNION", "2", "i1", "i2", "WITHSCORES") == "*2\r\n$1\r\nm\r\n$1\r\n0\r\n");
  CHECK(f.send("ZUNION", "2", "i1", "i2", "WEIGHTS", "0", "1", "WITHSCORES") ==
        "*2\r\n$1\r\nm\r\n$4\r\n-inf\r\n");
  CHECK(f.send("ZADD", "big", "1", std::string(65, 'm')) == ":1\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "big") == "$8\r\nskiplist\r\n");
  CHECK(f.send("ZUNIONSTORE", "d", "2", "big", "a") == ":3\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "d") == "$8\r\nskiplist\r\n");
  CHECK(f.send("ZINTERSTORE", "d", "2", "big", "big") == ":1\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "d") == "$8\r\nskiplist\r\n");
  CHECK(f.send("ZDIFFSTORE", "d", "2", "big", "a") == ":1\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "d") == "$8\r\nskiplist\r\n");
  CHECK(f.send("ZUNIONSTORE", "str", "1", "a") == ":2\r\n");
  CHECK(f.send("TYPE", "str") == "+zset\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("ZUNION", "2", "a", "b", "WITHSCORES") ==
        "*3\r\n*2\r\n$1\r\nx\r\n,1\r\n*2\r\n$1\r\ny\r\n,12\r\n*2\r\n$1\r\nz\r\n,20\r\n");
  CHECK(f.send("ZINTER", "2", "a", "b", "WITHSCORES") == "*1\r\n*2\r\n$1\r\ny\r\n,12\r\n");
  CHECK(f.send("ZDIFF", "2", "a", "b", "WITHSCORES") == "*1\r\n*2\r\n$1\r\nx\r\n,1\r\n");
}

TEST_CASE("GEOADD: coordinates, options and refusals", "[geo]") {
  EngineFixture f;
  CHECK(f.send("GEOADD", "g", "13.361389", "38.115556", "Palermo", "15.087269", "37.502669", "Catania") ==
        ":2\r\n");
  CHECK(f.send("GEOADD", "g", "NX", "0", "0", "Palermo") == ":0\r\n");
  CHECK(f.send("GEOADD", "g", "XX", "13.361389", "38.115556", "Nowhere") == ":0\r\n");
  CHECK(f.send("GEOADD", "g", "XX", "CH", "13.4", "38.2", "Palermo") == ":1\r\n");
  CHECK(f.send("GEOADD", "g", "CH", "13.361389", "38.115556", "Palermo") == ":1\r\n");
  CHECK(f.send("GEOADD", "g", "NX", "XX", "1", "1", "a") == "-ERR syntax error\r\n");
  CHECK(f.send("GEOADD", "g", "1", "1") == "-ERR wrong number of arguments for 'geoadd' command\r\n");
  CHECK(f.send("GEOADD", "g", "181", "1", "a") ==
        "-ERR invalid longitude,latitude pair 181.000000,1.000000\r\n");
  CHECK(f.send("GEOADD", "g", "1", "86", "a") ==
        "-ERR invalid longitude,latitude pair 1.000000,86.000000\r\n");
  CHECK(f.send("GEOADD", "g", "abc", "1", "a") == "-ERR value is not a valid float\r\n");
  CHECK(f.send("GEOADD", "g", "1", "abc", "a") == "-ERR value is not a valid float\r\n");
  CHECK(f.send("GEOADD", "g", "1", "1", "a", "2") == "-ERR syntax error\r\n");
  CHECK(f.send("GEOPOS", "g", "Palermo", "nobody") ==
        "*2\r\n*2\r\n$20\r\n13.36138933897018433\r\n$20\r\n38.11555639549629859\r\n*-1\r\n");
  CHECK(f.send("GEOPOS", "missing", "a") == "*1\r\n*-1\r\n");
  CHECK(f.send("GEOPOS", "g") == "*0\r\n");
  CHECK(f.send("GEOHASH", "g", "Palermo", "Catania", "nobody") ==
        "*3\r\n$11\r\nsqc8b49rny0\r\n$11\r\nsqdtr74hyu0\r\n$-1\r\n");
  CHECK(f.send("GEOHASH", "missing", "a") == "*1\r\n$-1\r\n");
  CHECK(f.send("GEODIST", "g", "Palermo", "Catania") == "$11\r\n166274.1516\r\n");
  CHECK(f.send("GEODIST", "g", "Palermo", "Catania", "km") == "$8\r\n166.2742\r\n");
  CHECK(f.send("GEODIST", "g", "Palermo", "Catania", "ft") == "$11\r\n545518.8700\r\n");
  CHECK(f.send("GEODIST", "g", "Palermo", "Catania", "mi") == "$8\r\n103.3182\r\n");
  CHECK(f.send("GEODIST", "g", "Palermo", "Catania", "parsec") ==
        "-ERR unsupported unit provided. please use M, KM, FT, MI\r\n");
  CHECK(f.send("GEODIST", "g", "Palermo", "nobody") == "$-1\r\n");
  CHECK(f.send("GEODIST", "g", "nobody", "Palermo") == "$-1\r\n");
  CHECK(f.send("GEODIST", "missing", "a", "b") == "$-1\r\n");
  CHECK(f.send("GEODIST", "g", "Palermo", "Catania", "km", "x") == "-ERR syntax error\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("GEOADD", "s", "1", "1", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("GEOPOS", "s", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("GEOHASH", "s", "a") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("GEODIST", "s", "a", "b") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZADD", "g", "1e300", "odd") == ":1\r\n");
  CHECK(f.send("GEOPOS", "g", "odd") ==
        "*1\r\n*2\r\n$22\r\n-179.99999731779098511\r\n$21\r\n-85.05112751263942528\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("GEOPOS", "g", "Palermo", "nobody") ==
        "*2\r\n*2\r\n,13.36138933897018433\r\n,38.11555639549629859\r\n_\r\n");
  CHECK(f.send("GEODIST", "g", "Palermo", "Catania") == "$11\r\n166274.1516\r\n");
}

TEST_CASE("GEOSEARCH: shapes, order, counts and refusals", "[geo]") {
  EngineFixture f;
  CHECK(f.send("GEOADD", "g", "13.361389", "38.115556", "Palermo", "15.087269", "37.502669", "Catania",
               "12.758489", "38.788135", "edge1", "17.241510", "38.788135", "edge2") == ":4\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "ASC") ==
        "*2\r\n$7\r\nCatania\r\n$7\r\nPalermo\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "DESC") ==
        "*2\r\n$7\r\nPalermo\r\n$7\r\nCatania\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYBOX", "400", "400", "km", "ASC", "WITHCOORD",
               "WITHDIST", "WITHHASH") ==
        "*4\r\n*4\r\n$7\r\nCatania\r\n$7\r\n56.4413\r\n:3479447370796909\r\n*2\r\n$20\r\n15."
        "08726745843887329\r\n$20\r\n37.50266842333162032\r\n*4\r\n$7\r\nPalermo\r\n$8\r\n190.4424\r\n:"
        "3479099956230698\r\n*2\r\n$20\r\n13.36138933897018433\r\n$20\r\n38.11555639549629859\r\n*4\r\n$"
        "5\r\nedge2\r\n$8\r\n279.7403\r\n:3481342659049484\r\n*2\r\n$20\r\n17.24151045083999634\r\n$20\r\n38."
        "78813451624225195\r\n*4\r\n$5\r\nedge1\r\n$8\r\n279.7405\r\n:3479273021651468\r\n*2\r\n$19\r\n12."
        "7584877610206604\r\n$20\r\n38.78813451624225195\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMMEMBER", "Palermo", "BYRADIUS", "200", "km", "ASC", "WITHDIST") ==
        "*3\r\n*2\r\n$7\r\nPalermo\r\n$6\r\n0.0000\r\n*2\r\n$5\r\nedge1\r\n$7\r\n91.4007\r\n*2\r\n$"
        "7\r\nCatania\r\n$8\r\n166.2742\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMMEMBER", "nobody", "BYRADIUS", "200", "km") ==
        "-ERR could not decode requested zset member\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "COUNT", "1") ==
        "*1\r\n$7\r\nCatania\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "COUNT", "1", "ANY") ==
        "*1\r\n$7\r\nPalermo\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "COUNT", "2", "DESC") ==
        "*2\r\n$7\r\nPalermo\r\n$7\r\nCatania\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "COUNT", "0") ==
        "-ERR COUNT must be > 0\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "COUNT", "abc") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "ANY") ==
        "-ERR the ANY argument requires COUNT argument\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37") ==
        "-ERR wrong number of arguments for 'geosearch' command\r\n");
  CHECK(f.send("GEOSEARCH", "g", "BYRADIUS", "200", "km") ==
        "-ERR wrong number of arguments for 'geosearch' command\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "BYBOX", "1", "1",
               "km") == "-ERR syntax error\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "FROMMEMBER", "Palermo", "BYRADIUS", "200",
               "km") == "-ERR syntax error\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "-1", "km") ==
        "-ERR radius cannot be negative\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "abc", "km") ==
        "-ERR need numeric radius\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "1", "parsec") ==
        "-ERR unsupported unit provided. please use M, KM, FT, MI\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYBOX", "-1", "1", "km") ==
        "-ERR height or width cannot be negative\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYBOX", "1", "abc", "km") ==
        "-ERR need numeric height\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "200", "37", "BYRADIUS", "1", "km") ==
        "-ERR invalid longitude,latitude pair 200.000000,37.000000\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "BOGUS") ==
        "-ERR syntax error\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "STORE", "x") ==
        "-ERR syntax error\r\n");
  CHECK(f.send("GEOSEARCH", "missing", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km") == "*0\r\n");
  CHECK(f.send("GEOSEARCH", "missing", "FROMMEMBER", "a", "BYRADIUS", "200", "km") == "*0\r\n");
  CHECK(f.send("GEOSEARCHSTORE", "d", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km") == ":2\r\n");
  CHECK(f.send("ZRANGE", "d", "0", "-1") == "*2\r\n$7\r\nPalermo\r\n$7\r\nCatania\r\n");
  CHECK(f.send("GEOSEARCHSTORE", "d", "g", "FROMLONLAT", "15", "37", "BYBOX", "400", "400", "km",
               "STOREDIST") == ":4\r\n");
  CHECK(f.send("ZCARD", "d") == ":4\r\n");
  CHECK(f.send("GEOSEARCHSTORE", "d", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "WITHDIST") ==
        "-ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options\r\n");
  CHECK(f.send("GEOSEARCHSTORE", "d", "missing", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km") ==
        ":0\r\n");
  CHECK(f.send("EXISTS", "d") == ":0\r\n");
  CHECK(f.send("GEOSEARCHSTORE", "d", "g", "FROMLONLAT", "0", "0", "BYRADIUS", "1", "m") == ":0\r\n");
  CHECK(f.send("GEORADIUS", "g", "15", "37", "200", "km") == "*2\r\n$7\r\nPalermo\r\n$7\r\nCatania\r\n");
  CHECK(f.send("GEORADIUS", "g", "15", "37", "200", "km", "WITHDIST", "WITHCOORD", "WITHHASH", "COUNT", "1",
               "ASC") ==
        "*1\r\n*4\r\n$7\r\nCatania\r\n$7\r\n56.4413\r\n:3479447370796909\r\n*2\r\n$20\r\n15."
        "08726745843887329\r\n$20\r\n37.50266842333162032\r\n");
  CHECK(f.send("GEORADIUS", "g", "15", "37", "200", "km", "STORE", "d") == ":2\r\n");
  CHECK(f.send("ZRANGE", "d", "0", "-1") == "*2\r\n$7\r\nPalermo\r\n$7\r\nCatania\r\n");
  CHECK(f.send("GEORADIUS", "g", "15", "37", "200", "km", "STOREDIST", "d") == ":2\r\n");
  CHECK(f.send("GEORADIUS", "g", "15", "37", "200", "km", "STORE", "d", "WITHDIST") ==
        "-ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options\r\n");
  CHECK(f.send("GEORADIUS", "g", "15", "37", "200", "km", "STORE") == "-ERR syntax error\r\n");
  CHECK(f.send("GEORADIUS", "g", "15", "37", "abc", "km") == "-ERR need numeric radius\r\n");
  CHECK(f.send("GEORADIUS", "g", "15", "37", "-1", "km") == "-ERR radius cannot be negative\r\n");
  CHECK(f.send("GEORADIUS", "g", "abc", "37", "1", "km") == "-ERR value is not a valid float\r\n");
  CHECK(f.send("GEORADIUS", "missing", "15", "37", "200", "km") == "*0\r\n");
  CHECK(f.send("GEORADIUS", "missing", "15", "37", "200", "km", "STORE", "d") == ":0\r\n");
  CHECK(f.send("GEORADIUS_RO", "g", "15", "37", "200", "km", "STORE", "d") == "-ERR syntax error\r\n");
  CHECK(f.send("GEORADIUS_RO", "g", "15", "37", "200", "km") == "*2\r\n$7\r\nPalermo\r\n$7\r\nCatania\r\n");
  CHECK(f.send("GEORADIUSBYMEMBER", "g", "Palermo", "200", "km") ==
        "*3\r\n$7\r\nPalermo\r\n$5\r\nedge1\r\n$7\r\nCatania\r\n");
  CHECK(f.send("GEORADIUSBYMEMBER", "g", "nobody", "200", "km") ==
        "-ERR could not decode requested zset member\r\n");
  CHECK(f.send("GEORADIUSBYMEMBER", "missing", "a", "200", "km") == "*0\r\n");
  CHECK(f.send("GEORADIUSBYMEMBER_RO", "g", "Palermo", "100", "mi", "DESC") ==
        "*2\r\n$5\r\nedge1\r\n$7\r\nPalermo\r\n");
  CHECK(f.send("GEORADIUSBYMEMBER_RO", "g", "Palermo", "100", "mi", "STORE", "d") == "-ERR syntax error\r\n");
  CHECK(f.send("SET", "s", "v") == "+OK\r\n");
  CHECK(f.send("GEOSEARCH", "s", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("GEORADIUS", "s", "15", "37", "200", "km") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "180", "0", "BYRADIUS", "20000", "km", "ASC") ==
        "*4\r\n$5\r\nedge2\r\n$5\r\nedge1\r\n$7\r\nPalermo\r\n$7\r\nCatania\r\n");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "0", "85", "BYBOX", "40000", "40000", "km", "ASC", "COUNT",
               "2") == "*2\r\n$5\r\nedge1\r\n$5\r\nedge2\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("GEOSEARCH", "g", "FROMLONLAT", "15", "37", "BYRADIUS", "200", "km", "ASC", "WITHCOORD",
               "WITHDIST") ==
        "*2\r\n*3\r\n$7\r\nCatania\r\n$7\r\n56.4413\r\n*2\r\n,15.08726745843887329\r\n,37."
        "50266842333162032\r\n*3\r\n$7\r\nPalermo\r\n$8\r\n190.4424\r\n*2\r\n,13.36138933897018433\r\n,38."
        "11555639549629859\r\n");
}
