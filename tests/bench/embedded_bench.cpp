// What redouble costs inside the process that embeds it, without a socket. Each row's name is what
// tests/bench/compare prints.
//
//   bench_embedded [--benchmark_…] [KEYS]   KEYS is how many "growing" means; 10,000,000
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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

// The certificate is made once in a process: the first server here does.
void server_start_stop_tls(benchmark::State& state) {
  Options options;
  options.tls = true;
  { const Server first(options); }
  for (auto _ : state) {
    Server server(options);
    benchmark::DoNotOptimize(server.tls().port());
  }
}
BENCHMARK(server_start_stop_tls)->Name("server: start and stop with TLS")->UseRealTime();

double resident_kilobytes() {
  std::ifstream file("/proc/self/statm");
  long all = 0, resident = 0;
  file >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1024;
}

double threads() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<double>(std::distance(begin(tasks), end(tasks)));
}

void thousand_servers(benchmark::State& state, bool one_thread) {
  constexpr int kServers = 1000;
  for (auto _ : state) {
    Options options;
    if (one_thread) options.thread = std::make_shared<LoopThread>();
    ::malloc_trim(0);  // what was freed before would hide what the servers take
    const double before = resident_kilobytes();
    std::vector<std::unique_ptr<Server>> servers;
    for (int i = 0; i < kServers; ++i) {
      servers.push_back(std::make_unique<Server>(options));
      servers.back()->set("key", "value");
    }
    state.counters["memory of each"] = (resident_kilobytes() - before) / kServers;
    state.counters["threads in all"] = threads();
  }
}

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

void snapshot_alone(benchmark::State& state) {
  Server server;
  for (int i = 0; i < 10000; ++i) server.set("key:" + std::to_string(i), "value:" + std::to_string(i));
  for (auto _ : state) benchmark::DoNotOptimize(server.snapshot());
}
BENCHMARK(snapshot_alone)->Name("server: snapshot of 10,000 keys")->UseRealTime();

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

std::int64_t processor_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

// By the thread's processor time: what other processes take is no pause of the engine's. That clock costs
// more than a SET, so it is read at every sixteenth.
void growing(benchmark::State& state, int keys) {
  for (auto _ : state) {
    ::malloc_trim(0);  // or the first large block would wait for all that was freed before
    ManualClock clock;
    Host host;
    Engine engine(clock, Config{}, host, 1);
    Session& client = engine.connect();
    std::int64_t longest = 0, before = processor_ns();
    for (int i = 0; i < keys; ++i) {
      char name[20];
      std::snprintf(name, sizeof name, "key:%012d", i);
      client.out.clear();
      engine.execute(client, Words3{"SET", name, "xxx"});
      if (i % 16 != 0) continue;
      const std::int64_t now = processor_ns();
      longest = std::max(longest, now - before);
      before = now;
    }
    state.counters["longest SET"] = static_cast<double>(longest) / 1e6;
  }
}

}  // namespace
}  // namespace redouble

int main(int argc, char** argv) {
  using namespace redouble;
  benchmark::Initialize(&argc, argv);
  const int keys = argc > 1 ? std::atoi(argv[1]) : 10'000'000;
  for (const bool one_thread : {true, false})
    benchmark::RegisterBenchmark(one_thread ? "1,000 servers on one thread" : "1,000 servers",
                                 thousand_servers, one_thread)
        ->Iterations(1);
  benchmark::RegisterBenchmark("engine: growing", growing, keys)->Iterations(1)->Repetitions(1);
  benchmark::RunSpecifiedBenchmarks();
}
