"""A proxy that makes mistakes: what stands in front of a good server to see that a bad one would be found out."""
import random
import socket
import threading

from connection import Connection, Lost, ServerError

FAULTS = {
    "twice": "a command is carried out twice",
    "lost": "a write is acknowledged and not done",
    "stale": "a read answers what was there before",
    "gap": "a subscriber is not sent a message",
    "half": "of a transaction a command is left out",
}


def encoded(reply):
    if isinstance(reply, ServerError):
        return b"-%s\r\n" % str(reply).encode()
    if isinstance(reply, str):
        return b"+%s\r\n" % reply.encode()
    if isinstance(reply, int):
        return b":%d\r\n" % reply
    if reply is None:
        return b"$-1\r\n"
    if isinstance(reply, bytes):
        return b"$%d\r\n%s\r\n" % (len(reply), reply)
    return b"*%d\r\n" % len(reply) + b"".join(map(encoded, reply))


class FaultyProxy:
    """Listens on a port of its own until the process ends; `fault` is one of FAULTS."""

    def __init__(self, upstream, fault):
        self.upstream, self.fault = upstream, fault
        self.chance = 0.2 if fault in ("gap", "half") else 0.03  # in a second there has to be one
        self.random = random.Random(1)
        self.made = 0
        self.before = {}  # what a GET answered last
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = self.listener.getsockname()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            peer, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def errs(self, fault):
        err = self.fault == fault and self.random.random() < self.chance
        self.made += err
        return err

    def serve(self, peer):
        client, server = Connection(None, None), Connection(self.upstream, None)
        client.socket, client.file = peer, peer.makefile("rb")
        try:
            server.open()
            while True:
                words = client.read()
                reply = self.answer(server, words)
                client.socket.sendall(encoded(reply))
                if words[0].endswith(b"SUBSCRIBE"):
                    return self.copy_messages(server, client)
        except (OSError, EOFError, Lost, ValueError):
            pass
        finally:
            client.close()
            server.close()

    def copy_messages(self, server, client):
        while True:
            message = server.read()
            if not self.errs("gap"):
                client.socket.sendall(encoded(message))

    @staticmethod
    def ask(server, words):
        server.socket.sendall(Connection.encoded(words))
        return server.read()

    def answer(self, server, words):
        name = words[0]
        if name == b"SET" and self.errs("lost"):
            return "OK"
        if name in (b"DECRBY", b"INCRBY") and self.errs("half"):
            words = [b"EXISTS", words[1]]
        reply = self.ask(server, words)
        if name in (b"INCR", b"APPEND", b"LPUSH", b"RPOP") and self.errs("twice"):
            self.ask(server, words)
        if name == b"GET":
            stale, self.before[words[1]] = self.before.get(words[1]), reply
            if words[1] in self.before and self.errs("stale"):
                return stale
        return reply
