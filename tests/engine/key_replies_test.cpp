// The key family by literal bytes: names, types, expiry, copies, sorting out of many keys, as
// redis-server 7.0.15 answers.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

using namespace std::string_view_literals;
TEST_CASE("DEL, UNLINK, EXISTS and TOUCH: keys are counted as often as they are named", "[key]") {
  EngineFixture f;
  CHECK(f.send("MSET", "a", "1", "b", "2", "c", "3") == "+OK\r\n");
  CHECK(f.send("EXISTS", "a", "a", "b", "missing") == ":3\r\n");
  CHECK(f.send("TOUCH", "a", "a", "missing") == ":2\r\n");
  CHECK(f.send("DEL", "a", "a", "missing") == ":1\r\n");
  CHECK(f.send("UNLINK", "b", "b") == ":1\r\n");
  CHECK(f.send("UNLINK", "missing") == ":0\r\n");
  CHECK(f.send("EXISTS", "c") == ":1\r\n");
  CHECK(f.send("DEL") == "-ERR wrong number of arguments for 'del' command\r\n");
  CHECK(f.send("TYPE", "c") == "+string\r\n");
  CHECK(f.send("TYPE", "missing") == "+none\r\n");
}

TEST_CASE("RENAME: onto itself, onto others, with a deadline", "[rename][key]") {
  EngineFixture f;
  CHECK(f.send("RENAME", "missing", "x") == "-ERR no such key\r\n");
  CHECK(f.send("RENAMENX", "missing", "x") == "-ERR no such key\r\n");
  CHECK(f.send("SET", "a", "1", "EX", "100") == "+OK\r\n");
  CHECK(f.send("SET", "b", "2") == "+OK\r\n");
  CHECK(f.send("RENAME", "a", "a") == "+OK\r\n");
  CHECK(f.send("RENAMENX", "a", "a") == ":0\r\n");
  CHECK(f.send("RENAMENX", "a", "b") == ":0\r\n");
  CHECK(f.send("RENAME", "a", "b") == "+OK\r\n");
  CHECK(f.send("TTL", "b") == ":100\r\n");
  CHECK(f.send("GET", "b") == "$1\r\n1\r\n");
  CHECK(f.send("RENAMENX", "b", "c") == ":1\r\n");
  CHECK(f.send("EXISTS", "b") == ":0\r\n");
  CHECK(f.send("TTL", "c") == ":100\r\n");
  CHECK(f.send("RENAME", "missing", "missing") == "-ERR no such key\r\n");
}

TEST_CASE("COPY: databases, REPLACE and what is refused", "[copy][key]") {
  EngineFixture f;
  CHECK(f.send("COPY", "missing", "x") == ":0\r\n");
  CHECK(f.send("SET", "a", "1", "EX", "100") == "+OK\r\n");
  CHECK(f.send("COPY", "a", "a") == "-ERR source and destination objects are the same\r\n");
  CHECK(f.send("COPY", "a", "a", "DB", "0") == "-ERR source and destination objects are the same\r\n");
  CHECK(f.send("COPY", "a", "b") == ":1\r\n");
  CHECK(f.send("COPY", "a", "b") == ":0\r\n");
  CHECK(f.send("COPY", "a", "b", "REPLACE") == ":1\r\n");
  CHECK(f.send("TTL", "b") == ":100\r\n");
  CHECK(f.send("COPY", "a", "a", "DB", "1") == ":1\r\n");
  CHECK(f.send("COPY", "a", "a", "DB", "1", "REPLACE") == ":1\r\n");
  CHECK(f.send("COPY", "a", "x", "DB", "16") == "-ERR DB index is out of range\r\n");
  CHECK(f.send("COPY", "a", "x", "DB", "-1") == "-ERR DB index is out of range\r\n");
  CHECK(f.send("COPY", "a", "x", "DB", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("COPY", "a", "x", "DB") == "-ERR syntax error\r\n");
  CHECK(f.send("COPY", "a", "x", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("COPY", "a", "x", "REPLACE", "DB", "2") == ":1\r\n");
  CHECK(f.send("SELECT", "1") == "+OK\r\n");
  CHECK(f.send("GET", "a") == "$1\r\n1\r\n");
  CHECK(f.send("TTL", "a") == ":100\r\n");
  CHECK(f.send("RPUSH", "l", "1", "2", "3") == ":3\r\n");
  CHECK(f.send("COPY", "l", "l2") == ":1\r\n");
  CHECK(f.send("LRANGE", "l2", "0", "-1") == "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n");
  CHECK(f.send("SADD", "s", "a", "b") == ":2\r\n");
  CHECK(f.send("COPY", "s", "s2") == ":1\r\n");
  CHECK(f.send("SCARD", "s2") == ":2\r\n");
  CHECK(f.send("SADD", "si", "1", "2") == ":2\r\n");
  CHECK(f.send("COPY", "si", "si2") == ":1\r\n");
  CHECK(f.send("SMEMBERS", "si2") == "*2\r\n$1\r\n1\r\n$1\r\n2\r\n");
  CHECK(f.send("HSET", "h", "f", "v") == ":1\r\n");
  CHECK(f.send("COPY", "h", "h2") == ":1\r\n");
  CHECK(f.send("HGETALL", "h2") == "*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
  CHECK(f.send("ZADD", "z", "1", "m") == ":1\r\n");
  CHECK(f.send("COPY", "z", "z2") == ":1\r\n");
  CHECK(f.send("ZRANGE", "z2", "0", "-1", "WITHSCORES") == "*2\r\n$1\r\nm\r\n$1\r\n1\r\n");
  CHECK(f.send("XADD", "x", "1-1", "f", "v") == "$3\r\n1-1\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "g", "0") == "+OK\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", ">") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
  CHECK(f.send("COPY", "x", "x2") == ":1\r\n");
  CHECK(f.send("XPENDING", "x2", "g") ==
        "*4\r\n:1\r\n$3\r\n1-1\r\n$3\r\n1-1\r\n*1\r\n*2\r\n$1\r\nc\r\n$1\r\n1\r\n");
  CHECK(f.send("XINFO", "STREAM", "x2") ==
        "*20\r\n$6\r\nlength\r\n:1\r\n$15\r\nradix-tree-keys\r\n:1\r\n$16\r\nradix-tree-nodes\r\n:2\r\n$"
        "17\r\nlast-generated-id\r\n$3\r\n1-1\r\n$20\r\nmax-deleted-entry-id\r\n$3\r\n0-0\r\n$13\r\nentries-"
        "added\r\n:1\r\n$23\r\nrecorded-first-entry-id\r\n$3\r\n1-1\r\n$6\r\ngroups\r\n:1\r\n$11\r\nfirst-"
        "entry\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n$10\r\nlast-entry\r\n*2\r\n$3\r\n1-1\r\n*"
        "2\r\n$1\r\nf\r\n$1\r\nv\r\n");
}

TEST_CASE("MOVE: between databases", "[move][key]") {
  EngineFixture f;
  CHECK(f.send("MOVE", "missing", "1") == ":0\r\n");
  CHECK(f.send("SET", "a", "1", "EX", "100") == "+OK\r\n");
  CHECK(f.send("MOVE", "a", "0") == "-ERR source and destination objects are the same\r\n");
  CHECK(f.send("MOVE", "a", "1") == ":1\r\n");
  CHECK(f.send("MOVE", "a", "16") == "-ERR DB index is out of range\r\n");
  CHECK(f.send("MOVE", "a", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("MOVE", "missing", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SET", "a", "2") == "+OK\r\n");
  CHECK(f.send("MOVE", "a", "1") == ":0\r\n");
  CHECK(f.send("SELECT", "1") == "+OK\r\n");
  CHECK(f.send("GET", "a") == "$1\r\n1\r\n");
  CHECK(f.send("TTL", "a") == ":100\r\n");
  CHECK(f.send("SELECT", "16") == "-ERR DB index is out of range\r\n");
  CHECK(f.send("SELECT", "-1") == "-ERR DB index is out of range\r\n");
  CHECK(f.send("SELECT", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SWAPDB", "0", "1") == "+OK\r\n");
  CHECK(f.send("GET", "a") == "$1\r\n2\r\n");
  CHECK(f.send("SWAPDB", "0", "0") == "+OK\r\n");
  CHECK(f.send("SWAPDB", "0", "16") == "-ERR DB index is out of range\r\n");
  CHECK(f.send("SWAPDB", "abc", "1") == "-ERR invalid first DB index\r\n");
  CHECK(f.send("SWAPDB", "1", "abc") == "-ERR invalid second DB index\r\n");
  CHECK(f.send("SWAPDB", "-1", "0") == "-ERR DB index is out of range\r\n");
  CHECK(f.send("DBSIZE") == ":1\r\n");
}

TEST_CASE("EXPIRE: NX, XX, GT, LT and their combinations", "[expire][key]") {
  EngineFixture f;
  CHECK(f.send("EXPIRE", "missing", "10") == ":0\r\n");
  CHECK(f.send("SET", "k", "v") == "+OK\r\n");
  CHECK(f.send("EXPIRE", "k", "100", "XX") == ":0\r\n");
  CHECK(f.send("EXPIRE", "k", "100", "GT") == ":0\r\n");
  CHECK(f.send("EXPIRE", "k", "100", "NX") == ":1\r\n");
  CHECK(f.send("EXPIRE", "k", "200", "NX") == ":0\r\n");
  CHECK(f.send("EXPIRE", "k", "50", "GT") == ":0\r\n");
  CHECK(f.send("EXPIRE", "k", "200", "GT") == ":1\r\n");
  CHECK(f.send("TTL", "k") == ":200\r\n");
  CHECK(f.send("EXPIRE", "k", "300", "LT") == ":0\r\n");
  CHECK(f.send("EXPIRE", "k", "100", "LT") == ":1\r\n");
  CHECK(f.send("TTL", "k") == ":100\r\n");
  CHECK(f.send("EXPIRE", "k", "100", "XX") == ":1\r\n");
  CHECK(f.send("EXPIRE", "k", "100", "NX", "XX") ==
        "-ERR NX and XX, GT or LT options at the same time are not compatible\r\n");
  CHECK(f.send("EXPIRE", "k", "100", "NX", "GT") ==
        "-ERR NX and XX, GT or LT options at the same time are not compatible\r\n");
  CHECK(f.send("EXPIRE", "k", "100", "GT", "LT") ==
        "-ERR GT and LT options at the same time are not compatible\r\n");
  CHECK(f.send("EXPIRE", "k", "200", "XX", "GT") == ":1\r\n");
  CHECK(f.send("EXPIRE", "k", "100", "XX", "LT") == ":1\r\n");
  CHECK(f.send("EXPIRE", "k", "100", "BOGUS") == "-ERR Unsupported option BOGUS\r\n");
  CHECK(f.send("EXPIRE", "k", "100", "NX", "BOGUS") == "-ERR Unsupported option BOGUS\r\n");
  CHECK(f.send("EXPIRE", "missing", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("EXPIRE", "k", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("EXPIRE", "k", "9223372036854775807") == "-ERR invalid expire time in 'expire' command\r\n");
  CHECK(f.send("EXPIRE", "k", "-9223372036854775808") == "-ERR invalid expire time in 'expire' command\r\n");
  CHECK(f.send("PEXPIRE", "k", "9223372036854775807") == "-ERR invalid expire time in 'pexpire' command\r\n");
  CHECK(f.send("EXPIREAT", "k", "9223372036854775807") ==
        "-ERR invalid expire time in 'expireat' command\r\n");
  CHECK(f.send("PEXPIREAT", "k", "99999999999999") == ":1\r\n");
  CHECK(f.send("PEXPIRETIME", "k") == ":99999999999999\r\n");
  CHECK(f.send("EXPIRETIME", "k") == ":100000000000\r\n");
  CHECK(f.send("PERSIST", "k") == ":1\r\n");
  CHECK(f.send("PERSIST", "k") == ":0\r\n");
  CHECK(f.send("PERSIST", "missing") == ":0\r\n");
  CHECK(f.send("EXPIRE", "k", "10", "LT") == ":1\r\n");
  CHECK(f.send("PERSIST", "k") == ":1\r\n");
  CHECK(f.send("TTL", "k") == ":-1\r\n");
  CHECK(f.send("PTTL", "k") == ":-1\r\n");
  CHECK(f.send("TTL", "missing") == ":-2\r\n");
  CHECK(f.send("PTTL", "missing") == ":-2\r\n");
  CHECK(f.send("EXPIRETIME", "k") == ":-1\r\n");
  CHECK(f.send("PEXPIRETIME", "missing") == ":-2\r\n");
  CHECK(f.send("EXPIRE", "k", "-1") == ":1\r\n");
  CHECK(f.send("EXISTS", "k") == ":0\r\n");
  CHECK(f.send("SET", "k", "v") == "+OK\r\n");
  CHECK(f.send("EXPIREAT", "k", "1") == ":1\r\n");
  CHECK(f.send("EXISTS", "k") == ":0\r\n");
  CHECK(f.send("SET", "k", "v") == "+OK\r\n");
  CHECK(f.send("PEXPIRE", "k", "0") == ":1\r\n");
  CHECK(f.send("EXISTS", "k") == ":0\r\n");
}

TEST_CASE("KEYS, SCAN and RANDOMKEY: patterns and options", "[scan][key]") {
  EngineFixture f;
  CHECK(f.send("RANDOMKEY") == "$-1\r\n");
  CHECK(f.send("KEYS", "*") == "*0\r\n");
  CHECK(f.send("SCAN", "0") == "*2\r\n$1\r\n0\r\n*0\r\n");
  CHECK(f.send("SET", "one", "1") == "+OK\r\n");
  CHECK(f.send("RANDOMKEY") == "$3\r\none\r\n");
  CHECK(f.send("KEYS", "o?e") == "*1\r\n$3\r\none\r\n");
  CHECK(f.send("KEYS", "[a-o]ne") == "*1\r\n$3\r\none\r\n");
  CHECK(f.send("KEYS", "[^o]ne") == "*0\r\n");
  CHECK(f.send("KEYS", "x*") == "*0\r\n");
  CHECK(f.send("KEYS", "one") == "*1\r\n$3\r\none\r\n");
  CHECK(f.send("SCAN", "0") == "*2\r\n$1\r\n0\r\n*1\r\n$3\r\none\r\n");
  CHECK(f.send("SCAN", "0", "MATCH", "o*") == "*2\r\n$1\r\n0\r\n*1\r\n$3\r\none\r\n");
  CHECK(f.send("SCAN", "0", "MATCH", "x*") == "*2\r\n$1\r\n0\r\n*0\r\n");
  CHECK(f.send("SCAN", "0", "COUNT", "100", "TYPE", "string") == "*2\r\n$1\r\n0\r\n*1\r\n$3\r\none\r\n");
  CHECK(f.send("SCAN", "0", "TYPE", "list") == "*2\r\n$1\r\n0\r\n*0\r\n");
  CHECK(f.send("SCAN", "0", "TYPE", "bogus") == "*2\r\n$1\r\n0\r\n*0\r\n");
  CHECK(f.send("SCAN", "0", "COUNT", "0") == "-ERR syntax error\r\n");
  CHECK(f.send("SCAN", "0", "COUNT", "-1") == "-ERR syntax error\r\n");
  CHECK(f.send("SCAN", "0", "COUNT", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SCAN", "0", "COUNT") == "-ERR syntax error\r\n");
  CHECK(f.send("SCAN", "0", "BOGUS", "x") == "-ERR syntax error\r\n");
  CHECK(f.send("SCAN", "abc") == "-ERR invalid cursor\r\n");
  CHECK(f.send("SCAN", "18446744073709551616") == "-ERR invalid cursor\r\n");
  CHECK(f.send("HSET", "h", "f", "v") == ":1\r\n");
  CHECK(f.send("HSCAN", "h", "0") == "*2\r\n$1\r\n0\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
  CHECK(f.send("HSCAN", "h", "0", "MATCH", "f*", "COUNT", "10") ==
        "*2\r\n$1\r\n0\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
  CHECK(f.send("HSCAN", "h", "0", "TYPE", "string") == "-ERR syntax error\r\n");
  CHECK(f.send("HSCAN", "missing", "0") == "*2\r\n$1\r\n0\r\n*0\r\n");
  CHECK(f.send("HSCAN", "one", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("HSCAN", "h", "abc") == "-ERR invalid cursor\r\n");
  CHECK(f.send("SADD", "s", "m") == ":1\r\n");
  CHECK(f.send("SSCAN", "s", "0") == "*2\r\n$1\r\n0\r\n*1\r\n$1\r\nm\r\n");
  CHECK(f.send("SSCAN", "s", "0", "MATCH", "x") == "*2\r\n$1\r\n0\r\n*0\r\n");
  CHECK(f.send("SADD", "si", "1", "2", "3") == ":3\r\n");
  CHECK(f.send("SSCAN", "si", "0") == "*2\r\n$1\r\n0\r\n*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n");
  CHECK(f.send("SSCAN", "si", "0", "COUNT", "1") ==
        "*2\r\n$1\r\n0\r\n*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n");
  CHECK(f.send("SSCAN", "one", "0") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("ZADD", "z", "1.5", "m") == ":1\r\n");
  CHECK(f.send("ZSCAN", "z", "0") == "*2\r\n$1\r\n0\r\n*2\r\n$1\r\nm\r\n$3\r\n1.5\r\n");
  CHECK(f.send("ZSCAN", "z", "0", "MATCH", "x") == "*2\r\n$1\r\n0\r\n*0\r\n");
  CHECK(f.send("ZSCAN", "missing", "0") == "*2\r\n$1\r\n0\r\n*0\r\n");
  CHECK(f.send("ZSCAN", "one", "0", "COUNT") ==
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("DBSIZE") == ":5\r\n");
}

TEST_CASE("FLUSHDB and FLUSHALL: their words", "[key]") {
  EngineFixture f;
  CHECK(f.send("SET", "a", "1") == "+OK\r\n");
  CHECK(f.send("FLUSHDB", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("FLUSHDB", "SYNC", "ASYNC") == "-ERR syntax error\r\n");
  CHECK(f.send("FLUSHDB", "ASYNC") == "+OK\r\n");
  CHECK(f.send("DBSIZE") == ":0\r\n");
  CHECK(f.send("SET", "a", "1") == "+OK\r\n");
  CHECK(f.send("FLUSHALL", "SYNC") == "+OK\r\n");
  CHECK(f.send("DBSIZE") == ":0\r\n");
  CHECK(f.send("FLUSHALL", "BOGUS") == "-ERR syntax error\r\n");
}

TEST_CASE("SORT: BY, GET, LIMIT, ALPHA, STORE", "[sort]") {
  EngineFixture f;
  CHECK(f.send("RPUSH", "l", "3", "1", "2", "10") == ":4\r\n");
  CHECK(f.send("SORT", "l") == "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n");
  CHECK(f.send("SORT", "l", "DESC") == "*4\r\n$2\r\n10\r\n$1\r\n3\r\n$1\r\n2\r\n$1\r\n1\r\n");
  CHECK(f.send("SORT", "l", "ALPHA") == "*4\r\n$1\r\n1\r\n$2\r\n10\r\n$1\r\n2\r\n$1\r\n3\r\n");
  CHECK(f.send("SORT", "l", "ALPHA", "DESC") == "*4\r\n$1\r\n3\r\n$1\r\n2\r\n$2\r\n10\r\n$1\r\n1\r\n");
  CHECK(f.send("SORT", "l", "LIMIT", "1", "2") == "*2\r\n$1\r\n2\r\n$1\r\n3\r\n");
  CHECK(f.send("SORT", "l", "LIMIT", "-1", "2") == "*2\r\n$1\r\n1\r\n$1\r\n2\r\n");
  CHECK(f.send("SORT", "l", "LIMIT", "0", "-1") == "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n");
  CHECK(f.send("SORT", "l", "LIMIT", "10", "2") == "*0\r\n");
  CHECK(f.send("SORT", "l", "LIMIT", "1") == "-ERR syntax error\r\n");
  CHECK(f.send("SORT", "l", "LIMIT", "a", "2") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SORT", "l", "LIMIT", "1", "b") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SORT", "l", "BY") == "-ERR syntax error\r\n");
  CHECK(f.send("SORT", "l", "GET") == "-ERR syntax error\r\n");
  CHECK(f.send("SORT", "l", "STORE") == "-ERR syntax error\r\n");
  CHECK(f.send("SORT", "l", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("MSET", "w_1", "30", "w_2", "20", "w_3", "10", "w_10", "0") == "+OK\r\n");
  CHECK(f.send("SORT", "l", "BY", "w_*") == "*4\r\n$2\r\n10\r\n$1\r\n3\r\n$1\r\n2\r\n$1\r\n1\r\n");
  CHECK(f.send("SORT", "l", "BY", "w_*", "DESC", "GET", "#", "GET", "w_*") ==
        "*8\r\n$1\r\n1\r\n$2\r\n30\r\n$1\r\n2\r\n$2\r\n20\r\n$1\r\n3\r\n$2\r\n10\r\n$2\r\n10\r\n$1\r\n0\r\n");
  CHECK(f.send("SORT", "l", "BY", "nosort") == "*4\r\n$1\r\n3\r\n$1\r\n1\r\n$1\r\n2\r\n$2\r\n10\r\n");
  CHECK(f.send("SORT", "l", "BY", "nosort", "DESC", "LIMIT", "0", "2") == "*2\r\n$2\r\n10\r\n$1\r\n2\r\n");
  CHECK(f.send("SORT", "l", "BY", "missing_*") == "*4\r\n$1\r\n1\r\n$2\r\n10\r\n$1\r\n2\r\n$1\r\n3\r\n");
  CHECK(f.send("SORT", "l", "GET", "missing_*") == "*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n");
  CHECK(f.send("SORT", "l", "BY", "w_*", "GET", "*") == "*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n");
  CHECK(f.send("HSET", "h_1", "f", "9", "g", "x") == ":2\r\n");
  CHECK(f.send("HSET", "h_2", "f", "8", "g", "y") == ":2\r\n");
  CHECK(f.send("HSET", "h_3", "f", "7", "g", "z") == ":2\r\n");
  CHECK(f.send("SORT", "l", "BY", "h_*->f", "GET", "h_*->g") ==
        "*4\r\n$-1\r\n$1\r\nz\r\n$1\r\ny\r\n$1\r\nx\r\n");
  CHECK(f.send("SORT", "l", "BY", "h_*->f", "ALPHA", "GET", "h_*->missing") ==
        "*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n");
  CHECK(f.send("SORT", "l", "GET", "h_*->") == "*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n");
  CHECK(f.send("SORT", "l", "GET", "h_*->f->g") == "*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n");
  CHECK(f.send("SORT", "l", "STORE", "dst") == ":4\r\n");
  CHECK(f.send("LRANGE", "dst", "0", "-1") == "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n");
  CHECK(f.send("SORT", "missing", "STORE", "dst") == ":0\r\n");
  CHECK(f.send("EXISTS", "dst") == ":0\r\n");
  CHECK(f.send("SORT", "l", "BY", "w_*", "GET", "#", "GET", "missing_*", "STORE", "dst") == ":8\r\n");
  CHECK(f.send("LRANGE", "dst", "0", "-1") ==
        "*8\r\n$2\r\n10\r\n$0\r\n\r\n$1\r\n3\r\n$0\r\n\r\n$1\r\n2\r\n$0\r\n\r\n$1\r\n1\r\n$0\r\n\r\n");
  CHECK(f.send("SORT_RO", "l", "DESC") == "*4\r\n$2\r\n10\r\n$1\r\n3\r\n$1\r\n2\r\n$1\r\n1\r\n");
  CHECK(f.send("SORT_RO", "l", "STORE", "x") == "-ERR syntax error\r\n");
  CHECK(f.send("SET", "str", "x") == "+OK\r\n");
  CHECK(f.send("SORT", "str") == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send("SORT", "missing") == "*0\r\n");
  CHECK(f.send("RPUSH", "bad", "a", "b") == ":2\r\n");
  CHECK(f.send("SORT", "bad") == "-ERR One or more scores can't be converted into double\r\n");
  CHECK(f.send("SORT", "bad", "ALPHA") == "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("SORT", "bad", "BY", "nosort") == "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("SET", "w_a", "x") == "+OK\r\n");
  CHECK(f.send("SORT", "bad", "BY", "w_*") == "-ERR One or more scores can't be converted into double\r\n");
  CHECK(f.send("SORT", "bad", "BY", "w_*", "ALPHA") == "*2\r\n$1\r\nb\r\n$1\r\na\r\n");
  CHECK(f.send("ZADD", "z", "3", "a", "1", "b", "2", "c") == ":3\r\n");
  CHECK(f.send("SORT", "z", "ALPHA") == "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n");
  CHECK(f.send("SORT", "z", "BY", "nosort") == "*3\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\na\r\n");
  CHECK(f.send("SORT", "z", "BY", "nosort", "DESC") == "*3\r\n$1\r\na\r\n$1\r\nc\r\n$1\r\nb\r\n");
  CHECK(f.send("SORT", "z", "BY", "nosort", "LIMIT", "1", "1") == "*1\r\n$1\r\nc\r\n");
  CHECK(f.send("SORT", "z", "BY", "nosort", "DESC", "LIMIT", "1", "5") == "*2\r\n$1\r\nc\r\n$1\r\nb\r\n");
  CHECK(f.send("SADD", "si", "3", "1", "2") == ":3\r\n");
  CHECK(f.send("SORT", "si") == "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n");
  CHECK(f.send("SORT", "si", "BY", "nosort") == "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n");
  CHECK(f.send("SADD", "ss", "b", "a") == ":2\r\n");
  CHECK(f.send("SORT", "ss", "ALPHA") == "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("SORT", "l", "STORE", "l") == ":4\r\n");
  CHECK(f.send("LRANGE", "l", "0", "-1") == "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n");
  CHECK(f.send("RPUSH", "f", "1.5", "-2", "1e3") == ":3\r\n");
  CHECK(f.send("SORT", "f") == "*3\r\n$2\r\n-2\r\n$3\r\n1.5\r\n$3\r\n1e3\r\n");
  CHECK(f.send("RPUSH", "n", "nan") == ":1\r\n");
  CHECK(f.send("SORT", "n") == "-ERR One or more scores can't be converted into double\r\n");
  CHECK(f.send("SORT", "f", "BY", "w_*", "STORE", "str") == ":3\r\n");
  CHECK(f.send("TYPE", "str") == "+list\r\n");
}

TEST_CASE("OBJECT, DUMP and RESTORE: options and refusals", "[dump][key]") {
  EngineFixture f;
  CHECK(f.send("DUMP", "missing") == "$-1\r\n");
  CHECK(f.send("SET", "k", "10") == "+OK\r\n");
  CHECK(f.send("DUMP", "k") ==
        "$13\r\n\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
        "c\xbb\r\n"sv);
  CHECK(f.send("RESTORE", "k", "0", "bad") == "-BUSYKEY Target key name already exists.\r\n");
  CHECK(f.send("RESTORE", "k2", "0", "bad") == "-ERR DUMP payload version or checksum are wrong\r\n");
  CHECK(f.send("RESTORE", "k2", "-1",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv) == "-ERR Invalid TTL value, must be >= 0\r\n");
  CHECK(f.send("RESTORE", "k2", "abc",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv) == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("RESTORE", "k2", "0",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv) == "+OK\r\n");
  CHECK(f.send("RESTORE", "k", "0",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv) == "-BUSYKEY Target key name already exists.\r\n");
  CHECK(f.send("RESTORE", "k", "0",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv,
               "REPLACE") == "+OK\r\n");
  CHECK(f.send("RESTORE", "k", "100000",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv,
               "REPLACE") == "+OK\r\n");
  CHECK(f.send("TTL", "k") == ":100\r\n");
  CHECK(f.send("RESTORE", "k", "1",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv,
               "REPLACE", "ABSTTL") == "+OK\r\n");
  CHECK(f.send("EXISTS", "k") == ":0\r\n");
  CHECK(f.send("RESTORE", "k", "0",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv,
               "REPLACE", "IDLETIME", "10") == "+OK\r\n");
  CHECK(f.send("OBJECT", "IDLETIME", "k") == ":10\r\n");
  CHECK(f.send("RESTORE", "k", "0",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv,
               "REPLACE", "FREQ", "10") == "+OK\r\n");
  CHECK(f.send("RESTORE", "k", "0",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv,
               "REPLACE", "IDLETIME", "-1") == "-ERR Invalid IDLETIME value, must be >= 0\r\n");
  CHECK(f.send("RESTORE", "k", "0",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv,
               "REPLACE", "FREQ", "256") == "-ERR Invalid FREQ value, must be >= 0 and <= 255\r\n");
  CHECK(f.send("RESTORE", "k", "0",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv,
               "REPLACE", "FREQ", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("RESTORE", "k", "0",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv,
               "IDLETIME", "1", "FREQ", "1") == "-ERR syntax error\r\n");
  CHECK(f.send("RESTORE", "k", "0",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv,
               "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("RESTORE", "k", "0",
               "\x00\xc0\n\n\x00n\x9fWE\x0e\xae"
               "c\xbb"sv,
               "IDLETIME") == "-ERR syntax error\r\n");
  CHECK(f.send("GET", "k") == "$2\r\n10\r\n");
}

TEST_CASE("WAIT and its kin: numbers are checked", "[key]") {
  EngineFixture f;
  CHECK(f.send("WAIT", "0", "10") == ":0\r\n");
  CHECK(f.send("WAIT", "abc", "10") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("WAIT", "0", "abc") == "-ERR timeout is not an integer or out of range\r\n");
  CHECK(f.send("WAIT", "0", "-1") == "-ERR timeout is negative\r\n");
  CHECK(f.send("WAIT", "1", "1", "1") == "-ERR wrong number of arguments for 'wait' command\r\n");
  CHECK(f.send("RANDOMKEY", "x") == "-ERR wrong number of arguments for 'randomkey' command\r\n");
  CHECK(f.send("LOLWUT", "bogus", "extra") == "$18\r\nRedis ver. 7.0.15\n\r\n");
  CHECK(f.send("TIME", "x") == "-ERR wrong number of arguments for 'time' command\r\n");
}
