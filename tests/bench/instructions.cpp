// Plays fixed streams of commands through the parser and an engine, each as a part of its own in callgrind's
// profile: tests/bench/instructions runs this under valgrind and compares what a command costs with the
// record.
//
//   bench_instructions              plays all of them (without valgrind that shows nothing)
//   bench_instructions --describe   prints what the counts depend on, and how many commands a stream has
//
// Time stands still, the seed is fixed, and neither is any address or the environment looked at: two runs
// count the same.
#include <valgrind/callgrind.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "protocol/request_parser.h"
#include "scripting/scripting.h"
#include "server/request_batch.h"

namespace redouble {
namespace {

constexpr int kCommands = 2'000;
constexpr int kPipeline = 16;

// In requests, {n} is the number of the command, {m} that modulo 100, and {r} runs through all of them in
// disorder.
struct Stream {
  const char* name;
  const char* before;  // sent by another client, before anything is counted
  int times;           // how often
  const char* request;
};

constexpr Stream kStreams[] = {
    {"GET", "SET key:{n} xxx", 100, "GET key:{m}"},
    {"SET", "", 0, "SET key:{m} xxx"},
    {"SET EX", "", 0, "SET key:{m} xxx EX 300"},
    {"INCR", "", 0, "INCR key:{m}"},
    {"MSET of 10", "", 0, "MSET a 1 b 2 c 3 d 4 e 5 f 6 g 7 h 8 i 9 j 10"},
    {"LPUSH", "", 0, "LPUSH list element:{n}"},
    {"LRANGE 100", "RPUSH list element:{n}", 200, "LRANGE list 0 99"},
    {"HSET", "", 0, "HSET hash:{m} field value"},
    {"HGETALL of 8", "HSET hash field:{n} value", 8, "HGETALL hash"},
    {"SADD", "", 0, "SADD set member:{r}"},
    {"ZADD", "", 0, "ZADD zset {r} member:{r}"},
    {"XADD", "", 0, "XADD stream * field value"},
    {"PUBLISH to one", "SUBSCRIBE channel", 1, "PUBLISH channel message"},
    {"EVAL of GET", "SET key value", 1, "EVAL return(redis.call('GET',KEYS[1])) 1 key"},
};

void replace_all(std::string& text, std::string_view what, int with) {
  for (std::size_t at; (at = text.find(what)) != std::string::npos;)
    text.replace(at, what.size(), std::to_string(with));
}

/// The bytes of the request whose words `line` has, as the command of this number.
std::string request(std::string line, int number) {
  replace_all(line, "{n}", number);
  replace_all(line, "{m}", number % 100);
  replace_all(line, "{r}", number * 7919 % kCommands);
  std::string words;
  int count = 0;
  for (std::string_view rest = line; !rest.empty(); ++count) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    words.append("$").append(std::to_string(word.size())).append("\r\n").append(word).append("\r\n");
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  }
  return '*' + std::to_string(count) + "\r\n" + words;
}

/// An engine, and the two clients that it has.
class Scene {
 public:
  Session& measured() { return measured_; }
  Session& other() { return other_; }

  /// What a server does with bytes that came, but for the sockets. False if they are no requests.
  bool play(Session& client, std::string_view bytes) {
    measured_.out.clear();
    other_.out.clear();
    engine_.tick();
    batch_.clear();
    for (; !bytes.empty(); bytes.remove_prefix(parser_.consumed())) {
      if (parser_.parse(bytes, limits_, batch_.room()) != RequestParser::Status::request) return false;
      batch_.add(parser_.argv(), parser_.consumed());
    }
    const auto requests = batch_.to_fetch(0);
    engine_.prefetch(client, requests);
    std::size_t i = engine_.is_quiet(client) ? engine_.execute_quietly(client, requests, 64 * 1024) : 0;
    for (; i < requests.size(); ++i) engine_.execute(client, requests[i]);
    while (engine_.next_dirty() != nullptr) {
    }
    return true;
  }

 private:
  ManualClock clock_;
  Host host_;
  Engine engine_{clock_, Config{}, host_, 1, scripting()};
  Session& measured_ = engine_.connect();
  Session& other_ = engine_.connect();
  RequestParser parser_;
  RequestBatch batch_;
  const RequestParser::Limits limits_{};
};

/// False if a request was refused, which costs less than it should.
bool measure(const Stream& stream) {
  std::vector<std::string> batches(kCommands / kPipeline);
  for (int n = 0; n < kCommands; ++n)
    batches[static_cast<std::size_t>(n / kPipeline)] += request(stream.request, n);
  Scene scene;
  for (int n = 0; n < stream.times; ++n)
    if (!scene.play(scene.other(), request(stream.before, n)) || scene.other().out.view().starts_with('-'))
      return false;
  // Played once in vain, for what is allocated or compiled at the first time.
  if (!scene.play(scene.measured(), batches.front()) || scene.measured().out.view().starts_with('-'))
    return false;
  CALLGRIND_ZERO_STATS;
  for (const std::string& batch : batches) scene.play(scene.measured(), batch);
  CALLGRIND_DUMP_STATS_AT(stream.name);
  const std::string_view replies = scene.measured().out.view();
  return !replies.starts_with('-') && replies.find("\r\n-") == std::string_view::npos;
}

}  // namespace
}  // namespace redouble

int main(int argc, char** argv) {
  using namespace redouble;
  static_assert(kCommands % kPipeline == 0);
  if (argc > 1 && std::string_view(argv[1]) == "--describe") {
#ifdef __clang__
    std::printf("clang++ %d", __clang_major__);
#else
    std::printf("g++ %d", __GNUC__);
#endif
#ifdef __x86_64__
    std::fputs(", x86-64", stdout);
#else
    std::fputs(", not x86-64", stdout);
#endif
    std::printf(",%s\n", FLAGS);
    std::printf("%d\n", kCommands);
    return 0;
  }
  for (const Stream& stream : kStreams)
    if (!measure(stream)) {
      std::fprintf(stderr, "bench_instructions: %s: a request is refused\n", stream.name);
      return 1;
    }
}
