"""A redis-compatible server of the test's own, spawned from the binary named in REDIS_SERVER.

Invariant: a server started here is stopped by close(), at the latest when the interpreter ends, and
its port stays the same over restarts. Ports come from below the kernel's ephemeral range, so that a
client which keeps knocking while the server is down cannot connect to itself.
"""

import atexit
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

READY_LINE = b"Ready to accept connections"
START_LIMIT = 10.0
STOP_LIMIT = 5.0
BINARY = os.environ.get("REDIS_SERVER", "redis-server")


def _free_port():
    for _ in range(100):
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port between 20000 and 31999 on 127.0.0.1")


def eventually(what, probe, limit=5.0):
    """Calls probe() until it returns something true, and returns that; fails after `limit` seconds."""
    deadline = time.monotonic() + limit
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {limit} s: {what}")
        time.sleep(0.005)


class TestServer:
    """Runs from the constructor on, with redis-server's `flags`, e.g. requirepass="secret"; several words in a list."""

    host = "127.0.0.1"

    def __init__(self, **flags):
        self.port = _free_port()
        self.directory = tempfile.mkdtemp(prefix="redouble-clients-")
        self._flags = flags
        self._process = None
        atexit.register(self._forget)
        self.launch()

    @property
    def authority(self):
        return f"{self.host}:{self.port}"

    @property
    def _tls(self):
        """With a certificate among its flags it serves TLS on its port, and nothing else."""
        return "tls_cert_file" in self._flags

    @property
    def url(self):
        return f"{'rediss' if self._tls else 'redis'}://{self.authority}"

    def launch(self):
        """Spawns the process and returns when it says that it is ready. Also after stop() or crash()."""
        ports = ["--port", "0", "--tls-port", str(self.port)] if self._tls else ["--port", str(self.port)]
        argv = [BINARY, *ports, "--bind", self.host, "--save", "", "--appendonly", "no", "--dir", self.directory]
        for name, value in self._flags.items():
            argv += ["--" + name.replace("_", "-"), *map(str, value if isinstance(value, list) else [value])]
        self._log = open(os.path.join(self.directory, "log"), "w+b")
        self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        eventually(f"{BINARY} is ready", self._is_ready, START_LIMIT)

    def _is_ready(self):
        with open(self._log.name, "rb") as log:
            text = log.read()
        if self._process.poll() is not None:
            raise RuntimeError(f"{BINARY} ended with {self._process.returncode}:\n{text.decode()}")
        return READY_LINE in text

    def _end(self, how):
        process, self._process = self._process, None
        if process is None:
            return None
        process.send_signal(how)
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._log.close()
        return process.returncode

    def stop(self):
        """Ends it as an operator would; a server that does not then exit with 0 fails the test."""
        code = self._end(signal.SIGTERM)
        assert code in (0, None), f"exit code {code} after SIGTERM"

    def crash(self):
        self._end(signal.SIGKILL)

    def close(self):
        try:
            self.stop()
        finally:
            self._forget()

    def _forget(self):
        self.crash()
        shutil.rmtree(self.directory, ignore_errors=True)
        atexit.unregister(self._forget)
