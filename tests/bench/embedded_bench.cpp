// What redouble costs inside the process that embeds it, without a socket. Each row's name is what
// tests/bench/compare prints.
#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <string_view>

#include "engine/engine.h"
#include "protocol/request_parser.h"
#include "redouble/server.h"

namespace redouble {
namespace {

using Words3 = std::array<std::string_view, 3>;
using Words2 = std::array<std::string_view, 2>;

constexpr Words3 kSet{"SET", "key:000000000001", "xxx"};
constexpr Words2 kGet{"GET", "key:000000000001"};

// An engine and one client, its clock standing still.
struct Alone {
  Alone() { engine.execute(client, kSet); }

  ManualClock clock;
  Host host;
  Engine engine{clock, Config{}, host, 1};
  Session& client = engine.connect();
};

void server_start_stop(benchmark::State& state) {
  for (auto _ : state) {
    Server server;
    benchmark::DoNotOptimize(server.port());
  }
}
BENCHMARK(server_start_stop)->Name("server: start and stop")->UseRealTime();

void server_call_get(benchmark::State& state) {
  Server server;
  server.set("k", "xxx");
  for (auto _ : state) benchmark::DoNotOptimize(server.call({"GET", "k"}));
}
BENCHMARK(server_call_get)->Name("server: call GET")->UseRealTime();

void server_get(benchmark::State& state) {
  Server server;
  server.set("k", "xxx");
  for (auto _ : state) benchmark::DoNotOptimize(server.get("k"));
}
BENCHMARK(server_get)->Name("server: get")->UseRealTime();

void engine_get(benchmark::State& state) {
  Alone alone;
  for (auto _ : state) {
    alone.client.out.clear();
    alone.engine.execute(alone.client, kGet);
  }
}
BENCHMARK(engine_get)->Name("engine: GET");

// What a rule costs ("engine: GET" is without one): one for another command, and one that does nothing.
void engine_get_beside_fault(benchmark::State& state, std::string_view command) {
  Alone alone;
  alone.engine.execute(alone.client, std::array<std::string_view, 8>{"REDOUBLE", "FAULT", "ADD", "f",
                                                                     "COMMAND", command, "DELAY", "0ms"});
  for (auto _ : state) {
    alone.client.out.clear();
    alone.engine.execute(alone.client, kGet);
  }
}
BENCHMARK_CAPTURE(engine_get_beside_fault, other, "INCR")->Name("engine: GET beside a fault for INCR");
BENCHMARK_CAPTURE(engine_get_beside_fault, own, "GET")->Name("engine: GET with a fault that does nothing");

void engine_set(benchmark::State& state) {
  Alone alone;
  for (auto _ : state) {
    alone.client.out.clear();
    alone.engine.execute(alone.client, kSet);
  }
}
BENCHMARK(engine_set)->Name("engine: SET");

void parse_and_get_64(benchmark::State& state) {
  Alone alone;
  std::string bytes;
  for (int i = 0; i < 64; ++i) bytes += "*2\r\n$3\r\nGET\r\n$16\r\nkey:000000000001\r\n";
  RequestParser parser;
  const RequestParser::Limits limits;
  for (auto _ : state) {
    alone.client.out.clear();
    for (std::string_view rest = bytes; !rest.empty(); rest.remove_prefix(parser.consumed())) {
      if (parser.parse(rest, limits) != RequestParser::Status::request) {
        state.SkipWithError("the parser refused a GET");
        return;
      }
      alone.engine.execute(alone.client, parser.argv());
    }
  }
}
BENCHMARK(parse_and_get_64)->Name("engine: parse and run 64 GET");

void advance_over_due_keys(benchmark::State& state) {
  Alone alone;
  for (auto _ : state) {
    state.PauseTiming();
    for (int i = 0; i < 10000; ++i) {
      const std::string key = "key:" + std::to_string(i);
      const std::string ttl = std::to_string(1 + i * 7919 % 10000);
      alone.engine.execute(alone.client, std::array<std::string_view, 5>{"SET", key, "xxx", "PX", ttl});
    }
    alone.client.out.clear();
    alone.clock.advance(20'000'000);
    state.ResumeTiming();
    alone.engine.tick();
  }
}
BENCHMARK(advance_over_due_keys)->Name("engine: advance over 10,000 due keys");

// A fixture of small keys, a snapshot of it, and for each test: write, go back, write.
void snapshot_restore(benchmark::State& state) {
  Server server;
  for (int i = 0; i < 10000; ++i) server.set("key:" + std::to_string(i), "value:" + std::to_string(i));
  for (auto _ : state) {
    const Snapshot snapshot = server.snapshot();
    server.set("key:1", "changed");
    server.restore(snapshot);
    server.set("key:2", "changed");
  }
}
BENCHMARK(snapshot_restore)->Name("server: snapshot and restore 10,000 keys")->UseRealTime();

void restore_alone(benchmark::State& state) {
  Server server;
  for (int i = 0; i < 10000; ++i) server.set("key:" + std::to_string(i), "value:" + std::to_string(i));
  const Snapshot snapshot = server.snapshot();
  for (auto _ : state) {
    server.set("key:1", "changed");
    server.restore(snapshot);
  }
}
BENCHMARK(restore_alone)->Name("server: restore 10,000 keys")->UseRealTime();

void reset(benchmark::State& state) {
  Server server;
  for (auto _ : state) {
    state.PauseTiming();
    for (int i = 0; i < 1000; ++i) server.set("key:" + std::to_string(i), "value");
    state.ResumeTiming();
    server.reset();
  }
}
BENCHMARK(reset)->Name("server: reset with 1,000 keys")->UseRealTime();

}  // namespace
}  // namespace redouble

BENCHMARK_MAIN();
