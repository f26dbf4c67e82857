#!/usr/bin/env python3
"""Replicas of redouble: what they are told, and whether they have the same data afterwards.

Usage: replica.py REDOUBLE [--redis PATH] [--commands N] [--seed N]

First redouble and a real redis-server run the same commands, each with a follower (SYNC on a raw connection):
both streams must be equal, line by line. Then a real redis-server is made a replica of redouble and follows
random commands over all types and databases, with keys that expire, transactions, scripts and clients that
wait: DEBUG DIGEST and INFO keyspace must be equal at the end. Exit code 0 for no difference, 1 for some.
"""
import argparse
import os
import random
import select
import sys
import tempfile
import time

from commands import Commands
from follower import Client, Error, Follower, Server, timeless
from written import CASES

WAITS = [["BLPOP", "l0", "l1", "0.05"], ["BRPOP", "l2", "0.05"], ["BLMOVE", "l3", "l4", "LEFT", "RIGHT", "0.05"],
         ["BRPOPLPUSH", "l4", "l5", "0.05"], ["BLMPOP", "0.05", "2", "l0", "l5", "RIGHT", "COUNT", "2"],
         ["BZPOPMIN", "z0", "z1", "0.05"], ["BZMPOP", "0.05", "1", "z2", "MAX"],
         ["XREADGROUP", "GROUP", "g", "w", "BLOCK", "50", "STREAMS", "x0", ">"],
         ["XREADGROUP", "GROUP", "h", "v", "NOACK", "BLOCK", "50", "STREAMS", "x1", ">"]]


def shown(words):
    return " ".join(repr(word)[1:][:60] for word in words)


class Streams:
    """The same commands to two servers, and what their followers are told."""

    def __init__(self, servers):
        self.servers = servers
        self.followers = [Follower(server) for server in servers]
        self.differences = self.compared = 0

    def close(self):
        for follower in self.followers:
            follower.close()

    def compare(self, what):
        ours, theirs = [[timeless(words) for words in follower.until_mark()] for follower in self.followers]
        self.compared += len(theirs)
        if ours == theirs:
            return
        self.differences += 1
        if self.differences > 10:
            return
        at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
        print(f"DIFFERENT STREAMS after {what}")
        for name, stream in (("redouble", ours), ("redis", theirs)):
            print(f"  {name}: " + "; ".join(shown(words) for words in stream[at:at + 3]))

    def play(self, commands):
        """The replies of the second server; they are not compared here."""
        for server in self.servers:
            for words in commands:
                server.send(words)
        return [[server.read() for _ in commands] for server in self.servers][1]

    def case(self, text):
        """Lines of commands; "@a" in front: by another client, whose reply is not waited for."""
        others = {}
        for line in text.strip().splitlines():
            tag, _, rest = line.strip().partition(" ") if line.strip().startswith("@") else ("", "", line.strip())
            words = [word.encode().decode("unicode_escape").encode("latin1") for word in rest.split()]
            if not tag:
                self.play([words])
            else:
                for i, server in enumerate(self.servers):
                    client = others.setdefault((tag, i), None) or Client(server)
                    others[(tag, i)] = client
                    waiting = server.call("INFO", "clients")
                    client.send(words)
                    while server.call("INFO", "clients") == waiting:
                        time.sleep(0.001)
            self.compare(line.strip())
        for client in others.values():
            client.socket.close()
        self.play([["FLUSHALL"], ["FUNCTION", "FLUSH"], ["SELECT", "0"]])
        self.compare("the end of a case")


def compare_streams(options, directory):
    servers = [Server(options.redouble, directory, "redouble"), Server(options.redis, directory, "redis")]
    streams = Streams(servers)
    for text in CASES:
        streams.case(text)
    written = streams.compared
    commands = Commands(random.Random(options.seed), settled=True)
    for server in servers:
        server.call("DEBUG", "SET-ACTIVE-EXPIRE", "0")  # what is over in an instant goes at the next look
    while streams.compared - written < options.commands // 4 and streams.differences < 10:
        batch = commands.next()
        streams.play(batch)
        streams.compare(" / ".join(shown([str(word) for word in words]) for words in batch))
    streams.close()
    for server in servers:
        server.stop()
    print(f"streams: {written} written and {streams.compared - written} random commands told to both followers, "
          f"{streams.differences} differences")
    return streams.differences


class Waiting:
    """Clients that wait for something, now and then."""

    def __init__(self, server, rand):
        self.clients = [Client(server) for _ in range(3)]
        self.random = rand
        self.busy = set()

    def step(self):
        for client in list(self.busy):
            if select.select([client.socket], [], [], 0)[0]:
                client.read()
                self.busy.discard(client)
        idle = [client for client in self.clients if client not in self.busy]
        if idle and self.random.randrange(4) == 0:
            idle[0].send(self.random.choice(WAITS))
            self.busy.add(idle[0])

    def finish(self):
        for client in self.busy:
            client.read()
        for client in self.clients:
            client.socket.close()


def keyspace(server):
    return [line.rsplit(b",avg_ttl", 1)[0] for line in server.call("INFO", "keyspace").split()]


def wait_until(what, condition):
    end = time.monotonic() + 30
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"{what} does not come")
        time.sleep(0.01)


def digests_when_caught_up(ours, replica):
    """Whether all is the same once the replica has read all that there is; keys expire meanwhile."""
    replies = None
    for _ in range(20):
        ours.call("WAIT", "1", "5000")
        offset = ours.call("ROLE")[1]
        replies = [(server.call("DEBUG", "DIGEST"), keyspace(server)) for server in (ours, replica)]
        if replies[0] == replies[1] and ours.call("ROLE")[1] == offset:
            break
        time.sleep(0.02)
    return replies


def follow(options, directory):
    """Random commands to redouble while a real redis-server follows."""
    rand = random.Random(options.seed + 1)
    ours = Server(options.redouble, directory, "master", "--port", str(options.port or "auto"), "--bind", "127.0.0.1")
    commands = Commands(rand, settled=False)
    for _ in range(options.commands // 20):  # for the snapshot
        for words in commands.next():
            ours.raw(*words)
    port = ours.call("CONFIG", "GET", "port")[1].decode()
    if port == "0":
        port = ours.call("INFO", "server").split(b"tcp_port:")[1].split()[0].decode()
    replica = Server(options.redis, directory, "replica", "--replicaof", "127.0.0.1", port)
    up = lambda: replica.call("INFO", "replication").find(b"master_link_status:up") >= 0  # noqa: E731
    wait_until("the link to the replica", up)
    ours.call("SELECT", "0")
    waiting = Waiting(ours, rand)
    sent = differences = 0
    while sent < options.commands and differences == 0:
        for _ in range(options.commands // 10):
            batch = commands.next()
            for words in batch:
                ours.send(words)
            for words in batch:
                ours.read()
            sent += len(batch)
            waiting.step()
        if rand.randrange(3) == 0:  # it comes back and goes on where it was
            ours.call("CLIENT", "KILL", "TYPE", "replica")
            wait_until("the replica", lambda: ours.call("ROLE")[2] != [] and up())
        digests = digests_when_caught_up(ours, replica)
        if digests[0] != digests[1]:
            differences += 1
            print(f"DIFFERENT DATA after {sent} commands (seed {options.seed}):\n  redouble {digests[0]}\n  replica  {digests[1]}")
            tell_different_keys(ours, replica)
    waiting.finish()
    log = open(replica.log, errors="replace").read()
    for line in log.splitlines():
        if "PANIC" in line or "CRITICAL" in line or "error" in line.lower() and "Error condition" not in line:
            print(f"the replica says: {line}")
            differences += 1
    syncs = [ours.call("INFO", "stats").split(name)[1].split()[0].decode() for name in (b"sync_full:", b"sync_partial_ok:")]
    ours.stop()
    replica.stop()
    print(f"replica: {sent} commands followed, {syncs[0]} full and {syncs[1]} partial synchronisations, "
          f"{differences} differences")
    return differences


def tell_different_keys(ours, replica):
    for db in range(3):
        keys = set()
        for server in (ours, replica):
            server.call("SELECT", str(db))
            keys.update(server.call("KEYS", "*"))
        for key in sorted(keys):
            values = [server.raw("DEBUG", "DIGEST-VALUE", key) for server in (ours, replica)]
            times = [server.raw("PEXPIRETIME", key) for server in (ours, replica)]
            if values != values[::-1] or times != times[::-1]:
                print(f"  db {db} {key}: {ours.raw('TYPE', key)} {times}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("redouble")
    parser.add_argument("--redis", default="redis-server")
    parser.add_argument("--commands", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    options.redouble = os.path.abspath(options.redouble)
    with tempfile.TemporaryDirectory(prefix="redouble-replica-") as directory:
        differences = compare_streams(options, directory) + follow(options, directory)
    print(f"{differences} differences (seed {options.seed})")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
