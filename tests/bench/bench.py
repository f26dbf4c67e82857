"""What the sections of `compare` measure with: the programs, how much effort to make, and rows made in rounds."""
import contextlib
import json
import os
import subprocess

from report import Row
from servers import NAMES, Server, cores

KEYS = 100000


class Effort:
    """How long to measure. `seconds` is what one round of one row should take on redis-server."""

    def __init__(self, rounds, seconds, keys, many, spawns, embedded_seconds):
        self.rounds, self.seconds = rounds, seconds
        self.keys = keys  # whose memory is weighed
        self.many = many  # that are many: see growth.py
        self.spawns, self.embedded_seconds = spawns, embedded_seconds

    @property
    def smoke(self):
        return self is SMOKE


FULL = Effort(rounds=7, seconds=0.25, keys=1_000_000, many=10_000_000, spawns=50, embedded_seconds=0.7)
QUICK = Effort(rounds=5, seconds=0.04, keys=250_000, many=1_000_000, spawns=20, embedded_seconds=0.05)
SMOKE = Effort(rounds=1, seconds=0.001, keys=1000, many=2000, spawns=1, embedded_seconds=0.001)


def run(command):
    """What the command prints. It runs on the generator's core; its failure ends the comparison."""
    core = cores()[1]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          preexec_fn=lambda: os.sched_setaffinity(0, {core}))
    if done.returncode != 0:
        raise SystemExit(f"bench: {command[0]} failed:\n{done.stderr}{done.stdout}")
    return done.stdout


class Bench:
    def __init__(self, build, effort):
        self.build, self.effort = build, effort

    def program(self, name, *words):
        """What one of the programs of this directory says."""
        return json.loads(run([self.build / "tests/bench" / f"bench_{name}", *words]))

    @contextlib.contextmanager
    def servers(self, names=NAMES):
        """Servers of these names, until the block ends."""
        started = []
        try:
            for name in names:
                started.append(Server(name, self.build))
            yield started
        finally:
            for server in started:
                server.stop()

    def fill(self, server, keys=KEYS, size=3):
        """Sets all the keys that the load generators use. Milliseconds of the longest time another client waited."""
        out = self.program("load", "--port", server.port, "--pid", server.process.pid, "--fill", "--keys", keys,
                           "--size", size)
        return out["longest_pause_ms"]

    def load(self, server, request, pipeline, count, *more):
        """`request` is GET, SET, INCR or MSET, or a whole one with placeholders (see load.cpp). Requests a second, and
        the server's CPU µs of each. redis-benchmark would be slower than the servers, with and without a pipeline: they
        would wait for it."""
        what = "--request" if " " in request else "--command"
        door = ["--tls", "--port", server.tls_port] if server.tls_port else ["--port", server.port]
        out = self.program("load", *door, what, request, "--pipeline", min(pipeline, count),
                           "--clients", min(50, count), "--keys", KEYS, "--requests", count, "--pid", server.process.pid,
                           *more)
        return out["requests"] / out["seconds"], 1e6 * out["cpu_seconds"] / out["requests"]

    def prepare(self, server, request, count):
        """Sends that many of a request, as fast as they go."""
        self.load(server, request, 64, count)

    def count(self, rate):
        """How many requests make a round. `rate(count)` is how fast redis-server, which does not change, takes them."""
        trial = max(200, int(20000 * min(1, self.effort.seconds * 5)))
        return max(trial, int(rate(trial) * self.effort.seconds))

    def row(self, name, servers, measure, target):
        """Rounds of one server after the other. `measure(server)` gives the figure, and CPU µs a request."""
        measured = [[] for _ in servers]
        for _ in range(self.effort.rounds):
            for server, results in zip(servers, measured):
                results.append(measure(server))
        (ours, our_cpu), (theirs, their_cpu) = (map(list, zip(*results)) for results in measured)
        return Row(name, "req/s", ours, theirs, True, our_cpu, their_cpu, target)

    def rate_row(self, name, servers, load, target=None, before=None):
        """Requests a second. `load(server, count)` is `self.load`; `before(server, count)` is done ahead of each round."""
        def measure(server, count):
            if before:
                before(server, count)
                server.settle()
            return load(server, count)

        def trial(count):
            measure(servers[0], count)  # both begin warm
            return measure(servers[1], count)[0]

        count = self.count(trial)
        return self.row(name, servers, lambda server: measure(server, count), target)
