"""Random values of every type and encoding, as the commands that make them.

A Kind yields, for a key, a list of commands. `alike` makes all members of a value about equally long: MEMORY
USAGE weighs five of them by default, and which five is each server's own choice.
"""
import dataclasses
import typing


def text(rng, low, high):
    return bytes(rng.choices(b"abcdefghijklmnopqrstuvwxyz", k=rng.randint(low, high)))


class Sizes:
    """Lengths of a value's members: anything up to `high`, or all near one length."""

    def __init__(self, rng, alike, high):
        self.low, self.high = 1, high
        if alike:
            self.low = self.high = rng.randint(1, high)

    def text(self, rng):
        return text(rng, self.low, self.high)


def members(rng, sizes, n):
    """`n` different texts: a number stands in front."""
    return [b"%04d%s" % (i, sizes.text(rng)) for i in range(n)]


def pairs(rng, key, command, first, second):
    words = [command, key]
    for a, b in zip(first, second):
        words += [a, b]
    return [words]


def settled(command, key, n):
    """Removes what is not there, again and again: each time a table that grows moves on. How soon one is done is a
    matter of each server's hash seed."""
    return [[command, key, *[b"no such member"] * (2 * n)]]


# --- Strings ---------------------------------------------------------------------------------------------

def string(rng, key, alike):
    return [["SET", key, text(rng, 0, 400)]]


def integer(rng, key, alike):
    return [["SET", key, rng.randint(-10**12, 10**12)]]


def small_integer(rng, key, alike):
    return [["SET", key, rng.randint(0, 9999)]]


def grown_string(rng, key, alike):
    return [["APPEND", key, text(rng, 1, 120)] for _ in range(rng.randint(1, 5))] + [
        ["SETRANGE", key, rng.randint(0, 600), text(rng, 1, 40)] for _ in range(rng.randint(0, 2))]


# --- Collections -----------------------------------------------------------------------------------------

def short_list(rng, key, alike):
    sizes = Sizes(rng, alike, 60)
    words = [sizes.text(rng) for _ in range(rng.randint(1, 60))]
    return [[rng.choice(("RPUSH", "LPUSH")), key, *words]]


def long_list(rng, key, alike):
    sizes = Sizes(rng, alike, 200)
    commands = [[rng.choice(("RPUSH", "LPUSH")), key, *[sizes.text(rng) for _ in range(100)]]
                for _ in range(rng.randint(4, 12))]
    commands += [["LINSERT", key, "BEFORE", b"x", b"y"], ["LPOP", key, rng.randint(1, 50)],
                 ["RPOP", key, rng.randint(1, 50)], ["LSET", key, rng.randint(0, 100), sizes.text(rng)]]
    return commands


def hash_listpack(rng, key, alike):
    sizes, n = Sizes(rng, alike, 60), rng.randint(1, 400)
    return pairs(rng, key, "HSET", members(rng, sizes, n), [sizes.text(rng) for _ in range(n)])


def hash_table(rng, key, alike):
    sizes, n = Sizes(rng, alike, 60 if rng.random() < 0.5 else 200), rng.randint(520, 1500)
    fields = members(rng, sizes, n)
    return pairs(rng, key, "HSET", fields, [sizes.text(rng) for _ in range(n)]) + [
        ["HDEL", key, *rng.sample(fields, n // 10)],
        *pairs(rng, key, "HSET", fields[:n // 4], [sizes.text(rng) for _ in range(n // 4)]),
        *settled("HDEL", key, n)]


def intset(rng, key, alike):
    largest = rng.choice((100, 30000, 10**9, 10**15))
    return [["SADD", key, *[rng.randint(-largest, largest) for _ in range(rng.randint(1, 300))]]]


def set_table(rng, key, alike):
    names = members(rng, Sizes(rng, alike, 100), rng.randint(1, 900))
    return [["SADD", key, *names], ["SREM", key, b"no such member", *names[:len(names) // 10]],
            *settled("SREM", key, len(names))]


def zset_listpack(rng, key, alike):
    sizes, n = Sizes(rng, alike, 50), rng.randint(1, 60)
    scores = [rng.choice((rng.randint(0, 1000), rng.random() * 1000)) for _ in range(n)]
    return pairs(rng, key, "ZADD", scores, members(rng, sizes, n))


def zset_skiplist(rng, key, alike):
    sizes, n = Sizes(rng, alike, 100), rng.randint(140, 900)
    names = members(rng, sizes, n)
    return pairs(rng, key, "ZADD", [rng.random() for _ in range(n)], names) + [
        ["ZREM", key, *names[:n // 10]], *settled("ZREM", key, n)]


# --- Streams ---------------------------------------------------------------------------------------------

def entries(rng, key, sizes, n, fields):
    ms, commands = rng.randint(10**12, 2 * 10**12), []
    for _ in range(n):
        ms += rng.choice((0, 1, 1, 7, 300))
        words = ["XADD", key, f"{ms}-*"]
        for field in fields if rng.random() < 0.9 else [b"odd"]:
            words += [field, sizes.text(rng)]
        commands.append(words)
    return commands


def stream(rng, key, alike):
    sizes = Sizes(rng, alike, 60)
    return entries(rng, key, sizes, rng.randint(1, 500), members(rng, sizes, rng.randint(1, 4)))


def stream_groups(rng, key, alike):
    commands = stream(rng, key, alike)
    for g in range(rng.randint(1, 3)):
        commands.append(["XGROUP", "CREATE", key, f"group{g}", "0"])
        for c in range(rng.randint(1, 3)):
            commands.append(["XREADGROUP", "GROUP", f"group{g}", f"consumer:{c}", "COUNT", rng.randint(1, 200),
                             "STREAMS", key, ">"])
    return commands


@dataclasses.dataclass
class Kind:
    name: str
    make: typing.Callable
    encoding: bytes
    exact: bool = False  # equal to the byte
    keys: float = 1      # how many of the asked for keys are made: big values are fewer
    drawn: bool = False  # part of it is drawn by each server for itself: five members say little of one value


KINDS = [
    Kind("string, integer", integer, b"int", True),
    Kind("string, shared integer", small_integer, b"int", True),
    Kind("string, embstr and raw", string, b"", True),
    Kind("string, grown in place", grown_string, b"", True),
    Kind("list, one node", short_list, b"quicklist", keys=0.2),
    Kind("list, many nodes", long_list, b"quicklist", keys=0.01),
    Kind("hash, listpack", hash_listpack, b"listpack", keys=0.2),
    Kind("hash, table", hash_table, b"hashtable", keys=0.01),
    Kind("set, intset", intset, b"intset", keys=0.2),
    Kind("set, table", set_table, b"hashtable", keys=0.01),
    Kind("zset, listpack", zset_listpack, b"listpack", keys=0.2),
    Kind("zset, skiplist", zset_skiplist, b"skiplist", keys=0.01, drawn=True),
    Kind("stream", stream, b"stream", keys=0.01),
    Kind("stream, groups and pending", stream_groups, b"stream", keys=0.01),
]


# --- One value that grows --------------------------------------------------------------------------------

BIG = {
    "a list's elements": lambda i: ["RPUSH", "big", b"element:%d" % i],
    "a list's elements, from the left": lambda i: ["LPUSH", "big", b"element:%d" % i],
    "a hash's fields": lambda i: ["HSET", "big", b"field:%d" % i, b"value:%d" % i],
    "a set's members": lambda i: ["SADD", "big", b"member:%d" % i],
    "a sorted set's members": lambda i: ["ZADD", "big", i * 7919 % 1000003, b"member:%d" % i],
    "a stream's entries": lambda i: ["XADD", "big", b"%d-0" % (1700000000000 + 3 * i), "field", b"value:%d" % i],
}
