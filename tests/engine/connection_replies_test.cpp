// Connections, transactions and publishing by literal bytes: words, modes and refusals, as
// redis-server 7.0.15 answers.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

TEST_CASE("PING, ECHO, SELECT, RESET: their arguments", "[connection]") {
  EngineFixture f;
  CHECK(f.send("PING") == "+PONG\r\n");
  CHECK(f.send("PING", "hello") == "$5\r\nhello\r\n");
  CHECK(f.send("PING", "a", "b") == "-ERR wrong number of arguments for 'ping' command\r\n");
  CHECK(f.send("ECHO", "x") == "$1\r\nx\r\n");
  CHECK(f.send("ECHO") == "-ERR wrong number of arguments for 'echo' command\r\n");
  CHECK(f.send("ECHO", "a", "b") == "-ERR wrong number of arguments for 'echo' command\r\n");
  CHECK(f.send("SELECT", "0") == "+OK\r\n");
  CHECK(f.send("SELECT", "15") == "+OK\r\n");
  CHECK(f.send("SELECT") == "-ERR wrong number of arguments for 'select' command\r\n");
  CHECK(f.send("RESET") == "+RESET\r\n");
  CHECK(f.send("RESET", "x") == "-ERR wrong number of arguments for 'reset' command\r\n");
  CHECK(f.send("QUIT") == "+OK\r\n");
}

TEST_CASE("HELLO: versions, names and credentials", "[connection]") {
  EngineFixture f;
  CHECK(f.send("HELLO", "4") == "-NOPROTO unsupported protocol version\r\n");
  CHECK(f.send("HELLO", "1") == "-NOPROTO unsupported protocol version\r\n");
  CHECK(f.send("HELLO", "abc") == "-ERR Protocol version is not an integer or out of range\r\n");
  CHECK(f.send("HELLO", "3", "SETNAME") == "-ERR Syntax error in HELLO option 'SETNAME'\r\n");
  CHECK(f.send("HELLO", "3", "SETNAME", "a b") ==
        "-ERR Client names cannot contain spaces, newlines or special characters.\r\n");
  CHECK(f.send("HELLO", "3", "AUTH", "default") == "-ERR Syntax error in HELLO option 'AUTH'\r\n");
  CHECK(f.send("HELLO", "3", "AUTH", "nobody", "pw") ==
        "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
  CHECK(f.send("HELLO", "3", "BOGUS") == "-ERR Syntax error in HELLO option 'BOGUS'\r\n");
  CHECK(f.send("HELLO", "2", "SETNAME", "me", "BOGUS") == "-ERR Syntax error in HELLO option 'BOGUS'\r\n");
  CHECK(f.send("CLIENT", "GETNAME") == "$2\r\nme\r\n");
  f.send("HELLO", "3", "SETNAME", "me");
  CHECK(f.send("CLIENT", "GETNAME") == "$2\r\nme\r\n");
  f.send("HELLO", "2");
  CHECK(f.send("CLIENT", "GETNAME") == "$2\r\nme\r\n");
}

TEST_CASE("CLIENT: the subcommands' words", "[client]") {
  EngineFixture f;
  CHECK(f.send("CLIENT", "SETNAME", "a b") ==
        "-ERR Client names cannot contain spaces, newlines or special characters.\r\n");
  CHECK(f.send("CLIENT", "SETNAME", "me") == "+OK\r\n");
  CHECK(f.send("CLIENT", "GETNAME") == "$2\r\nme\r\n");
  CHECK(f.send("CLIENT", "SETNAME", "") == "+OK\r\n");
  CHECK(f.send("CLIENT", "GETNAME") == "$-1\r\n");
  CHECK(f.send("CLIENT", "REPLY", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("CLIENT", "NO-EVICT", "on") == "+OK\r\n");
  CHECK(f.send("CLIENT", "NO-EVICT", "off") == "+OK\r\n");
  CHECK(f.send("CLIENT", "NO-EVICT", "maybe") == "-ERR syntax error\r\n");
  CHECK(f.send("CLIENT", "CACHING", "yes") ==
        "-ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT "
        "mode enabled\r\n");
  CHECK(f.send("CLIENT", "CACHING", "maybe") ==
        "-ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT "
        "mode enabled\r\n");
  CHECK(f.send("CLIENT", "GETREDIR") == ":-1\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "maybe") == "-ERR syntax error\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "PREFIX", "a") ==
        "-ERR PREFIX option requires BCAST mode to be enabled\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "REDIRECT", "0") ==
        "-ERR The client ID you want redirect to does not exist\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "REDIRECT", "99999") ==
        "-ERR The client ID you want redirect to does not exist\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "REDIRECT", "abc") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "OPTIN", "OPTOUT") ==
        "-ERR You can't specify both OPTIN mode and OPTOUT mode\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "BCAST", "OPTIN") ==
        "-ERR OPTIN and OPTOUT are not compatible with BCAST\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "BCAST", "PREFIX", "a", "PREFIX", "ab") ==
        "-ERR Prefix 'a' overlaps with another provided prefix 'ab'. Prefixes for a single client must not "
        "overlap.\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKINGINFO") ==
        "*6\r\n$5\r\nflags\r\n*1\r\n$2\r\non\r\n$8\r\nredirect\r\n:0\r\n$8\r\nprefixes\r\n*0\r\n");
  CHECK(f.send("CLIENT", "GETREDIR") == ":0\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "BCAST") ==
        "-ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then "
        "re-enabling it with a different mode.\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "OPTIN") == "+OK\r\n");
  CHECK(f.send("CLIENT", "CACHING", "yes") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "off") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "OPTIN") == "+OK\r\n");
  CHECK(f.send("CLIENT", "CACHING", "no") ==
        "-ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.\r\n");
  CHECK(f.send("CLIENT", "CACHING", "yes") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKINGINFO") ==
        "*6\r\n$5\r\nflags\r\n*3\r\n$2\r\non\r\n$5\r\noptin\r\n$11\r\ncaching-yes\r\n$8\r\nredirect\r\n:"
        "0\r\n$8\r\nprefixes\r\n*0\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "off") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "OPTOUT") == "+OK\r\n");
  CHECK(f.send("CLIENT", "CACHING", "yes") ==
        "-ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.\r\n");
  CHECK(f.send("CLIENT", "CACHING", "no") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKINGINFO") ==
        "*6\r\n$5\r\nflags\r\n*3\r\n$2\r\non\r\n$6\r\noptout\r\n$10\r\ncaching-no\r\n$8\r\nredirect\r\n:"
        "0\r\n$8\r\nprefixes\r\n*0\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "off") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "BCAST", "PREFIX", "a", "PREFIX", "b", "NOLOOP") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKINGINFO") ==
        "*6\r\n$5\r\nflags\r\n*3\r\n$2\r\non\r\n$5\r\nbcast\r\n$6\r\nnoloop\r\n$8\r\nredirect\r\n:0\r\n$"
        "8\r\nprefixes\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "on", "BCAST", "PREFIX", "ac") ==
        "-ERR Prefix 'ac' overlaps with an existing prefix 'a'. Prefixes for a single client must not "
        "overlap.\r\n");
  CHECK(f.send("CLIENT", "TRACKING", "off") == "+OK\r\n");
  CHECK(f.send("CLIENT", "TRACKINGINFO") ==
        "*6\r\n$5\r\nflags\r\n*1\r\n$3\r\noff\r\n$8\r\nredirect\r\n:-1\r\n$8\r\nprefixes\r\n*0\r\n");
  CHECK(f.send("CLIENT", "PAUSE", "abc") == "-ERR timeout is not an integer or out of range\r\n");
  CHECK(f.send("CLIENT", "PAUSE", "-1") == "-ERR timeout is negative\r\n");
  CHECK(f.send("CLIENT", "PAUSE", "1", "BOGUS") == "-ERR CLIENT PAUSE mode must be WRITE or ALL\r\n");
  CHECK(f.send("CLIENT", "PAUSE", "0", "WRITE") == "+OK\r\n");
  CHECK(f.send("CLIENT", "UNPAUSE") == "+OK\r\n");
  CHECK(f.send("CLIENT", "UNBLOCK", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("CLIENT", "UNBLOCK", "99999") == ":0\r\n");
  CHECK(f.send("CLIENT", "UNBLOCK", "99999", "BOGUS") ==
        "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR\r\n");
  CHECK(f.send("CLIENT", "UNBLOCK", "99999", "ERROR") == ":0\r\n");
  CHECK(f.send("CLIENT", "KILL", "1.2.3.4:5") == "-ERR No such client\r\n");
  CHECK(f.send("CLIENT", "KILL", "ID", "abc") == "-ERR client-id should be greater than 0\r\n");
  CHECK(f.send("CLIENT", "KILL", "ID", "99999") == ":0\r\n");
  CHECK(f.send("CLIENT", "KILL", "ID", "0") == "-ERR client-id should be greater than 0\r\n");
  CHECK(f.send("CLIENT", "KILL", "TYPE", "bogus") == "-ERR Unknown client type 'bogus'\r\n");
  CHECK(f.send("CLIENT", "KILL", "TYPE", "pubsub") == ":0\r\n");
  CHECK(f.send("CLIENT", "KILL", "USER", "nobody") == "-ERR No such user 'nobody'\r\n");
  CHECK(f.send("CLIENT", "KILL", "SKIPME", "maybe") == "-ERR syntax error\r\n");
  CHECK(f.send("CLIENT", "KILL", "ADDR", "1.2.3.4:5", "LADDR", "1.2.3.4:6") == ":0\r\n");
  CHECK(f.send("CLIENT", "KILL", "ID") == "-ERR No such client\r\n");
  CHECK(f.send("CLIENT", "KILL", "BOGUS", "x") == "-ERR syntax error\r\n");
  CHECK(f.send("CLIENT", "LIST", "TYPE", "bogus") == "-ERR Unknown client type 'bogus'\r\n");
  CHECK(f.send("CLIENT", "LIST", "TYPE", "replica") == "$0\r\n\r\n");
  CHECK(f.send("CLIENT", "LIST", "ID", "abc") == "-ERR Invalid client ID\r\n");
  CHECK(f.send("CLIENT", "LIST", "ID", "99999") == "$0\r\n\r\n");
  CHECK(f.send("CLIENT", "LIST", "ID") == "-ERR syntax error\r\n");
  CHECK(f.send("CLIENT", "LIST", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("CLIENT", "SETINFO", "LIB-NAME", "x") ==
        "-ERR unknown subcommand 'SETINFO'. Try CLIENT HELP.\r\n");
  CHECK(f.send("CLIENT", "BOGUS") == "-ERR unknown subcommand 'BOGUS'. Try CLIENT HELP.\r\n");
  CHECK(f.send("CLIENT") == "-ERR wrong number of arguments for 'client' command\r\n");
  CHECK(f.send("CLIENT", "REPLY", "ON") == "+OK\r\n");
}

TEST_CASE("CLIENT REPLY: OFF and SKIP", "[client]") {
  EngineFixture f;
  CHECK(f.send("CLIENT", "REPLY", "SKIP") == "");
  CHECK(f.send("PING") == "");
  CHECK(f.send("PING") == "+PONG\r\n");
  CHECK(f.send("CLIENT", "REPLY", "OFF") == "");
  CHECK(f.send("PING") == "");
  CHECK(f.send("SET", "k", "v") == "");
  CHECK(f.send("CLIENT", "REPLY", "ON") == "+OK\r\n");
  CHECK(f.send("GET", "k") == "$1\r\nv\r\n");
}

TEST_CASE("MULTI: what is queued, refused and thrown away", "[transaction]") {
  EngineFixture f;
  CHECK(f.send("EXEC") == "-ERR EXEC without MULTI\r\n");
  CHECK(f.send("DISCARD") == "-ERR DISCARD without MULTI\r\n");
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("MULTI") == "-ERR MULTI calls can not be nested\r\n");
  CHECK(f.send("SET", "k", "v") == "+QUEUED\r\n");
  CHECK(f.send("GET", "k") == "+QUEUED\r\n");
  CHECK(f.send("WATCH", "k") == "-ERR WATCH inside MULTI is not allowed\r\n");
  CHECK(f.send("UNWATCH") == "+QUEUED\r\n");
  CHECK(f.send("EXEC") == "*3\r\n+OK\r\n$1\r\nv\r\n+OK\r\n");
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("BOGUS") == "-ERR unknown command 'BOGUS', with args beginning with: \r\n");
  CHECK(f.send("SET", "k", "v") == "+QUEUED\r\n");
  CHECK(f.send("EXEC") == "-EXECABORT Transaction discarded because of previous errors.\r\n");
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("GET") == "-ERR wrong number of arguments for 'get' command\r\n");
  CHECK(f.send("EXEC") == "-EXECABORT Transaction discarded because of previous errors.\r\n");
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("SET", "k", "w") == "+QUEUED\r\n");
  CHECK(f.send("DISCARD") == "+OK\r\n");
  CHECK(f.send("GET", "k") == "$1\r\nv\r\n");
  CHECK(f.send("WATCH", "k") == "+OK\r\n");
  CHECK(f.send("UNWATCH") == "+OK\r\n");
  CHECK(f.send("WATCH") == "-ERR wrong number of arguments for 'watch' command\r\n");
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("INCR", "k") == "+QUEUED\r\n");
  CHECK(f.send("LPUSH", "k", "x") == "+QUEUED\r\n");
  CHECK(f.send("RPUSH", "l", "1") == "+QUEUED\r\n");
  CHECK(f.send("BLPOP", "missing", "0") == "+QUEUED\r\n");
  CHECK(f.send("BLPOP", "l", "0") == "+QUEUED\r\n");
  CHECK(f.send("BRPOPLPUSH", "missing", "x", "0") == "+QUEUED\r\n");
  CHECK(f.send("BLMOVE", "missing", "x", "LEFT", "LEFT", "0") == "+QUEUED\r\n");
  CHECK(f.send("BLMPOP", "0", "1", "missing", "LEFT") == "+QUEUED\r\n");
  CHECK(f.send("BZPOPMIN", "missing", "0") == "+QUEUED\r\n");
  CHECK(f.send("BZMPOP", "0", "1", "missing", "MIN") == "+QUEUED\r\n");
  CHECK(f.send("XREAD", "BLOCK", "0", "STREAMS", "missing", "$") == "+QUEUED\r\n");
  CHECK(f.send("WAIT", "1", "0") == "+QUEUED\r\n");
  CHECK(f.send("SUBSCRIBE", "ch") == "+QUEUED\r\n");
  CHECK(f.send("UNSUBSCRIBE", "ch") == "+QUEUED\r\n");
  CHECK(f.send("EXEC") ==
        "*14\r\n-ERR value is not an integer or out of range\r\n-WRONGTYPE Operation against a key holding "
        "the wrong kind of "
        "value\r\n:1\r\n*-1\r\n*2\r\n$1\r\nl\r\n$1\r\n1\r\n$-1\r\n$-1\r\n*-1\r\n*-1\r\n*-1\r\n*-1\r\n:0\r\n*"
        "3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n*3\r\n$11\r\nunsubscribe\r\n$2\r\nch\r\n:0\r\n");
  CHECK(f.send("WATCH", "k") == "+OK\r\n");
  CHECK(f.send("SET", "k", "changed") == "+OK\r\n");
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("GET", "k") == "+QUEUED\r\n");
  CHECK(f.send("EXEC") == "*-1\r\n");
  CHECK(f.send("WATCH", "k") == "+OK\r\n");
  auto& b = f.engine.connect();
  CHECK(f.send_as(b, "SET", "k", "again") == "+OK\r\n");
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("EXEC") == "*-1\r\n");
  CHECK(f.send("WATCH", "missing") == "+OK\r\n");
  CHECK(f.send_as(b, "DEL", "missing") == ":0\r\n");
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("PING") == "+QUEUED\r\n");
  CHECK(f.send("EXEC") == "*1\r\n+PONG\r\n");
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("RESET") == "+RESET\r\n");
  CHECK(f.send("EXEC") == "-ERR EXEC without MULTI\r\n");
  CHECK(f.send("MULTI") == "+OK\r\n");
  CHECK(f.send("QUIT") == "+OK\r\n");
}

TEST_CASE("PUBLISH: each subscriber gets the bytes of its protocol", "[pubsub]") {
  EngineFixture f;
  std::vector<redouble::Session*> subscribers;
  for (int i = 0; i < 6; ++i) {
    subscribers.push_back(&f.engine.connect());
    if (i % 2 == 1) f.send_as(*subscribers.back(), "HELLO", "3");
    f.send_as(*subscribers.back(), "SUBSCRIBE", "c");
    f.send_as(*subscribers.back(), "PSUBSCRIBE", "?");
  }
  subscribers[2]->close_now = true;
  CHECK(f.send("PUBLISH", "c", "one") == ":12\r\n");
  CHECK(f.send("PUBLISH", "c", "") == ":12\r\n");
  for (std::size_t i = 0; i < subscribers.size(); ++i) {
    const std::string sign = i % 2 == 1 ? ">" : "*";
    std::string expected;
    for (const std::string message : {"$3\r\none\r\n", "$0\r\n\r\n"}) {
      expected += sign + "3\r\n$7\r\nmessage\r\n$1\r\nc\r\n" + message;
      expected += sign + "4\r\n$8\r\npmessage\r\n$1\r\n?\r\n$1\r\nc\r\n" + message;
    }
    CHECK(f.received(*subscribers[i]) == (i == 2 ? "" : expected));
  }
}

TEST_CASE("SUBSCRIBE: counts, modes and what passes", "[pubsub]") {
  EngineFixture f;
  auto& b = f.engine.connect();
  CHECK(f.send_as(b, "SUBSCRIBE", "c1") == "*3\r\n$9\r\nsubscribe\r\n$2\r\nc1\r\n:1\r\n");
  CHECK(f.send_as(b, "SUBSCRIBE", "c1") == "*3\r\n$9\r\nsubscribe\r\n$2\r\nc1\r\n:1\r\n");
  CHECK(f.send_as(b, "PSUBSCRIBE", "c*") == "*3\r\n$10\r\npsubscribe\r\n$2\r\nc*\r\n:2\r\n");
  CHECK(f.send_as(b, "SSUBSCRIBE", "s1") == "*3\r\n$10\r\nssubscribe\r\n$2\r\ns1\r\n:1\r\n");
  CHECK(f.send("PUBLISH", "c1", "hi") == ":2\r\n");
  CHECK(f.received(b) ==
        "*3\r\n$7\r\nmessage\r\n$2\r\nc1\r\n$2\r\nhi\r\n*4\r\n$8\r\npmessage\r\n$2\r\nc*\r\n$2\r\nc1\r\n$"
        "2\r\nhi\r\n");
  CHECK(f.send("PUBLISH", "nobody", "hi") == ":0\r\n");
  CHECK(f.send("SPUBLISH", "s1", "hi") == ":1\r\n");
  CHECK(f.received(b) == "*3\r\n$8\r\nsmessage\r\n$2\r\ns1\r\n$2\r\nhi\r\n");
  CHECK(f.send("SPUBLISH", "nobody", "x") == ":0\r\n");
  CHECK(f.send("PUBSUB", "CHANNELS") == "*1\r\n$2\r\nc1\r\n");
  CHECK(f.send("PUBSUB", "CHANNELS", "x*") == "*0\r\n");
  CHECK(f.send("PUBSUB", "NUMSUB", "c1", "nobody") == "*4\r\n$2\r\nc1\r\n:1\r\n$6\r\nnobody\r\n:0\r\n");
  CHECK(f.send("PUBSUB", "NUMSUB") == "*0\r\n");
  CHECK(f.send("PUBSUB", "NUMPAT") == ":1\r\n");
  CHECK(f.send("PUBSUB", "SHARDCHANNELS") == "*1\r\n$2\r\ns1\r\n");
  CHECK(f.send("PUBSUB", "SHARDCHANNELS", "x*") == "*0\r\n");
  CHECK(f.send("PUBSUB", "SHARDNUMSUB", "s1", "nobody") == "*4\r\n$2\r\ns1\r\n:1\r\n$6\r\nnobody\r\n:0\r\n");
  CHECK(f.send("PUBSUB", "BOGUS") == "-ERR unknown subcommand 'BOGUS'. Try PUBSUB HELP.\r\n");
  CHECK(f.send("PUBSUB") == "-ERR wrong number of arguments for 'pubsub' command\r\n");
  CHECK(f.send_as(b, "GET", "k") ==
        "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed "
        "in this context\r\n");
  CHECK(f.send_as(b, "PING") == "*2\r\n$4\r\npong\r\n$0\r\n\r\n");
  CHECK(f.send_as(b, "PING", "hi") == "*2\r\n$4\r\npong\r\n$2\r\nhi\r\n");
  CHECK(f.send_as(b, "UNSUBSCRIBE", "nobody") == "*3\r\n$11\r\nunsubscribe\r\n$6\r\nnobody\r\n:2\r\n");
  CHECK(f.send_as(b, "UNSUBSCRIBE", "c1") == "*3\r\n$11\r\nunsubscribe\r\n$2\r\nc1\r\n:1\r\n");
  CHECK(f.send_as(b, "UNSUBSCRIBE") == "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:1\r\n");
  CHECK(f.send_as(b, "PUNSUBSCRIBE", "nobody") == "*3\r\n$12\r\npunsubscribe\r\n$6\r\nnobody\r\n:1\r\n");
  CHECK(f.send_as(b, "PUNSUBSCRIBE") == "*3\r\n$12\r\npunsubscribe\r\n$2\r\nc*\r\n:0\r\n");
  CHECK(f.send_as(b, "SUNSUBSCRIBE", "nobody") == "*3\r\n$12\r\nsunsubscribe\r\n$6\r\nnobody\r\n:1\r\n");
  CHECK(f.send_as(b, "SUNSUBSCRIBE") == "*3\r\n$12\r\nsunsubscribe\r\n$2\r\ns1\r\n:0\r\n");
  CHECK(f.send_as(b, "SUNSUBSCRIBE") == "*3\r\n$12\r\nsunsubscribe\r\n$-1\r\n:0\r\n");
  CHECK(f.send_as(b, "PUNSUBSCRIBE") == "*3\r\n$12\r\npunsubscribe\r\n$-1\r\n:0\r\n");
  CHECK(f.send_as(b, "PING") == "+PONG\r\n");
  CHECK(f.send_as(b, "GET", "k") == "$-1\r\n");
  CHECK(f.send_as(b, "SUBSCRIBE", "c") == "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
  CHECK(f.send_as(b, "RESET") == "+RESET\r\n");
  CHECK(f.send_as(b, "PING") == "+PONG\r\n");
  CHECK(f.send("SUBSCRIBE") == "-ERR wrong number of arguments for 'subscribe' command\r\n");
  CHECK(f.send("PSUBSCRIBE") == "-ERR wrong number of arguments for 'psubscribe' command\r\n");
  CHECK(f.send("PUBLISH") == "-ERR wrong number of arguments for 'publish' command\r\n");
}

TEST_CASE("SUBSCRIBE: in RESP3 everything else passes too", "[pubsub]") {
  EngineFixture f;
  f.send("HELLO", "3");
  CHECK(f.send("SUBSCRIBE", "c") == ">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n");
  CHECK(f.send("GET", "k") == "_\r\n");
  CHECK(f.send("PUBLISH", "c", "hi") == ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n:1\r\n");
  CHECK(f.send("PSUBSCRIBE", "c?") == ">3\r\n$10\r\npsubscribe\r\n$2\r\nc?\r\n:2\r\n");
  CHECK(f.send("UNSUBSCRIBE", "c") == ">3\r\n$11\r\nunsubscribe\r\n$1\r\nc\r\n:1\r\n");
  CHECK(f.send("UNSUBSCRIBE") == ">3\r\n$11\r\nunsubscribe\r\n_\r\n:1\r\n");
  CHECK(f.send("PUNSUBSCRIBE") == ">3\r\n$12\r\npunsubscribe\r\n$2\r\nc?\r\n:0\r\n");
  CHECK(f.send("PING") == "+PONG\r\n");
}

TEST_CASE("MONITOR and what may not be asked of it", "[server]") {
  EngineFixture f;
  auto& b = f.engine.connect();
  CHECK(f.send_as(b, "MONITOR") == "+OK\r\n");
  CHECK(f.send_as(b, "MONITOR") == "");
}

TEST_CASE("COMMAND: information about commands", "[command]") {
  EngineFixture f;
  CHECK(f.send("COMMAND", "COUNT", "x") == "-ERR wrong number of arguments for 'command|count' command\r\n");
  CHECK(f.send("COMMAND", "INFO", "get", "bogus") ==
        "*2\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n*3\r\n+@read\r\n+@"
        "string\r\n+@fast\r\n*0\r\n*1\r\n*6\r\n$5\r\nflags\r\n*2\r\n+RO\r\n+access\r\n$12\r\nbegin_"
        "search\r\n*4\r\n$4\r\ntype\r\n$5\r\nindex\r\n$4\r\nspec\r\n*2\r\n$5\r\nindex\r\n:1\r\n$9\r\nfind_"
        "keys\r\n*4\r\n$4\r\ntype\r\n$5\r\nrange\r\n$4\r\nspec\r\n*6\r\n$7\r\nlastkey\r\n:0\r\n$"
        "7\r\nkeystep\r\n:1\r\n$5\r\nlimit\r\n:0\r\n*0\r\n$-1\r\n");
  CHECK(f.send("COMMAND", "INFO", "config|get") ==
        "*1\r\n*10\r\n$10\r\nconfig|get\r\n:-3\r\n*4\r\n+admin\r\n+noscript\r\n+loading\r\n+stale\r\n:0\r\n:"
        "0\r\n:0\r\n*3\r\n+@admin\r\n+@slow\r\n+@dangerous\r\n*0\r\n*0\r\n*0\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "GET", "k") == "*1\r\n$1\r\nk\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "MSET", "a", "1", "b", "2") == "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "PING") ==
        "-ERR wrong number of arguments for 'command|getkeys' command\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "BOGUS") ==
        "-ERR wrong number of arguments for 'command|getkeys' command\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "GET") ==
        "-ERR wrong number of arguments for 'command|getkeys' command\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "EVAL", "return 1", "2", "a", "b", "c") ==
        "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "EVAL", "return 1", "0") == "*0\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "EVAL", "return 1", "abc") == "*0\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "SORT", "l", "BY", "w_*", "STORE", "d") ==
        "*2\r\n$1\r\nl\r\n$1\r\nd\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "ZUNIONSTORE", "d", "2", "a", "b") ==
        "*3\r\n$1\r\nd\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "XREAD", "COUNT", "1", "STREAMS", "a", "b", "0", "0") ==
        "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "XREADGROUP", "GROUP", "g", "c", "STREAMS", "a", ">") ==
        "*1\r\n$1\r\na\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "GEORADIUS", "g", "1", "1", "1", "km", "STORE", "d") ==
        "*2\r\n$1\r\ng\r\n$1\r\nd\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "MIGRATE", "h", "1", "k", "0", "1") == "*1\r\n$1\r\nk\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "MIGRATE", "h", "1", "", "0", "1", "KEYS", "a", "b") ==
        "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "MEMORY", "USAGE", "k") == "*1\r\n$1\r\nk\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "OBJECT", "ENCODING", "k") == "*1\r\n$1\r\nk\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "XGROUP", "CREATE", "k", "g", "0") == "*1\r\n$1\r\nk\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "SINTERCARD", "2", "a", "b") == "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "LMPOP", "1", "a", "LEFT") == "*1\r\n$1\r\na\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "BLMPOP", "0", "2", "a", "b", "LEFT") == "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "BLPOP", "a", "b", "0") == "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "PFCOUNT", "a", "b") == "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("COMMAND", "GETKEYS", "BITOP", "AND", "d", "a", "b") ==
        "*3\r\n$1\r\nd\r\n$1\r\na\r\n$1\r\nb\r\n");
  CHECK(f.send("COMMAND", "GETKEYSANDFLAGS", "SET", "k", "v") ==
        "*1\r\n*2\r\n$1\r\nk\r\n*2\r\n+OW\r\n+update\r\n");
  CHECK(
      f.send("COMMAND", "GETKEYSANDFLAGS", "RENAME", "a", "b") ==
      "*2\r\n*2\r\n$1\r\na\r\n*3\r\n+RW\r\n+access\r\n+delete\r\n*2\r\n$1\r\nb\r\n*2\r\n+OW\r\n+update\r\n");
  CHECK(f.send("COMMAND", "GETKEYSANDFLAGS", "SET", "k", "v", "GET") ==
        "*1\r\n*2\r\n$1\r\nk\r\n*3\r\n+RW\r\n+access\r\n+update\r\n");
  CHECK(f.send("COMMAND", "GETKEYSANDFLAGS", "BITFIELD", "k", "GET", "u8", "0") ==
        "*1\r\n*2\r\n$1\r\nk\r\n*2\r\n+RO\r\n+access\r\n");
  CHECK(f.send("COMMAND", "GETKEYSANDFLAGS", "BITFIELD", "k", "SET", "u8", "0", "1") ==
        "*1\r\n*2\r\n$1\r\nk\r\n*3\r\n+RW\r\n+access\r\n+update\r\n");
  CHECK(f.send("COMMAND", "GETKEYSANDFLAGS", "PING") ==
        "-ERR wrong number of arguments for 'command|getkeysandflags' command\r\n");
  CHECK(
      f.send("COMMAND", "GETKEYSANDFLAGS", "LMOVE", "a", "b", "LEFT", "LEFT") ==
      "*2\r\n*2\r\n$1\r\na\r\n*3\r\n+RW\r\n+access\r\n+delete\r\n*2\r\n$1\r\nb\r\n*2\r\n+RW\r\n+insert\r\n");
  CHECK(f.send("COMMAND", "GETKEYSANDFLAGS", "SORT", "a") ==
        "*1\r\n*2\r\n$1\r\na\r\n*2\r\n+RO\r\n+access\r\n");
  CHECK(f.send("COMMAND", "GETKEYSANDFLAGS", "EVAL", "x", "1", "a") ==
        "*1\r\n*2\r\n$1\r\na\r\n*3\r\n+RW\r\n+access\r\n+update\r\n");
  CHECK(f.send("COMMAND", "LIST", "FILTERBY", "PATTERN", "xr*x") == "*0\r\n");
  CHECK(f.send("COMMAND", "LIST", "FILTERBY", "PATTERN", "g?t") == "*1\r\n$3\r\nget\r\n");
  CHECK(f.send("COMMAND", "LIST", "FILTERBY", "ACLCAT", "bogus") == "*0\r\n");
  CHECK(f.send("COMMAND", "LIST", "FILTERBY", "MODULE", "x") == "*0\r\n");
  CHECK(f.send("COMMAND", "LIST", "FILTERBY", "BOGUS", "x") == "-ERR syntax error\r\n");
  CHECK(f.send("COMMAND", "LIST", "FILTERBY", "PATTERN") == "-ERR syntax error\r\n");
  CHECK(f.send("COMMAND", "LIST", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("COMMAND", "DOCS", "bogus") == "*0\r\n");
  CHECK(f.send("COMMAND", "BOGUS") == "-ERR unknown subcommand 'BOGUS'. Try COMMAND HELP.\r\n");
}

TEST_CASE("unknown commands and subcommands: how they are quoted", "[command]") {
  EngineFixture f;
  CHECK(f.send("BOGUS") == "-ERR unknown command 'BOGUS', with args beginning with: \r\n");
  CHECK(f.send("BOGUS", "a", "b", "c") ==
        "-ERR unknown command 'BOGUS', with args beginning with: 'a' 'b' 'c' \r\n");
  CHECK(f.send("bogus", "with\nnewline", "x") ==
        "-ERR unknown command 'bogus', with args beginning with: 'with newline' 'x' \r\n");
  CHECK(f.send(std::string(200, 'x'), "y") ==
        "-ERR unknown command "
        "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx', with args beginning with: 'y' \r\n");
  CHECK(f.send("BOGUS", std::string(200, 'y'), "z") ==
        "-ERR unknown command 'BOGUS', with args beginning with: "
        "'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
        "yyyyyyyyyyyyyyyyyyyyyyyyyyyyy' \r\n");
  CHECK(f.send("CONFIG", "BOGUS") == "-ERR unknown subcommand 'BOGUS'. Try CONFIG HELP.\r\n");
  CHECK(f.send("CONFIG") == "-ERR wrong number of arguments for 'config' command\r\n");
  CHECK(f.send("OBJECT") == "-ERR wrong number of arguments for 'object' command\r\n");
  CHECK(f.send("XINFO", "BO\rGUS") == "-ERR unknown subcommand 'BO GUS'. Try XINFO HELP.\r\n");
  CHECK(f.send("ACL", std::string(200, 'x')) ==
        "-ERR unknown subcommand "
        "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx'. Try ACL HELP.\r\n");
  CHECK(f.send("MEMORY", "BOGUS") == "-ERR unknown subcommand 'BOGUS'. Try MEMORY HELP.\r\n");
  CHECK(f.send("GET|x") == "-ERR unknown command 'GET|x', with args beginning with: \r\n");
  CHECK(f.send("config|get", "x") == "-ERR unknown command 'config|get', with args beginning with: 'x' \r\n");
}

TEST_CASE("the connection's commands inside Lua", "[connection]") {
  EngineFixture f;
  CHECK(f.send("EVAL", "return redis.call('SUBSCRIBE','c')", "0") ==
        "-ERR This Redis command is not allowed from script script: "
        "424e4269b514d2669960b4656df8f3ab4aa2c2a6, on @user_script:1.\r\n");
  CHECK(f.send("EVAL", "return redis.call('MULTI')", "0") ==
        "-ERR This Redis command is not allowed from script script: "
        "ba922d924f6e7808414359ed93c37767dd0532ce, on @user_script:1.\r\n");
  CHECK(f.send("EVAL", "return redis.call('AUTH','x')", "0") ==
        "-ERR This Redis command is not allowed from script script: "
        "0ed5a039001c51d472a43bd74e7bf5f4e3a614d0, on @user_script:1.\r\n");
  CHECK(f.send("EVAL", "return redis.call('BLPOP','missing',0)", "0") ==
        "-ERR This Redis command is not allowed from script script: "
        "2fb1fbb8ccbd135a614171693ba67b248fc0f910, on @user_script:1.\r\n");
  CHECK(f.send("EVAL", "return redis.call('WAIT',0,0)", "0") ==
        "-ERR This Redis command is not allowed from script script: "
        "b89104000445f971f59864988c70a6065c3b4409, on @user_script:1.\r\n");
  CHECK(f.send("EVAL", "return redis.call('CLIENT','REPLY','OFF')", "0") ==
        "-ERR This Redis command is not allowed from script script: "
        "363f4f7a8b19200001e0a9606f4ade055bce9261, on @user_script:1.\r\n");
  CHECK(f.send("EVAL", "return redis.pcall('BOGUS')", "0") ==
        "-ERR Unknown Redis command called from script\r\n");
  CHECK(f.send("EVAL", "return redis.call('PING')", "0") == "+PONG\r\n");
  CHECK(f.send("EVAL", "return redis.pcall('GET')", "0") ==
        "-ERR Wrong number of args calling Redis command from script\r\n");
}
