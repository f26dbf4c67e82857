"""What the test powers cost: GET and SET with one of them on, beside a second redouble that has none."""
from servers import NAMES

# What to call the row, the command, and what is asked for before.
POWERS = [
    ("GET, none used yet", "GET", []),
    ("GET, all used and gone", "GET",
     ["FAULT ADD f COMMAND LPUSH ERROR OOM", "FAULT CLEAR", "GATE ADD g COMMAND LPUSH", "GATE CLEAR",
      "SNAPSHOT SAVE s", "SNAPSHOT DROP s", "CLOCK FREEZE", "CLOCK RESUME"]),
    ("GET, a fault for another command", "GET", ["FAULT ADD f COMMAND LPUSH ERROR OOM"]),
    ("GET, a fault for another key", "GET", ["FAULT ADD f KEY other:* ERROR OOM"]),
    ("GET, ten faults for other keys", "GET", [f"FAULT ADD f{i} KEY other{i}:* ERROR OOM" for i in range(10)]),
    ("GET, a gate for another command", "GET", ["GATE ADD g COMMAND LPUSH"]),
    ("GET, the clock frozen", "GET", ["CLOCK FREEZE"]),
    ("GET, the clock at double speed", "GET", ["CLOCK SCALE 2"]),
    ("SET, a snapshot held", "SET", ["SNAPSHOT SAVE s"]),
]


def rows(bench, report):
    for name, command, wishes in POWERS:
        with bench.servers([NAMES[0]] * 2) as servers:
            for server in servers:
                bench.fill(server)
            for wish in wishes:
                if (answer := servers[0].ask(f"REDOUBLE {wish}")).startswith("-"):
                    raise SystemExit(f"bench: REDOUBLE {wish}: {answer}")
            yield report(bench.rate_row(f"{name} -P 16", servers, lambda server, count:
                                        bench.load(server, command, 16, count)))
