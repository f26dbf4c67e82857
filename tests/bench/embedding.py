"""A server's life: that of the binary beside redis-server's, and what a server inside a test program costs."""
import json

from bench import run
from report import Row, at_most, ratio
from servers import NAMES, command_of, free_port

# What is asked of the rows of embedded_bench.cpp, in microseconds but for the second part.
ASKED = {
    "server: start and stop": at_most(150),
    "server: start and stop with TLS": at_most(1000),
    "server: call GET": at_most(1),
    "server: get": at_most(1),
    "server: reset with 1,000 keys": at_most(50),
    "engine: GET": at_most(0.1),
}
# Counters, by the name of the benchmark: the counter, its unit, what is asked for.
COUNTERS = {
    "1,000 servers": [("memory of each", "KB", at_most(64)), ("threads in all", "", at_most(1001))],
    "1,000 servers on one thread": [("memory of each", "KB", at_most(64)), ("threads in all", "", at_most(2))],
    "engine: growing": [("longest SET", "ms", at_most(2))],
}


def binary(bench, report):
    """Spawn to first PONG, SIGTERM to exit; ten turns, alternating."""
    times = {name: {"start_ms": [], "stop_ms": []} for name in NAMES}
    turns = min(10, bench.effort.spawns)
    for _ in range(turns):
        for name in NAMES:
            port = free_port()
            out = bench.program("lifecycle", bench.effort.spawns // turns, port,
                                *command_of(name, str(bench.build), port, "/tmp"))
            for key, values in out.items():
                times[name][key] += values
    for key, title, target in (("start_ms", "spawn to first PONG", ratio(5)),
                               ("stop_ms", "SIGTERM to exit", at_most(5))):
        yield report(Row(title, "ms", *(times[name][key] for name in NAMES), False, target=target))


def in_process(bench, report):
    program = bench.build / "tests/bench/bench_embedded"
    if not program.exists():
        print("  left out: Google Benchmark (libbenchmark-dev) is not installed")
        return
    out = json.loads(run([program, "--benchmark_format=json", f"--benchmark_repetitions={bench.effort.rounds}",
                          f"--benchmark_min_time={bench.effort.embedded_seconds / bench.effort.rounds:.5f}",
                          bench.effort.many]))
    repetitions = {}
    for entry in out["benchmarks"]:
        if entry["run_type"] == "iteration":
            repetitions.setdefault(entry["name"].split("/")[0], []).append(entry)
    if missing := (ASKED.keys() | COUNTERS.keys()) - repetitions.keys():
        raise SystemExit(f"bench: bench_embedded has no {', '.join(missing)}")
    for name, entries in repetitions.items():
        for counter, unit, target in COUNTERS.get(name, []):
            figures = [entry[counter] for entry in entries]
            yield report(Row(f"{name}: {counter}", unit, figures, [], False, target=target))
        if name not in COUNTERS:
            yield report(Row(name, "µs", [entry["real_time"] / 1000 for entry in entries], [], False,
                             target=ASKED.get(name)))
