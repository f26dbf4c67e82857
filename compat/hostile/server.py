"""A redouble to be ill-treated: started on a port of the kernel's choice, weighed, asked, and stopped again.

Standard library only. Waiting is for something that must happen, never for a time; PATIENCE bounds it. Figures are
printed, so that a run shows what things cost.
"""
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

BINARY = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "redouble"
PATIENCE = 30
KB, MB = 1024, 1024 * 1024


def encode(*words):
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        word = word if isinstance(word, bytes) else str(word).encode()
        parts.append(b"$%d\r\n%s\r\n" % (len(word), word))
    return b"".join(parts)


class Client:
    """Speaks RESP2 over one socket, and waits for what it asks for."""

    def __init__(self, port, wrap=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        if wrap:
            self.socket = wrap(self.socket)
        self.file = self.socket.makefile("rb")

    def ask(self, *words):
        self.socket.sendall(encode(*words))
        return self.reply()

    def reply(self):
        line = self.file.readline()
        if not line:
            raise EOFError("the server has closed the connection")
        kind, rest = line[:1], line[1:].rstrip(b"\r\n")
        if kind in b"*>":
            return [self.reply() for _ in range(int(rest))]
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        return int(rest) if kind == b":" else line.rstrip(b"\r\n").decode()

    def info(self, field):
        for line in self.ask("INFO", "everything").decode().split("\r\n"):
            if line.startswith(field + ":"):
                return line.split(":", 1)[1]
        raise KeyError(field)

    def clients(self):
        """CLIENT LIST, a dictionary each."""
        return [dict(field.split("=", 1) for field in line.split(" "))
                for line in self.ask("CLIENT", "LIST").decode().splitlines()]

    def close(self):
        self.file.close()
        self.socket.close()


def quiet_socket(port, receive_buffer=None):
    """A connection that nobody looks after. With a small buffer it stops taking what is sent to it soon."""
    one = socket.socket()
    if receive_buffer:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    one.settimeout(PATIENCE)
    one.connect(("127.0.0.1", port))
    return one


def reset(one):
    """Closes with a reset, whatever is unread."""
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    one.close()


def send_until_refused(one, data, most):
    """Sends `data` again and again until the other side has not read for a while, or `most` bytes are sent."""
    sent = 0
    one.settimeout(1)
    try:
        while sent < most:
            sent += one.send(data)
    except (TimeoutError, ConnectionError):
        pass
    one.settimeout(PATIENCE)
    return sent


class Server:
    def __init__(self, *arguments, before=None):
        self.directory = tempfile.TemporaryDirectory(prefix="redouble-hostile-")
        self.process = subprocess.Popen(
            [BINARY, "--port", "auto", "--bind", "127.0.0.1", "--announce", "json", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.directory.name, preexec_fn=before)
        self.pid = self.process.pid
        self.log = []
        self.more = threading.Condition()
        first = self.process.stdout.readline()
        try:
            told = json.loads(first)
        except ValueError:
            raise AssertionError((first + self.process.stdout.read()).decode()) from None
        self.port, self.tls_port = told["port"], told["tls_port"]
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()
        self.wait_for_log("Ready to accept connections")

    def read_log(self):
        for line in self.process.stdout:
            with self.more:
                self.log.append(line.decode(errors="replace"))
                self.more.notify_all()

    def count_log(self, text):
        with self.more:
            return sum(text in line for line in self.log)

    def wait_for_log(self, text):
        with self.more:
            if not self.more.wait_for(lambda: any(text in line for line in self.log), PATIENCE):
                raise AssertionError(f"not in the log: {text}\n" + "".join(self.log))

    def client(self, *auth):
        client = Client(self.port)
        if auth:
            client.ask("AUTH", *auth)
        return client

    def alive(self):
        return self.process.poll() is None

    def resident(self):
        """Bytes of memory that the process holds."""
        with open(f"/proc/{self.pid}/smaps_rollup") as file:
            for line in file:
                if line.startswith("Rss:"):
                    return int(line.split()[1]) * KB
        raise AssertionError("no Rss in smaps_rollup")

    def cpu_seconds(self):
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def allow_descriptors(self, number):
        hard = resource.prlimit(self.pid, resource.RLIMIT_NOFILE)[1]
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (number, hard))

    def stop(self):
        if self.alive():
            self.process.kill()
        self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stdout.close()
        self.directory.cleanup()


class HostileTest(unittest.TestCase):
    def start(self, *arguments, **options):
        server = Server(*arguments, **options)
        self.addCleanup(server.stop)
        return server

    def keep(self, closable):
        self.addCleanup(closable.close)
        return closable

    def wait_until(self, condition, what):
        """`condition` asks the server, which so gets its turns."""
        end = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), end, "in vain: " + what)

    def assert_closed(self, one):
        """The server has ended this connection, with or without words that are still to be read."""
        try:
            while one.recv(64 * KB):
                pass
        except ConnectionError:
            pass

    def serves(self, server, *auth):
        """Somebody else, who behaves."""
        self.assertTrue(server.alive(), "".join(server.log[-20:]))
        client = server.client(*auth)
        self.assertEqual(client.ask("PING"), "+PONG")
        client.close()


def raise_own_limit():
    """As many descriptors as this process may have."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def report(*words):
    print(*words, file=sys.stderr, flush=True)
