// Rights and invalidations by literal bytes: what is lost between MULTI and EXEC, what patterns and first
// words allow, whom a change reaches, as redis-server 7.0.15 answers.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

TEST_CASE("ACL: what is lost between MULTI and EXEC", "[acl][transaction]") {
  EngineFixture f;
  CHECK(f.send("ACL", "SETUSER", "bob", "on", "nopass", "~*", "&*", "+@all") == "+OK\r\n");
  auto& b = f.engine.connect();
  CHECK(f.send_as(b, "AUTH", "bob", "x") == "+OK\r\n");
  CHECK(f.send_as(b, "MULTI") == "+OK\r\n");
  CHECK(f.send_as(b, "SET", "k", "v") == "+QUEUED\r\n");
  CHECK(f.send_as(b, "PUBLISH", "ch", "x") == "+QUEUED\r\n");
  CHECK(f.send_as(b, "GET", "a") == "+QUEUED\r\n");
  CHECK(f.send_as(b, "DEL", "other") == "+QUEUED\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "-set", "resetchannels") == "+OK\r\n");
  CHECK(f.send_as(b, "EXEC") ==
        "*4\r\n-NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC "
        "call. This command is no longer allowed for the following reason: no permission to execute the "
        "command or subcommand\r\n-NOPERM ACLs rules changed between the moment the transaction was "
        "accumulated and the EXEC call. This command is no longer allowed for the following reason: no "
        "permission to access one of the channels used as arguments\r\n$-1\r\n:0\r\n");
  CHECK(f.send_as(b, "AUTH", "bob", "x") == "+OK\r\n");
  CHECK(f.send_as(b, "MULTI") == "+OK\r\n");
  CHECK(f.send_as(b, "GET", "a") == "+QUEUED\r\n");
  CHECK(f.send_as(b, "PUBLISH", "ch", "x") ==
        "-NOPERM this user has no permissions to access one of the channels used as arguments\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "resetkeys", "~b*") == "+OK\r\n");
  CHECK(f.send_as(b, "EXEC") == "-EXECABORT Transaction discarded because of previous errors.\r\n");
  CHECK(f.send_as(b, "MULTI") == "+OK\r\n");
  CHECK(f.send_as(b, "GET", "b") == "+QUEUED\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "resetchannels", "-get") == "+OK\r\n");
  CHECK(f.send_as(b, "EXEC") ==
        "*1\r\n-NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC "
        "call. This command is no longer allowed for the following reason: no permission to execute the "
        "command or subcommand\r\n");
  CHECK(f.send_as(b, "ACL", "WHOAMI") == "$3\r\nbob\r\n");
  CHECK(f.send("ACL", "LOG", "RESET") == "+OK\r\n");
}

TEST_CASE("ACL: patterns of keys and who reads and writes", "[acl]") {
  EngineFixture f;
  CHECK(f.send("ACL", "SETUSER", "bob", "on", "nopass", "%R~r*", "%W~w*", "%RW~b*", "resetchannels", "&c*",
               "+@all") == "+OK\r\n");
  auto& b = f.engine.connect();
  CHECK(f.send_as(b, "AUTH", "bob", "x") == "+OK\r\n");
  CHECK(f.send_as(b, "GET", "r1") == "$-1\r\n");
  CHECK(f.send_as(b, "GET", "w1") ==
        "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n");
  CHECK(f.send_as(b, "SET", "w1", "v") == "+OK\r\n");
  CHECK(f.send_as(b, "SET", "r1", "v") ==
        "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n");
  CHECK(f.send_as(b, "SET", "w1", "v", "GET") ==
        "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n");
  CHECK(f.send_as(b, "SET", "b1", "v", "GET") == "$-1\r\n");
  CHECK(f.send_as(b, "COPY", "r1", "w2") == ":0\r\n");
  CHECK(f.send_as(b, "COPY", "w1", "r2") ==
        "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n");
  CHECK(f.send_as(b, "RENAME", "b1", "b2") == "+OK\r\n");
  CHECK(f.send_as(b, "RENAME", "b2", "w1") == "+OK\r\n");
  CHECK(f.send_as(b, "GETSET", "b1", "x") == "$-1\r\n");
  CHECK(f.send_as(b, "GETEX", "r1", "EX", "10") ==
        "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n");
  CHECK(f.send_as(b, "MGET", "r1", "r2", "b1") == "*3\r\n$-1\r\n$-1\r\n$1\r\nx\r\n");
  CHECK(f.send_as(b, "MGET", "r1", "x1") ==
        "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n");
  CHECK(f.send_as(b, "SORT", "r1") == "*0\r\n");
  CHECK(f.send_as(b, "SORT", "r1", "BY", "w_*") ==
        "-ERR BY option of SORT denied due to insufficient ACL permissions.\r\n");
  CHECK(f.send_as(b, "SORT", "r1", "GET", "x*") ==
        "-ERR GET option of SORT denied due to insufficient ACL permissions.\r\n");
  CHECK(f.send_as(b, "SORT", "r1", "STORE", "w1") == ":0\r\n");
  CHECK(f.send_as(b, "SORT", "r1", "STORE", "x1") ==
        "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n");
  CHECK(f.send_as(b, "SORT_RO", "r1", "GET", "#") ==
        "-ERR GET option of SORT denied due to insufficient ACL permissions.\r\n");
  CHECK(f.send_as(b, "EVAL", "return 1", "1", "r1") ==
        "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n");
  CHECK(f.send_as(b, "EVAL", "return 1", "1", "x1") ==
        "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n");
  CHECK(f.send_as(b, "EVAL", "return redis.call('GET','x1')", "0") ==
        "-ERR The user executing the script can't access at least one of the keys mentioned in the command "
        "arguments script: afdd9905f917687c3ab9579302268b8dfd0dca69, on @user_script:1.\r\n");
  CHECK(f.send_as(b, "EVAL", "return redis.pcall('SET','r1','v')", "0") ==
        "-ERR The user executing the script can't access at least one of the keys mentioned in the command "
        "arguments\r\n");
  CHECK(f.send_as(b, "BITOP", "AND", "w1", "r1", "r2") == ":0\r\n");
  CHECK(f.send_as(b, "BITOP", "AND", "w1", "w2", "r2") ==
        "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n");
  CHECK(f.send_as(b, "XREAD", "STREAMS", "r1", "0") == "*-1\r\n");
  CHECK(f.send_as(b, "XREAD", "STREAMS", "w1", "0") ==
        "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n");
  CHECK(f.send_as(b, "PUBLISH", "c1", "x") == ":0\r\n");
  CHECK(f.send_as(b, "PUBLISH", "d1", "x") ==
        "-NOPERM this user has no permissions to access one of the channels used as arguments\r\n");
  CHECK(f.send_as(b, "SUBSCRIBE", "d1") ==
        "-NOPERM this user has no permissions to access one of the channels used as arguments\r\n");
  CHECK(f.send_as(b, "PSUBSCRIBE", "c*") == "*3\r\n$10\r\npsubscribe\r\n$2\r\nc*\r\n:1\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "allkeys") == "+OK\r\n");
  CHECK(f.send_as(b, "PUNSUBSCRIBE", "c*") == "*3\r\n$12\r\npunsubscribe\r\n$2\r\nc*\r\n:0\r\n");
  CHECK(f.send_as(b, "SORT", "r1", "BY", "w_*") == "*0\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "resetkeys", "%R~*") == "+OK\r\n");
  CHECK(f.send_as(b, "SORT_RO", "r1", "BY", "w_*") == "*0\r\n");
  CHECK(f.send_as(b, "AUTH", "default", "x") == "+OK\r\n");
  CHECK(f.send("ACL", "LOG", "RESET") == "+OK\r\n");
}

TEST_CASE("ACL: categories, subcommands and first words", "[acl]") {
  EngineFixture f;
  CHECK(f.send("ACL", "SETUSER", "bob", "on", "nopass", "~*", "+@read", "+config|get", "+select|0",
               "-@hash") == "+OK\r\n");
  auto& b = f.engine.connect();
  CHECK(f.send_as(b, "AUTH", "bob", "x") == "+OK\r\n");
  CHECK(f.send_as(b, "GET", "k") == "$-1\r\n");
  CHECK(f.send_as(b, "HGET", "k", "f") ==
        "-NOPERM this user has no permissions to run the 'hget' command\r\n");
  CHECK(f.send_as(b, "SET", "k", "v") == "-NOPERM this user has no permissions to run the 'set' command\r\n");
  CHECK(f.send_as(b, "CONFIG", "GET", "port") == "*2\r\n$4\r\nport\r\n$4\r\n6379\r\n");
  CHECK(f.send_as(b, "CONFIG", "SET", "port", "1") ==
        "-NOPERM this user has no permissions to run the 'config|set' command\r\n");
  CHECK(f.send_as(b, "CONFIG", "RESETSTAT") ==
        "-NOPERM this user has no permissions to run the 'config|resetstat' command\r\n");
  CHECK(f.send_as(b, "SELECT", "0") == "+OK\r\n");
  CHECK(f.send_as(b, "SELECT", "1") ==
        "-NOPERM this user has no permissions to run the 'select' command\r\n");
  CHECK(f.send_as(b, "SELECT") == "-ERR wrong number of arguments for 'select' command\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "-select", "+config", "-config|set") == "+OK\r\n");
  CHECK(f.send_as(b, "SELECT", "0") ==
        "-NOPERM this user has no permissions to run the 'select' command\r\n");
  CHECK(f.send_as(b, "CONFIG", "RESETSTAT") == "+OK\r\n");
  CHECK(f.send_as(b, "CONFIG", "SET", "maxmemory", "1") ==
        "-NOPERM this user has no permissions to run the 'config|set' command\r\n");
  CHECK(f.send_as(b, "CONFIG", "HELPME") == "-ERR unknown subcommand 'HELPME'. Try CONFIG HELP.\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "-config") == "+OK\r\n");
  CHECK(f.send_as(b, "CONFIG", "GET", "port") ==
        "-NOPERM this user has no permissions to run the 'config|get' command\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "+@all", "-@dangerous") == "+OK\r\n");
  CHECK(f.send_as(b, "KEYS", "*") == "-NOPERM this user has no permissions to run the 'keys' command\r\n");
  CHECK(f.send_as(b, "FLUSHALL") == "-NOPERM this user has no permissions to run the 'flushall' command\r\n");
  CHECK(f.send_as(b, "SET", "k", "v") == "+OK\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "off") == "+OK\r\n");
  CHECK(f.send_as(b, "GET", "k") == "$1\r\nv\r\n");
  auto& c = f.engine.connect();
  CHECK(f.send_as(c, "AUTH", "bob", "x") ==
        "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "on", "resetpass", ">one", ">two") == "+OK\r\n");
  CHECK(f.send_as(c, "AUTH", "bob", "one") == "+OK\r\n");
  CHECK(f.send_as(c, "AUTH", "bob", "two") == "+OK\r\n");
  CHECK(f.send_as(c, "AUTH", "bob", "three") ==
        "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "<one") == "+OK\r\n");
  CHECK(f.send_as(c, "AUTH", "bob", "one") ==
        "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
  CHECK(f.send("ACL", "DELUSER", "bob") == ":1\r\n");
  CHECK(f.received(c) == "");
}

TEST_CASE("CLIENT TRACKING: a change reaches who has read", "[tracking]") {
  EngineFixture f;
  auto& b = f.engine.connect();
  CHECK(f.send_as(b, "CLIENT", "TRACKING", "on") == "+OK\r\n");
  CHECK(f.send_as(b, "GET", "k") == "$-1\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("CLIENT", "TRACKING", "on") == "+OK\r\n");
  CHECK(f.send("SET", "k", "v") == "+OK\r\n");
  CHECK(f.send("GET", "k") == "$1\r\nv\r\n");
  CHECK(f.send("SET", "k", "w") == "+OK\r\n>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
  CHECK(f.send("MGET", "k", "k2") == "*2\r\n$1\r\nw\r\n_\r\n");
  auto& c = f.engine.connect();
  CHECK(f.send_as(c, "SET", "k", "x") == "+OK\r\n");
  CHECK(f.received(f.client) == ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
  CHECK(f.send_as(c, "SET", "k2", "x") == "+OK\r\n");
  CHECK(f.received(f.client) == ">2\r\n$10\r\ninvalidate\r\n*1\r\n$2\r\nk2\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "off") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "NOLOOP") == "+OK\r\n");
  CHECK(f.send("GET", "k") == "$1\r\nx\r\n");
  CHECK(f.send("SET", "k", "y") == "+OK\r\n");
  CHECK(f.send_as(c, "DEL", "k") == ":1\r\n");
  CHECK(f.received(f.client) == "");
  CHECK(f.send("CLIENT", "TRACKING", "off") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "OPTIN") == "+OK\r\n");
  CHECK(f.send("GET", "k") == "_\r\n");
  CHECK(f.send_as(c, "SET", "k", "1") == "+OK\r\n");
  CHECK(f.send("CLIENT", "CACHING", "yes") == "+OK\r\n");
  CHECK(f.send("GET", "k") == "$1\r\n1\r\n");
  CHECK(f.send_as(c, "SET", "k", "2") == "+OK\r\n");
  CHECK(f.received(f.client) == ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "off") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "OPTOUT") == "+OK\r\n");
  CHECK(f.send("CLIENT", "CACHING", "no") == "+OK\r\n");
  CHECK(f.send("GET", "k") == "$1\r\n2\r\n");
  CHECK(f.send_as(c, "SET", "k", "3") == "+OK\r\n");
  CHECK(f.send("GET", "k") == "$1\r\n3\r\n");
  CHECK(f.send_as(c, "SET", "k", "4") == "+OK\r\n");
  CHECK(f.received(f.client) == ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "off") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "BCAST", "PREFIX", "k", "PREFIX", "z") == "+OK\r\n");
  CHECK(f.send_as(c, "SET", "a", "1") == "+OK\r\n");
  CHECK(f.send_as(c, "SET", "k", "5") == "+OK\r\n");
  f.engine.take_dirty();  // what is broadcast goes out when all requests at hand were served
  CHECK(f.received(f.client) == ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
  CHECK(f.send_as(c, "FLUSHALL") == "+OK\r\n");
  CHECK(f.received(f.client) == ">2\r\n$10\r\ninvalidate\r\n_\r\n");
  CHECK(f.send("CLIENT", "TRACKINGINFO") ==
        "%3\r\n$5\r\nflags\r\n~2\r\n$2\r\non\r\n$5\r\nbcast\r\n$8\r\nredirect\r\n:0\r\n$8\r\nprefixes\r\n*"
        "2\r\n$1\r\nk\r\n$1\r\nz\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "BCAST", "PREFIX", "q") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "OPTIN") ==
        "-ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then "
        "re-enabling it with a different mode.\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "off") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "OPTIN") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "OPTOUT") ==
        "-ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then "
        "re-enabling it with a different mode.\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "BCAST") ==
        "-ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then "
        "re-enabling it with a different mode.\r\n");
  CHECK(f.send("CLIENT", "CACHING", "no") ==
        "-ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "off", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "maybe") == "-ERR syntax error\r\n");
}

TEST_CASE("blocked clients: served in order, and freed", "[blocking]") {
  EngineFixture f;
  auto& b = f.engine.connect();
  CHECK(f.send_as(b, "BLPOP", "l", "0") == "");
  auto& c = f.engine.connect();
  CHECK(f.send_as(c, "BRPOP", "l", "0") == "");
  CHECK(f.send("RPUSH", "l", "1", "2") == ":2\r\n");
  CHECK(f.received(b) == "*2\r\n$1\r\nl\r\n$1\r\n1\r\n");
  CHECK(f.received(c) == "*2\r\n$1\r\nl\r\n$1\r\n2\r\n");
  CHECK(f.send_as(b, "BLMOVE", "l", "d", "LEFT", "RIGHT", "0") == "");
  CHECK(f.send_as(c, "BLPOP", "d", "0") == "");
  CHECK(f.send("RPUSH", "l", "x") == ":1\r\n");
  CHECK(f.received(b) == "$1\r\nx\r\n");
  CHECK(f.received(c) == "*2\r\n$1\r\nd\r\n$1\r\nx\r\n");
  CHECK(f.send_as(b, "BZPOPMIN", "z", "0") == "");
  CHECK(f.send("ZADD", "z", "1", "a", "2", "b") == ":2\r\n");
  CHECK(f.received(b) == "*3\r\n$1\r\nz\r\n$1\r\na\r\n$1\r\n1\r\n");
  CHECK(f.send_as(b, "BZMPOP", "0", "2", "y", "z", "MAX", "COUNT", "5") ==
        "*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\nb\r\n$1\r\n2\r\n");
  CHECK(f.received(b) == "");
  CHECK(f.send_as(b, "BLMPOP", "0", "1", "l", "RIGHT", "COUNT", "2") == "");
  CHECK(f.send("RPUSH", "l", "1", "2", "3") == ":3\r\n");
  CHECK(f.received(b) == "*2\r\n$1\r\nl\r\n*2\r\n$1\r\n3\r\n$1\r\n2\r\n");
  CHECK(f.send("DEL", "l") == ":1\r\n");
  CHECK(f.send_as(b, "XREAD", "BLOCK", "0", "STREAMS", "s", "$") == "");
  CHECK(f.send("XADD", "s", "1-1", "f", "v") == "$3\r\n1-1\r\n");
  CHECK(f.received(b) == "*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
  CHECK(f.send("XGROUP", "CREATE", "s", "g", "$") == "+OK\r\n");
  CHECK(f.send_as(b, "XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">") == "");
  CHECK(f.send("XGROUP", "DESTROY", "s", "g") == ":1\r\n");
  CHECK(f.received(b) == "-NOGROUP the consumer group this client was blocked on no longer exists\r\n");
  CHECK(f.send_as(b, "BLPOP", "w", "0") == "");
  CHECK(f.send("SET", "w", "string") == "+OK\r\n");
  CHECK(f.send("DEL", "w") == ":1\r\n");
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("RPUSH", "w", "a") == "+QUEUED\r\n");
  CHECK(f.send("DEL", "w") == "+QUEUED\r\n");
  CHECK(f.send("EXEC") == "*2\r\n:1\r\n:1\r\n");
  CHECK(f.received(b) == "");
  CHECK(f.send("RPUSH", "w2", "b") == ":1\r\n");
  CHECK(f.send("RENAME", "w2", "w") == "+OK\r\n");
  CHECK(f.received(b) == "*2\r\n$1\r\nw\r\n$1\r\nb\r\n");
  CHECK(f.send_as(b, "BRPOPLPUSH", "q", "r", "0") == "");
  CHECK(f.send("SET", "r", "string") == "+OK\r\n");
  CHECK(f.send("RPUSH", "q", "1") == ":1\r\n");
  CHECK(f.received(b) == "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
  CHECK(f.send_as(b, "BLPOP", "m", "0") == "");
  CHECK(f.send("SELECT", "1") == "+OK\r\n");
  CHECK(f.send("RPUSH", "m", "1") == ":1\r\n");
  CHECK(f.send("MOVE", "m", "0") == ":1\r\n");
  CHECK(f.received(b) == "*2\r\n$1\r\nm\r\n$1\r\n1\r\n");
}
