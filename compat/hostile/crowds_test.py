"""Many clients: ten thousand at once, a hundred thousand in a row, more than there may be, and those that stay for
nothing; clients that break off wherever it hurts.

Usage: crowds_test.py PATH_OF_THE_BINARY
"""
import os
import socket
import unittest

from server import KB, MB, HostileTest, encode, quiet_socket, raise_own_limit, report, reset, send_until_refused

PROCESSES = 4


def in_processes(number, work):
    """`work(i)` in that many processes; each must end well."""
    children = []
    for i in range(number):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                work(i)
                code = 0
            except BaseException as failure:  # the child must end here, whatever it was
                report(f"client process {i}: {failure!r}")
            finally:
                os._exit(code)
        children.append(child)
    return all([os.waitpid(child, 0)[1] == 0 for child in children])


class CrowdsTest(HostileTest):
    def test_ten_thousand_at_once(self):
        mine = raise_own_limit()
        server = self.start()
        observer = self.keep(server.client())
        allowed = int(observer.ask("CONFIG", "GET", "maxclients")[1])
        number = min(10_000, allowed, mine - 64) - 1
        # Reading from many at once takes a descriptor, for good.
        few = [quiet_socket(server.port) for _ in range(50)]
        for _ in range(20):
            for one in few:
                one.sendall(encode("PING"))
            self.assertTrue(all(one.recv(16) == b"+PONG\r\n" for one in few))
        for one in few:
            one.close()
        self.wait_until(lambda: observer.info("connected_clients") == "1", "the few have gone")
        fresh, before = server.descriptors(), server.resident()
        crowd = [quiet_socket(server.port) for _ in range(number)]
        for one in crowd:
            one.sendall(encode("PING"))
        self.assertTrue(all(one.recv(16) == b"+PONG\r\n" for one in crowd))
        self.assertEqual(observer.info("connected_clients"), str(number + 1))
        cost = (server.resident() - before) / number
        report(f"  {number:,} clients at once (the descriptors allow {allowed:,}): {cost / KB:.1f} KB each")
        if allowed >= 10_000:
            self.assertEqual(number, 9_999)
        self.assertLessEqual(cost, 8 * KB)
        for one in crowd[::2]:
            reset(one)
        for one in crowd[1::2]:
            one.close()
        self.wait_until(lambda: observer.info("connected_clients") == "1", "all have gone")
        self.assertEqual(server.descriptors(), fresh)

    def test_a_hundred_thousand_in_a_row_leave_nothing(self):
        server = self.start()
        observer = self.keep(server.client())

        # Closed with a reset: the kernel has no more than 28,000 ports for connections that rest in peace.
        def visit(each, warm_up):
            for i in range(each):
                one = quiet_socket(server.port)
                if i % 4 == 0:
                    one.sendall(encode("PING"))
                    assert one.recv(16) == b"+PONG\r\n"
                reset(one)

        def visits(number):
            self.assertTrue(in_processes(PROCESSES, lambda i: visit(number // PROCESSES, i)))
            self.wait_until(lambda: observer.info("connected_clients") == "1", "all have gone")

        visits(4000)
        fresh, before = server.descriptors(), server.resident()
        visits(100_000)
        grown = server.resident() - before
        report(f"  after 100,000 clients: {grown / KB:.0f} KB")
        self.assertEqual(server.descriptors(), fresh)
        self.assertEqual(len(observer.clients()), 1)
        self.assertEqual(observer.info("total_connections_received"), "104001")
        self.assertLessEqual(grown, MB)

    def test_more_than_there_may_be(self):
        server = self.start("--maxclients", "3")
        crowd = [self.keep(server.client()) for _ in range(3)]
        self.assertEqual([one.ask("PING") for one in crowd], ["+PONG"] * 3)
        refused = self.keep(quiet_socket(server.port))
        self.assertEqual(refused.recv(100), b"-ERR max number of clients reached\r\n")
        self.assertEqual(refused.recv(100), b"")
        self.assertEqual(crowd[0].info("rejected_connections"), "1")
        self.assertEqual(crowd[0].ask("CONFIG", "SET", "maxclients", "4"), "+OK")
        crowd.append(self.keep(server.client()))
        self.assertEqual(crowd[3].ask("PING"), "+PONG")
        # Those that are there stay when the limit sinks below them.
        self.assertEqual(crowd[0].ask("CONFIG", "SET", "maxclients", "1"), "+OK")
        self.assertEqual([one.ask("PING") for one in crowd], ["+PONG"] * 4)
        for one in crowd[1:]:
            one.close()
        self.wait_until(lambda: crowd[0].info("connected_clients") == "1", "the others have gone")
        self.assertEqual(self.keep(quiet_socket(server.port)).recv(100), b"-ERR max number of clients reached\r\n")

    def test_who_stays_for_nothing_goes_by_timeout(self):
        server = self.start("--timeout", "1")
        silent, half = self.keep(quiet_socket(server.port)), self.keep(quiet_socket(server.port))
        half.sendall(b"*2\r\n$4\r\nECHO\r\n$10\r\nab")
        self.assert_closed(silent)
        self.assert_closed(half)
        # A byte now and then is no sign of life.
        slow = self.keep(quiet_socket(server.port))
        slow.settimeout(0.05)
        for _ in range(600):
            try:
                slow.send(b"x")
                if slow.recv(1) == b"":
                    break
            except TimeoutError:
                pass
            except ConnectionError:
                break
        else:
            self.fail("a slow client stays for ever")
        self.serves(server)


class BrokenOffTest(HostileTest):
    """One client does something ugly; another one goes on."""

    def setUp(self):
        self.server = self.start()
        self.other = self.keep(self.server.client())
        self.other.ask("SET", "big", b"x" * (2 * MB))

    def gone(self):
        self.wait_until(lambda: len(self.other.clients()) == 1, "it has gone")
        self.assertEqual(self.other.ask("PING"), "+PONG")

    def test_stops_in_mid_request(self):
        request = encode("SET", "k", "value")
        for end in range(1, len(request)):
            for farewell in (reset, socket.socket.close):
                one = quiet_socket(self.server.port)
                one.sendall(request[:end])
                farewell(one)
        self.gone()
        self.assertIsNone(self.other.ask("GET", "k"))

    def test_resets_in_mid_reply(self):
        for i in range(100):
            one = quiet_socket(self.server.port, receive_buffer=4 * KB)
            one.sendall(encode("GET", "big") * 3)
            one.recv(1 + i)
            reset(one)
        self.gone()

    def test_pipelines_a_hundred_megabytes_without_reading(self):
        before = self.server.resident()
        one = quiet_socket(self.server.port, receive_buffer=4 * KB)
        request = encode("ECHO", b"x" * 1000) * 1000
        sent, pinged = 0, 0
        one.settimeout(1)
        try:
            while sent < 100 * MB:
                sent += one.send(request)
                pinged += self.other.ask("PING") == "+PONG"
        except TimeoutError:
            pass
        worst = self.server.resident() - before
        report(f"  {sent / MB:.0f} MB were taken; {worst / MB:.1f} MB of memory; {pinged} pings meanwhile")
        self.assertLess(sent, 100 * MB)
        self.assertGreater(pinged, 0)
        self.assertLessEqual(worst, 64 * MB)
        self.assertEqual(self.other.ask("PING"), "+PONG")
        reset(one)
        self.gone()

    def test_waits_and_pipelines_behind_it(self):
        one = quiet_socket(self.server.port)
        one.sendall(encode("BLPOP", "nothing", "0"))
        before = self.server.resident()
        sent = send_until_refused(one, encode("ECHO", b"x" * 1000) * 1000, 100 * MB)
        worst = self.server.resident() - before
        report(f"  behind a BLPOP {sent / MB:.0f} MB were taken; {worst / MB:.1f} MB of memory")
        self.assertLess(sent, 100 * MB)
        self.assertLessEqual(worst, 64 * MB)
        reset(one)
        self.gone()


if __name__ == "__main__":
    unittest.main(verbosity=2)
