"""Random commands of all families, as lists of words. `settled` ones have the same effect on any two servers."""
import json

CALL_ALL = "for _, call in ipairs(cjson.decode(ARGV[1])) do redis.pcall(unpack(call)) end"
CALL_SILENTLY = "redis.set_repl(redis.REPL_NONE) redis.call('GET', KEYS[1]) redis.set_repl(redis.REPL_ALL) " + CALL_ALL
FAR = 4_000_000_000_000  # a moment that no test sees, in milliseconds


class Commands:
    def __init__(self, random, settled):
        self.random = random
        self.settled = settled
        self.families = [self.string, self.counter, self.bits, self.expiry, self.keys, self.list, self.hash, self.set,
                         self.sorted_set, self.stream, self.group, self.geo, self.hyperloglog, self.server]

    # --- Words ----------------------------------------------------------------------------------------------

    def key(self, prefix):
        if self.random.randrange(20) == 0:
            prefix = self.random.choice("klhszxgp")  # of another type
        return f"{prefix}{self.random.randrange(6)}"

    def value(self):
        return self.random.choice(["", "a", "b", "1", "-7", "3.5", "x" * 70, "\r\n", str(self.random.randrange(100))])

    def number(self):
        return str(self.random.choice([0, 1, 2, 3, 5, 10, -1, -2, -3, self.random.randrange(1000)]))

    def score(self):
        return self.random.choice(["1", "2", "3.25", "-1", "inf", "-inf", "0.1", str(self.random.randrange(50))])

    def member(self):
        return self.random.choice("abcdefghij123")

    def some(self, make, most=4):
        return [word for _ in range(self.random.randrange(1, most)) for word in make()]

    def pick(self, *choices):
        return list(self.random.choice(choices))

    def seconds(self):
        return self.random.choice(["100", "1000", "100000", "-1", "0"])

    def milliseconds(self):
        """What may be over soon only where nobody compares."""
        return self.random.choice(["100000", "5000000"] if self.settled else ["1", "5", "20", "50", "100000"])

    def moment(self):
        return str(self.random.choice([1000, FAR + self.random.randrange(100)]))

    # --- Families -------------------------------------------------------------------------------------------

    def string(self):
        k, v = self.key("k"), self.value()
        return self.pick(
            ["SET", k, v], ["set", k, v, "EX", "100"], ["SET", k, v, "PX", self.milliseconds(), "NX"],
            ["SET", k, v, "EXAT", "4000000000", "GET"], ["SET", k, v, "PXAT", self.moment(), "XX"],
            ["SET", k, v, "KEEPTTL", "get"], ["SET", k, v, "GET", "XX"], ["SET", "get", v, "GET"], ["SETNX", k, v],
            ["SETEX", k, "100", v], ["PSETEX", k, self.milliseconds(), v], ["GETSET", k, v], ["GETDEL", k], ["GETEX", k],
            ["GETEX", k, "EX", "100"], ["GETEX", k, "PXAT", self.moment()], ["GETEX", k, "PERSIST"], ["APPEND", k, v],
            ["SETRANGE", k, self.random.choice("0359"), v], ["MSET", k, v, self.key("k"), v],
            ["MSETNX", k, v, self.key("k"), v], ["GET", k], ["STRLEN", k])

    def counter(self):
        k = self.key("k")
        return self.pick(["INCR", k], ["DECR", k], ["INCRBY", k, self.number()], ["DECRBY", k, self.number()],
                         ["INCRBYFLOAT", k, self.random.choice(["0.1", "1e3", "-2.5", "3"])])

    def bits(self):
        k = self.key("k")
        return self.pick(["SETBIT", k, self.random.choice("0178"), self.random.choice("01")], ["GETBIT", k, "3"],
                         ["BITFIELD", k, "INCRBY", "u4", "1", "3", "OVERFLOW", "FAIL", "SET", "i8", "#1", "-3"],
                         ["BITFIELD", k, "GET", "u4", "0"], ["BITCOUNT", k],
                         ["BITOP", self.random.choice(["AND", "OR", "XOR"]), self.key("k"), k, self.key("k")],
                         ["BITOP", "NOT", k, self.key("k")])

    def expiry(self):
        k = self.key(self.random.choice("klhszxgp"))
        condition = self.pick([], [], ["NX"], ["XX"], ["GT"], ["LT"])
        return self.pick(["EXPIRE", k, self.seconds(), *condition], ["PEXPIRE", k, self.milliseconds(), *condition],
                         ["EXPIREAT", k, "4000000000", *condition], ["PEXPIREAT", k, self.moment(), *condition],
                         ["PERSIST", k], ["TTL", k], ["PTTL", k])

    def keys(self):
        k, other = self.key(self.random.choice("klhszxgp")), self.key(self.random.choice("klhszxgp"))
        return self.pick(["DEL", k, other], ["UNLINK", k], ["RENAME", k, other], ["RENAMENX", k, other],
                         ["COPY", k, other], ["COPY", k, other, "REPLACE"], ["COPY", k, other, "DB", "2", "REPLACE"],
                         ["MOVE", k, "1"], ["TOUCH", k], ["EXISTS", k], ["TYPE", k], ["OBJECT", "ENCODING", k],
                         ["RESTORE", k, self.random.choice(["0", "5000"]), "\x00\x01v\x0a\x00\x91\x08\xce\xb2\x19\x38\x8a\xce",
                          *self.pick([], ["REPLACE"], ["REPLACE", "ABSTTL"])],
                         ["SORT", self.key("l"), "ALPHA", "STORE", self.key("l")],
                         ["SORT", self.key("s"), "BY", "nosort", "GET", "#", "DESC", "LIMIT", "0", "3", "STORE", self.key("l")])

    def list(self):
        k, v, end = self.key("l"), self.value(), self.random.choice(["LEFT", "RIGHT"])
        return self.pick(
            ["RPUSH", k, *self.some(lambda: [self.value()])], ["LPUSH", k, *self.some(lambda: [self.value()])],
            ["RPUSH", k, v], ["LPUSHX", k, v], ["RPUSHX", k, v], ["LPOP", k], ["RPOP", k, self.random.choice("0129")],
            ["LINSERT", k, "BEFORE", self.value(), v], ["LSET", k, self.number(), v], ["LREM", k, self.number(), v],
            ["LTRIM", k, self.number(), self.number()], ["LMOVE", k, self.key("l"), end, end], ["LRANGE", k, "0", "-1"],
            ["RPOPLPUSH", k, self.key("l")], ["BLPOP", k, self.key("l"), "0.001"], ["BRPOP", k, "0.001"],
            ["LMPOP", "2", k, self.key("l"), end, "COUNT", "3"], ["BLMPOP", "0.001", "1", k, end],
            ["BLMOVE", k, self.key("l"), end, "LEFT", "0.001"], ["BRPOPLPUSH", k, self.key("l"), "0.001"])

    def hash(self):
        k, f = self.key("h"), self.member()
        return self.pick(["HSET", k, *self.some(lambda: [self.member(), self.value()])], ["HSETNX", k, f, self.value()],
                         ["HMSET", k, f, self.value()], ["HDEL", k, f, self.member()], ["HINCRBY", k, f, self.number()],
                         ["HINCRBYFLOAT", k, f, "0.1"], ["HGETALL", k], ["HRANDFIELD", k])

    def set(self):
        k, other, target = self.key("s"), self.key("s"), self.key("s")
        pops = [["SPOP", k, "100"]]
        if not self.settled:
            pops += [["SPOP", k], ["SPOP", k, "2"], ["SPOP", k, "7"], ["SPOP", k, "0"]]
        return self.pick(["SADD", k, *self.some(lambda: [self.member()], 9)],
                         ["SADD", k, *self.some(lambda: [str(self.random.randrange(1000))], 9)],
                         ["SREM", k, self.member(), self.member()], ["SMOVE", k, other, self.member()],
                         ["SUNIONSTORE", target, k, other], ["SINTERSTORE", target, k, other],
                         ["SDIFFSTORE", target, k, other], ["SMEMBERS", k], *pops)

    def sorted_set(self):
        k, other, m = self.key("z"), self.key("z"), self.member()
        words = self.pick([], ["NX"], ["XX"], ["GT", "CH"], ["LT"])
        return self.pick(
            ["ZADD", k, *words, *self.some(lambda: [self.score(), self.member()], 6)],
            ["ZADD", k, *self.some(lambda: [self.score(), self.member()], 6)], ["ZADD", k, "INCR", self.score(), m],
            ["ZINCRBY", k, self.score(), m], ["ZREM", k, m, self.member()], ["ZPOPMIN", k], ["ZPOPMAX", k, "2"],
            ["ZMPOP", "2", k, other, "MAX", "COUNT", "2"], ["BZPOPMIN", k, other, "0.001"], ["BZPOPMAX", k, "0.001"],
            ["BZMPOP", "0.001", "1", k, "MIN", "COUNT", "3"], ["ZUNIONSTORE", other, "2", k, self.key("s"), "AGGREGATE", "MAX"],
            ["ZINTERSTORE", other, "1", k, "WEIGHTS", "2"], ["ZDIFFSTORE", other, "2", k, other],
            ["ZRANGESTORE", other, k, "0", "2", "REV"], ["ZREMRANGEBYRANK", k, "0", "0"],
            ["ZREMRANGEBYSCORE", k, "2", "3"], ["ZREMRANGEBYLEX", k, "[a", "[c"], ["ZRANGE", k, "0", "-1"])

    def id(self):
        return f"{FAR + self.random.randrange(40)}-{self.random.randrange(3)}"

    def stream(self):
        k = self.key("x")
        trim = self.pick([], [], ["MAXLEN", "5"], ["MAXLEN", "~", "3"], ["MINID", "~", self.id(), "LIMIT", "20"],
                         ["NOMKSTREAM", "MINID", "=", self.id()])
        return self.pick(["XADD", k, *trim, self.id(), "f", self.value()], ["XADD", k, *trim, self.id(), "f", self.value()],
                         ["XADD", k, *trim, f"{FAR + 50}-*", "f", "v", "g", "w"], ["XADD", k, *trim, "*", "f", "v"],
                         ["XTRIM", k, "MAXLEN", "~", "2"], ["XTRIM", k, "MAXLEN", "4"], ["XTRIM", k, "MINID", "~", self.id()],
                         ["XDEL", k, self.id(), self.id()], ["XSETID", k, f"{FAR + 60}-1"], ["XRANGE", k, "-", "+"],
                         ["XSETID", k, f"{FAR + 60}-1", "ENTRIESADDED", "90", "MAXDELETEDID", f"{FAR + 3}-0"])

    def group(self):
        k, g, c = self.key("x"), self.random.choice(["g", "h"]), self.random.choice("cde")
        ids = self.some(lambda: [self.random.choice([self.id(), str(FAR + self.random.randrange(40))])], 5)
        return self.pick(
            ["XGROUP", "CREATE", k, g, "0", *self.pick([], ["MKSTREAM"])], ["XGROUP", "CREATE", k, g, "$"],
            ["XGROUP", "CREATECONSUMER", k, g, c], ["XGROUP", "SETID", k, g, self.random.choice(["0", self.id(), "$"])],
            ["XGROUP", "DELCONSUMER", k, g, c], ["XGROUP", "DESTROY", k, g] if self.random.randrange(4) == 0 else ["XLEN", k],
            ["XREADGROUP", "GROUP", g, c, "COUNT", "2", "STREAMS", k, ">"],
            ["XREADGROUP", "GROUP", g, c, "NOACK", "STREAMS", k, self.key("x"), ">", ">"],
            ["XREADGROUP", "GROUP", g, c, "STREAMS", k, "0"], ["XREADGROUP", "GROUP", g, "new", "NOACK", "STREAMS", k, "0"],
            ["XREADGROUP", "GROUP", g, c, "BLOCK", "1", "STREAMS", k, ">"], ["XACK", k, g, *ids],
            ["XCLAIM", k, g, c, "0", *ids], ["XCLAIM", k, g, c, "0", *ids, "FORCE", "RETRYCOUNT", "7", "IDLE", "50"],
            ["XCLAIM", k, g, c, "0", *ids, "JUSTID", "LASTID", self.id(), "TIME", "1000"],
            ["XAUTOCLAIM", k, g, c, "0", "0"], ["XAUTOCLAIM", k, g, c, "0", self.id(), "COUNT", "1", "JUSTID"])

    def geo(self):
        k, m = self.key("g"), self.member()
        place = [str(self.random.randrange(-179, 179)), str(self.random.randrange(-80, 80)), m]
        return self.pick(["GEOADD", k, *place], ["GEOADD", k, *self.pick(["NX"], ["XX"], ["CH"]), *place, "1.5", "2.5", "q"],
                         ["GEORADIUS", k, "1", "2", "9000", "km", "ASC", "STORE", self.key("z")],
                         ["GEORADIUSBYMEMBER", k, m, "9000", "km", "STOREDIST", self.key("z")],
                         ["GEOSEARCHSTORE", self.key("g"), k, "FROMMEMBER", m, "BYRADIUS", "9000", "km", "COUNT", "2"])

    def hyperloglog(self):
        k = self.key("p")
        return self.pick(["PFADD", k, *self.some(lambda: [str(self.random.randrange(60))], 30)], ["PFADD", k],
                         ["PFCOUNT", k], ["PFCOUNT", k, self.key("p")], ["PFMERGE", k, self.key("p"), self.key("p")],
                         ["PFDEBUG", "GETREG", k], ["PFDEBUG", "TODENSE", k])

    def server(self):
        library = f"#!lua name=lib{self.random.randrange(3)}\nredis.register_function('f%d', function(keys, args) " \
                  "redis.pcall('INCR', keys[1]) return redis.pcall('RPUSH', keys[1], 'x') end)"
        number = self.random.randrange(3)
        rare = self.random.randrange(30)
        if rare == 0:
            return self.pick(["FLUSHDB"], ["FLUSHALL", "ASYNC"], ["FUNCTION", "FLUSH"])
        return self.pick(["SELECT", self.random.choice("0012")], ["SELECT", "0"], ["PUBLISH", "c", self.value()],
                         ["SPUBLISH", "c", "m"], ["SWAPDB", "0", self.random.choice("012")], ["DBSIZE"],
                         ["FUNCTION", "LOAD", "REPLACE", library.replace("%d", str(number)).replace("lib0", f"lib{number}")],
                         ["FUNCTION", "DELETE", f"lib{number}"], ["FCALL", f"f{number}", "1", self.key("k")],
                         ["SCRIPT", "LOAD", "return 1"], ["PING"])

    # --- What is sent ---------------------------------------------------------------------------------------

    def one(self):
        return self.random.choice(self.families)()

    def next(self):
        """The next commands of one client: one, a transaction, or a script that calls some."""
        what = self.random.randrange(12)
        if what == 0:
            inner = [self.one() for _ in range(self.random.randrange(1, 5))]
            return [["MULTI"], *inner, ["EXEC"]]
        if what == 1:
            inner = [words for words in (self.one() for _ in range(self.random.randrange(1, 5)))
                     if words[0] not in ("FUNCTION", "FCALL") and all(word.isascii() for word in words)]
            script = self.random.choice([CALL_ALL, CALL_ALL, CALL_SILENTLY])
            return [["EVAL", script, "1", "k0", json.dumps(inner)]]
        return [self.one()]
