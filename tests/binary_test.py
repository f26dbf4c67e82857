"""The `redouble` binary as those who start it see it: arguments, output, files, signals, exit codes.

Usage: binary_test.py PATH_OF_THE_BINARY
Standard library only. Every server listens on a port of the kernel's choice and is stopped by its test.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "redouble"
PATIENCE = 10  # seconds until a test gives up


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(port, *words):
    """Sends one command and returns the first line of the reply."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        request = f"*{len(words)}\r\n" + "".join(f"${len(w.encode())}\r\n{w}\r\n" for w in words)
        client.sendall(request.encode())
        return client.makefile("rb").readline().decode().rstrip("\r\n")


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("in vain: " + what)
        time.sleep(0.01)


def is_alive(pid):
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    # A zombie that nobody has waited for yet is gone as far as we are concerned.
    return state != "Z"


class BinaryTest(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="redouble-"))
        self.addCleanup(shutil.rmtree, self.directory)

    def run_to_end(self, *arguments, text=""):
        return subprocess.run([BINARY, *arguments], input=text, capture_output=True, text=True, timeout=PATIENCE,
                              cwd=self.directory)

    def start(self, *arguments, until=b"Ready to accept connections", **options):
        server = subprocess.Popen([BINARY, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  cwd=self.directory, **options)
        self.addCleanup(self.stop, server)
        server.output = b""
        while until not in server.output:
            line = server.stdout.readline()
            self.assertTrue(line, server.output.decode())
            server.output += line
        return server

    def start_announced(self, *arguments):
        server = self.start("--port", "auto", "--announce", "json", *arguments)
        server.announced = json.loads(server.output.splitlines()[0])
        return server

    @staticmethod
    def stop(server):
        if server.poll() is None:
            server.kill()
        server.wait(PATIENCE)
        server.stdout.close()

    # --- Answers without a server ----------------------------------------------------------------------------

    def test_version_is_redis_s_with_our_own_behind(self):
        for flag in ("--version", "-v"):
            told = self.run_to_end(flag)
            self.assertEqual(told.returncode, 0)
            self.assertRegex(told.stdout, r"^Redis server v=7\.0\.15 sha=00000000:0 malloc=\S+ bits=64 .*"
                                          r"redouble=\d+\.\d+\.\d+\n$")

    def test_help_teaches_without_colours_in_a_pipe(self):
        told = self.run_to_end("--help")
        self.assertEqual(told.returncode, 0)
        self.assertIn("--announce json", told.stdout)
        self.assertNotIn("\x1b", told.stdout)

    def test_a_mistake_ends_with_the_line_and_a_suggestion(self):
        told = self.run_to_end("--maxmemroy", "5")
        self.assertEqual(told.returncode, 1)
        self.assertEqual(told.stderr, "\n*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\n"
                                      "Reading the configuration file, at line 2\n>>> 'maxmemroy \"5\"'\n"
                                      "Bad directive or wrong number of arguments\nDid you mean 'maxmemory'?\n")

    def test_a_missing_file_is_named(self):
        told = self.run_to_end("nosuch.conf")
        self.assertEqual(told.returncode, 1)
        self.assertIn(f"can't open config file '{self.directory}/nosuch.conf': No such file or directory",
                      told.stderr)

    def test_a_file_that_includes_itself_ends(self):
        (self.directory / "loop.conf").write_text("include loop.conf\n")
        told = self.run_to_end("loop.conf")
        self.assertEqual(told.returncode, 1)
        self.assertIn("does one include itself?", told.stderr)

    def test_nothing_to_listen_on(self):
        told = self.run_to_end("--port", "0")
        self.assertEqual(told.returncode, 1)
        self.assertIn("Configured to not listen anywhere, exiting.", told.stdout)

    def test_a_taken_port_is_named(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            told = self.run_to_end("--port", str(port), "--bind", "127.0.0.1")
        self.assertEqual(told.returncode, 1)
        self.assertIn("Address already in use", told.stdout)
        self.assertIn(str(port), told.stdout)

    # --- Serving ---------------------------------------------------------------------------------------------

    def test_the_announcement_comes_first(self):
        server = self.start_announced("--requirepass", "p/w")
        told = server.announced
        self.assertEqual(told["pid"], server.pid)
        self.assertEqual(told["url"], f"redis://:p%2Fw@127.0.0.1:{told['port']}")
        self.assertRegex(told["version"], r"^\d+\.\d+\.\d+$")
        self.assertEqual(ask(told["port"], "PING"), "-NOAUTH Authentication required.")

    def test_the_seed_is_told_and_can_be_given(self):
        server = self.start_announced()
        self.assertEqual(ask(server.announced["port"], "REDOUBLE", "SEED"), f"${len(server.announced['seed'])}")
        self.assertIn(f"Seed {server.announced['seed']}: ".encode(), server.output)
        told = [self.start_announced("--seed", "18446744073709551615").announced for _ in range(2)]
        self.assertEqual([each["seed"] for each in told], ["18446744073709551615"] * 2)
        refused = self.run_to_end("--seed", "0")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("--seed is a whole number from 1 to 18446744073709551615, not '0'", refused.stderr)

    def test_the_port_file_is_there_when_the_log_says_ready(self):
        path = self.directory / "port"
        server = self.start_announced("--port-file", str(path))
        self.assertEqual(path.read_text(), f"{server.announced['port']}\n")

    def test_the_log_has_the_lines_that_tools_wait_for(self):
        port = free_port()
        server = self.start("--port", str(port), "--bind", "127.0.0.1", "--always-show-logo", "yes")
        prefix = rf"^{server.pid}:M \d\d \w\w\w \d{{4}} \d\d:\d\d:\d\d\.\d{{3}} "
        log = server.output.decode()
        self.assertRegex(log, re.compile(prefix + r"# Redis version=7\.0\.15, .*pid=\d+, just started", re.M))
        self.assertRegex(log, re.compile(prefix + rf"# Server initialized PID: {server.pid}", re.M))
        self.assertRegex(log, re.compile(prefix + r"\* Ready to accept connections$", re.M))
        self.assertEqual(ask(port, "PING"), "+PONG")

    def test_signals_stop_it_with_exit_code_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = self.start_announced()
            server.send_signal(number)
            rest = server.stdout.read().decode()
            self.assertEqual(server.wait(PATIENCE), 0)
            self.assertIn(f"Received {number.name} scheduling shutdown...", rest)
            self.assertIn("Redis is now ready to exit, bye bye...", rest)

    def test_a_file_standard_input_and_flags_in_this_order(self):
        (self.directory / "redis.conf").write_text("timeout 1\nhz 21\nmaxclients 50\n")
        port = free_port()
        server = subprocess.Popen(
            [BINARY, "redis.conf", "--timeout", "3", "--port", str(port), "--bind 127.0.0.1", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.directory)
        self.addCleanup(self.stop, server)
        server.stdin.write(b"timeout 2\nhz 22\n")
        server.stdin.close()
        while b"Ready to accept" not in server.stdout.readline():
            self.assertIsNone(server.poll())
        for name, value in (("timeout", "3"), ("hz", "22"), ("maxclients", "50")):
            with self.subTest(name):
                self.assertEqual(self.config(port, name), value)
        self.assertEqual(self.config(port, "dir"), str(self.directory.resolve()))

    def config(self, port, name):
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
            client.sendall(f"CONFIG GET {name}\r\n".encode())
            lines = client.makefile("rb")
            return [lines.readline().decode().strip() for _ in range(5)][4]

    def test_config_rewrite_keeps_what_was_changed_for_the_next_start(self):
        (self.directory / "redis.conf").write_text("# mine\nhz 21\n")
        port = free_port()
        arguments = ("redis.conf", "--port", str(port), "--bind", "127.0.0.1", "--save", "")
        server = self.start(*arguments)
        self.assertEqual(ask(port, "CONFIG", "SET", "hz", "33", "maxmemory", "5mb"), "+OK")
        self.assertEqual(ask(port, "CONFIG", "REWRITE"), "+OK")
        server.terminate()
        server.wait(PATIENCE)
        self.assertTrue((self.directory / "redis.conf").read_text().startswith("# mine\nhz 33\n"))
        self.start("redis.conf")
        self.assertEqual(self.config(port, "hz"), "33")
        self.assertEqual(self.config(port, "maxmemory"), "5242880")
        self.assertEqual(self.config(port, "save"), "")

    def test_renamed_commands_answer_to_their_new_names(self):
        server = self.start_announced("--rename-command", "GET", "FETCH", "--rename-command", "CONFIG", "")
        port = server.announced["port"]
        self.assertEqual(ask(port, "fetch", "k"), "$-1")
        self.assertTrue(ask(port, "GET", "k").startswith("-ERR unknown command 'GET'"))
        self.assertTrue(ask(port, "config", "get", "x").startswith("-ERR unknown command 'config'"))

    def test_a_unix_socket_without_tcp(self):
        path = self.directory / "socket"
        self.start("--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700",
                   until=b"The server is now ready to accept connections at")
        self.assertEqual(path.stat().st_mode & 0o777, 0o700)
        told = self.run_to_end("--ping", f"unix://{path}")
        self.assertEqual((told.returncode, told.stdout), (0, f"{path} answers PONG\n"))

    def test_the_probe(self):
        port = self.start_announced().announced["port"]
        told = self.run_to_end("--ping", f"redis://127.0.0.1:{port}/2")
        self.assertEqual((told.returncode, told.stdout), (0, f"127.0.0.1:{port} answers PONG\n"))
        told = self.run_to_end("--ping", f"redis://127.0.0.1:{free_port()}")
        self.assertEqual(told.returncode, 1)
        self.assertIn("Connection refused", told.stderr)

    def test_it_ends_with_its_parent(self):
        # The shell writes the server's announcement to a file, and is then killed.
        told = self.directory / "told"
        parent = subprocess.Popen(["sh", "-c", f"{BINARY} --port auto --announce json --exit-with-parent > {told}; :"])
        self.addCleanup(parent.wait)
        wait_until(lambda: told.exists() and b"Ready to accept" in told.read_bytes(), "a server that is ready")
        pid = json.loads(told.read_text().splitlines()[0])["pid"]
        parent.kill()
        wait_until(lambda: not is_alive(pid), "the server ends with its parent")

    def test_a_daemon_has_a_pid_file_and_a_log_file(self):
        port = free_port()
        pid_file, log_file = self.directory / "pid", self.directory / "log"
        told = self.run_to_end("--port", str(port), "--bind", "127.0.0.1", "--daemonize", "yes", "--pidfile",
                               str(pid_file), "--logfile", str(log_file))
        self.assertEqual((told.returncode, told.stdout, told.stderr), (0, "", ""))
        wait_until(lambda: log_file.exists() and b"Ready to accept" in log_file.read_bytes(), "a daemon that is ready")
        pid = int(pid_file.read_text())
        self.assertEqual(ask(port, "PING"), "+PONG")
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not is_alive(pid), "the daemon stops")
        self.assertFalse(pid_file.exists())

    # --- The data set on disk --------------------------------------------------------------------------------

    def end(self, server, code=None):
        output, _ = server.communicate(timeout=PATIENCE)
        if code is not None:
            self.assertEqual(server.returncode, code)
        server.output += output
        return server.output.decode()

    def test_what_was_saved_is_there_at_the_next_start(self):
        server = self.start_announced("--dbfilename", "my.rdb")
        port = server.announced["port"]
        ask(port, "SET", "k", "v")
        self.assertEqual(ask(port, "SAVE"), "+OK")
        ask(port, "SET", "k", "later")
        server.terminate()
        self.assertIn("* DB saved on disk\n", self.end(server))
        self.assertEqual([path.name for path in self.directory.iterdir()], ["my.rdb"])
        server = self.start_announced("--dbfilename", "my.rdb")
        self.assertRegex(server.output, rb"\* Done loading RDB, keys loaded: 1, keys expired: 0\.\n.* \* "
                                        rb"DB loaded from disk: \d+\.\d{3} seconds\n")
        self.assertEqual(ask(server.announced["port"], "GET", "k"), "$1")

    def test_nothing_is_saved_unless_asked(self):
        server = self.start_announced()
        ask(server.announced["port"], "SET", "k", "v")
        server.terminate()
        self.assertEqual(server.wait(PATIENCE), 0)
        self.assertEqual(list(self.directory.iterdir()), [])

    def test_save_points_save_at_the_end(self):
        server = self.start_announced("--save", "900 1")
        ask(server.announced["port"], "SET", "k", "v")
        server.terminate()
        self.assertIn("* Saving the final RDB snapshot before exiting.\n", self.end(server))
        self.assertTrue((self.directory / "dump.rdb").exists())

    def test_a_file_that_is_cut_off_is_not_loaded(self):
        server = self.start_announced()
        ask(server.announced["port"], "SET", "mykey", "a value")
        ask(server.announced["port"], "SHUTDOWN", "SAVE")
        server.wait(PATIENCE)
        file = self.directory / "dump.rdb"
        file.write_bytes(file.read_bytes()[:-14])
        told = self.run_to_end("--port", str(free_port()))
        self.assertEqual(told.returncode, 1)
        self.assertRegex(told.stdout, r'# The RDB file cannot be loaded: byte \d+, database 0, key "mykey": '
                                      r'a count is larger than what follows\n')
        self.assertIn(f"# Fatal error loading the DB from {self.directory}/dump.rdb. Exiting.\n", told.stdout)

    def test_a_disk_that_refuses_keeps_the_server_alive(self):
        server = self.start_announced("--save", "900 1", "--dbfilename", "nowhere")
        port = server.announced["port"]
        (self.directory / "nowhere").mkdir()
        ask(port, "SET", "k", "v")
        self.assertEqual(ask(port, "SAVE"), "-ERR")
        self.assertEqual(ask(port, "SHUTDOWN"), "-ERR Errors trying to SHUTDOWN. Check logs.")
        server.terminate()
        time.sleep(0.2)
        self.assertEqual(ask(port, "GET", "k"), "$1")
        ask(port, "SHUTDOWN", "NOSAVE")
        self.assertIn("SIGTERM received but errors trying to shut down the server", self.end(server))

    # --- Test data and leaks -----------------------------------------------------------------------------------

    def test_data_are_loaded_at_the_start_and_come_back_with_reset(self):
        (self.directory / "data.json").write_text('{"greeting": "hello"}')
        server = self.start_announced("--load", "data.json", "--dir", str(self.directory))
        port = server.announced["port"]
        self.assertEqual(ask(port, "STRLEN", "greeting"), ":5")
        ask(port, "SET", "greeting", "goodbye")
        ask(port, "SET", "more", "1")
        self.assertEqual(ask(port, "REDOUBLE", "RESET"), "+OK")
        self.assertEqual(ask(port, "STRLEN", "greeting"), ":5")
        self.assertEqual(ask(port, "DBSIZE"), ":1")

    def test_data_that_cannot_be_loaded_end_the_start(self):
        (self.directory / "data.redis").write_text("SET a 1\nSAT b 2\n")
        told = self.run_to_end("--port", str(free_port()), "--load", "data.redis")
        self.assertEqual(told.returncode, 1)
        self.assertIn("data.redis, line 2: 'SAT b 2' was answered: ERR unknown command 'SAT'", told.stderr)

    def test_the_leak_report_names_what_is_left(self):
        server = self.start_announced("--leak-report", "fail")
        port = server.announced["port"]
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
            client.sendall(b"CLIENT SETNAME worker\r\nSET left 1\r\nBLPOP jobs 0\r\n")
            wait_until(lambda: self.blocked(port) == 1, "a blocked client")
            ask(port, "SHUTDOWN", "NOSAVE")
            output = self.end(server, code=3)
        for line in ("Leak report: this was left behind", "1 key:", "  string 'left' in database 0",
                     "  is blocked by BLPOP jobs 0"):
            self.assertIn(f"# {line}\n", output)
        self.assertRegex(output, r"# connection \d+ 'worker' from 127\.0\.0\.1:\d+:\n")

    def test_the_leak_report_is_short_when_nothing_is_left(self):
        server = self.start_announced("--leak-report", "fail")
        ask(server.announced["port"], "SHUTDOWN", "NOSAVE")
        self.assertIn("# Leak report: nothing was left behind\n", self.end(server, code=0))

    @staticmethod
    def blocked(port):
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
            client.sendall(b"INFO clients\r\n")
            return int(re.search(rb"blocked_clients:(\d+)", client.recv(4096)).group(1))

    def test_what_has_no_effect_is_said_once(self):
        server = self.start_announced("--appendonly", "yes", "--save", "", "--activerehashing", "yes")
        said = [line for line in server.output.decode().splitlines() if "have no effect" in line]
        self.assertEqual(len(said), 1)
        self.assertTrue(said[0].endswith("redouble: appendonly"), said)


if __name__ == "__main__":
    unittest.main()
