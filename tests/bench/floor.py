"""What the kernel takes of a request: a server that does next to nothing (floor.cpp), beside redis-server."""
from servers import FLOOR, NAMES

PIPELINES = (1, 16, 64)


def rows(bench, report):
    with bench.servers([FLOOR, NAMES[1]]) as servers:
        bench.fill(servers[1])
        for pipeline in PIPELINES:
            yield report(bench.rate_row(f"counting GETs, -P {pipeline}", servers, lambda server, count:
                                        bench.load(server, "GET", pipeline, count)))
        yield report(bench.rate_row("counting PUBLISHes to 1, -P 16", servers, lambda server, count: bench.load(
            server, "PUBLISH channel message:__n__", 16, count, "--subscribers", 1)))
