"""The powers from redis-py: REDOUBLE by execute_command, and what the client does when a reply breaks off."""

import os
import sys

import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "redis_py"))

from base import ClientTest  # noqa: E402

CUT_GET = ("COMMAND", "GET", "KEY", "k", "FIRST", 1, "CUT", 9, "RESET")


class Powers(ClientTest):
    def tearDown(self):
        self.redouble("FAULT", "CLEAR")
        self.redouble("GATE", "CLEAR")
        self.redouble("RESET")

    def redouble(self, *words):
        return self.redis.execute_command("REDOUBLE", *words)

    def test_a_reply_that_breaks_off_is_an_error_and_the_next_call_connects_again(self):
        app = self.connect()
        app.set("k", "a value of some length")
        self.redouble("FAULT", "ADD", "cut", *CUT_GET)
        with self.assertRaises(redis.ConnectionError):
            app.get("k")
        self.assertEqual(app.get("k"), "a value of some length")

    def test_with_retries_it_asks_again_by_itself(self):
        app = self.connect(retry=Retry(ConstantBackoff(0), 1), retry_on_error=[redis.ConnectionError])
        app.set("k", "a value of some length")
        self.redouble("FAULT", "ADD", "cut", *CUT_GET)
        self.assertEqual(app.get("k"), "a value of some length")

    def test_it_subscribes_again(self):
        app = self.connect()
        pubsub = self.subscribe(app, "news")
        self.redouble("FAULT", "ADD", "cut", "COMMAND", "PING", "FIRST", 1, "CUT", 3, "RESET")
        pubsub.ping()
        with self.assertRaises(redis.ConnectionError):
            while True:
                pubsub.get_message(timeout=5)
        pubsub.connection.connect()  # what redis-py's own worker thread does as well
        self.assertEqual(self.redouble("WAIT", "SUBSCRIBERS", "news", 1), 1)
        self.redis.publish("news", "again")
        self.assertEqual(self.take(pubsub)["type"], "subscribe")
        self.assertEqual(self.take_texts(pubsub, 1), [("news", "again")])

    def test_an_error_on_demand_is_the_one_that_the_client_knows(self):
        app = self.connect()
        self.redouble("FAULT", "ADD", "failover", "CATEGORY", "write", "NTH", 2, "ERROR", "READONLY")
        app.set("a", 1)
        with self.assertRaises(redis.exceptions.ReadOnlyError):
            app.set("b", 2)
        self.assertTrue(app.set("b", 2))

    def test_an_error_inside_multi_discards_all_of_it(self):
        app = self.connect()
        self.redouble("FAULT", "ADD", "full", "COMMAND", "INCRBY", "IN", "MULTI", "ERROR", "OOM")
        with self.assertRaises(redis.exceptions.ResponseError):
            with app.pipeline(transaction=True) as pipe:
                pipe.set("a", 1).incr("a").execute()
        self.assertIsNone(app.get("a"))

    def test_time_goes_by_when_it_is_told_to(self):
        self.redouble("CLOCK", "FREEZE")
        self.redis.set("k", "v", ex=60)
        self.redouble("CLOCK", "ADVANCE", "59s")
        self.assertEqual(self.redis.ttl("k"), 1)
        self.redouble("CLOCK", "ADVANCE", "1s")
        self.assertIsNone(self.redis.get("k"))
