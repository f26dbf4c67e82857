"""Ten million keys: how long anybody waits while they come, and what they do to the speed.

The pause is a wait for a PONG in which the server itself was busy, the least of all fillings' longest: one that the
server makes is in all of them, one that something else on the machine makes is not.
"""
from report import Row, at_least, at_most, ratio
from servers import NAMES

FEW = 10000


def rows(bench, report):
    many = bench.effort.many
    pauses = {name: [] for name in NAMES}
    for _ in range(bench.effort.rounds // 3):
        with bench.servers() as servers:
            for server in servers:
                pauses[server.name].append(bench.fill(server, many))
    with bench.servers(NAMES * 2) as servers:
        few, full = servers[:2], servers[2:]
        for server in few:
            bench.fill(server, FEW)
        for server in full:
            pauses[server.name].append(bench.fill(server, many))
        least = [[min(each)] for each in pauses.values()]
        yield report(Row(f"longest pause until {many:,} keys", "ms", *least, False, target=at_most(2)))
        for command in ("GET", "SET"):
            both = []
            for keys, pair, target in ((FEW, few, None), (many, full, ratio(1))):
                def load(server, count):
                    return bench.load(server, command, 16, count, "--keys", keys)
                both.append(bench.rate_row(f"{command} of {keys:,} keys -P 16", pair, load, target))
                yield report(both[-1])
            # By the servers' own time: the generator may be what limits the throughput with few keys.
            shares = [[100 * a / b for a, b in zip(getattr(both[0], cpu), getattr(both[1], cpu))]
                      for cpu in ("our_cpu", "their_cpu")]
            yield report(Row(f"{command}: CPU at {FEW:,} keys in that at {many:,}", "%", *shares, target=at_least(60)))
