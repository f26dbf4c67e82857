"""redis-cli as a client: its outputs, its modes (--scan, --bigkeys, --pipe, --stat, MONITOR …), its prompt."""

import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))

from server import TestServer, eventually  # noqa: E402

LIMIT = 10


class CliTest(unittest.TestCase):
    flags = {}

    @classmethod
    def setUpClass(cls):
        cls.server = TestServer(**cls.flags)
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        self.cli("flushall")

    def argv(self, *args):
        return ["redis-cli", "-h", self.server.host, "-p", str(self.server.port), *args]

    def run_cli(self, *args, stdin=b"", **options):
        return subprocess.run(self.argv(*args), input=stdin, capture_output=True, timeout=LIMIT, **options)

    def cli(self, *args, stdin=b"", code=0):
        done = self.run_cli(*args, stdin=stdin)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return done.stdout.decode()

    def on_terminal(self, *args, until, typed=()):
        """Runs redis-cli on a terminal, types one of `typed` at each prompt, returns the match of `until`."""
        process, terminal = pty.fork()
        if process == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
            os.environ["TERM"] = "xterm"
            os.environ["HOME"] = self.server.directory
            os.execvp("redis-cli", self.argv(*args))
        try:
            seen = ""
            to_type = list(typed)
            deadline = time.monotonic() + LIMIT
            while time.monotonic() < deadline:
                if select.select([terminal], [], [], 0.05)[0]:
                    try:
                        seen += os.read(terminal, 65536).decode(errors="replace")
                    except OSError:  # how Linux says that the other side of a terminal is gone
                        deadline = 0
                    if to_type and seen.endswith("> "):
                        os.write(terminal, to_type.pop(0))
                found = re.search(until, seen)
                if found:
                    return found
            raise AssertionError(f"no {until!r} in {seen!r}")
        finally:
            os.kill(process, 9)
            os.waitpid(process, 0)
            os.close(terminal)


class Commands(CliTest):
    def test_set_get_and_expiry(self):
        self.assertEqual(self.cli("set", "k", "v", "ex", "300"), "OK\n")
        self.assertEqual(self.cli("get", "k"), "v\n")
        self.assertIn(self.cli("ttl", "k"), ("299\n", "300\n"))
        self.assertEqual(self.cli("get", "missing"), "\n")

    def test_no_raw_shows_types(self):
        self.cli("set", "k", 'a "b"\n')
        self.assertEqual(self.cli("--no-raw", "get", "k"), '"a \\"b\\"\\n"\n')
        self.assertEqual(self.cli("--no-raw", "get", "missing"), "(nil)\n")
        self.assertEqual(self.cli("--no-raw", "incr", "n"), "(integer) 1\n")
        self.assertEqual(self.cli("--no-raw", "mget", "n", "missing"), '1) "1"\n2) (nil)\n')
        self.assertEqual(self.cli("--no-raw", "incr", "k"), "(error) ERR value is not an integer or out of range\n")
        self.assertEqual(self.cli("--csv", "mget", "n", "missing"), '"1",NULL\n')

    def test_e_makes_errors_the_exit_code(self):
        done = self.run_cli("-e", "nosuch", "x")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertEqual(done.stderr.strip(), b"ERR unknown command 'nosuch', with args beginning with: 'x'")

    def test_resp3_shows_maps_and_json_forms_them(self):
        self.assertEqual(self.cli("-3", "--no-raw", "config", "get", "databases"), '1# "databases" => "16"\n')
        self.assertEqual(self.cli("-2", "--no-raw", "config", "get", "databases"), '1) "databases"\n2) "16"\n')
        self.assertEqual(self.cli("-3", "get", "missing"), "\n")
        self.assertIn(" resp=3\n", self.cli("-3", "client", "info"))

    def test_json_forms(self):
        self.cli("mset", "k", 'a "b"\n', "n", "5")
        self.assertEqual(json.loads(self.cli("--json", "get", "k")), 'a "b"\n')
        self.assertEqual(self.cli("--json", "get", "missing"), "null\n")
        self.assertEqual(self.cli("--json", "incr", "n"), "6\n")
        self.assertEqual(self.cli("--json", "mget", "n", "missing"), '["6",null]\n')
        self.assertEqual(self.cli("--json", "config", "get", "databases"), '{"databases":"16"}\n')
        hello = json.loads(self.cli("--json", "hello", "3"))
        self.assertEqual((hello["server"], hello["version"], hello["proto"]), ("redis", "7.0.15", 3))
        flags = json.loads(self.cli("--json", "command", "info", "get"))[0][2]
        self.assertEqual(sorted(flags), ["fast", "readonly"])

    def test_databases_by_option_and_url(self):
        self.assertEqual(self.cli("-n", "3", "set", "where", "three"), "OK\n")
        self.assertEqual(self.cli("-u", f"{self.server.url}/3", "get", "where"), "three\n")
        self.assertEqual(self.cli("get", "where"), "\n")

    def test_commands_from_stdin_and_repeated(self):
        script = b"multi\nset a 1\nincr a\nexec\nset 'two words' \"x\\x41\"\nget 'two words'\n"
        self.assertEqual(self.cli(stdin=script), "OK\nQUEUED\nQUEUED\nOK\n2\nOK\nxA\n")
        self.assertEqual(self.cli("-r", "3", "-i", "0.01", "incr", "n"), "1\n2\n3\n")
        self.assertEqual(self.cli("-x", "set", "k", stdin=b"from stdin"), "OK\n")
        self.assertEqual(self.cli("get", "k"), "from stdin\n")

    def test_subscribe_prints_confirmation_and_messages(self):
        for options, first, message in (
            (["--json", "psubscribe", "n*"], '["psubscribe","n*",1]', '["pmessage","n*","news","hi"]'),
            (["--csv", "subscribe", "news"], '"subscribe","news",1', '"message","news","hi"'),
            (["--json", "-3", "subscribe", "news"], '["subscribe","news",1]', '["message","news","hi"]'),
        ):
            with self.subTest(options=options):
                listener = subprocess.Popen(self.argv(*options), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
                try:
                    eventually("one receiver", lambda: self.cli("publish", "news", "hi") == "1\n")
                    lines = []
                    while not lines or lines[-1] != message:
                        lines.append(listener.stdout.readline().decode().rstrip("\n"))
                        self.assertLess(len(lines), 5, lines)
                finally:
                    listener.kill()
                    listener.wait()
                    listener.stdout.close()
                self.assertEqual(lines[-2:], [first, message])
                eventually("the listener is gone", lambda: self.cli("publish", "news", "lost") == "0\n")

    def test_monitor_prints_what_others_do(self):
        monitor = subprocess.Popen(self.argv("monitor"), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        try:
            self.assertEqual(monitor.stdout.readline(), b"OK\n")
            self.cli("-n", "2", "set", "k", "a \"b\"\n\x01ü", "EX", "100")
            lines = [monitor.stdout.readline().decode() for _ in range(2)]
        finally:
            monitor.kill()
            monitor.wait()
            monitor.stdout.close()
        head = r"\d{10}\.\d{6} \[%d 127\.0\.0\.1:\d+\] "
        # MONITOR hears of a command after it ran: SELECT shows the database that it chose.
        self.assertRegex(lines[0], "^" + head % 2 + r'"SELECT" "2"\n$')
        self.assertRegex(lines[1], "^" + head % 2 + re.escape(r'"set" "k" "a \"b\"\n\x01\xc3\xbc" "EX" "100"') + "\n$")

    def test_no_server_is_an_error(self):
        server = TestServer()
        server.close()
        done = subprocess.run(["redis-cli", "-p", str(server.port), "ping"], capture_output=True, timeout=LIMIT)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"Connection refused", done.stderr)


class Modes(CliTest):
    def fill(self, count):
        keys = [f"key:{i}" for i in range(count)]
        self.cli(stdin="".join(f"set {key} value-of-{key}\n" for key in keys).encode())
        return keys

    def test_scan_lists_each_matching_key_once(self):
        keys = self.fill(250)
        self.cli("set", "other", "x")
        self.assertEqual(sorted(self.cli("--scan", "--pattern", "key:*").split()), sorted(keys))
        self.assertEqual(sorted(self.cli("--scan").split()), sorted(keys + ["other"]))
        self.assertEqual(self.cli("--scan", "--pattern", "none*"), "")

    def test_bigkeys_and_memkeys_find_the_biggest(self):
        self.fill(20)
        self.cli("set", "big", "x" * 3000)
        report = self.cli("--bigkeys")
        self.assertIn("Sampled 21 keys in the keyspace!\n", report)
        self.assertIn("Biggest string found '\"big\"' has 3000 bytes\n", report)
        self.assertIn("21 strings with 3290 bytes (100.00% of keys, avg size 156.67)\n", report)
        report = self.cli("--memkeys")
        self.assertIn("Sampled 21 keys in the keyspace!\n", report)
        found = re.search(r"Biggest string found '\"big\"' has (\d+) bytes\n", report)
        self.assertTrue(found, report)
        self.assertGreaterEqual(int(found[1]), 3000)

    def test_pipe_inserts_a_file(self):
        def request(*words):
            return b"".join([b"*%d\r\n" % len(words), *(b"$%d\r\n%s\r\n" % (len(w), w) for w in words)])

        mass = b"".join(request(b"SET", b"k%d" % i, b"v%d" % i) for i in range(20_000))
        output = self.cli("--pipe", stdin=mass)
        self.assertTrue(output.endswith("errors: 0, replies: 20000\n"), output)
        self.assertEqual(self.cli("dbsize"), "20000\n")
        self.assertEqual(self.cli("get", "k19999"), "v19999\n")
        done = self.run_cli("--pipe", stdin=request(b"SET", b"k", b"v") + request(b"NOSUCH") + b"PING\r\n")
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stdout.endswith(b"errors: 1, replies: 3\n"), done.stdout)
        self.assertIn(b"ERR unknown command 'NOSUCH', with args beginning with: ", done.stderr)

    def test_stat_shows_keys_and_clients(self):
        self.fill(20)
        columns = r"\n(\d+) +([\d.]+[BKMG]) +(\d+) +(\d+) +(\d+) \(\+(\d+)\)"
        row = self.on_terminal("--stat", "-i", "0.05", until=columns)
        self.assertEqual((row[1], row[3], row[4]), ("20", "1", "0"))
        self.assertGreater(int(row[5]), 20)

    def test_latency_samples(self):
        lowest, highest, average, samples = self.cli("--latency", "-i", "0.3").split()
        self.assertGreater(int(samples), 5)
        self.assertLessEqual(int(lowest), float(average))
        self.assertLessEqual(float(average), int(highest))

    def test_latency_history_prints_a_line_an_interval(self):
        history = self.on_terminal("--latency-history", "-i", "0.2", until=r"\((\d+) samples\) -- 0\.\d+ seconds range")
        self.assertGreater(int(history[1]), 3)

    def test_hotkeys_needs_an_lfu_policy(self):
        self.fill(3)
        done = self.run_cli("--hotkeys")
        self.assertIn(b"ERR An LFU maxmemory policy is not selected", done.stderr + done.stdout)


class Prompt(CliTest):
    def docs_calls(self):
        found = re.search(r"cmdstat_command\|docs:calls=(\d+),", self.cli("info", "commandstats"))
        return int(found[1]) if found else 0

    def test_help_comes_from_command_docs(self):
        before = self.docs_calls()
        text = self.on_terminal("help", "getex", until=r"(?s)GETEX.*since:\S* 6\.2\.0.*group:\S* string")[0]
        self.assertEqual(self.docs_calls(), before + 1)
        plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
        options = "EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|PERSIST"
        self.assertIn(f"GETEX key [{options}]", plain)

    def test_hints_follow_what_is_typed(self):
        before = self.docs_calls()
        self.on_terminal(until=r"setrange k.*offset value", typed=[b"setrange k "])
        self.assertEqual(self.docs_calls(), before + 1)

    def test_prompt_runs_commands_and_names_the_database(self):
        self.on_terminal(until=r"(?s)OK.*\[2\]> .*\"two\"", typed=[b"select 2\r", b"set where two\r", b"get where\r"])
        self.assertEqual(self.cli("-n", "2", "get", "where"), "two\n")

    def test_prompt_marks_a_transaction(self):
        self.on_terminal(until=r"(?s)\(TX\)> .*QUEUED.*1\) \(integer\) 1", typed=[b"multi\r", b"incr n\r", b"exec\r"])


class Password(CliTest):
    flags = {"requirepass": "secret word"}

    def argv(self, *args):
        return super().argv("--no-auth-warning", "-a", "secret word", *args)

    def test_the_password_opens(self):
        self.assertEqual(self.cli("ping"), "PONG\n")
        self.assertEqual(self.cli("--user", "default", "-3", "set", "k", "v"), "OK\n")
        url = f"redis://default:secret%20word@{self.server.authority}/1"
        argv = ["redis-cli", "--no-auth-warning", "-u", url, "dbsize"]
        done = subprocess.run(argv, capture_output=True, timeout=LIMIT)
        self.assertEqual(done.stdout, b"0\n")

    def test_no_or_a_wrong_password_is_refused(self):
        base = ["redis-cli", "-p", str(self.server.port)]
        done = subprocess.run([*base, "get", "k"], capture_output=True, timeout=LIMIT)
        self.assertEqual(done.stdout.strip(), b"NOAUTH Authentication required.")
        base += ["--no-auth-warning", "-a", "wrong"]
        done = subprocess.run([*base, "get", "k"], capture_output=True, timeout=LIMIT)
        self.assertEqual(
            done.stderr.strip(), b"AUTH failed: WRONGPASS invalid username-password pair or user is disabled."
        )
        self.assertEqual(done.stdout.strip(), b"NOAUTH Authentication required.")


if __name__ == "__main__":
    unittest.main()
