#!/usr/bin/env python3
"""What happens when a clock is set back: a real redis-server whose system clock is, and redouble's own one.

Usage: set_back.py REDOUBLE [--redis PATH] [--cc COMPILER]

The real server gets its time from a small library that is loaded before it (clock.c). Both are asked the same; whole
seconds may differ by one, since the real one's time runs. Exit code 0 for no difference.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "exchange"))
from resp import Error, Server  # noqa: E402


class Real:
    """redis-server, in a time that a file tells."""

    def __init__(self, options, directory):
        library, self.offset = os.path.join(directory, "clock.so"), os.path.join(directory, "offset")
        subprocess.run([options.cc, "-shared", "-fPIC", "-O1", "-o", library, str(HERE / "clock.c")], check=True)
        os.environ.update(LD_PRELOAD=library, CLOCK_OFFSET=self.offset)
        self.seconds = 0
        self.write()
        try:
            self.server = Server(options.redis, directory, "redis")
        finally:
            del os.environ["LD_PRELOAD"]

    def write(self):
        with open(self.offset + ".new", "w", encoding="ascii") as file:
            file.write(str(self.seconds))
        os.rename(self.offset + ".new", self.offset)

    def move(self, seconds):
        """Until its cron has seen the new time, too."""
        before = lru_clock(self.server)
        self.seconds += seconds
        self.write()
        while abs(lru_clock(self.server) - before - seconds) > abs(seconds) // 2:
            pass


class Ours:
    def __init__(self, options, directory):
        self.server = Server(options.redouble, directory, "redouble")

    def move(self, seconds):
        self.server.call("REDOUBLE", "CLOCK", "ADVANCE", f"{seconds}s")


def field(text, name):
    return int(re.search(rf"\b{name}[:=](-?\d+)", text.decode()).group(1))


def lru_clock(server):
    return field(server.call("INFO", "server"), "lru_clock")


def told(side, options, directory):
    """Pairs of what was asked and what was answered."""
    one = side(options, directory)
    server, answers = one.server, []

    def ask(name, *words, read=lambda reply: reply):
        reply = server.raw(*words)
        answers.append((name, str(reply) if isinstance(reply, Error) else read(reply)))

    try:
        server.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        server.call("SET", "k", "v", "EX", 100)
        first = server.call("XADD", "s", "*", "a", 1)
        server.call("XGROUP", "CREATE", "s", "g", 0)
        server.call("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">")
        waiting = Server.__new__(Server)
        waiting.name, waiting.path, waiting.process, waiting.log = "a second client", server.path, server.process, server.log
        waiting.connect()
        number = waiting.call("CLIENT", "ID")
        waiting.send(["BLPOP", "jobs", 20])
        while b"flags=b" not in server.call("CLIENT", "LIST", "ID", number):
            pass
        one.move(-49)
        ask("TTL", "TTL", "k")
        ask("OBJECT IDLETIME", "OBJECT", "IDLETIME", "k")
        ask("the time of XADD", "XADD", "s", "*", "a", 2, read=lambda reply: reply.split(b"-")[0] == first.split(b"-")[0])
        ask("XPENDING", "XPENDING", "s", "g", "-", "+", 10, read=lambda reply: reply[0][2:])
        ask("XAUTOCLAIM of the idle", "XAUTOCLAIM", "s", "g", "d", 1000, 0, read=lambda reply: reply[1])
        ask("XINFO CONSUMERS", "XINFO", "CONSUMERS", "s", "g", read=lambda reply: reply[0][-1])
        ask("age", "CLIENT", "LIST", "ID", number, read=lambda reply: field(reply, "age"))
        ask("idle", "CLIENT", "LIST", "ID", number, read=lambda reply: field(reply, "idle"))
        ask("uptime", "INFO", "server", read=lambda reply: field(reply, "uptime_in_seconds"))
        ask("uptime in days", "INFO", "server", read=lambda reply: field(reply, "uptime_in_days"))
        one.move(60)  # the timeout has nine seconds left
        ask("blocked", "INFO", "clients", read=lambda reply: field(reply, "blocked_clients"))
        one.move(12)
        answers.append(("the timeout", waiting.read()))
        ask("TTL", "TTL", "k")
        server.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu")
        server.call("SET", "f", "v")
        one.move(-150)
        ask("OBJECT FREQ", "OBJECT", "FREQ", "f")
        waiting.socket.close()
        return answers
    finally:
        server.stop()


def differ(a, b):
    return abs(a - b) > 1 if type(a) is int and type(b) is int else a != b


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("redouble")
    parser.add_argument("--redis", default="redis-server")
    parser.add_argument("--cc", default="cc")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="redouble-clock-") as directory:
        theirs, ours = (told(side, options, directory) for side in (Real, Ours))
    wrong = [(a, b) for a, b in zip(theirs, ours) if a[0] != b[0] or differ(a[1], b[1])]
    for (name, there), (_, here) in wrong:
        print(f"{name}: redis-server {there}, redouble {here}")
    print(f"{len(theirs)} answers of a clock that was set back, {len(wrong)} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
