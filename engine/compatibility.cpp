#include "engine/compatibility.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "engine/command_table.h"
#include "engine/config.h"
#include "engine/syntax.h"

namespace redouble {
namespace {

// The 240 commands of redis-server 7.0.15.
constexpr std::string_view kRedisCommands =
    "ACL APPEND ASKING AUTH BGREWRITEAOF BGSAVE BITCOUNT BITFIELD BITFIELD_RO BITOP BITPOS BLMOVE "
    "BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN CLIENT CLUSTER COMMAND CONFIG COPY "
    "DBSIZE DEBUG DECR DECRBY DEL DISCARD DUMP ECHO EVAL EVAL_RO EVALSHA EVALSHA_RO EXEC EXISTS "
    "EXPIRE EXPIREAT EXPIRETIME FAILOVER FCALL FCALL_RO FLUSHALL FLUSHDB FUNCTION GEOADD GEODIST "
    "GEOHASH GEOPOS GEORADIUS GEORADIUS_RO GEORADIUSBYMEMBER GEORADIUSBYMEMBER_RO GEOSEARCH "
    "GEOSEARCHSTORE GET GETBIT GETDEL GETEX GETRANGE GETSET HDEL HELLO HEXISTS HGET HGETALL "
    "HINCRBY HINCRBYFLOAT HKEYS HLEN HMGET HMSET HRANDFIELD HSCAN HSET HSETNX HSTRLEN HVALS INCR "
    "INCRBY INCRBYFLOAT INFO KEYS LASTSAVE LATENCY LCS LINDEX LINSERT LLEN LMOVE LMPOP LOLWUT "
    "LPOP LPOS LPUSH LPUSHX LRANGE LREM LSET LTRIM MEMORY MGET MIGRATE MODULE MONITOR MOVE MSET "
    "MSETNX MULTI OBJECT PERSIST PEXPIRE PEXPIREAT PEXPIRETIME PFADD PFCOUNT PFDEBUG PFMERGE "
    "PFSELFTEST PING PSETEX PSUBSCRIBE PSYNC PTTL PUBLISH PUBSUB PUNSUBSCRIBE QUIT RANDOMKEY "
    "READONLY READWRITE RENAME RENAMENX REPLCONF REPLICAOF RESET RESTORE RESTORE-ASKING ROLE RPOP "
    "RPOPLPUSH RPUSH RPUSHX SADD SAVE SCAN SCARD SCRIPT SDIFF SDIFFSTORE SELECT SET SETBIT SETEX "
    "SETNX SETRANGE SHUTDOWN SINTER SINTERCARD SINTERSTORE SISMEMBER SLAVEOF SLOWLOG SMEMBERS "
    "SMISMEMBER SMOVE SORT SORT_RO SPOP SPUBLISH SRANDMEMBER SREM SSCAN SSUBSCRIBE STRLEN "
    "SUBSCRIBE SUBSTR SUNION SUNIONSTORE SUNSUBSCRIBE SWAPDB SYNC TIME TOUCH TTL TYPE UNLINK "
    "UNSUBSCRIBE UNWATCH WAIT WATCH XACK XADD XAUTOCLAIM XCLAIM XDEL XGROUP XINFO XLEN XPENDING "
    "XRANGE XREAD XREADGROUP XREVRANGE XSETID XTRIM ZADD ZCARD ZCOUNT ZDIFF ZDIFFSTORE ZINCRBY "
    "ZINTER ZINTERCARD ZINTERSTORE ZLEXCOUNT ZMPOP ZMSCORE ZPOPMAX ZPOPMIN ZRANDMEMBER ZRANGE "
    "ZRANGEBYLEX ZRANGEBYSCORE ZRANGESTORE ZRANK ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK "
    "ZREMRANGEBYSCORE ZREVRANGE ZREVRANGEBYLEX ZREVRANGEBYSCORE ZREVRANK ZSCAN ZSCORE ZUNION "
    "ZUNIONSTORE ";

// What is true today, a line each. Change it with the behaviour it tells of.
constexpr std::string_view kDifferences[] = {
    "A key is gone at its deadline, to the millisecond, with its `expired` event; redis-server keeps it "
    "for up to one millisecond longer and sends the event when it comes across the key.",
    "`COMMAND GETKEYS` bounds a count of keys by the arguments that are there; redis-server allocates "
    "memory for as many as the count says.",
    "`SRANDMEMBER`, `HRANDFIELD` and `ZRANDMEMBER` with a negative count whose reply would be larger than "
    "512 MiB, reckoned from what a member takes in the mean (some 16 million draws of short members), are "
    "refused with `ERR value is out of range`; redis-server runs out of memory.",
    "`COMMAND GETKEYS` answers an error to `MIGRATE` with nothing behind `KEYS`, and an empty array to a "
    "number of keys past 32 bits; redis-server answers an empty key, and with what 32 bits leave of the "
    "number.",
    "`databases` may be up to a million; redis-server takes more and ends without memory for them.",
    "`DEBUG` subcommands that crash the server, or work on parts that are not there, are refused with an "
    "error.",
    "`DEBUG OBJECT` shows a made-up address.",
    "`COMMAND DOCS` leaves out complexity and history; summaries, key notes and help texts are our own.",
    "`LOLWUT VERSION 5` and `6`, `LATENCY DOCTOR`, `LATENCY GRAPH` and `MEMORY DOCTOR` have pictures and "
    "words of our own.",
    "`INFO` has three fields more: `redouble_version`, and what redouble has allocated itself, "
    "`redouble_own_memory` with its `_human`. The memory in use (`INFO`, `MEMORY STATS`, `MEMORY DOCTOR`) "
    "is reckoned by a model of redis-server's, the same on every machine; `used_memory_rss` and what "
    "follows from it are the process's. A sorted set's towers are drawn otherwise, so that `MEMORY USAGE` "
    "of one with few members may differ by some bytes, and of a table it weighs other members than "
    "redis-server happens to.",
    "`REPLICAOF` with a host is refused, and so is `FAILOVER`: a server can be followed and follows "
    "nobody. A snapshot is sent to a replica at once, whatever `repl-diskless-sync-delay` says; a replica "
    "that does not acknowledge is kept; `INFO` knows no second replication id.",
    "Under `maxmemory` the victim is exact, not sampled: the least recently or least frequently used key "
    "of the whole server, or the nearest deadline, equals by a documented rule (ARCHITECTURE.md). "
    "`redouble-eviction sampled` chooses as redis-server does; `maxmemory-samples` and "
    "`maxmemory-eviction-tenacity` matter only then, and room is made at once otherwise, by `CONFIG SET` "
    "before it answers.",
    "A change of the policy between LRU and LFU keeps what is known of each key's last use; redis-server "
    "reads its old age field as one of the new kind.",
    "`maxmemory-clients` ends the largest client first; redis-server any one of the largest class, by "
    "powers of two.",
    "Values are freed in slices whatever `lazyfree-lazy-eviction` and its like say; "
    "`lazyfree-lazy-eviction` and `lazyfree-lazy-expire` choose only whether replicas are told `DEL` or "
    "`UNLINK`.",
    "`REDOUBLE` is a command of our own, which no list shows; see README.md.",
    "While a test has frozen the clock, `DEBUG SLEEP` moves it instead of sleeping, and commands take no "
    "time.",
    "`MODULE LOAD` and `LOADEX` always fail: there is no module API.",
    "An ACL change that ends the client which made it gives it its reply first; redis-server can crash. A "
    "client that waits in `BLPOP` or its like when its rights are taken away gets an error in place of an "
    "element.",
    "`ACL LIST` and `ACL GETUSER` list single commands in the order of the command table; redis-server's "
    "order changes with each start.",
    "`SORT` that finds a number out of range fails alone; in redis-server the next ones may fail too. "
    "`SORT ALPHA` compares bytes, whatever the locale.",
    "`RESTORE` and RDB files are always checked in depth, whatever `sanitize-dump-payload` says. Payloads "
    "that redis-server takes and that would mislead commands later (a sorted set out of order, a stream "
    "whose length is not the number of its entries) are refused with `ERR Bad data format`.",
    "An RDB file that is cut off or corrupt is refused whole, with the byte and the key in the log; the "
    "server then does not start, and `DEBUG RELOAD` leaves the data as they were, where redis-server "
    "ends.",
    "A save is over when its command is: `BGSAVE` runs in the foreground, and never finds another one "
    "running.",
    "Save points that equal the defaults of redis-server save nothing, neither by themselves nor at "
    "`SHUTDOWN`: a server that was not asked to leaves no file behind. A server inside a test program "
    "without a `dir` keeps what `SAVE` writes in memory.",
    "There is no append-only file: `appendonly` has no effect, `BGREWRITEAOF` only answers, `DEBUG "
    "LOADAOF` loads what is there.",
    "`MIGRATE` checks its arguments and keys as redis-server does and then never reaches the target: "
    "`IOERR error or timeout connecting to the client`.",
    "Where one `SWAPDB` brings several keys that clients wait for, these are served by the keys' names; "
    "redis-server goes by its hash table.",
    "Each key has an age of its own (`OBJECT IDLETIME`, `FREQ`); in redis-server all that hold the same "
    "number below 10,000 share one, as long as no LRU or LFU policy is set.",
    "Timeouts of commands that wait pass to the millisecond; redis-server looks at them ten times a "
    "second when it is idle. What such a client sends meanwhile is read 16 MB ahead, not a gigabyte.",
    "A client that has not authenticated may send 17 KB in one request, leave 2 KB of replies unread before "
    "it is not read from any more, and costs 32 KB at most (over TLS some 50 KB, most of them OpenSSL's); in "
    "redis-server it may send ten arguments of "
    "16 KB. Bytes that trickle in (less than 16 KB) do not keep a client from its `timeout`. A client that "
    "does not read its replies is not read from past 16 MB of them, and MONITOR and tracking without a limit "
    "of the normal class end at that of `pubsub`; in redis-server neither has a limit.",
    "A TLS handshake that takes longer than `redouble-tls-handshake-ms` (10,000) ends, whatever `timeout` "
    "says; in redis-server it may take for ever.",
    "Without file descriptors new clients are told so (`ERR max number of clients reached: no file "
    "descriptor is free`); redis-server lets them wait. Without memory a command is answered `OOM The "
    "server is out of memory: the command was not done, or not to its end`, or its connection is closed; "
    "redis-server ends.",
    "A TLS hello to the plain port and plain requests to the TLS port are answered with an error and the "
    "end of the connection, and logged; redis-server waits for ever in the first case. `tls-cluster` and "
    "`tls-replication` ask for certificates and do nothing else.",
    "`CLIENT TRACKING` with prefixes that overlap is refused; redis-server 7.0.15 misses some pairs after "
    "the first prefix: it sends the error, then `+OK`, and tracks.",
    "`CLIENT TRACKING` names no key to a user who may not read it; redis-server does in broadcasts, past "
    "`REDIRECT`, and when rights are taken away.",
    "A script may use 1 GiB of memory and make strings of up to 512 MiB; past that it ends with `ERR not "
    "enough memory`, whatever it catches. Patterns that need more than 200 steps of depth are refused "
    "with `pattern too complex`, and every pattern can be interrupted by `SCRIPT KILL`; in redis-server "
    "they overrun the stack or hold the server.",
    "The handler of `xpcall` runs when the failed function's stack is gone, so that a script which loops "
    "in it can be killed; `error({})`, which crashes redis-server, is answered `ERR unknown error`; a "
    "table that holds itself more than once is answered `ERR reached lua stack limit` as a whole.",
    "`pairs` and `next` go through string keys of 32 bytes and more in the order of stock Lua 5.1, whose "
    "hash skips some of their bytes; redis-server's Lua hashes all.",
    "`TIME` in a script or a transaction tells when that began; in redis-server it goes on.",
    "`SCRIPT DEBUG YES` and `SYNC` are refused: there is no debugger.",
    "`SHUTDOWN`, and the end of the embedded server, stop a script that runs past `busy-reply-threshold`.",
};

std::string code(std::string_view text) {
  // A bar would end the table's cell.
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return "`" + escaped + "`";
}

std::string shown_name(const Command& command) {
  std::string name(command.name);
  std::replace(name.begin(), name.end(), '|', ' ');
  return name;
}

void add_commands(std::string& page, const CommandTable& table) {
  std::vector<const Command*> rows;
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table[i].run != nullptr) rows.push_back(&table[i]);
  std::sort(rows.begin(), rows.end(), [](const Command* a, const Command* b) { return a->name < b->name; });
  page += "## Commands\n\n";
  page += "With every argument shown, on RESP2 and RESP3.\n\n";
  page += "| command | arguments | there since Redis | |\n| --- | --- | --- | --- |\n";
  for (const Command* command : rows) {
    const auto arguments = parse_syntax(command->syntax);
    const std::string usage = arguments && !arguments->empty() ? code(usage_of(*arguments)) : "";
    fmt::format_to(std::back_inserter(page), "| {} | {} | {} | {} |\n", code(shown_name(*command)), usage,
                   command->since, command->summary);
  }
}

void add_missing_commands(std::string& page, const CommandTable& table) {
  page += "\n## Commands that are not there yet\n\n";
  page += "They are answered as unknown commands.\n\n";
  std::string names;
  std::string_view left = kRedisCommands;
  while (!left.empty()) {
    const std::size_t space = std::min(left.find(' '), left.size());
    const std::string_view name = left.substr(0, space);
    left.remove_prefix(std::min(space + 1, left.size()));
    if (name.empty() || table.find(name) != nullptr) continue;
    names += names.empty() ? "" : ", ";
    names += code(name);
  }
  page += (names.empty() ? "None." : names + ".") + "\n";
}

void add_settings(std::string& page) {
  page += "\n## Settings without effect\n\n";
  page +=
      "Every parameter of redis-server 7.0.15 is known, checked, kept, reported by CONFIG GET and written by "
      "CONFIG "
      "REWRITE. These do nothing here, because what they tune is not there:\n\n";
  std::string names;
  for (const SettingRow& row : setting_rows()) {
    if (row.effect != Effect::none || row.has(kHidden)) continue;
    names += names.empty() ? "" : ", ";
    names += code(row.name);
  }
  page += names + ".\n";
}

}  // namespace

std::string compatibility_markdown(const CommandTable& commands) {
  std::string page =
      "# Compatibility\n\n"
      "What redouble has of redis-server 7.0.15. This page is generated from the tables of commands and "
      "settings:\n"
      "`scripts/compatibility > COMPATIBILITY.md`.\n\n";
  add_commands(page, commands);
  add_missing_commands(page, commands);
  add_settings(page);
  page += "\n## Deliberate differences\n\n";
  for (const auto difference : kDifferences) fmt::format_to(std::back_inserter(page), "- {}\n", difference);
  return page;
}

}  // namespace redouble
