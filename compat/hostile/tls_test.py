"""The same over TLS: what connections cost, and handshakes that never end.

Usage: tls_test.py PATH_OF_THE_BINARY
"""
import ssl
import unittest

from server import KB, MB, Client, HostileTest, encode, quiet_socket, report

# Measured with OpenSSL 3.0: 15 KB at rest, 33 KB with the longest request half sent and 49 KB with half of its
# record besides, 47 KB in mid-handshake. Most of that are OpenSSL's buffers, which have to hold a whole record.
MOST_AT_REST = 24 * KB
MOST_IN_HANDSHAKE = 56 * KB
MOST_WITH_REQUESTS = 56 * KB


def trusting():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def hello():
    """The first flight of a handshake."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        trusting().wrap_bio(incoming, outgoing).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


class TlsTest(HostileTest):
    def start_tls(self, *arguments):
        server = self.start("--tls", "auto", "--tls-port", "auto", *arguments)
        self.assertGreater(server.tls_port, 0)
        return server

    def wrapped(self, one):
        return self.keep(trusting().wrap_socket(one))

    def cost(self, name, begin, is_there, most, number=400):
        """On a server of its own: memory that others have given back would be used again."""
        server = self.start_tls("--requirepass", "secret", "--redouble-tls-handshake-ms", "0")
        observer = self.keep(server.client("secret"))
        for one in [self.wrapped(quiet_socket(server.tls_port)) for _ in range(20)]:
            one.close()
        self.wait_until(lambda: len(observer.clients()) == 1, "only the observer is left")
        before = server.resident()
        for _ in range(number):
            begin(server.tls_port)
        self.wait_until(lambda: sum(is_there(client) for client in observer.clients()) == number, name)
        each = (server.resident() - before) / number
        report(f"  {number} over TLS, {name}: {each / KB:.1f} KB each")
        self.assertLessEqual(each, most)
        self.serves(server, "secret")
        self.doCleanups()

    def test_what_connections_cost(self):
        first = hello()
        longest = b"*2\r\n$4\r\nAUTH\r\n$16384\r\n" + b"x" * 16384

        def greeting(port, data):
            one = self.keep(quiet_socket(port))
            one.sendall(data)
            return one

        def fresh(client):
            return client["cmd"] == "NULL"

        self.cost("that say nothing", lambda port: greeting(port, b""), fresh, 32 * KB)
        self.cost("in mid-hello", lambda port: greeting(port, first[:-1]), fresh, MOST_IN_HANDSHAKE)
        self.cost("in mid-handshake", lambda port: greeting(port, first).recv(1), fresh, MOST_IN_HANDSHAKE)
        self.cost("at rest", lambda port: self.wrapped(quiet_socket(port)), fresh, MOST_AT_REST)
        self.cost("with half-sent requests", lambda port: self.wrapped(quiet_socket(port)).sendall(longest),
                  lambda client: fresh(client) and int(client["qbuf"]) == len(longest), MOST_WITH_REQUESTS)
        self.cost("with half-sent records", lambda port: self.half_a_record(port),
                  lambda client: fresh(client) and int(client["qbuf"]) == 100, MOST_WITH_REQUESTS)

    def half_a_record(self, port):
        """A request that has begun, and the first half of the record with the rest."""
        plain = self.keep(quiet_socket(port))
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        stream = trusting().wrap_bio(incoming, outgoing)
        while True:
            try:
                stream.do_handshake()
                break
            except ssl.SSLWantReadError:
                plain.sendall(outgoing.read())
                incoming.write(plain.recv(64 * KB))
        stream.write(b"*2\r\n$4\r\nAUTH\r\n$16384\r\n" + b"x" * 78)
        plain.sendall(outgoing.read())
        stream.write(b"x" * 15_000)
        plain.sendall(outgoing.read()[:14_000])

    def test_handshakes_end(self):
        server = self.start_tls("--redouble-tls-handshake-ms", "200")
        first = hello()
        self.assertEqual(self.keep(server.client()).ask("CONFIG", "GET", "timeout")[1], b"0")
        for data in (b"", first[:1], first[:40], first):
            with self.subTest(len(data)):
                one = self.keep(quiet_socket(server.tls_port))
                one.sendall(data)
                self.assert_closed(one)
        server.wait_for_log("its TLS handshake took too long")
        # Who finished it may take all the time there is.
        client = self.keep(Client(server.tls_port, self.wrapped))
        self.assertEqual(client.ask("PING"), "+PONG")
        late = self.keep(quiet_socket(server.tls_port))
        self.assert_closed(late)
        self.assertEqual(client.ask("PING"), "+PONG")
        self.assertEqual(len(client.clients()), 2)

    def test_the_limit_can_be_changed(self):
        server = self.start_tls()
        observer = self.keep(server.client())
        self.assertEqual(observer.ask("CONFIG", "GET", "redouble-tls-handshake-ms")[1], b"10000")
        self.assertEqual(observer.ask("CONFIG", "SET", "redouble-tls-handshake-ms", "50"), "+OK")
        self.assert_closed(self.keep(quiet_socket(server.tls_port)))

    def test_more_than_there_may_be(self):
        server = self.start_tls("--maxclients", "1")
        observer = self.keep(server.client())
        self.assertEqual(observer.ask("PING"), "+PONG")
        self.assertEqual(self.keep(quiet_socket(server.tls_port)).recv(100), b"")
        self.assertEqual(observer.info("rejected_connections"), "1")

    def test_idle_ones_go_by_timeout(self):
        server = self.start_tls("--timeout", "1")
        one = self.wrapped(quiet_socket(server.tls_port))
        self.assertEqual(one.recv(100), b"")

    def test_garbage_in_place_of_records(self):
        server = self.start_tls()
        first = hello()
        for data in (first[:50] + b"\0" * 500, first + b"\x17\x03\x03\x40\x00" + b"x" * 16384, b"\x16\x03\x01\xff\xff" + b"x" * MB,
                     b"\x16\x03\x01\x00\x00" * 100):
            with self.subTest(data[:20]):
                one = self.keep(quiet_socket(server.tls_port))
                try:
                    one.sendall(data)
                except ConnectionError:
                    pass
                self.assert_closed(one)
        self.serves(server)

    def test_pipelines_without_reading(self):
        server = self.start_tls()
        before = server.resident()
        one = self.wrapped(quiet_socket(server.tls_port, receive_buffer=4 * KB))
        one.settimeout(1)
        sent, request = 0, encode("ECHO", b"x" * 1000) * 1000
        try:
            while sent < 100 * MB:
                sent += one.send(request)
        except (TimeoutError, ssl.SSLError):
            pass
        worst = server.resident() - before
        report(f"  {sent / MB:.0f} MB were taken; {worst / MB:.1f} MB of memory")
        self.assertLess(sent, 100 * MB)
        self.assertLessEqual(worst, 64 * MB)
        self.serves(server)


if __name__ == "__main__":
    unittest.main(verbosity=2)
