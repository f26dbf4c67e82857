"""What the redis-py tests share: one server a test class, one client and an empty data set a test."""

import os
import sys
import unittest

import redis

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))

from server import TestServer, eventually  # noqa: E402


class ClientTest(unittest.TestCase):
    flags = {}

    @classmethod
    def setUpClass(cls):
        cls.server = TestServer(**cls.flags)
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        self.redis = self.connect()

    def connect(self, path="", **options):
        options.setdefault("decode_responses", True)
        options.setdefault("socket_timeout", 5)
        client = redis.Redis.from_url(self.server.url + path, **options)
        self.addCleanup(client.close)
        return client

    def tearDown(self):
        self.redis.flushall()

    def subscribe(self, client, *channels, patterns=()):
        """A PubSub whose confirmations are read already."""
        pubsub = client.pubsub()
        self.addCleanup(pubsub.close)
        if channels:
            pubsub.subscribe(*channels)
        if patterns:
            pubsub.psubscribe(*patterns)
        kinds = [self.take(pubsub)["type"] for _ in range(len(channels) + len(patterns))]
        self.assertEqual(kinds, ["subscribe"] * len(channels) + ["psubscribe"] * len(patterns))
        return pubsub

    def take(self, pubsub):
        """The next message, confirmations included; fails when none comes."""
        return eventually("a message", lambda: pubsub.get_message(timeout=0.05))

    def take_texts(self, pubsub, count):
        """(channel, data) of the next `count` messages."""
        return [(m["channel"], m["data"]) for m in (self.take(pubsub) for _ in range(count))]
