"""What the clients do under load, and what each remembers of it. One Client is one connection in a thread of its own;
it is made with a seed, and hands out plain lists and dictionaries that travel between processes."""
import random
import time

from checker import Call
from connection import Connection, Lost, ServerError

now = time.monotonic_ns
LOSS = 0.02  # of how many requests the connection ends
CAS = "if redis.call('get',KEYS[1])==ARGV[1] then redis.call('set',KEYS[1],ARGV[2]) return 1 end return 0"
ACCOUNTS, START = 8, 1000
COUNTERS, REGISTER_CALLS = 4, 40


class Client:
    """`act` does one thing; Lost may fly out of it at any moment."""

    def __init__(self, name, address, seed, ca=None, loss=LOSS):
        self.name = name
        self.chance = random.Random(f"{seed} {name}")
        self.connection = Connection(address, self.chance, loss, ca)
        self.acts, self.losses = 0, 0
        self.faults = []

    def run(self, until):
        while time.monotonic() < until and not self.faults:
            try:
                self.act()
                self.acts += 1
            except Lost:
                self.losses += 1
        self.connection.close()

    def findings(self):
        return {}


class Counting(Client):
    """INCR: each number once, and rising."""

    def __init__(self, *rest, **options):
        super().__init__(*rest, **options)
        self.given = {i: [] for i in range(COUNTERS)}
        self.unknown = {i: 0 for i in range(COUNTERS)}

    def act(self):
        i = self.chance.randrange(COUNTERS)
        try:
            self.given[i].append(self.connection.call("INCR", f"counter:{i}"))
        except Lost:
            self.unknown[i] += 1
            raise
        if len(self.given[i]) > 1 and self.given[i][-1] <= self.given[i][-2]:
            self.faults.append(f"counter {i} fell from {self.given[i][-2]} to {self.given[i][-1]}")

    def findings(self):
        return {"given": self.given, "unknown": self.unknown}


class Appending(Client):
    """APPEND of words that nobody else writes; the reply tells where the word stands."""

    def __init__(self, *rest, **options):
        super().__init__(*rest, **options)
        self.words, self.unknown = [], []

    def act(self):
        word = f"{self.name}-{self.acts}-{self.losses};"
        try:
            self.words.append((word, self.connection.call("APPEND", "text", word)))
        except Lost:
            self.unknown.append(word)
            raise

    def findings(self):
        return {"words": self.words, "unwritten": self.unknown}


class Moving(Client):
    """RPOPLPUSH to and fro between two lists; LPUSH and RPOP of items of its own through a third."""

    def __init__(self, *rest, **options):
        super().__init__(*rest, **options)
        self.pushed, self.maybe_pushed, self.popped, self.pops_lost = [], [], [], 0

    def act(self):
        what = self.chance.randrange(4)
        if what < 2:
            self.connection.call("RPOPLPUSH", *(("here", "there") if what == 0 else ("there", "here")))
        elif what == 2:
            item = f"{self.name}-{self.acts}-{self.losses}".encode()
            try:
                self.connection.call("LPUSH", "queue", item)
                self.pushed.append(item)
            except Lost:
                self.maybe_pushed.append(item)
                raise
        else:
            try:
                blocking = self.chance.random() < 0.3
                reply = self.connection.call(*(("BRPOP", "queue", "0.05") if blocking else ("RPOP", "queue")))
            except Lost:
                self.pops_lost += 1
                raise
            if reply is not None:
                self.popped.append(reply[1] if blocking else reply)

    def findings(self):
        return {"pushed": self.pushed, "maybe_pushed": self.maybe_pushed, "popped": self.popped,
                "pops_lost": self.pops_lost}


class Banking(Client):
    """MULTI, and WATCH with MULTI: what one account loses another gains. And at any moment the sum is the same."""

    def act(self):
        what = self.chance.randrange(3)
        a, b = (f"account:{i}" for i in self.chance.sample(range(ACCOUNTS), 2))
        amount = self.chance.randrange(1, 50)
        if what == 0:
            transfer = [("DECRBY", a, amount), ("INCRBY", b, amount)]
            if self.chance.random() < 0.5:
                replies = self.connection.calls([("MULTI",), *transfer, ("EXEC",)])
            else:
                replies = [self.connection.call(*words) for words in [("MULTI",), *transfer, ("EXEC",)]]
            if replies[-1] is None or len(replies[-1]) != 2:
                self.faults.append(f"EXEC without WATCH answers {replies[-1]!r}")
        elif what == 1:
            self.connection.call("WATCH", a, b)
            have_a, have_b = map(int, self.connection.call("MGET", a, b))
            self.connection.calls([("MULTI",), ("SET", a, have_a - amount), ("SET", b, have_b + amount), ("EXEC",)])
        else:
            values = self.connection.call("MGET", *(f"account:{i}" for i in range(ACCOUNTS)))
            if sum(map(int, values)) != ACCOUNTS * START:
                self.faults.append(f"the accounts hold {values}, {sum(map(int, values))} in all")


class Registering(Client):
    """SET, GET, INCR, GETSET and a CAS by script on a register: its history is to be linearisable. The register that
    a group of clients works on is another one every so many calls, so that histories stay short."""

    def __init__(self, *rest, group=0, **options):
        super().__init__(*rest, **options)
        self.group = group
        self.histories = {}
        self.last = {}

    def act(self):
        # The whole group changes over at about the same time: its clock is a counter in the server.
        turn = self.connection.call("INCR", f"turn:{self.group}") // REGISTER_CALLS
        key = f"register:{self.group}:{turn}"
        what = self.chance.choice(["get", "set", "incr", "getset", "cas"])
        new = self.chance.randrange(1, 1 << 40)
        arguments = {"set": (new,), "getset": (new,), "cas": (self.last.get(key), new)}.get(what, ())
        if what == "cas" and arguments[0] is None:
            what, arguments = "get", ()
        words = {"get": ("GET", key), "set": ("SET", key, new), "incr": ("INCR", key), "getset": ("GETSET", key, new),
                 "cas": ("EVAL", CAS, 1, key, *arguments)}[what]
        began = now()
        try:
            reply = self.connection.call(*words)
        except Lost:
            self.histories.setdefault(key, []).append((began, None, what, arguments, None))
            raise
        ended = now()
        if what in ("get", "getset") and reply is not None:
            reply = int(reply)
        self.histories.setdefault(key, []).append((began, ended, what, arguments, reply))
        known = {"get": reply, "set": new, "getset": new, "incr": reply}.get(what)
        if known is not None:
            self.last = {key: known}

    def findings(self):
        return {"histories": self.histories}


class Publishing(Client):
    """Messages `name/epoch/number`; an epoch ends when the fate of a message is not known."""

    def __init__(self, *rest, **options):
        super().__init__(*rest, **options)
        self.number = 0
        self.sent = []  # what was answered, and when it was asked

    def act(self):
        message = f"{self.name}/{self.losses}/{self.number}"
        began = now()
        try:
            self.connection.call("PUBLISH", "news", message)
        except Lost:
            self.number = 0
            raise
        self.number += 1
        self.sent.append((began, message))
        time.sleep(0.0005)  # as many as subscribers in Python can read

    def findings(self):
        return {"sent": self.sent}


class Subscribing(Client):
    """Reads for a while, then cuts the connection, or keeps the first one to the end."""

    def __init__(self, *rest, steady=False, **options):
        super().__init__(*rest, loss=0.0, **options)
        self.steady = steady
        self.got, self.since = [], None
        self.end = None

    def run(self, until):
        self.end = until
        super().run(until)

    # One life of a connection. Whoever is steady reads on until it has been told to stop.
    def act(self):
        connection, seen = self.connection, {}
        connection.call(*(("SUBSCRIBE", "news") if self.steady or self.chance.random() < 0.5 else ("PSUBSCRIBE", "n*")))
        self.since = now()
        budget = None if self.steady else self.chance.randrange(1, 400)
        while budget is None or budget > 0:
            try:
                message = connection.read()[-1].decode()
            except (OSError, EOFError) as error:
                connection.close()
                raise Lost from error
            if message == "the end":
                return
            if budget is not None:
                budget -= 1
            publisher, epoch, number = message.split("/")
            at = (publisher, int(epoch))
            last = seen.get(publisher)
            in_order = last is None or (last[0] == at[1] and last[1] + 1 == int(number)) or \
                (last[0] < at[1] and int(number) == 0)
            if not in_order:
                self.faults.append(f"{publisher}: {at[1]}/{number} came behind {last}")
                return
            seen[publisher] = (at[1], int(number))
            if self.steady:
                self.got.append(message)
        connection.cut()

    def findings(self):
        return {"got": self.got, "since": self.since} if self.steady else {}


__all__ = ["Appending", "Banking", "Call", "Counting", "Moving", "Publishing", "Registering", "ServerError",
           "Subscribing"]
