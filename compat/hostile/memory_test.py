"""Out of memory: what asked for it gets an error or loses its connection; the server and everybody else go on.

The limit is on the address space, so that malloc really fails. Usage: memory_test.py PATH_OF_THE_BINARY
"""
import resource
import unittest

from server import KB, MB, HostileTest, encode, quiet_socket, report, reset

LIMIT = 256 * MB
BATCH = 200
TEXT = "-OOM The server is out of memory: the command was not done, or not to its end"


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))


class MemoryTest(HostileTest):
    def setUp(self):
        self.server = self.start(before=limited)
        self.other = self.keep(self.server.client())
        self.other.ask("SET", "mine", "v")

    def others_go_on(self):
        self.assertTrue(self.server.alive(), "".join(self.server.log[-20:]))
        self.assertEqual(self.other.ask("GET", "mine"), b"v")
        self.serves(self.server)

    def others_write(self):
        """What was flushed goes in slices: it may take some turns until there is room again."""
        def write():
            client = self.server.client()
            try:
                return client.ask("SET", "mine", b"x" * MB) == "+OK"
            except (EOFError, ConnectionError):
                return False
            finally:
                client.close()
        self.wait_until(write, "there is room again")

    def test_values_until_there_is_no_room(self):
        value, fitted = b"x" * (8 * MB), 0
        for i in range(200):
            one = quiet_socket(self.server.port)
            try:
                one.sendall(encode("SET", f"k{i}", value))
                answer = one.makefile("rb").readline().rstrip(b"\r\n").decode()
            except ConnectionError:
                answer = ""
            one.close()
            self.assertIn(answer, ("+OK", TEXT, ""))
            fitted += answer == "+OK"
            if answer != "+OK":
                break
        else:
            self.fail("256 MB hold more than they can")
        report(f"  {fitted} values of 8 MB fit into {LIMIT // MB} MB; the next one: {answer or 'closed'}")
        self.assertGreater(fitted, 5)
        self.others_go_on()
        self.assertEqual(self.other.ask("DBSIZE"), fitted + 1)
        self.assertEqual(self.other.ask("FLUSHALL"), "+OK")
        self.others_write()

    def test_small_writes_until_there_is_no_room(self):
        """Every kind of value grows until something in the engine cannot be had; then the same again."""
        grow = {
            "SET": lambda i: encode("SET", f"s{i}", b"x" * 2000),
            "RPUSH": lambda i: encode("RPUSH", "list", *[b"%d" % i * 100] * 10),
            "HSET": lambda i: encode("HSET", "hash", f"f{i}", b"x" * 3000),
            "SADD": lambda i: encode("SADD", "set", b"%d" % i * 400),
            "ZADD": lambda i: encode("ZADD", "zset", i, b"%d" % i * 400),
            "XADD": lambda i: encode("XADD", "stream", "*", "f", b"x" * 3000),
            "APPEND": lambda i: encode("APPEND", "string", b"x" * 20_000),
            "EVAL": lambda i: encode("EVAL", "return redis.call('set', KEYS[1], string.rep('x', 20000))", 1, f"e{i}"),
            "SETRANGE": lambda i: encode("SETRANGE", f"r{i}", 100_000, "x"),
        }
        for name, request in grow.items():
            with self.subTest(name):
                one, refused, number = self.server.client(), 0, 0
                try:
                    while refused < 50 and number < 400_000:
                        one.socket.sendall(b"".join(request(number + i) for i in range(BATCH)))
                        number += BATCH
                        for _ in range(BATCH):
                            answer = one.reply()
                            refused += isinstance(answer, str) and answer.startswith(("-OOM", "-ERR not enough"))
                except (EOFError, ConnectionError):
                    refused += 1
                one.close()
                report(f"  {name}: {number:,} requests, then refused or closed")
                self.assertGreater(refused, 0)
                self.others_go_on()
                self.assertEqual(self.other.ask("FLUSHALL"), "+OK")
                self.others_write()
                self.doCleanups()
                self.setUp()

    def test_replies_and_requests_that_find_no_room(self):
        self.assertEqual(self.other.ask("SET", "big", b"x" * (40 * MB)), "+OK")
        for words in (["GET", "big"], ["MGET"] + ["big"] * 50, ["EVAL", "return redis.call('get', 'big')", "0"],
                      ["LRANGE", "big", "0", "-1"], ["SETRANGE", "hole", "500000000", "x"],
                      ["SETBIT", "bits", "4000000000", "1"], ["COPY", "big", "copy"], ["DUMP", "big"],
                      ["LCS", "big", "big"], ["BITOP", "NOT", "no", "big"], ["APPEND", "big", b"y" * (30 * MB)]):
            with self.subTest(words[:2]):
                one = quiet_socket(self.server.port)
                try:
                    one.sendall(encode(*words))
                    one.makefile("rb").readline()
                except ConnectionError:
                    pass
                reset(one)
                self.others_go_on()

    def test_crowds_that_find_no_room(self):
        """New clients, with requests under way, until there is no memory for them."""
        crowd, half = [], b"*2\r\n$4\r\nECHO\r\n$1000000\r\n" + b"x" * 900_000
        for _ in range(400):
            one = quiet_socket(self.server.port)
            crowd.append(one)
            try:
                one.sendall(half)
            except ConnectionError:
                pass
        self.wait_until(lambda: self.other.ask("PING") and self.server.count_log(": out of memory"), "no memory left")
        self.assertTrue(self.server.alive())
        self.assertEqual(self.other.ask("GET", "mine"), b"v")
        for one in crowd:
            reset(one)
        self.wait_until(lambda: len(self.other.clients()) == 1, "the crowd has gone")
        self.others_go_on()

    def test_subscribers_that_do_not_read(self):
        self.assertEqual(self.other.ask("CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 0 0"), "+OK")
        crowd = [quiet_socket(self.server.port, receive_buffer=4 * KB) for _ in range(20)]
        for one in crowd:
            one.sendall(encode("SUBSCRIBE", "c"))
        self.wait_until(lambda: self.other.ask("PUBSUB", "NUMSUB", "c")[1] == 20, "all have subscribed")
        publisher = quiet_socket(self.server.port)
        try:
            for _ in range(60):
                publisher.sendall(encode("PUBLISH", "c", b"x" * MB))
                if not publisher.recv(100).startswith(b":"):
                    break
            else:
                self.fail("256 MB hold more than they can")
        except ConnectionError:
            pass
        self.assertEqual(self.other.ask("GET", "mine"), b"v")
        for one in [*crowd, publisher]:
            reset(one)
        self.wait_until(lambda: len(self.other.clients()) == 1, "the crowd has gone")
        self.others_go_on()


if __name__ == "__main__":
    unittest.main(verbosity=2)
