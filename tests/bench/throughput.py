"""How fast requests are answered, and what they cost: the rows that most people look for first."""
import hashlib
import json

from report import cpu

# The command, the size of its values, and for each pipeline how many times less CPU is asked for.
STRINGS = [
    ("GET", 3, {1: 1.2, 16: 2, 64: 3}),
    ("SET", 3, {1: 1.2, 16: 2, 64: 3}),
    ("INCR", 3, {1: 1.2, 16: 2, 64: 3}),
    ("MSET", 3, {1: None, 16: 3, 64: 3}),
    ("GET", 1024, {1: None, 16: 2, 64: 2}),
    ("SET", 1024, {1: None, 16: 2, 64: 2}),
    ("MSET", 1024, {1: None, 16: 2, 64: 2}),
]
TLS = [("GET", 1, 1.1), ("GET", 16, 1.5), ("SET", 1, 1.1), ("SET", 16, 1.5)]

# Commands on collections, each in pipelines of 16 and of 64: what to call the row, what to send before it, the request,
# how many times less CPU is asked for. {n} stands for how many requests the round has; every round begins on an empty
# database. __n__ is a random number, __i__ counts.
COLLECTIONS = [
    ("LPUSH", [], "LPUSH list x__n__", 2),
    ("LPOP", [("RPUSH list x__n__", "{n}")], "LPOP list", 2),
    ("RPOPLPUSH", [("RPUSH list x__n__", 1000)], "RPOPLPUSH list list", None),
    ("LRANGE 100", [("RPUSH list x__n__", 1000)], "LRANGE list 0 99", 2),
    ("LRANGE 600", [("RPUSH list x__n__", 1000)], "LRANGE list 0 599", None),
    ("HSET", [], "HSET hash:__n__ field value", 2),
    ("HGETALL", [("HSET hash f__n__ value", 20)], "HGETALL hash", 2),
    ("SADD", [], "SADD set:__n__ x__n__", 2),
    ("SADD, one big set", [], "SADD set x__n__", None),
    ("SPOP", [("SADD set x__i__", "{n}")], "SPOP set", 2),
    ("ZADD", [], "ZADD zset __n__ member:__n__", 2),
    ("ZRANGE 100", [("ZADD zset __n__ member:__n__", 10000)], "ZRANGE zset 0 99", 2),
    ("XADD", [], "XADD stream * field value", 2),
    ("XREAD", [("XADD stream * field value", 1000)], "XREAD COUNT 10 STREAMS stream 0", 2),
    ("XREADGROUP", [("XADD stream * field value", "{n}"), ("XGROUP CREATE stream group 0", 1)],
     "XREADGROUP GROUP group me COUNT 1 STREAMS stream >", None),
]

# Subscribers, and how many times less CPU is asked for.
PUBLISH = [(1, 2), (100, 1.5)]

TOKEN_BUCKET = """
local capacity, rate, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(state[1]) or capacity, tonumber(state[2]) or now
tokens = math.min(capacity, tokens + math.max(0, now - at) * rate)
local allowed = tokens >= 1
if allowed then tokens = tokens - 1 end
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil(capacity / rate) * 2)
return {allowed and 1 or 0, math.floor(tokens)}
"""
# What to call the row, the script, its keys and arguments, and for each pipeline how many times less CPU is asked for.
SCRIPTS = [
    ("token bucket", TOKEN_BUCKET, "1 bucket:__n__ 100 0.01 __i__", {1: 1.5, 16: 1.5}),
    ("GET 1,000 times", "for i = 1, 1000 do redis.call('GET', KEYS[1]) end return 1", "1 key", {1: None}),
    ("return 1", "return 1", "0", {1: None, 16: None}),
]


def wish(times):
    return cpu(times) if times else None


def title(command, size, pipeline):
    words = ["MSET of 10" if command == "MSET" else command, "1 KB" if size == 1024 else "", f"-P {pipeline}"]
    return " ".join(word for word in words if word)


def strings(bench, report):
    with bench.servers() as servers:
        for command, size, pipelines in STRINGS:
            for server in servers:
                server.ask("FLUSHALL")
                bench.fill(server, size=size)
            for pipeline, times in pipelines.items():
                def load(server, count):
                    return bench.load(server, command, pipeline, count, "--size", size)
                yield report(bench.rate_row(title(command, size, pipeline), servers, load, wish(times)))


def tls(bench, report):
    with bench.servers() as servers:
        for server in servers:
            bench.fill(server)
            server.serve_tls()
        for command, pipeline, times in TLS:
            yield report(bench.rate_row(f"{command} over TLS -P {pipeline}", servers, lambda server, count:
                                        bench.load(server, command, pipeline, count), cpu(times)))


def request_row(bench, servers, name, preparations, request, pipeline, target):
    """One request again and again; every round begins on an empty database and what is sent before it."""
    def before(server, count):
        server.ask("FLUSHALL")
        for text, times in preparations:
            bench.prepare(server, text, count if times == "{n}" else times)

    return bench.rate_row(f"{name} -P {pipeline}", servers,
                          lambda server, count: bench.load(server, request, pipeline, count), target, before)


def collections(bench, report):
    with bench.servers() as servers:
        for name, preparations, request, times in COLLECTIONS:
            for pipeline in (16, 64):
                yield report(request_row(bench, servers, name, preparations, request, pipeline, wish(times)))


def publish(bench, report):
    """Until every subscriber has read every message."""
    with bench.servers() as servers:
        for subscribers, times in PUBLISH:
            def load(server, count):
                return bench.load(server, "PUBLISH channel message:__n__", 16, count, "--subscribers", subscribers)
            yield report(bench.rate_row(f"PUBLISH to {subscribers} -P 16", servers, load, cpu(times)))


def scripts(bench, report):
    """EVALSHA of the scripts that applications run, and of what shows the cost of a call."""
    with bench.servers() as servers:
        for name, script, arguments, pipelines in SCRIPTS:
            for server in servers:
                server.ask(f"SCRIPT LOAD {json.dumps(script)}")
            request = f"EVALSHA {hashlib.sha1(script.encode()).hexdigest()} {arguments}"
            for pipeline, times in pipelines.items():
                yield report(request_row(bench, servers, f"EVALSHA, {name}", [("SET key value", 1)], request, pipeline,
                                         wish(times)))
