"""A cache that is full: what redis-py sees of maxmemory under the policies that people choose."""

import unittest

import redis

from base import ClientTest, eventually

OOM = "command not allowed when used memory > 'maxmemory'."  # redis-py takes the code for the exception's class
PAGE = "x" * 1000


class Eviction(ClientTest):
    def tearDown(self):
        self.redis.config_set("maxmemory", 0)
        self.redis.config_resetstat()
        super().tearDown()

    def cap_at(self, policy):
        """Room for about 1,500 pages more than what is there."""
        used = self.redis.info("memory")["used_memory"]
        self.redis.config_set("maxmemory-policy", policy)
        self.redis.config_set("maxmemory", used + 2_000_000)

    def evicted(self):
        return self.redis.info("stats")["evicted_keys"]

    def write_until_refused(self, name):
        written = 0
        with self.assertRaises(redis.ResponseError) as refused:
            while True:
                self.redis.set(f"{name}:{written}", PAGE)
                written += 1
        self.assertIn(OOM, str(refused.exception))
        return written

    def test_noeviction_a_write_fails_with_oom_while_reads_and_deletes_work(self):
        self.cap_at("noeviction")
        written = self.write_until_refused("page")
        self.assertGreater(written, 1000)
        self.assertEqual(self.redis.get("page:0"), PAGE)
        self.assertEqual(self.redis.dbsize(), written)
        with self.assertRaisesRegex(redis.ResponseError, OOM):
            self.redis.rpush("jobs", PAGE)
        pipeline = self.redis.pipeline(transaction=True)
        pipeline.set("a", PAGE)
        with self.assertRaises(redis.ResponseError):
            pipeline.execute()
        self.assertTrue(self.redis.expire("page:1", 100))
        self.assertEqual(self.redis.delete(*(f"page:{i}" for i in range(300))), 300)
        self.assertTrue(self.redis.set("page:0", PAGE))

    def test_allkeys_lru_keeps_the_hot_set(self):
        hot = [f"hot:{i}" for i in range(20)]
        self.cap_at("allkeys-lru")
        self.redis.config_set("maxmemory-samples", 10)
        cold = 0
        while self.evicted() == 0:
            self.redis.set(f"cold:{cold}", PAGE)
            cold += 1
        resident = self.redis.dbsize()
        eventually("the clock of last uses moves on", lambda: self.redis.object("IDLETIME", f"cold:{cold - 1}") >= 2)
        for key in hot:
            self.redis.set(key, PAGE)
        for i in range(resident // 2):
            self.redis.set(f"new:{i}", PAGE)
            if i % 50 == 0:
                self.redis.mget(hot)
        self.assertLessEqual(self.redis.mget(hot).count(None), 2)
        self.assertGreater(self.evicted(), resident // 3)

    def test_volatile_lru_leaves_keys_without_a_time_to_live_alone(self):
        self.redis.rpush("queue", *(f"job:{i}" for i in range(50)))
        for i in range(100):
            self.redis.set(f"setting:{i}", PAGE)
        self.cap_at("volatile-lru")
        for i in range(3000):
            self.redis.set(f"page:{i}", PAGE, ex=1000)
        self.assertGreater(self.evicted(), 500)
        self.assertEqual(self.redis.llen("queue"), 50)
        self.assertEqual(self.redis.exists(*(f"setting:{i}" for i in range(100))), 100)
        self.write_until_refused("forever")
        self.assertEqual(self.redis.lpop("queue"), "job:0")


if __name__ == "__main__":
    unittest.main()
