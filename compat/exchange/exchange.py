#!/usr/bin/env python3
"""Values and whole data sets that redouble and a real redis-server hand each other.

Usage: exchange.py REDOUBLE [--redis PATH] [--seconds N] [--seed N]

For random values of every type and encoding: both servers run the same commands; each one's DUMP is RESTOREd
by the other, and comes out of it again as it went in, byte for byte where its order is defined. The same for
payloads in the encodings of older versions. Then RDB files in both directions: what one has saved the other
loads, with an equal DEBUG DIGEST. Exit code 0 for no difference, 1 for some.
"""
import argparse
import os
import random
import shutil
import sys
import tempfile
import time

from resp import Error, Server
from values import Values

TYPES = ("string", "list", "set", "hash", "zset", "stream")
UNORDERED = (b"hashtable",)
MAKERS = {"list": "RPUSH", "set": "SADD", "hash": "HSET", "zset": "ZADD", "stream": "XADD", "string": "SET"}


class Exchange:
    def __init__(self, options, directory):
        self.options = options
        self.directory = directory
        self.random = random.Random(options.seed)
        self.values = Values(self.random)
        self.ours = self.theirs = None
        self.differences = 0
        self.count = {}

    def start(self):
        self.ours = Server(self.options.redouble, self.directory, "redouble")
        self.theirs = Server(self.options.redis, self.directory, "redis")
        known = {name.upper() for name in self.ours.call("COMMAND", "LIST")}
        self.types = [name for name in TYPES if MAKERS[name].encode() in known]

    def stop(self):
        for server in (self.ours, self.theirs):
            if server is not None:
                server.stop()

    def differ(self, what, ours, theirs):
        self.differences += 1
        if self.differences <= 20:
            print(f"DIFFERENT {what}:\n  redouble {str(ours)[:300]}\n  redis    {str(theirs)[:300]}")

    def same(self, what, ours, theirs):
        if ours != theirs:
            self.differ(what, ours, theirs)
        return ours == theirs

    def both(self, *words):
        for server in (self.ours, self.theirs):
            server.send(words)
        return self.ours.read(), self.theirs.read()

    # --- One value ------------------------------------------------------------------------------------------

    def make(self, type_name, key):
        commands = list(getattr(self.values, type_name)(key))
        for start in range(0, len(commands), 50):  # what fits into the sockets' buffers
            batch = commands[start:start + 50]
            for server in (self.ours, self.theirs):
                for words in batch:
                    server.send(words)
            for words in batch:
                ours, theirs = self.ours.read(), self.theirs.read()
                if isinstance(ours, Error) != isinstance(theirs, Error):
                    self.differ(f"{words[0]} {key}", ours, theirs)

    def hand_over(self, what, giver, taker, key):
        """A payload goes over and comes back from there; both keep the same value."""
        dump = giver.call("DUMP", key)
        reply = taker.raw("RESTORE", "copy", 0, dump, "REPLACE")
        if reply != b"OK":
            return self.differ(f"{what}: RESTORE by {taker.name}", reply, dump)
        encoding = giver.call("OBJECT", "ENCODING", key)
        self.same(f"{what}: encoding", giver.call("OBJECT", "ENCODING", key), taker.call("OBJECT", "ENCODING", "copy"))
        self.same(f"{what}: digest", giver.call("DEBUG", "DIGEST-VALUE", key), taker.call("DEBUG", "DIGEST-VALUE", "copy"))
        if encoding not in UNORDERED:
            self.same(f"{what}: DUMP after RESTORE by {taker.name}", taker.call("DUMP", "copy"), dump)
            lengths = [server.call("DEBUG", "OBJECT", name).split(b"serializedlength:")[1].split()[0]
                       for server, name in ((giver, key), (taker, "copy"))]
            self.same(f"{what}: serialized length", *lengths)

    def value(self, number):
        type_name = self.types[number % len(self.types)]
        self.both("FLUSHALL")
        self.make(type_name, "k")
        if self.ours.call("EXISTS", "k") == 0:
            return
        what = f"{type_name} number {number}"
        encoding = self.theirs.call("OBJECT", "ENCODING", "k")
        if type_name != "stream" and encoding not in UNORDERED:  # a stream holds times
            self.same(f"{what}: DUMP", *self.both("DUMP", "k"))
        self.hand_over(what, self.theirs, self.ours, "k")
        self.hand_over(what, self.ours, self.theirs, "k")
        self.tally(f"{type_name} {encoding.decode()}")

    def old_value(self, number):
        what, payload = self.values.old_payload()
        ours, theirs = self.both("RESTORE", "k", 0, payload, "REPLACE")
        if not self.same(f"{what} number {number}: RESTORE", str(ours), str(theirs)) or ours != b"OK":
            return
        encoding, theirs = self.both("OBJECT", "ENCODING", "k")
        self.same(f"{what} number {number}: encoding", encoding, theirs)
        self.same(f"{what} number {number}: digest", *self.both("DEBUG", "DIGEST-VALUE", "k"))
        if encoding not in UNORDERED:
            self.same(f"{what} number {number}: DUMP", *self.both("DUMP", "k"))
        self.tally(f"{what} -> {encoding.decode()}")

    def tally(self, what):
        self.count[what] = self.count.get(what, 0) + 1

    # --- Files ----------------------------------------------------------------------------------------------

    def fill(self):
        self.both("FLUSHALL")
        for i in range(40):
            self.both("SELECT", self.random.choice([0, 0, 1, 9]))
            self.make(self.random.choice(self.types), f"key:{i}")
            if self.random.randrange(3) == 0:
                self.both("PEXPIREAT", f"key:{i}", 4000000000000 + self.random.randrange(1000000))
        self.both("SELECT", 0)

    def load_elsewhere(self, giver, taker):
        shutil.copy(os.path.join(giver.directory, "dump.rdb"), os.path.join(taker.directory, "dump.rdb"))
        reply = taker.raw("DEBUG", "RELOAD", "NOSAVE")
        if reply != b"OK":
            return self.differ(f"a file of {giver.name}: DEBUG RELOAD by {taker.name}", reply, "")
        self.same(f"a file of {giver.name} in {taker.name}: digest", taker.call("DEBUG", "DIGEST"),
                  giver.call("DEBUG", "DIGEST"))
        self.same(f"a file of {giver.name} in {taker.name}: keyspace", *[
            [line.rsplit(b",avg_ttl", 1)[0] for line in server.call("INFO", "keyspace").split()]
            for server in (taker, giver)])

    def files(self):
        policy = self.random.choice(["noeviction", "allkeys-lru", "allkeys-lfu"])
        compress = self.random.choice(["yes", "no"])
        self.both("CONFIG", "SET", "maxmemory-policy", policy, "rdbcompression", compress)
        for giver, taker in ((self.ours, self.theirs), (self.theirs, self.ours)):
            self.fill()
            before = giver.call("DEBUG", "DIGEST")
            giver.call("SAVE")
            self.same("digest after DEBUG RELOAD", giver.call("DEBUG", "RELOAD") and giver.call("DEBUG", "DIGEST"), before)
            self.load_elsewhere(giver, taker)
        self.both("CONFIG", "SET", "maxmemory-policy", "noeviction", "rdbcompression", "yes")
        self.tally(f"files, {policy}, rdbcompression {compress}")

    def start_from_file(self):
        """Each starts with the other's file."""
        self.fill()
        self.both("SAVE")
        digests = self.both("DEBUG", "DIGEST")
        self.stop()
        paths = [os.path.join(server.directory, "dump.rdb") for server in (self.ours, self.theirs)]
        os.rename(paths[0], paths[0] + ".ours")
        os.rename(paths[1], paths[0])
        os.rename(paths[0] + ".ours", paths[1])
        self.start()
        self.same("digest of redouble, started with redis's file", self.ours.call("DEBUG", "DIGEST"), digests[1])
        self.same("digest of redis, started with redouble's file", self.theirs.call("DEBUG", "DIGEST"), digests[0])
        self.tally("starts")

    def run(self):
        end = time.monotonic() + self.options.seconds
        number = 0
        self.start()
        while time.monotonic() < end and self.differences < 20:
            for _ in range(60):
                self.value(number)
                self.old_value(number)
                number += 1
            self.files()
        self.start_from_file()
        for what in sorted(self.count):
            print(f"{self.count[what]:6} {what}")
        print(f"{number} values, {self.differences} differences (seed {self.options.seed})")
        return 1 if self.differences else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("redouble")
    parser.add_argument("--redis", default="redis-server")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    options = parser.parse_args()
    options.redouble = os.path.abspath(options.redouble)
    with tempfile.TemporaryDirectory(prefix="redouble-exchange-") as directory:
        exchange = Exchange(options, directory)
        try:
            return exchange.run()
        finally:
            exchange.stop()


if __name__ == "__main__":
    sys.exit(main())
