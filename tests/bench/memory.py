"""What data cost of the memory that the kernel counts, how it comes back, and how long others wait for that."""
import time

from report import Row, at_most, ratio
from servers import NAMES

# What a collection costs: the row, how many elements it has in all (tenths of the effort's keys), the request that
# makes it, and what ratio is asked for.
COLLECTIONS = [
    ("a hash of 10 fields", 1, "HSET hash:__i__ f0 v0 f1 v1 f2 v2 f3 v3 f4 v4 f5 v5 f6 v6 f7 v7 f8 v8 f9 v9", 1),
    ("a list of 4", 1, "RPUSH list:__i__ one two three four", None),
    ("a set of 5 integers", 1, "SADD set:__i__ 1 2 3 4 5", None),
    ("a set of 4 words", 1, "SADD set:__i__ one two three four", None),
    ("a sorted set of 4", 1, "ZADD zset:__i__ 1 one 2 two 3 three 4 four", None),
    ("a list's element", 10, "RPUSH list element:__i__", 1),
    ("a list's element, from the left", 10, "LPUSH list element:__i__", 1),
    ("a hash's field", 10, "HSET hash field:__i__ value:__i__", None),
    ("a set's member", 10, "SADD set member:__i__", 1),
    ("a sorted set's member", 10, "ZADD zset __i__ member:__i__", 1),
    ("a stream's entry", 10, "XADD stream * field value:__i__", 1),
]


def weighed(bench, fill, count, settings=None):
    """Bytes that each of `count` costs either server; `fill(server)` brings them."""
    costs = []
    for name in NAMES:
        with bench.servers([name]) as (server,):
            if settings:
                server.ask(f"CONFIG SET {settings}")
            before = server.resident_bytes()
            fill(server)
            costs.append([(server.resident_bytes() - before) / count])
    return costs


def keys(bench, report):
    """Keys of 16 bytes with values of 3, and what is left of a server when they are gone."""
    count = bench.effort.keys
    for name, settings, target in (("a key", None, ratio(4 / 3)),
                                   ("a key, exact LRU", "maxmemory 100gb maxmemory-policy allkeys-lru", None)):
        costs = weighed(bench, lambda server: bench.fill(server, count), count, settings)
        yield report(Row(f"{name}, of {count:,}", "bytes", *costs, False, target=target))
    left = []
    for name in NAMES:
        with bench.servers([name]) as (server,):
            bench.fill(server, count)
            before = server.resident_bytes()
            server.ask("FLUSHALL")
            time.sleep(min(1, bench.effort.seconds * 20))
            left.append([100 * server.resident_bytes() / before])
    yield report(Row(f"left a second after FLUSHALL of {count:,}", "%", *left, False, target=at_most(25)))


def collections(bench, report):
    for name, tenths, request, asked in COLLECTIONS:
        count = bench.effort.keys // 10 * tenths
        costs = weighed(bench, lambda server: bench.prepare(server, request, count), count)
        yield report(Row(f"{name}, of {count:,}", "bytes", *costs, False, target=ratio(asked) if asked else None))


def deletions(bench, report):
    """How long another client waits while one key with very many members goes."""
    count = bench.effort.keys
    for delete in ("DEL", "UNLINK"):
        pauses = {name: [] for name in NAMES}
        for _ in range(min(3, bench.effort.rounds)):
            for name in NAMES:
                with bench.servers([name]) as (server,):
                    bench.prepare(server, "SADD set member:__i__", count)
                    pauses[name].append(server.longest_pause(f"{delete} set"))
        yield report(Row(f"{delete} of {count:,} members: longest pause", "ms", *pauses.values(), False))


def rows(bench, report):
    yield from keys(bench, report)
    yield from collections(bench, report)
    yield from deletions(bench, report)
