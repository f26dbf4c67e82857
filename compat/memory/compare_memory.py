#!/usr/bin/env python3
"""The memory that redouble reports, compared with a real redis-server's.

Usage: compare_memory.py REDOUBLE [--redis redis-server] [--seed N] [--values N] [--keys N[,N…]] [--million]

Both servers get the same commands. MEMORY USAGE of every value, weighing all members and five, must be equal
for strings and within 5 % for the rest; so must the growth of INFO's used_memory be, over many keys of each
type and encoding and over one value of many members, at several points on the way, those where hash tables
have just doubled among them. Prints the worst ratio of each. Exit code 0 when all is within, else 1.
"""
import argparse
import os
import random
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "exchange"))
from resp import Error, Server  # noqa: E402
from workloads import BIG, KINDS  # noqa: E402

TOLERANCE = 0.05
BATCH = 500


def ratio_line(name, ratios, least, most):
    low, high = min(ratios), max(ratios)
    good = least <= low and high <= most
    print(f"  {name:<44} {low:8.4f} … {high:.4f}  of {len(ratios):,}{'' if good else '   TOO FAR'}", flush=True)
    return good


def reconnect(server):
    """So that no buffer of the connection has grown."""
    server.file.close()
    server.socket.close()
    server.connect()


def load(server, commands):
    for at in range(0, len(commands), BATCH):
        batch = commands[at:at + BATCH]
        for words in batch:
            server.send(words)
        for words in batch:
            reply = server.read()
            if isinstance(reply, Error):
                raise RuntimeError(f"{server.name}: {words[:3]}: {reply}")


def is_rehashing(server):
    return server.name == "redis" and b"rehashing target" in server.call("DEBUG", "HTSTATS", 0)


def used_memory(server):
    """used_memory at rest, with one fresh connection, when redis-server has moved its tables' keys."""
    seen, since = None, time.monotonic()
    give_up_at = since + 30
    while is_rehashing(server) and time.monotonic() < give_up_at:
        time.sleep(0.01)
    while time.monotonic() < give_up_at:
        reconnect(server)
        info = server.call("INFO", "memory").decode()
        now = int(info.split("used_memory:", 1)[1].split("\r", 1)[0])
        if now != seen:
            seen, since = now, time.monotonic()
        elif time.monotonic() - since > (0.06 if server.name == "redis" else 0.001):
            return now
        time.sleep(0.005)
    raise RuntimeError(f"{server.name}: used_memory does not come to rest")


def compare_usage(servers, rng, kind, count):
    """MEMORY USAGE of `count` values."""
    ours, theirs = servers
    all_members, five = [], []
    for server in servers:
        server.call("FLUSHALL", "SYNC")
    for i in range(count):
        for samples, ratios in (("0", all_members), ("5", five)):
            key = "k" * rng.randint(1, 60) + str(i) + samples
            commands = kind.make(rng, key, samples == "5")
            for server in servers:
                for words in commands:
                    server.send(words)
                for words in commands:
                    server.read()
            encodings = [server.call("OBJECT", "ENCODING", key) for server in servers]
            if encodings[0] != encodings[1] or (kind.encoding and encodings[1] != kind.encoding):
                raise RuntimeError(f"{kind.name}: encodings {encodings}, wanted {kind.encoding}")
            words = ("MEMORY", "USAGE", key) + (("SAMPLES", "0") if samples == "0" else ())
            ratios.append((ours.call(*words), theirs.call(*words)))
    if kind.drawn:
        five = [tuple(map(sum, zip(*five)))]
    all_members, five = ([a / b for a, b in pairs] for pairs in (all_members, five))
    least, most = (1, 1) if kind.exact else (1 - TOLERANCE, 1 + TOLERANCE)
    good = ratio_line(f"{kind.name}, all members", all_members, least, most)
    return ratio_line(f"{kind.name}, five", five, least, most) and good


def compare_growth(servers, name, steps):
    """used_memory's growth since the database was empty; `steps` yields commands, one list a look."""
    for server in servers:
        server.call("FLUSHALL", "SYNC")
    before = [used_memory(server) for server in servers]
    ratios = []
    for commands in steps:
        grown = []
        for server, empty in zip(servers, before):
            load(server, commands)
            grown.append(used_memory(server) - empty)
        ratios.append(grown[0] / grown[1])
    return ratio_line(name, ratios, 1 - TOLERANCE, 1 + TOLERANCE)


def points(n):
    """Where to look on the way to n: after the last doubling of a table, in the middle and at the end."""
    doubled = 1 << ((n - 1).bit_length() - 1)
    return sorted({p for p in (doubled // 2, doubled, doubled + 1 + doubled // 64, n) if 0 < p <= n})


def key_steps(rng, kind, n):
    done = 0
    for upto in points(max(64, int(n * kind.keys))):
        commands = []
        for i in range(done, upto):
            commands += kind.make(rng, f"key:{i}", False)
            if i % 10 == 0:
                commands.append(["EXPIRE", f"key:{i}", 100000])
        done = upto
        yield commands


def member_steps(make, n):
    done = 0
    for upto in points(n):
        yield [make(i) for i in range(done, upto)]
        done = upto


def options():
    parser = argparse.ArgumentParser(description="Compares the memory that redouble reports with redis-server's.")
    parser.add_argument("redouble")
    parser.add_argument("--redis", default=shutil.which("redis-server") or "redis-server")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--values", type=int, default=60, help="values of each kind for MEMORY USAGE")
    parser.add_argument("--keys", default="10000", help="how many keys, several with commas; big values are fewer")
    parser.add_argument("--million", action="store_true", help="the growth over a million keys and members too")
    parser.add_argument("--only", default="", help="kinds whose name has this in it")
    return parser.parse_args()


def main():
    asked = options()
    counts = [int(n) for n in asked.keys.split(",")] + ([1000000] if asked.million else [])
    print(f"seed {asked.seed}", flush=True)
    failed, compared = [], 0
    with tempfile.TemporaryDirectory(prefix="redouble-memory-") as folder:
        servers = []
        try:
            servers.append(Server(asked.redouble, folder, "redouble"))
            servers.append(Server(asked.redis, folder, "redis", "--hz", "100"))

            # A command's first call leaves statistics of it behind.
            for kind in KINDS:
                for server in servers:
                    load(server, kind.make(random.Random(1), f"first {kind.name}", False))
            for make in BIG.values():
                for server in servers:
                    server.call("FLUSHALL", "SYNC")
                    load(server, [make(1), ["EXPIRE", "big", 1000]])

            def note(name, good):
                nonlocal compared
                compared += 1
                if not good:
                    failed.append(name)

            print("MEMORY USAGE, redouble's by redis-server's", flush=True)
            for kind in KINDS:
                if asked.only in kind.name:
                    rng = random.Random(f"{asked.seed} usage {kind.name}")
                    note(kind.name, compare_usage(servers, rng, kind, asked.values))
            for n in counts:
                print(f"Growth of used_memory, {n:,} keys", flush=True)
                for kind in KINDS:
                    if asked.only in kind.name:
                        rng = random.Random(f"{asked.seed} growth {kind.name} {n}")
                        note(kind.name, compare_growth(servers, kind.name, key_steps(rng, kind, n)))
                print(f"Growth of used_memory, one value with {n:,} members", flush=True)
                for name, make in BIG.items():
                    if asked.only in name:
                        note(name, compare_growth(servers, name, member_steps(make, n)))
        finally:
            for server in servers:
                server.stop()
    print(f"RESULT {compared - len(failed)} of {compared} comparisons within {TOLERANCE:.0%} (strings' MEMORY USAGE "
          f"equal), seed {asked.seed}" + (f"; too far: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
