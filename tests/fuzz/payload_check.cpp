// RESTORE and RDB files.
#include <initializer_list>
#include <vector>

#include "engine/engine.h"
#include "engine/rdb/crc64.h"
#include "engine/rdb/file.h"
#include "engine/rdb/format.h"
#include "tests/fuzz/checks.h"
#include "tests/support/engine_fixture.h"

namespace redouble {
namespace {

using Words = std::vector<std::string_view>;

std::string little_endian(std::uint64_t value) {
  std::string bytes;
  for (unsigned shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

class Bench {
 public:
  Bench() : f_(EngineFixture::Settings{{"enable-debug-command", "yes"}}) {}

  std::string run(const Words& words) {
    f_.engine.execute(f_.client, words);
    return EngineFixture::received(f_.client);
  }
  EngineFixture& fixture() { return f_; }

 private:
  EngineFixture f_;
};

// Commands that read all of a value, or change it at both ends and in the middle; wrong types are errors.
const std::vector<Words> kUses = {
    {"OBJECT", "ENCODING", "k"},
    {"MEMORY", "USAGE", "k", "SAMPLES", "0"},
    {"DEBUG", "DIGEST-VALUE", "k"},
    {"COPY", "k", "c", "REPLACE"},
    {"GET", "k"},
    {"APPEND", "k", "x"},
    {"LRANGE", "k", "0", "-1"},
    {"LPOS", "k", "a", "COUNT", "0"},
    {"LINSERT", "k", "BEFORE", "a", "b"},
    {"LPUSH", "k", "x"},
    {"RPUSH", "k", "y"},
    {"LREM", "k", "0", "a"},
    {"LSET", "k", "0", "z"},
    {"LPOP", "k", "2"},
    {"RPOP", "k"},
    {"SMEMBERS", "k"},
    {"SSCAN", "k", "0"},
    {"SRANDMEMBER", "k", "5"},
    {"SISMEMBER", "k", "1"},
    {"SADD", "k", "17", "text"},
    {"SPOP", "k", "2"},
    {"HGETALL", "k"},
    {"HSCAN", "k", "0"},
    {"HGET", "k", "f"},
    {"HRANDFIELD", "k", "-3", "WITHVALUES"},
    {"HSET", "k", "f", "v", "new", "1"},
    {"HDEL", "k", "f", "g"},
    {"ZRANGE", "k", "0", "-1", "WITHSCORES"},
    {"ZRANGEBYSCORE", "k", "-inf", "+inf"},
    {"ZREVRANGEBYLEX", "k", "+", "-"},
    {"ZRANK", "k", "a"},
    {"ZADD", "k", "1", "a", "2.5", "new"},
    {"ZINCRBY", "k", "1", "a"},
    {"ZREMRANGEBYRANK", "k", "0", "0"},
    {"ZPOPMAX", "k"},
    {"XRANGE", "k", "-", "+"},
    {"XREVRANGE", "k", "+", "-"},
    {"XINFO", "STREAM", "k", "FULL"},
    {"XPENDING", "k", "g"},
    {"XPENDING", "k", "g", "IDLE", "0", "-", "+", "10"},
    {"XREADGROUP", "GROUP", "g", "c", "COUNT", "2", "STREAMS", "k", ">"},
    {"XREADGROUP", "GROUP", "g", "c", "COUNT", "2", "STREAMS", "k", "0"},
    {"XAUTOCLAIM", "k", "g", "d", "0", "0"},
    {"XACK", "k", "g", "1-1"},
    {"XADD", "k", "*", "f", "v"},
    {"XDEL", "k", "1-1"},
    {"XTRIM", "k", "MAXLEN", "2"},
    {"XGROUP", "DELCONSUMER", "k", "g", "c"},
};

std::string bytes_of(std::string_view bulk) {
  const std::size_t start = bulk.find("\r\n") + 2;
  return std::string(bulk.substr(start, bulk.size() - start - 2));
}

// The value as DUMP tells it, and that it comes back as it was.
std::string dump_problem(Bench& bench, std::string_view key) {
  const std::string reply = bench.run({"DUMP", key});
  if (reply == "$-1\r\n") return {};
  const std::string dump = bytes_of(reply);
  const std::string restored = bench.run({"RESTORE", "again", "0", dump, "REPLACE"});
  if (restored != "+OK\r\n") return "what DUMP tells is refused: " + restored;
  if (bench.run({"DEBUG", "DIGEST-VALUE", key}) != bench.run({"DEBUG", "DIGEST-VALUE", "again"}))
    return "what DUMP tells is another value";
  return {};
}

std::string payload_of(std::string_view body) {
  std::string payload(body);
  payload += static_cast<char>(rdb::kVersion);
  payload += '\0';
  return payload + little_endian(crc64(payload));
}

}  // namespace

std::string payload_problem(std::string_view body, bool* accepted) {
  Bench bench;
  const std::string reply = bench.run({"RESTORE", "k", "0", payload_of(body)});
  if (accepted != nullptr) *accepted = reply == "+OK\r\n";
  if (reply == "-ERR Bad data format\r\n")
    return bench.run({"DBSIZE"}) == ":0\r\n" ? std::string() : "a refused payload left a key";
  if (reply != "+OK\r\n") return "an unexpected reply: " + reply;
  if (auto problem = dump_problem(bench, "k"); !problem.empty()) return problem;
  for (const Words& use : kUses) {
    bench.run(use);
    if (auto problem = dump_problem(bench, "k"); !problem.empty())
      return "after " + std::string(use[0]) + ": " + problem;
  }
  return bench.run({"DEBUG", "RELOAD"}) == "+OK\r\n" ? std::string() : "DEBUG RELOAD failed";
}

std::string dump_payload_problem(std::string_view body) {
  if (auto problem = payload_problem(body, nullptr); !problem.empty()) return problem;
  Bench bench;
  if (bench.run({"FUNCTION", "RESTORE", payload_of(body)}) != "+OK\r\n") return {};
  const std::string listed = bench.run({"FUNCTION", "LIST", "WITHCODE"});
  const std::string dump = bytes_of(bench.run({"FUNCTION", "DUMP"}));
  const std::string restored = bench.run({"FUNCTION", "RESTORE", dump, "FLUSH"});
  if (restored != "+OK\r\n") return "what FUNCTION DUMP tells is refused: " + restored;
  return bench.run({"FUNCTION", "LIST", "WITHCODE"}) == listed
             ? std::string()
             : "what FUNCTION DUMP tells are other functions";
}

std::string rdb_file_problem(std::string_view file) {
  Bench bench;
  Engine& engine = bench.fixture().engine;
  constexpr std::size_t kChecksum = 8;
  std::string bytes(file.substr(0, file.size() - std::min(file.size(), kChecksum)));
  bytes += little_endian(crc64(bytes));
  bench.run({"SET", "before", "1"});
  if (!load_dataset_from(engine, bytes, Existing::replace).empty())
    return bench.run({"GET", "before"}) == "$1\r\n1\r\n" ? std::string() : "a refused file changed the data";
  const std::string digest = bench.run({"DEBUG", "DIGEST"});
  if (bench.run({"DEBUG", "RELOAD"}) != "+OK\r\n") return "what was loaded cannot be saved and loaded";
  return bench.run({"DEBUG", "DIGEST"}) == digest ? std::string() : "saving and loading changed the data";
}

}  // namespace redouble
