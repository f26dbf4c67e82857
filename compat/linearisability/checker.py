"""Is a history of one register linearisable? The search of Wing and Gong, with Lowe's memory of states.

A history is a list of Calls. One without a reply (`replied` is None) may have taken effect at any moment behind its
beginning, or never. The history is linearisable if its calls can be put in an order that agrees with time (a call
that ended before another began comes first) and in which a register gives these very replies."""
import sys


class Call:
    """`began` and `ended` are moments of one clock."""

    __slots__ = ("began", "ended", "operation", "arguments", "reply")

    def __init__(self, began, ended, operation, arguments, reply):
        self.began, self.ended = began, ended
        self.operation, self.arguments, self.reply = operation, arguments, reply

    @property
    def pending(self):
        return self.ended is None

    def __repr__(self):
        end = "never" if self.pending else self.ended
        return f"[{self.began}..{end}] {self.operation}{self.arguments} -> {self.reply!r}"


def step(value, call):
    """The reply and the value behind it. A register holds None or an integer."""
    operation, arguments = call.operation, call.arguments
    if operation == "get":
        return value, value
    if operation == "set":
        return "OK", arguments[0]
    if operation == "getset":
        return value, arguments[0]
    if operation == "incr":
        return (value or 0) + 1, (value or 0) + 1
    if operation == "cas":
        expected, new = arguments
        return (1, new) if value == expected else (0, value)
    raise ValueError(operation)


def is_linearisable(history, initial=None):
    """True if it is. Exponential at worst: for some dozens of calls."""
    calls = sorted(history, key=lambda call: call.began)
    n = len(calls)
    wanted = sum(1 << i for i, call in enumerate(calls) if not call.pending)
    seen = set()
    stack = [(0, initial)]
    while stack:
        done, value = stack.pop()
        if done & wanted == wanted:
            return True
        if (done, value) in seen:
            continue
        seen.add((done, value))
        # Whoever began behind the first end among those to come cannot be next.
        limit = min(call.ended for i, call in enumerate(calls) if not call.pending and not done >> i & 1)
        for i in range(n):
            call = calls[i]
            if call.began > limit:
                break
            if done >> i & 1:
                continue
            reply, after = step(value, call)
            if call.pending or reply == call.reply:
                stack.append((done | 1 << i, after))
    return False


# --- That it can fail ------------------------------------------------------------------------------------------

def history(*lines):
    return [Call(*line) for line in lines]


GOOD = {
    "nothing": history(),
    "one after another": history((0, 1, "set", (5,), "OK"), (2, 3, "get", (), 5), (4, 5, "incr", (), 6)),
    "a read beside a write sees the old value": history((0, 9, "set", (5,), "OK"), (1, 2, "get", (), None)),
    "or the new one": history((0, 9, "set", (5,), "OK"), (1, 2, "get", (), 5)),
    "two writes beside each other, in the order of the reads":
        history((0, 9, "set", (1,), "OK"), (0, 9, "set", (2,), "OK"), (10, 11, "get", (), 1)),
    "a call without a reply has worked": history((0, None, "set", (5,), None), (1, 2, "get", (), 5)),
    "or has not": history((0, None, "set", (5,), None), (1, 2, "get", (), None)),
    "or works late":
        history((0, None, "set", (5,), None), (1, 2, "get", (), None), (3, 4, "get", (), 5)),
    "one CAS of two wins": history((0, 1, "set", (1,), "OK"), (2, 5, "cas", (1, 2), 1), (2, 5, "cas", (1, 3), 0),
                                   (6, 7, "get", (), 2)),
    "GETSET hands on": history((0, 5, "getset", (1,), None), (0, 5, "getset", (2,), 1), (6, 7, "get", (), 2)),
}
BAD = {
    "a lost write": history((0, 1, "set", (5,), "OK"), (2, 3, "get", (), None)),
    "a value from nowhere": history((0, 1, "get", (), 7)),
    "a read that goes back": history((0, 9, "set", (5,), "OK"), (1, 2, "get", (), 5), (3, 4, "get", (), None)),
    "two readers that disagree about two writes":
        history((0, 9, "set", (1,), "OK"), (0, 9, "set", (2,), "OK"), (10, 11, "get", (), 1), (12, 13, "get", (), 2)),
    "a number given twice": history((0, 5, "incr", (), 1), (0, 5, "incr", (), 1)),
    "a call that worked twice":
        history((0, None, "incr", (), None), (1, 2, "get", (), 1), (3, 4, "get", (), 2)),
    "a write without a reply that comes and goes":
        history((0, None, "set", (5,), None), (1, 2, "get", (), 5), (3, 4, "get", (), None)),
    "both CAS win": history((0, 1, "set", (1,), "OK"), (2, 5, "cas", (1, 2), 1), (2, 5, "cas", (1, 3), 1)),
    "no CAS wins": history((0, 1, "set", (1,), "OK"), (2, 5, "cas", (1, 2), 0), (6, 7, "get", (), 1)),
    "GETSET that hands the same on twice": history((0, 1, "set", (1,), "OK"), (2, 5, "getset", (2,), 1),
                                                   (2, 5, "getset", (3,), 1)),
    "seen before it began": history((0, 1, "get", (), 5), (2, 3, "set", (5,), "OK")),
}


def self_test():
    """How many hand-made histories were judged right, and the names of the others."""
    wrong = [f"taken for bad: {name}" for name, calls in GOOD.items() if not is_linearisable(calls)]
    wrong += [f"taken for good: {name}" for name, calls in BAD.items() if is_linearisable(calls)]
    return len(GOOD) + len(BAD) - len(wrong), wrong


if __name__ == "__main__":
    right, wrong = self_test()
    for line in wrong:
        print(line)
    print(f"{right} passed, {len(wrong)} failed")
    sys.exit(1 if wrong else 0)
