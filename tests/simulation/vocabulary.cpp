#include "tests/simulation/vocabulary.h"

namespace redouble {
namespace {

// K key, L list, H hash, S set, Z sorted set, X stream, V value, N small number, M milliseconds, T seconds, C
// channel, I client id, B bytes of maxmemory, # a space inside a word; everything else stands for itself. A
// group of lines is as likely as any other.
const std::vector<std::vector<std::string>>& groups() {
  static const std::vector<std::vector<std::string>> all = {
      {"SET %K %V", "SET %K %V PX %M", "SET %K %V EX %N GET", "GET %K", "GETDEL %K", "GETEX %K PX %M",
       "APPEND %K %V", "INCR %K", "INCRBYFLOAT %K 0.1", "SETRANGE %K %N %V", "MSET %K %V %K %V",
       "MGET %K %K %L", "SETNX %K %V", "STRLEN %K"},
      {"DEL %K %L", "UNLINK %Z", "EXPIRE %K %N", "PEXPIRE %L %M", "PERSIST %K", "TTL %K", "RENAME %K %L",
       "COPY %L %L REPLACE", "TYPE %L", "OBJECT ENCODING %H", "RANDOMKEY", "SCAN 0 COUNT 5", "DBSIZE",
       "EXISTS %K %H", "TOUCH %K %Z", "MOVE %K 1"},
      {"LPUSH %L %V", "RPUSH %L %V %V %V", "LPOP %L", "RPOP %L %N", "LRANGE %L 0 -1", "RPOPLPUSH %L %L",
       "LINSERT %L BEFORE %V %V", "LREM %L 1 %V", "LTRIM %L 0 %N", "LSET %L 0 %V", "SORT %L ALPHA"},
      {"BLPOP %L %L %T", "BRPOP %L 0", "BLMOVE %L %L LEFT RIGHT %T", "BRPOPLPUSH %L %L 0",
       "BLMPOP %T 2 %L %L LEFT COUNT 2", "BZPOPMIN %Z %T", "BZPOPMAX %Z %Z 0", "BZMPOP %T 1 %Z MIN",
       "XREAD BLOCK %M STREAMS %X $", "XREAD BLOCK 0 STREAMS %X %X $ $",
       "XREADGROUP GROUP g %V BLOCK %M STREAMS %X >", "XREADGROUP GROUP g %V BLOCK 0 STREAMS %X >"},
      {"HSET %H %V %V %V %V", "HGETALL %H", "HDEL %H %V %V", "HINCRBY %H count %N", "HRANDFIELD %H 2",
       "HSCAN %H 0"},
      {"SADD %S %N %N %V", "SREM %S %N", "SPOP %S", "SMEMBERS %S", "SINTERSTORE %S %S %S", "SUNION %S %S",
       "SRANDMEMBER %S -3", "SMOVE %S %S %N"},
      {"ZADD %Z %N %V %N %V", "ZINCRBY %Z %N %V", "ZRANGE %Z 0 -1 WITHSCORES", "ZPOPMIN %Z", "ZREM %Z %V",
       "ZUNIONSTORE %Z 2 %Z %Z", "ZRANGEBYSCORE %Z -inf %N", "ZRANDMEMBER %Z 2"},
      {"XADD %X * f %V", "XADD %X MAXLEN ~ 10 * f %V g %V", "XGROUP CREATE %X g 0 MKSTREAM",
       "XGROUP CREATE %X g $ MKSTREAM", "XACK %X g 1-1", "XPENDING %X g", "XCLAIM %X g %V 0 1-1",
       "XAUTOCLAIM %X g %V 0 0", "XLEN %X", "XTRIM %X MAXLEN %N", "XGROUP DESTROY %X g",
       "XINFO STREAM %X FULL", "XRANGE %X - +"},
      {"MULTI", "MULTI", "EXEC", "EXEC", "EXEC", "DISCARD", "WATCH %K %L", "WATCH %Z", "UNWATCH"},
      {"SUBSCRIBE %C %C", "PSUBSCRIBE *", "SSUBSCRIBE %C", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE %C",
       "PUBLISH %C %V", "PUBLISH %C %V", "SPUBLISH %C %V", "PUBSUB NUMSUB %C", "PUBSUB CHANNELS", "MONITOR"},
      {"HELLO 3", "HELLO 2", "CLIENT TRACKING ON", "CLIENT TRACKING ON BCAST PREFIX %K",
       "CLIENT TRACKING ON REDIRECT %I", "CLIENT TRACKING ON OPTIN", "CLIENT TRACKING ON NOLOOP",
       "CLIENT CACHING YES", "CLIENT TRACKING OFF", "CLIENT TRACKINGINFO"},
      {"CLIENT PAUSE %M WRITE", "CLIENT PAUSE %M", "CLIENT UNPAUSE", "CLIENT KILL ID %I",
       "CLIENT KILL TYPE pubsub SKIPME yes", "CLIENT UNBLOCK %I", "CLIENT UNBLOCK %I ERROR", "CLIENT LIST",
       "CLIENT REPLY SKIP", "CLIENT REPLY OFF", "CLIENT REPLY ON", "CLIENT SETNAME %V", "RESET", "QUIT",
       "PING", "NOSUCH %V", "GET"},
      {"EVAL return#redis.call('incr',KEYS[1]) 1 %K",
       "EVAL return#redis.call('rpush',KEYS[1],ARGV[1]) 1 %L %V",
       "EVAL return#redis.call('get',KEYS[1]) 1 %K",
       "EVAL redis.call('publish',ARGV[1],ARGV[2])#return#redis.status_reply('X') 0 %C %V",
       "EVAL return#math.random(1000) 0",
       "EVAL return#{redis.pcall('lpop',KEYS[1]),redis.call('time')[1]} 1 %L", "EVAL error('no') 0",
       "EVAL redis.call('select',1)#return#redis.call('set','k',ARGV[1]) 0 %V", "SCRIPT FLUSH",
       "FUNCTION LOAD REPLACE "
       "#!lua#name=lib%Nredis.register_function('f',function(k,a)#return#redis.call('sadd',k[1],a[1])#end)",
       "FCALL f 1 %S %V", "FUNCTION FLUSH"},
      {"CONFIG SET maxmemory %B", "CONFIG SET maxmemory 0", "CONFIG SET maxmemory-policy allkeys-lru",
       "CONFIG SET maxmemory-policy allkeys-lfu", "CONFIG SET maxmemory-policy volatile-ttl",
       "CONFIG SET maxmemory-policy allkeys-random", "CONFIG SET maxmemory-policy noeviction",
       "CONFIG SET redouble-eviction sampled", "CONFIG SET redouble-eviction exact", "CONFIG SET timeout %N",
       "CONFIG SET timeout 0", "CONFIG SET notify-keyspace-events KEA",
       "CONFIG SET list-max-listpack-size %N", "CONFIG SET hash-max-listpack-entries %N",
       "CONFIG SET maxmemory-clients 200kb", "CONFIG SET maxmemory-clients 0",
       "CONFIG SET tracking-table-max-keys %N"},
      {"INFO",
       "INFO commandstats",
       "MEMORY STATS",
       "MEMORY USAGE %L",
       "SLOWLOG GET",
       "DEBUG DIGEST",
       "DEBUG RELOAD",
       "SELECT 1",
       "SELECT 0",
       "SWAPDB 0 1",
       "DUMP %L",
       "SYNC",
       "WAIT 1 %M",
       "FLUSHDB",
       "FLUSHALL",
       "DEBUG SET-ACTIVE-EXPIRE 0",
       "DEBUG SET-ACTIVE-EXPIRE 1",
       "DEBUG SLEEP 0.01",
       "BGSAVE",
       "ACL SETUSER u on nopass ~k* &* +@all",
       "AUTH u p",
       "ACL DELUSER u"},
  };
  return all;
}

std::string filling(char hole, Dice& dice, std::uint64_t clients) {
  const auto name = [&](const char* prefix) { return prefix + std::to_string(dice.below(4)); };
  switch (hole) {
    case 'K':
      return dice.one_in(20) ? name("l") : name("k");
    case 'L':
      return dice.one_in(20) ? name("k") : name("l");
    case 'H':
      return name("h");
    case 'S':
      return name("s");
    case 'Z':
      return name("z");
    case 'X':
      return name("x");
    case 'V':
      return dice.one_in(30) ? std::string(2000 + dice.below(20'000), 'v')
                             : "v" + std::to_string(dice.below(9));
    case 'N':
      return std::to_string(1 + dice.below(20));
    case 'M':
      return std::to_string(1 + dice.below(3000));
    case 'T':
      return std::to_string(dice.below(3)) + ".5";
    case 'C':
      return name("channel");
    case 'I':
      return std::to_string(clients > 10 ? clients - dice.below(10) : 1 + dice.below(10));
    case 'B':
      return std::to_string(900'000 + dice.below(300'000));
    default:
      return std::string(1, hole);
  }
}

}  // namespace

std::vector<std::string> random_command(Dice& dice, std::uint64_t clients) {
  const std::string& line = dice.one_of(dice.one_of(groups()));
  std::vector<std::string> words(1);
  const bool is_library = line.starts_with("FUNCTION LOAD");
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ' ')
      words.emplace_back();
    else if (is_library && line[i] == '%')
      words.back() += '\n', ++i;
    else if (line[i] == '%')
      words.back() += filling(line[++i], dice, clients);
    else
      words.back() += line[i] == '#' && line.compare(i, 2, "#!") != 0 ? ' ' : line[i];
  }
  return words;
}

std::string encoded(const std::vector<std::string>& words) {
  std::string bytes = "*" + std::to_string(words.size()) + "\r\n";
  for (const auto& word : words) bytes += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  return bytes;
}

}  // namespace redouble
