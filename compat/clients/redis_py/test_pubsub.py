"""redis-py as publisher and subscriber: channels, patterns, handlers in a thread, unsubscribing."""

import threading
import unittest

import redis

from base import ClientTest, eventually


class PubSub(ClientTest):
    def test_messages_arrive_in_order_and_publish_counts_receivers(self):
        first = self.subscribe(self.redis, "news", "sport")
        second = self.subscribe(self.connect(), "news")
        self.assertEqual(self.redis.publish("news", "one"), 2)
        self.assertEqual(self.redis.publish("sport", "two"), 1)
        self.assertEqual(self.redis.publish("nobody", "lost"), 0)
        self.assertEqual(self.redis.publish("news", ""), 2)
        self.assertEqual(self.take_texts(first, 3), [("news", "one"), ("sport", "two"), ("news", "")])
        self.assertEqual(self.take_texts(second, 2), [("news", "one"), ("news", "")])
        self.assertEqual(sorted(self.redis.pubsub_channels()), ["news", "sport"])
        self.assertEqual(self.redis.pubsub_numsub("news", "nobody"), [("news", 2), ("nobody", 0)])

    def test_confirmations_count_subscriptions(self):
        pubsub = self.redis.pubsub()
        self.addCleanup(pubsub.close)
        pubsub.subscribe("a", "b")
        pubsub.psubscribe("p*")
        pubsub.unsubscribe("a")
        pubsub.punsubscribe()
        pubsub.unsubscribe()
        got = [self.take(pubsub) for _ in range(6)]
        self.assertEqual(
            [(m["type"], m["channel"], m["data"]) for m in got],
            [
                ("subscribe", "a", 1),
                ("subscribe", "b", 2),
                ("psubscribe", "p*", 3),
                ("unsubscribe", "a", 2),
                ("punsubscribe", "p*", 1),
                ("unsubscribe", "b", 0),
            ],
        )
        self.assertIs(pubsub.subscribed, False)

    def test_patterns_deliver_beside_channels(self):
        pubsub = self.subscribe(self.redis, "news.tech", patterns=["news.*", "h[ae]llo"])
        self.assertEqual(self.redis.publish("news.tech", "x"), 2)
        self.assertEqual(self.redis.publish("hallo", "y"), 1)
        self.assertEqual(self.redis.publish("hillo", "z"), 0)
        self.assertEqual(
            [self.take(pubsub) for _ in range(3)],
            [
                {"type": "message", "pattern": None, "channel": "news.tech", "data": "x"},
                {"type": "pmessage", "pattern": "news.*", "channel": "news.tech", "data": "x"},
                {"type": "pmessage", "pattern": "h[ae]llo", "channel": "hallo", "data": "y"},
            ],
        )
        self.assertEqual(self.redis.pubsub_numpat(), 2)

    def test_unsubscribed_channels_are_silent(self):
        pubsub = self.subscribe(self.redis, "a", "b")
        pubsub.unsubscribe("b")
        self.assertEqual(self.take(pubsub)["type"], "unsubscribe")
        self.assertEqual(self.redis.publish("b", "lost"), 0)
        self.assertEqual(self.redis.publish("a", "kept"), 1)
        self.assertEqual(self.take_texts(pubsub, 1), [("a", "kept")])
        pubsub.close()
        eventually("the subscriber is gone", lambda: self.redis.publish("a", "lost") == 0)
        self.assertEqual(self.redis.pubsub_channels(), [])

    def test_ping_works_and_other_commands_are_refused_while_subscribed(self):
        pubsub = self.subscribe(self.redis, "a")
        pubsub.ping("hello")
        self.assertEqual(self.take(pubsub), {"type": "pong", "pattern": None, "channel": None, "data": "hello"})
        pubsub.execute_command("GET", "k")
        with self.assertRaises(redis.ResponseError) as caught:
            self.take(pubsub)
        self.assertEqual(
            str(caught.exception),
            "Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET "
            "are allowed in this context",
        )

    def test_handlers_run_in_a_thread(self):
        heard = []
        done = threading.Event()

        def hear(message):
            heard.append(message["data"])
            if len(heard) == 1000:
                done.set()

        pubsub = self.redis.pubsub(ignore_subscribe_messages=True)
        pubsub.subscribe(flood=hear)
        thread = pubsub.run_in_thread(sleep_time=0.01, daemon=True)
        try:
            eventually("the subscription", lambda: dict(self.redis.pubsub_numsub("flood"))["flood"] == 1)
            pipeline = self.redis.pipeline(transaction=False)
            for i in range(1000):
                pipeline.publish("flood", i)
            self.assertEqual(pipeline.execute(), [1] * 1000)
            self.assertTrue(done.wait(5))
        finally:
            thread.stop()
            thread.join(5)
        self.assertEqual(heard, [str(i) for i in range(1000)])

    def test_binary_messages_arrive_untouched(self):
        raw = self.connect(decode_responses=False)
        pubsub = self.subscribe(raw, b"raw")
        payload = bytes([0, 13, 10, 255, 36, 0])
        self.assertEqual(raw.publish(b"raw", payload), 1)
        self.assertEqual(self.take_texts(pubsub, 1), [(b"raw", payload)])


if __name__ == "__main__":
    unittest.main()
