"""redis-py's scripts: register_script with its NOSCRIPT fallback, in pipelines too; functions; locks."""

import unittest

import redis

from base import ClientTest

SLIDING_WINDOW = """
local now, window, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
local count = redis.call('ZCARD', KEYS[1])
if count >= most then
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return {0, count, oldest[2] + window - now}
end
redis.call('ZADD', KEYS[1], now, ARGV[4])
redis.call('PEXPIRE', KEYS[1], window)
return {1, count + 1, 0}
"""

TOKEN_BUCKET = """
local rate, capacity, now, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(state[1]) or capacity, tonumber(state[2]) or now
tokens = math.min(capacity, tokens + math.max(0, now - at) * rate)
local allowed = tokens >= wanted
if allowed then tokens = tokens - wanted end
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
redis.call('EXPIRE', KEYS[1], math.ceil(capacity / rate) * 2)
return {allowed and 1 or 0, tostring(tokens)}
"""

LIBRARY = """#!lua name=stock
redis.register_function('take', function(keys, args)
  local left = tonumber(redis.call('GET', keys[1]) or '0') - tonumber(args[1])
  if left < 0 then return redis.error_reply('SOLDOUT ' .. keys[1]) end
  redis.call('SET', keys[1], left)
  return left
end)
redis.register_function{function_name='left', callback=function(keys) return redis.call('GET', keys[1]) end,
                        flags={'no-writes'}}
"""


class Limiters(ClientTest):
    def setUp(self):
        super().setUp()
        self.redis.script_flush()
        self.sliding_window = self.redis.register_script(SLIDING_WINDOW)
        self.token_bucket = self.redis.register_script(TOKEN_BUCKET)

    def window(self, now, member):
        return self.sliding_window(keys=["limit:ann"], args=[now, 1000, 3, member])

    def test_sliding_window_lets_three_through_then_says_how_long_to_wait(self):
        self.assertEqual(self.window(0, "a"), [1, 1, 0])
        self.assertEqual(self.window(100, "b"), [1, 2, 0])
        self.assertEqual(self.window(200, "c"), [1, 3, 0])
        self.assertEqual(self.window(900, "d"), [0, 3, 100])
        self.assertEqual(self.window(1000, "e"), [1, 3, 0])
        self.assertTrue(0 < self.redis.pttl("limit:ann") <= 1000)

    def test_token_bucket_fills_up_again(self):
        def at(now, wanted):
            return self.token_bucket(keys=["bucket:ann"], args=[2, 10, now, wanted])

        self.assertEqual(at(0, 8), [1, "2"])
        self.assertEqual(at(0, 3), [0, "2"])
        self.assertEqual(at(0.75, 3), [1, "0.5"])
        self.assertEqual(at(1000, 10), [1, "0"])
        self.assertEqual(self.redis.ttl("bucket:ann"), 10)

    def test_a_forgotten_script_is_loaded_again(self):
        self.assertEqual(self.redis.script_exists(self.sliding_window.sha), [False])
        self.assertEqual(self.window(0, "a"), [1, 1, 0])
        self.assertEqual(self.redis.script_exists(self.sliding_window.sha, self.token_bucket.sha), [True, False])
        self.redis.script_flush()
        with self.assertRaises(redis.exceptions.NoScriptError):
            self.redis.evalsha(self.sliding_window.sha, 1, "limit:ann", 1, 1000, 3, "b")
        self.assertEqual(self.window(1, "b"), [1, 2, 0])
        self.redis.script_flush("ASYNC")
        self.assertEqual(self.window(2, "c"), [1, 3, 0])

    def test_a_pipeline_loads_what_is_missing_before_it_runs(self):
        with self.redis.pipeline() as pipeline:
            self.sliding_window(keys=["p"], args=[0, 10, 1, "a"], client=pipeline)
            self.token_bucket(keys=["q"], args=[1, 1, 0, 1], client=pipeline)
            pipeline.get("nosuch")
            self.assertEqual(pipeline.execute(), [[1, 1, 0], [1, "0"], None])

    def test_an_error_in_a_script_names_script_and_line(self):
        broken = self.redis.register_script("\nreturn redis.call('INCR', KEYS[1])")
        self.redis.set("text", "x")
        with self.assertRaises(redis.exceptions.ResponseError) as raised:
            broken(keys=["text"])
        self.assertEqual(
            str(raised.exception),
            f"value is not an integer or out of range script: {broken.sha}, on @user_script:2.")

    def test_values_come_back_as_python_knows_them(self):
        script = self.redis.register_script("return {1, 'two', false, {3.9, {ok='fine'}}, true}")
        self.assertEqual(script(), [1, "two", None, [3, "fine"], 1])
        raw = self.connect(decode_responses=False)
        self.assertEqual(raw.eval("return ARGV[1]", 0, b"\x00\xff\r\n"), b"\x00\xff\r\n")


class Locks(ClientTest):
    def test_a_lock_is_released_and_extended_by_its_holder_alone(self):
        lock = self.redis.lock("lock:report", timeout=5)
        self.assertTrue(lock.acquire(blocking=False))
        self.assertFalse(self.redis.lock("lock:report", timeout=5).acquire(blocking=False))
        self.assertTrue(lock.extend(5))
        self.assertTrue(5000 < self.redis.pttl("lock:report") <= 10_000)
        self.assertTrue(lock.reacquire())
        self.assertTrue(self.redis.pttl("lock:report") <= 5000)
        self.redis.script_flush()
        lock.release()
        self.assertEqual(self.redis.exists("lock:report"), 0)
        stale = self.redis.lock("lock:report", timeout=5)
        stale.acquire()
        self.redis.set("lock:report", "somebody else")
        with self.assertRaises(redis.exceptions.LockError):
            stale.release()
        self.assertEqual(self.redis.get("lock:report"), "somebody else")


class Functions(ClientTest):
    def test_a_library_is_called_listed_dumped_and_restored(self):
        self.redis.execute_command("FUNCTION", "FLUSH")
        self.assertEqual(self.redis.execute_command("FUNCTION", "LOAD", LIBRARY), "stock")
        self.redis.set("shoes", 3)
        self.assertEqual(self.redis.execute_command("FCALL", "take", 1, "shoes", 2), 1)
        with self.assertRaisesRegex(redis.exceptions.ResponseError, "SOLDOUT shoes"):
            self.redis.execute_command("FCALL", "take", 1, "shoes", 2)
        self.assertEqual(self.redis.execute_command("FCALL_RO", "left", 1, "shoes"), "1")
        raw = self.connect(decode_responses=False)
        payload = raw.execute_command("FUNCTION", "DUMP")
        raw.execute_command("FUNCTION", "FLUSH")
        self.assertEqual(raw.execute_command("FUNCTION", "RESTORE", payload), b"OK")
        self.assertEqual(self.redis.execute_command("FCALL", "left", 1, "shoes"), "1")
        self.redis.execute_command("FUNCTION", "DELETE", "stock")


if __name__ == "__main__":
    unittest.main()
