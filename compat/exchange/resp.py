"""Two servers to talk to: just enough RESP2, in bytes."""
import os
import socket
import subprocess
import time


class Error(Exception):
    """An error reply."""


class Server:
    """A process and one connection to it over a unix socket."""

    def __init__(self, binary, directory, name, *arguments):
        self.name = name
        self.directory = os.path.join(directory, name)
        os.makedirs(self.directory, exist_ok=True)
        self.path = os.path.join(self.directory, "socket")
        self.log = os.path.join(self.directory, "log")
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.process = subprocess.Popen(
            [binary, "--port", "0", "--unixsocket", self.path, "--dir", self.directory, "--save", "",
             "--enable-debug-command", "yes", "--logfile", self.log, *arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.connect()

    def connect(self):
        for _ in range(2000):
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.name} did not start: {open(self.log).read()[-500:]}")
            try:
                self.socket = socket.socket(socket.AF_UNIX)
                self.socket.settimeout(60)
                self.socket.connect(self.path)
                self.file = self.socket.makefile("rb")
                while self.raw("PING") != b"PONG":  # while it is loading
                    time.sleep(0.01)
                return
            except OSError:
                self.socket.close()
                time.sleep(0.005)
        raise RuntimeError(f"{self.name} does not answer")

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)
        self.socket.close()

    def send(self, words):
        parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))

    def read(self):
        line = self.file.readline()
        if not line:
            raise RuntimeError(f"{self.name} closed the connection: {open(self.log, errors='replace').read()[-2000:]}")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            return Error(rest.decode(errors="replace"))
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if rest == b"-1":
            return None
        if kind == b"$":
            return self.file.read(int(rest) + 2)[:-2]
        return [self.read() for _ in range(int(rest))]

    def raw(self, *words):
        """The reply; an error as a value."""
        self.send(words)
        return self.read()

    def call(self, *words):
        """The reply; raises on an error."""
        reply = self.raw(*words)
        if isinstance(reply, Error):
            raise RuntimeError(f"{self.name}: {' '.join(str(w)[:40] for w in words[:4])}: {reply}")
        return reply
