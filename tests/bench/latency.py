"""How long a request takes where the servers have time: GETs at half the pace that redis-server can keep."""
import sys

from report import Row, ratio
from servers import NAMES

CONNECTIONS = (50, 1000)
# Rounds are this much shorter than others and as many more: one hiccup of the machine, some milliseconds, is the p99
# of a long round, and most short ones have none.
SHORTER = 4


def rows(bench, report):
    with bench.servers() as servers:
        for server in servers:
            bench.fill(server)
        rate = int(bench.load(servers[1], "GET", 1, max(200, int(100000 * bench.effort.seconds)))[0]) // 2
        count = max(100, int(2 * rate * bench.effort.seconds / SHORTER))
        for connections in CONNECTIONS:
            p50, p99, late = ({name: [] for name in NAMES} for _ in range(3))
            for _ in range(bench.effort.rounds * SHORTER):
                for server in servers:
                    out = bench.program("latency", "--port", server.port, "--connections", connections, "--rate", rate,
                                        "--requests", count)
                    p50[server.name].append(out["p50_us"])
                    p99[server.name].append(out["p99_us"])
                    late[server.name].append(out["lag"])
            if not bench.effort.smoke and max(min(each) for each in late.values()) > 0.05:
                print("bench: the machine is too busy for this pace", file=sys.stderr)
            name = f"GET, {connections:,} connections"
            yield report(Row(f"{name}: p50", "µs", *p50.values(), False))
            yield report(Row(f"{name}: p99", "µs", *p99.values(), False, target=ratio(1)))
