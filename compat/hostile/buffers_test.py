"""Replies that nobody reads and requests that never end are kept up to a limit, and harm nobody else.

Usage: buffers_test.py PATH_OF_THE_BINARY
"""
import contextlib
import unittest

from server import KB, MB, HostileTest, encode, quiet_socket, report, send_until_refused

SLACK = 4 * MB  # of the allocator, and of what is under way


class OutputTest(HostileTest):
    def setUp(self):
        self.server = self.start()
        self.observer = self.keep(self.server.client())

    def listed(self, **fields):
        return [client for client in self.observer.clients()
                if all(client[name] == value for name, value in fields.items())]

    def cut(self, one, cause, most_bytes, what):
        """`cause` is done until the connection is gone, with never more than `most_bytes` held."""
        before, worst = self.server.resident(), 0
        for _ in range(2000):
            if self.server.count_log("for overcoming of output buffer limits"):
                break
            cause()
            worst = max(worst, self.server.resident() - before)
        else:
            self.fail("never cut")
        self.assert_closed(one)
        self.assertEqual(len(self.observer.clients()), 1)
        report(f"  {what} that never reads: {worst / MB:.1f} MB at most, then cut")
        self.assertLessEqual(worst, most_bytes)

    def test_a_subscriber(self):
        one = self.keep(quiet_socket(self.server.port, receive_buffer=4 * KB))
        one.sendall(encode("SUBSCRIBE", "news"))
        self.wait_until(lambda: self.listed(sub="1"), "subscribed")
        # The default: 32 MB at once. A buffer that doubles holds the old and the new bytes for a moment.
        message = b"x" * MB
        self.cut(one, lambda: self.observer.ask("PUBLISH", "news", message), 3 * 32 * MB + SLACK, "A subscriber")

    def test_a_subscriber_under_a_limit_of_its_own(self):
        self.observer.ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 0 0")
        one = self.keep(quiet_socket(self.server.port, receive_buffer=4 * KB))
        one.sendall(encode("PSUBSCRIBE", "*"))
        self.wait_until(lambda: self.listed(psub="1"), "subscribed")
        message = b"x" * (100 * KB)
        self.cut(one, lambda: self.observer.ask("PUBLISH", "news", message), 3 * MB + SLACK, "A limited subscriber")

    def test_a_soft_limit(self):
        self.observer.ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 1mb 1")
        one = self.keep(quiet_socket(self.server.port, receive_buffer=4 * KB))
        one.sendall(encode("SUBSCRIBE", "news"))
        self.wait_until(lambda: self.listed(sub="1"), "subscribed")
        for _ in range(80):
            self.observer.ask("PUBLISH", "news", b"x" * (100 * KB))
        self.server.wait_for_log("for overcoming of output buffer limits")
        self.assert_closed(one)

    def test_a_monitor(self):
        self.observer.ask("CONFIG", "SET", "client-output-buffer-limit", "normal 1mb 0 0")
        one = self.keep(quiet_socket(self.server.port, receive_buffer=4 * KB))
        one.sendall(encode("MONITOR"))
        self.wait_until(lambda: self.listed(flags="O"), "monitoring")
        word = b"x" * (100 * KB)
        self.cut(one, lambda: self.observer.ask("ECHO", word), 3 * MB + SLACK, "A monitor")

    def test_a_monitor_without_a_limit_of_its_class(self):
        one = self.keep(quiet_socket(self.server.port, receive_buffer=4 * KB))
        one.sendall(encode("MONITOR"))
        self.wait_until(lambda: self.listed(flags="O"), "monitoring")
        word = b"x" * MB
        self.cut(one, lambda: self.observer.ask("ECHO", word), 3 * 32 * MB + SLACK, "A monitor of the defaults")

    def test_a_replica(self):
        self.observer.ask("CONFIG", "SET", "client-output-buffer-limit", "replica 1mb 0 0")
        one = self.keep(quiet_socket(self.server.port, receive_buffer=4 * KB))
        one.sendall(encode("PSYNC", "?", "-1"))
        self.wait_until(lambda: self.listed(flags="S"), "following")
        value = b"x" * (100 * KB)
        # The backlog of a replica is 1 MB besides.
        self.cut(one, lambda: self.observer.ask("SET", "k", value), 4 * MB + SLACK, "A replica")

    def test_a_slow_reader_of_the_normal_class(self):
        self.observer.ask("CONFIG", "SET", "client-output-buffer-limit", "normal 1mb 0 0")
        self.observer.ask("SET", "big", b"x" * (400 * KB))
        one = self.keep(quiet_socket(self.server.port, receive_buffer=4 * KB))

        def ask():
            # It may be cut off before the log has been looked at.
            with contextlib.suppress(ConnectionError):
                one.sendall(encode("GET", "big"))

        self.cut(one, ask, 3 * MB + SLACK, "A normal client")

    def test_a_normal_client_is_not_read_from_any_more(self):
        size = 300 * KB
        self.observer.ask("SET", "big", b"x" * size)
        before = self.server.resident()
        one = self.keep(quiet_socket(self.server.port, receive_buffer=4 * KB))
        one.sendall(encode("GET", "big") * 1000)  # 300 MB of replies
        sent = send_until_refused(one, encode("GET", "big") * 2000, 100 * MB)
        grown = self.server.resident() - before
        unsent = max(int(client["omem"]) + int(client["obl"]) for client in self.observer.clients())
        report(f"  100 MB pipelined and not read: {sent / MB:.1f} MB were taken, {unsent / MB:.1f} MB wait, "
               f"{grown / MB:.1f} MB of memory")
        self.assertLess(sent, 100 * MB)
        self.assertLessEqual(unsent, 16 * MB + size + KB)
        self.assertLessEqual(grown, 3 * 16 * MB + SLACK)
        self.serves(self.server)
        # And goes on when its replies are read.
        expected, got = 20 * (size + len(b"$307200\r\n\r\n")), 0
        while got < expected:
            got += len(one.recv(MB))

    def test_one_reply_may_be_larger_than_that(self):
        self.observer.ask("SET", "big", b"x" * (40 * MB))
        self.assertEqual(len(self.observer.ask("GET", "big")), 40 * MB)


class InputTest(HostileTest):
    def setUp(self):
        self.server = self.start("--client-query-buffer-limit", "1mb")
        self.observer = self.keep(self.server.client())

    def grown_by(self, data, most):
        """Sends what is no whole request, and returns what the server's memory grew by."""
        before = self.server.resident()
        one = self.keep(quiet_socket(self.server.port))
        one.sendall(data)
        self.wait_until(lambda: any(int(client["qbuf"]) == len(data) for client in self.observer.clients()),
                        "all of it has been read")
        grown = self.server.resident() - before
        report(f"  {len(data):,} bytes, {data[:20]}…: {grown / KB:.0f} KB of memory")
        self.assertLessEqual(grown, most)
        one.close()

    def test_promises_cost_nothing(self):
        for data in (b"*2147483647\r\n", b"*1\r\n$536870912\r\n", b"*2147483647\r\n$536870912\r\n",
                     b"*1\r\n$536870912\r\n" + b"x" * 1000):
            with self.subTest(data[:30]):
                self.grown_by(data, 256 * KB)

    def test_memory_is_bounded_by_what_was_sent(self):
        tiny = b"$1\r\na\r\n"
        for number in (1000, 10_000, 20_000):
            data = b"*1000000\r\n" + tiny * number
            with self.subTest(number):
                # 16 bytes for the place of each, in an array that doubles; and the bytes, in a buffer that does.
                self.grown_by(data, number * 16 * 3 + len(data) * 3 + 256 * KB)

    def test_past_the_limit(self):
        for data in (b"*2\r\n$3\r\nSET\r\n$2000000\r\n" + b"x" * 1_900_000,
                     b"*1000000\r\n" + b"$1\r\na\r\n" * 120_000,
                     b"*1000000\r\n" + b"$0\r\n\r\n" * 160_000):
            with self.subTest(data[:20]):
                one = self.keep(quiet_socket(self.server.port))
                try:
                    one.sendall(data)
                except ConnectionError:
                    pass
                self.assert_closed(one)
        self.wait_until(lambda: self.server.count_log("max query buffer length") == 3, "each is logged")
        self.serves(self.server)

    def test_a_line_without_an_end(self):
        one = self.keep(quiet_socket(self.server.port))
        one.sendall(b"x" * (64 * KB + 1))
        self.assertEqual(one.makefile("rb").readline(), b"-ERR Protocol error: too big inline request\r\n")
        self.assert_closed(one)

    def test_many_words_are_not_kept(self):
        before = self.server.resident()
        crowd = [self.keep(quiet_socket(self.server.port)) for _ in range(100)]
        for one in crowd:
            one.sendall(b"ECHO" + b" a" * 30_000 + b"\r\n" + encode("ECHO", *[b"a"] * 30_000))
        for one in crowd:
            file = one.makefile("rb")
            for _ in range(2):
                self.assertEqual(file.readline(), b"-ERR wrong number of arguments for 'echo' command\r\n")
        grown = self.server.resident() - before
        report(f"  100 clients after requests of 30,000 words: {grown / KB / 100:.1f} KB each")
        self.assertLessEqual(grown, 100 * 20 * KB + SLACK)

    def test_a_queue_of_a_transaction(self):
        one = self.keep(self.server.client())
        one.ask("MULTI")
        with self.assertRaises((EOFError, ConnectionError)):
            for _ in range(20):
                one.ask("SET", "k", b"x" * (100 * KB))
        self.serves(self.server)


if __name__ == "__main__":
    unittest.main(verbosity=2)
