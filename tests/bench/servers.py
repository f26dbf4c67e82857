"""The two servers under comparison: started on free ports of 127.0.0.1, pinned, and asked for their own costs."""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

NAMES = ("redouble", "redis-server")
FLOOR = "floor"  # see floor.py


def cores():
    """The core of the servers and that of the generator; the same one when there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command_of(name, build, port, folder):
    if name == FLOOR:
        return [os.path.join(build, "tests/bench/bench_floor"), "--port", str(port)]
    binary = os.path.join(build, "redouble") if name == "redouble" else shutil.which("redis-server")
    return [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]


class Server:
    """A running server. `name` is one of NAMES, or FLOOR; `build` is where our binaries are."""

    def __init__(self, name, build):
        self.name = name
        self.folder = tempfile.mkdtemp(prefix="redouble-bench-")
        self.port = free_port()
        self.tls_port = None
        core = cores()[0]
        self.process = subprocess.Popen(
            command_of(name, build, self.port, self.folder), stdout=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}))
        self._await_pong()

    def _await_pong(self):
        give_up_at = time.monotonic() + 10
        while time.monotonic() < give_up_at and self.process.poll() is None:
            try:
                if self.ask("PING") == "+PONG":
                    return
            except OSError:
                time.sleep(0.01)
        self.stop()
        raise SystemExit(f"bench: {self.name} did not start")

    def ask(self, line):
        """The first line of the reply to an inline command."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(line.encode() + b"\r\n")
            return connection.makefile("rb").readline().decode().strip()

    def serve_tls(self):
        """From here on it speaks TLS on `tls_port` too, to clients that trust anybody."""
        certificate, key = f"{self.folder}/server.pem", f"{self.folder}/server.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-subj", "/CN=localhost", "-days", "2", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        port = free_port()
        files = f"tls-cert-file {certificate} tls-key-file {key} tls-auth-clients no"
        if self.ask(f"CONFIG SET {files} tls-port {port}") != "+OK":
            raise SystemExit(f"bench: {self.name} does not speak TLS")
        self.tls_port = port

    def longest_pause(self, line):
        """Milliseconds of the longest wait for a PONG of one client while the server runs another's command."""
        longest = 0
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as busy, \
                socket.create_connection(("127.0.0.1", self.port), timeout=30) as waiting:
            for turn in range(500):
                if turn == 10:
                    busy.sendall(line.encode() + b"\r\n")
                begun = time.perf_counter()
                waiting.sendall(b"PING\r\n")
                waiting.recv(16)
                longest = max(longest, time.perf_counter() - begun)
            busy.recv(64)
        return longest * 1000

    def cpu_ns(self):
        """What all its threads have had of the processors, in nanoseconds, by the scheduler's own account."""
        total = 0
        tasks = f"/proc/{self.process.pid}/task"
        for task in os.listdir(tasks):
            with open(f"{tasks}/{task}/schedstat") as account:
                total += int(account.read().split()[0])
        return total

    def settle(self):
        """Waits until it is idle: redouble frees what FLUSHALL leaves behind it, which is no work of the next round;
        redis-server frees it within FLUSHALL."""
        before, now = 0, self.cpu_ns()
        while now - before > 100_000:
            time.sleep(0.005)
            before, now = now, self.cpu_ns()

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) * 1024

    def stop(self):
        if self.process.poll() is not None:
            print(f"bench: {self.name} has ended by itself, with status {self.process.returncode}", file=sys.stderr)
        else:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
