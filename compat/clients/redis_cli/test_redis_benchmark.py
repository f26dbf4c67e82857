"""redis-benchmark runs to its end, without an error, and leaves behind what its tests write."""

import csv
import io
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))

from server import TestServer  # noqa: E402

TESTS = {
    "ping_inline": "PING_INLINE",
    "ping_mbulk": "PING_MBULK",
    "set": "SET",
    "get": "GET",
    "incr": "INCR",
    "mset": "MSET (10 keys)",
}


class Benchmark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TestServer()
        cls.addClassCleanup(cls.server.close)

    def run_tool(self, *args):
        argv = ["redis-benchmark", "-h", self.server.host, "-p", str(self.server.port), *args]
        done = subprocess.run(argv, capture_output=True, timeout=30)
        self.assertEqual((done.returncode, done.stderr), (0, b""), done.stdout.decode())
        return done.stdout.decode()

    def cli(self, *args):
        argv = ["redis-cli", "-h", self.server.host, "-p", str(self.server.port), *args]
        return subprocess.run(argv, capture_output=True, timeout=10, check=True).stdout.decode().strip()

    def rates(self, *args):
        rows = csv.DictReader(io.StringIO(self.run_tool("--csv", *args)))
        return {row["test"]: float(row["rps"]) for row in rows}

    def test_quiet_run_names_every_test(self):
        output = self.run_tool("-q", "-n", "1000", "-P", "16", "-t", ",".join(TESTS))
        self.assertNotIn("WARNING", output)
        for title in TESTS.values():
            self.assertIn(f"{title}: ", output)
        self.assertEqual(output.count("requests per second, p50="), len(TESTS))

    def test_counts_are_exact(self):
        self.cli("flushall")
        self.cli("config", "resetstat")
        rates = self.rates("-n", "1000", "-P", "16", "-t", "set,get,incr,mset")
        self.assertEqual(list(rates), ["SET", "GET", "INCR", "MSET (10 keys)"])
        self.assertTrue(all(rate > 0 for rate in rates.values()), rates)
        self.assertGreaterEqual(int(self.cli("get", "counter:__rand_int__")), 1000)
        self.assertEqual(self.cli("get", "key:__rand_int__"), "VXK")
        calls = self.cli("info", "commandstats")
        for name in ("set", "get", "incr", "mset"):
            self.assertRegex(calls, rf"cmdstat_{name}:calls=10\d\d,")

    def test_resp3_threads_and_random_keys(self):
        self.cli("flushall")
        rates = self.rates("-3", "--threads", "2", "-n", "2000", "-r", "100", "-d", "1024", "-t", "set")
        self.assertEqual(list(rates), ["SET"])
        self.assertEqual(int(self.cli("dbsize")), 100)
        self.assertEqual(int(self.cli("strlen", self.cli("randomkey"))), 1024)

    def test_a_command_of_ones_own(self):
        rates = self.rates("-n", "500", "-P", "4", "append", "log", "x")
        self.assertEqual(list(rates), ["append log x"])
        self.assertGreaterEqual(int(self.cli("strlen", "log")), 500)


if __name__ == "__main__":
    unittest.main()
