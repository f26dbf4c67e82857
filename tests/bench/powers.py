"""What the test powers cost: GET and SET with one of them on, beside a second redouble that has none."""
from report import Row
from servers import NAMES, Server

# What to call the row, the request, and what is asked for before.
POWERS = [
    ("GET, none used yet", "GET key:__n__", []),
    ("GET, all used and gone", "GET key:__n__",
     ["FAULT ADD f COMMAND LPUSH ERROR OOM", "FAULT CLEAR", "GATE ADD g COMMAND LPUSH", "GATE CLEAR",
      "SNAPSHOT SAVE s", "SNAPSHOT DROP s", "CLOCK FREEZE", "CLOCK RESUME"]),
    ("GET, a fault for another command", "GET key:__n__", ["FAULT ADD f COMMAND LPUSH ERROR OOM"]),
    ("GET, a fault for another key", "GET key:__n__", ["FAULT ADD f KEY other:* ERROR OOM"]),
    ("GET, ten faults for other keys", "GET key:__n__", [f"FAULT ADD f{i} KEY other{i}:* ERROR OOM" for i in range(10)]),
    ("GET, a gate for another command", "GET key:__n__", ["GATE ADD g COMMAND LPUSH"]),
    ("GET, the clock frozen", "GET key:__n__", ["CLOCK FREEZE"]),
    ("GET, the clock at double speed", "GET key:__n__", ["CLOCK SCALE 2"]),
    ("SET, a snapshot held", "SET key:__n__ xxx", ["SNAPSHOT SAVE s"]),
]


def rows(bench, report):
    for name, request, wishes in POWERS:
        servers = [Server(NAMES[0], bench.build) for _ in range(2)]
        try:
            for server in servers:
                bench.requests(server, "SET key:__n__ xxx", 1000)
            for wish in wishes:
                if (answer := servers[0].ask(f"REDOUBLE {wish}")).startswith("-"):
                    raise SystemExit(f"bench: REDOUBLE {wish}: {answer}")
            trial = max(200, int(20000 * min(1, bench.effort.seconds * 10)))
            count = max(trial, int(bench.requests(servers[1], request, trial, 16) * bench.effort.seconds))
            rates, cpu = ([], []), ([], [])
            for _ in range(bench.effort.rounds):
                for i, server in enumerate(servers):
                    before = server.cpu_ns()
                    rates[i].append(bench.requests(server, request, count, 16))
                    cpu[i].append((server.cpu_ns() - before) / count / 1000)
            yield report(Row(f"{name} -P 16", "req/s", *rates, True, *cpu))
        finally:
            for server in servers:
                server.stop()
