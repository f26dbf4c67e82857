"""A connection that may be lost at any moment, by its own doing: between two requests, in the midst of one, between
the request and its reply, with a farewell or with a reset."""
import socket
import ssl
import struct


class Lost(Exception):
    """It was cut. Whether the last request was carried out is not known."""


class ServerError(Exception):
    """An error reply."""


class Connection:
    """Blocking. `chance` decides, for each request, whether and how the connection ends there."""

    def __init__(self, address, chance, loss=0.0, ca=None):
        self.address, self.chance, self.loss, self.ca = address, chance, loss, ca
        self.socket = self.file = None

    def open(self):
        if self.socket is not None:
            return
        self.socket = socket.create_connection(self.address, timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.ca is not None:
            context = ssl.create_default_context(cafile=self.ca)
            context.check_hostname = False
            self.socket = context.wrap_socket(self.socket)
        self.file = self.socket.makefile("rb")

    def close(self, reset=False):
        if self.socket is None:
            return
        if reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.file.close()
        self.socket.close()
        self.socket = self.file = None

    def cut(self):
        self.close(reset=self.chance.random() < 0.5)
        raise Lost

    @staticmethod
    def encoded(words):
        parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)

    def call(self, *words):
        return self.calls([words])[0]

    def calls(self, requests):
        """Sends several at once; all their replies. An error raises, when all have come."""
        try:
            self.open()
            data = b"".join(self.encoded(words) for words in requests)
            if self.loss and self.chance.random() < self.loss:
                self.lose(data, len(requests))
            self.socket.sendall(data)
            replies = [self.read() for _ in requests]
        except (OSError, EOFError) as error:
            self.close()
            raise Lost from error
        for reply in replies:
            if isinstance(reply, ServerError):
                raise reply
        return replies

    def lose(self, data, replies):
        how = self.chance.randrange(4)
        if how == 0:
            self.cut()  # before the request
        if how == 1:
            self.socket.sendall(data[:self.chance.randrange(len(data))])
            self.cut()  # in its midst
        self.socket.sendall(data)
        if how == 3 and replies > 1:
            self.read()  # between two replies
        self.cut()

    def read(self):
        line = self.file.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            return ServerError(rest.decode())
        if kind == b":":
            return int(rest)
        length = int(rest)
        if length < 0:
            return None
        if kind == b"$":
            data = self.file.read(length + 2)
            if len(data) < length + 2:
                raise EOFError
            return data[:-2]
        return [self.read() for _ in range(length)]
