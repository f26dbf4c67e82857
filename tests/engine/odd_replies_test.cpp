// Odd corners by literal bytes: windows of a sort, ends of ranges, large sorted sets, MIGRATE that has
// nothing to move, clients by filter, as redis-server 7.0.15 answers.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

TEST_CASE("MIGRATE: what it refuses before it connects", "[migrate]") {
  EngineFixture f;
  CHECK(f.send("MIGRATE", "h", "1", "missing", "0", "100") == "+NOKEY\r\n");
  CHECK(f.send("MIGRATE", "h", "1", "missing", "0", "100", "COPY", "REPLACE") == "+NOKEY\r\n");
  CHECK(f.send("MIGRATE", "h", "1", "missing", "abc", "100") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("MIGRATE", "h", "1", "missing", "0", "abc") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("MIGRATE", "h", "1", "missing", "0", "100", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("MIGRATE", "h", "1", "missing", "0", "100", "AUTH") == "-ERR syntax error\r\n");
  CHECK(f.send("MIGRATE", "h", "1", "missing", "0", "100", "AUTH", "pw") == "+NOKEY\r\n");
  CHECK(f.send("MIGRATE", "h", "1", "missing", "0", "100", "AUTH2", "user") == "-ERR syntax error\r\n");
  CHECK(f.send("MIGRATE", "h", "1", "missing", "0", "100", "AUTH2", "user", "pw") == "+NOKEY\r\n");
  CHECK(f.send("MIGRATE", "h", "1", "k", "0", "100", "KEYS", "a", "b") ==
        "-ERR When using MIGRATE KEYS option, the key argument must be set to the empty string\r\n");
  CHECK(f.send("MIGRATE", "h", "1", "", "0", "100", "KEYS", "a", "b") == "+NOKEY\r\n");
  CHECK(f.send("MIGRATE", "h", "1", "", "0", "100", "COPY", "KEYS", "a") == "+NOKEY\r\n");
  CHECK(f.send("MIGRATE", "h", "1") == "-ERR wrong number of arguments for 'migrate' command\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "MIGRATE", "h", "1", "", "0", "1", "AUTH", "KEYS", "KEYS", "a", "b") ==
        "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "MIGRATE", "h", "1", "", "0", "1", "AUTH2", "u", "KEYS", "KEYS", "a",
               "b") == "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "MIGRATE", "h", "1", "k", "0", "1", "COPY") == "*1\r\n$1\r\nk\r\n");
}

TEST_CASE("SORT: windows over many elements, weights that are missing or empty", "[sort]") {
  EngineFixture f;
  CHECK(f.send("RPUSH", "l", "5", "3", "9", "1", "7", "8", "2", "6", "4", "0") == ":10\r\n");
  CHECK(f.send("SORT", "l", "LIMIT", "2", "3") == "*3\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n");
  CHECK(f.send("SORT", "l", "LIMIT", "8", "5", "DESC") == "*2\r\n$1\r\n1\r\n$1\r\n0\r\n");
  CHECK(f.send("SORT", "l", "ASC", "LIMIT", "0", "1") == "*1\r\n$1\r\n0\r\n");
  CHECK(f.send("MSET", "w_1", "9", "w_2", "8", "w_3", "7", "w_4", "6", "w_5", "5") == "+OK\r\n");
  CHECK(f.send("SORT", "l", "BY", "w_*", "LIMIT", "3", "4") ==
        "*4\r\n$1\r\n8\r\n$1\r\n9\r\n$1\r\n5\r\n$1\r\n4\r\n");
  CHECK(f.send("SORT", "l", "BY", "w_*", "LIMIT", "20", "4") == "*0\r\n");
  CHECK(f.send("SORT", "l", "BY", "w_*", "LIMIT", "0", "0") == "*0\r\n");
  CHECK(f.send("SORT", "l", "BY", "w_*", "DESC", "LIMIT", "0", "3", "GET", "w_*", "GET", "#") ==
        "*6\r\n$1\r\n9\r\n$1\r\n1\r\n$1\r\n8\r\n$1\r\n2\r\n$1\r\n7\r\n$1\r\n3\r\n");
  CHECK(f.send("SORT", "l", "BY", "w_*", "ALPHA", "LIMIT", "7", "3") ==
        "*3\r\n$1\r\n3\r\n$1\r\n2\r\n$1\r\n1\r\n");
  CHECK(f.send("SORT", "l", "BY", "nosort", "LIMIT", "2", "2") == "*2\r\n$1\r\n9\r\n$1\r\n1\r\n");
  CHECK(f.send("SORT", "l", "BY", "x*y*z", "LIMIT", "2", "2") == "*2\r\n$1\r\n2\r\n$1\r\n3\r\n");
  CHECK(f.send("SET", "w_6", "") == "+OK\r\n");
  CHECK(f.send("SORT", "l", "BY", "w_*") ==
        "*10\r\n$1\r\n0\r\n$1\r\n6\r\n$1\r\n7\r\n$1\r\n8\r\n$1\r\n9\r\n$1\r\n5\r\n$1\r\n4\r\n$1\r\n3\r\n$"
        "1\r\n2\r\n$1\r\n1\r\n");
  CHECK(f.send("RPUSH", "e", "", "1") == ":2\r\n");
  CHECK(f.send("SORT", "e") == "*2\r\n$0\r\n\r\n$1\r\n1\r\n");
  CHECK(f.send("RPUSH", "b", " ", "1") == ":2\r\n");
  CHECK(f.send("SORT", "b") == "-ERR One or more scores can't be converted into double\r\n");
  CHECK(f.send("ZADD", "z", "1", "a", "2", "b", "3", "c", "4", "d") == ":4\r\n");
  CHECK(f.send("SORT", "z", "BY", "nosort", "LIMIT", "1", "2", "DESC") == "*2\r\n$1\r\nc\r\n$1\r\nb\r\n");
  CHECK(f.send("SORT", "z", "BY", "nosort", "LIMIT", "9", "2") == "*0\r\n");
  CHECK(f.send("SORT", "z", "ALPHA", "DESC", "LIMIT", "0", "2") == "*2\r\n$1\r\nd\r\n$1\r\nc\r\n");
  CHECK(f.send("SADD", "s", "3", "1", "2") == ":3\r\n");
  CHECK(f.send("SORT", "s", "BY", "nosort", "STORE", "d") == ":3\r\n");
  CHECK(f.send("LRANGE", "d", "0", "-1") == "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n");
  CHECK(f.send("EVAL", "return redis.call('SORT','s','BY','nosort')", "0") ==
        "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n");
  CHECK(f.send("SORT", "l", "STORE", "z") == ":10\r\n");
  CHECK(f.send("TYPE", "z") == "+list\r\n");
}

TEST_CASE("large sorted sets: ranges, ranks and removals", "[zset]") {
  EngineFixture f(EngineFixture::Settings{{"enable-debug-command", "yes"}});
  CHECK(f.send("CONFIG", "SET", "zset-max-listpack-entries", "0") == "+OK\r\n");
  CHECK(f.send("ZADD", "z", "1", "a", "2", "b", "3", "c", "4", "d", "5", "e") == ":5\r\n");
  CHECK(f.send("ZADD", "y", "0", "a", "0", "b", "0", "c", "0", "d", "0", "e") == ":5\r\n");
  CHECK(f.send("OBJECT", "ENCODING", "z") == "$8\r\nskiplist\r\n");
  CHECK(f.send("ZRANGE", "z", "(1", "4", "BYSCORE") == "*3\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n");
  CHECK(f.send("ZRANGE", "z", "4", "(1", "BYSCORE", "REV", "LIMIT", "1", "2") ==
        "*2\r\n$1\r\nc\r\n$1\r\nb\r\n");
  CHECK(f.send("ZRANGE", "z", "0", "-1", "REV", "WITHSCORES") ==
        "*10\r\n$1\r\ne\r\n$1\r\n5\r\n$1\r\nd\r\n$1\r\n4\r\n$1\r\nc\r\n$1\r\n3\r\n$1\r\nb\r\n$1\r\n2\r\n$"
        "1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send("ZRANGE", "z", "9", "10", "BYSCORE") == "*0\r\n");
  CHECK(f.send("ZRANGE", "z", "-inf", "(1", "BYSCORE") == "*0\r\n");
  CHECK(f.send("ZRANGE", "z", "(5", "+inf", "BYSCORE") == "*0\r\n");
  CHECK(f.send("ZRANGE", "y", "[b", "(d", "BYLEX") == "*2\r\n$1\r\nb\r\n$1\r\nc\r\n");
  CHECK(f.send("ZRANGE", "y", "(e", "+", "BYLEX") == "*0\r\n");
  CHECK(f.send("ZRANGE", "y", "-", "(a", "BYLEX") == "*0\r\n");
  CHECK(f.send("ZRANGE", "y", "+", "-", "BYLEX") == "*0\r\n");
  CHECK(f.send("ZRANGE", "y", "-", "+", "BYLEX", "LIMIT", "-1", "2") == "*0\r\n");
  CHECK(f.send("ZRANGE", "y", "-", "+", "BYLEX", "LIMIT", "1", "2") == "*2\r\n$1\r\nb\r\n$1\r\nc\r\n");
  CHECK(f.send("ZRANGE", "y", "+", "[c", "BYLEX", "REV") == "*3\r\n$1\r\ne\r\n$1\r\nd\r\n$1\r\nc\r\n");
  CHECK(f.send("ZLEXCOUNT", "y", "-", "+") == ":5\r\n");
  CHECK(f.send("ZLEXCOUNT", "y", "(b", "[d") == ":2\r\n");
  CHECK(f.send("ZLEXCOUNT", "y", "+", "-") == ":0\r\n");
  CHECK(f.send("ZLEXCOUNT", "y", "[x", "[y") == ":0\r\n");
  CHECK(f.send("ZCOUNT", "z", "(1", "(5") == ":3\r\n");
  CHECK(f.send("ZCOUNT", "z", "7", "8") == ":0\r\n");
  CHECK(f.send("ZCOUNT", "z", "3", "2") == ":0\r\n");
  CHECK(f.send("ZRANK", "z", "d") == ":3\r\n");
  CHECK(f.send("ZREVRANK", "z", "d") == ":1\r\n");
  CHECK(f.send("ZRANK", "z", "x") == "$-1\r\n");
  CHECK(f.send("ZSCORE", "z", "x") == "$-1\r\n");
  CHECK(f.send("ZINCRBY", "z", "10", "a") == "$2\r\n11\r\n");
  CHECK(f.send("ZADD", "z", "XX", "LT", "0", "e") == ":0\r\n");
  CHECK(f.send("ZRANGE", "z", "0", "-1", "WITHSCORES") ==
        "*10\r\n$1\r\ne\r\n$1\r\n0\r\n$1\r\nb\r\n$1\r\n2\r\n$1\r\nc\r\n$1\r\n3\r\n$1\r\nd\r\n$1\r\n4\r\n$"
        "1\r\na\r\n$2\r\n11\r\n");
  CHECK(f.send("ZREMRANGEBYSCORE", "z", "2", "2") == ":1\r\n");
  CHECK(f.send("ZREMRANGEBYRANK", "z", "0", "0") == ":1\r\n");
  CHECK(f.send("ZREMRANGEBYLEX", "y", "[b", "[c") == ":2\r\n");
  CHECK(f.send("ZREMRANGEBYLEX", "y", "[x", "[y") == ":0\r\n");
  CHECK(f.send("ZREMRANGEBYLEX", "y", "+", "-") == ":0\r\n");
  CHECK(f.send("ZREM", "z", "nobody") == ":0\r\n");
  CHECK(f.send("ZPOPMAX", "z") == "*2\r\n$1\r\na\r\n$2\r\n11\r\n");
  CHECK(f.send("ZRANGESTORE", "d", "z", "0", "-1") == ":2\r\n");
  CHECK(f.send("ZUNIONSTORE", "u", "2", "z", "y", "AGGREGATE", "MAX") == ":4\r\n");
  CHECK(f.send("ZRANGE", "u", "0", "-1", "WITHSCORES") ==
        "*8\r\n$1\r\na\r\n$1\r\n0\r\n$1\r\ne\r\n$1\r\n0\r\n$1\r\nc\r\n$1\r\n3\r\n$1\r\nd\r\n$1\r\n4\r\n");
  CHECK(f.send("ZINTERSTORE", "i", "2", "u", "y") == ":3\r\n");
  CHECK(f.send("ZDIFFSTORE", "f", "2", "u", "z") == ":2\r\n");
  CHECK(f.send("COPY", "u", "v") == ":1\r\n");
  CHECK(f.send("DEBUG", "DIGEST-VALUE", "u") == "*1\r\n+00370f9c25f513c0684a56baf8cc61102dff89d6\r\n");
  CHECK(f.send("ZREMRANGEBYRANK", "u", "0", "-1") == ":4\r\n");
  CHECK(f.send("EXISTS", "u") == ":0\r\n");
}

TEST_CASE("clients: found by filters", "[client]") {
  EngineFixture f;
  CHECK(f.send("CLIENT", "KILL", "ADDR", "1.2.3.4:5", "SKIPME", "yes") == ":0\r\n");
  CHECK(f.send("CLIENT", "KILL", "LADDR", "1.2.3.4:5", "SKIPME", "no") == ":0\r\n");
  CHECK(f.send("CLIENT", "KILL", "TYPE", "replica", "USER", "default") == ":0\r\n");
  CHECK(f.send("CLIENT", "KILL", "ADDR") == "-ERR No such client\r\n");
  CHECK(f.send("CLIENT", "KILL") == "-ERR wrong number of arguments for 'client|kill' command\r\n");
  CHECK(f.send("CLIENT", "KILL", "ID", "99999", "TYPE", "normal", "USER", "default", "ADDR", "x", "LADDR",
               "y") == ":0\r\n");
  CHECK(f.send("CLIENT", "KILL", "MAXAGE", "1") == "-ERR syntax error\r\n");
  CHECK(f.send("CLIENT", "PAUSE", "1", "WRITE", "x") ==
        "-ERR unknown subcommand or wrong number of arguments for 'PAUSE'. Try CLIENT HELP.\r\n");
  CHECK(f.send("CLIENT", "UNBLOCK", "1", "ERROR", "x") ==
        "-ERR unknown subcommand or wrong number of arguments for 'UNBLOCK'. Try CLIENT HELP.\r\n");
  CHECK(f.send("CLIENT", "UNBLOCK", "999", "BOGUS") ==
        "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR\r\n");
  CHECK(f.send("CLIENT", "PAUSE", "9223372036854775807") == "+OK\r\n");
  CHECK(f.send("CLIENT", "UNPAUSE") == "+OK\r\n");
  CHECK(f.send("CLIENT", "NO-EVICT") == "-ERR wrong number of arguments for 'client|no-evict' command\r\n");
  CHECK(f.send("CLIENT", "TRACKINGINFO", "x") ==
        "-ERR wrong number of arguments for 'client|trackinginfo' command\r\n");
  CHECK(f.send("CLIENT", "LIST", "ID", "99998", "99999") == "$0\r\n\r\n");
  CHECK(f.send("CLIENT", "LIST", "TYPE", "master") == "$0\r\n\r\n");
  CHECK(f.send("CLIENT", "LIST", "TYPE", "pubsub") == "$0\r\n\r\n");
  CHECK(f.send("FAILOVER", "TIMEOUT", "0") == "-ERR FAILOVER timeout must be greater than 0\r\n");
  CHECK(f.send("FAILOVER", "TIMEOUT", "-5") == "-ERR FAILOVER timeout must be greater than 0\r\n");
  CHECK(f.send("FAILOVER", "TO", "h", "1", "FORCE", "TIMEOUT", "10") ==
        "-ERR FAILOVER requires connected replicas.\r\n");
  CHECK(f.send("FAILOVER", "TO", "h", "1", "FORCE") == "-ERR FAILOVER requires connected replicas.\r\n");
  CHECK(f.send("FAILOVER", "ABORT", "FORCE") == "-ERR syntax error\r\n");
  CHECK(f.send("FAILOVER", "FORCE") == "-ERR FAILOVER requires connected replicas.\r\n");
  CHECK(f.send("FAILOVER", "TO") == "-ERR syntax error\r\n");
  CHECK(f.send("REPLCONF", "ip-address", "127.0.0.1") == "+OK\r\n");
  CHECK(f.send("REPLCONF", "listening-port", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("REPLCONF", "listening-port", "99", "capa", "eof") == "+OK\r\n");
  CHECK(f.send("REPLCONF", "rdb-filter-only", "bogus") ==
        "-ERR Unsupported rdb-filter-only option: bogus\r\n");
  CHECK(f.send("REPLCONF", "rdb-filter-only", "functions") == "+OK\r\n");
  CHECK(f.send("REPLCONF", "rdb-filter-only", "\"") == "-ERR Missing rdb-filter-only values\r\n");
  CHECK(f.send("REPLCONF", "rdb-only", "2") == "-ERR value is out of range, value must between 0 and 1\r\n");
  CHECK(f.send("REPLCONF", "rdb-only", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("SELECT", "4294967296") ==
        "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n");
  CHECK(f.send("SELECT", "2147483648") ==
        "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n");
  CHECK(f.send("MOVE", "k", "4294967296") ==
        "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n");
  CHECK(f.send("COPY", "k", "k", "DB", "4294967296") ==
        "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n");
}

TEST_CASE("streams: lag, tombstones and what a new group has read", "[stream]") {
  EngineFixture f;
  CHECK(f.send("XADD", "x", "1-1", "f", "v") == "$3\r\n1-1\r\n");
  CHECK(f.send("XADD", "x", "2-1", "f", "v") == "$3\r\n2-1\r\n");
  CHECK(f.send("XADD", "x", "3-1", "f", "v") == "$3\r\n3-1\r\n");
  CHECK(f.send("XADD", "x", "4-1", "f", "v") == "$3\r\n4-1\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "g", "0") == "+OK\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "h", "2-1") == "+OK\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "i", "1-1", "ENTRIESREAD", "1") == "+OK\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "j", "$") == "+OK\r\n");
  CHECK(f.send("XGROUP", "CREATE", "x", "k", "9-9") == "+OK\r\n");
  CHECK(f.send("XINFO", "GROUPS", "x") ==
        "*5\r\n*12\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-"
        "delivered-id\r\n$3\r\n0-0\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n:4\r\n*12\r\n$4\r\nname\r\n$"
        "1\r\nh\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-id\r\n$3\r\n2-1\r\n$"
        "12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n$-1\r\n*12\r\n$4\r\nname\r\n$1\r\ni\r\n$"
        "9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-id\r\n$3\r\n1-1\r\n$"
        "12\r\nentries-read\r\n:1\r\n$3\r\nlag\r\n:3\r\n*12\r\n$4\r\nname\r\n$1\r\nj\r\n$9\r\nconsumers\r\n:"
        "0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-id\r\n$3\r\n4-1\r\n$12\r\nentries-read\r\n$-1\r\n$"
        "3\r\nlag\r\n:0\r\n*12\r\n$4\r\nname\r\n$1\r\nk\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$"
        "17\r\nlast-delivered-id\r\n$3\r\n9-9\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n$-1\r\n");
  CHECK(f.send("XDEL", "x", "2-1") == ":1\r\n");
  CHECK(f.send("XINFO", "GROUPS", "x") ==
        "*5\r\n*12\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-"
        "delivered-id\r\n$3\r\n0-0\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n$-1\r\n*12\r\n$"
        "4\r\nname\r\n$1\r\nh\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-"
        "id\r\n$3\r\n2-1\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n$-1\r\n*12\r\n$4\r\nname\r\n$"
        "1\r\ni\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-id\r\n$3\r\n1-1\r\n$"
        "12\r\nentries-read\r\n:1\r\n$3\r\nlag\r\n$-1\r\n*12\r\n$4\r\nname\r\n$1\r\nj\r\n$9\r\nconsumers\r\n:"
        "0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-id\r\n$3\r\n4-1\r\n$12\r\nentries-read\r\n$-1\r\n$"
        "3\r\nlag\r\n:0\r\n*12\r\n$4\r\nname\r\n$1\r\nk\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$"
        "17\r\nlast-delivered-id\r\n$3\r\n9-9\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n$-1\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "COUNT", "1", "STREAMS", "x", ">") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "COUNT", "1", "STREAMS", "x", ">") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n3-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "i", "c", "COUNT", "1", "STREAMS", "x", ">") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n3-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
  CHECK(f.send("XINFO", "GROUPS", "x") ==
        "*5\r\n*12\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:1\r\n$7\r\npending\r\n:2\r\n$17\r\nlast-"
        "delivered-id\r\n$3\r\n3-1\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n$-1\r\n*12\r\n$"
        "4\r\nname\r\n$1\r\nh\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-"
        "id\r\n$3\r\n2-1\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n$-1\r\n*12\r\n$4\r\nname\r\n$"
        "1\r\ni\r\n$9\r\nconsumers\r\n:1\r\n$7\r\npending\r\n:1\r\n$17\r\nlast-delivered-id\r\n$3\r\n3-1\r\n$"
        "12\r\nentries-read\r\n:2\r\n$3\r\nlag\r\n:2\r\n*12\r\n$4\r\nname\r\n$1\r\nj\r\n$9\r\nconsumers\r\n:"
        "0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-id\r\n$3\r\n4-1\r\n$12\r\nentries-read\r\n$-1\r\n$"
        "3\r\nlag\r\n:0\r\n*12\r\n$4\r\nname\r\n$1\r\nk\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$"
        "17\r\nlast-delivered-id\r\n$3\r\n9-9\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n$-1\r\n");
  CHECK(f.send("XDEL", "x", "1-1") == ":1\r\n");
  CHECK(f.send("XINFO", "GROUPS", "x") ==
        "*5\r\n*12\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:1\r\n$7\r\npending\r\n:2\r\n$17\r\nlast-"
        "delivered-id\r\n$3\r\n3-1\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n:1\r\n*12\r\n$4\r\nname\r\n$"
        "1\r\nh\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-id\r\n$3\r\n2-1\r\n$"
        "12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n:2\r\n*12\r\n$4\r\nname\r\n$1\r\ni\r\n$9\r\nconsumers\r\n:"
        "1\r\n$7\r\npending\r\n:1\r\n$17\r\nlast-delivered-id\r\n$3\r\n3-1\r\n$12\r\nentries-read\r\n:2\r\n$"
        "3\r\nlag\r\n:2\r\n*12\r\n$4\r\nname\r\n$1\r\nj\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$"
        "17\r\nlast-delivered-id\r\n$3\r\n4-1\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n:0\r\n*12\r\n$"
        "4\r\nname\r\n$1\r\nk\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-"
        "id\r\n$3\r\n9-9\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n$-1\r\n");
  CHECK(f.send("XTRIM", "x", "MAXLEN", "1") == ":1\r\n");
  CHECK(f.send("XINFO", "GROUPS", "x") ==
        "*5\r\n*12\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:1\r\n$7\r\npending\r\n:2\r\n$17\r\nlast-"
        "delivered-id\r\n$3\r\n3-1\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n:1\r\n*12\r\n$4\r\nname\r\n$"
        "1\r\nh\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-id\r\n$3\r\n2-1\r\n$"
        "12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n:1\r\n*12\r\n$4\r\nname\r\n$1\r\ni\r\n$9\r\nconsumers\r\n:"
        "1\r\n$7\r\npending\r\n:1\r\n$17\r\nlast-delivered-id\r\n$3\r\n3-1\r\n$12\r\nentries-read\r\n:2\r\n$"
        "3\r\nlag\r\n:2\r\n*12\r\n$4\r\nname\r\n$1\r\nj\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$"
        "17\r\nlast-delivered-id\r\n$3\r\n4-1\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n:0\r\n*12\r\n$"
        "4\r\nname\r\n$1\r\nk\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-"
        "id\r\n$3\r\n9-9\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n$-1\r\n");
  CHECK(f.send("XTRIM", "x", "MINID", "3") == ":0\r\n");
  CHECK(f.send("XDEL", "x", "4-1") == ":1\r\n");
  CHECK(f.send("XINFO", "GROUPS", "x") ==
        "*5\r\n*12\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:1\r\n$7\r\npending\r\n:2\r\n$17\r\nlast-"
        "delivered-id\r\n$3\r\n3-1\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n:0\r\n*12\r\n$4\r\nname\r\n$"
        "1\r\nh\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-id\r\n$3\r\n2-1\r\n$"
        "12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n:0\r\n*12\r\n$4\r\nname\r\n$1\r\ni\r\n$9\r\nconsumers\r\n:"
        "1\r\n$7\r\npending\r\n:1\r\n$17\r\nlast-delivered-id\r\n$3\r\n3-1\r\n$12\r\nentries-read\r\n:2\r\n$"
        "3\r\nlag\r\n:2\r\n*12\r\n$4\r\nname\r\n$1\r\nj\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$"
        "17\r\nlast-delivered-id\r\n$3\r\n4-1\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n:0\r\n*12\r\n$"
        "4\r\nname\r\n$1\r\nk\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-"
        "id\r\n$3\r\n9-9\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n$-1\r\n");
  CHECK(f.send("XINFO", "STREAM", "x") ==
        "*20\r\n$6\r\nlength\r\n:0\r\n$15\r\nradix-tree-keys\r\n:0\r\n$16\r\nradix-tree-nodes\r\n:1\r\n$"
        "17\r\nlast-generated-id\r\n$3\r\n4-1\r\n$20\r\nmax-deleted-entry-id\r\n$3\r\n4-1\r\n$13\r\nentries-"
        "added\r\n:4\r\n$23\r\nrecorded-first-entry-id\r\n$3\r\n0-0\r\n$6\r\ngroups\r\n:5\r\n$11\r\nfirst-"
        "entry\r\n$-1\r\n$10\r\nlast-entry\r\n$-1\r\n");
  CHECK(f.send("XADD", "x", "5-1", "f", "v") == "$3\r\n5-1\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "g", "c", "STREAMS", "x", ">") ==
        "*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n5-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
  CHECK(f.send("XINFO", "GROUPS", "x") ==
        "*5\r\n*12\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:1\r\n$7\r\npending\r\n:3\r\n$17\r\nlast-"
        "delivered-id\r\n$3\r\n5-1\r\n$12\r\nentries-read\r\n:5\r\n$3\r\nlag\r\n:0\r\n*12\r\n$4\r\nname\r\n$"
        "1\r\nh\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-id\r\n$3\r\n2-1\r\n$"
        "12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n:1\r\n*12\r\n$4\r\nname\r\n$1\r\ni\r\n$9\r\nconsumers\r\n:"
        "1\r\n$7\r\npending\r\n:1\r\n$17\r\nlast-delivered-id\r\n$3\r\n3-1\r\n$12\r\nentries-read\r\n:2\r\n$"
        "3\r\nlag\r\n:3\r\n*12\r\n$4\r\nname\r\n$1\r\nj\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$"
        "17\r\nlast-delivered-id\r\n$3\r\n4-1\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n:1\r\n*12\r\n$"
        "4\r\nname\r\n$1\r\nk\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-"
        "id\r\n$3\r\n9-9\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n$-1\r\n");
  CHECK(f.send("XREADGROUP", "GROUP", "k", "c", "STREAMS", "x", ">") == "*-1\r\n");
  CHECK(f.send("XSETID", "x", "7-1") == "+OK\r\n");
  CHECK(f.send("XINFO", "GROUPS", "x") ==
        "*5\r\n*12\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:1\r\n$7\r\npending\r\n:3\r\n$17\r\nlast-"
        "delivered-id\r\n$3\r\n5-1\r\n$12\r\nentries-read\r\n:5\r\n$3\r\nlag\r\n:0\r\n*12\r\n$4\r\nname\r\n$"
        "1\r\nh\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-id\r\n$3\r\n2-1\r\n$"
        "12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n:1\r\n*12\r\n$4\r\nname\r\n$1\r\ni\r\n$9\r\nconsumers\r\n:"
        "1\r\n$7\r\npending\r\n:1\r\n$17\r\nlast-delivered-id\r\n$3\r\n3-1\r\n$12\r\nentries-read\r\n:2\r\n$"
        "3\r\nlag\r\n:3\r\n*12\r\n$4\r\nname\r\n$1\r\nj\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$"
        "17\r\nlast-delivered-id\r\n$3\r\n4-1\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n:1\r\n*12\r\n$"
        "4\r\nname\r\n$1\r\nk\r\n$9\r\nconsumers\r\n:0\r\n$7\r\npending\r\n:0\r\n$17\r\nlast-delivered-"
        "id\r\n$3\r\n9-9\r\n$12\r\nentries-read\r\n$-1\r\n$3\r\nlag\r\n$-1\r\n");
}
