"""What a full server costs: writes that evict, and the hit ratio of a cache."""
import statistics

from report import Row
from servers import NAMES

POLICIES = ("allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-ttl")
VALUE = "x" * 100


def keys(bench):
    """Out of so many are keys drawn: many times what fits."""
    return 50_000 if bench.effort.smoke else 2_000_000


def limit_to(bench, server, megabytes, policy, way=None):
    settings = f"maxmemory {5 if bench.effort.smoke else megabytes}mb maxmemory-policy {policy}"
    if server.name == NAMES[0] and way:
        settings += f" redouble-eviction {way}"
    if server.ask(f"CONFIG SET {settings}") != "+OK":
        raise SystemExit(f"bench: {server.name} does not take {settings}")


def writes(bench, report):
    """SETs of random keys, where 64 MB are the limit: nearly every one evicts another."""
    for policy in POLICIES:
        # The deadlines lie half an hour apart, thirty years ahead.
        request = f"SET key:__n__ {VALUE}" + (" PX 1__n__" if policy == "volatile-ttl" else "")

        def load(server, count):
            return bench.load(server, request, 64, count, "--keys", keys(bench))

        with bench.servers() as servers:
            for server in servers:
                limit_to(bench, server, 64, policy)
                load(server, keys(bench) // 4)
            yield report(bench.rate_row(f"SET that evicts, {policy}", servers, load))


def cache_aside(bench, name, way, seed):
    """Hit ratios in percent within 24 MB, the server's and that of a true LRU cache, and the server's time a request.

    At one pace: sampled LRU knows ages by the second, and a slower server would look the better for it.
    """
    pace = () if way == "exact" or bench.effort.smoke else ("--pace", 300000)
    with bench.servers([name]) as (server,):
        limit_to(bench, server, 24, "allkeys-lru", way)
        # Fewer would not fill it.
        count = 4000 if bench.effort.smoke else max(600_000, int(4_000_000 * bench.effort.seconds))
        before = server.cpu_ns()
        out = bench.program("cache_aside", "--port", server.port, "--keys", keys(bench), "--requests", count, "--warm",
                            count, "--seed", seed, *pace)
        cpu = (server.cpu_ns() - before) / 2 / count / 1000
        return 100 * out["hits"] / out["requests"], 100 * out["lru_hits"] / out["requests"], cpu


def hit_ratios(bench, report):
    """Few rounds: what varies between them is the draw of the requests and of the samples."""
    rounds = max(1, bench.effort.rounds // 3)
    runs = {(name, way): [cache_aside(bench, name, way, seed) for seed in range(1, rounds + 1)]
            for name, way in ((NAMES[0], "exact"), (NAMES[0], "sampled"), (NAMES[1], None))}
    exact, sampled, theirs = ([[run[i] for run in each] for i in range(3)] for each in runs.values())
    true = statistics.median(exact[1])
    yield report(Row(f"Zipf hits, exact (true LRU: {true:.2f})", "%", exact[0], theirs[0], True, exact[2], theirs[2]))
    yield report(Row("Zipf hits, sampled", "%", sampled[0], theirs[0], True, sampled[2], theirs[2]))


def rows(bench, report):
    yield from writes(bench, report)
    yield from hit_ratios(bench, report)
