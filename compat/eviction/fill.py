#!/usr/bin/env python3
"""The same random data into redouble and a real redis-server until both are full, under every policy.

Usage: fill.py REDOUBLE [--redis PATH] [--quick] [--seed N]

Compares how many keys fit (within 3 %), when which error comes, and the events. Exit code 0 for no difference.
"""
import argparse
import os
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "exchange"))
from resp import Error, Server  # noqa: E402

POLICIES = ("noeviction", "allkeys-lru", "allkeys-lfu", "allkeys-random",
            "volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl")
MIXES = ("strings", "collections", "all")
ALLOWED = 0.03
BATCH = 32  # commands sent before their replies are read
MEGABYTE = 1 << 20

# For a server that is full: some are refused, some are not.
TAKEN_OR_NOT = (
    ["SET", "a", "b"], ["GET", "nokey"], ["EXPIRE", "nokey", 1], ["LPOP", "nokey"], ["APPEND", "a", "b"], ["PUBLISH", "c", "m"],
    ["COPY", "a", "b"], ["RPUSH", "l", "e"], ["XADD", "s", "*", "f", "v"], ["EVAL", "return 1", 0], ["MULTI"], ["GET", "nokey"],
    ["DISCARD"], ["MULTI"], ["EXEC"], ["BITFIELD", "a", "GET", "u8", 0], ["SORT", "nokey"], ["DEL", "nokey"],
    ["CONFIG", "GET", "maxmemory"])


class Data:
    """Random writes, each of a new key, the same for the same seed."""

    def __init__(self, seed, mix, timed):
        self.random = random.Random(seed)
        self.mix, self.timed = mix, timed
        self.number = 0

    def words(self, most, longest):
        return ["x" * self.random.randrange(1, longest) + str(i) for i in range(self.random.randrange(1, most))]

    def string(self, key):
        size = self.random.choice((5, 20, 60, 300, 800))
        value = str(self.random.randrange(10**6)) if self.random.randrange(5) == 0 else "v" * self.random.randrange(size)
        return ["SET", key, value]

    def hash(self, key):
        return ["HSET", key] + [word for field in self.words(20, 20) for word in (field, "v" * self.random.randrange(80))]

    def list(self, key):
        return ["RPUSH", key] + self.words(30, 40)

    def set(self, key):
        if self.random.randrange(2) == 0:
            return ["SADD", key] + list(range(self.random.randrange(1, 60)))
        return ["SADD", key] + self.words(20, 20)

    def sorted_set(self, key):
        return ["ZADD", key] + [word for i, member in enumerate(self.words(20, 20)) for word in (i * 1.5, member)]

    def stream(self, key):
        return ["XADD", key, "*", "field", "v" * self.random.randrange(100)]

    def next(self):
        """The commands that make one more key."""
        self.number += 1
        key = "key:" + "k" * self.random.randrange(20) + str(self.number)
        kinds = {"strings": [self.string], "collections": [self.hash, self.list, self.set, self.sorted_set],
                 "all": [self.string, self.string, self.hash, self.list, self.set, self.sorted_set, self.stream]}
        commands = [self.random.choice(kinds[self.mix])(key)]
        if self.timed:
            commands.append(["PEXPIRE", key, 10**8 + self.random.randrange(10**8)])
        return commands


class Fill:
    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        self.servers = []
        self.differences = 0

    def start(self, *settings):
        self.stop()
        self.servers = [Server(binary, self.directory, name, *map(str, settings))
                        for binary, name in ((self.options.redouble, "redouble"), (self.options.redis, "redis"))]

    def stop(self):
        for server in self.servers:
            server.stop()
        self.servers = []

    def differ(self, what, ours, theirs):
        self.differences += 1
        print(f"DIFFERENT {what}:\n  redouble {str(ours)[:300]}\n  redis    {str(theirs)[:300]}")

    def same(self, what, ours, theirs):
        if ours != theirs:
            self.differ(what, ours, theirs)

    def near(self, what, ours, theirs):
        apart = abs(ours - theirs) / max(theirs, 1)
        print(f"  {what}: {ours} and {theirs}, {100 * (ours / max(theirs, 1) - 1):+.2f} %", flush=True)
        if apart > ALLOWED:
            self.differ(f"{what} (more than {100 * ALLOWED:.0f} % apart)", ours, theirs)

    def both(self, *words):
        return [server.raw(*words) for server in self.servers]

    def batch(self, commands):
        """The replies of each server to all of them."""
        for server in self.servers:
            server.socket.sendall(b"".join(
                b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words)
                for words in ([str(word).encode() for word in command] for command in commands)))
        return [[server.read() for _ in commands] for server in self.servers]

    # --- How many keys fit ------------------------------------------------------------------------------------

    def until_refused(self, mix, cap, seed):
        """noeviction: the first write that is refused, and what is still taken then."""
        self.start("--maxmemory", cap, "--maxmemory-policy", "noeviction")
        for command in TAKEN_OR_NOT:  # the first call of each command takes memory of its own
            self.both(*command)
        self.both("FLUSHALL")
        self.both("SET", "reserve", "x" * 100000)
        data = Data(seed, mix, timed=False)
        first, keys = [None, None], [None, None]
        while None in first:
            command = data.next()[0]
            for i, server in enumerate(self.servers):
                if first[i] is not None:
                    continue
                reply = server.raw(*command)
                if isinstance(reply, Error):
                    first[i], keys[i] = str(reply), server.call("DBSIZE")
        self.same(f"noeviction, {mix}: the error", *first)
        self.near(f"noeviction, {mix}, {cap / MEGABYTE:g} MB: keys before the first refused write", *keys)
        for server in self.servers:  # full to the brim, whatever the size of what was refused
            while not isinstance(server.raw("SADD", "filler", os.urandom(12).hex()), Error):
                pass
        self.both("CONFIG", "SET", "maxmemory", cap - 20000)  # and so it stays when redis-server's buffers shrink
        for command in TAKEN_OR_NOT:
            self.same(f"noeviction, full: {command}", *(repr(reply) for reply in self.both(*command)))
        self.same("full: DEL frees", *(reply == 1 for reply in self.both("DEL", "reserve")))
        self.same("and a write passes", *self.both("SET", "a", "b"))

    def beyond_full(self, policy, mix, cap, seed):
        """Evicting policies: the mean number of keys from the moment at which both are full."""
        self.start("--maxmemory", cap, "--maxmemory-policy", policy)
        data = Data(seed, mix, timed=policy.startswith("volatile"))
        sizes, full_at, turn = [], None, 0
        while full_at is None or turn < full_at * (10 if mix == "all" else 5):
            turn += 1
            commands = [command for _ in range(BATCH) for command in data.next()]
            ours, theirs = self.batch(commands)
            refused = [next((r for r in replies if isinstance(r, Error)), None) for replies in (ours, theirs)]
            if refused != [None, None]:
                return self.differ(f"{policy}, {mix}: a write is refused", *refused)
            if full_at is None and all(server.call("DBSIZE") < data.number for server in self.servers):
                full_at = turn
            if full_at is not None and turn > full_at * 3 // 2:
                sizes.append(self.both("DBSIZE"))
        means = [round(sum(column) / len(sizes)) for column in zip(*sizes)]
        self.near(f"{policy}, {mix}, {cap / MEGABYTE:g} MB: keys that fit", *means)
        for server in self.servers:
            used = int(server.call("INFO", "memory").split(b"used_memory:")[1].split()[0])
            if used > cap * 1.05:
                self.differ(f"{policy}, {mix}: {server.name} is above the limit", used, cap)

    # --- What others see --------------------------------------------------------------------------------------

    def events(self):
        """All keys go: events, statistics, invalidations, WATCH; and what has no time to live stays."""
        self.start("--maxmemory-policy", "volatile-ttl", "--notify-keyspace-events", "Ee")
        heard = []
        for server in self.servers:
            watcher, listener = (Other(server) for _ in range(2))
            for number in (5, 3, 9, 1, 7):
                server.call("SET", f"timed:{number}", "v", "PX", 10**8 * number)
            server.call("RPUSH", "queue", "job")
            # A cache on the same connection, told through the listener.
            server.call("CLIENT", "TRACKING", "ON", "REDIRECT", listener.call("CLIENT", "ID"))
            server.call("MGET", "timed:1", "timed:9")
            listener.call("SUBSCRIBE", "__redis__:invalidate")
            listener.call("PSUBSCRIBE", "__keyevent@*__:evicted")
            watcher.call("WATCH", "timed:7")
            server.call("CONFIG", "SET", "maxmemory", 1)
            while server.call("DBSIZE") > 1:
                pass
            seen = []
            while len(seen) < 7:
                message = listener.read()
                seen.append((message[0], message[-1]))
            server.call("CONFIG", "SET", "maxmemory", 0)
            watcher.call("MULTI")
            info = server.call("INFO", "stats")
            heard.append([seen, watcher.call("EXEC"), server.call("EXISTS", "queue"),
                          info.split(b"evicted_keys:")[1].split()[0]])
            watcher.close(), listener.close()
        self.same("volatile-ttl: events, invalidations, WATCH, what stays, evicted_keys", *heard)
        print(f"  volatile-ttl, all go: {len(heard[1][0])} messages in one order, WATCH fails, the queue stays", flush=True)

    def run(self):
        seed = self.options.seed
        caps = (6 * MEGABYTE,) if self.options.quick else (4 * MEGABYTE, 8 * MEGABYTE, 20 * MEGABYTE)
        for cap in caps:
            for mix in MIXES:
                seed += 1
                self.until_refused(mix, cap, seed)
            for policy in POLICIES[1:]:
                for mix in (MIXES[seed % 3],) if self.options.quick else MIXES:
                    seed += 1
                    self.beyond_full(policy, mix, cap, seed)
        self.events()
        print(f"{self.differences} differences (seed {self.options.seed})")
        return 1 if self.differences else 0


class Other(Server):
    """One more connection to a server that runs."""

    def __init__(self, server):  # not Server's: no process of its own
        self.name, self.path, self.log, self.process = server.name, server.path, server.log, server.process
        self.connect()

    def close(self):
        self.socket.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("redouble")
    parser.add_argument("--redis", default="redis-server")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options = parser.parse_args()
    options.redouble = os.path.abspath(options.redouble)
    with tempfile.TemporaryDirectory(prefix="redouble-eviction-") as directory:
        fill = Fill(options, directory)
        try:
            return fill.run()
        finally:
            fill.stop()


if __name__ == "__main__":
    sys.exit(main())
