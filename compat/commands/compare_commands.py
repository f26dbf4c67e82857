#!/usr/bin/env python3
"""What redouble tells about its commands, compared with a real redis-server.

Usage: compare_commands.py REDOUBLE [REDIS_SERVER]
For each command and subcommand that redouble has, COMMAND INFO must be equal, and so must COMMAND DOCS but
for summary, complexity and history, on RESP2 and RESP3. Exit code 0 for no difference, 1 for some.
"""
import os
import socket
import subprocess
import sys
import tempfile
import time


class Client:
    """Just enough RESP: sets and maps keep their marker, so that their kind is compared too."""

    def __init__(self, path, protocol):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")
        if protocol == 3:
            self.call("HELLO", "3")

    def call(self, *words):
        parts = [word.encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
        return self.read()

    def read(self):
        line = self.file.readline()
        kind, rest = line[:1].decode(), line[1:-2].decode()
        if kind == "-":
            raise RuntimeError(rest)
        if kind in "+,#(":
            return rest
        if kind == ":":
            return int(rest)
        if kind == "_" or rest == "-1":
            return None
        if kind in "$=":
            return self.file.read(int(rest) + 2)[:-2].decode()
        items = [self.read() for _ in range(int(rest) * (2 if kind == "%" else 1))]
        return items if kind == "*" else {"kind": kind, "items": items}


def pairs(reply):
    items = reply["items"] if isinstance(reply, dict) else reply
    return dict(zip(items[::2], items[1::2]))


# The order of subcommands is that of a hash table in Redis; there may be some that we lack.
def comparable_info(info, ours):
    subcommands = info[9] if isinstance(info[9], list) else []
    specs = info[8]
    for spec in specs["items"] if isinstance(specs, dict) else specs:
        entries = spec["items"] if isinstance(spec, dict) else spec
        if "notes" in entries:  # sentences are our own
            del entries[:2]
    return info[:9], sorted(sub[0] for sub in subcommands if sub[0] in ours)


def comparable_docs(docs, ours):
    fields = pairs(docs)
    for text in ("summary", "complexity", "history"):
        fields.pop(text, None)
    if "subcommands" in fields:
        fields["subcommands"] = {name: comparable_docs(sub, ours) for name, sub in pairs(fields["subcommands"]).items()
                                 if name in ours}
    return fields


def start(binary, path):
    arguments = [binary, "--port", "0", "--unixsocket", path, "--save", "", "--dir", os.path.dirname(path)]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    for _ in range(1000):
        if os.path.exists(path):
            return process
        time.sleep(0.01)
    raise RuntimeError(f"{binary} did not start")


def compare(ours, theirs, protocol):
    differences = 0
    names = ours.call("COMMAND", "LIST")
    known = set(names)
    for name in sorted(names):
        their_info = theirs.call("COMMAND", "INFO", name)[0]
        if their_info is None:
            print(f"RESP{protocol} {name}: no such command in Redis")
            differences += 1
            continue
        checks = (
            ("COMMAND INFO", comparable_info(ours.call("COMMAND", "INFO", name)[0], known),
             comparable_info(their_info, known)),
            ("COMMAND DOCS", comparable_docs(pairs(ours.call("COMMAND", "DOCS", name))[name], known),
             comparable_docs(pairs(theirs.call("COMMAND", "DOCS", name))[name], known)),
        )
        for what, mine, reference in checks:
            if mine != reference:
                print(f"RESP{protocol} {what} {name}:\n  redouble {mine}\n  redis    {reference}")
                differences += 1
    print(f"RESP{protocol}: {len(names)} commands compared, {differences} differences")
    return differences


def main():
    redouble = sys.argv[1]
    redis = sys.argv[2] if len(sys.argv) > 2 else "redis-server"
    with tempfile.TemporaryDirectory(prefix="redouble-commands-") as directory:
        paths = [os.path.join(directory, name) for name in ("ours", "theirs")]
        processes = []
        try:
            for binary, path in zip((redouble, redis), paths):
                processes.append(start(binary, path))
            differences = sum(compare(Client(paths[0], p), Client(paths[1], p), p) for p in (2, 3))
        finally:
            for process in processes:
                process.terminate()
                process.wait(10)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
