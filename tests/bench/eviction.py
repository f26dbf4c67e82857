"""What a full server costs: writes that evict, the hit ratio of a cache, and the memory of an exact order."""
import json
import statistics

from report import Row
from servers import NAMES, Server

POLICIES = ("allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-ttl")
VALUE = "x" * 100


def limit(bench):
    """The cap that belongs to two million keys of the full run: 64 MB, of which a third of them fit."""
    return "64mb" if bench.effort.keys >= 1000000 else "1400kb"


def full_server(name, bench, policy, way=None):
    server = Server(name, bench.build)
    settings = f"maxmemory {limit(bench)} maxmemory-policy {policy}"
    if name == NAMES[0] and way:
        settings += f" redouble-eviction {way}"
    if server.ask(f"CONFIG SET {settings}") != "+OK":
        raise SystemExit(f"bench: {name} does not take {settings}")
    return server


def writes(bench, report):
    """SETs of random keys out of twice as many as fit three times: nearly every one evicts another."""
    for policy in POLICIES:
        request = f"SET key:__n__ {VALUE}" + (" PX 1000000__n__" if policy == "volatile-ttl" else "")
        servers = [full_server(name, bench, policy) for name in NAMES]
        try:
            def load(server, count):
                return bench.requests(server, request, count, 64, "--distinct", "--keys", 2 * bench.effort.keys)

            fill = bench.effort.keys // 2
            rate = [load(server, fill) for server in servers][1]
            count = max(200, int(rate * bench.effort.seconds))
            rates, cpu = {name: [] for name in NAMES}, {name: [] for name in NAMES}
            for _ in range(bench.effort.rounds):
                for server in servers:
                    before = server.cpu_ns()
                    rates[server.name].append(load(server, count))
                    cpu[server.name].append((server.cpu_ns() - before) / count / 1000)
            ours, theirs = NAMES
            yield report(Row(f"SET that evicts, {policy}", "req/s", rates[ours], rates[theirs], True, cpu[ours],
                             cpu[theirs]))
        finally:
            for server in servers:
                server.stop()


def cache_aside(bench, name, way, seed):
    """Hit ratios in percent, the server's and that of a true LRU cache, and the server's time a request.

    At one pace: sampled LRU knows ages by the second, and a slower server would look the better for it.
    """
    pace = () if way == "exact" or bench.effort.keys < 1000000 else ("--pace", 300000)
    server = full_server(name, bench, "allkeys-lru", way)
    try:
        count = int(10000000 * bench.effort.seconds)
        before = server.cpu_ns()
        out = json.loads(bench.run([bench.program("cache_aside"), "--port", server.port, "--keys",
                                    2 * bench.effort.keys, "--requests", count, "--warm", count, "--seed", seed, *pace]))
        cpu = (server.cpu_ns() - before) / 2 / count / 1000
        return 100 * out["hits"] / out["requests"], 100 * out["lru_hits"] / out["requests"], cpu
    finally:
        server.stop()


def hit_ratios(bench, report):
    """A few rounds: what varies between them is the draw of the requests and of the samples."""
    rounds = max(1, bench.effort.rounds // 2)
    runs = {(name, way): [cache_aside(bench, name, way, seed) for seed in range(1, rounds + 1)]
            for name, way in ((NAMES[0], "exact"), (NAMES[0], "sampled"), (NAMES[1], None))}
    exact, sampled, theirs = ([[run[i] for run in each] for i in range(3)] for each in runs.values())
    true = statistics.median(exact[1])
    yield report(Row(f"Zipf hits, exact (true LRU: {true:.2f})", "%", exact[0], theirs[0], True, exact[2], theirs[2]))
    yield report(Row("Zipf hits, sampled", "%", sampled[0], theirs[0], True, sampled[2], theirs[2]))


def memory(bench, report):
    """A key of 16 bytes with a value of 3, without a policy and with exact LRU, of the memory the kernel counts."""
    for title, settings in (("no limit", None), ("exact LRU", "maxmemory 100gb maxmemory-policy allkeys-lru")):
        costs = []
        for name in NAMES:
            server = Server(name, bench.build)
            try:
                if settings:
                    server.ask(f"CONFIG SET {settings}")
                before = server.resident_bytes()
                bench.run([bench.program("load"), "--port", server.port, "--fill", "--keys", bench.effort.keys,
                           "--size", 3])
                costs.append((server.resident_bytes() - before) / bench.effort.keys)
            finally:
                server.stop()
        yield report(Row(f"a key, {title}", "bytes", [costs[0]], [costs[1]], False))


def rows(bench, report):
    yield from writes(bench, report)
    yield from hit_ratios(bench, report)
    yield from memory(bench, report)
