"""Who has not authenticated yet may cost 32 KB at most, whatever it sends and leaves unread.

Usage: strangers_test.py PATH_OF_THE_BINARY
"""
import unittest

from server import KB, MB, HostileTest, encode, quiet_socket, report, send_until_refused

MOST = 32 * KB
LONGEST = b"*2\r\n$4\r\nAUTH\r\n$16384\r\n" + b"x" * 16384  # without its end
HALF = {
    "nothing": b"",
    "the longest request": LONGEST,
    "ten arguments": b"*10\r\n" + b"$1600\r\n%s\r\n" % (b"x" * 1600) * 9 + b"$1600\r\n",
    "an endless line": b"x" * (17 * KB),
    "an endless count": b"*" + b"1" * (17 * KB - 1),
    "a line of many words": b"a " * (8 * KB) + b"\r\n" + b"x" * (16 * KB),
    "words behind words": encode("PING") * 500 + LONGEST,
}
KEPT = {name: len(data) for name, data in HALF.items()}  # what waits for its end
KEPT |= {"a line of many words": 16 * KB, "words behind words": len(LONGEST)}


class StrangersTest(HostileTest):
    def setUp(self):
        self.server = self.start("--requirepass", "secret")
        self.observer = self.keep(self.server.client("secret"))
        # What the first connections and CLIENT LIST cost once and for all.
        for one in [quiet_socket(self.server.port) for _ in range(50)]:
            one.close()
        self.wait_until(lambda: len(self.observer.clients()) == 1, "only the observer is left")

    def strangers(self, number, data, waits):
        before = self.server.resident()
        crowd = [self.keep(quiet_socket(self.server.port)) for _ in range(number)]
        for one in crowd:
            one.sendall(data)
        self.wait_until(lambda: sum(waits(client) for client in self.observer.clients()) == number,
                        "all of it has been read")
        return (self.server.resident() - before) / number

    def test_half_sent_requests(self):
        for name, data in HALF.items():
            kept = KEPT[name]
            with self.subTest(name):
                each = self.strangers(400, data, lambda client: client["cmd"] != "client|list"
                                      and int(client["qbuf"]) == kept)
                report(f"  400 strangers, {name}: {each / KB:.1f} KB each")
                self.assertLessEqual(each, MOST)
                self.doCleanups()
                self.setUp()

    def test_one_byte_more_is_refused(self):
        for data, text in ((b"*1\r\n$16385\r\n", b"unauthenticated bulk length"),
                           (b"*11\r\n", b"unauthenticated multibulk length"),
                           (b"*2\r\n$16000\r\n%s\r\n$2000\r\n" % (b"x" * 16000), b"unauthenticated bulk length"),
                           (b"x" * (17 * KB + 1), b"too big inline request"),
                           (b"*" + b"1" * (17 * KB), b"too big mbulk count string"),
                           (b"*1\r\n$" + b"1" * (17 * KB + 1), b"too big bulk count string")):
            with self.subTest(text):
                one = self.keep(quiet_socket(self.server.port))
                one.sendall(data)
                self.assertEqual(one.makefile("rb").readline(), b"-ERR Protocol error: " + text + b"\r\n")
                self.assert_closed(one)

    def test_who_does_not_read_the_refusals_is_not_read_from(self):
        before = self.server.resident()
        # Far more replies than the kernel keeps for somebody who does not take them.
        crowd = [self.keep(quiet_socket(self.server.port, receive_buffer=4 * KB)) for _ in range(20)]
        requests = encode("PING") * 20_000
        for one in crowd:
            self.assertLess(send_until_refused(one, requests, 100 * MB), 100 * MB)
        each = (self.server.resident() - before) / len(crowd)
        waiting = [client for client in self.observer.clients() if client["cmd"] != "client|list"]
        held = max(int(client["obl"]) + int(client["omem"]) + int(client["qbuf"]) for client in waiting)
        report(f"  20 that never read: {each / KB:.1f} KB each, at most {held / KB:.1f} KB of it bytes")
        self.assertLessEqual(each, MOST)
        self.assertLessEqual(held, 20 * KB)
        self.serves(self.server, "secret")

    def test_five_hundred_hostile_ones(self):
        before = self.server.resident()
        names = list(HALF) * (500 // len(HALF) + 1)
        for name in names[:500]:
            one = self.keep(quiet_socket(self.server.port))
            one.sendall(HALF[name])
        kept = sum(KEPT[name] for name in names[:500])
        self.wait_until(lambda: sum(int(client["qbuf"]) for client in self.observer.clients()
                                    if client["cmd"] != "client|list") == kept, "all of it has been read")
        cost = self.server.resident() - before
        report(f"  500 hostile strangers: {cost / MB:.1f} MB")
        self.assertLessEqual(cost, 16 * MB)
        self.serves(self.server, "secret")

    def test_the_longest_password_is_still_heard(self):
        client = self.keep(self.server.client())
        self.assertTrue(client.ask("AUTH", "default", "x" * 16384).startswith("-WRONGPASS "))
        self.assertEqual(client.ask("AUTH", "secret"), "+OK")
        self.assertEqual(client.ask("SET", "k", "v" * 100_000), "+OK")


if __name__ == "__main__":
    unittest.main(verbosity=2)
