// Administration by literal bytes: CONFIG, ACL, MEMORY, SLOWLOG, LATENCY, DEBUG and what they refuse, as
// redis-server 7.0.15 answers.
#include <catch2/catch.hpp>

#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

using namespace std::string_view_literals;
TEST_CASE("CONFIG: what SET refuses", "[config]") {
  EngineFixture f;
  CHECK(f.send("CONFIG", "GET", "bogus") == "*0\r\n");
  CHECK(f.send("CONFIG", "GET", "maxmemory-pol*") ==
        "*2\r\n$16\r\nmaxmemory-policy\r\n$10\r\nnoeviction\r\n");
  CHECK(f.send("CONFIG", "SET", "bogus", "1") ==
        "-ERR Unknown option or number of arguments for CONFIG SET - 'bogus'\r\n");
  CHECK(f.send("CONFIG", "SET", "maxmemory") ==
        "-ERR wrong number of arguments for 'config|set' command\r\n");
  CHECK(f.send("CONFIG", "SET", "maxmemory", "abc") ==
        "-ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory "
        "value\r\n");
  CHECK(f.send("CONFIG", "SET", "maxmemory", "-1") ==
        "-ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory "
        "value\r\n");
  CHECK(f.send("CONFIG", "SET", "maxmemory", "1gb") == "+OK\r\n");
  CHECK(f.send("CONFIG", "GET", "maxmemory") == "*2\r\n$9\r\nmaxmemory\r\n$10\r\n1073741824\r\n");
  CHECK(f.send("CONFIG", "SET", "maxmemory", "1kb", "maxmemory", "2kb") ==
        "-ERR CONFIG SET failed (possibly related to argument 'maxmemory') - duplicate parameter\r\n");
  CHECK(f.send("CONFIG", "SET", "maxmemory", "100mb", "bogus", "x") ==
        "-ERR Unknown option or number of arguments for CONFIG SET - 'bogus'\r\n");
  CHECK(f.send("CONFIG", "GET", "maxmemory") == "*2\r\n$9\r\nmaxmemory\r\n$10\r\n1073741824\r\n");
  CHECK(f.send("CONFIG", "SET", "maxmemory", "0") == "+OK\r\n");
  CHECK(f.send("CONFIG", "SET", "maxmemory-policy", "bogus") ==
        "-ERR CONFIG SET failed (possibly related to argument 'maxmemory-policy') - argument(s) must be one "
        "of the following: volatile-lru, volatile-lfu, volatile-random, volatile-ttl, allkeys-lru, "
        "allkeys-lfu, allkeys-random, noeviction\r\n");
  CHECK(f.send("CONFIG", "SET", "timeout", "-1") ==
        "-ERR CONFIG SET failed (possibly related to argument 'timeout') - argument must be between 0 and "
        "2147483647 inclusive\r\n");
  CHECK(f.send("CONFIG", "SET", "timeout", "abc") ==
        "-ERR CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into "
        "an integer\r\n");
  CHECK(f.send("CONFIG", "SET", "appendonly", "maybe") ==
        "-ERR CONFIG SET failed (possibly related to argument 'appendonly') - argument must be 'yes' or "
        "'no'\r\n");
  CHECK(f.send("CONFIG", "SET", "hash-max-listpack-entries", "-1") ==
        "-ERR CONFIG SET failed (possibly related to argument 'hash-max-listpack-entries') - argument must "
        "be between 0 and 9223372036854775807 inclusive\r\n");
  CHECK(f.send("CONFIG", "SET", "hash-max-ziplist-entries", "10") == "+OK\r\n");
  CHECK(f.send("CONFIG", "SET", "list-max-listpack-size", "abc") ==
        "-ERR CONFIG SET failed (possibly related to argument 'list-max-listpack-size') - argument couldn't "
        "be parsed into an integer\r\n");
  CHECK(f.send("CONFIG", "SET", "list-max-listpack-size", "-2") == "+OK\r\n");
  CHECK(f.send("CONFIG", "SET", "save", "abc") ==
        "-ERR CONFIG SET failed (possibly related to argument 'save') - Invalid save parameters\r\n");
  CHECK(f.send("CONFIG", "SET", "save", "900") ==
        "-ERR CONFIG SET failed (possibly related to argument 'save') - Invalid save parameters\r\n");
  CHECK(f.send("CONFIG", "SET", "save", "-1 5") ==
        "-ERR CONFIG SET failed (possibly related to argument 'save') - Invalid save parameters\r\n");
  CHECK(f.send("CONFIG", "SET", "save", "900 1 300 10") == "+OK\r\n");
  CHECK(f.send("CONFIG", "GET", "save") == "*2\r\n$4\r\nsave\r\n$12\r\n900 1 300 10\r\n");
  CHECK(f.send("CONFIG", "SET", "save", "") == "+OK\r\n");
  CHECK(f.send("CONFIG", "GET", "save") == "*2\r\n$4\r\nsave\r\n$0\r\n\r\n");
  CHECK(f.send("CONFIG", "SET", "notify-keyspace-events", "KEA") == "+OK\r\n");
  CHECK(f.send("CONFIG", "GET", "notify-keyspace-events") ==
        "*2\r\n$22\r\nnotify-keyspace-events\r\n$3\r\nAKE\r\n");
  CHECK(f.send("CONFIG", "SET", "notify-keyspace-events", "bogus") ==
        "-ERR CONFIG SET failed (possibly related to argument 'notify-keyspace-events') - Invalid event "
        "class character. Use 'Ag$lshzxeKEtmdn'.\r\n");
  CHECK(f.send("CONFIG", "SET", "notify-keyspace-events", "") == "+OK\r\n");
  CHECK(f.send("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 1mb 60") == "+OK\r\n");
  CHECK(f.send("CONFIG", "GET", "client-output-buffer-limit") ==
        "*2\r\n$26\r\nclient-output-buffer-limit\r\n$66\r\nnormal 0 0 0 slave 268435456 67108864 60 pubsub "
        "1048576 1048576 60\r\n");
  CHECK(f.send("CONFIG", "SET", "client-output-buffer-limit", "bogus 1 1 1") ==
        "-ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Invalid client "
        "class specified in buffer limit configuration.\r\n");
  CHECK(f.send("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1 1") ==
        "-ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Wrong number "
        "of arguments in buffer limit configuration.\r\n");
  CHECK(f.send("CONFIG", "SET", "client-output-buffer-limit", "pubsub a 1 1") ==
        "-ERR CONFIG SET failed (possibly related to argument 'client-output-buffer-limit') - Error in hard, "
        "soft or soft_seconds setting in buffer limit configuration.\r\n");
  CHECK(f.send("CONFIG", "SET", "port", "abc") ==
        "-ERR CONFIG SET failed (possibly related to argument 'port') - argument couldn't be parsed into an "
        "integer\r\n");
  CHECK(f.send("CONFIG", "SET", "databases", "5") ==
        "-ERR CONFIG SET failed (possibly related to argument 'databases') - can't set immutable config\r\n");
  CHECK(f.send("CONFIG", "SET", "maxclients", "0") ==
        "-ERR CONFIG SET failed (possibly related to argument 'maxclients') - argument must be between 1 and "
        "4294967295 inclusive\r\n");
  CHECK(f.send("CONFIG", "SET", "lfu-decay-time", "-1") ==
        "-ERR CONFIG SET failed (possibly related to argument 'lfu-decay-time') - argument must be between 0 "
        "and 2147483647 inclusive\r\n");
  CHECK(f.send("CONFIG", "SET", "maxmemory-samples", "0") ==
        "-ERR CONFIG SET failed (possibly related to argument 'maxmemory-samples') - argument must be "
        "between 1 and 2147483647 inclusive\r\n");
  CHECK(f.send("CONFIG", "SET", "slowlog-log-slower-than", "-5") ==
        "-ERR CONFIG SET failed (possibly related to argument 'slowlog-log-slower-than') - argument must be "
        "between -1 and 9223372036854775807 inclusive\r\n");
  CHECK(f.send("CONFIG", "SET", "proto-max-bulk-len", "10") ==
        "-ERR CONFIG SET failed (possibly related to argument 'proto-max-bulk-len') - argument must be "
        "between 1048576 and 9223372036854775807 inclusive\r\n");
  CHECK(f.send("CONFIG", "SET", "latency-tracking-info-percentiles", "50 101") ==
        "-ERR CONFIG SET failed (possibly related to argument 'latency-tracking-info-percentiles') - "
        "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]\r\n");
  CHECK(f.send("CONFIG", "SET", "latency-tracking-info-percentiles", "abc") ==
        "-ERR CONFIG SET failed (possibly related to argument 'latency-tracking-info-percentiles') - Invalid "
        "latency-tracking-info-percentiles parameters\r\n");
  CHECK(f.send("CONFIG", "SET", "latency-tracking-info-percentiles", "50 99.9") == "+OK\r\n");
  CHECK(f.send("CONFIG", "GET", "latency-tracking-info-percentiles") ==
        "*2\r\n$33\r\nlatency-tracking-info-percentiles\r\n$7\r\n50 99.9\r\n");
  CHECK(f.send("CONFIG", "SET", "oom-score-adj-values", "1 2") ==
        "-ERR CONFIG SET failed (possibly related to argument 'oom-score-adj-values') - wrong number of "
        "arguments\r\n");
  CHECK(f.send("CONFIG", "RESETSTAT") == "+OK\r\n");
  CHECK(f.send("CONFIG", "RESETSTAT", "x") ==
        "-ERR wrong number of arguments for 'config|resetstat' command\r\n");
  CHECK(f.send("CONFIG", "REWRITE", "x") ==
        "-ERR wrong number of arguments for 'config|rewrite' command\r\n");
}

TEST_CASE("ACL: users and their rules", "[acl]") {
  EngineFixture f;
  CHECK(f.send("ACL", "WHOAMI") == "$7\r\ndefault\r\n");
  CHECK(f.send("ACL", "USERS") == "*1\r\n$7\r\ndefault\r\n");
  CHECK(f.send("ACL", "LIST") == "*1\r\n$34\r\nuser default on nopass ~* &* +@all\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "on", ">pw", "~a*", "%R~r*", "%W~w*", "&ch*", "+@read") == "+OK\r\n");
  CHECK(f.send("ACL", "GETUSER", "bob") ==
        "*12\r\n$5\r\nflags\r\n*1\r\n$2\r\non\r\n$9\r\npasswords\r\n*1\r\n$"
        "64\r\n30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4\r\n$8\r\ncommands\r\n$12\r\n-"
        "@all +@read\r\n$4\r\nkeys\r\n$15\r\n~a* %R~r* "
        "%W~w*\r\n$8\r\nchannels\r\n$4\r\n&ch*\r\n$9\r\nselectors\r\n*0\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "(~x*", "+set)", "(%R~y", "+get)") == "+OK\r\n");
  CHECK(f.send("ACL", "GETUSER", "bob") ==
        "*12\r\n$5\r\nflags\r\n*1\r\n$2\r\non\r\n$9\r\npasswords\r\n*1\r\n$"
        "64\r\n30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4\r\n$8\r\ncommands\r\n$12\r\n-"
        "@all +@read\r\n$4\r\nkeys\r\n$15\r\n~a* %R~r* "
        "%W~w*\r\n$8\r\nchannels\r\n$4\r\n&ch*\r\n$9\r\nselectors\r\n*2\r\n*6\r\n$8\r\ncommands\r\n$10\r\n-@"
        "all "
        "+set\r\n$4\r\nkeys\r\n$3\r\n~x*\r\n$8\r\nchannels\r\n$0\r\n\r\n*6\r\n$8\r\ncommands\r\n$10\r\n-@all "
        "+get\r\n$4\r\nkeys\r\n$4\r\n%R~y\r\n$8\r\nchannels\r\n$0\r\n\r\n");
  CHECK(f.send("ACL", "LIST") ==
        "*2\r\n$188\r\nuser bob on #30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4 ~a* "
        "%R~r* %W~w* resetchannels &ch* -@all +@read (~x* resetchannels -@all +set) (%R~y "
        "resetchannels -@all +get)\r\n$34\r\nuser default on nopass ~* &* +@all\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "clearselectors", "resetkeys", "resetchannels", "nopass", "-@all") ==
        "+OK\r\n");
  CHECK(f.send("ACL", "GETUSER", "bob") ==
        "*12\r\n$5\r\nflags\r\n*2\r\n$2\r\non\r\n$6\r\nnopass\r\n$9\r\npasswords\r\n*0\r\n$8\r\ncommands\r\n$"
        "5\r\n-@all\r\n$4\r\nkeys\r\n$0\r\n\r\n$8\r\nchannels\r\n$0\r\n\r\n$9\r\nselectors\r\n*0\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "allkeys", "allchannels", "allcommands") == "+OK\r\n");
  CHECK(f.send("ACL", "LIST") ==
        "*2\r\n$30\r\nuser bob on nopass ~* &* +@all\r\n$34\r\nuser default on nopass ~* &* +@all\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "nocommands", "resetpass", "off") == "+OK\r\n");
  CHECK(f.send("ACL", "LIST") ==
        "*2\r\n$24\r\nuser bob off ~* &* -@all\r\n$34\r\nuser default on nopass ~* &* +@all\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "reset") == "+OK\r\n");
  CHECK(f.send("ACL", "LIST") ==
        "*2\r\n$49\r\nuser bob off sanitize-payload resetchannels -@all\r\n$34\r\nuser default on nopass ~* "
        "&* +@all\r\n");
  CHECK(f.send("ACL", "GETUSER", "nobody") == "$-1\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "+bogus") ==
        "-ERR Error in ACL SETUSER modifier '+bogus': Unknown command or category name in ACL\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "+@bogus") ==
        "-ERR Error in ACL SETUSER modifier '+@bogus': Unknown command or category name in ACL\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "+config|bogus") ==
        "-ERR Error in ACL SETUSER modifier '+config|bogus': Unknown command or category name in ACL\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "+get|x|y") ==
        "-ERR Error in ACL SETUSER modifier '+get|x|y': Unknown command or category name in ACL\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "-get|x") ==
        "-ERR Error in ACL SETUSER modifier '-get|x': Unknown command or category name in ACL\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "bogus") ==
        "-ERR Error in ACL SETUSER modifier 'bogus': Syntax error\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "<pw") ==
        "-ERR Error in ACL SETUSER modifier '<pw': The password you are trying to remove from the user does "
        "not exist\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "#abc") ==
        "-ERR Error in ACL SETUSER modifier '#abc': The password hash must be exactly 64 characters and "
        "contain only lowercase hexadecimal characters\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "!abc") ==
        "-ERR Error in ACL SETUSER modifier '!abc': The password hash must be exactly 64 characters and "
        "contain only lowercase hexadecimal characters\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob",
               "#9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08") == "+OK\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob",
               "!9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08") == "+OK\r\n");
  CHECK(
      f.send("ACL", "SETUSER", "bob", "!9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08") ==
      "-ERR Error in ACL SETUSER modifier "
      "'!9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08': The password you are trying to "
      "remove from the user does not exist\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "%X~a") ==
        "-ERR Error in ACL SETUSER modifier '%X~a': Syntax error\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "%R") == "+OK\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "%~a") ==
        "-ERR Error in ACL SETUSER modifier '%~a': Syntax error\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "~*") == "+OK\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "~a") ==
        "-ERR Error in ACL SETUSER modifier '~a': Adding a pattern after the * pattern (or the 'allkeys' "
        "flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of "
        "patterns\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "&*") == "+OK\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "&a") ==
        "-ERR Error in ACL SETUSER modifier '&a': Adding a pattern after the * pattern (or the 'allchannels' "
        "flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of "
        "channels\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "(+get") ==
        "-ERR Unmatched parenthesis in acl selector starting at '(+get'.\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "(bogus)") ==
        "-ERR Error in ACL SETUSER modifier '(bogus)': Syntax error\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "~a b") ==
        "-ERR Error in ACL SETUSER modifier '~a b': Adding a pattern after the * pattern (or the 'allkeys' "
        "flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of "
        "patterns\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "sanitize-payload") == "+OK\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "skip-sanitize-payload") == "+OK\r\n");
  CHECK(f.send("ACL", "GETUSER", "bob") ==
        "*12\r\n$5\r\nflags\r\n*2\r\n$3\r\noff\r\n$21\r\nskip-sanitize-payload\r\n$9\r\npasswords\r\n*0\r\n$"
        "8\r\ncommands\r\n$5\r\n-@all\r\n$4\r\nkeys\r\n$2\r\n~*\r\n$8\r\nchannels\r\n$2\r\n&*\r\n$"
        "9\r\nselectors\r\n*0\r\n");
  CHECK(f.send("ACL", "SETUSER", "a b", "on") ==
        "-ERR Usernames can't contain spaces or null characters\r\n");
  CHECK(f.send("ACL", "DELUSER", "bob", "nobody") == ":1\r\n");
  CHECK(f.send("ACL", "DELUSER", "default") == "-ERR The 'default' user cannot be removed\r\n");
  CHECK(f.send("ACL", "DELUSER") == "-ERR wrong number of arguments for 'acl|deluser' command\r\n");
  CHECK(f.send("ACL", "SETUSER") == "-ERR wrong number of arguments for 'acl|setuser' command\r\n");
  CHECK(f.send("ACL", "BOGUS") == "-ERR unknown subcommand 'BOGUS'. Try ACL HELP.\r\n");
}

TEST_CASE("ACL: CAT, GENPASS, DRYRUN, LOG", "[acl]") {
  EngineFixture f;
  CHECK(f.send("ACL", "CAT", "bogus") == "-ERR Unknown category 'bogus'\r\n");
  CHECK(f.send("ACL", "CAT", "a", "b") ==
        "-ERR unknown subcommand or wrong number of arguments for 'CAT'. Try ACL HELP.\r\n");
  CHECK(f.send("ACL", "GENPASS", "0") ==
        "-ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up "
        "to 4096\r\n");
  CHECK(f.send("ACL", "GENPASS", "4097") ==
        "-ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up "
        "to 4096\r\n");
  CHECK(f.send("ACL", "GENPASS", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("ACL", "GENPASS", "1", "2") ==
        "-ERR unknown subcommand or wrong number of arguments for 'GENPASS'. Try ACL HELP.\r\n");
  CHECK(f.send("ACL", "SETUSER", "bob", "on", "nopass", "~a*", "%R~r*", "&ch", "+get", "+set", "+publish",
               "+config|get") == "+OK\r\n");
  CHECK(f.send("ACL", "DRYRUN", "bob", "get", "a1") == "+OK\r\n");
  CHECK(f.send("ACL", "DRYRUN", "bob", "get", "b1") ==
        "$51\r\nThis user has no permissions to access the 'b1' key\r\n");
  CHECK(f.send("ACL", "DRYRUN", "bob", "get", "r1") == "+OK\r\n");
  CHECK(f.send("ACL", "DRYRUN", "bob", "set", "r1", "v") ==
        "$51\r\nThis user has no permissions to access the 'r1' key\r\n");
  CHECK(f.send("ACL", "DRYRUN", "bob", "del", "a") ==
        "$53\r\nThis user has no permissions to run the 'del' command\r\n");
  CHECK(f.send("ACL", "DRYRUN", "bob", "publish", "ch", "x") == "+OK\r\n");
  CHECK(f.send("ACL", "DRYRUN", "bob", "publish", "other", "x") ==
        "$58\r\nThis user has no permissions to access the 'other' channel\r\n");
  CHECK(f.send("ACL", "DRYRUN", "bob", "config", "get") ==
        "-ERR wrong number of arguments for 'config|get' command\r\n");
  CHECK(f.send("ACL", "DRYRUN", "bob", "config", "get", "x") == "+OK\r\n");
  CHECK(f.send("ACL", "DRYRUN", "bob", "config", "set", "x", "y") ==
        "$60\r\nThis user has no permissions to run the 'config|set' command\r\n");
  CHECK(f.send("ACL", "DRYRUN", "bob", "get") == "-ERR wrong number of arguments for 'get' command\r\n");
  CHECK(f.send("ACL", "DRYRUN", "bob", "bogus") == "-ERR Command 'bogus' not found\r\n");
  CHECK(f.send("ACL", "DRYRUN", "nobody", "get", "a") == "-ERR User 'nobody' not found\r\n");
  CHECK(f.send("ACL", "DRYRUN", "bob") == "-ERR wrong number of arguments for 'acl|dryrun' command\r\n");
  CHECK(f.send("ACL", "LOG") == "*0\r\n");
  CHECK(f.send("ACL", "LOG", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("ACL", "LOG", "-1") == "*0\r\n");
  CHECK(f.send("ACL", "LOG", "RESET") == "+OK\r\n");
  CHECK(f.send("ACL", "LOG", "0") == "*0\r\n");
  CHECK(f.send("ACL", "LOAD") ==
        "-ERR This Redis instance is not configured to use an ACL file. You may want to specify users via "
        "the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration "
        "file set) in order to store users in the Redis configuration.\r\n");
  CHECK(f.send("ACL", "SAVE") ==
        "-ERR This Redis instance is not configured to use an ACL file. You may want to specify users via "
        "the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration "
        "file set) in order to store users in the Redis configuration.\r\n");
  auto& b = f.engine.connect();
  CHECK(f.send_as(b, "AUTH", "bob", "x") == "+OK\r\n");
  CHECK(f.send_as(b, "GET", "a1") == "$-1\r\n");
  CHECK(f.send_as(b, "GET", "b1") ==
        "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n");
  CHECK(f.send_as(b, "DEL", "a1") == "-NOPERM this user has no permissions to run the 'del' command\r\n");
  CHECK(f.send_as(b, "SET", "r1", "v") ==
        "-NOPERM this user has no permissions to access one of the keys used as arguments\r\n");
  CHECK(f.send_as(b, "PUBLISH", "other", "x") ==
        "-NOPERM this user has no permissions to access one of the channels used as arguments\r\n");
  CHECK(f.send_as(b, "SUBSCRIBE", "other") ==
        "-NOPERM this user has no permissions to run the 'subscribe' command\r\n");
  CHECK(f.send_as(b, "PSUBSCRIBE", "ch*") ==
        "-NOPERM this user has no permissions to run the 'psubscribe' command\r\n");
  CHECK(f.send_as(b, "CONFIG", "SET", "x", "y") ==
        "-NOPERM this user has no permissions to run the 'config|set' command\r\n");
  CHECK(f.send_as(b, "ACL", "WHOAMI") ==
        "-NOPERM this user has no permissions to run the 'acl|whoami' command\r\n");
  CHECK(f.send_as(b, "MULTI") == "-NOPERM this user has no permissions to run the 'multi' command\r\n");
  CHECK(f.send_as(b, "DEL", "a1") == "-NOPERM this user has no permissions to run the 'del' command\r\n");
  CHECK(f.send_as(b, "EXEC") ==
        "-EXECABORT Transaction discarded because of: NOPERM this user has no permissions to run the 'exec' "
        "command\r\n");
  CHECK(f.send_as(b, "EVAL", "return 1", "0") ==
        "-NOPERM this user has no permissions to run the 'eval' command\r\n");
  CHECK(f.send("AUTH") == "-ERR wrong number of arguments for 'auth' command\r\n");
  CHECK(f.send("AUTH", "x") ==
        "-ERR AUTH <password> called without any password configured for the default user. Are you sure your "
        "configuration is correct?\r\n");
  CHECK(f.send("AUTH", "nobody", "x") ==
        "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
  CHECK(f.send("AUTH", "default", "x", "y") == "-ERR syntax error\r\n");
  CHECK(f.send("AUTH", "default", "x") == "+OK\r\n");
  CHECK(f.send("ACL", "DELUSER", "bob") == ":1\r\n");
}

TEST_CASE("MEMORY, SLOWLOG and LATENCY: words and numbers", "[server]") {
  EngineFixture f;
  CHECK(f.send("MEMORY", "USAGE", "missing") == "$-1\r\n");
  CHECK(f.send("SET", "k", "v") == "+OK\r\n");
  CHECK(f.send("MEMORY", "USAGE", "k") == ":64\r\n");
  CHECK(f.send("MEMORY", "USAGE", "k", "SAMPLES", "0") == ":64\r\n");
  CHECK(f.send("MEMORY", "USAGE", "k", "SAMPLES", "-1") == "-ERR syntax error\r\n");
  CHECK(f.send("MEMORY", "USAGE", "k", "SAMPLES", "abc") ==
        "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("MEMORY", "USAGE", "k", "BOGUS", "1") == "-ERR syntax error\r\n");
  CHECK(f.send("MEMORY", "USAGE", "k", "SAMPLES") == "-ERR syntax error\r\n");
  CHECK(f.send("MEMORY", "DOCTOR") ==
        "$268\r\nHi Sam, this instance is empty or is using very little memory, my issues detector can't be "
        "used in these conditions. Please, leave for your mission on Earth and fill it with some data. The "
        "new Sam and I will be back to our programming as soon as I finished rebooting.\n\r\n");
  CHECK(f.send("MEMORY", "PURGE") == "+OK\r\n");
  CHECK(f.send("SLOWLOG", "LEN") == ":0\r\n");
  CHECK(f.send("SLOWLOG", "GET") == "*0\r\n");
  CHECK(f.send("SLOWLOG", "GET", "abc") == "-ERR count should be greater than or equal to -1\r\n");
  CHECK(f.send("SLOWLOG", "GET", "-2") == "-ERR count should be greater than or equal to -1\r\n");
  CHECK(f.send("SLOWLOG", "GET", "-1") == "*0\r\n");
  CHECK(f.send("SLOWLOG", "GET", "1", "2") ==
        "-ERR unknown subcommand or wrong number of arguments for 'GET'. Try SLOWLOG HELP.\r\n");
  CHECK(f.send("SLOWLOG", "RESET") == "+OK\r\n");
  CHECK(f.send("SLOWLOG", "BOGUS") == "-ERR unknown subcommand 'BOGUS'. Try SLOWLOG HELP.\r\n");
  CHECK(f.send("LATENCY", "LATEST") == "*0\r\n");
  CHECK(f.send("LATENCY", "HISTORY", "command") == "*0\r\n");
  CHECK(f.send("LATENCY", "HISTORY") == "-ERR wrong number of arguments for 'latency|history' command\r\n");
  CHECK(f.send("LATENCY", "RESET") == ":0\r\n");
  CHECK(f.send("LATENCY", "RESET", "command") == ":0\r\n");
  CHECK(f.send("LATENCY", "GRAPH", "command") == "-ERR No samples available for event 'command'\r\n");
  CHECK(f.send("LATENCY", "HISTOGRAM", "bogus") == "*0\r\n");
  CHECK(f.send("LATENCY", "BOGUS") == "-ERR unknown subcommand 'BOGUS'. Try LATENCY HELP.\r\n");
  CHECK(f.send("LOLWUT", "VERSION", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("LOLWUT", "VERSION", "1") == "$18\r\nRedis ver. 7.0.15\n\r\n");
}

TEST_CASE("REPLICAOF, FAILOVER and CLUSTER: on a server of its own", "[server]") {
  EngineFixture f;
  CHECK(f.send("REPLICAOF", "NO", "ONE") == "+OK\r\n");
  CHECK(f.send("REPLICAOF", "NO") == "-ERR wrong number of arguments for 'replicaof' command\r\n");
  CHECK(f.send("REPLICAOF", "host", "abc") == "-ERR Invalid master port\r\n");
  CHECK(f.send("REPLICAOF", "host", "99999") == "-ERR Invalid master port\r\n");
  CHECK(f.send("SLAVEOF", "NO", "ONE") == "+OK\r\n");
  CHECK(f.send("ROLE") == "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n");
  CHECK(f.send("FAILOVER") == "-ERR FAILOVER requires connected replicas.\r\n");
  CHECK(f.send("FAILOVER", "ABORT") == "-ERR No failover in progress.\r\n");
  CHECK(f.send("FAILOVER", "TO", "h") == "-ERR syntax error\r\n");
  CHECK(f.send("FAILOVER", "TO", "h", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("FAILOVER", "TIMEOUT", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("FAILOVER", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("CLUSTER", "INFO") == "-ERR This instance has cluster support disabled\r\n");
  CHECK(f.send("CLUSTER", "SLOTS") == "-ERR This instance has cluster support disabled\r\n");
  CHECK(f.send("CLUSTER", "BOGUS") == "-ERR unknown subcommand 'BOGUS'. Try CLUSTER HELP.\r\n");
  CHECK(f.send("READONLY") == "-ERR This instance has cluster support disabled\r\n");
  CHECK(f.send("READWRITE") == "-ERR This instance has cluster support disabled\r\n");
  CHECK(f.send("ASKING") == "-ERR This instance has cluster support disabled\r\n");
  CHECK(f.send("REPLCONF", "BOGUS", "x") == "-ERR Unrecognized REPLCONF option: BOGUS\r\n");
  CHECK(f.send("REPLCONF", "a") == "-ERR syntax error\r\n");
  CHECK(f.send("MODULE", "LIST") == "*0\r\n");
  CHECK(f.send("MODULE", "LOAD", "/x") ==
        "-ERR MODULE command not allowed. If the enable-module-command option is set to \"local\", you can "
        "run it from a local connection, otherwise you need to set this option in the configuration file, "
        "and then restart the server.\r\n");
  CHECK(f.send("MODULE", "UNLOAD", "x") ==
        "-ERR MODULE command not allowed. If the enable-module-command option is set to \"local\", you can "
        "run it from a local connection, otherwise you need to set this option in the configuration file, "
        "and then restart the server.\r\n");
  CHECK(f.send("MODULE", "BOGUS") == "-ERR unknown subcommand 'BOGUS'. Try MODULE HELP.\r\n");
  CHECK(f.send("SHUTDOWN", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("SHUTDOWN", "SAVE", "NOSAVE") == "-ERR syntax error\r\n");
  CHECK(f.send("SHUTDOWN", "ABORT") == "-ERR No shutdown in progress.\r\n");
  CHECK(f.send("SHUTDOWN", "ABORT", "NOW") == "-ERR syntax error\r\n");
  CHECK(f.send("BGSAVE", "BOGUS") == "-ERR syntax error\r\n");
  CHECK(f.send("BGSAVE", "SCHEDULE", "x") == "-ERR syntax error\r\n");
  CHECK(f.send("LASTSAVE", "x") == "-ERR wrong number of arguments for 'lastsave' command\r\n");
}

TEST_CASE("DEBUG: words and refusals", "[debug]") {
  EngineFixture f(EngineFixture::Settings{{"enable-debug-command", "yes"}});
  CHECK(f.send("DEBUG") == "-ERR wrong number of arguments for 'debug' command\r\n");
  CHECK(f.send("DEBUG", "BOGUS") ==
        "-ERR unknown subcommand or wrong number of arguments for 'BOGUS'. Try DEBUG HELP.\r\n");
  CHECK(f.send("DEBUG", "SLEEP", "abc") == "+OK\r\n");
  CHECK(f.send("DEBUG", "OBJECT", "missing") == "-ERR no such key\r\n");
  CHECK(f.send("DEBUG", "OBJECT") ==
        "-ERR unknown subcommand or wrong number of arguments for 'OBJECT'. Try DEBUG HELP.\r\n");
  CHECK(f.send("DEBUG", "JMAP") ==
        "-ERR unknown subcommand or wrong number of arguments for 'JMAP'. Try DEBUG HELP.\r\n");
  CHECK(f.send("DEBUG", "SET-ACTIVE-EXPIRE") ==
        "-ERR unknown subcommand or wrong number of arguments for 'SET-ACTIVE-EXPIRE'. Try DEBUG HELP.\r\n");
  CHECK(f.send("DEBUG", "SET-ACTIVE-EXPIRE", "1") == "+OK\r\n");
  CHECK(f.send("DEBUG", "QUICKLIST-PACKED-THRESHOLD", "100b") == "+OK\r\n");
  CHECK(f.send("DEBUG", "QUICKLIST-PACKED-THRESHOLD", "abc") ==
        "-ERR argument must be a memory value bigger than 1 and smaller than 4gb\r\n");
  CHECK(f.send("DEBUG", "QUICKLIST-PACKED-THRESHOLD", "0") == "+OK\r\n");
  CHECK(f.send("DEBUG", "DIGEST") == "+0000000000000000000000000000000000000000\r\n");
  CHECK(f.send("SET", "k", "v") == "+OK\r\n");
  CHECK(f.send("DEBUG", "DIGEST") == "+264ccf65edec66bccfa7cc659414ccca432057d2\r\n");
  CHECK(f.send("DEBUG", "DIGEST-VALUE", "k", "missing") ==
        "*2\r\n+d79ee9fe5d5ad902d7f6620efc3b07b75ddd742f\r\n+0000000000000000000000000000000000000000\r\n");
  CHECK(f.send("RPUSH", "l", "1", "a") == ":2\r\n");
  CHECK(f.send("DEBUG", "DIGEST-VALUE", "l") == "*1\r\n+6338765fcf6f6d64c48e88d07505a3e7233fe561\r\n");
  CHECK(f.send("DEBUG", "ZIPLIST", "missing") ==
        "-ERR unknown subcommand or wrong number of arguments for 'ZIPLIST'. Try DEBUG HELP.\r\n");
  CHECK(f.send("DEBUG", "HTSTATS", "abc") == "-ERR value is not an integer or out of range\r\n");
  CHECK(f.send("DEBUG", "HTSTATS", "99") == "-ERR Out of range database\r\n");
  CHECK(f.send("DEBUG", "HTSTATS-KEY", "missing") == "-ERR no such key\r\n");
  CHECK(f.send("DEBUG", "HTSTATS-KEY", "k") ==
        "-ERR The value stored at the specified key is not represented using an hash table\r\n");
  CHECK(f.send("DEBUG", "STRINGMATCH-LEN", "5", "aaaaa") ==
        "-ERR unknown subcommand or wrong number of arguments for 'STRINGMATCH-LEN'. Try DEBUG HELP.\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "string") == "$11\r\nHello World\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "integer") == ":12345\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "double") == "$5\r\n3.141\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "null") == "$-1\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "array") == "*3\r\n:0\r\n:1\r\n:2\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "set") == "*3\r\n:0\r\n:1\r\n:2\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "map") == "*6\r\n:0\r\n:0\r\n:1\r\n:1\r\n:2\r\n:0\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "attrib") == "$39\r\nSome real reply following the attribute\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "push") == "-ERR RESP2 is not supported by this command\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "verbatim") == "$25\r\nThis is a verbatim\nstring\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "true") == ":1\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "false") == ":0\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "bignum") == "$37\r\n1234567999999999999999999999999999999\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "bogus") ==
        "-ERR Wrong protocol type name. Please use one of the following: "
        "string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL") ==
        "-ERR unknown subcommand or wrong number of arguments for 'PROTOCOL'. Try DEBUG HELP.\r\n");
  CHECK(f.send("DEBUG", "POPULATE", "abc") == "-ERR value is out of range, must be positive\r\n");
  CHECK(f.send("DEBUG", "POPULATE", "2", "p", "10") == "+OK\r\n");
  CHECK(f.send("GET", "p:0") == "$10\r\nvalue:0\x00\x00\x00\r\n"sv);
  CHECK(f.send("STRLEN", "p:1") == ":10\r\n");
  CHECK(f.send("DEBUG", "POPULATE", "1", "q", "0") == "+OK\r\n");
  CHECK(f.send("STRLEN", "q:0") == ":7\r\n");
  CHECK(f.send("DEBUG", "POPULATE", "1") == "+OK\r\n");
  CHECK(f.send("GET", "key:0") == "$7\r\nvalue:0\r\n");
  CHECK(f.send("DEBUG", "ERROR", "MY error") == "-MY error\r\n");
  CHECK(f.send("DEBUG", "LOG", "x") == "+OK\r\n");
  CHECK(f.send("DEBUG", "CHANGE-REPL-ID") == "+OK\r\n");
  CHECK(f.send("DEBUG", "STRUCTSIZE", "x") ==
        "-ERR unknown subcommand or wrong number of arguments for 'STRUCTSIZE'. Try DEBUG HELP.\r\n");
  CHECK(
      f.send("DEBUG", "SDSLEN", "k") ==
      "+key_sds_len:1, key_sds_avail:0, key_zmalloc: 8, val_sds_len:1, val_sds_avail:0, val_zmalloc: 16\r\n");
  CHECK(f.send("DEBUG", "SDSLEN", "missing") == "-ERR no such key\r\n");
  CHECK(f.send("DEBUG", "SDSLEN", "l") == "-ERR Not an sds encoded string.\r\n");
  f.send("HELLO", "3");
  CHECK(f.send("DEBUG", "PROTOCOL", "double") == ",3.141\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "null") == "_\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "set") == "~3\r\n:0\r\n:1\r\n:2\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "map") == "%3\r\n:0\r\n#f\r\n:1\r\n#t\r\n:2\r\n#f\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "attrib") ==
        "|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n$39\r\nSome real reply following the "
        "attribute\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "push") ==
        ">2\r\n$16\r\nserver-cpu-usage\r\n:42\r\n$40\r\nSome real reply following the push reply\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "verbatim") == "=29\r\ntxt:This is a verbatim\nstring\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "true") == "#t\r\n");
  CHECK(f.send("DEBUG", "PROTOCOL", "bignum") == "(1234567999999999999999999999999999999\r\n");
}
