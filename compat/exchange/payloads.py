"""DUMP payloads made by hand: the encodings that redis-server 7.0.15 reads and does not write any more."""
import struct


def _table():
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x95AC9329AC4BC9B5 if crc & 1 else 0)
        table.append(crc)
    return table


_CRC = _table()


def crc64(data):
    crc = 0
    for byte in data:
        crc = _CRC[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc


def payload(kind, body, version=10):
    data = bytes([kind]) + body + struct.pack("<H", version)
    return data + struct.pack("<Q", crc64(data))


def length(n):
    if n < 64:
        return bytes([n])
    if n < 16384:
        return struct.pack(">H", 0x4000 | n)
    return b"\x80" + struct.pack(">I", n)


def string(text):
    return length(len(text)) + text


def strings(texts):
    return b"".join(string(text) for text in texts)


def counted(texts):
    return length(len(texts)) + strings(texts)


def ascii_score(score):
    if score == float("inf"):
        return b"\xfe"
    if score == float("-inf"):
        return b"\xff"
    text = b"%.17g" % score
    return bytes([len(text)]) + text


def as_integer(text):
    try:
        number = int(text)
    except ValueError:
        return None
    return number if str(number).encode() == text and -2**63 <= number < 2**63 else None


def ziplist(items):
    body, previous, last = b"", 0, 10
    for item in items:
        last = 10 + len(body)
        number = as_integer(item)
        if number is None:
            n = len(item)
            head = bytes([n]) if n < 64 else struct.pack(">H", 0x4000 | n) if n < 16384 else b"\x80" + struct.pack(">I", n)
            entry = head + item
        elif 0 <= number <= 12:
            entry = bytes([0xF1 + number])
        elif -128 <= number <= 127:
            entry = b"\xfe" + struct.pack("<b", number)
        elif -32768 <= number <= 32767:
            entry = b"\xc0" + struct.pack("<h", number)
        elif -8388608 <= number <= 8388607:
            entry = b"\xf0" + struct.pack("<i", number)[:3]
        elif -2**31 <= number < 2**31:
            entry = b"\xd0" + struct.pack("<i", number)
        else:
            entry = b"\xe0" + struct.pack("<q", number)
        front = bytes([previous]) if previous < 254 else b"\xfe" + struct.pack("<I", previous)
        previous = len(front + entry)
        body += front + entry
    return struct.pack("<IIH", 11 + len(body), last, min(len(items), 65535)) + body + b"\xff"


def zipmap(pairs):
    def size(n):
        return bytes([n]) if n < 254 else b"\xfe" + struct.pack("<I", n)

    body = b""
    for i, (field, value) in enumerate(pairs):
        free = i % 3
        body += size(len(field)) + field + size(len(value)) + bytes([free]) + value + b"\x00" * free
    return bytes([min(len(pairs), 254)]) + body + b"\xff"


def intset(numbers):
    numbers = sorted(numbers)
    width, code = next((w, c) for w, c in ((2, "h"), (4, "i"), (8, "q"))
                       if all(-2**(8 * w - 1) <= n < 2**(8 * w - 1) for n in numbers))
    return struct.pack("<II", width, len(numbers)) + b"".join(struct.pack("<" + code, n) for n in numbers)
