"""Random values of every type as the commands that make them, and random values in old encodings."""
import payloads


class Values:
    def __init__(self, random):
        self.random = random

    def size(self):
        """Mostly small; often near the limits of packed encodings; at times far beyond."""
        return self.random.choice([1, 2, 3, 7, 20, 63, 64, 127, 128, 129, 130, 511, 512, 513,
                                   self.random.randrange(1, 200), self.random.randrange(1, 2000)])

    def number(self):
        r = self.random
        bits = r.choice([3, 7, 8, 12, 13, 15, 16, 23, 24, 31, 32, 47, 63])
        return r.choice([-1, 1]) * r.randrange(1 << bits) + r.choice([0, 0, -1])

    def text(self, longest=300):
        r = self.random
        kind = r.randrange(6)
        if kind == 0:
            return b"%d" % max(-2**63, min(2**63 - 1, self.number()))
        if kind == 1:
            return b"m%d" % r.randrange(10000)
        n = min(longest, r.choice([0, 1, 10, 20, 21, 44, 45, 63, 64, 65, 100, 255, r.randrange(longest)]))
        if kind == 2:
            return bytes(r.randrange(256) for _ in range(n))
        if kind == 3:
            return (b"field:%d " % r.randrange(100)) * (n // 8) + b"x" * (n % 8)
        if kind == 4:
            return r.choice([b"3.5", b"-0", b"1e5", b" 1", b"01", b"9223372036854775808", b"nan", b"inf"])
        return bytes(r.choice(b"ab") for _ in range(n))

    def score(self):
        r = self.random
        return r.choice([float(r.randrange(-100, 100)), r.random() * 10**r.randrange(-5, 20), float(self.number()),
                         float("inf"), float("-inf"), 0.0, 1e308, 5e-324, 0.1])

    def different(self, n, make):
        seen = {}
        for i in range(n):
            text = make()
            seen[text if text not in seen else text + b":%d" % i] = True
        return list(seen)

    # --- As commands; each function returns them and whether DUMP's bytes are defined -----------------------

    def string(self, key):
        text = self.random.choice([lambda: self.text(), lambda: self.text(20000), lambda: b"%d" % self.number()])()
        yield ["SET", key, text]

    def list(self, key):
        texts = [self.text(self.random.choice([50, 300, 9000])) for _ in range(self.size())]
        for i in range(0, len(texts), 100):
            yield [self.random.choice(["RPUSH", "LPUSH"]), key, *texts[i:i + 100]]
        for _ in range(self.random.randrange(3)):
            yield ["LTRIM", key, self.random.randrange(3), -1 - self.random.randrange(2)]

    def set(self, key):
        n = self.size()
        if self.random.randrange(2):
            members = [b"%d" % self.number() for _ in range(n)]
        else:
            members = [self.text() for _ in range(n)]
        for i in range(0, n, 100):
            yield ["SADD", key, *members[i:i + 100]]

    def hash(self, key):
        longest = self.random.choice([30, 64, 100])
        for _ in range(self.size()):
            yield ["HSET", key, self.text(longest), self.text(longest)]

    def zset(self, key):
        longest = self.random.choice([30, 100])
        for _ in range(self.size()):
            yield ["ZADD", key, repr(self.score()), self.text(longest)]

    def stream(self, key):
        r = self.random
        ms, ids = 0, []
        fields = [self.text(20) for _ in range(r.randrange(1, 4))]
        for _ in range(self.size()):
            ms += r.choice([0, 1, 1, 1000, 1 << 33])
            ids.append(f"{ms}-{len(ids) + 1}")
            names = fields if r.randrange(4) else [self.text(20) for _ in range(r.randrange(1, 4))]
            yield ["XADD", key, ids[-1], *[word for name in names for word in (name, self.text(60))]]
        for one in r.sample(ids, r.randrange(len(ids) // 2 + 1)):
            yield ["XDEL", key, one]
        for group in range(r.randrange(3)):
            yield ["XGROUP", "CREATE", key, f"g{group}", r.choice(["0", "$", r.choice(ids)])]
            for consumer in range(r.randrange(3)):
                yield ["XREADGROUP", "GROUP", f"g{group}", f"c{consumer}", "COUNT", r.randrange(1, 20), "STREAMS", key, ">"]
            yield ["XGROUP", "CREATECONSUMER", key, f"g{group}", "idle"]
        if r.randrange(4) == 0:
            yield ["XTRIM", key, "MAXLEN", r.randrange(10)]

    # --- As payloads ----------------------------------------------------------------------------------------

    def old_payload(self):
        r, p = self.random, payloads
        n = self.size()
        texts = [self.text(100) for _ in range(n)]
        longest = r.choice([30, 64, 100, 300])
        names = self.different(n, lambda: self.text(longest))
        pairs = [(name, self.text(longest)) for name in names]
        flat = [word for pair in pairs for word in pair]
        scored = sorted(((float(r.randrange(-100, 100)) if r.randrange(2) else self.score(), name) for name in names))
        scored_flat = [word for score, name in scored for word in (name, self.score_text(score))]
        version = r.choice([1, 6, 9, 10])
        return r.choice([
            lambda: ("list of strings", p.payload(1, p.counted(texts), version)),
            lambda: ("set of strings", p.payload(2, p.counted(names), version)),
            lambda: ("zset with text scores", p.payload(3, p.length(n) + b"".join(
                p.string(name) + p.ascii_score(score) for score, name in scored), version)),
            lambda: ("hash of strings", p.payload(4, p.length(n) + p.strings(flat), version)),
            lambda: ("zipmap", p.payload(9, p.string(p.zipmap(pairs)), version)),
            lambda: ("list as ziplist", p.payload(10, p.string(p.ziplist(texts)), version)),
            lambda: ("intset", p.payload(11, p.string(p.intset({self.clamped() for _ in range(n)})), version)),
            lambda: ("zset as ziplist", p.payload(12, p.string(p.ziplist(scored_flat)), version)),
            lambda: ("hash as ziplist", p.payload(13, p.string(p.ziplist(flat)), version)),
            lambda: ("list of ziplists", p.payload(14, p.length(2) + p.string(p.ziplist(texts)) +
                                                   p.string(p.ziplist(texts[:3])), version)),
        ])()

    def clamped(self):
        return max(-2**63, min(2**63 - 1, self.number()))

    @staticmethod
    def score_text(score):
        if score == int(score) if abs(score) < 1e15 else False:
            return b"%d" % score
        return b"%.17g" % score
