"""A client that follows a server: SYNC on a raw connection, and then the stream of commands."""
import os
import re
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "exchange"))
from resp import Error, Server  # noqa: E402  (they are for whoever imports this file, too)

__all__ = ["Client", "Error", "Follower", "Server", "timeless"]

NEAR_MS = 2 * 86_400_000


class Client(Server):
    """One more connection to a server that runs."""

    def __init__(self, server):
        self.name, self.log, self.path = server.name, server.log, server.path
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(self.path)
        self.file = self.socket.makefile("rb")


class Follower(Client):
    """Follows a server; `until_mark` hands out the commands that came since the last call."""

    def __init__(self, server):
        super().__init__(server)
        self.marks = 0
        self.marker = Client(server)
        self.socket.sendall(b"SYNC\r\n")
        line = b"\n"
        while line == b"\n":  # a sign of life while the snapshot is made
            line = self.file.readline()
        assert line.startswith(b"$"), line
        self.snapshot = self.file.read(int(line[1:]))

    def until_mark(self):
        self.marks += 1
        mark = [b"PUBLISH", b"mark", str(self.marks).encode()]
        self.marker.call(*mark)
        commands = []
        while True:
            words = self.read()
            if words == mark:
                return commands
            if words != [b"ping"]:
                commands.append(words)

    def close(self):
        self.socket.close()
        self.marker.socket.close()


def timeless(words):
    """The same with moments near to now, which no two servers share, replaced by a word."""
    now = time.time() * 1000

    def word(match):
        return b"TIME" if abs(int(match.group(0)) - now) < NEAR_MS else match.group(0)

    return [re.sub(rb"(?<![0-9])[0-9]{13}(?![0-9])", word, text) if len(text) < 40 else text for text in words]
