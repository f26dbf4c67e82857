"""Out of descriptors: answered, logged once, at no cost of time, and over as soon as there are some again.

Usage: descriptors_test.py PATH_OF_THE_BINARY
"""
import unittest

from server import HostileTest, encode, quiet_socket, report

REFUSED = b"-ERR max number of clients reached: no file descriptor is free\r\n"


class DescriptorsTest(HostileTest):
    def test_out_of_descriptors(self):
        server = self.start("--tls-port", "0", "--tls", "auto")
        crowd = [self.keep(server.client()) for _ in range(10)]
        self.assertEqual([one.ask("PING") for one in crowd], ["+PONG"] * 10)  # all are accepted
        server.allow_descriptors(server.descriptors())  # not one more
        for _ in range(50):
            one = self.keep(quiet_socket(server.port))
            self.assertEqual(one.recv(100), REFUSED)
            self.assertEqual(one.recv(100), b"")
        self.assertEqual([one.ask("PING") for one in crowd], ["+PONG"] * 10)
        self.assertEqual(server.count_log("Accepting client connection: Too many open files"), 1)
        # Files cannot be opened either; that is an error, not an end.
        self.assertEqual(crowd[0].ask("SAVE"), "-ERR")
        crowd[9].close()
        self.wait_until(lambda: len(crowd[0].clients()) == 9, "one has gone")
        again = self.keep(server.client())
        self.assertEqual(again.ask("PING"), "+PONG")
        self.assertEqual(self.keep(quiet_socket(server.port)).recv(100), REFUSED)
        server.allow_descriptors(1000)
        for _ in range(20):
            self.assertEqual(self.keep(server.client()).ask("PING"), "+PONG")
        self.assertEqual(server.count_log("Accepting client connection"), 1)

    def test_nothing_left_even_for_turning_away(self):
        """Then clients wait in the kernel's queue, and the server rests instead of asking again and again."""
        server = self.start()
        crowd = [self.keep(server.client()) for _ in range(10)]
        self.assertEqual([one.ask("PING") for one in crowd], ["+PONG"] * 10)
        # Below what is open: the spare descriptor cannot be used either.
        server.allow_descriptors(3)
        waiting = self.keep(quiet_socket(server.port))
        waiting.sendall(encode("PING"))
        server.wait_for_log("Accepting client connection: Too many open files")
        before, turns = server.cpu_seconds(), 2000
        for i in range(turns):
            self.assertEqual(crowd[i % 10].ask("PING"), "+PONG")
        waiting.settimeout(1)
        with self.assertRaises(TimeoutError):
            waiting.recv(100)
        spent = server.cpu_seconds() - before
        report(f"  out of descriptors for a second, and {turns} requests: {spent:.2f} s of the processor")
        self.assertLess(spent, 0.5)
        self.assertEqual(server.count_log("Accepting client connection"), 1)
        server.allow_descriptors(1000)
        waiting.settimeout(30)
        self.assertIn(waiting.recv(100), (b"+PONG\r\n", REFUSED))
        self.assertEqual(self.keep(server.client()).ask("PING"), "+PONG")


if __name__ == "__main__":
    unittest.main(verbosity=2)
