"""redis-py in front of a database: cache-aside, the fixed-window limiter, expiry, SCAN, locks."""

import json
import threading
import time
import unittest

import redis

from base import ClientTest, eventually


class CacheAside(ClientTest):
    def test_first_read_loads_second_does_not_and_ex_300_holds(self):
        loads = []

        def product(number):
            key = f"product:{number}"
            hit = self.redis.get(key)
            if hit is not None:
                return json.loads(hit)
            loads.append(number)
            row = {"id": number, "name": "Wasserkocher „Löwe“", "cents": 1999}
            self.assertIs(self.redis.set(key, json.dumps(row), ex=300), True)
            return row

        first = product(7)
        self.assertEqual(product(7), first)
        self.assertEqual(loads, [7])
        self.assertIn(self.redis.ttl("product:7"), (299, 300))
        self.assertTrue(295_000 < self.redis.pttl("product:7") <= 300_000)
        self.assertAlmostEqual(self.redis.expiretime("product:7"), time.time() + 300, delta=5)
        self.assertEqual(self.redis.ttl("product:8"), -2)
        self.assertEqual(self.redis.delete("product:7"), 1)
        product(7)
        self.assertEqual(loads, [7, 7])

    def test_entry_with_px_leaves_on_time_and_is_loaded_anew(self):
        begun = time.monotonic()
        self.redis.set("product:7", "old", px=80)
        seen = set()

        def gone():
            value = self.redis.get("product:7")
            if value is not None:
                seen.add(value)
            return value is None

        eventually("product:7 expires", gone)
        self.assertGreaterEqual(time.monotonic() - begun, 0.079)
        self.assertEqual(seen, {"old"})
        self.assertEqual(self.redis.exists("product:7"), 0)
        self.assertEqual(self.redis.pttl("product:7"), -2)
        self.assertEqual(self.redis.dbsize(), 0)
        self.assertIs(self.redis.set("product:7", "new", px=10_000, nx=True), True)
        self.assertEqual(self.redis.get("product:7"), "new")

    def test_set_options_answer_as_a_lock_needs_it(self):
        self.assertIs(self.redis.set("lock", "me", px=10_000, nx=True), True)
        self.assertIsNone(self.redis.set("lock", "you", px=10_000, nx=True))
        self.assertIsNone(self.redis.set("other", "x", xx=True))
        self.assertEqual(self.redis.set("lock", "again", xx=True, keepttl=True, get=True), "me")
        self.assertGreater(self.redis.pttl("lock"), 5_000)
        self.assertEqual(self.redis.getex("lock", persist=True), "again")
        self.assertEqual(self.redis.ttl("lock"), -1)
        self.assertEqual(self.redis.getdel("lock"), "again")
        self.assertIsNone(self.redis.get("lock"))
        with self.assertRaises(redis.ResponseError) as caught:
            self.redis.execute_command("SET", "lock", "x", "EX", "0")
        self.assertEqual(str(caught.exception), "invalid expire time in 'set' command")

    def test_values_come_back_as_they_went(self):
        raw = self.connect(decode_responses=False)
        everything = bytes(range(256))
        raw.set("bytes", everything)
        self.assertEqual(raw.get("bytes"), everything)
        self.assertEqual(raw.getrange("bytes", 254, -1), b"\xfe\xff")
        large = "ü" * 200_000
        self.redis.set("large", large)
        self.assertEqual(self.redis.get("large"), large)
        self.assertIs(self.redis.mset({"a": "1", "b": ""}), True)
        self.assertEqual(self.redis.mget("a", "b", "missing"), ["1", "", None])
        self.assertEqual(self.redis.incrbyfloat("a", 0.5), 1.5)
        self.assertEqual(self.redis.type("a"), "string")


class Limiter(ClientTest):
    def test_incr_counts_and_the_first_of_a_window_sets_expire(self):
        def hit(limit, seconds):
            count = self.redis.incr("limit:user:1")
            if count == 1:
                self.assertIs(self.redis.expire("limit:user:1", seconds), True)
            return count <= limit

        allowed = [hit(5, 60) for _ in range(7)]
        self.assertEqual(allowed, [True] * 5 + [False] * 2)
        self.assertEqual(self.redis.get("limit:user:1"), "7")
        self.assertIn(self.redis.ttl("limit:user:1"), (59, 60))
        self.assertIs(self.redis.expire("limit:user:1", 90, nx=True), False)
        self.assertIs(self.redis.expire("limit:nobody", 60), False)

    def test_racing_requests_get_every_number_once(self):
        counts = []

        def work():
            counts.extend(self.redis.incr("limit") for _ in range(25))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(counts), list(range(1, 101)))
        self.assertIs(self.redis.pexpire("limit", 40), True)
        eventually("the window ends", lambda: not self.redis.exists("limit"))
        self.assertEqual(self.redis.incr("limit"), 1)
        self.assertEqual(self.redis.ttl("limit"), -1)


class Keys(ClientTest):
    def test_scan_iter_yields_exactly_the_keys_that_match(self):
        users = {f"user:{i}" for i in range(500)}
        self.redis.mset({key: "1" for key in users})
        self.redis.mset({f"order:{i}": "2" for i in range(300)})
        self.assertEqual(set(self.redis.scan_iter(match="user:*", count=50, _type="string")), users)
        self.assertEqual(set(self.redis.scan_iter(match="user:*", _type="hash")), set())
        self.assertEqual(set(self.redis.keys("user:?")), {key for key in users if len(key) == 6})

    def test_databases_are_apart(self):
        other = self.connect("/9")
        self.redis.set("k", "zero")
        other.set("k", "nine")
        self.assertEqual(self.redis.get("k"), "zero")
        self.assertIs(self.redis.move("k", 9), False)
        self.assertIs(self.redis.copy("k", "copy", destination_db=9), True)
        self.assertEqual(other.get("copy"), "zero")
        self.assertIs(self.redis.swapdb(0, 9), True)
        self.assertEqual(self.redis.get("k"), "nine")

    def test_expired_keys_are_announced(self):
        self.assertIs(self.redis.config_set("notify-keyspace-events", "KEx"), True)
        self.assertEqual(self.redis.config_get("notify-keyspace-events"), {"notify-keyspace-events": "xKE"})
        pubsub = self.subscribe(self.redis, "__keyevent@0__:expired", patterns=["__keyspace@*__:session:*"])
        self.redis.set("session:1", "x", px=30)
        self.redis.set("session:2", "x")
        self.redis.delete("session:2")
        self.assertEqual(
            self.take_texts(pubsub, 2),
            [("__keyspace@0__:session:1", "expired"), ("__keyevent@0__:expired", "session:1")],
        )


if __name__ == "__main__":
    unittest.main()
